# The server as a process: every stage keeps these manners.

load lib.bash

teardown() {
  kill_server
}

# refuses STAGE WORD OPTION...: exits with 1 and one line that holds the word.
refuses() {
  local stage=$1 word=$2 said status=0
  shift 2
  said=$(timeout 60 "$ROOT/stages/$stage/server" "$@" 2>&1 > "$BATS_TEST_TMPDIR/stdout") || status=$?
  [[ $status -eq 1 ]] || fail "$stage $*: status $status"
  [[ $(wc -l <<< "$said") -eq 1 && $said == *"$word"* ]] || fail "$stage $*: $said"
  [[ ! -s $BATS_TEST_TMPDIR/stdout ]] || fail "$stage $*: writes to stdout"
}

gets_ready() {
  start_server "$1"
  [[ $(grep -ci ready "$log") -eq 1 ]]
  [[ ! -s $log.stdout ]]
  stop_server
}

@test "says that it is ready, once, on stderr" {
  each_from 01 gets_ready
}

ends() {
  start_server "$2"
  stop_server "$1"
  [[ $status -eq 0 ]] || fail "status $status"
  start_server "$2"
  exec 8<> "/dev/tcp/127.0.0.1/$port"
  printf 'PING\r\n' >&8
  IFS= read -r -t 60 _ <&8
  stop_server "$1"
  exec 8>&-
  [[ $status -eq 0 ]] || fail "status $status with a client connected"
}

@test "SIGTERM ends it within a second, with status 0" {
  each_from 01 ends TERM
}

@test "SIGINT ends it within a second, with status 0" {
  # A shell starts what runs in the background with SIGINT ignored; the
  # server's own handler must take it all the same.
  each_from 01 ends INT
}

survives() {
  start_server "$2"
  kill -"$1" "$pid"
  listens "$port"
  # Answered by a turn of the loop that began after the signal.
  [[ -n $(ask PING) ]]
  stop_server
  [[ $status -eq 0 ]] || fail "status $status"
}

# As when the terminal is closed that the server was started from.
@test "SIGHUP does not end it" {
  each_from 01 survives HUP
}

@test "SIGPIPE does not end it" {
  each_from 01 survives PIPE
}

restarts() {
  start_server "$1"
  local again=$port
  exec 8<> "/dev/tcp/127.0.0.1/$again"
  printf 'PING\r\n' >&8
  IFS= read -r -t 60 _ <&8
  stop_server
  exec 8>&-
  same_port=$again start_server "$1"
  [[ $port == "$again" ]]
  stop_server
}

@test "starts again at once on the port it has just left" {
  each_from 01 restarts
}

says_busy() {
  start_server "$1"
  refuses "$1" "$port" --port "$port"
  stop_server
}

@test "a busy port: one line that names it, status 1" {
  each_from 01 says_busy
}

# From stage 08 on the first word may name a configuration file, as for Redis.
says_bad_option() {
  local bad stray="no such option: " port="--port must be a number from 1 to 65535"
  [[ $1 < 08 ]] || stray=
  refuses "$1" "no such option: --nope" --nope
  refuses "$1" "${stray}nope" nope
  refuses "$1" "${stray}-p" -p 7000
  refuses "$1" "--port needs a value" --port
  for bad in x 0 -1 65536 1x ' 1' '' 99999999999999999999; do
    [[ $1 < 08 ]] || port="--port \"$bad\": argument "
    # From stage 10 on, 0 is for who listens at a Unix socket alone.
    [[ $bad != 0 || $1 < 10 ]] || port="no address to listen at"
    refuses "$1" "$port" --port "$bad"
  done
  refuses "$1" "--bind needs a value" --bind
  [[ $1 < 08 ]] || refuses "$1" "just a filename" --dbfilename a/b
  [[ $1 < 09 ]] || refuses "$1" "just a dirname" --appenddirname a/b
}

