"""The handout of a lab: one HTML page, made from the stage's lesson.

It keeps the lesson's explanations and steps, and leaves out how Redis and this project
solve them: the last sections, and each block of code. Pictures are embedded, so that
the page is one file; its style also has rules for paper.

"""

import base64
import filecmp
import glob
import html
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv

import stage_code
from folder import ROOT
from harness import doctor, manifest
from harness.model import SetupError

HERE = os.path.dirname(os.path.abspath(__file__))
NOT_HANDED_OUT = ("how redis does it", "exercises")
COMMON = ("the idea", "the bytes", "the structure")
LANGUAGES = ("c", "python", "py", "javascript", "js", "go", "rust", "java")
CODE = re.compile(r"^\s*(static|struct|enum|const|if \(|for \(|while \(|switch \(|return\b"
                  r"|(unsigned |const )?\w+ \**\w+\([^)]*\) ?\{)|;\s*$", re.M)
TAKEN_OUT = "(Here the lesson shows code. In a lab it is yours to write.)"


def page(stage, chosen, only, written, commands):
    """Returns the whole page. `written` says what is to be written in C, {path:
    {function: checkpoint}}; commands explains the commands to work with."""
    title, body = lesson(stage, chosen, only)
    with open(os.path.join(HERE, "handout.html"), encoding="utf-8") as file:
        text = file.read()
    fields = {"title": html.escape(title), "lesson": body, "commands": html.escape(commands),
              "checkpoints": checkpoint_rows(chosen, written)}
    for name, value in fields.items():
        text = text.replace("{{%s}}" % name, value)
    return text


def checkpoint_rows(chosen, written):
    """Returns the table of checkpoints, with the functions that each asks for."""
    rows = []
    for one in chosen:
        code = ["<code>%s</code>: %s" % (path, ", ".join(
                    name or "begun by the stage before; go on with it"
                    for name, ident in names.items() if ident == one.id))
                for path, names in sorted(written.items()) if one.id in names.values()]
        rows.append('<tr><td><a href="#%s">%s</a></td><td>%s%s</td><td>%d</td></tr>' % (
            one.lesson.partition("#")[2], one.id, html.escape(one.title),
            "".join("<br><small>%s</small>" % line for line in code), one.points))
    return "\n".join(rows)


def lesson(stage, chosen, only):
    """Returns (title, HTML) of the part of the lesson that is handed out."""
    renderer()
    from markdown_it import MarkdownIt
    folder = manifest.stage_folder(stage.number)
    reader = MarkdownIt("commonmark").enable("table")
    text = stage_code.read(os.path.join(folder, "README.md"))
    tokens = reader.parse(text.replace("stages/%s/server" % stage.name, "./server"))
    title = next(t.content for t in tokens if t.type == "inline")
    tokens = without_contents(tokens[3:])
    pointed = {one.lesson.partition("#")[2] for one in chosen}
    narrow = bool(only) or any(one.id[-1].isalpha() for one in chosen)
    kept = [one for section in sections(tokens)
            if is_handed_out(section, pointed, narrow) for one in section]
    kept = without_code(kept, source_lines(stage))
    anchors = set()
    for token, text in zip(kept, kept[1:]):
        if token.type == "heading_open":
            token.attrSet("id", doctor.slug(text.content))
            anchors.add(doctor.slug(text.content))
    for token in kept:
        if token.children:
            token.children = with_links_to(anchors, token.children)
    made = reader.renderer.render(kept, reader.options, {})
    return title, re.sub(r'(src|srcset)="([^":]+)"', lambda found: '%s="%s"' % (
        found.group(1), embedded(os.path.join(folder, found.group(2)))), made)


def without_contents(tokens):
    """Returns the lesson without the table of contents in front of its parts."""
    types = [token.type for token in tokens]
    first = next(n for n, token in enumerate(tokens) if token.tag == "h2")
    if "bullet_list_open" not in types[:first]:
        return tokens
    begin, end = types.index("bullet_list_open"), first
    while types[end] != "bullet_list_close":
        end -= 1
    return tokens[:begin] + tokens[end + 1:]


