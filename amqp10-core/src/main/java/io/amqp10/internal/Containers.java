package io.amqp10.internal;

import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.engine.sasl.SaslMechanism;
import java.util.List;

/** Makes the containers that the API hands out. */
public final class Containers {

    private Containers() {}

    /**
     * Makes a container.
     *
     * @param options how
     * @return the container, started
     */
    public static Container create(ContainerOptions options) {
        return new RunningContainer(options);
    }

    /**
     * Finds SASL mechanisms by their names.
     *
     * @param names the names, in capitals or not
     * @return the names on the wire
     * @throws IllegalArgumentException if this library has none of one of these names
     */
    public static List<String> saslMechanisms(List<String> names) {
        return SaslMechanism.parse(names).stream().map(SaslMechanism::toString).toList();
    }
}
