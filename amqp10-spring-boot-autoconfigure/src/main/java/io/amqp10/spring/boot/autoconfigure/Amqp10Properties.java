package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.ProxyOptions;
import io.amqp10.spring.listener.AcknowledgeMode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties of AMQP 1.0.
 *
 * @param url Hosts to connect to, separated by commas, each as amqp://host:port, amqps://host:port or host:port, or for AMQP
 *     over WebSocket, with netty-codec-http, as amqpws://host:port/path or amqpwss://host:port/path. A host without a scheme
 *     is spoken to in TLS if an SSL bundle is set. Further hosts are tried in turn when one is away.
 * @param username User to log in as. By default that in the URL; without one the login is anonymous.
 * @param password Password of the user. By default that in the URL.
 * @param containerId Container-id that peers see, unique among theirs. By default made of the application's name and a
 *     random part.
 * @param virtualHost Host name that the broker is told in open, such as vhost:NAME for RabbitMQ. By default the one that is
 *     connected to.
 * @param connectTimeout Time in which one host has to open a connection.
 * @param idleTimeout Time after which a silent connection counts as broken; the peer is asked for heartbeats accordingly.
 *     Zero never gives up.
 * @param failFast Whether the application fails to start if the broker, or the address of a listener, is not available.
 * @param traceFrames Whether to log each frame at INFO on the logger io.amqp10.frames.
 * @param sasl How to log in.
 * @param ssl TLS.
 * @param proxy Proxy to connect through, with netty-handler-proxy.
 * @param reconnect What to do when the connection cannot be made or breaks.
 * @param listener Defaults of listeners.
 * @param template Defaults of the template.
 */
