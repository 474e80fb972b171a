#!/usr/bin/env python3
"""Stage 01 as a first server is written: one client at a time.

    oneclient.py PORT [MISTAKE]
"""

import signal
import socket
import sys

MISTAKE = sys.argv[2] if len(sys.argv) > 2 else ""
kept = []


def serve(client):
    """Sends back what comes, until the client has gone."""
    if MISTAKE == "greets":
        client.sendall(b"Welcome\n")
    file = client.makefile("wb")
    while True:
        data = client.recv(4096)
        if not data:
            file.close()
            return
        if MISTAKE == "stops-at-nul":
            data = data.partition(b"\0")[0]
        if MISTAKE == "nothing":
            continue
        if MISTAKE == "no-flush":
            file.write(data)
            continue
        client.sendall(data)
        if MISTAKE == "one-message":
            return


def main():
    if MISTAKE != "no-handler":
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    listener = socket.socket()
    if MISTAKE != "no-reuse":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port = int(sys.argv[1])
    listener.bind(("127.0.0.1", port + (MISTAKE == "other-port")))
    if MISTAKE == "ends":
        raise KeyError("config")
    listener.listen(128)
    while True:
        client, _ = listener.accept()
        if MISTAKE == "keeps":
            kept.append(client.dup())
        if MISTAKE == "dies-of-reset":
            serve(client)
            client.close()
            continue
        try:
            serve(client)
        except OSError:
            pass
        client.close()


main()
