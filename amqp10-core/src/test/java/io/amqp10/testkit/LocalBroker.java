package io.amqp10.testkit;

/** A broker in this process, which tests look into and change behind the back of its clients. */
public interface LocalBroker extends AutoCloseable {

    /**
     * Counts the messages that are in a queue, those on their way to consumers included. All that the broker has accepted
     * are counted; those whose outcome it was told leave the count a moment later.
     *
     * @param queue its name
     * @return the count; 0 if there is no such queue
     */
    long messageCount(String queue);

    /**
     * Deletes a queue, with all its messages and even if it has consumers.
     *
     * @param queue its name
     */
    void deleteQueue(String queue);

    @Override
    void close();
}
