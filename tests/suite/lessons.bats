# The tables of requests in the lessons, played as they stand there.

load lib.bash

setup() {
  "$ROOT/common/tools/docs" --sessions "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR" || return
}

@test "lessons: each stage answers what its lesson prints" {
  for stage in $(stages); do
    for file in "${stage%%-*}"-*.session; do
      [[ ! -e $file ]] ||
        "$ROOT/tests/suite/play" "$file" "$ROOT/stages/$stage/server --port {port}"
    done
  done
}

@test "lessons: Redis answers the same" {
  needs redis-server
  for file in *.session; do
    "$ROOT/tests/suite/play" "$file" "redis-server --port {port}"
  done
}

@test "lessons: code that changed and faults of pictures are told" {
  PYTHONPATH=$ROOT/common/tools run python3 -B - << 'PYTHON'
import pathlib
import docs_lessons
import drawing

page = pathlib.Path("page.md")
pathlib.Path("a.c").write_text(
    "int one(int a);\n\nint one(int a) {\n    return a;\n}\n\n#define TWO \\\n    2\n\n"
    "const struct row rows[] = {\n    {1},\n};\n")
text = "<!-- code: a.c one rows TWO -->\n```c\nold\n```\nafter\n"
made = docs_lessons.excerpts(page, text)
assert "int one(int a) {\n    return a;\n}\n\nconst struct row rows" in made, made
assert "#define TWO \\\n    2\n```\nafter\n" in made, made
assert docs_lessons.excerpts(page, made) == made
for wrong in ("a.c three", "b.c one"):
    try:
        docs_lessons.excerpts(page, "<!-- code: %s -->\n" % wrong)
    except ValueError as error:
        print(error)
    else:
        raise AssertionError(wrong)

sheet = drawing.Page("name", 300, 100, "", "")
sheet.note(24, 40, "some words")
sheet.note(30, 44, "over others")
sheet.box(200, 60, 20, 20, "too long")
sheet.arrow((20, 36), (90, 36))
for fault in sheet.faults():
    print(fault)
PYTHON
  echo "$output"
  [[ $status -eq 0 ]]
  [[ $output == *"a.c does not define three"*"no such file: b.c"* ]]
  [[ $output == *"overlap: some words / over others"* ]]
  [[ $output == *"leaves a box: too long"* ]]
  [[ $output == *"an arrow crosses: some words"* ]]
}
