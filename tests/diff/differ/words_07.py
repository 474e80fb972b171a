"""Arguments of the commands of stage 07."""

from .grammar import any_case

UNITS = [b"m", b"km", b"ft", b"mi", b"KM", b"m", b"km", b"cm"]
BAD_IDS = [b"-", b"+", b"$", b">", b"5-", b"-5", b"5-5-5", b"abc", b"",
           b"18446744073709551616", b"5-18446744073709551616", b"1.5", b"5-a",
           b"(", b"(5", b"-1-1", b" 5", b"5-*", b"0-*"]
FAR_IDS = [b"18446744073709551615-18446744073709551615",
           b"18446744073709551615-0", b"18446744073709551615",
           b"9223372036854775807-9223372036854775807"]


class TypeKinds:
    """Each draw_ method draws an argument, or a list of them."""

    def pick(self, *choices):
        return self.rng.choice(choices)

    def cased(self, word):
        return any_case(self.rng, word)

    def draw_field(self):
        if self.rng.random() < 0.5:
            return b"f%d" % self.rng.randrange(5)
        return self.draw_element()

    def draw_many_fields(self):
        values = self.draw_elements()[:600]
        return [word for n, value in enumerate(values)
                for word in (b"f%d" % n, value)]

    def draw_everything(self):
        """More than there are."""
        return b"10000000"

    def draw_pop_key(self):
        return b"pop:%d" % self.rng.randrange(2)

    def draw_hll_key(self):
        return b"hll:%d" % self.rng.randrange(4)

    def draw_fresh(self):
        self.used += 1
        return self.pick(b"fresh%d", b"777%d", b"777%d") % self.used

    def draw_many_fresh(self):
        return [self.draw_fresh() for _ in range(self.rng.choice((60, 200)))]

    def draw_star(self):
        return b"*"

    # Sorted sets.

    def draw_score(self):
        rng = self.rng
        dice = rng.random()
        if dice < 0.5:
            return b"%d" % rng.randint(-3, 12)
        if dice < 0.65:
            return self.pick(b"1.5", b"0.1", b"-0.5", b"2.25", b"1e3", b"0.3",
                             b"3.3", b"100000", b"0.7")
        if dice < 0.75:
            return self.pick(b"inf", b"-inf", b"+inf", b"1e17", b"1e22",
                             b"-1e300", b"5e-324", b"9007199254740993", b"-0",
                             b"1e-7", b"123456789.123", b"1.7976931348623157e308")
        if dice < 0.9:
            return b"%.*f" % (rng.randrange(12), rng.uniform(-1000, 1000))
        return self.draw_float()

    def draw_many_scores(self):
        ties = self.rng.random() < 0.3
        return [word for n, value in enumerate(self.draw_elements()[:600])
                for word in (b"1" if ties else
                             b"%d" % self.rng.randrange(n + 1), value)]

    def draw_bound(self):
        """A score where a range ends."""
        if self.rng.random() < 0.15:
            return self.pick(b"-inf", b"+inf", b"(-inf", b"(inf", b"(", b"((1",
                             b"nan", b"(nan", b"[1", b"( 1")
        return self.pick(b"", b"", b"(") + self.draw_score()

    def draw_zero(self):
        return b"0"

    def draw_many_zeros(self):
        return [word for value in self.draw_elements()[:400]
                for word in (b"0", value)]

    def draw_lex_key(self):
        return b"lex:%d" % self.rng.randrange(2)

    def draw_lex(self):
        if self.rng.random() < 0.3:
            return self.pick(b"-", b"+", b"-", b"+", b"", b"a", b"++", b"[",
                             b"(", b"0")
        return self.pick(b"[", b"(") + self.draw_element()

    # Places on the earth.

    def draw_longitude(self):
        dice = self.rng.random()
        if dice < 0.7:
            return b"%.*f" % (self.rng.randrange(8),
                              self.rng.uniform(13.0, 15.5))
        if dice < 0.9:
            return b"%.*f" % (self.rng.randrange(8),
                              self.rng.uniform(-180, 180))
        return self.pick(b"180", b"-180", b"180.0001", b"-180.0001", b"0",
                         b"179.999999", b"nan", b"inf", b"abc", b"1e1")

    def draw_latitude(self):
        dice = self.rng.random()
        if dice < 0.7:
            return b"%.*f" % (self.rng.randrange(8),
                              self.rng.uniform(37.0, 38.9))
        if dice < 0.9:
            return b"%.*f" % (self.rng.randrange(8),
                              self.rng.uniform(-85.05, 85.05))
        return self.pick(b"85.05112878", b"-85.05112878", b"85.06", b"90",
                         b"-85.06", b"0", b"nan", b"abc", b"85.0511287")

    def draw_unit(self):
        if self.rng.random() < 0.05:
            return self.draw_word()
        return self.rng.choice(UNITS)

    def draw_radius(self):
        if self.rng.random() < 0.1:
            return self.pick(b"-1", b"abc", b"0", b"inf", b"1e300", b"-0.1",
                             b"nan", b"")
        return self.pick(b"1", b"10", b"100", b"200", b"200.5", b"1000",
                         b"5000", b"100000", b"0.001", b"1e6")

    def draw_place_from(self):
        dice = self.rng.random()
        if dice < 0.5:
            return [self.cased("FROMMEMBER"), self.draw_element()]
        if dice < 0.97:
            return [self.cased("FROMLONLAT"), self.draw_longitude(),
                    self.draw_latitude()]
        return [self.pick(b"FROMMEMBER", b"FROM", b"FROMLONLAT")]

    def draw_place_by(self):
        dice = self.rng.random()
        if dice < 0.5:
            return [self.cased("BYRADIUS"), self.draw_radius(),
                    self.draw_unit()]
        if dice < 0.97:
            return [self.cased("BYBOX"), self.draw_radius(), self.draw_radius(),
                    self.draw_unit()]
        return [self.pick(b"BYRADIUS", b"BY", b"BYBOX")]

    # Bits.

    def draw_bit_offset(self):
        dice = self.rng.random()
        if dice < 0.9:
            return b"%d" % self.rng.randrange(self.pick(9, 130, 400, 5000))
        return self.pick(b"-1", b"4294967296", b"abc", b"", b"1.5", b"99999",
                         b"9223372036854775807", b"9223372036854775808")

    def draw_bit(self):
        return self.pick(b"0", b"1", b"0", b"1", b"0", b"1", b"2", b"-1", b"a",
                         b"01")

    def draw_bit_type(self):
        if self.rng.random() < 0.08:
            return self.pick(b"u64", b"i65", b"u0", b"x8", b"u", b"i0", b"8",
                             b"u99999999999", b"u-1", b"")
        return self.pick(b"u", b"i") + self.pick(
            b"1", b"2", b"3", b"5", b"7", b"8", b"9", b"16", b"31", b"32",
            b"33", b"62", b"63")

    def draw_bit_place(self):
        if self.rng.random() < 0.3:
            return b"#%d" % self.rng.randrange(12)
        return self.pick(b"0", b"1", b"7", b"8", b"100", b"13", b"64", b"400",
                         b"-1", b"#-1", b"#", b"abc", b"9223372036854775807",
                         b"#9223372036854775807")

    def draw_bit_step(self):
        dice = self.rng.random()
        if dice < 0.25:
            return [self.cased("GET"), self.draw_bit_type(),
                    self.draw_bit_place()]
        if dice < 0.55:
            return [self.cased("SET"), self.draw_bit_type(), self.draw_bit_place(),
                    self.draw_int()]
        if dice < 0.8:
            return [self.cased("INCRBY"), self.draw_bit_type(), self.draw_bit_place(),
                    self.draw_int()]
        return [self.cased("OVERFLOW"), self.pick(b"WRAP", b"SAT", b"FAIL", b"sat",
                                       b"NONE")]

    # Streams.

    def draw_stream_id(self):
        rng = self.rng
        dice = rng.random()
        if dice < 0.35:
            return b"%d-%d" % (rng.randrange(30), rng.randrange(4))
        if dice < 0.6:
            return self.draw_counted_id()
        if dice < 0.75:
            return b"%d" % rng.randrange(40)
        if dice < 0.85:
            return b"%d-*" % rng.randrange(40)
        if dice < 0.97:
            return rng.choice(BAD_IDS)
        return self.draw_far_id()

    def draw_far_id(self):
        return self.rng.choice(FAR_IDS)

    def draw_counted_id(self):
        """One that was not there before; they grow."""
        self.used += 1
        return b"%d-%d" % (self.used // 3, self.used % 3 + 1)

    def draw_stream_place(self):
        return self.pick(b"0", b"1", b"3", b"10", b"100", b"5-1")

    def draw_auto_key(self):
        return b"auto:%d" % self.rng.randrange(2)

    def draw_range_start(self):
        if self.rng.random() < 0.4:
            return b"-"
        return self.pick(b"", b"", b"(") + self.draw_stream_id()

    def draw_range_end(self):
        if self.rng.random() < 0.4:
            return b"+"
        return self.pick(b"", b"", b"(") + self.draw_stream_id()

    def draw_read_id(self):
        if self.rng.random() < 0.6:
            return self.pick(b"0", b"$", b"0-0", b"5")
        return self.draw_stream_id()

    def draw_group_read(self):
        if self.rng.random() < 0.75:
            return self.pick(b">", b">", b">", b"0")
        return self.draw_stream_id()

    def draw_stream_wait(self):
        """In milliseconds."""
        dice = self.rng.random()
        if dice < 0.85:
            return self.pick(b"0", b"0", b"0", b"10000000")
        if dice < 0.93:
            return self.pick(b"1", b"10")
        return self.pick(b"-1", b"abc", b"", b"9223372036854775808", b"nan")

    def draw_group(self):
        return self.pick(b"g1", b"g1", b"g1", b"g1", b"g2", b"g2", b"",
                         b"g\x00", b"streams", b"NOACK")

    def draw_group_id(self):
        if self.rng.random() < 0.7:
            return self.pick(b"0", b"$", b"0")
        return self.draw_stream_id()

    def draw_consumer(self):
        return self.pick(b"c1", b"c1", b"c1", b"c2", b"c2", b"c3", b"",
                         b"STREAMS", b"noack")

    def draw_min_idle(self):
        return self.pick(b"0", b"0", b"0", b"0", b"360000000", b"-1", b"abc")

    def draw_idle(self):
        return self.pick(b"0", b"720000000", b"-1")

    # SORT.

    def draw_weight_key(self):
        return b"w_" + self.pick(b"%d" % self.rng.randrange(-1, 7),
                                 self.draw_element())

    def draw_sort_by(self):
        return self.pick(b"w_*", b"w_*", b"w_*->f1", b"nosort", b"no_*",
                         b"w_*->", b"*", b"")

    def draw_sort_get(self):
        return self.pick(b"#", b"w_*", b"w_*->f1", b"none", b"w_*->", b"*")
