package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the mechanisms of OAuth 2 put on the wire.
 *
 * @see "RFC 7628, section 3.1"
 */
final class BearerToken {

    /** Frames of the dialogue may be so long, because tokens do not fit into the 512 octets of other mechanisms. */
    static final int MAX_FRAME_SIZE = 16 * 1024;

    private static final char SEPARATOR = '\1';
    private static final String SCHEME = "bearer ";

    private BearerToken() {}

    static Binary oauthBearer(@Nullable String user, String token) throws MechanismException {
        String header = user == null ? "n,," : "n,a=" + ScramText.escape(user) + ",";
        return message(header + SEPARATOR, token);
    }

    static Binary xoauth2(@Nullable String user, String token) throws MechanismException {
        return message("user=" + (user == null ? "" : user) + SEPARATOR, token);
    }

    private static Binary message(String before, String token) throws MechanismException {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) <= ' ' || token.charAt(i) > '~') {
                throw new MechanismException("the token holds a character that no token may hold");
            }
        }
        if (token.isEmpty() || before.indexOf(SEPARATOR) != before.length() - 1) {
            throw new MechanismException("the token is empty, or the user's name holds a control character");
        }
        String text = before + "auth=Bearer " + token + SEPARATOR + SEPARATOR;
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What a client said.
     *
     * @param user whom it says to be, null for whom the token names
     * @param token the token
     */
    record Said(@Nullable String user, String token) {

        /** Shows no token. */
        @Override
        public String toString() {
            return "Said[user=" + user + "]";
        }
    }

    static Said read(SaslMechanism mechanism, Binary response) throws MechanismException {
        String text = ScramText.utf8(response);
        if (text.length() < 2 || !text.endsWith("" + SEPARATOR + SEPARATOR)) {
            throw malformed();
        }
        String[] parts = text.substring(0, text.length() - 2).split(String.valueOf(SEPARATOR), -1);
        String token = null;
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].regionMatches(true, 0, "auth=" + SCHEME, 0, 5 + SCHEME.length())) {
                token = parts[i].substring(5 + SCHEME.length()).strip();
            }
        }
        if (token == null || token.isEmpty()) {
            throw malformed();
        }
        String user = mechanism == SaslMechanism.OAUTHBEARER ? gs2User(parts[0]) : xoauth2User(parts[0]);
        return new Said(user.isEmpty() ? null : user, token);
    }

    private static String gs2User(String header) throws MechanismException {
        boolean noBinding = header.startsWith("n,") || header.startsWith("y,");
        if (!noBinding || !header.endsWith(",") || header.length() < 3) {
            throw malformed();
        }
        String name = header.substring(2, header.length() - 1);
        if (name.isEmpty()) {
            return "";
        }
        if (!name.startsWith("a=") || name.indexOf(',') >= 0) {
            throw malformed();
        }
        return ScramText.unescape(name.substring(2));
    }

    private static String xoauth2User(String first) throws MechanismException {
        if (!first.startsWith("user=")) {
            throw malformed();
        }
        return first.substring("user=".length());
    }

    private static MechanismException malformed() {
        return new MechanismException("the client sent a malformed bearer token response");
    }
}
