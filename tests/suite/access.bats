# Who may, and who can hold everybody up: strangers, crowds, and what is dangerous.

load lib.bash

teardown() {
  kill_server
}

# each_from STAGE COMMAND...: with each stage from that one on behind it.
each_from() {
  local first=$1 stage any=
  shift
  for stage in $(stages); do
    [[ ! $stage < $first ]] || continue
    any=yes
    echo "stage: $stage"
    "$@" "$stage"
  done
  [[ -n $any ]] || skip "it begins with stage $first"
}

access() {
  timeout 60 python3 "$ROOT/tests/suite/access.py" "$1" "$port" "${@:2}" 3>&-
}

# ---- Browsers ---------------------------------------------------------------

leaves_browsers() {
  start_server "$1"
  local word
  for word in POST post Host: HOST:; do
    said=$(access talk 'PING' "$word / HTTP/1.1" 'Host: x' '' 'CLIENT SETNAME pwned' 'PING')
    [[ $said == "" ]] || fail "$word: $said"
  done
  said=$(access talk 'POSTS x' 'Host' 'PING')
  [[ $said == *"'POSTS'"*"'Host'"*+PONG* ]] || fail "$said"
  # One line a minute, however many come, and it says where from.
  [[ $(grep -c 'HTTP' "$log") -eq 1 ]]
  grep -q 'warn .*127\.0\.0\.1:[0-9]* sends HTTP' "$log"
  if [[ ! $1 < 04 ]]; then
    access talk 'POST / HTTP/1.1' 'Host: x' '' 'SET pwned 1'
    [[ $(access talk 'GET pwned') == '$-1'* ]]
  fi
  stop_server
  [[ $status -eq 0 ]]
}

@test "a browser's POST ends its connection before its body is run, with a line in the log" {
  each_from 03 leaves_browsers
}

# ---- Strangers --------------------------------------------------------------

mapfile -t pings < <(yes PING | head -n 600)

bounds_strangers() {
  start_server "$1" --requirepass secret
  local closed grown
  # 30 MB of requests from each, for which 170 MB of output would be due.
  read -r closed grown <<< "$(access flood "$pid" 20 30000000)"
  [[ $closed -eq 20 ]] || fail "$closed of 20 were closed"
  [[ $grown -lt 8 ]] || fail "grown by $grown MB"
  [[ $(grep -c 'has not authenticated' "$log") -eq 1 ]]
  # 16 KiB are allowed, as by Redis: 481 of these replies.
  said=$(access talk "${pings[@]:0:481}")
  [[ $(grep -c NOAUTH <<< "$said") -eq 481 ]] || fail "481: $said"
  said=$(access talk "${pings[@]:0:482}")
  [[ $said == '' ]] || fail "482: ${said:0:100}"
  stop_server
  [[ $status -eq 0 ]]
}

@test "who has not authenticated, and does not read, is closed at 16 KiB of output" {
  each_from 10 bounds_strangers
}

lets_in() {
  start_server "$1" --requirepass secret
  [[ $(access dribble secret) == in ]]
  # What was asked for before RESET is not a stranger's.
  local long
  long=$(printf 'x%.0s' {1..50000})
  said=$(access talk 'AUTH secret' "ECHO $long" 'RESET' 'PING')
  [[ $said == *xxx*+RESET*NOAUTH* ]] || fail "${said: -100}"
  said=$(access talk 'AUTH secret' 'RESET' "${pings[@]}")
  [[ $said == '' ]] || fail "${said:0:100}"
  stop_server
}

@test "who reads may go on until he gets in, and is not limited then" {
  each_from 10 lets_in
}

# ---- Output that nobody reads -----------------------------------------------

