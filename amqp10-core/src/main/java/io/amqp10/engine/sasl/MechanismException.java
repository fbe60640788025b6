package io.amqp10.engine.sasl;

/** A mechanism cannot go on. The message is fit for logs and for the user: it shows no secret. */
final class MechanismException extends Exception {

    private static final long serialVersionUID = 1L;

    MechanismException(String message) {
        super(message);
    }
}
