# Exports: a stage as a folder of plain files that builds anywhere.

load lib.bash

# The test's folder is outside the project.
setup() {
  target=$BATS_TEST_TMPDIR/exported
}

exports_and_passes() {
  local folder=$target/$1 left
  make -C "$ROOT" export STAGE="${1%%-*}" TO="$folder"
  [[ -z $(find "$folder" -type l) ]] || fail "$1: there are links"
  left=$(grep -rlF -e "$ROOT" -e '../../common' "$folder" --include='*.[ch]' --include=Makefile) || true
  [[ -z $left ]] || fail "$1 points back to the project: $left"
  [[ -s $folder/README.md && -s $folder/LICENSE ]]
  # To optimize would take most of the time.
  make -C "$folder" LTO= EXTRA_CFLAGS=-O0
  (cd "$BATS_TEST_TMPDIR" &&
    "$ROOT/tests/check" --stage "$(judged_as "$1")" --latest-only --no-splits --plain \
      --jobs "${SUITE_JOBS:-4}" --server "$folder/server --port {port}")
}

@test "every stage, exported, builds and passes its own checkpoints" {
  for stage in $(stages); do
    echo "stage: $stage"
    exports_and_passes "$stage"
  done
}

@test "only the used part of common/ goes along" {
  make -C "$ROOT" export STAGE=01 TO="$target"
  for module in "$target"/common/*.h; do
    name=$(basename "$module")
    grep -rqF "\"$name\"" "$target" || fail "$name is not used"
  done
  [[ -e $target/common/log.c && ! -e $target/common/version.h && ! -d $target/common/tools ]]
}

@test "the lesson goes along, with its pictures" {
  make -C "$ROOT" export STAGE=10 TO="$target"
  local shown
  shown=$(grep -o '](pictures/[^)]*)' "$target/README.md" | tr -d '()]')
  [[ $shown == *pictures/10-slabs.svg*pictures/bucket.svg* ]]
  for picture in $shown; do
    [[ -s $target/$picture ]] || fail "$picture is missing"
  done
}

@test "a relative target is taken from where make was called" {
  cd "$BATS_TEST_TMPDIR"
  make -f "$ROOT/Makefile" -C "$ROOT" export STAGE=01 TO="$BATS_TEST_TMPDIR/a/b c"
  [[ -e "$BATS_TEST_TMPDIR/a/b c/server.c" ]]
}

@test "a folder that is not empty is refused and left alone" {
  mkdir -p "$target"
  echo mine > "$target/.hidden"
  run make -C "$ROOT" export STAGE=01 TO="$target"
  [[ $status -ne 0 && $output == *"is not empty"* ]]
  [[ $(ls -A "$target") == .hidden ]]
  run make -C "$ROOT" export STAGE=01 TO="$target/.hidden"
  [[ $status -ne 0 && $output == *"not a folder"* ]]
  run make -C "$ROOT" export STAGE=01
  [[ $status -ne 0 && $output == *usage* ]]
}
