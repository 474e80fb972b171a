# The server as operators run it: in the background, under a supervisor, from
# configuration files, with a log of its own. It begins with stage 10.

load lib.bash

setup() {
  program=$ROOT/stages/10-server/server
  [[ -x $program ]] || skip "it begins with stage 10"
  cd "$BATS_TEST_TMPDIR" || return
  find_port
}

teardown() {
  kill_server
}

# Waits until a file has a line with that text.
wait_for() {
  eventually grep -qs -- "$2" "$1" || fail "$1 has no \"$2\": $(cat "$1")"
}

is_gone() {
  eventually test ! -e "/proc/$1"
}

sleeps() {
  [[ $(ps -o state= -p "$pid") == S ]]
}

# The title of a process, by its number.
title() {
  tr '\0' '\n' < "/proc/$1/cmdline" | head -n 1
}

has_title() {
  [[ $(title "$1") == "$2" ]]
}

@test "in the background: it has no terminal, its log and its number are in files" {
  "$program" --port "$port" --daemonize yes --logfile "$PWD/log" --pidfile "$PWD/pid"
  wait_for log Ready
  pid=$(cat pid)
  [[ $(ps -o tty= -p "$pid") == '?' && $(ps -o ppid= -p "$pid") -eq 1 ]] || fail "$(ps -fp "$pid")"
  [[ $(ps -o args= -p "$pid") == "$program "*":$port" ]] || fail "$(ps -o args= -p "$pid")"
  mv log log.old
  [[ $(ask 'SHUTDOWN NOSAVE') == '' ]]
  wait_for log "told to stop"
  is_gone "$pid"
  [[ ! -e pid ]] || fail "the file with its number is still there"
  pid=
}

@test "in the background: it starts even if nothing is open for it to read or write" {
  "$program" --port "$port" --daemonize yes --logfile "$PWD/log" --pidfile "$PWD/pid" \
    <&- >&- 2>&- 3>&-
  pid=$(cat pid)
  [[ $(ask 'PING') == +PONG && $(ask 'SHUTDOWN NOSAVE') == '' ]]
  is_gone "$pid"
  pid=
}

@test "in the background: whoever has started it knows whether it listens" {
  "$program" --port "$port" --daemonize yes --pidfile "$PWD/pid"
  pid=$(cat pid)
  [[ $(ask PING) == +PONG* ]] || fail "it does not answer"
  run "$program" --port "$port" --daemonize yes --pidfile "$PWD/other"
  [[ $status -eq 1 && ! -e other ]] || fail "a second one on the same port: $status"
  [[ $(ask 'SHUTDOWN NOSAVE') == '' ]]
}

@test "a log that cannot be written: one line that names it, status 1" {
  run "$program" --port "$port" --logfile /nowhere/log
  [[ $status -eq 1 && $output == *"/nowhere/log: No such file"* ]] || fail "$output"
}

@test "systemd is told when clients may come, and when the server stops" {
  python3 - notify > told << 'END' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
for _ in range(2):
    print(s.recv(500).decode(), end="", flush=True)
END
  listener=$!
  while [[ ! -S notify ]]; do sleep 0.02; done
  NOTIFY_SOCKET=$PWD/notify start_server 10-server --supervised systemd --daemonize yes
  wait_for told READY=1
  stop_server
  wait "$listener"
  wait_for told STOPPING=1
}

@test "a crash leaves a report with the registers and the stack, and dies of its signal" {
  start_server 10-server
  eventually sleeps # in epoll_wait: it tells that it is ready before
  kill -SEGV "$pid"
  status=0
  wait "$pid" || status=$?
  pid=
  [[ $status -eq $((128 + 11)) ]] || fail "status $status"
  grep -q 'signal SIGSEGV' "$log" && grep -q ' rip ' "$log" && grep -q 'epoll_wait' "$log"
}

