package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslClientSettings;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.engine.sasl.SaslServerSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FrameTraceOverTcpTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.amqp10.frames");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final EventLoops loops = EventLoops.create(1);

    @BeforeEach
    void listenToTheLog() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        loops.close();
    }

    private List<String> connectAndClose(boolean trace) throws Exception {
        Engines clients = new Engines("client\r\nfaked line");
        TransportListener listener = Engines.await(Amqp10Transport.listen(
                loops,
                ServerTransportOptions.builder("127.0.0.1", 0)
                        .sasl(new SaslServerSettings(
                                CredentialsVerifier.ofPasswords(Map.of("alice", "alice-secret")),
                                List.of(SaslMechanism.PLAIN),
                                false,
                                false))
                        .build(),
                new Engines("server"),
                failure -> {}));
        Transport transport = Engines.await(Amqp10Transport.connect(
                loops,
                loops.next(),
                ClientTransportOptions.builder("127.0.0.1", listener.port())
                        .sasl(SaslClientSettings.builder()
                                .credentials("alice", "alice-secret")
                                .build())
                        .io(IoSettings.DEFAULT.withTraceFrames(trace))
                        .build(),
                clients));
        Engines.Peer client = clients.next();
        Engines.await(client.opened);
        transport.submit(() -> client.engine().close(null));
        client.awaitClosed();
        Engines.await(listener.close());
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void eachFrameIsALineWithoutSecretsOrControlCharacters() throws Exception {
        List<String> trace = connectAndClose(true);

        assertThat(trace).hasSize(7);
        assertThat(trace.get(0)).matches("127\\.0\\.0\\.1:[0-9]+ <- SaslMechanisms\\[mechanisms=\\[PLAIN]]");
        assertThat(trace.get(1)).contains("-> SaslInit[mechanism=PLAIN, hostname=127.0.0.1]");
        assertThat(trace.get(2)).contains("<- SaslOutcome[code=OK]");
        assertThat(trace.get(3)).contains("-> 0 Open[containerId=client\\u000d\\u000afaked line");
        assertThat(trace.get(4)).contains("<- 0 Open[containerId=server");
        assertThat(trace.get(5)).contains("-> 0 Close");
        assertThat(trace.get(6)).contains("<- 0 Close");
        assertThat(trace).noneMatch(line -> line.contains("alice-secret") || line.contains("\n"));
    }

    @Test
    void nothingIsLoggedUnlessSwitchedOn() throws Exception {
        assertThat(connectAndClose(false)).isEmpty();
    }
}
