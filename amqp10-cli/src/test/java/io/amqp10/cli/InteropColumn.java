package io.amqp10.cli;

/**
 * A way for messages to go.
 *
 * @param client the other program
 * @param toThem whether the messages come from us
 * @param route what is between us
 */
record InteropColumn(String client, boolean toThem, Route route) {

    /** What is between two programs. */
    enum Route {
        DIRECT("direct"),
        ARTEMIS("Artemis"),
        BROKER_J("Broker-J"),
        RABBITMQ("RabbitMQ");

        private final String title;

        Route(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** The other program is our own. */
    static final String OURSELVES = "amqp10";

    String title() {
        if (client.equals(OURSELVES)) {
            return route.toString();
        }
        return (toThem ? "us → them, " : "them → us, ") + route;
    }

    String id() {
        return client + (toThem ? "/from us/" : "/to us/") + route;
    }

    @Override
    public String toString() {
        return id();
    }
}
