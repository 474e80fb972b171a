# Adds up what the parts of a run report, each in its own way, and prints one
# "N passed, N failed, N skipped" for all of it, behind the names of what failed.
# shellcheck shell=bash

passed=0 failed=0 skipped=0 faults=()

# fail_as NAME: counts one failure.
fail_as() {
  failed=$((failed + 1))
  faults+=("$1")
}

# name_faults FILE HOW [WHERE]: takes the names of what failed from a report: those at
# the end of a run like this one, or else what stands behind HOW at the beginning of a
# line. WHERE stands before the names.
name_faults() {
  local told=() name
  mapfile -t told < <(sed -n 's/^failed: //p' "$1")
  [[ ${#told[@]} -gt 0 ]] || mapfile -t told < <(sed -nE "s/^($2) //p" "$1")
  for name in "${told[@]}"; do
    faults+=("${3:-}$name")
  done
}

# judged_as STAGE: the number of the last stage up to this one that has
# checkpoints.
judged_as() {
  (cd "${ROOT:-.}" && tests/check list --plain) | cut -c 1-2 | sort -u |
    awk -v stage="${1%%-*}" '$1 <= stage {last = $1} END {print last}'
}

# add_counts FILE [WHERE]: the last such line in the file; without one, a failure.
# WHERE stands before the names.
add_counts() {
  local line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$1" | tail -n 1)
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + BASH_REMATCH[3]))
    [[ ${BASH_REMATCH[2]} == 0 ]] || name_faults "$1" 'not ok|FAIL' "${2:-}"
  else
    echo "this part ended without a count"
    name_faults "$1" 'not ok|FAIL' "${2:-}"
    fail_as "${2:-}${1##*/} ends without a count"
  fi
}

# add_tap FILE: what bats printed. Fewer tests than planned is a failure.
add_tap() {
  local plan total skips bad
  name_faults "$1" 'not ok'
  plan=$(grep -m 1 -oE '^1\.\.[0-9]+' "$1" | cut -d. -f3)
  total=$(grep -cE '^(not )?ok ' "$1")
  bad=$(grep -c '^not ok ' "$1")
  skips=$(grep -cE '^ok .* # skip' "$1")
  if [[ $total -ne ${plan:-0} || $total -eq 0 ]]; then
    echo "bats ran $total of ${plan:-0} tests"
    fail_as "bats ran $total of ${plan:-0} tests"
  fi
  passed=$((passed + $(grep -c '^ok ' "$1") - skips))
  failed=$((failed + bad))
  skipped=$((skipped + skips))
}

# add_unittest FILE: what Python's unittest printed.
add_unittest() {
  local total bad=0 skips=0 words
  name_faults "$1" 'FAIL:|ERROR:|UNEXPECTED SUCCESS:'
  total=$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} in .*/\1/p' "$1" | tail -n 1)
  words=$(grep -E '^(OK|FAILED)' "$1" | tail -n 1)
  for name in failures errors 'unexpected successes'; do
    [[ $words =~ $name=([0-9]+) ]] && bad=$((bad + BASH_REMATCH[1]))
  done
  [[ $words =~ skipped=([0-9]+) ]] && skips=${BASH_REMATCH[1]}
  [[ -n $total && -n $words && $total -gt 0 ]] || fail_as "${1##*/} ends without a count"
  total=${total:-0}
  passed=$((passed + (total > bad + skips ? total - bad - skips : 0)))
  failed=$((failed + bad))
  skipped=$((skipped + skips))
}

# step NAME COMMAND...: counts as one; shows the output if it fails.
step() {
  local name=$1 log
  shift
  log=$(mktemp)
  if "$@" > "$log" 2>&1; then
    echo "ok   $name"
    passed=$((passed + 1))
  else
    echo "FAIL $name"
    cat "$log"
    fail_as "$name"
  fi
  rm -f "$log"
}

# later NAME COMMAND...: a step that runs beside others, one more than there are
# CPUs, since all of them wait now and then; settle waits for all and tells how
# they came out, in their order, with the seconds of each and those of the CPU,
# and with its output if it failed.
later_names=() later_logs=()

# run_later LOG COMMAND...: its status goes beside the log. The shell forgets
# the status of a process when another one gets its number.
run_later() {
  local log=$1 status=0 TIMEFORMAT='%0R s, CPU %0U + %0S'
  shift
  { time "$@" > "$log" 2>&1; } 2> "$log.time" || status=$?
  echo "$status" > "$log.status"
}

later() {
  local most
  most=$(nproc 2> /dev/null || echo 2)
  while [[ $(jobs -rp | wc -l) -gt $most ]]; do
    sleep 0.1
  done
  later_names+=("$1")
  later_logs+=("$(mktemp)")
  shift
  run_later "${later_logs[-1]}" "$@" &
}

settle() {
  local number
  for number in "${!later_names[@]}"; do
    wait_later "${later_logs[number]}"
    step "${later_names[number]} ($(cat "${later_logs[number]}.time"))" \
      ended_later "${later_logs[number]}"
    rm -f "${later_logs[number]}"{,.status,.time}
  done
  later_names=() later_logs=()
}

wait_later() {
  until [[ -s $1.status || -z $(jobs -rp) ]]; do
    sleep 0.1
  done
}

ended_later() {
  cat "$1"
  return "$(cat "$1.status" || echo 1)"
}

# unit_tests NAME FOLDER TOP: runs the Python unit tests of a folder.
unit_tests() {
  python3 -m unittest discover -s "$2" -t "$3" > "out/suite/unittest-$1.log" 2>&1
  tell_unit_tests "$1"
}

# How they came out, from their log.
tell_unit_tests() {
  local log=out/suite/unittest-$1.log
  echo "$1: $(grep -E '^(OK|FAILED)' "$log" || echo 'did not run')"
  grep -qE '^OK' "$log" || cat "$log"
  add_unittest "$log"
}

# The last lines of a run: the names again, since a long log is often shown without
# its middle, and the counts. Its exit status is the run's.
print_counts() {
  [[ ${#faults[@]} -eq 0 ]] || printf 'failed: %s\n' "${faults[@]:0:50}"
  echo "$passed passed, $failed failed, $skipped skipped"
  [[ $failed -eq 0 ]]
}
