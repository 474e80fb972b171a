"""The servers that are measured: those of the harness, with their own CPU time and
memory. However the run ends, harness.server.end_all() ends all of them."""

import time

from harness import kernel, server, wire
from harness.model import Mismatch, SetupError

START_SECONDS = 60      # its data are loaded by then


class Server(server.Server):
    """One running server."""

    def __init__(self, name, command, core=None):
        super().__init__(command, START_SECONDS, core=core, loaded=True)
        self.name = name
        self.parts = []     # its processes: a wrapper's child is among them
        self.still = []     # clients that are connected and do nothing
        self.start()

    def start(self, port=None):
        try:
            super().start(port)
            speaks = self.ask("PING")[0] in "+-"
        except wire.Malformed:
            speaks = False
        except (Mismatch, OSError) as error:
            raise SetupError(f"{self.name}: {self.command}: {error}\n"
                             + self.last_text())
        if not speaks:
            raise SetupError(f"{self.name}: {self.command} does not speak RESP "
                             "(stages do so from 03 on)")
        self.parts = self.pids()
        return self

    def last_text(self):
        """Returns the last lines that the server printed, for a message."""
        return "\n".join("    " + line for line in self.last_lines(8)[1])

    def client(self, timeout=600):
        """Returns a client, which may have to wait long."""
        return super().client(timeout)

    def keep_still(self, count):
        """Connects this many clients, which are answered once and then stay idle until
        the server ends."""
        for number in range(count):
            try:
                client = self.client()
                self.still.append(client)
                client.ask("PING")
            except OSError:
                raise SetupError(f"{self.name}: client {number + 1} was "
                                 "turned away") from None

    def stop(self, patience=1.0):
        for client in self.still:
            client.sock.close()
        self.still = []
        super().stop(patience)

    def over_parts(self, figure):
        """Returns the sum of a figure that the kernel reports for each process."""
        values = [figure(pid) for pid in self.parts]
        if None in values:
            raise SetupError(f"{self.name}: {self.fate()}\n"
                             + self.last_text())
        return sum(values)

    def rss(self):
        return self.over_parts(kernel.resident)

    def cpu(self):
        return self.over_parts(kernel.cpu)

    def settle(self, seconds):
        """Waits until the server is at rest, which means less than 0.4 % of a core. A
        table may still be resized after the last command."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before < 0.002:
                return

    def __enter__(self):
        return self
