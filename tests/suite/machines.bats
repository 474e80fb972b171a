# The blocks of docs/machines.md, pasted section by section.

load lib.bash

# paste SECTION: runs its blocks behind those of the page's head, and compares
# what they print with its blocks of text.
paste() {
  rm -f script due
  awk -v section="## $1" '
    /^## / { begun = 1; wanted = $0 == section }
    /^```/ { kind = kind ? "" : $0; next }
    kind == "```sh" && (wanted || !begun) { print > "script" }
    kind == "```text" && wanted { print > "due" }' "$ROOT/docs/machines.md"
  # A busy machine may take longer than the page does; none may call a living server dead.
  sed -i "s|^make .*|cd '$ROOT'|; s|/tmp/machines|$PWD|g; s|wait 1 1000|wait 1 60000|
    s|\(down-after-milliseconds fruits\) 1000|\1 4000|" script
  sed -i "s|\b70\([012][123]\)\b|$hundred\1|g" script due
  timeout 180 bash -u script < /dev/null > seen
  diff due seen
}

# The page's ports, as they are here: moved to a hundred in which all are free, and from
# which no other test takes one (a judge's ports begin at 10240).
ports() {
  printf '%s ' "$hundred"{01,02,03,11,12,13,21,22}
}

all_free() {
  local port
  for port in $(ports); do
    ! listens "$port" || return
  done
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  needs redis-cli
  hundred=$((11 + RANDOM % 91))
  until all_free; do
    hundred=$((11 + RANDOM % 91))
  done
}

# Ends what a failed section has left.
teardown() {
  local port
  [[ -z ${BATS_TEST_COMPLETED:-} ]] || return 0
  [[ ! -s proxy.pid ]] || kill "$(cat proxy.pid)" 2> /dev/null || true
  for port in $(ports); do
    redis-cli -p "$port" shutdown nosave force > /dev/null 2>&1 || true
  done
  for _ in {1..600}; do
    ! all_free || return 0
    sleep 0.1
  done
}

# They use the same ports, so they take turns.
@test "what docs/machines.md says of several servers is so, block by block" {
  local section
  for section in "One server" "A pair" "Three Sentinels" "Keys over several servers" \
    "From Redis to this server, while both run"; do
    case $section in
      *Sentinels) command -v redis-sentinel > /dev/null || continue ;;
      Keys*) PATH=$PATH:/usr/sbin command -v nutcracker > /dev/null || continue ;;
    esac
    echo "$section"
    paste "$section"
  done
}