@ConfigurationProperties("amqp10")
public record Amqp10Properties(
        @DefaultValue("localhost") String url,
        @Nullable String username,
        @Nullable String password,
        @Nullable String containerId,
        @Nullable String virtualHost,
        @DefaultValue("10s") Duration connectTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("false") boolean failFast,
        @DefaultValue("false") boolean traceFrames,
        @DefaultValue Sasl sasl,
        @DefaultValue Ssl ssl,
        @DefaultValue Proxy proxy,
        @DefaultValue Reconnect reconnect,
        @DefaultValue Listener listener,
        @DefaultValue Template template) {

    /** Shows nothing, since it has secrets. */
    @Override
    public String toString() {
        return "Amqp10Properties";
    }

    /**
     * How to log in.
     *
     * @param mechanisms Mechanisms that may be used, such as SCRAM-SHA-256, PLAIN, EXTERNAL or ANONYMOUS. By default all that
     *     suit the credentials, the strongest that the broker offers first.
     * @param allowPlainWithoutTls Whether the password, by the mechanism PLAIN, or a token may be sent over a connection
     *     without TLS to another machine.
     */
    public record Sasl(
            @DefaultValue List<String> mechanisms,
            @DefaultValue("false") boolean allowPlainWithoutTls) {}

    /**
     * TLS.
     *
     * @param bundle SSL bundle with the trusted certificates, and the client's own if the broker wants one. New connections
     *     use what the bundle is reloaded with. By default none: amqps:// trusts what Java trusts.
     * @param verifyHostname Whether to check that the broker's certificate is for the host that is connected to.
     */
    public record Ssl(
            @Nullable String bundle, @DefaultValue("true") boolean verifyHostname) {}

    /**
     * Proxy to connect through.
     *
     * @param host Host of the proxy. By default connections are made without one.
     * @param port Port of the proxy.
     * @param type What the proxy speaks.
     * @param username User at the proxy. By default none is named.
     * @param password Password of the user at the proxy. By default it is empty.
     */
    public record Proxy(
            @Nullable String host,
            @DefaultValue("1080") int port,
            @DefaultValue("socks5") ProxyOptions.Protocol type,
            @Nullable String username,
            @Nullable String password) {

        /** Leaves the password out. */
        @Override
        public String toString() {
            return "Proxy[" + type + " " + host + ":" + port + "]";
        }
    }

    /**
     * What to do when the connection cannot be made or breaks.
     *
     * @param enabled Whether to try again, over all hosts.
     * @param initialDelay Upper bound of the first delay; delays are random up to their bounds. The first round over all
     *     hosts starts without a delay.
     * @param maxDelay Upper bound of all delays.
     * @param multiplier Factor between the bounds of two delays.
     * @param maxAttempts Failed rounds over all hosts after which the connection is given up; 0 for never.
     * @param afterCleanClose Whether to try again also after the broker has closed the connection without an error, as
     *     some do when an administrator closes it.
     */
    public record Reconnect(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("100ms") Duration initialDelay,
            @DefaultValue("10s") Duration maxDelay,
            @DefaultValue("2.0") double multiplier,
            @DefaultValue("0") int maxAttempts,
            @DefaultValue("true") boolean afterCleanClose) {}

    /**
     * Defaults of listeners.
     *
     * @param concurrency Messages that a listener works with at a time.
     * @param credit Messages that the peer may send ahead of what a listener has finished.
     * @param guarantee Promise about messages: at-least-once has them come again after a failure or break, at-most-once never
     *     does so and may lose them.
     * @param acknowledgeMode Who gives deliveries their outcome: the container after the method returned, or the method.
     * @param autoStartup Whether listeners start with the application.
     * @param shutdownTimeout Time that stopping waits for messages that are being worked with; no longer than
     *     spring.lifecycle.timeout-per-shutdown-phase (30 seconds by default), after which the connection is closed.
     * @param retry What to do with messages that a listener failed with.
     */
    public record Listener(
            @DefaultValue("1") int concurrency,
            @DefaultValue("200") int credit,
            @DefaultValue("at-least-once") DeliveryGuarantee guarantee,
            @DefaultValue("auto") AcknowledgeMode acknowledgeMode,
            @DefaultValue("true") boolean autoStartup,
            @DefaultValue("20s") Duration shutdownTimeout,
            @DefaultValue Retry retry) {}

    /**
     * What to do with messages that a listener failed with.
     *
     * @param initialDelay Time to wait before a message that failed for the first time is given back to the broker, to be
     *     delivered again. Other messages are worked with meanwhile.
     * @param maxDelay Longest time to wait before a message is given back.
     * @param multiplier Factor between the delays of two failures of a message.
     * @param maxDeliveries Deliveries of a message after which it is rejected, so that the broker can put it to its dead
     *     letters; a broker that keeps none drops it. 0 for never. Where the broker does not count them, the listener does,
     *     by message-id or, without one, by content.
     */
    public record Retry(
            @DefaultValue("1s") Duration initialDelay,
            @DefaultValue("30s") Duration maxDelay,
            @DefaultValue("2.0") double multiplier,
            @DefaultValue("10") int maxDeliveries) {}

    /**
     * Defaults of the template.
     *
     * @param defaultAddress Address of messages that are sent without one. By default there is none.
     * @param guarantee Promise about messages: at-least-once has them come again after a failure or break, at-most-once never
     *     does so and may lose them.
     * @param durable Whether the broker must not lose messages in a restart.
     * @param timeToLive Time that messages live. By default for ever.
     * @param priority Priority of messages, from 0 to 255.
     * @param sendTimeout Time that blocking sends wait for room and for the outcome, replies of listeners for their outcome,
     *     and receives for their link.
     * @param receiveTimeout Time that receives wait for a message.
     * @param replyTimeout Time that requests wait for their reply.
     * @param replyAddress Address that replies come to, of which no other application receives. By default the broker is asked
     *     for a node of its own, which RabbitMQ does not have.
     * @param maxLinks Senders, and receivers, that are kept open for the next use.
     */
    public record Template(
            @Nullable String defaultAddress,
            @DefaultValue("at-least-once") DeliveryGuarantee guarantee,
            @DefaultValue("true") boolean durable,
            @Nullable Duration timeToLive,
            @DefaultValue("4") int priority,
            @DefaultValue("30s") Duration sendTimeout,
            @DefaultValue("1s") Duration receiveTimeout,
            @DefaultValue("5s") Duration replyTimeout,
            @Nullable String replyAddress,
            @DefaultValue("100") int maxLinks) {}
}
