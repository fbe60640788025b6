package io.amqp10.spring.boot.autoconfigure;

/** The URL of the broker is wrong. Never shows a password, unlike exceptions that show a property's value. */
final class InvalidUrlException extends RuntimeException {

    InvalidUrlException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
