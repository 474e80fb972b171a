"""ranges.py PORT OTHER: every setting that is a number, set to what it may be and may not be.

CONFIG SET must accept the same values on a server at PORT and on a redis-server at OTHER,
refuse the others in the same words, and CONFIG GET must show the same afterwards. All
differences are printed; then the program ends with 1.
"""

import os
import sys

from common import HERE, connect, finish
from harness import manifest

VALUES = ["", "abc", "-1", "0", "1", "2", "10", "11", "99", "100", "101", "500", "501", "1000",
          "1001", "65535", "65536", "2147483647", "2147483648", "-2147483649", "4294967295",
          "4294967296", "9223372036854775807", "1kb", "1KB", "1k", "1gb", "1.5gb", "1 kb", " 1",
          "+1", "01", "1e3", "1tb", "5%", "100%", "101%", "-5%", "%", "yes"]
TOO_LARGE = ["9223372036854775808", "18446744073709551616", "8589934592gb"]
# Their effect would end the test; what is too large for 63 bits, Redis takes for these two.
LEFT_OUT = {"port", "tls-port", "maxclients", "maxmemory-clients"}
UNSIGNED = {"maxmemory", "cluster-link-sendbuf-limit"}


def numbers():
    for line in manifest.read_lines(os.path.join(HERE, "../../docs/reference/settings.txt")):
        name, _, default = line.partition(" ")
        if default.lstrip("-").isdigit() and name not in LEFT_OUT:
            yield name, default


def outcome(client, name, value, default):
    said = client.ask("CONFIG", "SET", name, value)
    shown = client.ask("CONFIG", "GET", name)
    client.ask("CONFIG", "SET", name, default)
    return said, shown


def differences(ours, redis):
    for name, default in numbers():
        if not redis.ask("CONFIG", "GET", name)[1]:
            continue        # its version does not have it yet
        for value in VALUES + (TOO_LARGE if name not in UNSIGNED else []):
            mine, due = (outcome(client, name, value, default) for client in (ours, redis))
            if mine != due:
                yield f"{name} {value!r}: {mine}, not {due}"


def main():
    finish(differences(*(connect(port) for port in sys.argv[1:3])))


if __name__ == "__main__":
    main()
