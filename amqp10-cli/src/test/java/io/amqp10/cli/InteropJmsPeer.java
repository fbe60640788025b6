package io.amqp10.cli;

import io.amqp10.Message;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.qpid.jms.JmsConnectionFactory;

/** The client qpid-jms, in this JVM. */
final class InteropJmsPeer implements InteropPeer {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** qpid-jms never learns what became of a message when the peer ends the session. */
    private static final Duration UNTIL_GIVEN_UP = Duration.ofSeconds(30);

    private static final Duration WHEN_ALL_HAVE_COME = Duration.ofMillis(500);

    @Override
    public Map<String, String> send(String url, String address, Batch batch) {
        Map<String, String> problems = new LinkedHashMap<>();
        int next = 0;
        while (next < batch.cases().size()) {
            next = send(url, address, batch, next, problems);
        }
        return problems;
    }

    /** Sends on one connection up to the first that is not accepted, which may have ended it, and returns the next one. */
    private static int send(String url, String address, Batch batch, int first, Map<String, String> problems) {
        try (Connection connection = connect(url, batch.maxFrameSize());
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(address))) {
            producer.setDisableMessageID(true);
            producer.setDisableMessageTimestamp(true);
            for (int i = first; i < batch.cases().size(); i++) {
                InteropCase each = batch.cases().get(i);
                Message message = JsonMessages.fromJson(each.line());
                try {
                    InteropJmsMessages.send(producer, InteropJmsMessages.make(session, message), message.header());
                } catch (JMSException e) {
                    problems.put(each.id(), "failed: " + e.getMessage());
                    return i + 1;
                } catch (RuntimeException e) {
                    problems.put(each.id(), "unable: " + e.getMessage());
                }
            }
            return batch.cases().size();
        } catch (JMSException e) {
            throw new AssertionError("qpid-jms cannot send: " + e.getMessage() + " " + problems, e);
        }
    }

    @Override
    public List<String> receive(String url, String address, Batch batch, int count) {
        List<String> lines = new ArrayList<>();
        AtomicReference<JMSException> failure = new AtomicReference<>();
        try (Connection connection = connect(url, batch.maxFrameSize())) {
            connection.setExceptionListener(failure::set);
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Queue queue = session.createQueue(address);
            MessageConsumer consumer = session.createConsumer(queue);
            connection.start();
            Set<String> missing = notAfterTheOthers(batch);
            while (lines.size() < count) {
                Duration patience = missing.isEmpty() ? WHEN_ALL_HAVE_COME : PATIENCE;
                jakarta.jms.Message came = consumer.receive(patience.toMillis());
                if (came == null && !missing.isEmpty()) {
                    throw new AssertionError("qpid-jms has only received " + lines.size() + " messages and not "
                            + missing + "; " + failure.get());
                } else if (came == null) {
                    break;
                }
                String name = InteropJmsMessages.name(came);
                lines.add(line(name, came, queue));
                missing.remove(name);
            }
        } catch (JMSException e) {
            throw new AssertionError("qpid-jms cannot receive: " + e.getMessage() + "; " + failure.get(), e);
        }
        return lines;
    }

    /** When these have come, so have the others; what qpid-jms cannot read it does not tell. */
    private static Set<String> notAfterTheOthers(Batch batch) {
        int priority = JsonMessages.fromJson(InteropCase.END.line()).priority();
        return batch.cases().stream()
                .filter(each -> each.equals(InteropCase.END)
                        || JsonMessages.fromJson(each.line()).priority() < priority)
                .map(InteropCase::id)
                .collect(Collectors.toSet());
    }

    private static String line(String name, jakarta.jms.Message came, Queue queue) {
        try {
            return JsonText.write(JsonMessages.toJson(InteropJmsMessages.read(came, queue)));
        } catch (JMSException | RuntimeException e) {
            return "unable " + name + " " + String.valueOf(e.getMessage()).replaceFirst(" \\(.*", "");
        }
    }

    private static Connection connect(String url, int maxFrameSize) throws JMSException {
        URI uri = URI.create(url);
        // Each message's outcome is waited for, and names of properties need not be identifiers of Java.
        JmsConnectionFactory factory = new JmsConnectionFactory("amqp://" + uri.getHost() + ":" + uri.getPort()
                + "?amqp.maxFrameSize=" + maxFrameSize + "&jms.forceSyncSend=true&jms.sendTimeout="
                + UNTIL_GIVEN_UP.toMillis()
                + "&jms.validatePropertyNames=false");
        String user = uri.getUserInfo();
        if (user == null) {
            return factory.createConnection();
        }
        int colon = user.indexOf(':');
        return factory.createConnection(user.substring(0, colon), user.substring(colon + 1));
    }
}
