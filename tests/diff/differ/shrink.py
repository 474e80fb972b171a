"""From a long session that shows a difference to the shortest that does."""

import time

BUDGET = 20.0           # seconds


class Shrinker:
    """Tries shorter sessions as long as they still show some difference."""

    def __init__(self, pair, steps, difference):
        self.play = pair.play
        self.must_not_ask = pair.table.must_not_ask
        self.steps = steps[:difference.last + 1]
        self.difference = difference
        self.deadline = time.monotonic() + BUDGET

    def run(self):
        """The shortest session found, and its difference."""
        before = None
        while before != self.size() and not self.late():
            before = self.size()
            self.drop_steps()
            self.join_connections()
            self.shorten_words()
        return self.steps, self.difference

    def size(self):
        return sum(len(step.payload()) + 1 for step in self.steps)

    def late(self):
        return time.monotonic() > self.deadline

    def accept(self, steps):
        """Take these steps if they show a difference."""
        if not steps or self.late():
            return False
        difference = self.play(steps)
        if difference is None:
            return False
        self.steps = steps[:difference.last + 1]
        self.difference = difference
        return True

    def drop_steps(self):
        chunk = max(1, len(self.steps) // 2)
        while chunk:
            at = 0
            while at < len(self.steps):
                if not self.accept(self.steps[:at] + self.steps[at + chunk:]):
                    at += chunk
            chunk //= 2

    def join_connections(self):
        """All on one connection, if that will do."""
        if len({step.conn for step in self.steps}) > 1:
            self.accept([step.on("A", step.words) for step in self.steps])

    def shorten_words(self):
        at = 0
        while at < len(self.steps):
            if self.steps[at].words is not None:
                self.shorten_step(at)
            at += 1

    def shorten_step(self, at):
        self.drop_words(at)
        word = len(self.steps[at].words) - 1
        while word > 0 and at < len(self.steps):
            words = self.steps[at].words
            if not self.replace(at, words[:word] + words[word + 1:]):
                self.shorten_word(at, word)
            word -= 1

    def drop_words(self, at):
        """From a long command, many words at a time."""
        chunk = len(self.steps[at].words) // 2
        while chunk > 1:
            word = 1
            while at < len(self.steps) and word < len(self.steps[at].words):
                words = self.steps[at].words
                if not self.replace(at, words[:word] + words[word + chunk:]):
                    word += chunk
            chunk //= 2

    def shorten_word(self, at, word):
        again = True
        while again and at < len(self.steps):
            words = self.steps[at].words
            again = any(
                self.replace(at, words[:word] + [text] + words[word + 1:])
                for text in simpler(words[word]))

    def replace(self, at, words):
        if self.must_not_ask(words):
            return False
        old = self.steps[at]
        return self.accept(self.steps[:at] + [old.on(old.conn, words)]
                           + self.steps[at + 1:])


def simpler(word):
    """Words that are easier to read than this one."""
    found = [b"a", b"1"] if len(word) > 1 else []
    if len(word) > 2:
        found += [word[:len(word) // 2], word[len(word) // 2:], word[:-1],
                  b"a" * (len(word) // 2)]
    if set(word) - set(b"a") and len(word) > 1:
        found.append(b"a" * len(word))
    return [text for text in found if text != word]
