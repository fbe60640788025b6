package io.amqp10.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A user, and a password or a token that never stand on the command line. */
class CredentialArguments {

    static final String USER_VARIABLE = "AMQP10_USER";
    static final String PASSWORD_VARIABLE = "AMQP10_PASSWORD";
    static final String TOKEN_VARIABLE = "AMQP10_TOKEN";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "User; without one, the peer is asked to take us as anonymous. Default: $" + USER_VARIABLE + ".")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Holds the password in its first line. Default: $" + PASSWORD_VARIABLE + ".")
    private @Nullable Path passwordFile;

    @Option(names = "--ask-password", description = "Asks for the password on the terminal.")
    private boolean askPassword;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds a token of OAuth 2, used in place of a password, by OAUTHBEARER or XOAUTH2. "
                    + "Default: $" + TOKEN_VARIABLE + ".")
    private @Nullable Path tokenFile;

    @Option(names = "--password", hidden = true, arity = "0..1", description = "Refused: others could read it.")
    private @Nullable String refusedPassword;

    /** Returns the user: the option's, else the URL's, else the variable's. */
    final @Nullable String user(Environment environment, @Nullable String ofUrl) {
        return user != null
                ? user
                : ofUrl != null ? ofUrl : environment.variables().get(USER_VARIABLE);
    }

    /** Returns the password that is given, null if none is. That of the variable may be meant for other peers of a client. */
    final @Nullable String password(Environment environment, @Nullable String forUser) {
        if (refusedPassword != null) {
            throw CliException.usage("a password on the command line can be read by others; use --ask-password, "
                    + "--password-file or $" + PASSWORD_VARIABLE);
        }
        if (forUser == null && (askPassword || passwordFile != null)) {
            throw passwordWithoutUser();
        }
        if (askPassword) {
            char[] typed = environment.terminal().readPassword("Password of " + forUser + ": ");
            if (typed == null) {
                throw CliException.usage(
                        "there is no terminal to ask for the password; use --password-file or $" + PASSWORD_VARIABLE);
            }
            return new String(typed);
        }
        return passwordFile != null
                ? firstLine("password", passwordFile)
                : environment.variables().get(PASSWORD_VARIABLE);
    }

    static CliException passwordWithoutUser() {
        return CliException.usage("a password needs --user or $" + USER_VARIABLE);
    }

    /** Returns who gives a token, each time the one that is then in the file; null if there is none. */
    final @Nullable Supplier<String> token(Environment environment) {
        Path file = tokenFile;
        if (file != null) {
            firstLine("token", file);
            return () -> firstLine("token", file);
        }
        String fromVariable = environment.variables().get(TOKEN_VARIABLE);
        return fromVariable == null ? null : () -> fromVariable;
    }

    private static String firstLine(String what, Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read the " + what + " from " + file + ": " + e, e);
        }
    }
}
