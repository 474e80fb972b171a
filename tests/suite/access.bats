# Who may, and who can hold everybody up: strangers, crowds, and what is dangerous.

load lib.bash

access() {
  timeout 300 python3 "$ROOT/tests/suite/access.py" "$ROOT/stages/$1/server" 3>&-
}

@test "who may ask what: browsers, strangers, crowds, DEBUG, protected mode" {
  each_from 03 access
}
