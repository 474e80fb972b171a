"""The pictures of stages 01 to 04."""

from drawing import picture


@picture("01-sockets", 760, 340, "Two kinds of sockets",
         "The listening socket has a queue of clients that have knocked. accept "
         "takes client A out of it and gives file descriptor 5, which has a "
         "receive buffer and a send buffer in the kernel.")
def sockets(page):
    page.step(24, 66, "your program")
    page.step(300, 66, "kernel")
    page.step(620, 66, "clients")
    page.box(24, 84, 190, 34, "socket bind listen", "cool")
    page.box(300, 84, 230, 34, "listening, port 6379", "plain")
    page.arrow((214, 101), (298, 101))
    page.note(300, 142, "its queue: those who have knocked")
    edges = page.cells(300, 152, [("A", "good", 60), ("B", "plain", 60), ("C", "plain", 60)])
    for number, name in enumerate("ABC"):
        page.box(620, 84 + 44 * number, 60, 34, name, "good" if name == "A" else "plain")
    page.arrow((618, 145), (edges[3] + 2, 160))
    page.arrow((618, 189), (edges[3] + 2, 175))
    page.box(24, 200, 190, 34, "accept", "cool")
    page.arrow((330, 184), (330, 217), (216, 217))
    page.note(232, 208, "fd 5")
    page.box(24, 258, 190, 30, "read(5, ...)", "cool")
    page.box(24, 296, 190, 30, "write(5, ...)", "cool")
    page.box(300, 258, 230, 30, "receive buffer", "good")
    page.box(300, 296, 230, 30, "send buffer", "good")
    page.box(620, 258, 60, 68, "A", "good")
    page.arrow((618, 273), (532, 273))
    page.arrow((298, 273), (216, 273))
    page.arrow((214, 311), (298, 311))
    page.arrow((530, 311), (618, 311))


@picture("01-short-write", 760, 250, "A short write, and the loop around it",
         "1,048,576 bytes are to be written. The first write takes 700,000 of "
         "them, the second one 300,000, the third the last 48,576. After each "
         "one bytes moves on, and count shrinks.")
def short_write(page):
    page.note(24, 62, "1 MiB is to be sent; each write() says how many bytes it took")
    rows = [(0, 467, "700,000", "count = 1,048,576"),
            (467, 200, "300,000", "count = 348,576"),
            (667, 33, "", "count = 48,576")]
    for number, (left, width, words, count) in enumerate(rows):
        y = 84 + 50 * number
        if left:
            page.box(24, y, left, 30, "sent", "good", "note")
        page.box(24 + left, y, width, 30, words, "warm")
        if left + width < 700:
            page.box(24 + left + width, y, 700 - left - width, 30, "", "free")
        if number < 2:
            page.code(24 + left + width / 2, y + 45, count, "middle")
    page.code(724, 229, "count = 48,576", "end")


@picture("02-turn", 760, 330, "One turn of the loop serves everybody who has something",
         "poll sleeps until descriptors 7, 9 and 12 are ready. Each one's handler "
         "reads what is there into its buffer and appends to its output. At the "
         "end of the turn each output is sent in one call, and poll sleeps again.")
def turn(page):
    page.step(24, 68, "1  poll sleeps")
    page.step(270, 68, "2  each handler once")
    page.step(530, 68, "3  flush, once each")
    for number, (fd, ready) in enumerate((("7", 1), ("8", 0), ("9", 1), ("12", 1))):
        y = 84 + 44 * number
        kind = "warm" if ready else "free"
        page.box(24, y, 180, 32, "fd %s%s" % (fd, ": POLLIN" if ready else ""), kind)
        if ready:
            page.box(270, y, 90, 32, "in", "cool")
            page.box(400, y, 90, 32, "out", "good")
            page.box(530, y, 200, 32, "send(%s, out)" % fd, "plain")
            page.arrow((204, y + 16), (268, y + 16))
            page.arrow((360, y + 16), (398, y + 16))
            page.arrow((490, y + 16), (528, y + 16))
        else:
            page.note(270, y + 20, "nothing to read: not touched")
    page.arrow((630, 250), (630, 290), (114, 290), (114, 252))
    page.note(372, 314, "and again: nobody has waited for anybody", "middle")


