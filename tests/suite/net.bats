# Connections: where they come from, how many, how large, how long. Each test is
# run on redis-server, too, which is right by definition. It begins with stage 10.

load lib.bash

setup() {
  [[ -x $ROOT/stages/10-server/server ]] || skip "it begins with stage 10"
}

# net WHAT [no-redis]: by ours, and by redis-server.
net() {
  timeout 300 python3 "$ROOT/tests/suite/net.py" "$1" "$ROOT/stages/10-server/server --port {port}" 3>&-
  [[ ${2:-} != no-redis ]] || return 0
  ! command -v redis-server > /dev/null ||
    timeout 300 python3 "$ROOT/tests/suite/net.py" "$1" 'redis-server --port {port}' 3>&-
}

@test "a Unix socket has its permissions from the start, and leaves no file" {
  net files
}

@test "bind: both families, addresses that may be missing, others while it runs" {
  [[ -e /proc/net/if_inet6 ]] || skip "there is no IPv6"
  net addresses
}

@test "CONFIG REWRITE writes addresses that the next start reads" {
  net written
}

@test "maxmemory-clients: channels, patterns, watched keys, prefixes and a queue count" {
  net long_lists
}

@test "a long argument takes as much memory as it has bytes, from the start" {
  net long_argument
}

@test "an element is not given to a waiter whose connection has ended" {
  net waiter_gone
  timeout 300 python3 "$ROOT/tests/suite/net.py" waiter_gone "$ROOT/stages/06-lists/server --port {port}" 3>&-
}

# Redis makes such a reply to its end.
@test "a reply of two billion members stops with its client" {
  net endless no-redis
}
