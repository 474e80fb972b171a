"""The class board: one page, made anew from the one result, that needs nothing
beside itself.

It is for the class, so it holds who is where, and of checkpoints and mistakes only
how many have them: no messages, no signs, no pairs.
"""

import collections
import html

from ..model import BLOCKED, FAILED, PASSED, SKIPPED

STYLE = """
:root { color-scheme: light dark; --page: #fcfcfa; --ink: #1d1f24; --soft: #5c6370;
  --line: #dcdcd6; --good: #1a7f4b; --bad: #c2410c; --rest: #d5d5cf; }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --ink: #e8e8e4;
  --soft: #9aa1ad; --line: #33363d; --good: #3fb27f; --bad: #f0823f; --rest: #3b3e46; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.2rem; background: var(--page);
  color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
p { margin: .2rem 0 .8rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: middle;
  border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--soft); font-size: .85rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.who { max-width: 14rem; overflow-wrap: anywhere; }
.cells { display: flex; gap: 2px; min-width: 9rem; }
.cells i { flex: 1 1 0; min-width: 3px; height: 1.1rem; border-radius: 2px;
  background: var(--rest); }
.cells .passed { background: var(--good); }
.cells .failed { background: var(--bad); height: .7rem; align-self: end; }
.bar { background: var(--rest); border-radius: 2px; height: .7rem; min-width: 6rem; }
.bar b { display: block; height: 100%; border-radius: 2px; background: var(--bad); }
.key i { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px;
  margin: 0 .3rem 0 .9rem; background: var(--rest); vertical-align: -1px; }
.key .passed { background: var(--good); } .key .failed { background: var(--bad); }
code { font-family: ui-monospace, monospace; font-size: .9em; }
@media (max-width: 40rem) { body { padding: .8rem; font-size: 15px; }
  td, th { padding-right: .35rem; } .who { max-width: 7.5rem; }
  .cells { gap: 1px; min-width: 6rem; } .cells i { min-width: 2px; } }
"""
CLASSES = {PASSED: "passed", FAILED: "failed", SKIPPED: "skipped", BLOCKED: "blocked"}
SHOWN = 12              # checkpoints, and mistakes
text = html.escape


def page(result):
    """Returns the page."""
    books = result["submissions"]
    return """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>{what}</p>
{obstacles}
{mistakes}
{people}
</body>
</html>
""".format(title=text(result["title"]), style=STYLE, what=text(about(books)),
           obstacles=obstacles(books), mistakes=mistakes(books), people=people(books))


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
