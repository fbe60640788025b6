#!/usr/bin/env bash
# Builds what is needed and runs the comparisons; see README.md. --help lists the options.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mvn=${MVN:-mvn}

(cd "$root" && $mvn -q -B -pl benchmarks -am -DskipTests -Dspotless.check.skip=true \
    compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath \
    -Dmdep.outputFile=target/classpath.txt -DincludeScope=runtime) >&2

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath.txt")" \
    io.amqp10.benchmarks.Benchmarks "$@"
