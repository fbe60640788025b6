package io.amqp10.cli;

import io.amqp10.ProxyOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of {@code --proxy}. */
final class ProxyUrl {

    static final String PASSWORD_VARIABLE = "AMQP10_PROXY_PASSWORD";

    private ProxyUrl() {}

    static ProxyOptions parse(String text, Map<String, String> variables) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw malformed(text, e);
        }
        String host = url.getHost();
        String user = url.getUserInfo();
        if (user != null && user.contains(":")) {
            throw CliException.usage("a password on the command line can be read by others; use $" + PASSWORD_VARIABLE);
        }
        String path = url.getPath();
        boolean more = path != null && !path.isEmpty() && !path.equals("/");
        if (host == null || url.getPort() < 1 || url.getPort() > 65535 || more) {
            throw malformed(text, null);
        }
        ProxyOptions proxy =
                switch (String.valueOf(url.getScheme())) {
                    case "socks5" -> ProxyOptions.socks5(host, url.getPort());
                    case "http" -> ProxyOptions.http(host, url.getPort());
                    default -> throw malformed(text, null);
                };
        return user == null ? proxy : proxy.credentials(user, variables.getOrDefault(PASSWORD_VARIABLE, ""));
    }

    private static CliException malformed(String text, @Nullable Exception cause) {
        String message =
                "--proxy takes socks5://host:port or http://host:port, not '" + text.replaceAll("//.*@", "//") + "'";
        return cause == null ? CliException.usage(message) : new CliException(ExitCode.USAGE, message, cause);
    }
}
