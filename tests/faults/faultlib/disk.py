"""The state of a folder when the power goes: the journal, and a model of the disk.

The preloaded library wrote down every change of the folder, in order, and every reply
to a client. Replaying the journal up to any record, on the folder as it was at the
beginning, gives the two states that a disk has then: what a process would read, and
what is safe. Unsafe changes may have reached the disk all the same, so an image of it
is made in several ways, see WAYS. The README explains when bytes and names are safe, on
the strict disk and on the lenient one.

"""

import collections
import os
import struct

RECORD = struct.Struct("=IIQIIQQII")
MAGIC = 0x4C4E524A
# (name, names, bytes): the unsafe changes that an image keeps; "some" means up to some
# point in their order. All names without bytes is what becomes of a file that was
# renamed before it was synced.
WAYS = (("nothing unsynced", "safe", "safe"),
        ("names, but no bytes", "all", "safe"),
        ("some names, some bytes", "some", "some"),
        ("names, some bytes", "all", "some"))


# One thing that was done.
Record = collections.namedtuple("Record",
                                "kind ns who inode offset path data")


def read_journal(path):
    """Returns all records, in order."""
    with open(path, "rb") as file:
        raw = file.read()
    records, at = [], 0
    while at + RECORD.size <= len(raw):
        (magic, kind, ns, pid, thread, inode, offset, path_len,
         data_len) = RECORD.unpack_from(raw, at)
        if magic != MAGIC:
            raise ValueError("the journal is damaged at byte %d" % at)
        at += RECORD.size
        name = raw[at:at + path_len].decode()
        at += path_len
        data = raw[at:at + data_len]
        at += data_len
        records.append(Record(chr(kind), ns, (pid, thread), inode, offset,
                              name, data))
    return records


class File:
    """The bytes of a file: safe ones, and the changes since."""

    def __init__(self, safe=b""):
        self.safe = bytearray(safe)
        self.changes = []

    def sync(self, count):
        """Makes the first changes safe."""
        for change in self.changes[:count]:
            _change(self.safe, *change)
        del self.changes[:count]

    def content(self, keep, rng):
        """Returns the content: the safe bytes, and all, none or some of the rest."""
        data, changes = bytearray(self.safe), self.changes
        if keep == "safe":
            changes = []
        elif keep == "some" and changes:
            count = rng.randrange(len(changes) + 1)
            torn = [(offset, new[:rng.randrange(len(new) + 1)])
                    for offset, new in changes[count:count + 1]
                    if new is not None]
            changes = changes[:count] + torn
        for change in changes:
            _change(data, *change)
        return data


def _change(data, offset, new):
    """Applies a write of bytes, or (None) a new size."""
    data.extend(bytes(max(0, offset - len(data))))
    if new is None:
        del data[offset:]
    else:
        data[offset:offset + len(new)] = new


FOLDER = object()


class Disk:
    """The folder while the journal is replayed."""

    def __init__(self, root, lenient=False):
        self.root = root
        self.lenient = lenient
        self.names = {}         # as a process sees them
        self.safe_names = {}
        self.pending = []       # (folder, path or None, path or None, thing)
        self.inodes = {}
        self.folders = {}
        self.marks = {}
        self.replies = {}       # port: bytes that went
        self._remember(root)

    def _remember(self, folder):
        self.folders[os.stat(folder).st_ino] = folder
        self.names[folder] = FOLDER
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                self._remember(path)
            else:
                with open(path, "rb") as file:
                    thing = File(file.read())
                self.inodes[os.stat(path).st_ino] = thing
                self.names[path] = thing
        self.safe_names = dict(self.names)

    def play(self, record):
        getattr(self, "_" + {"O": "create", "W": "write", "T": "write",
                             "B": "sync", "S": "synced", "R": "rename",
                             "U": "unlink", "M": "mkdir", "A": "reply",
                             "a": "reply"}[record.kind])(record)

    def _name(self, old, new, thing):
        """Replays a change of names: one goes, another comes."""
        where = os.path.dirname(new or old)
        self.pending.append((where, old, new, thing))
        _rename(self.names, old, new, thing)

    def _create(self, record):
        thing = self.inodes[record.inode] = File()
        self._name(None, record.path, thing)

    def _mkdir(self, record):
        self.folders[record.inode] = record.path
        self._name(None, record.path, FOLDER)

    def _rename(self, record):
        old, new = record.path.split("\0")
        if old in self.names:
            self._name(old, new, self.names[old])

    def _unlink(self, record):
        if record.path in self.names:
            self._name(record.path, None, None)

    def _write(self, record):
        """Replays a write of bytes, or a new size."""
        if record.inode in self.inodes:
            self.inodes[record.inode].changes.append(
                (record.offset, record.data if record.kind == "W" else None))

    def _sync(self, record):
        thing = self.inodes.get(record.inode)
        self.marks[record.who, record.inode] = (
            len(thing.changes) if thing else 0, list(self.pending))

    def _synced(self, record):
        count, names = self.marks.pop((record.who, record.inode), (0, []))
        folder = self.folders.get(record.inode)
        if folder is None and record.inode in self.inodes:
            self.inodes[record.inode].sync(count)
            if not self.lenient:
                return
        for change in names:
            if change in self.pending and (self.lenient
                                           or change[0] == folder):
                self.pending.remove(change)
                _rename(self.safe_names, *change[1:])

    def _reply(self, record):
        """Notes that some bytes of a reply were sent to a port, or were not sent after
        all."""
        size = record.inode if record.kind == "A" else -record.inode
        self.replies[record.offset] = self.replies.get(record.offset, 0) + size

    def _kept(self, keep_names, rng):
        """Returns the unsafe changes of names that an image keeps."""
        if keep_names == "renames":
            return [change for change in self.pending
                    if change[1] is not None and change[2] is not None]
        if keep_names == "some":
            return self.pending[:rng.randrange(len(self.pending) + 1)]
        return self.pending if keep_names == "all" else []

    def write_image(self, target, way, rng):
        """Makes the folder as it would be found when the power is back."""
        _, keep_names, keep_bytes = way
        names = dict(self.safe_names)
        for change in self._kept(keep_names, rng):
            _rename(names, *change[1:])
        for path in sorted(names):
            place = os.path.join(target, os.path.relpath(path, self.root))
            if not os.path.isdir(os.path.dirname(place)):
                continue        # its folder's own name was not safe
            if names[path] is FOLDER:
                os.makedirs(place, exist_ok=True)
            else:
                with open(place, "wb") as file:
                    file.write(names[path].content(keep_bytes, rng))


def _rename(names, old, new, thing):
    if old is not None:
        names.pop(old, None)
    if new is not None:
        names[new] = thing
