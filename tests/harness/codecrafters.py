"""The 115 public CodeCrafters stages, and our checkpoint for each."""

import os

from .manifest import FOLDER, find
from .model import SetupError

PATH = os.path.join(FOLDER, "codecrafters.txt")


def table():
    """{slug: (title, checkpoint ids, dialect)} of all of them."""
    rows = {}
    with open(PATH, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip()
            if not line or line.startswith("#"):
                continue
            slug, ids, dialect, title = line.split(None, 3)
            rows[slug] = (title, ids.split(","), dialect)
    return rows


def checkpoints(stages, slug):
    """(title, checkpoints, dialect) of a slug."""
    rows = table()
    if slug not in rows:
        raise SetupError("there is no CodeCrafters stage %s" % slug)
    title, ids, dialect = rows[slug]
    newest = max(stage.number for stage in stages)
    beyond = [ident for ident in ids if ident[:2] > newest]
    if beyond:
        raise SetupError(
            "%s (%s) belongs to checkpoint %s, which is not in this version "
            "of the checkpoints yet: they end with stage %s"
            % (slug, title, ", ".join(beyond), newest))
    return title, [find(stages, ident) for ident in ids], dialect
