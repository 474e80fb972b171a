"""The bench's own tests: its pure parts, and the load generator against a
small server that answers as the test says.

    python3 -m unittest discover -s tests/bench/tests -t tests/bench
"""

import copy
import unittest
import xml.etree.ElementTree

from benchlib import chart, loadgen, measure, report, rows, stats
from harness import wire
from harness.model import SetupError
from harness.tests.helpers import Peer


class Numbers(unittest.TestCase):
    def test_ratios_pair_the_rounds(self):
        self.assertEqual(stats.ratios([[2, 9], [1, 3]]),
                         {"median": 2.5, "low": 2, "high": 3,
                          "rounds": [2, 3]})

    def test_ratio_of_nothing_is_none(self):
        self.assertIsNone(stats.ratios([[1], [0]]))
        self.assertIsNone(stats.ratios([[1]]))

    def test_a_target_within_the_spread_is_marked_as_unsure(self):
        ratio = {"median": 1.3, "low": 1.1, "high": 1.4}
        self.assertEqual(stats.judge(ratio, 1.2, True), "yes~")
        self.assertEqual(stats.judge(ratio, 1.0, True), "yes")
        self.assertEqual(stats.judge(ratio, 1.5, True), "no")
        self.assertEqual(stats.judge(ratio, 1.2, False), "no~")
        self.assertEqual(stats.judge(None, 1.2, True), "")

    def test_sliced_ratio_is_the_median_over_pairs(self):
        def result(*cpu):
            return {"slices": [{"requests": 100, "server_cpu_ns": ns}
                               for ns in cpu]}
        ratio = measure.sliced_ratio(
            [[result(10, 20, 10)], [result(20, 40, 90)]],
            measure.per_cpu_second)
        self.assertEqual(ratio["median"], 2)
        self.assertEqual(ratio["slices"], 3)


class Words(unittest.TestCase):
    def test_template_as_one_command(self):
        self.assertEqual(measure.probe_words("MSET [10 {key} {value}]", 2),
                         ["MSET", "11", "11"])
        self.assertEqual(measure.probe_words("SADD s m{index:9}", 3),
                         ["SADD", "s", "m111"])

    def test_numbers(self):
        self.assertEqual([report.plain(n) for n in
                          (5, 4.5, 456, 9999, 12345, 1234567, 12345678)],
                         ["5", "4.50", "456", "9999", "12.3k", "1.23M",
                          "12.3M"])

    def test_durations(self):
        self.assertEqual([report.duration(n) for n in
                          (12.3, 1234, 12345, 123456, 2e6)],
                         ["12us", "1.23ms", "12.3ms", "123ms", "2.00s"])

    def test_axis_steps_are_round(self):
        self.assertEqual([chart.nice_step(n) for n in (7, 130, 99000)],
                         [2, 50, 20000])


def one_side(scale):
    def over(value):
        return stats.spread([value * scale])
    points = ("p50", "p99", "p99.9", "max")
    latency = {point: over(100.0) for point in points}
    return {"cpu_ns": over(900), "user_ns": over(500), "rps": over(90000),
            "latency_us": latency, "work_us": latency}


def example():
    """Returns a result with one row of each part."""
    ratio = {"median": 1.0, "low": 0.9, "high": 1.1, "rounds": [1.0]}
    both = {"ours": one_side(1), "redis": one_side(2)}
    judged = {"ratio": ratio, "target": 1.2, "at_least": True, "holds": "no"}
    points = {name: [{"keys": 1000000, "bytes": 70.0}]
              for name in ("ours", "redis")}
    result = {
        "sides": ["ours", "redis"], "left_out": ["ZADD"],
        "versions": {"redis": "Redis v=7.0 sha"},
        "circumstances": {"processor": "a < b", "cores": 2,
                          "date": "2026-01-02T03:04"},
        "rows": [
            {"part": "cpu", "name": "GET", "pipeline": 16, "sides": both},
            {"part": "latency", "name": "GET", "rate": 40000, "sides": both,
             "late": ["ours"]},
            {"part": "memory", "name": "small", "points": points,
             "sides": {n: stats.spread([70.0]) for n in points}},
            {"part": "growth", "name": "pause", "keys": 10000000,
             "judged": "work_us", "sides": both},
            {"part": "idle", "name": "bytes", "clients": 10000,
             "sides": {"ours": 400.0, "redis": 9000.0}}]}
    for row in result["rows"]:
        row.update(copy.deepcopy(judged))
    return result


def alone(result):
    """Returns the same with the other server missing."""
    result = copy.deepcopy(result)
    result["sides"] = ["ours"]
    for row in result["rows"]:
        row["sides"].pop("redis", None)
        row.update(ratio=None, holds="")
        row.get("points", {}).pop("redis", None)
    return result


