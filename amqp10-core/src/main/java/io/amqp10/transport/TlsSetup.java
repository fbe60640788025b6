package io.amqp10.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes the TLS handlers of both ends out of {@link TlsSettings}. */
final class TlsSetup {

    /** How many octets the JDK encrypts at most into one buffer: a buffer for each record costs more. */
    private static final int ENCRYPTED_AT_ONCE = 64 * 1024;

    private TlsSetup() {}

    /** Returns the context for clients, which may take long the first time. */
    static SslContext clientContext(TlsSettings settings) throws SSLException {
        SslContext ready = given(settings, true);
        if (ready != null) {
            return ready;
        }
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols(settings.protocols())
                .ciphers(ciphers(settings), IdentityCipherSuiteFilter.INSTANCE)
                .build();
    }

    private static SslContext serverContext(TlsSettings settings) {
        SslContext ready = given(settings, false);
        if (ready == null) {
            throw new IllegalStateException("a server needs a key and a certificate for TLS");
        }
        return ready;
    }

    private static @Nullable SslContext given(TlsSettings settings, boolean client) {
        if (settings.nettyContext() != null) {
            return settings.nettyContext().get();
        }
        if (settings.context() == null) {
            return null;
        }
        SSLContext context = settings.context().get();
        ClientAuth clientAuth = client
                ? ClientAuth.NONE
                : switch (settings.clientAuth()) {
                    case NONE -> ClientAuth.NONE;
                    case WANT -> ClientAuth.OPTIONAL;
                    case NEED -> ClientAuth.REQUIRE;
                };
        return new JdkSslContext(
                context,
                client,
                ciphers(settings),
                IdentityCipherSuiteFilter.INSTANCE,
                null,
                clientAuth,
                settings.protocols().toArray(String[]::new),
                false);
    }

    private static @Nullable List<String> ciphers(TlsSettings settings) {
        return settings.cipherSuites().isEmpty() ? null : settings.cipherSuites();
    }

    /** Makes a client's handler, which asks for the host's name and checks it. */
    static SslHandler client(
            TlsSettings settings,
            SslContext context,
            String host,
            int port,
            ByteBufAllocator allocator,
            Executor tasks) {
        String name = settings.serverName() == null ? host : settings.serverName();
        SslHandler handler = context instanceof JdkSslContext
                ? ofJdk(context.newEngine(allocator, name, port), tasks)
                : context.newHandler(allocator, name, port, tasks);
        SSLEngine engine = handler.engine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(settings.verifyHostname() ? "HTTPS" : "");
        engine.setSSLParameters(parameters);
        return unlimited(handler);
    }

    /** Makes a server's handler, which lets a client negotiate once only. */
    static SslHandler server(TlsSettings settings, ByteBufAllocator allocator, Executor tasks) {
        SslContext context = serverContext(settings);
        SslHandler handler = context instanceof JdkSslContext
                ? ofJdk(context.newEngine(allocator), tasks)
                : context.newHandler(allocator, tasks);
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                // Another handshake on the same connection costs the server much and the client little.
                handler.engine().setEnableSessionCreation(false);
            }
        });
        return unlimited(handler);
    }

    private static SslHandler ofJdk(SSLEngine engine, Executor tasks) {
        SslHandler handler = new SslHandler(new RecordGuard(engine), tasks);
        handler.setWrapDataSize(ENCRYPTED_AT_ONCE);
        return handler;
    }

    /** The whole handshake has a deadline, so TLS needs none of its own. */
    private static SslHandler unlimited(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }
}
