#!/usr/bin/env bash
# redis-cli.sh PORT: a session of real work with redis-cli, in each of its modes.
# It prints what it is told, which is the same for every server.
set -euo pipefail
port=$1

cli() {
  timeout 120 redis-cli -p "$port" "$@"
}

# Waits until CHANNEL has so many subscribers.
subscribed() {
  until [[ $(cli pubsub numsub "$1") == "$1"$'\n'"$2" ]]; do sleep 0.01; done
}

until_blocked() {
  while [[ $(cli info clients) == *blocked_clients:0* ]]; do sleep 0.01; done
}

commands="set text grape
incr number
rpush list a b c
hset hash name Ada born 1815
sadd set x
zadd zset 1 one 2.5 more
xadd stream 1-1 event login
hgetall hash
smembers set
zrange zset 0 -1 withscores
zscore zset more
xrange stream - +
get none
lrange none 0 -1
object encoding text
multi
incr number
lpush number x
get number
exec
multi
nonsense
exec
debug protocol double
client no-evict on
expire list 100
persist list
type stream
dbsize"

for form in --raw --no-raw --csv --json -3 "-3 --no-raw" "-3 --json"; do
  echo "== redis-cli $form"
  # Word by word, on purpose.
  # shellcheck disable=SC2086
  cli $form <<< "$commands"
  cli flushdb
done

echo "== a value from standard input; commands in a pipe; one command often"
printf 'two\nlines' | cli -x set text
cli get text
printf 'SET key:%d value\r\n' {1..1000} | cli --pipe | tail -n 1
cli -r 3 -i 0.01 incr number
cli -n 3 set there yes
cli -u "redis://127.0.0.1:$port/3" get there
cli -e nonsense || echo "exit status $?"

echo "== all keys, and the biggest"
cli --scan --pattern 'key:1*' | sort | head -n 3
cli --scan | wc -l
cli rpush list {1..500} > /dev/null
cli hset hash name Ada > /dev/null
cli --bigkeys | grep -E '^(Biggest|Sampled|[0-9]+ )' | sort
cli --memkeys | grep -E '^(Sampled|[0-9]+ )' | sort | cut -d ' ' -f 1-3
# What never ends by itself ends when nobody reads it any more.
{ timeout 120 redis-cli -p "$port" --stat -i 0.1 || true; } |
  awk 'NR == 2 || NR == 4 {print $1} NR == 4 {exit}'

echo "== the keys that are asked for most"
cli config set maxmemory-policy allkeys-lfu > /dev/null
cli set cold ice > /dev/null
cli set hot fire > /dev/null
printf 'GET hot\n%.0s' {1..1000} | cli > /dev/null
cli --hotkeys | grep '^hot key found' | head -n 1 | grep -o 'keyname.*'
cli config set maxmemory-policy noeviction > /dev/null

echo "== how long a reply takes"
cli --latency --raw -i 0.2 | awk '{print NF, ($4 > 0 && $1 <= $2)}'
{ timeout 120 stdbuf -oL redis-cli -p "$port" --no-raw --latency-history -i 0.2 || true; } |
  grep -q 'seconds range' && echo "a line for each part of the time"
{ timeout 120 stdbuf -oL redis-cli -p "$port" --latency-dist -i 0.2 || true; } |
  head -n 7 | grep -c 'milliseconds'

echo "== messages, in both protocols"
for version in -2 -3; do
  timeout 120 redis-cli -p "$port" "$version" subscribe news sport > "out.$port" &
  subscribed sport 1
  cli publish news rain
  cli publish sport 2:1
  until [[ $(grep -c . "out.$port") -ge 12 ]]; do sleep 0.01; done
  kill %%
  wait %% || true
  subscribed sport 0
  cat "out.$port"
done
rm "out.$port"

echo "== who waits is served"
cli blpop jobs 100 &
until_blocked
cli rpush jobs first > /dev/null
wait
cli flushall
