# The house check catches each way to break the rule of one home, and carry
# brings a change to the later rewrites. Each test builds a small project.

load lib.bash

setup() {
  project=$BATS_TEST_TMPDIR/project
  mkdir -p "$project/common/tools" "$project/stages/"{01-a/room,02-b,03-c}
  cd "$project"
  cp "$ROOT"/common/tools/* common/tools/
  for stage in stages/*; do
    echo 'include ../../common/stage.mk' > "$stage/Makefile"
    echo "# Stage: about ${stage##*/}" > "$stage/README.md"
  done
  printf 'int one;\n\nint two;\n\nint three;\n\nint four;\n\nint five;\n' > stages/01-a/x.c
  printf '#ifndef X_H\n#define X_H\nextern int one;\n#endif\n' > stages/01-a/room/x.h
  sed 's/three/drei/' stages/01-a/x.c > stages/03-c/x.c
  printf '%s\n' '# Project' '<!-- stages: written by common/tools/house --lines --write -->' \
    '<!-- end of stages -->' > README.md
  common/tools/house --link
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

@test "house --link makes the links, rooms and all, and only once" {
  [[ $(readlink stages/02-b/from/01-a/x.c) == ../../../01-a/x.c ]]
  [[ $(readlink stages/03-c/from/01-a/room/x.h) == ../../../../01-a/room/x.h ]]
  [[ ! -e stages/01-a/from && ! -e stages/03-c/from/01-a/x.c ]]
  run common/tools/house --link
  [[ $output == *"made 0 links, removed 0"* ]] || fail "$output"
}

@test "house --link follows a file that moves, a rewrite, and one that goes" {
  mkdir stages/04-d
  cp stages/01-a/{Makefile,README.md} stages/04-d/
  common/tools/house --link
  [[ -L stages/04-d/from/03-c/x.c && ! -e stages/04-d/from/01-a/x.c ]]
  sed -i 's/extern/extern const/' stages/01-a/room/x.h
  mv stages/01-a/room/x.h stages/01-a/
  sed 's/int one/int won/' stages/01-a/x.h > stages/02-b/x.h
  rm stages/03-c/x.c
  common/tools/house --link
  common/tools/house --lines --write
  run common/tools/house
  [[ $status -eq 0 ]] || fail "$output"
  [[ $(cd stages && find . -type l | sort | tr '\n' ' ') == "./02-b/from/01-a/x.c "\
"./03-c/from/01-a/x.c ./03-c/from/02-b/x.h ./04-d/from/01-a/x.c ./04-d/from/02-b/x.h " ]]
}

@test "house: a stage leaves out what it names, and those after it have it neither" {
  printf '%s\n' 'LEAVES_OUT = x.c' 'include ../../common/stage.mk' > stages/02-b/Makefile
  rm stages/03-c/x.c
  complains "stages/02-b/from/01-a/x.c: the stage stands on no such file"
  common/tools/house --link
  common/tools/house --lines --write
  run common/tools/house
  [[ $status -eq 0 ]] || fail "$output"
  [[ ! -e stages/02-b/from/01-a/x.c && ! -e stages/03-c/from/01-a/x.c ]]
  sed -i 's/x\.c/y.c/' stages/02-b/Makefile
  complains "stages/02-b/Makefile: y.c is not there to be left out"
}

@test "house: a function that its own file alone needs, or only a later stage" {
  printf 'int seven(void) {\n    return 7;\n}\n' > stages/01-a/y.c
  common/tools/house --link
  common/tools/house --lines --write
  complains "stages/01-a/y.c: seven() is used in no other file; it can be static"
  printf 'static int eight(void) {\n    return seven() + 1;\n}\n' > stages/03-c/z.c
  run common/tools/house
  [[ $status -eq 0 ]] || fail "$output"
  run common/tools/house --ahead
  [[ $output == "01-a/y.c: seven(), for 03-c/z.c" ]] || fail "$output"
}

@test "house: a link that is missing" {
  rm stages/02-b/from/01-a/x.c
  complains "stages/02-b/from/01-a/x.c: is missing; common/tools/house --link"
}

@test "house: a link to a link" {
  ln -sf ../../../../02-b/from/01-a/room/x.h stages/03-c/from/01-a/room/x.h
  complains "room/x.h: links to ../../../../02-b/from/01-a/room/x.h; its home is ../../../../01-a"
}

@test "house: a link past the nearest real file" {
  mkdir -p stages/04-d/from/01-a
  cp stages/01-a/{Makefile,README.md} stages/04-d/
  ln -s ../../../01-a/x.c stages/04-d/from/01-a/x.c
  complains "stages/04-d/from/01-a/x.c: the stage stands on no such file"
  [[ $output == *"stages/04-d/from/03-c/x.c: is missing"* ]]
}