class Reports(unittest.TestCase):
    def test_no_line_is_longer_than_100_columns(self):
        text = report.text(example())
        self.assertLessEqual(max(map(len, text.splitlines())), 100, text)

    def test_the_table_holds_ratio_target_and_verdict(self):
        line = next(line for line in report.text(example()).splitlines()
                    if line.startswith("GET"))
        self.assertEqual(line.split()[-5:],
                         ["1.00", "0.90-1.10", ">=", "1.2", "no"])

    def test_ours_alone_has_no_ratios(self):
        self.assertNotIn("redis", report.text(alone(example())))

    def test_the_chart_is_well_formed(self):
        for result in (example(), alone(example())):
            root = xml.etree.ElementTree.fromstring(chart.draw(result))
            self.assertTrue(root.tag.endswith("svg"))


class Rows(unittest.TestCase):
    def test_names_are_different(self):
        names = [row["name"] for row in rows.CPU]
        self.assertEqual(len(names), len(set(names)))

    def test_a_sweep_has_each_row_in_its_sizes(self):
        found = {row["name"]: row for row in rows.sweep_rows()}
        self.assertEqual(found["HGET, 200"]["fills"], {"HSET h200 f{index:9} v{index:9}"})
        self.assertEqual(found["TTL"]["size"], 1)


class Answering(Peer):
    """A server that sends the next of the replies after each `size` bytes that came in.
    It keeps what came in."""

    name, parts = "test", ()

    def __init__(self, size, replies):
        self.size, self.replies, self.got = size, replies, b""
        super().__init__(self.answer)
        self.port = self.address[1]

    def last_text(self):
        return ""

    def answer(self, client):
        for number, reply in enumerate(self.replies, 1):
            while len(self.got) < number * self.size:
                more = client.recv(65536)
                if not more:
                    return
                self.got += more
            for piece in reply if isinstance(reply, list) else [reply]:
                client.sendall(piece)
        client.recv(1)


class Load(unittest.TestCase):
    def run_load(self, request, replies, **options):
        """Sends as many requests as there are replies."""
        server = Answering(len(request), replies)
        self.addCleanup(server.close)
        result = loadgen.Load().run([server], clients=1,
                                    requests=len(replies), **options)[0]
        return result, server.got

    def test_replies_are_counted_and_compared(self):
        request = wire.request("GET", "k000000000")
        result, _ = self.run_load(
            request, [b"$2\r\nab\r\n", b"$-1\r\n", b"-ERR no\r\n",
                      [b"$2\r", b"\na", b"b\r", b"\n"]], expect="$2")
        self.assertEqual((result["requests"], result["errors"],
                          result["nulls"], result["unexpected"]),
                         (4, 1, 1, 1))
        self.assertEqual(result["first_error"], "-ERR no")

    def test_nested_arrays_are_one_reply(self):
        request = wire.request("X")
        reply = b"*2\r\n*2\r\n:1\r\n$0\r\n\r\n*0\r\n"
        result, _ = self.run_load(request, [reply, [reply[:9], reply[9:]]],
                                  command="X", expect="*2")
        self.assertEqual((result["requests"], result["unexpected"]), (2, 0))

    def test_a_fill_sends_each_index_once(self):
        requests = [wire.request("MSET", f"k{i:09}", "x", f"k{i + 1:09}", "x")
                    for i in (4, 6)]
        _, got = self.run_load(requests[0], [b"+OK\r\n"] * 2,
                               command="MSET [2 {key} x]", fill=True,
                               keys=8, **{"from": 4})
        self.assertEqual(got, b"".join(requests))

    def test_placeholders(self):
        request = wire.request("HSET", "k000000002", "f03", "123!")
        _, got = self.run_load(
            request, [b":1\r\n"], fill=True, keys=20, value_size=3,
            command="HSET {key/8} f{index%8:2} {value}!", **{"from": 19})
        # The filler is the load generator's own; its size is what is asked.
        self.assertEqual(got[:-6], request[:-6])
        self.assertEqual(got[-3:], b"!\r\n")
        self.assertEqual(len(got), len(request))

    def test_random_keys_stay_below_the_limit(self):
        request = wire.request("GET", "k000000000")
        _, got = self.run_load(request, [b"$-1\r\n"] * 50, keys=3)
        seen = {got[i:i + 10] for i in range(len(got))
                if got[i:i + 2] == b"k0"}
        self.assertEqual(seen, {b"k000000000", b"k000000001", b"k000000002"})

    def failure(self, reply, **options):
        with self.assertRaises(SetupError) as caught:
            self.run_load(wire.request("GET", "k000000000"), [reply],
                          **options)
        return str(caught.exception)

    def test_malformed_replies_end_the_run(self):
        for reply in (b"hello\r\n", b"+OK\n", b"$2\r\nabcd", b"$x\r\n"):
            with self.subTest(reply=reply):
                self.assertRegex(self.failure(reply), "malformed|CR LF|bulk")

    def test_a_closed_connection_ends_the_run(self):
        server = Answering(30, [])
        server.close()
        with self.assertRaises(SetupError):
            loadgen.Load().run([server], clients=1, requests=1)

    def test_unknown_placeholders_are_refused(self):
        self.assertIn("{ky}", self.failure(b"", command="GET {ky}"))


if __name__ == "__main__":
    unittest.main()
