"""The command line of the differential tester."""

from .draw import draw_session
from .pair import Pair
from .tool import Tool

REDIS = ("redis-server --port {port} --save '' --appendonly no"
         " --enable-debug-command yes")


class Diff(Tool):
    name = "diff"
    found = "a difference"
    verdict = "no difference"
    commands = 20000

    def players(self):
        if self.options.no_digest:
            self.table.digest = None
        server = self.server()
        if self.options.stage >= "08" and not self.options.server:
            server += " --save '' --enable-debug-command yes"
        return [Pair(server + more, REDIS + more, self.table, burst)
                for more, burst in self.table.variants]

    def draw(self, rng):
        return draw_session(self.table, rng, self.options.only)
