# What the targets of make promise.

load lib.bash

teardown() {
  kill_server
}

@test "make alone prints what there is" {
  run make -C "$ROOT"
  [[ $status -eq 0 ]]
  for target in run test all check bench diff export clean; do
    [[ $output == *"make $target"* ]] || fail "$target is not told"
  done
}

@test "make in a stage's folder builds its server, and a second time does nothing" {
  for stage in $(stages); do
    make -C "$ROOT/stages/$stage"
    [[ -x $ROOT/stages/$stage/server ]]
    run make --no-print-directory -C "$ROOT/stages/$stage"
    [[ -z $output ]] || fail "$stage: $output"
  done
}

@test "other flags, and a changed header, compile again" {
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages/01-echo"
  make
  run make V=1 EXTRA_CFLAGS=-DNOTHING
  [[ $output == *server.c* && $output == *log.c* ]]
  make
  touch -d '+2 seconds' ../../common/options.h
  run make V=1
  [[ $output == *server.c* && $output == *options.c* ]]
  [[ $output != *clock.c* ]]
}

@test "a build uses all cores, or as many as it is told to" {
  run make -n -C "$ROOT/stages/01-echo"
  [[ $output == *"-j$(nproc) server"* ]] || fail "$output"
  run make -n -j1 -C "$ROOT/stages/01-echo"
  [[ $output != *"-j$(nproc)"* ]] || fail "$output"
}

@test "a build tells its progress in one line of a terminal, and a word elsewhere" {
  needs script
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages/01-echo"
  run make --no-print-directory
  [[ $output =~ ^"  link server ("([0-9]+)" of "([0-9]+)" files compiled)"$ ]] || fail "$output"
  [[ ${BASH_REMATCH[1]} -eq ${BASH_REMATCH[2]} ]]
  rm build/server.o
  run script -qec 'make --no-print-directory' /dev/null
  [[ ${#lines[@]} -eq 1 && $output == *"  cc   1/${BASH_REMATCH[2]} server.c"* ]] || fail "$output"
  [[ $output == *"  link server (1 of "* ]]
}

@test "a source that is gone is gone from the server" {
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages/01-echo"
  echo 'int of_the_past(void); int of_the_past(void) { return 1; }' > past.c
  make
  nm server | grep -q of_the_past
  rm past.c
  make
  ! nm server | grep -q of_the_past || fail "it is still there"
}

@test "make debug and make asan build beside the release" {
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages/01-echo"
  make debug asan
  [[ -x build/debug/server && -x build/asan/server && ! -e server ]]
  nm build/asan/server | grep -q __asan_init
  make clean
  [[ ! -e build ]]
}

@test "stage 10 is built beside without its fast files, and answers" {
  make -C "$ROOT/stages/10-server" FAST=0 EXTRA_CFLAGS=-O0 LTO=
  run "$ROOT/tests/check" --plain --only 04.1 --only 06.8 \
    --server "$ROOT/stages/10-server/build/fast-0/server --port {port}"
  [[ $status -eq 0 ]] || fail "$output"
}

@test "make CC=clang builds with clang" {
  needs clang
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages/01-echo"
  make CC=clang
  readelf -p .comment server | grep -q clang
}

@test "a warning is an error" {
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages/01-echo"
  echo 'static int unused_here;' >> server.c
  run make
  [[ $status -ne 0 && $output == *unused_here* ]]
  run make WERROR=
  [[ $status -eq 0 ]]
}

@test "lost links get an explanation instead of a storm" {
  copy_project "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy/stages"
  mkdir -p 02-lost/from/01-echo
  cp 01-echo/Makefile 02-lost/
  printf '../../../01-echo/server.c' > 02-lost/from/01-echo/server.c
  run make -C 02-lost
  [[ $status -ne 0 ]]
  [[ $output == *"symbolic links of this stage were lost"* ]]
  [[ $output == *"server.c"* && $output == *"core.symlinks true"* ]]
  [[ $output == *"make export"* && $output != *"error:"* ]]
}

@test "make run builds, says what to try, and serves" {
  find_port
  stage=$(newest_stage)
  make -C "$ROOT" run STAGE="${stage%%-*}" PORT="$port" > "$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
  eventually grep -qi ready "$BATS_TEST_TMPDIR/said"
  grep -q "port $port" "$BATS_TEST_TMPDIR/said"
  # From stage 10 on the process has a title.
  pid=$(pgrep -f "stages/$stage/server (--port $port|.*:$port)\$")
  stop_by_make=$!
  kill -TERM "$pid"
  wait "$stop_by_make"
  pid=
}

@test "make run says so when the port is taken" {
  start_server "$(newest_stage)"
  run make -C "$ROOT" run STAGE="$(newest_stage)" PORT="$port"
  [[ $status -ne 0 ]]
  [[ $output == *"Port $port is in use"* && $output == *"PORT=$((port + 1))"* ]]
}

@test "a stage that does not exist is told, with those that do" {
  run make -C "$ROOT" run STAGE=99
  [[ $status -ne 0 && $output == *'no stage "99"'* && $output == *01-echo* ]]
  run make -C "$ROOT" all STAGE=99
  [[ $status -ne 0 && $output == *'no stage "99"'* ]]
}

@test "make diff shows what a stage adds, and no link as a change" {
  run make --no-print-directory -C "$ROOT" diff STAGE=1
  [[ $status -eq 0 && $output == *"new "*server.c* ]]
  [[ $output == *"+int main("* ]]
  [[ -d $ROOT/stages/02-poll && -d $ROOT/stages/03-resp ]] || return 0
  run make --no-print-directory -C "$ROOT" diff STAGE=3
  [[ $status -eq 0 && $output == *"built on"*loop.c* ]]
  [[ $output != *"+++ stages/03-resp/from"* ]]
  [[ $output == *"+++ stages/03-resp/resp.c"* ]]
}

@test "make bench explains itself" {
  run make -C "$ROOT" bench BENCH_ARGS=--help
  [[ $status -eq 0 && $output == *usage* ]]
}

@test "nothing in a built tree is offered to git" {
  command -v git > /dev/null && [[ -e $ROOT/.git ]] || skip "this is no git checkout"
  run git -C "$ROOT" status --short --untracked-files=all -- '*/build' '*/server' .venv out
  [[ -z $output ]] || fail "$output"
}
