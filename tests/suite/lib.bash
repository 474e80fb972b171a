# Helpers of the .bats files. Every test has its own folder ($BATS_TEST_TMPDIR)
# and its own ports, so that several may run at once.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
OUT=$ROOT/out/suite
# shellcheck source=tests/suite/count.bash
source "$ROOT/tests/suite/count.bash"

# What the tests print is compared, so their language is fixed.
export LC_ALL=C

# The stages that are tested: all, or those that `make test STAGE=` chose.
stages() {
  if [[ -n ${SUITE_STAGES:-} ]]; then
    tr ' ' '\n' <<< "$SUITE_STAGES"
  else
    basename -a "$ROOT"/stages/[0-9][0-9]-*
  fi
}

newest_stage() {
  stages | tail -n 1
}

listens() {
  (exec 9<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# eventually COMMAND...: repeats it until it succeeds. The limit is a net: nothing takes
# as long, on any machine.
eventually() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [[ $SECONDS -lt $end ]] || return 1
    sleep 0.05
  done
}

gone() {
  ! kill -0 "$1" 2> /dev/null
}

# Sets port to one that nobody listens on. No other test of this run gets it, no judge
# (tests/harness/kernel.py), and no outgoing connection.
find_port() {
  for _ in {1..200}; do
    port=$((61000 + RANDOM % 4500))
    mkdir "${BATS_RUN_TMPDIR:-.}/port-$port" 2> /dev/null || continue
    listens "$port" || return 0
  done
  echo "found no free port" >&2
  return 1
}

# needs PROGRAM: skips a test that cannot do without it.
needs() {
  command -v "$1" > /dev/null || skip "$1 is not installed"
}

# each_from STAGE COMMAND...: with each stage from that one on behind it. (No "||"
# behind it: that would have the shell ignore what fails inside.)
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

# start_server STAGE OPTION...: starts the stage's server on a free port and
# waits until it says that it is ready. Sets port, pid and log. With $same_port
# set, it is that port.
start_server() {
  local stage=$1
  shift
  if [[ -n ${same_port:-} ]]; then
    port=$same_port
  else
    find_port
  fi
  log=$BATS_TEST_TMPDIR/$stage.log
  rm -f "$log" # the line of an earlier server is not this one's
  # In a folder of the test's own: from stage 08 on it leaves a file there.
  (cd "$BATS_TEST_TMPDIR" && exec "$ROOT/stages/$stage/server" --port "$port" "$@") \
    > "$log.stdout" 2> "$log" 3>&- &
  pid=$!
  eventually ready_or_gone
  ! grep -qsi ready "$log" || return 0
  echo "$stage did not get ready; it said: $(cat "$log")" >&2
  return 1
}

ready_or_gone() {
  grep -qsi ready "$log" || gone "$pid"
}

# start_to_debug STAGE [WORD...]: the same, with the word by which a stage that
# has settings is told that DEBUG is allowed.
start_to_debug() {
  local wanted=$1 words=()
  shift
  [[ $wanted == 0[1-7]* ]] || words=(--enable-debug-command local)
  start_server "$wanted" "${words[@]}" "$@"
}

# Ends the server with a signal (TERM, unless told) and sets status to its exit
# status. More than a second counts as 999. The time for which its threads had to
# wait for a CPU does not count, nor does that for which anything waited for a disk.
stop_server() {
  local signal=${1:-TERM} begin seen disk queued before most
  disk=$(stalled)
  queued "$pid"
  before=$queued most=$queued
  begin=${EPOCHREALTIME/./} seen=$begin
  kill -"$signal" "$pid"
  # Threads that have ended take what they have waited with them.
  while [[ -e /proc/$pid ]]; do
    seen=${EPOCHREALTIME/./}
    queued "$pid"
    [[ $queued -lt $most ]] || most=$queued
    sleep 0.01
  done
  status=0
  wait "$pid" || status=$?
  [[ $((seen - begin - (most - before) - ($(stalled) - disk))) -lt 1000000 ]] || status=999
  pid=
}

# queued PID: sets queued to the microseconds for which its threads have waited for a CPU.
queued() {
  local file one
  queued=0
  for file in /proc/"$1"/task/*/schedstat; do
    read -r _ one _ < "$file" && queued=$((queued + one / 1000))
  done 2> /dev/null
  return 0
}

# The microseconds for which anything has waited for a disk.
stalled() {
  sed -n 's/^some .*total=//p' /proc/pressure/io 2> /dev/null | grep . || echo 0
}

# For teardown(): whatever the test left.
kill_server() {
  if [[ -n ${pid:-} ]]; then
    kill -KILL "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
  fi
}

# ask LINE: what the server at $port answers to a line.
ask() {
  local answer
  exec 9<> "/dev/tcp/127.0.0.1/$port"
  printf '%s\r\n' "$1" >&9
  IFS= read -r -t 60 answer <&9
  exec 9>&-
  printf '%s\n' "${answer%$'\r'}"
}

# talk LINE...: all that it answers to these lines.
talk() {
  exec 9<> "/dev/tcp/127.0.0.1/$port"
  printf '%s\r\n' "$@" QUIT >&9
  tr -d '\r' <&9
  exec 9>&-
}

# Fails with a text, in the way that bats shows.
fail() {
  printf '%s\n' "$*" >&2
  return 1
}

# copy_project FOLDER: the project's files without anything that was built.
copy_project() {
  mkdir -p "$1"
  tar -C "$ROOT" --exclude=./.git --exclude=./.venv --exclude=./out \
    --exclude=build --exclude=__pycache__ --exclude='./stages/*/server' \
    -cf - . | tar -C "$1" -xf -
}

# ---- Checkpoints ------------------------------------------------------------

# Runs the checkpoints of a stage against its server, once for all @tests: the
# newest stage of this run is judged by all checkpoints up to it.
judge() {
  local number=${1%%-*} scope=(--latest-only)
  [[ $1 != "$(newest_stage)" ]] || scope=()
  mkdir -p "$OUT"
  rm -f "$OUT/$number.json"
  (cd "$ROOT" &&
    "$ROOT/tests/check" --stage "$(judged_as "$1")" "${scope[@]}" --plain \
      --jobs "${SUITE_JOBS:-1}" --server "stages/$1/server --port {port}" --json "$OUT/$number.json" \
      > "$OUT/$number.txt" 2>&1 3>&-) || true
}

checkpoint() {
  local said status=0
  said=$("$ROOT/tests/suite/result" "$OUT/$1.json" "$2") || status=$?
  [[ $status -ne 3 ]] || skip "$said"
  [[ $status -eq 0 ]] || { echo "$said"; [[ $status -eq 1 ]] || tail -n 5 "$OUT/$1.txt"; }
  return "$status"
}

expect_results() {
  local seen
  seen=$(grep -c '^   "id":' "$OUT/$1.json")
  [[ $seen -eq $2 ]] || fail "$seen results, the manifests have $2 checkpoints"
}