cuts_the_silent() {
  start_server "$1"
  said=$(access unread 'normal 0 1mb 60' 2)
  [[ $said == 'silent reader later' ]] || fail "it had a minute: $said"
  ! grep -q 'is cut' "$log" || fail "it was cut"
  said=$(access unread 'normal 0 2mb 1' 20)
  [[ $said == 'reader later' ]] || fail "soft limit: $said"
  [[ $(grep -c 'warn .*127\.0\.0\.1:[0-9]* is cut: .* soft limit' "$log") -eq 1 ]] || fail "$(cat "$log")"
  # A new time holds for who is over the limit already.
  said=$(access unread 'normal 0 1mb 3600' 20 'normal 0 1mb 1')
  [[ $said == 'reader later' ]] || fail "a shorter time: $said"
  stop_server
  start_server "$1" --client-output-buffer-limit normal 2mb 0 0 --client-output-buffer-limit slave 1 2 3
  [[ $(access talk 'CONFIG GET client-output-buffer-limit') == *'normal 2097152 0 0 slave 1 2 3 pubsub'* ]]
  said=$(access unread 'pubsub 1mb 0 0' 20)
  [[ $said == 'reader '* ]] || fail "hard limit: $said"
  [[ $(grep -c 'is cut: .* hard limit' "$log") -eq 1 ]] || fail "$(cat "$log")"
  stop_server
  [[ $status -eq 0 ]]
}

@test "who does not read is cut over the hard limit of his class, or the soft one for so long" {
  each_from 10 cuts_the_silent
}

# ---- Crowds -----------------------------------------------------------------

