# The real clients, against the newest stage (from 03 on they can talk to it).

load lib.bash

setup() {
  stage=$(newest_stage)
  [[ ! $stage < 03 ]] || skip "$stage does not speak the protocol yet"
}

teardown() {
  kill_server
  stop_redis
}

stop_redis() {
  [[ -n ${redis_pid:-} ]] || return 0
  kill -KILL "$redis_pid" 2> /dev/null || true
  wait "$redis_pid" 2> /dev/null || true
  redis_pid=
}

needs_stage() {
  [[ ! $stage < $1 ]] || skip "$stage comes before stage $1"
}

needs_redis_py() {
  [[ -x $ROOT/.venv/bin/python ]] || skip "there is no .venv with redis-py"
  "$ROOT/.venv/bin/python" -c 'import redis' || skip "redis-py is not installed"
}

redis_pongs() {
  [[ $(redis-cli -p "$redis_port" ping 2> /dev/null) == PONG ]]
}

# Starts a redis-server on a free port. Sets redis_port and redis_pid.
start_redis() {
  find_port
  redis_port=$port
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' \
    --enable-debug-command yes --dir "$BATS_TEST_TMPDIR" > /dev/null 3>&- &
  redis_pid=$!
  eventually redis_pongs || fail "redis-server does not start"
}

# beside_redis PROGRAM WORD...: runs it with the ports of our server and of a redis-server.
beside_redis() {
  needs redis-server
  start_redis
  start_to_debug "$stage"
  run timeout 300 "$@" "$port" "$redis_port"
  [[ $status -eq 0 ]] || fail "$output"
  stop_redis
  stop_server
  [[ $status -eq 0 ]]
}

cli() {
  timeout 120 redis-cli -p "$port" "$@"
}

@test "redis-cli: one command, and a session from its input" {
  needs redis-cli
  start_server "$stage"
  [[ $(cli ping) == PONG ]]
  [[ $(cli echo 'two words') == 'two words' ]]
  run cli nonsense
  [[ $output == "ERR unknown command 'nonsense'"* ]] || fail "$output"
  [[ $(printf 'PING\nECHO grape\n' | cli) == $'PONG\ngrape' ]]
  stop_server
  [[ $status -eq 0 ]]
}

@test "redis-cli: keys, numbers, binary values from standard input" {
  needs redis-cli
  needs_stage 04
  start_server "$stage"
  [[ $(cli set fruit grape) == OK ]]
  [[ $(cli get fruit) == grape ]]
  [[ $(cli get none) == '' ]]
  [[ $(cli incr counter) == 1 ]]
  [[ $(printf 'a\001b\n' | cli -x set binary) == OK ]]
  [[ $(cli strlen binary) == 4 ]]
  [[ $(cli --scan | sort | tr '\n' ' ') == 'binary counter fruit ' ]]
  [[ $(cli dbsize) == 3 ]]
  stop_server
}

@test "redis-cli --pipe loads 10,000 keys" {
  needs redis-cli
  needs_stage 04
  start_server "$stage"
  run timeout 300 redis-cli -p "$port" --pipe < <(
    for ((i = 0; i < 10000; i++)); do printf 'SET key:%d value:%d\r\n' "$i" "$i"; done)
  [[ $status -eq 0 && $output == *"errors: 0, replies: 10000"* ]] || fail "$output"
  [[ $(cli dbsize) == 10000 && $(cli get key:9999) == value:9999 ]]
  stop_server
}

field() {
  cli info "$1" | tr -d '\r' | sed -n "s/^$2://p"
}

is_blocking() {
  [[ $(field clients blocked_clients) != 0 ]]
}

somebody_waits() {
  eventually is_blocking || fail "nobody waits"
}

# benches TESTS OPTION...: redis-benchmark runs them and no reply is an error.
benches() {
  local tests=$1 said
  shift
  said=$(timeout 300 redis-benchmark -p "$port" -n 2000 -q -t "$tests" "$@" 2>&1)
  [[ $said == *"requests per second"* && $said != *rror* ]] || fail "$said"
}

@test "redis-benchmark: ping, inline and in bulk, with and without pipelines" {
  needs redis-benchmark
  start_server "$stage"
  benches ping_inline,ping_mbulk
  benches ping_inline,ping_mbulk -P 16
  stop_server
}