@test "a bad option: one line that names it, status 1" {
  each_from 01 says_bad_option
}

says_bad_address() {
  find_port
  refuses "$1" "192.0.2.77" --port "$port" --bind 192.0.2.77
}

@test "an address of another machine: one line that names it, status 1" {
  each_from 01 says_bad_address
}

says_too_many_addresses() {
  find_port
  refuses "$1" " too " --port "$port" --bind "$(printf '127.0.0.%d ' {1..17})"
}

@test "more than sixteen addresses: one line that says so, status 1" {
  each_from 02 says_too_many_addresses # the first stage takes one name
}

# The first save line takes the place of the defaults, those that follow add to
# it, and an empty one takes all away. Options are lines behind the file.
adds_save_lines() {
  cd "$BATS_TEST_TMPDIR" || return
  printf 'save 900 1\nsave 300 10\n' > add.conf
  printf 'save 900 1\nsave ""\nsave "300 10"\n' > anew.conf
  saves "$1" '900 1 300 10' add.conf
  saves "$1" '900 1 300 10 60 5' add.conf --save 60 5
  saves "$1" '300 10' anew.conf
  saves "$1" '' add.conf --save ''
  saves "$1" '900 1 300 10' add.conf --save '' --save ' 900 1  300 10 '
}

# starts WORD...: a server of these words, which has said that it is ready.
starts() {
  rm -f log # an earlier server's line is not this one's
  "$@" > log 2>&1 3>&- &
  pid=$!
  eventually grep -qis ready log || fail "$* did not get ready: $(cat log)"
}

# saves STAGE POINTS WORD...: what the server's save points are with these words.
saves() {
  local stage=$1 due=$2 said
  shift 2
  find_port
  starts "$ROOT/stages/$stage/server" "$@" --port "$port"
  said=$(talk 'CONFIG GET save')
  stop_server KILL
  [[ $said == *$'\nsave\n$'"${#due}"$'\n'"$due"$'\n+OK' ]] || fail "$*: $said"
}

@test "save lines of a file add up" {
  each_from 08 adds_save_lines
}

# rewrites FOLDER PROGRAM: changes settings, and has the file written anew. What
# each server has beyond the other is left out, and the order of what is appended.
rewrites() {
  local new=$1 program=$2 said
  mkdir -p "$new" && cd "$new" || return
  cat > redis.conf << END
# a comment
port $port

  save 900 1
save 300 10
# the next one has its default
maxclients 10000
dbfilename "my dump.rdb"
include extra.conf
hash-max-ziplist-entries 99
requirepass first


timeout 5
timeout 6
appendfsync always
client-output-buffer-limit replica 256mb 64mb 60
END
  echo 'zset-max-ziplist-value 77' > extra.conf
  (umask 027 && starts "$program" redis.conf && echo "$pid" > pid)
  pid=$(cat pid)
  said=$(talk 'AUTH first' 'CONFIG SET requirepass "a\"b c" hash-max-listpack-value 1kb' \
    'CONFIG SET auto-aof-rewrite-min-size 3000000 auto-aof-rewrite-percentage 50' \
    'CONFIG SET save "1 1 2 2 3 3" stream-node-max-bytes 1536 maxclients 20 timeout 0' \
    'CONFIG SET client-output-buffer-limit "pubsub 8mb 1000 60 slave 3145728 0 0"' \
    'CONFIG REWRITE' | tr -d '\n')
  kill_server
  [[ $said == +OK+OK+OK+OK+OK+OK+OK ]] || fail "$program: $said"
  [[ $(stat -c %a redis.conf) == 640 ]] || fail "$program: $(stat -c %a redis.conf)"
  sed '/^# Generated/,$d' redis.conf > kept
  sed '1,/^# Generated/d' redis.conf | grep -v '^user' |
    sed 's|^dir .*|dir|' | sort > appended
  cd ..
}

