"""Arguments of the commands of stage 08: payloads of DUMP."""

import struct

from harness import rdb_make as make

STRING, LIST, SET, HASH, SCORED = 0, 1, 2, 4, 5
SMALL_INTEGERS, SMALL_HASH, SMALL_SCORED, QUICK_LIST, STREAM = 11, 16, 17, 18, 19
VERSIONS = (6, 9, 10, 10, 10)


class ValueKinds:
    """Each draw_ method draws an argument, or a list of them."""

    def draw_restore_time(self):
        """In milliseconds from now: none, or far off."""
        dice = self.rng.random()
        if dice < 0.4:
            return b"0"
        if dice < 0.9:
            return b"%d" % (10 ** 8 + self.rng.randrange(10 ** 8))
        return self.draw_int()

    def draw_payload(self):
        """A value as bytes; now and then broken."""
        code, body = getattr(self, "payload_" + self.pick(
            "string", "list", "set", "hash", "scored", "integers", "small_hash",
            "small_scored", "quick_list", "stream"))()
        data = bytes([code]) + body + struct.pack("<H", self.pick(*VERSIONS))
        data += struct.pack("<Q", make.crc64(data))
        dice = self.rng.random()
        if dice < 0.03:
            return data[:self.rng.randrange(len(data))]
        if dice < 0.06:
            at = self.rng.randrange(len(data))
            return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
        return data

    def some(self, draw):
        """A few that are all different."""
        return sorted({draw() for _ in range(self.rng.randint(1, 8))})

    def payload_string(self):
        return STRING, make.string(self.draw_value())

    def payload_list(self):
        return LIST, make.several(self.some(self.draw_element))

    def payload_set(self):
        return SET, make.several(self.some(self.draw_element))

    def payload_hash(self):
        return HASH, make.pairs([(name, self.draw_value())
                                 for name in self.some(self.draw_element)])

    def payload_scored(self):
        return SCORED, make.binary_scores([
            (name, float(self.rng.randrange(9)))
            for name in self.some(self.draw_element)])

    def payload_integers(self):
        numbers = sorted({self.rng.randrange(-99, 99) for _ in range(5)})
        return SMALL_INTEGERS, make.plain(make.intset(numbers))

    def payload_small_hash(self):
        return SMALL_HASH, make.plain(make.listpack([
            word for name in self.some(self.draw_field)
            for word in (name, b"value")]))

    def payload_small_scored(self):
        rows = enumerate(self.some(self.draw_field))
        return SMALL_SCORED, make.plain(make.listpack([
            word for score, name in rows for word in (name, b"%d" % score)]))

    def payload_quick_list(self):
        return QUICK_LIST, make.quicklist_2([
            self.some(self.draw_field) for _ in range(self.rng.randint(1, 2))])

    def payload_stream(self):
        entries = [((n + 1, 0), [(b"f", b"v")])
                   for n in range(self.rng.randint(1, 4))]
        return STREAM, make.stream([entries], entries[-1][0])
