"""Caches that know the exact order in which, or how often, their keys were used."""

from collections import OrderedDict


class ExactLru:
    """A cache for this many keys, which evicts the least recently used one."""

    def __init__(self, room):
        self.room, self.used = room, OrderedDict()

    def ask(self, keys):
        """Reads keys all at once, then writes the missing ones. Returns the number of
        hits."""
        missing = [key for key in keys if not self.touch(key)]
        for key in missing:
            if not self.touch(key):
                self.add(key)
        return len(keys) - len(missing)

    def touch(self, key):
        """Uses a key. Returns true if it is there."""
        if key not in self.used:
            return False
        self.used.move_to_end(key)
        return True

    def add(self, key):
        self.used[key] = None
        if len(self.used) > self.room:
            self.used.popitem(last=False)


class ExactLfu(ExactLru):
    """The same, evicting the key that was least often used since it came; among equals,
    the least recently used one."""

    def __init__(self, room):
        super().__init__(room)
        self.counts, self.by_count = {}, {1: OrderedDict()}

    def touch(self, key):
        count = self.counts.get(key)
        if count is None:
            return False
        self.counts[key] = count + 1
        del self.by_count[count][key]
        if not self.by_count[count] and count > 1:
            del self.by_count[count]
        self.by_count.setdefault(count + 1, OrderedDict())[key] = None
        return True

    def add(self, key):
        if len(self.counts) == self.room:
            least = 1 if self.by_count[1] else min(c for c in self.by_count if c > 1)
            gone, _ = self.by_count[least].popitem(last=False)
            del self.counts[gone]
            if not self.by_count[least] and least > 1:
                del self.by_count[least]
        self.counts[key] = 1
        self.by_count[1][key] = None
