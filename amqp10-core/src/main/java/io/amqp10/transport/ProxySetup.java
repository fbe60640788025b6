package io.amqp10.transport;

import io.netty.channel.ChannelHandler;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Makes the handlers that ask a proxy for a connection. */
final class ProxySetup {

    private ProxySetup() {}

    /** Makes the handler, which tells the handshake when there is a connection to the peer. */
    static ChannelHandler handler(ProxySettings settings, InetSocketAddress proxy, Handshake handshake) {
        String user = settings.user();
        String password = settings.password() == null ? "" : settings.password();
        ProxyHandler handler =
                switch (settings.kind()) {
                    case SOCKS5 -> new Socks5ProxyHandler(proxy, user, user == null ? null : password);
                    case HTTP ->
                        user == null ? new HttpProxyHandler(proxy) : new HttpProxyHandler(proxy, user, password);
                };
        // The whole handshake has a deadline, so this part of it needs none of its own.
        handler.setConnectTimeoutMillis(0);
        handler.connectFuture().addListener(done -> {
            if (done.isSuccess()) {
                handshake.tunnelled();
            }
        });
        return handler;
    }

    /** Returns what to ask the proxy for: a name stays a name, so that nobody learns of it by a question of ours. */
    static InetSocketAddress destination(String host, int port) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            try {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(host, e);
            }
        }
        return InetSocketAddress.createUnresolved(host, port);
    }
}
