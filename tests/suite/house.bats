# The house check catches each way to break the rule of one home, and carry
# brings a change to the later rewrites. Each test builds a small project.

load lib.bash

setup() {
  project=$BATS_TEST_TMPDIR/project
  mkdir -p "$project/common/tools" "$project/stages/"{01-a,02-b,03-c}
  cd "$project"
  cp "$ROOT"/common/tools/* common/tools/
  for stage in stages/*; do
    echo 'include ../../common/stage.mk' > "$stage/Makefile"
    echo "# Stage: about ${stage##*/}" > "$stage/README.md"
  done
  printf 'int one;\n\nint two;\n\nint three;\n\nint four;\n\nint five;\n' > stages/01-a/x.c
  printf '#ifndef X_H\n#define X_H\nextern int one;\n#endif\n' > stages/01-a/x.h
  ln -s ../01-a/x.h stages/02-b/x.h
  ln -s ../01-a/x.h stages/03-c/x.h
  ln -s ../01-a/x.c stages/02-b/x.c
  sed 's/three/drei/' stages/01-a/x.c > stages/03-c/x.c
  printf '%s\n' '# Project' '<!-- stages: written by common/tools/house --lines --write -->' \
    '<!-- end of stages -->' > README.md
  common/tools/house --lines --write
}

# A function of three words or more that house must complain about.
complains() {
  run common/tools/house
  [[ $status -eq 1 ]] || fail "status $status: $output"
  [[ $output == *"$1"* ]] || fail "it says: $output"
}

@test "house: a good project passes" {
  run common/tools/house
  [[ $status -eq 0 ]] || fail "$output"
}

@test "house: a link to a link" {
  ln -sf ../02-b/x.h stages/03-c/x.h
  complains "stages/03-c/x.h: links to ../02-b/x.h; its home is ../01-a/x.h"
}

@test "house: a link past the nearest real file" {
  mkdir stages/04-d
  cp stages/01-a/{Makefile,README.md} stages/04-d/
  ln -s ../01-a/x.c stages/04-d/x.c
  complains "stages/04-d/x.c: links to ../01-a/x.c; its home is ../03-c/x.c"
}

@test "house: a copy where a link should be" {
  cp --remove-destination stages/01-a/x.h stages/02-b/x.h
  complains "stages/02-b/x.h: is equal to stages/01-a/x.h"
}

@test "house: a broken link, an absolute link, a link to a later stage" {
  ln -s ../01-a/none.c stages/02-b/none.c
  ln -sf "$project/stages/01-a/x.h" stages/02-b/x.h
  ln -s ../03-c/late.c stages/02-b/late.c
  complains "stages/02-b/none.c: a broken link"
  [[ $output == *"stages/02-b/x.h: the link is absolute"* ]]
  [[ $output == *"stages/02-b/late.c: links to ../03-c/late.c, but no earlier stage"* ]]
}

@test "house: a link outside the stages" {
  ln -s ../stages/01-a/x.h common/x.h
  complains "common/x.h: a link outside the stages"
}

@test "house: a header that needs another one first" {
  command -v gcc > /dev/null || command -v clang > /dev/null || skip "no compiler"
  printf 'struct y {\n    size_t size;\n};\n' > stages/02-b/y.h
  complains "stages/02-b/y.h: does not compile alone with"
}

@test "house: a place on somebody's machine" {
  # Put together here, since this file is checked, too.
  printf 'int x; /* see %s */\n' "/ho""me/jane/notes" > stages/02-b/z.c
  complains "stages/02-b/z.c: line 1 names a place on one machine"
}

@test "house: a Makefile of more than the one line, no Makefile, no lesson" {
  echo 'CFLAGS += -w' >> stages/02-b/Makefile
  rm stages/03-c/Makefile stages/01-a/README.md
  complains "stages/02-b/Makefile: is more or less than the line"
  [[ $output == *"stages/03-c: has no Makefile of its own"* ]]
  [[ $output == *"stages/01-a: has no lesson"* ]]
}

@test "house: a table of stages with old numbers" {
  yes 'extern int six;' | head -n 200 >> stages/03-c/x.c
  complains "README.md: the table of stages is stale"
  common/tools/house --lines --write
  run common/tools/house
  [[ $status -eq 0 ]]
}

@test "house: a long function is told, and is no failure" {
  { echo 'void long_one(void) {'; yes '    ;' | head -n 90; echo '}'; } > stages/02-b/w.c
  common/tools/house --lines --write
  run common/tools/house
  [[ $status -eq 0 && $output == *"stages/02-b/w.c:1: a function of 92 lines"* ]]
}

commit_all() {
  git init -q .
  git add .
  git -c user.name=Test -c user.email=test@example.org commit -q -m start
}

@test "carry: a fix reaches the later rewrite, which keeps its own change" {
  command -v git > /dev/null || skip "git is not installed"
  commit_all
  sed -i 's/int five/int fixed/' stages/01-a/x.c
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 0 && $output == *"stages/03-c/x.c changed"* ]] || fail "$output"
  grep -q 'int fixed' stages/03-c/x.c
  grep -q 'int drei' stages/03-c/x.c
  [[ -L stages/02-b/x.c ]]
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 0 && $output == *"had the change already"* ]]
}

@test "carry: a fix goes on through several rewrites" {
  command -v git > /dev/null || skip "git is not installed"
  mkdir stages/04-d
  cp stages/01-a/Makefile stages/01-a/README.md stages/04-d/
  sed 's/int four/int vier/' stages/03-c/x.c > stages/04-d/x.c
  commit_all
  sed -i 's/int one/int fixed/' stages/01-a/x.c
  common/tools/carry stages/01-a/x.c
  [[ $(grep -c -e fixed -e drei -e vier stages/04-d/x.c) -eq 3 ]]
}

@test "carry: a change that does not fit leaves marks and status 1" {
  command -v git > /dev/null || skip "git is not installed"
  commit_all
  sed -i 's/int three/int troix/' stages/01-a/x.c
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 1 && $output == *"conflicts"* ]]
  grep -q '^<<<<<<<' stages/03-c/x.c
  grep -q '^>>>>>>>' stages/03-c/x.c
}

@test "carry: nothing changed, a link, no such file" {
  command -v git > /dev/null || skip "git is not installed"
  commit_all
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 0 && $output == *"has not changed"* ]]
  run common/tools/carry stages/02-b/x.c
  [[ $status -eq 2 && $output == *"is a link"* ]]
  run common/tools/carry stages/02-b/none.c
  [[ $status -eq 2 && $output == *"there is no"* ]]
}
