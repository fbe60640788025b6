package io.amqp10.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/** Says where the broker is and how to log in. A bean of this type replaces the properties that say so. */
public interface Amqp10ConnectionDetails extends ConnectionDetails {

    /**
     * Returns the hosts, as the property {@code amqp10.url} has them.
     *
     * @return one or more, separated by commas
     */
    String getUrl();

    /**
     * Returns the user to log in as.
     *
     * @return the user, null for that in the URL or, without one, for an anonymous login
     */
    default @Nullable String getUsername() {
        return null;
    }

    /**
     * Returns the password.
     *
     * @return the password, null for that in the URL
     */
    default @Nullable String getPassword() {
        return null;
    }

    /**
     * Returns what TLS needs. Asked for each connection, so a bundle that is replaced is used by the next.
     *
     * @return the bundle, null for the JDK's defaults
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }
}
