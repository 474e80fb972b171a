# What the project's own servers answer beyond what learners are asked for, as
# sessions: those of a stage are played on each of its successors, and on Redis.

load lib.bash

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "sessions: every stage answers what it and those before it promise" {
  local debug
  for stage in $(stages); do
    debug=""
    [[ $stage < 08 ]] || debug="--enable-debug-command yes"
    for file in "$ROOT"/tests/suite/sessions/*.session; do
      [[ ! $(basename "$file") > ${stage%%-*}~ ]] || continue
      "$ROOT/tests/suite/play" "$file" "$ROOT/stages/$stage/server --port {port} $debug"
    done
  done
}

@test "sessions: Redis answers the same" {
  needs redis-server
  for file in "$ROOT"/tests/suite/sessions/*.session; do
    "$ROOT/tests/suite/play" "$file" \
      "redis-server --port {port} --enable-debug-command yes"
  done
}
