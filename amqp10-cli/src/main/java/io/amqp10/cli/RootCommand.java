package io.amqp10.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a command: says which there are. */
@Command(
        name = "amqp10",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Sends, receives and looks around at any AMQP 1.0 peer: brokers such as ActiveMQ Artemis, RabbitMQ 4 or Qpid, "
                    + "and programs without a broker.",
            ""
        },
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:All that was asked for happened.",
            "1:The peer did not accept a message, or refused a link.",
            "2:The command line or the input is wrong.",
            "3:No connection, or the credentials were refused.",
            "124:The time was over before all happened.",
            "130:Stopped by Ctrl-C, after what was under way was settled."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  amqp10 ping -u amqp://broker.example",
            "  amqp10 send orders 'Hello World!'",
            "  amqp10 receive -n 1 orders",
            "  amqp10 receive --json -e orders | amqp10 send --json archive",
            "",
            "'amqp10 help COMMAND' explains a command."
        })
final class RootCommand implements Runnable {

    private final Environment environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    RootCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        if (!environment.terminal().isError()) {
            throw new ParameterException(spec.commandLine(), "a command is missing, such as send, receive or ping");
        }
        spec.commandLine().usage(environment.err());
        throw new CliException(ExitCode.USAGE, "a command is missing, such as send, receive or ping");
    }

    /** What {@code --version} says. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = RootCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "amqp10 " + (version == null ? "(built from source)" : version) + ", Java " + Runtime.version()
            };
        }
    }
}