@test "redis-benchmark: what its default run has of strings" {
  needs redis-benchmark
  needs_stage 04
  start_server "$stage"
  benches set,get,incr,mset -r 1000
  benches set,get,incr,mset -r 1000 -P 16 -d 100
  benches set,get -c 200 -P 64
  stop_server
}

@test "redis-benchmark: what its default run has of lists" {
  needs redis-benchmark
  needs_stage 06
  start_server "$stage"
  benches lpush,rpush,lpop,rpop,lrange_100,lrange_600
  benches lpush,rpush,lpop,rpop,lrange_300 -P 16 -d 100
  stop_server
}

@test "redis-cli: a client that waits is woken by another, and leaves no trace" {
  needs redis-cli
  needs_stage 08
  start_server "$stage"
  cli blpop jobs 0 > "$BATS_TEST_TMPDIR/woken" &
  local waiter=$!
  somebody_waits
  [[ $(cli rpush jobs grape plum) == 2 ]]
  wait "$waiter"
  [[ $(< "$BATS_TEST_TMPDIR/woken") == $'jobs\ngrape' ]]
  timeout 120 redis-cli -p "$port" blpop none 0 &
  waiter=$!
  somebody_waits
  kill "$waiter"
  wait "$waiter" || true
  [[ $(cli rpush none grape) == 1 && $(cli llen none) == 1 ]]
  stop_server
}

@test "redis-benchmark: its whole default run goes through, ours or an error a test" {
  needs redis-benchmark
  needs_stage 04
  start_server "$stage"
  run timeout 300 redis-benchmark -p "$port" -n 500 -q -e
  [[ $status -ne 124 ]] || fail "it hangs: $output"
  [[ $(ask PING) == +PONG ]]
  stop_server
}

@test "redis-cli: a backup of the keys, and one of the functions, of which there are none" {
  needs redis-cli
  needs redis-check-rdb
  needs_stage 10
  start_server "$stage" --save ''
  [[ $(cli mset a 1 b 2) == OK ]]
  cli --rdb "$BATS_TEST_TMPDIR/keys.rdb" > /dev/null
  run redis-check-rdb "$BATS_TEST_TMPDIR/keys.rdb"
  [[ $status -eq 0 && $output == *" 2 keys read"* ]] || fail "$output"
  run cli --functions-rdb "$BATS_TEST_TMPDIR/functions.rdb"
  [[ $status -eq 0 ]] || fail "$output"
  run redis-check-rdb "$BATS_TEST_TMPDIR/functions.rdb"
  [[ $status -eq 0 && $output == *" 0 keys read"* ]] || fail "$output"
  [[ $(cli replconf rdb-filter-only "functions keys" 2>&1) == "ERR Unsupported rdb-filter-only option: keys" ]]
  stop_server
}

@test "redis-benchmark: in version 3, by two threads, and with 10,000 clients" {
  needs redis-benchmark
  needs_stage 10
  start_server "$stage" --maxclients 10100 --save ''
  benches set,get,lpush,lrange_100,mset -3 -P 16
  benches set,get --threads 2
  if [[ $(ulimit -n) -ge 10200 ]]; then
    benches set,get -c 10000 -n 10000 -r 100000
    [[ $(cli dbsize) -gt 5000 ]]
  fi
  stop_server
}

@test "redis-py: COMMAND knows of each command, and its keys, what redis-server does" {
  needs_stage 10
  needs_redis_py
  beside_redis "$ROOT/.venv/bin/python" "$ROOT/tests/suite/command_table.py"
}

@test "redis-py: each command counts as many changes as on redis-server" {
  needs_stage 08
  needs_redis_py
  beside_redis "$ROOT/.venv/bin/python" "$ROOT/tests/suite/changes.py"
}

@test "both versions of the protocol, byte for byte as on redis-server" {
  needs_stage 10
  beside_redis python3 "$ROOT/tests/suite/alike.py" protocols
}

@test "redis-py: what it makes of replies, in both versions, as on redis-server" {
  needs_stage 10
  needs_redis_py
  beside_redis "$ROOT/.venv/bin/python" "$ROOT/tests/suite/alike.py" typed
}

@test "MONITOR, SLOWLOG and INFO show of commands what redis-server shows" {
  needs_stage 10
  beside_redis python3 "$ROOT/tests/suite/alike.py" watching
}

