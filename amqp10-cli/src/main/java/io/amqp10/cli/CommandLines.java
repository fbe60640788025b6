package io.amqp10.cli;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.ConnectionLostException;
import io.amqp10.TimedOutException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together, runs one, and turns whatever goes wrong into one line and an exit code. */
final class CommandLines {

    private static final int WIDTH = 100;

    private CommandLines() {}

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    static int run(Environment environment, String... args) {
        return create(environment).execute(args);
    }

    /** Returns all commands, ready to parse. */
    static CommandLine create(Environment environment) {
        CommandLine line = new CommandLine(new RootCommand(environment))
                .addSubcommand(new SendCommand(environment))
                .addSubcommand(new ReceiveCommand(environment))
                .addSubcommand(new BrowseCommand(environment))
                .addSubcommand(new RequestCommand(environment))
                .addSubcommand(new RespondCommand(environment))
                .addSubcommand(new ListenCommand(environment))
                .addSubcommand(new PingCommand(environment))
                .addSubcommand(new BenchCommand(environment))
                .addSubcommand(new CommandLine.HelpCommand());
        return line.setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(WIDTH)
                .setAbbreviatedOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, Quantities::duration)
                .registerConverter(TypedName.class, TypedName::parse)
                .registerConverter(ByteSize.class, ByteSize::parse)
                .setParameterExceptionHandler((e, arguments) -> wrongArguments(environment, e))
                .setExecutionExceptionHandler((e, failed, result) -> failed(environment, e));
    }

    private static int wrongArguments(Environment environment, ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String message = e instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched)
                : Texts.oneLine(String.valueOf(e.getMessage()));
        environment.err().println("amqp10: " + Texts.withoutSecrets(message));
        if (e instanceof UnmatchedArgumentException unmatched) {
            unmatched.getSuggestions().stream()
                    .limit(1)
                    .forEach(s -> environment.err().println("Did you mean " + s + "?"));
        }
        environment.err().println("Try '" + command.qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** Names what is unknown, but no values: what stands behind a misspelled option may be a password. */
    private static String unmatched(UnmatchedArgumentException e) {
        List<String> options = e.getUnmatched().stream()
                .filter(argument -> argument.startsWith("-"))
                .map(argument -> argument.replaceFirst("=.*", ""))
                .toList();
        boolean ofCommands = e.getCommandLine().getParent() == null
                && options.stream().anyMatch(option -> isOfACommand(e.getCommandLine(), option));
        if (ofCommands) {
            return "options stand after the command that they are for: " + Texts.oneLine(String.join(", ", options));
        }
        if (!options.isEmpty()) {
            return "unknown option " + Texts.oneLine(String.join(", ", options));
        }
        if (e.getCommandLine().getParent() == null) {
            return "unknown command '" + Texts.oneLine(e.getUnmatched().get(0)) + "'";
        }
        return "there are more arguments than the command takes; is one with spaces not quoted?";
    }

    private static boolean isOfACommand(CommandLine root, String option) {
        return root.getSubcommands().values().stream()
                .anyMatch(command -> command.getCommandSpec().findOption(option) != null);
    }

    private static int failed(Environment environment, Exception e) {
        int code = exitCode(e);
        String message = e.getMessage() == null || e.getMessage().isEmpty() ? null : e.getMessage();
        if (message == null && code != ExitCode.BROKEN_PIPE) {
            message = e.toString();
        }
        if (message != null) {
            environment.err().println("amqp10: " + Texts.withoutSecrets(Texts.oneLine(message)));
        }
        return code;
    }

    /** Returns the exit code for what a command threw. */
    static int exitCode(Exception e) {
        if (e instanceof CliException own) {
            return own.exitCode();
        }
        if (e instanceof AuthenticationException || e instanceof ConnectionLostException) {
            return ExitCode.CONNECTION;
        }
        if (e instanceof TimedOutException) {
            return ExitCode.TIMEOUT;
        }
        if (e instanceof IllegalArgumentException) {
            return ExitCode.USAGE;
        }
        if (e instanceof Amqp10Exception && Thread.currentThread().isInterrupted()) {
            return ExitCode.INTERRUPTED;
        }
        return ExitCode.REFUSED;
    }
}
