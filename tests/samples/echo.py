#!/usr/bin/env python3
"""Stage 01 in Python: bytes back, one client at a time.

    tests/check --stage 01 --server 'python3 tests/samples/echo.py {port}'
"""

import signal
import socket
import sys


def serve(client):
    """Give back what comes, until the client ends or goes away."""
    try:
        while True:
            data = client.recv(65536)
            if not data:
                return
            client.sendall(data)
    except OSError:
        return


def main():
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(sys.argv[1])))
        listener.listen(128)
        while True:
            client, _ = listener.accept()
            with client:
                serve(client)


main()