def renderer():
    """Makes sure that markdown-it-py can be imported. If it is not installed, it is put
    into an environment of its own, out/lab.env, the first time."""
    if importlib.util.find_spec("markdown_it"):
        return
    place, wanted = os.path.join(ROOT, "out", "lab.env"), os.path.join(HERE, "requirements.txt")
    have = os.path.join(place, "requirements.txt")
    if not os.path.exists(have) or not filecmp.cmp(have, wanted, shallow=False):
        print("lab: getting markdown-it-py, for the handout", flush=True)
        try:
            venv.create(place, clear=True, with_pip=True)
            subprocess.run([os.path.join(place, "bin", "python3"), "-m", "pip", "install", "-q",
                            "--no-deps", "--disable-pip-version-check", "--retries", "1",
                            "-r", wanted], check=True)
        except subprocess.CalledProcessError:
            raise SetupError("the handout needs markdown-it-py, and pip cannot get it: "
                             "is there a network?")
        shutil.copy(wanted, have)
    sys.path += glob.glob(os.path.join(place, "lib", "python3*", "site-packages"))
    importlib.invalidate_caches()


def sections(tokens):
    """Divides the lesson at each heading of the second level."""
    found = [[]]
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            found.append([])
        found[-1].append(token)
    return found


def is_handed_out(section, pointed, narrow):
    """Returns true if this section belongs into the handout."""
    titles = [text.content for token, text in zip(section, section[1:])
              if token.type == "heading_open"]
    if section and section[0].tag != "h2":
        return True
    if titles[0].lower() in NOT_HANDED_OUT:
        return False
    return not narrow or titles[0].lower() in COMMON \
        or bool(pointed & set(map(doctor.slug, titles)))


def source_lines(stage):
    """Returns the lines of the stage's own sources that carry information."""
    lines = set()
    for text in stage_code.own_sources(manifest.stage_folder(stage.number)).values():
        lines |= {" ".join(line.split()) for line in text.splitlines()}
    return {line for line in lines if len(line) > 12 and not line.startswith(("/*", "*"))}


def without_code(tokens, lines):
    """Returns the lesson without its blocks of code, and without HTML comments."""
    from markdown_it.token import Token
    found = []
    for token in tokens:
        if token.type in ("fence", "code_block") and is_code(token, lines):
            note = Token("html_block", "", 0)
            note.content = '<p class="out">%s</p>\n' % TAKEN_OUT
            found.append(note)
        elif token.type != "html_block" or not token.content.startswith("<!--"):
            found.append(token)
    return found


def is_code(token, lines):
    """Returns true if a block is code, and not a dialogue, bytes or a picture."""
    if token.info.split()[:1] and token.info.split()[0].lower() in LANGUAGES:
        return True
    shown = {" ".join(line.split()) for line in token.content.splitlines()}
    return bool(shown & lines) or CODE.search(token.content) is not None


def with_links_to(anchors, children):
    """Returns the words of a line. Links that lead out of the page become plain words.
    """
    found, depth = [], []
    for token in children:
        if token.type == "link_open":
            target = token.attrGet("href")
            depth.append(target.startswith("http")
                         or target.startswith("#") and target[1:] in anchors)
            if not depth[-1]:
                continue
        elif token.type == "link_close" and not depth.pop():
            continue
        elif token.type == "html_inline" and token.content.startswith("<!--"):
            continue
        found.append(token)
    return found


def embedded(path):
    """Returns a picture as part of the page."""
    kind = {".svg": "svg+xml", ".png": "png"}.get(os.path.splitext(path)[1])
    if not kind or not os.path.exists(path):
        return ""
    with open(path, "rb") as file:
        return "data:image/%s;base64,%s" % (kind, base64.b64encode(file.read()).decode())
