package io.amqp10.management;

import io.amqp10.Amqp10Exception;

/** A management node answered that it did not do what it was asked for. */
public class ManagementException extends Amqp10Exception {

    /** The status of what does not exist. */
    public static final int NOT_FOUND = 404;

    /** The status of what exists with other properties, or is in use. */
    public static final int CONFLICT = 409;

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Makes an exception.
     *
     * @param message what was asked for and what the node said
     * @param status the node's status code, by the rules of HTTP
     */
    public ManagementException(String message, int status) {
        super(message, null);
        this.status = status;
    }

    /**
     * Returns the node's status code.
     *
     * @return the code, by the rules of HTTP: 404 for what does not exist, for example
     */
    public int status() {
        return status;
    }
}