@test "DEBUG ends it in each way that a fault does, and writes into the log" {
  for way in SEGFAULT:11 ASSERT:6 PANIC:6 OOM:6; do
    start_server 10-server --enable-debug-command yes
    [[ $(ask 'DEBUG LOG seen') == +OK ]]
    [[ $(ask 'DEBUG ERROR "MINE is this"') == '-MINE is this' ]]
    ask "DEBUG ${way%:*}" > /dev/null || true
    status=0
    wait "$pid" || status=$?
    pid=
    [[ $status -eq $((128 + ${way#*:})) ]] || fail "$way: status $status"
    grep -q 'DEBUG LOG: seen' "$log" && grep -q '=== CRASH' "$log"
  done
  grep -q 'out of memory' "$log"
}

@test "a signal stops it as the settings say" {
  start_server 10-server --shutdown-on-sigterm "nosave force" --save "60 1000"
  [[ $(ask 'SET k v') == +OK ]]
  stop_server
  [[ $status -eq 0 && ! -e dump.rdb ]] || fail "status $status: $(ls)"
  start_server 10-server --shutdown-on-sigint save --save ""
  [[ $(ask 'SET k v') == +OK ]]
  stop_server INT
  [[ $status -eq 0 && -e dump.rdb ]] || fail "status $status: $(ls)"
}

@test "a second SIGINT ends it at once, and leaves nothing half written" {
  start_server 10-server --save "60 1000" --rdb-key-save-delay 100000000
  [[ $(ask 'SET k v') == +OK ]]
  kill -INT "$pid"
  half=temp-$pid.dump.rdb
  eventually test -e "$half" || fail "no snapshot was begun: $(ls)"
  stop_server INT
  [[ $status -eq 1 && ! -e $half && ! -e dump.rdb ]] || fail "status $status: $(ls)"
}

@test "the title of the process follows its template" {
  start_server 10-server --unixsocket "$PWD/sock"
  shows() { # TEMPLATE TITLE
    [[ $(redis-cli -p "$port" config set proc-title-template "$1") == OK* ]] || fail "$1 is refused"
    has_title "$pid" "$2" || fail "$1: $(title "$pid")"
  }
  refuses() {
    [[ $(redis-cli -p "$port" config set proc-title-template "$1") == *"template format is invalid"* ]] || fail "$1 is taken"
    has_title "$pid" seen || fail "$1: $(title "$pid")"
  }
  shows "  T {listen-addr} {port} {tls-port} {unixsocket} {config-file} {server-mode}" \
    "T *:$port $port 0 $PWD/sock -"
  shows "{title}!" "$program!"
  shows "{{port}}" "{port}}"
  shows "seen" "seen"
  for wrong in "{title}" "{no}" "{Port}" "{port" "{}" " " ""; do
    refuses "$wrong"
  done
  stop_server
  run "$program" --port "$port" --proc-title-template "{no}"
  [[ $status -eq 1 && $output == *"template format is invalid"* ]] || fail "$status: $output"
}

@test "a child says in its title what it does" {
  start_server 10-server --save "" --rdb-key-save-delay 100000000
  [[ $(ask 'SET k v') == +OK ]]
  title_of_child() { # TITLE
    child=$(pgrep -P "$pid")
    # The reply may be here before the child has begun.
    eventually has_title "$child" "$1 *:$port" || fail "not $1: $(title "$child")"
    kill -9 "$child"
    is_gone "$child"
  }
  [[ $(ask BGSAVE) == "+Background saving started"* ]]
  title_of_child redis-rdb-bgsave
  [[ $(ask BGREWRITEAOF) == "+Background append only file rewriting started"* ]]
  title_of_child redis-aof-rewrite
  has_title "$pid" "$program *:$port"
}

@test "the server, its threads and its children run on the cores that are set" {
  cores() { sed -n 's/^Cpus_allowed_list:\t//p' "$@"; }
  first=$(cores /proc/self/status)
  first=${first%%[-,]*}
  start_server 10-server --save "" --rdb-key-save-delay 100000000 \
    --server_cpulist "$first" --bio_cpulist "$first-$first:3" \
    --bgsave_cpulist "$first," --aof_rewrite_cpulist 0-1023
  # The threads bind themselves.
  all_are_there() { [[ $(cores /proc/"$pid"/task/*/status | sort | uniq -c) =~ ^\ *4\ "$first"$ ]]; }
  eventually all_are_there
  [[ $(ask 'SET k v') == +OK ]]
  of_child() { # REQUEST LIST
    [[ $(ask "$1") == +Background* ]]
    child=$(pgrep -P "$pid")
    eventually is_on "$child" "$2" || fail "$1 on $(cores /proc/"$child"/status), not $2"
    kill -9 "$child"
    is_gone "$child"
  }
  is_on() { [[ $(cores /proc/"$1"/status) == "$2" ]]; }
  of_child BGSAVE "$first" # its list is none, so it is where the server is
  of_child BGREWRITEAOF "$(cores /proc/self/status)"
  grep -q "'$first,' is no list of cores" "$log"
}

@test "connections are marked, or the log says why not" {
  needs ss
  start_server 10-server --socket-mark-id 7 --save ""
  grep -q "cannot mark connections: " "$log" || [[ $(ss -Hltem "sport = $port") == *fwmark:0x7* ]]
}

@test "the system may rather end a child than the server" {
  start_server 10-server --save "" --rdb-key-save-delay 100000000
  score=$(cat /proc/"$pid"/oom_score_adj)
  [[ $(ask 'SET k v') == +OK ]]
  redis-cli -p "$port" config set oom-score-adj-values "10 20 30" oom-score-adj yes > /dev/null
  [[ $(ask BGSAVE) == "+Background saving started"* ]]
  child=$(pgrep -P "$pid")
  [[ $(cat /proc/"$pid"/oom_score_adj) -eq $((score + 10)) ]]
  # The reply may be here before the child has begun.
  eventually grep -qx $((score + 30)) /proc/"$child"/oom_score_adj ||
    fail "the child's number is $(cat /proc/"$child"/oom_score_adj), not $((score + 30))"
}

@test "oom-score-adj stays as it was if the system does not let the server have the number" {
  needs redis-cli
  start_server 10-server --save "" --oom-score-adj-values "-1000 -1000 -1000"
  score=$(cat /proc/"$pid"/oom_score_adj)
  said=$(redis-cli -p "$port" config set oom-score-adj absolute)
  [[ $(cat /proc/"$pid"/oom_score_adj) -ne -1000 ]] || skip "this user may have any number"
  [[ $said == *"'oom-score-adj') - Failed to set current oom_score_adj. Check server logs." ]] || fail "$said"
  [[ $(redis_get oom-score-adj) == no ]]
  [[ $(redis-cli -p "$port" config set oom-score-adj-values "7 8 9") == OK ]]
  [[ $(redis-cli -p "$port" config set oom-score-adj yes) == OK ]]
  said=$(redis-cli -p "$port" config set oom-score-adj-values "-2000 8 9")
  [[ $said == *"- Failed to set current oom_score_adj. Check server logs." ]] || fail "$said"
  [[ $(redis_get oom-score-adj-values) == "7 8 9" ]]
  [[ $(cat /proc/"$pid"/oom_score_adj) -eq $((score + 7)) ]]
}

@test "files that are included, by pattern or by name, and one on standard input" {
  mkdir parts
  echo 'maxclients 77' > parts/1.conf
  echo 'maxclients 78' > parts/2.conf
  printf 'include parts/*.conf\ninclude none/*.conf\nport %s\n' "$port" > main.conf
  printf 'include main.conf\ntimeout 9\n' > input
  "$program" - < input 2> log 3>&- &
  pid=$!
  wait_for log Ready
  [[ $(redis_get maxclients) == 78 && $(redis_get timeout) == 9 ]]
}

@test "a dash behind the options stands for standard input, which weighs less than they do" {
  printf 'maxclients 78\ntimeout 9\n' > input
  "$program" --port "$port" --timeout 8 --save - < input 2> log 3>&- &
  pid=$!
  wait_for log Ready
  [[ $(redis_get maxclients) == 78 && $(redis_get timeout) == 8 && -z $(redis_get save) ]]
}

redis_get() {
  talk "CONFIG GET $1" | sed -n 5p
}

@test "every setting, written by CONFIG REWRITE, is read again as it was" {
  needs redis-cli
  echo "port $port" > all.conf
  start_server_from all.conf
  # Each is given another value than its default where one is known to be good.
  redis-cli -p "$port" config get '*' | paste - - > before
  while IFS=$'\t' read -r name value; do
    case $value in
      yes) new=no ;;
      no) new=yes ;;
      [1-9]*) new=$((${value%% *} + 1)) ;;
      *) continue ;;
    esac
    case $name in
      port | databases | appendonly | save | protected-mode | oom-score-adj* | *listpack* | *ziplist*) continue ;;
    esac
    redis-cli -p "$port" config set "$name" "$new" > /dev/null
  done < before
  redis-cli -p "$port" config set shutdown-on-sigint "save force" oom-score-adj-values "1 2 3" \
    proc-title-template '{title} "x" \ #' masteruser $' it\'s \t\\' ignore-warnings $'\x01\xff\nx ' > /dev/null
  redis-cli -p "$port" config get '*' | paste - - | sort > before
  [[ $(redis-cli -p "$port" config rewrite) == OK ]]
  kill_server
  start_server_from all.conf
  redis-cli -p "$port" config get '*' | paste - - | sort > after
  diff before after
}

@test "CONFIG REWRITE knows a setting whose name is in quotes" {
  printf 'port %s\n"user" ann on nopass\n"timeout" 7\n' "$port" > quoted.conf
  start_server_from quoted.conf
  [[ $(ask 'CONFIG REWRITE') == +OK ]]
  kill_server
  [[ $(grep -c -e timeout -e 'user ann' quoted.conf) -eq 2 ]] || fail "$(cat quoted.conf)"
  start_server_from quoted.conf
  [[ $(redis_get timeout) == 7 ]]
}

@test "ACL SAVE and CONFIG REWRITE remove what they left unfinished in a crash" {
  printf 'port %s\naclfile %s\n' "$port" "$PWD/users.acl" > own.conf
  echo 'user default on nopass ~* &* +@all' > users.acl
  echo half > temp-1.users.acl
  echo half > temp-1.own.conf
  echo other > temp-1.conf
  start_server_from own.conf
  [[ $(ask 'ACL SAVE') == +OK && $(ask 'CONFIG REWRITE') == +OK ]]
  [[ $(echo temp-*) == temp-1.conf ]] || fail "there are $(echo temp-*)"
}

@test "DEBUG CONFIG-REWRITE-FORCE-ALL writes all settings, with their defaults too" {
  needs redis-cli
  printf 'port %s\n' "$port" > all.conf
  start_server_from all.conf --enable-debug-command yes
  redis-cli -p "$port" config set hz 77 > /dev/null
  [[ $(redis-cli -p "$port" debug config-rewrite-force-all) == OK ]]
  redis-cli -p "$port" config get '*' | paste - - | sort > before
  kill_server
  for line in 'hz 77' 'maxmemory-samples 5' 'maxmemory-clients 0' 'appendonly no'; do
    grep -qx -- "$line" all.conf || fail "no line $line: $(cat all.conf)"
  done
  start_server_from all.conf
  redis-cli -p "$port" config get '*' | paste - - | sort > after
  diff before after
}

start_server_from() {
  rm -f log # an earlier server has said in it that it is ready
  "$program" "$@" 2> log 3>&- &
  pid=$!
  wait_for log Ready
}

@test "settings that change nothing are named in the log, if they were given" {
  printf 'port %s\nhz 10\nio-threads-do-reads no\n' "$port" > few.conf
  start_server_from few.conf
  ! grep 'change nothing' log || fail 'without need'
  kill_server
  start_server_from few.conf --tls-port 7 --io-threads 4
  grep -q 'warn .*these settings change nothing here: io-threads tls-port$' log || fail "$(cat log)"
}

@test "a longer argument than can be is warned of" {
  printf 'port %s\nproto-max-bulk-len 2gb\n' "$port" > long.conf
  start_server_from long.conf
  grep -q 'warn .*proto-max-bulk-len' log || fail "$(cat log)"
}

@test "a configuration file: a line of blanks of any kind says nothing, what is wrong is told in one line" {
  printf '\v\n \f\nport 0\n"a\\nb" 1\n' > odd.conf
  run "$program" odd.conf
  [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == *"odd.conf:4: no such setting: a b"* ]] || fail "$output"
}

@test "options: in one argument or several, words that begin with --, and no word for --save" {
  printf 'port %s\n' "$port" > main.conf
  "$program" main.conf timeout 9 "--maxmemory '7mb'" "--client-output-buffer-limit normal 1mb" 2mb 3 \
    --hz 99999 --save --proc-title-template --odd - <<< 'maxclients 78' 2> log 3>&- &
  pid=$!
  wait_for log Ready
  [[ $(redis_get hz) == 500 && $(redis_get timeout) == 9 && $(redis_get maxmemory) == 7340032 && $(redis_get maxclients) == 78 ]]
  [[ $(redis_get client-output-buffer-limit) == "normal 1048576 2097152 3 "* ]]
  [[ $(redis_get save) == "" && $(redis_get proc-title-template) == --odd ]]
  run "$program" --port --loglevel verbose
  [[ $status -eq 1 && $output == *'--port "--loglevel" "verbose": wrong number of arguments'* ]] || fail "$output"
  run "$program" "--port 1" 2
  [[ $status -eq 1 && $output == *'--port "1" "2": wrong number of arguments'* ]] || fail "$output"
}

@test "make install: it runs from its place, with its configuration, and has a man page" {
  make -s -C "$ROOT" install PREFIX="$PWD/usr"
  make -s -C "$ROOT" install PREFIX="$PWD/usr" | grep -q 'left alone'
  "$PWD/usr/bin/ten-server" "$PWD/usr/etc/ten-server.conf" --port "$port" --dir "$PWD" 2> log 3>&- &
  pid=$!
  wait_for log Ready
  [[ $(ask PING) == +PONG ]]
  grep -q "ExecStart=$PWD/usr/bin/ten-server $PWD/usr/etc/ten-server.conf" \
    usr/lib/systemd/system/ten-server.service
  if command -v man > /dev/null; then
    [[ -z $(man --warnings -E UTF-8 -l usr/share/man/man1/ten-server.1 2>&1 > page) ]]
    grep -q maxmemory page
  fi
}

@test "it starts from the configuration that Debian's redis-server has" {
  [[ -r /etc/redis/redis.conf ]] || skip "it is not here, or may not be read"
  sed -e 's/^daemonize .*/daemonize no/' -e "s/^port .*/port $port/" -e "s|^dir .*|dir $PWD|" \
    -e "s|^logfile .*|logfile \"\"|" -e "s|^pidfile .*|pidfile $PWD/pid|" /etc/redis/redis.conf > redis.conf
  start_server_from redis.conf
  [[ $(ask PING) == +PONG && -e pid ]]
}

@test "INFO everything has all fields of Redis" {
  local name
  start_server 10-server
  talk 'INFO everything' > info
  grep -v '^#' "$ROOT/tests/suite/tables/info.txt" | tr ' ' '\n' > names
  [[ $(wc -l < names) -gt 150 ]]
  while read -r name; do
    grep -q "^$name:" info || fail "no $name"
  done < names
}

@test "CONFIG RESETSTAT: the time for which maxmemory was exceeded begins anew" {
  needs redis-cli
  start_to_debug 10-server --save '' --maxmemory 1
  [[ $(ask 'PING') == +PONG && $(ask 'DEBUG SLEEP 1') == +OK ]]
  # It cannot be longer than it took to ask.
  local began=${EPOCHREALTIME/./} took
  [[ $(ask 'CONFIG RESETSTAT') == +OK ]]
  redis-cli -p "$port" INFO stats | tr -d '\r' > info
  took=$(((${EPOCHREALTIME/./} - began) / 1000 + 1))
  for which in total current; do
    [[ $(sed -n "s/^${which}_eviction_exceeded_time://p" info) -le $took ]] || fail "$which, in $took ms"
  done
}

@test "maxmemory: a few keys that expire are found among many that no longer do" {
  needs redis-cli
  for policy in volatile-random volatile-lru volatile-lfu; do
    start_server 10-server --save '' --maxmemory-policy "$policy" \
      --maxmemory-eviction-tenacity 100
    {
      seq -f 'SET k%.0f 1 EX 10000' 20000
      seq -f 'PERSIST k%.0f' 19990
    } | timeout 300 redis-cli -p "$port" --pipe > said || fail "$(cat said)"
    [[ $(ask 'CONFIG SET maxmemory 1') == +OK && $(ask 'SET x 1') == -OOM* ]]
    redis-cli -p "$port" INFO stats | grep -q $'^evicted_keys:10\r' || fail "$policy"
    stop_server
  done
}

@test "keys that go for want of room are told to the log before a transaction, not within" {
  needs redis-cli
  # With tenacity 0 a command frees little, so that there still is too much at the EXEC.
  start_server 10-server --appendonly yes --maxmemory 3mb --maxmemory-policy allkeys-random \
    --maxmemory-eviction-tenacity 0
  value=$(printf '%1000s' '' | tr ' ' x)
  for i in {1..60}; do
    printf "SET k$i:%s $value\r\n" {1..50}
    printf 'SETRANGE large 500000 x\r\nMULTI\r\nSET a 1\r\nSET b 2\r\nEXEC\r\nDEL large\r\n'
  done | redis-cli -p "$port" --pipe > said
  grep -q 'errors: 0' said || fail "$(cat said)"
  stop_server
  run awk '{ sub("\r", "") }
    /^MULTI$/ { inside = 1 } /^EXEC$/ { inside = 0 } /^DEL$/ { gone++; wrong += inside }
    END { print (gone > 1000), wrong + 0 }' appendonlydir/*.incr.aof
  [[ $output == '1 0' ]] || fail "$output"
}

@test "rename-command: other names and none, in the log too, and CONFIG REWRITE keeps them" {
  cat > redis.conf << 'END'
rename-command FLUSHALL ""
rename-command del remove
# The new name may get another one.
rename-command remove take-away
rename-command client people
rename-command exec commit
rename-command echo "say \"it\""
user bob on nopass ~* -@all +del +@connection -@scripting
END
  printf 'appendonly yes\nport %s\n' "$port" >> redis.conf
  "$program" redis.conf --save '' > log 2>&1 3>&- &
  pid=$!
  wait_for log Ready
  [[ $(ask 'FLUSHALL') == "-ERR unknown command 'FLUSHALL', with args beginning with: " ]]
  [[ $(ask 'DEL a') == "-ERR unknown command 'DEL', "* ]]
  [[ $(ask 'COMMAND INFO del') == '*1' && $(ask 'ACL DRYRUN bob take-away a') == +OK ]]
  [[ $(ask 'PEOPLE what') == "-ERR unknown subcommand 'what'. Try PEOPLE HELP." ]]
  # A transaction ends when its EXEC is refused, whatever EXEC is called.
  printf 'MULTI\ncommit x\ncommit\n' | redis-cli -p "$port" > said
  [[ $(< said) == *EXECABORT*'EXEC without MULTI'* ]] || fail "$(< said)"
  [[ $(ask 'MSET a 1 b 2 c 3') == +OK && $(ask 'take-away a') == :1 ]]
  [[ $(ask 'SET b 2 PX 1') == +OK && $(ask 'CONFIG REWRITE') == +OK ]]
  one_is_left() { [[ $(ask 'DBSIZE') == :1 ]]; }
  eventually one_is_left
  kill_server
  diff <(grep -o '^rename-command .*' redis.conf | sort) - << 'END'
rename-command "client" "people"
rename-command "del" "take-away"
rename-command "echo" "say \"it\""
rename-command "exec" "commit"
rename-command "flushall" ""
END
  # An effect of the server's own has the first name.
  grep -aq '^DEL' appendonlydir/*.incr.aof
  "$program" redis.conf --save '' > again 2>&1 3>&- &
  pid=$!
  wait_for again Ready
  [[ $(ask 'DBSIZE') == :1 && $(ask 'take-away c') == :1 ]]
}

@test "rename-command: what is wrong with it is told with file and line" {
  wrong() {
    printf 'maxclients 100\n%s\n' "$1" > redis.conf
    run "$program" redis.conf --port "$port"
    [[ $status -eq 1 && $output == *"redis.conf:2: rename-command: $2 "* ]] || fail "$output"
  }
  wrong 'rename-command nosuch other' 'No such command in rename-command'
  wrong 'rename-command "config|get" other' 'No such command in rename-command'
  wrong 'rename-command get set' 'Target command name already exists'
  wrong 'rename-command get' 'Bad directive or wrong number of arguments'
}

@test "LATENCY has what the server does on its own: evicting, expiring, the log" {
  start_server 10-server --save '' --latency-monitor-threshold 1 --enable-debug-command yes \
    --maxmemory-policy allkeys-lru --maxmemory-eviction-tenacity 100 --appendonly yes \
    --appendfsync no
  # To copy 64 MB to the page cache takes more than a millisecond anywhere, as do
  # thousands of keys that expire at the same moment: as soon as expiry is let go.
  {
    echo 'DEBUG POPULATE 100000 key 100'
    echo 'CONFIG SET maxmemory 4mb'
    echo 'SET a 1'
    echo 'CONFIG SET maxmemory 0'
    echo 'DEBUG SET-ACTIVE-EXPIRE 0'
    seq -f "SET soon%.0f 1 PX 1" 40000
    echo 'DEBUG SET-ACTIVE-EXPIRE 1'
  } | timeout 300 redis-cli -p "$port" --pipe > said || fail "$(cat said)"
  head -c 64000000 /dev/zero | redis-cli -p "$port" -x SET long > said
  has_happened() { [[ $(ask "LATENCY HISTORY $1") != '*0' ]]; }
  for event in eviction-cycle expire-cycle aof-write aof-write-alone; do
    eventually has_happened "$event" || fail "no $event: $(redis-cli -p "$port" latency latest)"
  done
}

@test "very many databases are flushed in less time than it takes to fill them" {
  start_server 10-server --databases 16384 --save ""
  local began filled flushed
  used() { # nanoseconds of the CPU
    cut -d ' ' -f 1 /proc/"$pid"/schedstat
  }
  began=$(used)
  printf 'SELECT %d\r\nSET k v\r\n' {0..16383} | redis-cli -p "$port" --pipe > /dev/null
  filled=$(used)
  [[ $(ask FLUSHALL) == +OK ]]
  flushed=$(used)
  [[ $((flushed - filled)) -lt $((filled - began)) ]] ||
    fail "filled in $((filled - began)) ns, flushed in $((flushed - filled))"
}

@test "there may be more databases than sixteen, or fewer" {
  start_server 10-server --databases 100 --appendonly yes
  [[ $(redis-cli -p "$port" -n 99 set k v) == OK && $(redis-cli -p "$port" select 100) == ERR* ]]
  [[ $(redis-cli -p "$port" -n 99 swapdb 99 50) == OK && $(redis-cli -p "$port" -n 50 copy k c db 98) == 1 ]]
  [[ $(redis-cli -p "$port" save) == OK ]]
  stop_server
  start_server 10-server --databases 100 --appendonly yes
  [[ $(redis-cli -p "$port" info keyspace | tr -d '\r' | tr '\n' ' ') == *"db50:keys=1,"*"db98:keys=1,"* ]]
  stop_server
  run "$program" --port "$port" --databases 50
  [[ $status -eq 1 && $output == *"database 50: there are 50, from 0"* ]] || fail "$output"
  start_server 10-server --databases 1 --dbfilename none.rdb
  [[ $(redis-cli -p "$port" select 1) == ERR* && $(redis-cli -p "$port" set k v) == OK ]]
}

@test "settings: SORT ALPHA goes by a locale that there is" {
  start_server 10-server --locale-collate C
  [[ $(redis-cli -p "$port" config set locale-collate nosuch) == *"Invalid locale name"* ]]
  [[ $(redis-cli -p "$port" config get locale-collate | tail -1) == C ]]
  [[ $(redis-cli -p "$port" config set locale-collate "") == OK ]]
  stop_server
  run "$program" --port "$port" --locale-collate nosuch
  [[ $status -eq 1 && $output == *"there is no locale nosuch"* ]] || fail "$output"
  # By bytes, upper case comes first. Where letters are ordered, it does not.
  locale=$(locale -a | grep -im 1 "^en_.*utf-\?8$") || skip "there is no English locale"
  start_server 10-server --locale-collate "$locale"
  redis-cli -p "$port" rpush k b A a > /dev/null
  [[ $(redis-cli -p "$port" sort k alpha | tr '\n' ' ') == "a A b " ]]
  [[ $(redis-cli -p "$port" sort k alpha store to) == 3 ]]
  [[ $(redis-cli -p "$port" lrange to 0 -1 | tr '\n' ' ') == "A a b " ]]
}

@test "INFO: what slows the loop down is told to those who ask for it by name" {
  start_server 10-server --appendonly yes
  redis-cli -p "$port" ping > /dev/null
  [[ $(redis-cli -p "$port" info everything) != *eventloop_duration_max* ]]
  [[ $(redis-cli -p "$port" info) != *"# Debug"* ]]
  printf 'INCR n\r\n%.0s' {1..50} > /dev/tcp/127.0.0.1/"$port"
  redis-cli -p "$port" config set hz 10 > /dev/null
  run redis-cli -p "$port" info debug
  printed="# Debug eventloop_duration_aof_sum:[0-9]+ eventloop_duration_cron_sum:[0-9]+"
  printed+=" eventloop_duration_max:[1-9][0-9]* eventloop_cmd_per_cycle_max:[1-9][0-9]* ?"
  [[ $(tr -d '\r' <<< "$output" | tr '\n' ' ') =~ ^$printed$ ]] || fail "$output"
}

# Tells how often a file of some 18 MB is synced before its end, while a command
# writes it that is given behind the words for the server.
synced_while() {
  local words=$1 calls=$BATS_TEST_TMPDIR/calls
  shift
  # shellcheck disable=SC2086
  start_server 10-server --enable-debug-command yes --rdbcompression no $words
  redis-cli -p "$port" debug populate 18 k 1000000 > /dev/null
  strace -f -e trace=fdatasync -o "$calls" -p "$pid" 2> /dev/null &
  local tracer=$!
  eventually all_traced
  redis-cli -p "$port" "$@" > /dev/null
  eventually nothing_in_progress
  kill "$tracer"
  wait "$tracer" || true
  stop_server
  grep -c '^[0-9]* *fdatasync' "$calls" || true
}

all_traced() {
  ! grep -q 'TracerPid:[^1-9]*$' /proc/"$pid"/task/*/status
}

nothing_in_progress() {
  [[ $(redis-cli -p "$port" info persistence) != *_in_progress:1* ]]
}

@test "files: a snapshot and a base are synced each 4 MB, if that is wanted" {
  strace -o /dev/null true || skip "strace does not work here"
  [[ $(synced_while "" save) -eq 3 ]]
  [[ $(synced_while "--rdb-save-incremental-fsync no" save) -eq 0 ]]
  # The log itself is synced as well when a base is there.
  local log="--appendonly yes --appendfsync no" others
  others=$(synced_while "$log --aof-rewrite-incremental-fsync no" bgrewriteaof)
  [[ $(synced_while "$log" bgrewriteaof) -eq $((others + 3)) ]]
  [[ $(synced_while "$log --aof-use-rdb-preamble no" bgrewriteaof) -eq $((others + 3)) ]]
}
