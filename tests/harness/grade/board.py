"""The class board: one page, made anew from the one result, that needs nothing
beside itself. board.html is its form.

It is for the class, so it holds who is where, and of checkpoints and mistakes only
how many have them: no messages, no signs, no pairs.
"""

import collections
import html
import os
import string

from ..model import BLOCKED, FAILED, PASSED, SKIPPED, read_text

CLASSES = {PASSED: "passed", FAILED: "failed", SKIPPED: "skipped", BLOCKED: "blocked"}
SHOWN = 12              # checkpoints, and mistakes
text = html.escape


def page(result):
    books = result["submissions"]
    form = string.Template(read_text(os.path.join(os.path.dirname(__file__), "board.html")))
    return form.substitute(
        title=text(result["title"]), what=text(about(books)), obstacles=obstacles(books),
        mistakes=mistakes(books), people=people(books))


def about(books):
    """Describes the class in a sentence."""
    full = sum(book["points"] == book["points_possible"] for book in books)
    unfit = sum(bool(book["problem"]) for book in books)
    said = "%d submissions, %d of them with all points" % (len(books), full)
    return said + (", %d that could not be judged." % unfit if unfit else ".")


def section(title, note, head, rows):
    """Returns a table under a heading."""
    return """<h2>%s</h2>
<p%s>%s</p>
<div class="scroll"><table>
<thead><tr>%s</tr></thead>
<tbody>
%s
</tbody></table></div>""" % (title, ' class="key"' if "<i" in note else "", note,
                             head, "\n".join(rows))


def people(books):
    """Returns the table of who is where, the furthest first."""
    books = sorted(books, key=lambda book: (-book["points"], book["name"].lower()))
    head = '<th>who</th><th>checkpoints, in the order of the lessons</th>' \
           '<th class="number">points</th>'
    note = 'Each block is a checkpoint:<i class="passed"></i>passed' \
           '<i class="failed"></i>failed<i></i>not come to'
    return section("Where everybody is", note, head, [
        '<tr><th scope="row" class="who">%s</th><td>%s</td>'
        '<td class="number">%d / %d</td></tr>' % (
            text(book["who"].get("name", book["name"])), cells(book),
            book["points"], book["points_possible"]) for book in books])


def cells(book):
    """Returns a block for each checkpoint; or why there is none."""
    if book["problem"]:
        return text(book["problem"].splitlines()[0])
    passed = sum(row["status"] == PASSED for row in book["checkpoints"])
    return '<div class="cells" role="img" aria-label="%d of %d passed">%s</div>' % (
        passed, len(book["checkpoints"]), "".join(
            '<i class="%s" title="%s %s: %s"></i>' % (
                CLASSES[row["status"]], row["id"], text(row["title"]), row["status"])
            for row in book["checkpoints"]))


def obstacles(books):
    """Returns the table of checkpoints that fail, the one that blocks most people first. A
    checkpoint that is not run because of another one is blocked by that."""
    failed, titles = collections.Counter(), {}
    for book in books:
        for row in book["checkpoints"]:
            titles[row["id"]] = row["title"]
            failed[row["id"]] += row["status"] == FAILED
    rows = [(ident, titles[ident], count)
            for ident, count in failed.most_common(SHOWN) if count]
    return counted("What holds up most", "Checkpoints by how many fail them.",
                   rows, len(books)) if rows else ""


def mistakes(books):
    """Returns the table of mistakes that failures look like, by how many made them, in the words
    that most of them read."""
    made, words = collections.Counter(), collections.defaultdict(collections.Counter)
    for book in books:
        mine = {tuple(look.split(None, 1)) for row in book["checkpoints"]
                for look in row["looks_like"]}
        made.update({name for name, _ in mine})
        for name, said in mine:
            words[name][said] += 1
    rows = [(name, words[name].most_common(1)[0][0], count)
            for name, count in made.most_common(SHOWN)]
    return counted("Common mistakes", "As the judge names them: "
                   "<code>tests/check mistakes</code> lists all.",
                   rows, len(books)) if rows else ""


def counted(title, note, rows, total):
    """Returns a table of names with how many people have each."""
    head = '<th></th><th></th><th></th><th class="number">how many</th>'
    return section(title, note, head, [
        '<tr><td><code>%s</code></td><td>%s</td><td><div class="bar">'
        '<b style="width: %.0f%%"></b></div></td><td class="number">%d</td></tr>' % (
            text(name), text(said), 100 * count / total, count)
        for name, said, count in rows])