@test "CONFIG REWRITE writes what Redis writes, and the server starts from it" {
  local program=$ROOT/stages/10-server/server
  needs redis-server
  [[ -x $program ]] || skip "it begins with stage 10"
  cd "$BATS_TEST_TMPDIR" || return
  find_port
  rewrites redis redis-server
  rewrites ours "$program"
  diff redis/kept ours/kept
  diff redis/appended ours/appended
  cp ours/redis.conf once
  (cd ours && starts "$program" redis.conf && echo "$pid" > pid)
  pid=$(cat ours/pid)
  said=$(talk 'AUTH "a\"b c"' 'CONFIG REWRITE' 'CONFIG GET save' | tr -d '\n')
  kill_server
  [[ $said == '+OK+OK*2$4save$111 1 2 2 3 3+OK' ]] || fail "$said"
  diff once ours/redis.conf
}

# rewrites_plainly PROGRAM: prints what has a line in a file that says little.
rewrites_plainly() {
  printf '%s\n' "port $port" 'client-output-buffer-limit slave 256mb 64mb 60' > plain.conf
  (starts "$1" plain.conf && echo "$pid" > pid)
  pid=$(cat pid)
  talk 'CONFIG REWRITE' > /dev/null
  kill_server
  grep -v '^user' plain.conf | sort
}

@test "CONFIG REWRITE: what has a line though it is at its default, as in Redis" {
  local program=$ROOT/stages/10-server/server
  needs redis-server
  [[ -x $program ]] || skip "it begins with stage 10"
  cd "$BATS_TEST_TMPDIR" || return
  find_port
  rewrites_plainly redis-server > due
  rewrites_plainly "$program" > got
  diff due got
}

helps() {
  run "$ROOT/stages/$1/server" --help
  [[ $status -eq 0 && $output == *--port* && $output == *--bind* ]]
}

@test "--help tells the options, status 0" {
  each_from 01 helps
}

# Programs that start a server for themselves ask for its version before.
says_its_version() {
  local option
  for option in --version -v; do
    run "$ROOT/stages/$1/server" "$option"
    [[ $status -eq 0 && $output =~ ^Redis\ server\ v=7\.2\.[0-9]+\  ]] || fail "$output"
  done
}

@test "--version tells the version of Redis, status 0" {
  each_from 08 says_its_version
}

# They wait for these words of its log, too.
says_that_it_accepts() {
  start_server "$1"
  grep -q "Ready to accept connections on port $port\$" "$log"
  stop_server
}

@test "says in its log that it is ready to accept connections" {
  each_from 10 says_that_it_accepts
}

# From stage 10 on it listens everywhere, and protected mode keeps others out.
listens_on_loopback() {
  [[ $1 < 10 ]] || return 0
  start_server "$1"
  listens "$port"
  if [[ -e /proc/net/if_inet6 ]] && grep -q '^0*1 ' /proc/net/if_inet6; then
    (exec 9<> "/dev/tcp/::1/$port")
  fi
  local address
  for address in $(hostname -I 2> /dev/null); do
    [[ $address != *:* ]] || continue
    ! (exec 9<> "/dev/tcp/$address/$port") 2> /dev/null || fail "open to $address"
  done
  stop_server
}

@test "listens on both loopback addresses and nowhere else" {
  each_from 01 listens_on_loopback
}

binds() {
  start_server "$1" --bind 127.0.0.2
  (exec 9<> "/dev/tcp/127.0.0.2/$port")
  ! listens "$port" || fail "it listens on 127.0.0.1, too"
  stop_server
}

@test "--bind listens there and nowhere else" {
  each_from 01 binds
}

links_libc_alone() {
  local libraries
  libraries=$(readelf -d "$ROOT/stages/$1/server" | grep NEEDED | grep -vE 'lib(c|m|pthread)\.so|ld-linux') || true
  [[ -z $libraries ]] || fail "$libraries"
}

@test "nothing but the C library is linked" {
  needs readelf
  each_from 01 links_libc_alone
}
