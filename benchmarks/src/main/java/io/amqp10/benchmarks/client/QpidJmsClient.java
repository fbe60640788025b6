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
    private int port;
    private @Nullable Connection connection;

    QpidJmsClient(int bodyBytes) {
        body = Bodies.ofSize(bodyBytes);
    }

    @Override
    public void connect(int serverPort) {
        // Whether it presettles is told by the factory, so the connection is made by the workload.
        port = serverPort;
    }

    private Session session(boolean settled) throws JMSException {
        String options = "?jms.prefetchPolicy.all=" + CREDIT_WINDOW
                + (settled ? "&jms.presettlePolicy.presettleProducers=true" : "");
        Connection opened = new JmsConnectionFactory("amqp://127.0.0.1:" + port + options).createConnection();
        opened.start();
        connection = opened;
        return opened.createSession(false, Session.AUTO_ACKNOWLEDGE);
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
        Semaphore room = new Semaphore(MAX_IN_FLIGHT);
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
        if (!room.tryAcquire(MAX_IN_FLIGHT, 60, TimeUnit.SECONDS)) {
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
                    byte[] received = new byte[(int) ((BytesMessage) message).getBodyLength()];
                    ((BytesMessage) message).readBytes(received);
                    Bodies.checkSize(received.length, body);
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
                byte[] received = new byte[(int) reply.getBodyLength()];
                reply.readBytes(received);
                Bodies.checkSize(received.length, body);
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
