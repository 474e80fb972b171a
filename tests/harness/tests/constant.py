#!/usr/bin/env python3
"""A server that gives the same answer to every request.

    constant.py MODE PORT [whatever the harness appends]

It reads requests as a server should, so each of them gets one answer, also
when many come at once. What is no RESP is answered once for each read. With
"polite-" before its mode it answers PING and ECHO as is due, so that it gets
past the first question of a judge.
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


def words_of(data, at):
    """(the words of the request at data[at:], where it ends), or None if it
    is cut off. What is no RESP is one word, up to the end."""
    rest = ([bytes(data[at:])], len(data))
    if data[at:at + 1] != b"*":
        return rest
    words, end = [], data.find(b"\n", at) + 1
    if not end:
        return None
    try:
        for _ in range(int(data[at + 1:end])):
            begin = data.find(b"\n", end) + 1
            if not begin:
                return None
            size = int(data[end + 1:begin])
            end = begin + size + 2
            if end > len(data):
                return None
            words.append(bytes(data[begin:begin + size]))
    except ValueError:
        return rest
    return words, end


def reply(words, mode):
    """The answer to one request."""
    polite = mode.startswith("polite-")
    name = words[0].upper() if words else b""
    if polite and name == b"PING" and len(words) == 1:
        return b"+PONG\r\n"
    if polite and name == b"ECHO" and len(words) == 2:
        return b"$%d\r\n%s\r\n" % (len(words[1]), words[1])
    return ANSWERS[mode.replace("polite-", "")]


def serve(client, mode):
    data, at = bytearray(), 0
    while True:
        came = client.recv(1 << 16)
        if not came:
            return
        data += came
        found = words_of(data, at)
        while found and at < len(data):
            words, at = found
            answer = reply(words, mode)
            if answer is None:
                client.close()
                return
            client.sendall(answer)
            found = words_of(data, at)
        if at == len(data):
            data, at = bytearray(), 0


def guarded(client, mode):
    try:
        serve(client, mode)
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
        threading.Thread(target=guarded, args=(client, mode),
                         daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