@test "settings take the same values as redis-server's, and refuse others in its words" {
  needs_stage 10
  for what in ranges words; do
    beside_redis python3 "$ROOT/tests/suite/alike.py" $what
  done
}

@test "what is published about the keys of each command, as on redis-server" {
  needs_stage 10
  beside_redis python3 "$ROOT/tests/suite/events.py"
}

@test "redis-cli -3: what a client of version 3 changed is logged as ever" {
  needs redis-cli
  needs_stage 10
  start_to_debug "$stage" --appendonly yes
  redis-cli -3 -p "$port" > "$BATS_TEST_TMPDIR/replies" << 'END'
SADD s a b c d e
SPOP s 2
XADD x 1-1 f v
XADD y 2-1 f v
XGROUP CREATE x g 0
XGROUP CREATE y g 0
XREADGROUP GROUP g c STREAMS x y > >
XDEL x 1-1
XREADGROUP GROUP g c STREAMS x y 0 0
XAUTOCLAIM y g d 0 0
ZADD z 1 a 2 b 3 c
ZMPOP 1 z MIN
BZMPOP 1 1 z MAX
RPUSH l 1 2 3
LMPOP 1 l LEFT COUNT 2
BLPOP l 1
INCRBYFLOAT n 1.5
END
  ! grep -i err "$BATS_TEST_TMPDIR/replies"
  before=$(cli DEBUG DIGEST)
  [[ $(cli DEBUG LOADAOF) == OK ]]
  [[ $(cli DEBUG DIGEST) == "$before" ]]
  [[ $(cli XPENDING y g - + 1 d) == 2-1* ]]
  stop_server
  [[ $status -eq 0 ]]
}

@test "redis-cli: what Redis 7.2 says otherwise than older ones" {
  needs redis-cli
  needs_stage 07
  start_server "$stage"
  [[ $(cli xread streams a b 0 2>&1) == "ERR Unbalanced 'xread' list of streams: for each stream key an ID or '\$' must be specified." ]]
  [[ $(cli xreadgroup group g c streams a b 0 2>&1) == "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified." ]]
  [[ $(cli xadd s 5-1 a b) == 5-1 ]]
  [[ $(cli xdel s 5-1) == 1 ]]
  [[ $(cli xsetid s 1 2>&1) == 'ERR The ID specified in XSETID is smaller than current max_deleted_entry_id' ]]
  [[ $(cli xsetid s 5-1) == OK ]]
  [[ $(cli zadd z 1e17 a) == 1 ]]
  [[ $(cli zscore z a) == 100000000000000000 ]]
  [[ $stage < 08 || $(cli config set set-max-listpack-value 1kb 2>&1) == *"- argument couldn't be parsed into an integer" ]]
  [[ ! $stage < 10 ]] || { stop_server && return; }
  [[ $(cli command getkeys get 2>&1) == 'ERR Invalid number of arguments specified for command' ]]
  [[ $(cli command getkeys ping 2>&1) == 'ERR The command has no key arguments' ]]
  stop_server
}

@test "redis-cli: what a log that is replayed has changed counts for save points" {
  needs redis-cli
  needs_stage 08
  [[ $stage == 08* ]] && skip "$stage has no log"
  start_server "$stage" --save '' --appendonly yes
  [[ $(cli rpush list a b c) == 3 && $(cli set text x) == OK ]]
  stop_server KILL
  start_server "$stage" --save '3600 1000' --appendonly yes
  [[ $(field persistence rdb_changes_since_last_save) == 4 ]]
  stop_server
}