keeps_files() {
  (
    ulimit -n 64
    start_server "$1" --save ''
    said=$(access crowd 50)
    [[ $said == $'refused: -ERR max number of clients reached\r\n'*OK*saved:\ True*OK* ]] || fail "$said"
    grep -q 'warn .*maxclients is 32 instead of 10000' "$log"
    [[ -s $BATS_TEST_TMPDIR/dump.rdb ]]
    said=$(access talk 'CONFIG GET maxclients' 'CONFIG SET maxclients 33' 'CONFIG SET maxclients 0' \
      'CONFIG SET maxclients 1' 'INFO')
    [[ $said == *$'\r\n32\r\n'*'argument '\''maxclients'\'') - The operating system is not able to handle the specified number of clients, try with 32'*'must be between 1 and 4294967295 inclusive'*+OK* ]] || fail "$said"
    [[ $said == *connected_clients:1*maxclients:1*rejected_connections:18* ]] || fail "$said"
    kill_server
    rm -f "$BATS_TEST_TMPDIR/dump.rdb"
  )
}

@test "a crowd of clients leaves descriptors for a snapshot, and the next ones are told" {
  each_from 10 keeps_files
}

needs_files() {
  local said status=0
  find_port
  said=$(ulimit -n 32 && timeout 5 "$ROOT/stages/$1/server" --port "$port" --save '' 2>&1) || status=$?
  [[ $status -eq 1 && $said == *"32 open files are not enough"* ]] || fail "$status: $said"
}

@test "without descriptors for one client it does not start" {
  each_from 10 needs_files
}

# ---- DEBUG ------------------------------------------------------------------

REFUSED='-ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.'

guards_debug() {
  local word due
  for word in '' no local yes; do
    start_server "$1" --save '' ${word:+--enable-debug-command "$word"}
    [[ $word == local || $word == yes ]] && due=+OK || due=$REFUSED
    said=$(access talk 'debug sleep 0')
    [[ $said == "$due"$'\r' ]] || fail "$word: $said"
    said=$(access talk 'CONFIG SET enable-debug-command yes' 'CONFIG GET enable-debug-command')
    [[ $said == *"can't set immutable config"*$'\r\n'"${word:-no}"$'\r' ]] || fail "$word: $said"
    stop_server
  done
}

@test "DEBUG is refused unless enable-debug-command allows it" {
  each_from 08 guards_debug
}

reloads() {
  local options
  for options in '' NOSAVE; do
    start_to_debug "$1" --save ''
    said=$(access talk 'MSET a 1 b 2' 'SAVE' "DEBUG RELOAD $options" 'DBSIZE' 'INFO persistence')
    [[ $said == +OK*+OK*+OK*:2*rdb_changes_since_last_save:0* ]] || fail "$options: $said"
    stop_server
  done
}

@test "after DEBUG RELOAD nothing is unsaved" {
  each_from 08 reloads
}

damages() {
  start_to_debug "$1" --save ''
  said=$(access talk 'MSET a 1 b 2' 'SAVE')
  printf 'x' | dd of="$BATS_TEST_TMPDIR/dump.rdb" conv=notrunc bs=1 \
    seek=$(($(stat -c %s "$BATS_TEST_TMPDIR/dump.rdb") - 1)) 2> /dev/null
  said=$(access talk 'DEBUG RELOAD NOSAVE' 'DBSIZE' 'SET c 3' 'DEBUG RELOAD' 'DBSIZE')
  [[ $said == $'-ERR Error trying to load the RDB dump, check server logs.\r\n:0\r\n+OK\r\n+OK\r\n:1\r' ]] || fail "$said"
  grep -q 'error DEBUG RELOAD: dump.rdb is damaged .*: the databases are empty' "$log"
  rm "$BATS_TEST_TMPDIR/dump.rdb"
  said=$(access talk 'DEBUG RELOAD NOSAVE' 'DBSIZE')
  [[ $said == -ERR*:1$'\r' ]] || fail "$said"
  grep -q 'error DEBUG RELOAD: there is no file: the data are as they were' "$log"
  stop_server
}

@test "DEBUG RELOAD of a damaged file answers an error, and leaves no half" {
  each_from 08 damages
}

# ---- Protected mode ---------------------------------------------------------

# In a network of its own, where this machine has an address that is not of the
# loopback.
elsewhere() {
  unshare -rn true 2> /dev/null || skip "there are no user namespaces"
  command -v ip > /dev/null || skip "ip is not installed"
  # shellcheck disable=SC2016
  ROOT=$ROOT unshare -rn bash -c '
    set -e
    source "$ROOT/tests/suite/lib.bash"
    ip link set lo up
    ip addr add 10.9.8.7/32 dev lo
    '"$(declare -f access protects)"'
    protects "$1"
    ' bash "$1"
}

protects() {
  local denied='-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.'
  start_server "$1" --save '' --bind '* -::*' --enable-debug-command local
  trap kill_server EXIT
  said=$(access talk_to 10.9.8.7 PING)
  [[ $said == "$denied"*"accepting connections from the outside."$'\r' ]] || fail "$said"
  [[ $(wc -l <<< "$said") -eq 1 ]]
  grep -q 'warn .*protected mode: 10\.9\.8\.7:' "$log"
  [[ $(access talk_to 127.0.0.1 PING) == +PONG$'\r' && $(access talk_to ::1 PING) == +PONG$'\r' ]]
  said=$(access talk 'INFO stats')
  [[ $said == *rejected_connections:1* ]] || fail "$said"
  # Its own machine may lift it; others then may PING, and not DEBUG.
  [[ $(access talk 'CONFIG SET protected-mode no') == +OK* ]]
  [[ $(access talk_to 10.9.8.7 PING) == +PONG$'\r' ]]
  [[ $(access talk 'debug sleep 0') == +OK* ]]
  said=$(access talk_to 10.9.8.7 'debug sleep 0')
  [[ $said == *"DEBUG command not allowed"* ]] || fail "$said"
  # A password is protection, too.
  [[ $(access talk 'CONFIG SET protected-mode yes requirepass secret') == +OK* ]]
  [[ $(access talk_to 10.9.8.7 PING) == -NOAUTH* ]]
  kill_server
}

@test "protected mode: without a password other machines are told why they are not let in" {
  each_from 10 elsewhere
}

vanishes() {
  start_server "$1" --save ''
  [[ $(access vanish "$pid") == PONG ]]
  [[ $(< "$log") != *'another machine'* ]]
  stop_server
}

@test "protected mode: a client of this machine that is gone already is none of another's" {
  each_from 08 vanishes
}

lists_no_primary() {
  start_server "$1" --save ''
  said=$(access unreached)
  [[ $said == 0 ]] || fail "$said"
  stop_server
}

@test "a primary that was never reached is no client, by whatever id" {
  each_from 10 lists_no_primary
}

goes_on() {
  start_server "$1" --save ''
  said=$(access raised "$pid")
  [[ $said == "30 ('+', b'OK')" ]] || fail "$said"
  stop_server
}

@test "a client that is full goes on when its limit is raised before anything is sent" {
  each_from 10 goes_on
}
