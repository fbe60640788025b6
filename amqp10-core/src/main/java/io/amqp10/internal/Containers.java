package io.amqp10.internal;

import io.amqp10.Container;
import io.amqp10.ContainerOptions;

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
}
