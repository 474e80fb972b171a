"""The 115 public CodeCrafters stages. Each that can be judged is a checkpoint of its
own, which asks what that stage asks. Its sessions stand in checkpoints/codecrafters/,
or a function judges it (judges/crafters.py); its lesson and hints are those of the most
similar checkpoint of ours."""

import copy
import os

from . import manifest, session
from .model import SetupError

PATH = os.path.join(manifest.FOLDER, "codecrafters.txt")
SESSIONS = os.path.join(manifest.FOLDER, "codecrafters")


def table():
    """Returns {slug: (title, checkpoint ids, dialect)} of all of them."""
    rows = {}
    for line in filter(None, manifest.read_lines(PATH)):
        slug, ids, dialect, title = line.split(None, 3)
        rows[slug] = (title, ids.split(","), dialect)
    return rows


def checkpoint(stages, slug):
    """Returns (the checkpoint of a slug, the language that its server speaks)."""
    rows = table()
    if slug not in rows:
        raise SetupError("there is no CodeCrafters stage %s" % slug)
    title, ids, dialect = rows[slug]
    known = {checkpoint.id for stage in stages
             for checkpoint in stage.checkpoints}
    missing = [ident for ident in ids if ident not in known]
    if missing:
        raise SetupError(
            "%s (%s) belongs to checkpoint %s, which is not in this version "
            "of the checkpoints yet" % (slug, title, ", ".join(missing)))
    made = copy.copy(manifest.find(stages, ids[-1]))
    made.id, made.title, made.needs, made.replays = slug, title, [], "none"
    made.timing = made.stretch = False
    path = os.path.join(SESSIONS, slug + ".session")
    made.sessions = session.read_file(path) if os.path.exists(path) else []
    made.judge = manifest.JUDGES.get(slug)
    if not made.sessions and not made.judge:
        raise SetupError("%s has neither a session nor a function" % slug)
    return made, dialect


def find(stages, ident):
    """Returns the checkpoint of an id, or that of a slug."""
    if ident in table():
        return checkpoint(stages, ident)[0]
    return manifest.find(stages, ident)
