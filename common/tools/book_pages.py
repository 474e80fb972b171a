"""The pages of the book as its generator wants them, for common/tools/book.

The lessons and docs stand in the repository as GitHub shows them, and links lead
from them to sources, folders and pictures. In the book a source that somebody
links is a page of its own, dict.c.md, and a folder is a list of its files; so
all of it can be read without the repository. A file's name in code (`dict.c`)
is such a link, too, where the stage of the page has a file of that name.
"""

import os
import re
import shutil

PICTURES = (".svg", ".png")
LANGUAGES = {".c": "c", ".h": "c", ".py": "python", ".mjs": "js", ".go": "go",
             ".ini": "ini", ".mk": "make", ".sh": "bash", ".session": "text"}
CODE = re.compile(r"^(?:```.*?^```$\n?|(?: {4}[^\n]*\n|\n(?= {4}))+)", re.MULTILINE | re.DOTALL)
EXCERPT = re.compile(r"<!-- code: (\S+) [^>]* -->\n```c\n(.*)\n")
LINK = re.compile(r"(\]\(|\b(?:src|srcset|href)=\")([^)\s\"#]+)")
NAME = re.compile(r"(?<!\[)`([\w-]+\.[ch])`(?!\])")
START = re.compile(r"^(?![-*|\s]|\d+\. )(.+\n)(?=(?:[-*] |1\. |\|))", re.MULTILINE)

CHAPTERS = (
    ("Start", ["README.md"]),
    ("Lessons", ["stages/*/README.md"]),
    ("Reference", ["docs/*.md"]),
    ("Tests", ["tests/README.md", "tests/*/README.md"]),
)


class Book:
    """Pages that are written from root into folder, and what they link."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        self.linked = []        # files and folders, to be written once each
        self.names = {}

    def out(self, path):
        """Where a file of the repository stands in the book."""
        made = self.folder / path.relative_to(self.root)
        made.parent.mkdir(parents=True, exist_ok=True)
        return made

    def link(self, path, target):
        """A link of the page at path, as it is in the book."""
        to = (path.parent / target).resolve()
        if not to.exists() or not to.is_relative_to(self.root) or to.suffix == ".md":
            return target
        if to not in self.linked:
            self.linked.append(to)
        if to.suffix in PICTURES:
            return target
        page = to / "index.md" if to.is_dir() else to.with_name(to.name + ".md")
        return os.path.relpath(page, path.parent)

    def prose(self, path, text):
        """A part of a page that is no code."""
        def file_link(match):
            source = self.sources(path).get(match[1])
            return "[%s](%s)" % (match[0], self.link(path, source)) if source else match[0]
        text = LINK.sub(lambda m: m[1] + self.link(path, m[2]), text)
        return NAME.sub(file_link, START.sub(r"\1\n", text))

    def sources(self, path):
        """The files of a page's stage by name, as paths from the page."""
        stage = path.parent
        if stage.parent.name != "stages":
            return {}
        if stage not in self.names:
            files = sorted(stage.rglob("*.[ch]"), key=lambda file: file.is_symlink())
            self.names[stage] = {}
            for file in files:
                if "build" not in file.parts:
                    self.names[stage].setdefault(file.name, file.resolve())
        return self.names[stage]

    def excerpt(self, path, match):
        """An excerpt says where it is from, and leads there."""
        file, first = match[1], match[2]
        lines = (path.parent / file).read_text(encoding="utf-8").split("\n")
        at = lines.index(first) + 1 if first in lines else 1
        return '[%s, line %d](%s#__codelineno-0-%d)\n{: .source }\n\n%s' % (
            file, at, self.link(path, file), at, match[0].split("\n", 1)[1])

    def page(self, path):
        """Write a page of the repository."""
        text = EXCERPT.sub(lambda match: self.excerpt(path, match),
                           path.read_text(encoding="utf-8"))
        made, at = [], 0
        for code in CODE.finditer(text):
            made += [self.prose(path, text[at:code.start()]), code[0]]
            at = code.end()
        made.append(self.prose(path, text[at:]))
        self.out(path).write_text("".join(made), encoding="utf-8")

    def source(self, path):
        """Write a source as a page."""
        text = path.read_text(encoding="utf-8")
        language = LANGUAGES.get(path.suffix) or ("python" if "python3" in text[:40] else "text")
        self.write_unsearched(
            path.with_name(path.name + ".md"), path,
            '~~~~~~~~ {.%s linenums="1"}\n%s\n~~~~~~~~\n' % (language, text.rstrip("\n")))

    def listing(self, path):
        """Write a folder as a page: what is in it."""
        files = [file for file in sorted(path.iterdir()) if file.name not in (
            "build", "__pycache__", "server") and not file.name.startswith(".")]
        lines = []
        for file in files:
            known = file in self.linked or file.suffix == ".md"
            name = file.name + "/" * file.is_dir()
            lines.append("- [`%s`](%s)" % (name, self.link(path / "x", file.name)) if known
                         else "- `%s`" % name)
        self.write_unsearched(path / "index.md", path, "\n".join(lines) + "\n")

    def write_unsearched(self, page, path, text):
        """The search is for what explains, and leaves this page out."""
        self.out(page).write_text(
            "---\nsearch: {exclude: true}\n---\n\n# `%s`\n\n%s"
            % (path.relative_to(self.root), text), encoding="utf-8")


def write(root, folder):
    """Write all pages anew; the chapters, as the generator's `nav`."""
    shutil.rmtree(folder, ignore_errors=True)
    book = Book(root, folder)
    chapters = []
    for title, patterns in CHAPTERS:
        paths = [path for pattern in patterns for path in sorted(root.glob(pattern))]
        for path in paths:
            book.page(path)
        chapters.append({title: [str(path.relative_to(root)) for path in paths]})
    for path in book.linked:
        if path.suffix in PICTURES:
            shutil.copy(path, book.out(path))
        elif path.is_dir():
            continue
        else:
            book.source(path)
    for path in book.linked:
        if path.is_dir() and not (path / "README.md").exists():
            book.listing(path)
    return chapters
