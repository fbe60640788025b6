package io.amqp10.spring.boot.autoconfigure;

import java.util.function.Supplier;

/**
 * Gives tokens of OAuth 2 to log in with, by the SASL mechanisms OAUTHBEARER or XOAUTH2. A bean of this type is asked for each
 * try to connect, on a thread that may block, and takes the place of a password; a user that is set is whom the application
 * acts as.
 *
 * @see io.amqp10.ConnectionOptions#tokenSupplier(Supplier)
 */
@FunctionalInterface
public interface Amqp10TokenSupplier extends Supplier<String> {

    /**
     * Returns a token that has not expired. What it throws fails the try to connect, and another follows.
     *
     * @return the token, without {@code Bearer} before it
     */
    @Override
    String get();
}
