# Numbers that are too large, or too small, to be what they stand for.

load lib.bash

teardown() {
  kill_server
}

@test "no number that a command takes ends the server" {
  start_to_debug "$(newest_stage)"
  python3 "$ROOT/tests/suite/numbers.py" "$port"
  local peak
  peak=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status")
  [[ $peak -lt 100000 ]] || fail "it took $peak kB"
  stop_server
  [[ $status -eq 0 ]] || fail "status $status"
}
