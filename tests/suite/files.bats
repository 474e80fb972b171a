# Files and keys that our server and redis-server exchange.
# shellcheck shell=bash

load lib.bash

# needs_files STAGE: skips a run without redis-server or that stage.
needs_files() {
  stage=$(stages | tail -n 1)
  [[ ${stage%%-*} > "$1" || ${stage%%-*} == "$1" ]] ||
    skip "$stage comes before stage $1"
  command -v redis-server > /dev/null || skip "there is no redis-server"
}

# exchange WHAT STAGE [WORD...]: since that stage.
exchange() {
  needs_files "$2"
  timeout 600 python3 "$ROOT/tests/suite/exchange.py" "$1" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/files" "${@:3}"
}

@test "each server starts from the other's snapshot, every type" {
  exchange files 08
}

@test "each server starts from the other's append-only files" {
  exchange files 09 aof
}

@test "a log with checksums is read by both" {
  exchange files 10 aof checksums
}

@test "a log that tells the time is read by both, and cut off at a moment" {
  exchange moments 10
}

@test "keys of every type move to redis-server, and from there to us" {
  exchange moved 10
}

@test "redis-servers follow us, and we them: every type, by snapshot, stream and the rest" {
  needs_files 10
  "$ROOT/tests/faults/faults" --stage 10 types
}

@test "how keys were used is kept in a snapshot, if the policy goes by it" {
  exchange uses 10
}
