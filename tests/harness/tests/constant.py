#!/usr/bin/env python3
"""A server that gives the same answer to every request.

    constant.py MODE PORT [whatever the harness appends]

It reads requests as a server should, so each of them gets one answer, also
when many come at once. What is no RESP is answered once for each read.
"""

import os
import socket
import sys
import threading

ANSWERS = {
    "ok": b"+OK\r\n",
    "pong": b"+PONG\r\n",
    "error": b"-ERR no\r\n",
    "nil": b"$-1\r\n",
    "nil-array": b"*-1\r\n",
    "one": b":1\r\n",
    "zero": b":0\r\n",
    "empty-array": b"*0\r\n",
    "empty-bulk": b"$0\r\n\r\n",
    "nothing": b"",
    "garbage": b"\0\xff*\r\n$3\n",
    "close": None,
}


def whole_request(data):
    """The size of the request at the start of data; 0 if it is cut off."""
    if data[:1] != b"*":
        return len(data)
    at = data.find(b"\n") + 1
    if not at:
        return 0
    try:
        count = int(data[1:at])
        for _ in range(count):
            end = data.find(b"\n", at) + 1
            if not end:
                return 0
            at = end + int(data[at + 1:end]) + 2
            if at > len(data):
                return 0
    except ValueError:
        return len(data)
    return at


def serve(client, answer):
    data = bytearray()
    while True:
        came = client.recv(1 << 20)
        if not came or answer is None:
            break
        data += came
        replies = 0
        at = 0
        while at < len(data):
            size = whole_request(bytes(data[at:at + 70000])
                                 if len(data) - at > 70000
                                 else bytes(data[at:]))
            if not size:
                break
            at += size
            replies += 1
        del data[:at]
        if len(data) > 1 << 20:
            data.clear()
            replies = 1
        client.sendall(answer * replies)
    client.close()


def guarded(client, answer):
    try:
        serve(client, answer)
    except OSError:
        pass


def main(mode, port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            os._exit(1)
        threading.Thread(target=guarded, args=(client, ANSWERS[mode]),
                         daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
