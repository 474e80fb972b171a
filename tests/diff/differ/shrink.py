"""Shrinks a long session that shows a difference to the shortest one that still does.
"""

import time

from commands.reduce import reduce

BUDGET = 20.0           # seconds


class Shrinker:
    """Tries shorter sessions as long as they still show some difference. player is a
    Pair or Replayed."""

    def __init__(self, player, steps, difference):
        self.player = player
        self.steps = steps
        self.difference = difference
        self.until = time.monotonic() + BUDGET

    def run(self):
        """Returns the shortest session found, and its difference."""
        before = None
        while before != self.steps and time.monotonic() < self.until:
            before = self.steps
            reduce(self.steps[:self.difference.last + 1], self.shows, self.until)
            self.join_connections()
            for at in range(len(self.steps) - 1, -1, -1):
                if at < len(self.steps) and self.steps[at].words:
                    self.shorten(at)
        return self.steps[:self.difference.last + 1], self.difference

    def shows(self, steps):
        """Takes these steps if they show a difference."""
        difference = self.player.play(steps)
        if difference is None:
            return False
        self.steps, self.difference = steps, difference
        return True

    def join_connections(self):
        """Moves all steps to one connection, if that suffices."""
        if len({step.conn for step in self.steps}) > 1:
            self.shows([step.on("A", step.words) for step in self.steps])

    def shorten(self, at):
        """Tries a step with fewer and simpler words."""
        name, *rest = self.steps[at].words
        reduce(rest, lambda rest: self.replace(at, [name, *rest]), self.until)
        if len(self.steps[at].words) == 2:
            self.replace(at, [name])
        for place in range(1, len(self.steps[at].words)):
            while self.simplify(at, place):
                pass

    def simplify(self, at, place):
        words = self.steps[at].words
        return any(self.replace(at, [*words[:place], text, *words[place + 1:]])
                   for text in simpler(words[place]))

    def replace(self, at, words):
        if self.player.must_not_ask(words) or time.monotonic() > self.until:
            return False
        old = self.steps[at]
        return self.shows([*self.steps[:at], old.on(old.conn, words),
                           *self.steps[at + 1:]])


def simpler(word):
    """Returns words that are easier to read than this one."""
    found = [b"a", b"1"] if len(word) > 1 else []
    if len(word) > 2:
        found += [word[:len(word) // 2], word[len(word) // 2:], word[:-1],
                  b"a" * (len(word) // 2)]
    if set(word) - set(b"a") and len(word) > 1:
        found.append(b"a" * len(word))
    return [text for text in found if text != word]
