package io.amqp10.benchmarks.client;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Sends with completion listeners, receives with a message listener. */
final class QpidJmsClient implements ClientUnderTest {

    private final byte[] body;
    private final int maxInFlight;
    private @Nullable Target target;
    private @Nullable Connection connection;

    QpidJmsClient(Load load) {
        body = Bodies.ofSize(load.bodyBytes());
        maxInFlight = ClientUnderTest.maxInFlight(load.bodyBytes());
    }

    @Override
    public void connect(Target target) {
        // Whether it presettles is told by the factory, so the connection is made by the workload.
        this.target = target;
    }

    private Session session(boolean settled) throws Exception {
        return connection(settled).createSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    private Connection connection(boolean settled) throws Exception {
        if (target == null) {
            throw new IllegalStateException("nowhere to connect to");
        }
        String options = "?jms.prefetchPolicy.all=" + CREDIT_WINDOW
                + (settled ? "&jms.presettlePolicy.presettleProducers=true" : "");
        JmsConnectionFactory factory =
                new JmsConnectionFactory((target.tls() ? "amqps" : "amqp") + "://127.0.0.1:" + target.port() + options);
        if (target.tls()) {
            factory.setSslContext(Tls.client(target.trustStore()));
        }
        Connection opened = factory.createConnection();
        opened.start();
        connection = opened;
        return opened;
    }

    private MessageProducer producer(Session session, Queue queue) throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        return producer;
    }

    private BytesMessage message(Session session) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        return message;
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        Session session = session(settled);
        MessageProducer producer = producer(session, session.createQueue(address));
        Semaphore room = new Semaphore(maxInFlight);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        CompletionListener listener = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                meter.completed(1);
                room.release();
            }

            @Override
            public void onException(Message message, Exception exception) {
                failure.set(exception);
                room.release();
            }
        };
        while (!meter.isStopped()) {
            room.acquire();
            producer.send(message(session), listener);
            meter.sent(1);
        }
        if (!room.tryAcquire(maxInFlight, 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("outcomes are missing");
        }
        throwIfAny(failure);
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        Session session = session(false);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(address))) {
            consumer.setMessageListener(message -> {
                try {
                    read((BytesMessage) message);
                    meter.completed(1);
                } catch (JMSException | RuntimeException e) {
                    failure.set(e);
                }
            });
            while (!meter.isStopped()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        throwIfAny(failure);
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) throws Exception {
        // A session is for one thread at a time: first this one, then that of the listener.
        Connection opened = connection(false);
        Session receiving = opened.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Session sending = opened.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Semaphore back = new Semaphore(0);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (MessageConsumer consumer = receiving.createConsumer(receiving.createQueue(replyAddress));
                MessageProducer producer = producer(sending, sending.createQueue(address))) {
            Meter.Part handled = meter.part();
            CompletionListener ignored = new Ignored(failure);
            for (int i = 0; i < TO_AND_FRO; i++) {
                producer.send(message(sending), ignored);
                meter.sent(1);
            }
            consumer.setMessageListener(message -> {
                try {
                    read((BytesMessage) message);
                    handled.completed(1);
                    if (meter.isStopped()) {
                        back.release();
                    } else {
                        producer.send(message(sending), ignored);
                        handled.sent(1);
                    }
                } catch (JMSException | RuntimeException e) {
                    failure.set(e);
                }
            });
            while (!back.tryAcquire(TO_AND_FRO, 100, TimeUnit.MILLISECONDS)) {
                throwIfAny(failure);
            }
        }
        throwIfAny(failure);
    }

    private byte[] read(BytesMessage message) throws JMSException {
        byte[] received = new byte[(int) message.getBodyLength()];
        message.readBytes(received);
        Bodies.checkSize(received.length, body);
        return received;
    }

    @Override
    public void paced(String address, String replyAddress, Pace pace, Meter meter) throws Exception {
        Connection opened = connection(false);
        Session receiving = opened.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Session sending = opened.createSession(false, Session.AUTO_ACKNOWLEDGE);
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (MessageConsumer consumer = receiving.createConsumer(receiving.createQueue(replyAddress));
                MessageProducer producer = producer(sending, sending.createQueue(address))) {
            consumer.setMessageListener(message -> {
                try {
                    meter.latency(Pace.nanosSince(read((BytesMessage) message)));
                } catch (JMSException | RuntimeException e) {
                    failure.set(e);
                }
            });
            CompletionListener ignored = new Ignored(failure);
            while (!meter.isStopped()) {
                BytesMessage message = sending.createBytesMessage();
                message.writeBytes(Pace.stamped(body, pace.next()));
                meter.sent(1);
                producer.send(message, ignored);
            }
            meter.awaitCompleted();
        }
        throwIfAny(failure);
    }

    /** Takes outcomes, of which only failures matter. */
    private record Ignored(AtomicReference<@Nullable Exception> failure) implements CompletionListener {

        @Override
        public void onCompletion(Message message) {
            // What comes back is counted instead.
        }

        @Override
        public void onException(Message message, Exception exception) {
            failure.set(exception);
        }
    }

    private static void throwIfAny(AtomicReference<@Nullable Exception> failure) throws Exception {
        Exception exception = failure.get();
        if (exception != null) {
            throw exception;
        }
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) throws Exception {
        Session session = session(false);
        Queue replies = session.createQueue(replyAddress);
        try (MessageConsumer consumer = session.createConsumer(replies);
                MessageProducer producer = producer(session, session.createQueue(address))) {
            while (!meter.isStopped()) {
                long start = System.nanoTime();
                BytesMessage request = message(session);
                request.setJMSReplyTo(replies);
                producer.send(request);
                meter.sent(1);
                BytesMessage reply = (BytesMessage) consumer.receive(10_000);
                read(reply);
                meter.latency(System.nanoTime() - start);
            }
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (JMSException e) {
            throw new IllegalStateException("cannot close", e);
        }
    }
}
