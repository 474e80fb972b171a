#!/usr/bin/env python3
"""A server that listens, and does nothing yet with what comes.

    python3 server.py PORT
"""

import signal
import socket
import sys


def serve(client):
    """One client, until it leaves."""
    while True:
        data = client.recv(4096)
        if not data:
            return
        # Yours to write: what is due for these bytes?


def main():
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    while True:
        client, _address = listener.accept()
        with client:
            serve(client)


if __name__ == "__main__":
    main()
