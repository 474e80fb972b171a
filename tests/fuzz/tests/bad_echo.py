"""An echo server that is wrong in the way its first argument says; "pong" answers PINGs."""

import os
import selectors
import signal
import socket
import sys


def main(fault: str, port: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(fault == "status"))
    sockets = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=200)
    sockets.register(listener, selectors.EVENT_READ)
    kept = []
    while True:
        for key, _ in sockets.select():
            if key.fileobj is listener:
                conn = listener.accept()[0]
                sockets.register(conn, selectors.EVENT_READ)
                continue
            conn = key.fileobj
            try:
                data = conn.recv(65536)
                if fault in ("die", "pong") and b"\xff" in data:
                    os.abort()
                if fault == "pong":
                    data = b"+PONG\r\n" * data.count(b"PING")
                if fault == "hang" and b"\xff" in data:
                    signal.pause()
                conn.sendall(data.replace(b"\0", b"") if fault == "swallow" else data)
            except OSError:
                data = b""
            if not data:
                sockets.unregister(conn)
                if fault == "leak":
                    kept.append(os.dup(conn.fileno()))
                conn.close()


main(sys.argv[1], int(sys.argv[2]))