@test "house: a copy where a link should be" {
  cp stages/01-a/room/x.h stages/02-b/x.h
  complains "stages/02-b/x.h: is equal to stages/01-a/room/x.h"
  rm stages/02-b/x.h
  cp --remove-destination stages/01-a/x.c stages/02-b/from/01-a/x.c
  complains "stages/02-b/from/01-a/x.c: is no link"
}

@test "house: a broken link, an absolute link, a link to a later stage" {
  ln -s ../../../01-a/none.c stages/02-b/from/01-a/none.c
  ln -sf "$project/stages/01-a/x.c" stages/02-b/from/01-a/x.c
  mkdir stages/02-b/from/03-c
  ln -s ../../../03-c/x.c stages/02-b/from/03-c/x.c
  complains "stages/02-b/from/01-a/none.c: a broken link"
  [[ $output == *"x.c: links to $project/stages/01-a/x.c; its home is ../../../01-a/x.c"* ]]
  [[ $output == *"stages/02-b/from/03-c/x.c: the stage stands on no such file"* ]]
}

@test "house: a link outside from/, a link to a folder" {
  ln -s ../stages/01-a/x.c common/x.c
  ln -s from/01-a/x.c stages/02-b/x.c
  rm -r stages/03-c/from
  ln -s ../02-b/from stages/03-c/from
  complains "common/x.c: a link that is not in from/"
  [[ $output == *"stages/02-b/x.c: a link that is not in from/"* ]]
  [[ $output == *"stages/03-c/from: a link that is not in from/"* ]]
}

@test "house: a name that stands twice in a stage" {
  mkdir stages/03-c/room
  echo 'int other;' > stages/03-c/room/x.c
  complains "stages/03-c/x.c: there is also stages/03-c/room/x.c"
  run common/tools/house --link
  [[ $status -eq 1 && $output == *"there is also"* ]]
}

@test "house: a room within a room" {
  mkdir -p stages/03-c/room/inner
  mv stages/03-c/x.c stages/03-c/room/inner/
  complains "stages/03-c/room/inner/x.c: stands in a room within a room"
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

@test "lint: a long function is no good" {
  needs clang-tidy
  { echo 'static void long_one(void) {'; yes '    ;' | head -n 90; echo '}'; } > long.c
  run clang-tidy --quiet "--config-file=$ROOT/.clang-tidy" long.c --
  [[ $status -ne 0 && $output == *"91 lines"*"threshold 80"* ]]
}

commit_all() {
  git init -q .
  git add .
  git -c user.name=Test -c user.email=test@example.org commit -q -m start
}

@test "carry: a fix reaches the later rewrite, which keeps its own change" {
  needs git
  commit_all
  sed -i 's/int five/int fixed/' stages/01-a/x.c
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 0 && $output == *"stages/03-c/x.c changed"* ]] || fail "$output"
  grep -q 'int fixed' stages/03-c/x.c
  grep -q 'int drei' stages/03-c/x.c
  [[ -L stages/02-b/from/01-a/x.c ]]
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 0 && $output == *"had the change already"* ]]
}

@test "carry: a fix goes on through several rewrites, in rooms, too" {
  needs git
  mkdir -p stages/04-d/room
  cp stages/01-a/Makefile stages/01-a/README.md stages/04-d/
  sed 's/int four/int vier/' stages/03-c/x.c > stages/04-d/room/x.c
  commit_all
  sed -i 's/int one/int fixed/' stages/01-a/x.c
  common/tools/carry stages/01-a/x.c
  [[ $(grep -c -e fixed -e drei -e vier stages/04-d/room/x.c) -eq 3 ]]
}

@test "carry: a change that does not fit leaves marks and status 1" {
  needs git
  commit_all
  sed -i 's/int three/int troix/' stages/01-a/x.c
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 1 && $output == *"conflicts"* ]]
  grep -q '^<<<<<<<' stages/03-c/x.c
  grep -q '^>>>>>>>' stages/03-c/x.c
}

@test "carry: nothing changed, a link, no such file" {
  needs git
  commit_all
  run common/tools/carry stages/01-a/x.c
  [[ $status -eq 0 && $output == *"has not changed"* ]]
  run common/tools/carry stages/02-b/from/01-a/x.c
  [[ $status -eq 2 && $output == *"is a link; change its home, stages/01-a/x.c"* ]]
  run common/tools/carry stages/02-b/none.c
  [[ $status -eq 2 && $output == *"there is no"* ]]
}