@picture("02-hole", 760, 250, "Removing from the list while walking along it",
         "The list is door, A, B, C, D. The loop stands at B, which leaves. The "
         "last one, D, fills the hole; it has not had its turn, so the loop looks "
         "at the same place again.")
def hole(page):
    page.note(24, 72, "B leaves")
    edges = page.cells(150, 54, [("door", "good", 80), ("A", "good", 80),
                                 ("B", "warm", 80), ("C", "plain", 80), ("D", "cool", 80)])
    page.note(570, 72, "door and A are done")
    page.arrow((edges[4] + 40, 84), (edges[4] + 40, 112), (edges[2] + 55, 112),
               (edges[2] + 55, 138))
    page.note(edges[2] + 66, 130, "the last fills the hole")
    page.note(24, 160, "afterwards")
    page.cells(150, 142, [("door", "good", 80), ("A", "good", 80), ("D", "cool", 80),
                          ("C", "plain", 80)])
    page.arrow((edges[2] + 40, 206), (edges[2] + 40, 176))
    page.note(edges[2] + 40, 224, "look at the same place again: D has not had its turn",
              "middle")


@picture("02-back-pressure", 760, 240, "Where the bytes stand when a client does not read",
         "The client's receive buffer is full, the kernel's send buffer is full, "
         "64 MiB wait in out, so nothing is read: the kernel's receive buffer is "
         "full, and the client's own send sleeps.")
def back_pressure(page):
    page.step(24, 70, "client")
    page.step(220, 70, "kernel")
    page.step(500, 70, "server")
    page.box(24, 86, 130, 40, "reads nothing", "warm")
    page.box(220, 86, 210, 40, "send buffer: full", "good")
    page.box(500, 86, 230, 40, "out: 64 MiB", "good")
    page.arrow((498, 106), (432, 106))
    page.arrow((218, 106), (156, 106))
    page.box(24, 160, 130, 40, "send() sleeps", "warm")
    page.box(220, 160, 210, 40, "receive buffer: full", "good")
    page.box(500, 160, 230, 40, "no POLLIN: no read", "cool")
    page.arrow((154, 180), (218, 180))
    page.arrow((430, 180), (498, 180), gone=True)
    page.arrow((615, 126), (615, 158))
    page.note(24, 224, "He who does not read is made to stop writing; all others are served.")


@picture("03-cut", 760, 300, "Requests, and the reads in which they arrive",
         "Three requests, PING, ECHO grape, PING, are sent. The first read has "
         "PING and ECHO gra: the parser answers DONE, then MORE, and the rest "
         "stays in the buffer. The second read completes ECHO, and has the last PING.")
def cut(page):
    page.note(24, 74, "sent")
    page.cells(130, 56, [("PING", "good", 140), ("ECHO grape", "cool", 260),
                         ("PING", "warm", 140)])
    page.note(24, 148, "first read")
    page.cells(130, 130, [("PING", "good", 140), ("ECHO gra", "cool", 180)])
    page.note(24, 222, "second read")
    page.cells(450, 204, [("pe", "cool", 80), ("PING", "warm", 140)])
    page.arrow((450, 92), (450, 196), head=False, gone=True)
    page.code(200, 180, "RESP_DONE", "middle")
    page.code(360, 180, "RESP_MORE", "middle")
    page.cells(270, 204, [("kept", "free", 180)])
    page.code(450, 256, "RESP_DONE", "middle")
    page.code(600, 256, "RESP_DONE", "middle")
    page.note(24, 284, "\"More\" changes nothing: the bytes stay, and the parser goes on "
              "when others have come.")


@picture("03-slices", 760, 270, "Arguments are slices of the input buffer",
         "The buffer holds the bytes of ECHO grape. argv[0] has the address of "
         "the E and the length 4, argv[1] the address of the g and the length 5. "
         "Nothing is copied.")
