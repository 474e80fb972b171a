"""The one result in the forms that others read.

    gradescope   results.json of an autograder, one for each submission
    moodle       the worksheet that an assignment takes back ("Upload grading
                 worksheet")
    canvas       the CSV file that a gradebook takes ("Import")
    signed       the result with an HMAC, for whoever must trust it later
    for_teacher  what only the teacher should read: signs and pairs
"""

import csv
import hashlib
import hmac
import io
import json

from ..model import BLOCKED, FAILED, PASSED, SKIPPED, SetupError, read_file
from .table import clean

FORMULA = tuple("=+-@\t\r")
ALGORITHM = "HMAC-SHA256"
SHORTEST_KEY = 16       # bytes
MOODLE = ("Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be "
          "changed,Last modified (submission),Last modified (grade),Feedback comments"
          ).split(",")
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def summary(result):
    """Returns one line about the class."""
    books = result["submissions"]
    judged = [book for book in books if not book["problem"]]
    full = sum(book["points"] == book["points_possible"] for book in judged)
    text = "%s: %d of %d submissions judged, %d with all points" % (
        result["what"], len(judged), len(books), full)
    if judged:
        text += ", %.1f of %d on average" % (
            sum(book["points"] for book in judged) / len(judged),
            judged[0]["points_possible"])
    return text


def message(row):
    """Returns what a learner reads about a checkpoint."""
    if row["status"] in (BLOCKED, SKIPPED):
        return "not run: " + row["reason"] if row["status"] == BLOCKED \
            else "skipped: " + row["reason"]
    return "\n".join(row["message"] + ["note: " + note for note in row["notes"]])


def feedback(book):
    """Returns one line about a submission."""
    if book["problem"]:
        return clean(book["problem"].splitlines()[0])
    failed = [row["id"] for row in book["checkpoints"] if row["status"] == FAILED]
    return "passed %d of %d%s" % (
        book["passed"], len(book["checkpoints"]),
        ", failed: " + " ".join(failed) if failed else "")


def gradescope(book):
    """Returns results.json."""
    tests = [{
        "name": row["title"], "number": row["id"], "max_score": row["points"],
        "score": row["points"] if row["status"] == PASSED else 0,
        "status": "passed" if row["status"] == PASSED else "failed",
        "output": message(row), "output_format": "text", "visibility": "visible",
        "tags": [row["stage"]], "extra_data": {"looks_like": row["looks_like"]},
    } for row in book["checkpoints"]]
    return json.dumps({
        "score": book["points"], "execution_time": round(book["seconds"]),
        "output": book["problem"] or feedback(book), "output_format": "text",
        "visibility": "visible", "stdout_visibility": "hidden",
        "tests": tests}, indent=1) + "\n"


def table(rows):
    """Returns the text of a CSV file. A name that a spreadsheet would take for a formula gets an
    apostrophe before it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [["'" + cell if str(cell)[:1] in FORMULA and cell != "-" else cell
          for cell in row] for row in rows])
    return out.getvalue()


def moodle(result):
    """Returns the grading worksheet. Moodle finds its users by the identifier, which it puts into
    the names of the files that it packs for download."""
    rows = [MOODLE]
    for book in result["submissions"]:
        who = book["who"]
        identifier = who.get("id", "")
        rows.append(["Participant " + identifier if identifier.isdigit() else identifier,
                     who.get("name", book["name"]), who.get("email", ""),
                     "Submitted for grading", book["points"], book["points_possible"],
                     "Yes", "-", "-", feedback(book)])
    return table(rows)


def canvas(result, assignment):
    """Returns the gradebook. Canvas finds its users by its own number, or by the login."""
    books = result["submissions"]
    possible = max(book["points_possible"] for book in books)
    rows = [CANVAS + [assignment], ["    Points Possible", "", "", "", "", possible]]
    for book in books:
        who = book["who"]
        rows.append([who.get("name", book["name"]), who.get("id", ""), "",
                     who.get("login", ""), who.get("section", ""), book["points"]])
    return table(rows)


def check_key(key):
    """Returns the key, if it can be one."""
    if len(key) < SHORTEST_KEY:
        raise SetupError("a key has at least %d bytes (head -c 32 /dev/urandom > key)"
                         % SHORTEST_KEY)
    return key


def signature(value, key):
    """Returns the HMAC of the only way to write a value."""
    data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def signed(result, key):
    """Returns the result, with the HMAC of its canonical form: keys sorted, no spaces, ASCII. The
    name of the key is a hash of it."""
    return json.dumps({
        "result": result, "algorithm": ALGORITHM,
        "key": hashlib.sha256(key).hexdigest()[:16],
        "signature": signature(result, key)}, indent=1) + "\n"


def verify(path, key):
    """Returns what is wrong with a signed file; "" if nothing is."""
    try:
        found = json.loads(read_file(path))
        result, given = found["result"], found["signature"]
    except (ValueError, KeyError, TypeError):
        return "this is no signed result"
    if found.get("algorithm") != ALGORITHM:
        return "signed in another way: %s" % found.get("algorithm")
    if found.get("key") != hashlib.sha256(key).hexdigest()[:16]:
        return "signed with another key"
    if not isinstance(given, str) or not hmac.compare_digest(given,
                                                             signature(result, key)):
        return "CHANGED since it was signed"
    return ""


def for_teacher(result):
    """Returns signs and pairs, as text."""
    lines = [summary(result), "walls: " + result["walls"], ""]
    lines += ["handed nothing in: " + clean(name) for name in result["missing"]]
    for book in result["submissions"]:
        if book["problem"]:
            lines += ["", "could not be judged: " + clean(book["name"])]
            lines += ["    " + clean(line) for line in book["problem"].splitlines()]
    lines += ["", "SIGNS that a server may not be its author's work. They cost nothing: "
              "ask.", ""]
    for book in result["submissions"]:
        for sign in book["evidence"] + book["notes"]:
            lines.append("  %s: %s" % (clean(book["name"]), clean(sign)))
    lines += ["", "PAIRS with the same passages, names and layout left aside; what the",
              "starter has and what more than ten have is left out. No verdict: look at",
              "the lines. 40 % of A means that A shares so much of its own with B.", ""]
    for pair in result["pairs"]:
        lines.append("  %s (%.0f %%) and %s (%.0f %%)" % (
            clean(pair["a"]), 100 * pair["of_a"], clean(pair["b"]), 100 * pair["of_b"]))
        lines += ["      %s:%d-%d   %s:%d-%d" % (clean(a[0]), a[1], a[2], clean(b[0]),
                                                b[1], b[2])
                  for a, b in pair["regions"]]
    return "\n".join(lines) + "\n"
