#!/usr/bin/env bash
# Puts rhea, the AMQP 1.0 library for Node, and ws, its WebSockets, into the cache once, and prints the directory for
# NODE_PATH.
set -euo pipefail

home=${AMQP10_CACHE:-$HOME/.cache/amqp10}/rhea
if [ ! -d "$home/node_modules/rhea" ] || [ ! -d "$home/node_modules/ws" ]; then
    mkdir -p "$home"
    npm install --prefix "$home" --no-audit --no-fund --silent rhea@3.0.5 ws@8.18.3 >&2
fi
echo "$home/node_modules"
