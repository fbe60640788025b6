package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EventLoopsTest {

    @Test
    void threadsAreNamedDaemons() throws Exception {
        try (EventLoops loops = EventLoops.create(1)) {
            Thread thread = loops.group().submit(Thread::currentThread).get();

            assertThat(thread.getName()).matches("amqp10-io-[0-9]+");
            assertThat(thread.isDaemon()).isTrue();
        }
    }

    @Test
    void sharedLoopsEndWithTheirLastShare() throws Exception {
        // Another test's container may still be closing.
        await().until(() -> EventLoops.sharedUsers() == 0);
        EventLoops one = EventLoops.shared();
        EventLoops two = EventLoops.shared();
        assertThat(one.group()).isSameAs(two.group());

        one.close();
        one.close();
        assertThat(two.group().isShuttingDown()).isFalse();
        two.close();
        two.terminated().get(60, TimeUnit.SECONDS);

        try (EventLoops anew = EventLoops.shared()) {
            assertThat(anew.group()).isNotSameAs(two.group());
            assertThat(anew.group().submit(() -> "alive").get()).isEqualTo("alive");
        }
    }

    @Test
    void ownLoopsEndWithTheirOwner() throws Exception {
        EventLoops loops = EventLoops.create(1);

        loops.close();

        loops.terminated().get(60, TimeUnit.SECONDS);
        assertThat(loops.group().isTerminated()).isTrue();
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void epollIsUsedWhereItIsPresent() throws Exception {
        try (EventLoops own = EventLoops.create(1);
                EventLoops shared = EventLoops.shared()) {
            for (EventLoops loops : List.of(own, shared)) {
                assertThat(loops.isNative()).isTrue();
                assertThat(((IoEventLoop) loops.next()).isIoType(EpollIoHandler.class))
                        .isTrue();
                assertThat(loops.channelType()).isEqualTo(EpollSocketChannel.class);
                assertThat(loops.serverChannelType()).isEqualTo(EpollServerSocketChannel.class);
            }
        }
    }

    @Test
    void nioIsThereEverywhere() throws Exception {
        try (EventLoops loops = EventLoops.createNio(1)) {
            assertThat(loops.isNative()).isFalse();
            assertThat(loops.channelType().getSimpleName()).isEqualTo("NioSocketChannel");
        }
    }

    @Test
    void nioCarriesConnectionsToo() throws Exception {
        Engines clients = new Engines("client");
        try (EventLoops loops = EventLoops.createNio(1)) {
            TransportListener listener = Engines.await(Amqp10Transport.listen(
                    loops,
                    ServerTransportOptions.builder("127.0.0.1", 0).build(),
                    new Engines("server"),
                    failure -> {}));
            Transport transport = Engines.await(Amqp10Transport.connect(
                    loops,
                    loops.next(),
                    ClientTransportOptions.builder("127.0.0.1", listener.port()).build(),
                    clients));
            Engines.Peer client = clients.next();

            assertThat(Engines.await(client.opened).containerId()).isEqualTo("server");
            transport.submit(() -> client.engine().close(null));
            client.awaitClosed();
            Engines.await(transport.closed());
            Engines.await(listener.close());
        }
    }

    @Test
    void connectingOnLoopsThatHaveEndedFails() throws Exception {
        EventLoops loops = EventLoops.create(1);
        loops.close();
        loops.terminated().get(60, TimeUnit.SECONDS);

        TransportException failure = Engines.failure(Amqp10Transport.connect(
                loops,
                loops.next(),
                ClientTransportOptions.builder("127.0.0.1", 5672).build(),
                new Engines("client")));

        assertThat(failure.kind()).isEqualTo(TransportException.Kind.CLOSED_HERE);
    }

    @Test
    void atLeastOneLoopIsNeeded() {
        assertThatThrownBy(() -> EventLoops.create(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
