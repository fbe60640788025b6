package io.amqp10.benchmarks.client;

/**
 * What a {@link ClientProcess} measures.
 *
 * @param client which library
 * @param workload what it does
 * @param load how much of it
 * @param warmUp where it warms up
 * @param target where it is measured
 * @param window what counts
 */
public record Task(ClientKind client, Workload workload, Load load, Target warmUp, Target target, Window window) {

    /**
     * Returns this as a command line.
     *
     * @return the arguments of {@link ClientProcess#main}
     */
    public String[] toArguments() {
        return new String[] {
            client.name(),
            workload.name(),
            "" + load.bodyBytes(),
            "" + load.links(),
            "" + load.rate(),
            "" + warmUp.port(),
            warmUp.address(),
            warmUp.trustStore(),
            "" + target.port(),
            target.address(),
            target.trustStore(),
            "" + window.warmUpMessages(),
            "" + window.warmUpMillis(),
            "" + window.millis(),
            "" + window.messages(),
            "" + window.skip(),
            "" + load.unsettled(),
            "" + load.connections(),
            "" + window.skipAtMost(),
            "" + load.underWay()
        };
    }

    static Task of(String[] arguments) {
        return new Task(
                ClientKind.valueOf(arguments[0]),
                Workload.valueOf(arguments[1]),
                new Load(
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        Long.parseLong(arguments[4]),
                        Integer.parseInt(arguments[16]),
                        Integer.parseInt(arguments[17]),
                        Integer.parseInt(arguments[19])),
                new Target(Integer.parseInt(arguments[5]), arguments[6], arguments[7]),
                new Target(Integer.parseInt(arguments[8]), arguments[9], arguments[10]),
                new Window(
                        Long.parseLong(arguments[11]),
                        Long.parseLong(arguments[12]),
                        Long.parseLong(arguments[13]),
                        Long.parseLong(arguments[14]),
                        Long.parseLong(arguments[15]),
                        Long.parseLong(arguments[18])));
    }
}
