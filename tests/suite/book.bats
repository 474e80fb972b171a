# The book (make book): that it can be made, its links, and three of its pages.

load lib.bash

@test "the book: every link leads somewhere, and a browser shows it" {
  run "$ROOT/common/tools/book"
  echo "$output"
  [[ $status -ne 2 ]] || skip "the generator of the book cannot be got here"
  [[ $status -eq 0 ]]
  python3 -m unittest -v "$ROOT/tests/suite/book.py" 3>&-
  command -v chromium > /dev/null || skip "made and checked, but chromium is not installed"
}
