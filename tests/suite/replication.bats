# A primary, seen by a program that plays its replica.

load lib.bash

@test "a primary: its stream, newlines, limits, SHUTDOWN that waits, WAITAOF" {
  [[ -x $ROOT/stages/10-server/server ]] || skip "it begins with stage 10"
  timeout 900 python3 "$ROOT/tests/suite/replication.py" \
    "$ROOT/stages/10-server/server" "$BATS_TEST_TMPDIR/replication"
}
