# The counts at the end of a run: what goes wrong must not be lost on the way.

load lib.bash

setup() {
  # shellcheck source=tests/suite/count.bash
  source "$ROOT/tests/suite/count.bash"
  report=$BATS_TEST_TMPDIR/report
}

counted() {
  [[ "$passed $failed $skipped" == "$1" ]] || fail "counted $passed $failed $skipped, due $1"
}

@test "count: the last line of a part, or a failure if there is none" {
  printf '1 passed, 0 failed, 0 skipped\n5 passed, 2 failed, 1 skipped\n' > "$report"
  add_counts "$report" || true # the callers do without errexit
  counted "5 2 1"
  echo 'it broke off' > "$report"
  add_counts "$report" || true # the callers do without errexit
  counted "5 3 1"
  run print_counts
  [[ $status -eq 1 && $output == "failed: report ends without a count
5 passed, 3 failed, 1 skipped" ]]
}

@test "count: the names of what failed are told again at the end, through all levels" {
  step good true
  step bad false
  printf '1..2\nnot ok 1 a test\n# why\nok 2 FAIL: b\n' > "$report"
  add_tap "$report" || true # the callers do without errexit
  printf 'FAIL: test_a (x.A)\nwhy\nERROR: test_b (x.A)\nFAIL 01.1 said by a judge\n' > "$report"
  printf 'Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n' >> "$report"
  add_unittest "$report" || true # the callers do without errexit
  printf 'not ok a, told\nFAIL b, told\n1 passed, 0 failed, 0 skipped\n' > "$report"
  add_counts "$report" || true # the callers do without errexit
  printf 'ok   a\nFAIL clang-tidy\n     why\n1 passed, 1 failed, 0 skipped\n' > "$report"
  add_counts "$report" || true # the callers do without errexit
  due="failed: bad
failed: 1 a test
failed: test_a (x.A)
failed: test_b (x.A)
failed: clang-tidy
11 passed, 5 failed, 0 skipped"
  run print_counts
  [[ $status -eq 1 && $output == "$due" ]] || fail "$output"
  print_counts > "$BATS_TEST_TMPDIR/inner" || true
  passed=0 failed=0 faults=()
  printf 'not ok 1 a test\n' | cat - "$BATS_TEST_TMPDIR/inner" > "$report"
  add_counts "$report" "inner: " || true # the callers do without errexit
  run print_counts
  [[ $output == "${due//failed: /failed: inner: }" ]] || fail "$output"
}

@test "count: bats, with skips, and with fewer tests than planned" {
  printf '1..3\nok 1 a\nnot ok 2 b\nok 3 c # skip why\n' > "$report"
  add_tap "$report" || true # the callers do without errexit
  counted "1 1 1"
  printf '1..3\nok 1 a\n' > "$report"
  add_tap "$report" || true # the callers do without errexit
  counted "2 2 1"
  : > "$report"
  add_tap "$report" || true # the callers do without errexit
  counted "2 3 1"
}

@test "count: unittest, good, bad, and broken off" {
  printf 'Ran 10 tests in 0.1s\n\nOK (skipped=2)\n' > "$report"
  add_unittest "$report" || true # the callers do without errexit
  counted "8 0 2"
  printf 'Ran 10 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n' > "$report"
  add_unittest "$report" || true # the callers do without errexit
  counted "15 3 2"
  echo 'Traceback' > "$report"
  add_unittest "$report" || true # the callers do without errexit
  counted "15 4 2"
}

@test "count: steps side by side, told in their order and each as a whole" {
  say() { sleep "$1"; echo "$2 begins"; sleep 0.2; echo "$2 ends"; return "$3"; }
  later slow say 0.5 first 0
  later bad say 0 second 1
  later worse say 0.1 third 7
  settle > "$report"
  counted "1 2 0"
  [[ $(sed 's/ ([0-9]* s, CPU [0-9]* + [0-9]*)$//' "$report") == "ok   slow
FAIL bad
second begins
second ends
FAIL worse
third begins
third ends" ]] || fail "$(< "$report")"
  settle
  counted "1 2 0"
}

@test "count: a checkpoint that was not run is no success" {
  cat > "$report" << 'END'
{"checkpoints": [
 {"id": "01.1", "status": "passed", "message": [], "reason": ""},
 {"id": "01.2", "status": "failed", "message": ["why"], "reason": ""},
 {"id": "01.3", "status": "not run", "message": [], "reason": "01.2 failed"},
 {"id": "01.4", "status": "skipped", "message": [], "reason": "no tool"}]}
END
  run "$ROOT/tests/suite/result" "$report"
  [[ $status -eq 1 && $output == "failed: 01.2 failed
failed: 01.3 not run
1 passed, 2 failed, 1 skipped" ]]
  run "$ROOT/tests/suite/result" "$report" 01.1
  [[ $status -eq 0 ]]
  run "$ROOT/tests/suite/result" "$report" 01.3
  [[ $status -eq 1 && $output == "01.2 failed" ]]
  run "$ROOT/tests/suite/result" "$report" 01.4
  [[ $status -eq 3 ]]
  run "$ROOT/tests/suite/result" "$report" 01.5
  [[ $status -eq 2 ]]
  run "$ROOT/tests/suite/result" "$BATS_TEST_TMPDIR/none" 01.1
  [[ $status -eq 2 && $output == *"no result"* ]]
}
