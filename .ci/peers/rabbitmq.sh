#!/usr/bin/env bash
# RabbitMQ 4 for the interop tests, from Debian forky in a root directory of its own: the release that runs this has none
# that speaks AMQP 1.0 natively. Needs root, debootstrap and mount namespaces.
#
#   rabbitmq.sh prepare        makes the root in the cache, once
#   rabbitmq.sh run PORT DIR   listens on 127.0.0.1:PORT until it gets SIGTERM; data and log go to DIR
set -euo pipefail

cache=${AMQP10_CACHE:-$HOME/.cache/amqp10}
root=$cache/rabbitmq-forky

prepare() {
    if [ -e "$root/prepared" ]; then
        return
    fi
    local mirror script=/usr/share/debootstrap/scripts/forky
    # The mirror that this machine itself uses, in either of the two formats of its sources.
    mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
        awk '/^URIs:/ || /^deb / { print $2; exit }' || true)
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
    rm -rf "$root"
    mkdir -p "$cache"
    debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        forky "$root" "$mirror" "$script"
    # No service is to start while packages are being installed.
    install -m 755 /dev/stdin "$root/usr/sbin/policy-rc.d" <<<$'#!/bin/sh\nexit 101'
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
    unshare --mount bash -euc '
        mount -t proc proc "$1/proc"
        DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -y --no-install-recommends rabbitmq-server
        chroot "$1" apt-get clean' prepare "$root"
    touch "$root/prepared"
}

configure() {
    local port=$1 dir=$2
    cat >"$dir/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$port
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = ANONYMOUS
anonymous_login_user = guest
anonymous_login_pass = guest
definitions.import_backend = local_filesystem
definitions.local.path = /peer/definitions.json
disk_free_limit.absolute = 50MB
CONF
    cat >"$dir/definitions.json" <<'DEFINITIONS'
{
  "vhosts": [{"name": "/"}],
  "users": [
    {"name": "alice", "password": "alice-secret", "tags": "administrator"},
    {"name": "bob", "password": "bob-secret", "tags": ""},
    {"name": "guest", "password": "guest", "tags": ""}
  ],
  "permissions": [
    {"user": "alice", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
    {"user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
    {"user": "bob", "vhost": "/", "configure": "", "write": "", "read": ".*"}
  ],
  "queues": [
    {"name": "c1", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {"x-queue-type": "classic"}},
    {"name": "q1", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {"x-queue-type": "quorum"}}
  ],
  "exchanges": [], "bindings": []
}
DEFINITIONS
    echo '[].' >"$dir/enabled_plugins"
}

run() {
    local port=$1 dir
    mkdir -p "$2" "$root/peer"
    dir=$(cd "$2" && pwd)
    configure "$port" "$dir"
    exec unshare --mount bash -c '
        root=$1 dir=$2 port=$3
        mount --bind "$dir" "$root/peer" && mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" || exit 1
        export HOME=/peer LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
        export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((port + 1)) RABBITMQ_DIST_PORT=$((port + 2))
        export RABBITMQ_NODENAME=ci$port@localhost RABBITMQ_CONFIG_FILE=/peer/rabbitmq
        export RABBITMQ_ENABLED_PLUGINS_FILE=/peer/enabled_plugins RABBITMQ_MNESIA_BASE=/peer/db
        export RABBITMQ_LOG_BASE=/peer/log RABBITMQ_LOGS=- RABBITMQ_PID_FILE=/peer/beam.pid
        export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
        chroot "$root" /usr/bin/epmd >/dev/null & names=$!
        chroot "$root" /usr/lib/rabbitmq/bin/rabbitmq-server & server=$!
        stop() { kill "$(cat "$dir/beam.pid" 2>/dev/null || echo $server)" 2>/dev/null; }
        trap stop TERM INT
        while kill -0 $server 2>/dev/null; do wait $server; done
        kill $names 2>/dev/null' run "$root" "$dir" "$port"
}

case ${1:-} in
    prepare) prepare ;;
    run) run "$2" "$3" ;;
    *) sed -n '2,7p' "$0" >&2; exit 2 ;;
esac
