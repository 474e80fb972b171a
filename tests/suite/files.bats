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

exchange() {
  timeout 120 python3 "$ROOT/tests/suite/exchange.py" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/files" "$@"
}

@test "each server starts from the other's snapshot, every type" {
  needs_files 08
  exchange
}

@test "each server starts from the other's append-only files" {
  needs_files 09
  exchange aof
}

@test "a log with checksums is read by both" {
  needs_files 09
  exchange aof checksums
}

@test "a log that tells the time is read by both, and cut off at a moment" {
  needs_files 09
  timeout 60 python3 "$ROOT/tests/suite/moments.py" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/moments"
}

@test "keys of every type move to redis-server, and from there to us" {
  needs_files 10
  timeout 120 python3 "$ROOT/tests/suite/moving.py" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/moved"
}

@test "redis-servers follow us, by snapshot, stream and from where they were cut" {
  needs_files 10
  timeout 120 python3 "$ROOT/tests/suite/followers.py" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/followers"
}

@test "we follow a redis-server, by snapshot, stream and after a restart" {
  needs_files 10
  timeout 120 python3 "$ROOT/tests/suite/following.py" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/following"
}

@test "how keys were used is kept in a snapshot, if the policy goes by it" {
  needs_files 10
  timeout 120 python3 "$ROOT/tests/suite/uses.py" \
    "$ROOT/stages/$stage/server" "$BATS_TEST_TMPDIR/uses"
}