def slices(page):
    page.note(24, 66, "the input buffer of the connection")
    parts = ["*2", "\\r\\n", "$4", "\\r\\n", ("ECHO", "cool"), "\\r\\n", "$5", "\\r\\n",
             ("grape", "good"), "\\r\\n"]
    edges = page.cells(24, 78, parts, least=44)
    page.box(160, 190, 170, 34, "argv[0]  len 4", "cool")
    page.box(430, 190, 170, 34, "argv[1]  len 5", "good")
    page.arrow((245, 188), (edges[4] + 8, 112))
    page.arrow((515, 188), (edges[8] + 8, 112))
    page.note(24, 252, "The lengths stand in front of the bytes, so nobody looks for an end.")


@picture("04-split", 760, 350, "A table grows by one bucket",
         "Before: four buckets, chosen by the two low bits of the hash. One step "
         "adds bucket 4: of the entries in bucket 0 those with the third bit set "
         "move there. The next step splits bucket 1 into 1 and 5.")
def split(page):
    columns = ((24, "4 buckets", 4), (270, "one step: 5 buckets", 5),
               (516, "two steps: 6 buckets", 6))
    for x, words, count in columns:
        page.step(x, 68, words)
        for bucket in range(count):
            y = 82 + 36 * bucket
            page.code(x, y + 20, str(bucket))
            low = format(bucket, "03b") if bucket >= 4 or bucket + 4 < count else None
            if low:
                kind = "warm" if bucket == count - 1 or bucket + 4 == count - 1 else "plain"
                page.cells(x + 20, y, [("..%s" % low, kind, 90)])
            else:
                kinds = "plain"
                page.cells(x + 20, y, [("..0%s" % format(bucket, "02b"), kinds, 90),
                                       ("..1%s" % format(bucket, "02b"), kinds, 90)])
    page.note(24, 322, "Each step touches one old bucket and one new one; all others stay as "
              "they are.")


@picture("04-entry", 760, 300, "From a key to its value",
         "The hash chooses a bucket of the array. It leads to a node, which has "
         "the address of the next node, the hash, and the address of the entry. "
         "The entry is one allocation: head, key length, value, the key's bytes "
         "and a short string.")
def entry(page):
    page.note(24, 72, "buckets")
    page.cells(24, 84, ["", "", ("•", "warm"), "", ""], least=34)
    page.arrow((109, 114), (109, 150), (218, 150), (218, 118))
    page.note(200, 72, "a node of the chain")
    edges = page.cells(200, 84, [("next", "warm", 70), ("hash", "plain", 130),
                                 ("item", "warm", 70)])
    page.arrow((edges[3] - 35, 114), (edges[3] - 35, 192))
    page.note(24, 182, "the entry \"fruit\" with the value \"grape\": one allocation")
    edges = page.cells(24, 196, [("used type layout", "cool"), ("5", "plain", 60),
                                 ("5", "plain", 100), ("f r u i t", "good"),
                                 ("g r a p e", "warm")])
    for number, words in enumerate(("4 bytes", "4", "8: length", "the key", "the value")):
        page.note((edges[number] + edges[number + 1]) / 2, 246, words, "middle")
    page.note(24, 282, "An integer lies in the 8 bytes themselves; a string of more than 44 "
              "bytes in a block of its own.")


@picture("04-cursor", 760, 300, "SCAN walks in the order of the reversed bits",
         "With eight buckets the walk is 000, 100, 010, 110, 001, 101, 011, 111. "
         "A bucket and the one that splits off from it stand side by side, so a "
         "split or a join moves nothing across the cursor.")
def cursor(page):
    page.note(24, 70, "4 buckets: two bits choose")
    four = page.cells(24, 82, [("00", "good", 176), ("10", "plain", 176),
                               ("01", "plain", 176), ("11", "plain", 176)])
    eight = page.cells(24, 178, [("000", "good", 88), ("100", "good", 88)] + [
        (bits, "plain", 88) for bits in ("010", "110", "001", "101", "011", "111")])
    for number in range(4):
        page.arrow((four[number] + 88, 112), (eight[2 * number] + 44, 176))
        page.arrow((four[number] + 88, 112), (eight[2 * number + 1] + 44, 176))
    page.arrow((eight[2], 250), (eight[2], 212))
    page.note(eight[2] + 14, 244, "the cursor")
    page.note(24, 284, "Each bucket splits into two neighbours: what was seen stays left "
              "of the cursor.")
