#!/usr/bin/env bash
# Builds what is needed and runs the comparisons; see README.md. --help lists the options.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mvn=${MVN:-mvn}
target=$root/benchmarks/target

(cd "$root" && $mvn -q -B -pl benchmarks -am -Pclasspath -DskipTests -Dspotless.check.skip=true process-classes) >&2

# Proton C++, the yardstick for receiving, takes part where it can be built.
proton=()
source=$root/benchmarks/src/main/cpp/proton_client.cpp
if [ -e /usr/include/proton/container.hpp ] && command -v g++ >/dev/null; then
    [ "$target/proton_client" -nt "$source" ] ||
        g++ -std=c++17 -O2 -Wall -Wextra -Werror -o "$target/proton_client" "$source" -lqpid-proton-cpp >&2
    version=$(dpkg-query -W -f '${Version}' libqpid-proton-cpp12-dev 2>/dev/null || echo 'unknown version')
    proton=("-Damqp10.benchmarks.proton=$target/proton_client" "-Damqp10.benchmarks.proton.version=$version")
else
    echo 'LEFT OUT: Proton C++, which needs g++ and libqpid-proton-cpp12-dev' >&2
fi

commit=()
if id=$(git -C "$root" describe --always --dirty 2>/dev/null); then
    commit=("-Damqp10.benchmarks.commit=$id")
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" ${proton[@]+"${proton[@]}"} ${commit[@]+"${commit[@]}"} "-Damqp10.benchmarks.docs=$root/docs" -cp "$target/classes:$(cat "$target/classpath.txt")" \
    io.amqp10.benchmarks.Benchmarks "$@"
