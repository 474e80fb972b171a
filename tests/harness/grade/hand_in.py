"""The submissions of a folder, and their authors.

Every folder in it is a submission, and so is every zip, tar or git bundle. Moodle and Canvas choose
the names of the files that they pack for download; the numbers in these lead back to the student.
What the names do not tell can stand in a roster, a CSV file with a line of headings: submission
(the name without .zip), and any of name, id, email, login, section.
"""

import csv
import hashlib
import io
import os
import re

from ..model import SetupError, read_file, read_text

ARCHIVES = {".zip": "zip", ".tar": "tar", ".tar.gz": "tar", ".tgz": "tar",
            ".tar.xz": "tar", ".tar.bz2": "tar", ".tar.zst": "tar",
            ".bundle": "bundle"}
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission(_file|_onlinetext)?_?")
CANVAS = re.compile(r"(?P<name>[^_]+)_(LATE_)?(?P<id>\d+)_\d+_.*")
LONGEST = 200           # bytes of a file's name that come from a submission's
COLUMNS = ("name", "id", "email", "login", "section")


class Submission:
    """A submission. who has those of COLUMNS that are known."""

    def __init__(self, path, name, kind):
        self.path = path
        self.name = name
        self.kind = kind
        found = MOODLE.fullmatch(name) or CANVAS.fullmatch(name)
        self.who = found.groupdict() if found else {"name": name}

    @property
    def file(self):
        """Returns its name, short enough for a file's with an ending."""
        name = os.fsencode(self.name)
        if len(name) <= LONGEST:
            return self.name
        return "%s-%s" % (name[:LONGEST - 17].decode("utf-8", "ignore"),
                          hashlib.sha256(name).hexdigest()[:16])

    def digest(self):
        """Returns a hash of all its bytes and names."""
        made = hashlib.sha256(self.kind.encode())
        if self.kind != "folder":
            paths = [self.path]
        else:
            paths = sorted(os.path.join(base, name)
                           for base, folders, files in os.walk(self.path)
                           for name in files + folders)
        for path in paths:
            made.update(b"\0%s\0" % os.fsencode(os.path.relpath(path, self.path)))
            if os.path.islink(path):
                made.update(os.fsencode(os.readlink(path)))
            elif os.path.isfile(path):
                made.update(read_file(path))
        return made.hexdigest()


def kind_of(path):
    """Returns (name without the ending that tells the kind, kind or None)."""
    name = readable(os.path.basename(path))
    if os.path.isdir(path):
        return name, "folder"
    for ending in sorted(ARCHIVES, key=len, reverse=True):
        if name.lower().endswith(ending):
            return name[:-len(ending)], ARCHIVES[ending]
    return name, None


def readable(name):
    """Returns a file's name as text. A name that is not UTF-8 was packed where names are Latin-1.
    """
    name = os.fsencode(name)
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def find(folder):
    """Returns (all submissions, the names of files that are none)."""
    found, others = {}, []
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise SetupError("%s: %s" % (folder, error.strerror))
    for entry in names:
        path = os.path.join(folder, entry)
        name, kind = kind_of(path)
        if entry[0] == ".":
            continue
        if kind is None or os.path.islink(path):
            others.append(readable(entry))
        elif name in found:
            raise SetupError("%s holds %s and %s: which of them was handed in?" % (
                folder, readable(os.path.basename(found[name].path)), readable(entry)))
        else:
            found[name] = Submission(path, name, kind)
    if not found:
        raise SetupError("%s holds no submissions: no folder, zip, tar or bundle"
                         % folder)
    return list(found.values()), others


def only(folder):
    return [Submission(folder, readable(os.path.basename(os.path.abspath(folder))), "folder")]


def read_roster(path, submissions):
    """Takes over what a roster says about the submissions. Returns the names in it that have not
    handed in."""
    by_name = {one.name: one for one in submissions}
    missing = []
    try:
        rows = list(csv.DictReader(io.StringIO(read_text(path), newline="")))
    except csv.Error as error:
        raise SetupError("%s: %s" % (path, error))
    for row in rows:
        if "submission" not in row:
            raise SetupError("%s has no column submission" % path)
        known = {key: row[key] for key in COLUMNS if row.get(key)}
        if row["submission"] in by_name:
            by_name[row["submission"]].who.update(known)
        else:
            missing.append(row["submission"])
    return missing
