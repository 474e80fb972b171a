# Labs: folders that are handed out.

load lib.bash

setup() {
  cd "$ROOT" || return
  target=$BATS_TEST_TMPDIR/lab
}

# Without markdown-it-py there is no handout, and without a network it cannot be got.
lab() {
  run make -s lab TO="$target" "$@"
  [[ $output != *"is there a network?"* ]] || skip "markdown-it-py cannot be got"
}

@test "labs of all stages: no solution in them, no warning, and whole with our code" {
  lab STAGE=01
  tests/lab/prove
}

@test "a lab fails the checkpoints of its stage, and passes those before" {
  lab STAGE=01
  tests/lab/prove --judge 05
}

@test "the locale chooses no language, and make's command line does" {
  LANG=python lab STAGE=01
  [[ $status -eq 0 && -e $target/server.c ]]
  rm -r "$target"
  lab STAGE=01 LANG=python
  [[ $status -eq 0 && -e $target/server.py && ! -e $target/common ]]
  grep -qF 'python3 server.py {port}' "$target/check.toml"
  cd "$target"
  tests/check --only 01.1 --plain
  run make check
  echo "$output"
  [[ $status -ne 0 && $output == *"FAIL 01.2"* ]]
}

@test "a lab has the lesson that each message names" {
  lab STAGE=02 LANG=none
  cd "$target"
  for page in $(sed -n 's/^lesson = //p' tests/checkpoints/*/manifest.ini); do
    grep -qF "id=\"${page#*#}\"" "${page%%#*}" || { echo "$page"; false; }
  done
  [[ $(echo lessons/*) == lessons/01-echo.html ]]
}

@test "a lab on one track has the checkpoints of that track" {
  lab STAGE=10 LANG=none ONLY=10.2
  run "$target/tests/check" list --plain
  [[ $output == *10.2f* && $output == *10.1a* && $output != *10.3a* ]]
}

@test "a lab is refused where it makes no sense" {
  mkdir -p "$target" && touch "$target/mine"
  lab STAGE=01
  [[ $status -ne 0 && $output == *"is not empty"* ]]
  lab STAGE=01 LANG=cobol
  [[ $status -ne 0 && $output == *"usage: make lab"* ]]
  lab STAGE=01 ONLY=01.9
  [[ $status -ne 0 && $output == *"no checkpoint 01.9"* ]]
  [[ $(ls "$target") == mine ]]
}

@test "a bug to find: nothing tells which it is, and mending it turns the judge" {
  make -s bug ID=N08-client-not-closed TO="$target"
  [[ -s $target/symptom.txt && ! -e $target/README.md ]]
  run grep -rlE 'N08-client|never closed' "$target" --include='*.[ch]' --include='*.t*'
  [[ -z $output ]]
  [[ $(find "$target" -name '*.patch' -o -newer "$target/LICENSE" -type f) == "" ]]
  run make -s bug-answers FOLDER="$target"
  [[ $output == N08-client-not-closed* && $output == *"-        close(client);"* ]]
  cd "$target"
  run make -s check
  [[ $status -ne 0 && $output == *"FAIL 01."* && $output != *"Looks like"* ]]
  cp "$ROOT"/stages/01-*/server.c .
  make -s
  tests/check --stage 01 --plain
  run make -s -C "$ROOT" bug-answers FOLDER="$target"
  [[ $output == *"none of the seeded bugs"* ]]
}

@test "a bug by chance is the same with the same seed" {
  first=$(python3 -B tests/lab/bug.py write "$target" "" 01 word && cat "$target"/server.c)
  rm -r "$target"
  [[ $first == "$(python3 -B tests/lab/bug.py write "$target" RANDOM 01 word && cat "$target"/server.c)" ]]
  run make -s bug TO="$target-2"
  [[ $status -ne 0 && $output == *"usage: make bug"* ]]
  run make -s bug ID=E99 TO="$target-2"
  [[ $status -ne 0 && $output == *"no such seeded bug"* ]]
}

@test "my-tests: sessions are graded by the seeded bugs that they catch" {
  mkdir "$target"
  printf '%s\n' 'session "it comes back"' 'let text = word 3 9' \
    'A says "{text}\n"' 'A hears "{text}\n"' > "$target/good.session"
  run tests/check my-tests "$target" --stage 01 --json "$target/result.json"
  echo "$output"
  [[ $status -eq 1 && $output == *"caught     N02-exits-at-start"*"good.session:3 it comes back"* ]]
  [[ $output == *"NOT CAUGHT N04-sigpipe"* && $output == *"1 of 1 sessions are right on our own server"* ]]
  python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); assert 0 < r["score"] < 1' \
    "$target/result.json"
  printf '%s\n' 'session "in capitals"' 'A says "a\n"' 'A hears "A\n"' > "$target/wrong.session"
  run tests/check my-tests "$target" --stage 01 --json -
  [[ $status -eq 1 && $output == *'"score": 0.0'* && $output == *"line 3: our server does not do that"* ]]
  printf '%s\n' 'session "x"' 'A> GET {k}' > "$target/unread.session"
  run tests/check my-tests "$target" --stage 01
  [[ $status -eq 2 && $output == *"unread.session:2: {k} has no let line"* ]]
  printf 'session "\374"\n' > "$target/unread.session"
  run tests/check my-tests "$target" --stage 01
  [[ $status -eq 2 && $output == *"unread.session is not UTF-8"* ]]
  local never
  for never in 'server --dir /tmp' 'server "--timeout 1\ndir /tmp"' 'wait 6000ms'; do
    printf '%s\n' 'session "x"' "$never" 'A> PING' 'A< any' > "$target/unread.session"
    run tests/check my-tests "$target" --stage 01
    [[ $status -eq 2 && $output == *"session 'x' "[sw]* ]]
  done
  run tests/check my-tests "$target"
  [[ $status -eq 2 && $output == *"--stage NN"* ]]
}

@test "my-tests: what is wrong on Redis, and what a stage has not" {
  needs redis-server
  PYTHONPATH=$ROOT/tests python3 -B - "$BATS_TEST_TMPDIR" "$ROOT/stages/05-expiry/server --port {port}" << 'PYTHON'
import sys
from harness import manifest, my_tests

path = sys.argv[1] + "/a.session"
with open(path, "w", encoding="utf-8") as file:
    file.write('session "right"\nlet key = key\nA> TTL {key}\nA< :-2\n'
               'session "wrong"\nlet key = key\nA> TTL {key}\nA< :-1\n'
               'session "later"\nlet key = key\nA> LLEN {key}\nA< :0\n'
               'session "shared"\nA> INCR counter\nA< :1\n')
stage = next(one for one in manifest.load() if one.number == "05")
right, wrong, later, shared = (
    " ".join(my_tests.try_session(one, stage, sys.argv[2], "1"))
    for one in my_tests.read(sys.argv[1]))
assert right == "", right
assert wrong.startswith("line 8: Redis does not do that"), wrong
assert "stage 05 has not" in later, later
assert "let key = key" in shared, shared
PYTHON
}
