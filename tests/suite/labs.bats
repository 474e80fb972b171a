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
