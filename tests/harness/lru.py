"""A cache that knows the order in which its keys were used, exactly."""

from collections import OrderedDict


class ExactLru:
    """Room for so many keys."""

    def __init__(self, room):
        self.room, self.used = room, OrderedDict()

    def ask(self, keys):
        """Reads keys all at once, then writes those that are missing. Returns the
        number of hits."""
        missing = [key for key in keys if key not in self.used]
        for key in keys:
            if key in self.used:
                self.used.move_to_end(key)
        for key in missing:
            self.used[key] = None
            self.used.move_to_end(key)
            if len(self.used) > self.room:
                self.used.popitem(last=False)
        return len(keys) - len(missing)