@test "redis-cli: INFO tells memory, who waits, and how long keys have left" {
  needs redis-cli
  needs_stage 08
  start_to_debug "$stage" --save ''
  [[ $(cli debug populate 1000000 key 60) == OK ]]
  used=$(field memory used_memory) rss=$(field memory used_memory_rss)
  [[ $((used * 100)) -gt $((rss * 95)) && $((used * 100)) -lt $((rss * 105)) ]] ||
    fail "used $used, resident $rss"
  if [[ $stage == 10* ]]; then # what INFO itself takes is not told
    allocated=$(cli memory stats | grep -A1 total.allocated | tail -1)
    [[ $((used - allocated)) -lt 8192 ]] || fail "used $used, allocated $allocated"
  fi
  [[ $(cli flushall) == OK ]]
  is_given_back() { [[ $(field memory used_memory) -lt $((used / 4)) ]]; }
  eventually is_given_back
  [[ $(field memory used_memory_peak) -ge $used ]]
  [[ $(cli set a 1 ex 100) == OK && $(cli set b 1 ex 300) == OK && $(cli set c 1) == OK ]]
  [[ $(cli expire b 500) == 1 && $(cli set d 1 ex 9) == OK && $(cli del d) == 1 ]]
  ttl=$(field keyspace db0) ttl=${ttl##*avg_ttl=}
  [[ $ttl -gt 290000 && $ttl -le 300000 ]] || fail "avg_ttl $ttl"
  [[ $(field clients blocked_clients) == 0 ]]
  timeout 120 redis-cli -p "$port" blpop queue 0 > /dev/null 3>&- &
  somebody_waits
  [[ $(field clients blocked_clients) == 1 ]]
  [[ $(cli rpush queue x) == 1 ]]
  [[ $(field clients blocked_clients) == 0 ]]
  stop_server
}

@test "redis-cli: DEBUG LISTPACK prints on the server what a small hash is" {
  needs redis-cli
  needs_stage 07
  start_to_debug "$stage"
  [[ $(cli hset ada name Ada born 1815) == 2 ]]
  [[ $(cli debug listpack ada) == 'Listpack structure printed on stdout' ]]
  [[ $(cli debug listpack none 2>&1) == 'ERR no such key' ]]
  [[ $(cli set text x) == OK ]]
  [[ $(cli debug listpack text 2>&1) == 'ERR Not a listpack encoded object.' ]]
  run cat "$log.stdout"
  [[ ${lines[0]} == 'listpack: 27 bytes, 4 elements' ]] || fail "$output"
  [[ ${lines[4]} == '   3  at     23,    3 bytes: 1815' ]] || fail "$output"
  stop_server
}

# A session of real work with each client: the programs in clients/, which
# docs/clients.md shows. They hold on redis-server, too, and leave no key behind.
works() {
  local on said=
  ! command -v redis-server > /dev/null || start_redis
  start_to_debug "$stage" --save ''
  for on in ${redis_port:-} "$port"; do
    run timeout 300 "$@" "$on"
    [[ $status -eq 0 ]] || fail "port $on, redis-server's is ${redis_port:-none}: $output"
    [[ -z $said || $output == "$said" ]] || diff <(echo "$said") <(echo "$output")
    said=$output
  done
  [[ $(ask DBSIZE) == :0 ]]
  stop_redis
  stop_server
  [[ $status -eq 0 ]]
}

@test "a session of redis-cli, in each of its modes" {
  needs redis-cli
  needs_stage 10
  works "$ROOT/tests/suite/clients/redis-cli.sh"
  works python3 "$ROOT/tests/suite/clients/redis_cli_typed.py"
}

@test "a session of redis-py, with its cache, and of its asyncio client, in both protocols" {
  needs_stage 10
  needs_redis_py
  works "$ROOT/.venv/bin/python" "$ROOT/tests/suite/clients/redis_py.py"
  works "$ROOT/.venv/bin/python" "$ROOT/tests/suite/clients/redis_async.py"
}

@test "a session of ioredis, and of node-redis" {
  needs_stage 10
  needs npm
  mkdir -p "$OUT/npm"
  cd "$OUT/npm"
  cp "$ROOT"/tests/suite/clients/{package.json,*.mjs} .
  timeout 120 npm install --no-package-lock --ignore-scripts --no-audit --no-fund \
    ${NO_INSTALL:+--offline} > "$BATS_TEST_TMPDIR/log" 2>&1 ||
    skip "npm has no ioredis and node-redis: $(tail -n 1 "$BATS_TEST_TMPDIR/log")"
  works node ioredis.mjs
  works node node-redis.mjs
}

@test "a session of go-redis" {
  needs_stage 10
  needs go
  cd "$ROOT/tests/suite/clients"
  export GOTOOLCHAIN=local
  # Modules and what is built of them stay where go keeps them: to build the
  # standard library again for each copy of the project takes a minute.
  env ${NO_INSTALL:+GOPROXY=off} timeout 120 go mod download > "$BATS_TEST_TMPDIR/log" 2>&1 ||
    skip "go has no go-redis: $(tail -n 1 "$BATS_TEST_TMPDIR/log")"
  go build -buildvcs=false -o "$OUT/go_redis" .
  works "$OUT/go_redis"
}
