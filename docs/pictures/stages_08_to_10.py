"""The pictures of stages 08 to 10."""

from drawing import picture


@picture("08-fork", 760, 330, "fork shares the pages; a write copies one",
         "Before: server and child point at the same pages A, B and C. The "
         "server runs SET, which changes page B: the kernel copies that page, and "
         "the child goes on seeing the old one.")
def fork(page):
    for left, words, written in ((24, "right after fork", False),
                                 (400, "then SET writes to page B", True)):
        page.step(left, 68, words)
        page.note(left + 35, 94, "server", "middle")
        page.note(left + 165, 94, "memory", "middle")
        page.note(left + 295, 94, "child", "middle")
        for number, name in enumerate("ABC"):
            y = 106 + 46 * number
            page.box(left, y, 70, 32, name, "cool")
            page.box(left + 260, y, 70, 32, name, "good")
            page.box(left + 130, y, 70, 32, name, "plain")
            page.arrow((left + 258, y + 16), (left + 202, y + 16))
            if not (written and name == "B"):
                page.arrow((left + 70, y + 16), (left + 128, y + 16))
        if written:
            page.box(left + 130, 244, 70, 32, "B", "warm")
            page.arrow((left + 70, 168), (left + 100, 168), (left + 100, 260),
                       (left + 128, 260))
    page.note(24, 264, "two tables of the same three pages:\nnothing else is copied")
    page.note(614, 264, "the copy has the\nnew value")
    page.note(24, 316, "The child saves the old B. A copy is made of each page that is "
              "written, and of no other.")


@picture("08-bytes", 760, 360, "A key in the file",
         "fe 00 chooses database 0; fb 03 01 says how many keys follow; 00 is the "
         "type of the value, a string; 05 fruit is the key, 05 grape the value; fc "
         "and eight bytes are an expiry, which belongs to the next key; ff and "
         "eight bytes of checksum end the file.")
def file_bytes(page):
    page.note(24, 66, "database 0, and how many keys")
    page.cells(24, 78, [("fe", "warm"), ("00", "plain"), ("fb", "warm"), ("03", "plain"),
                        ("01", "plain")], least=44)
    page.note(300, 98, "an opcode is 244 or more: fe, fb, fc, ff")
    page.note(24, 140, "SET fruit grape")
    edges = page.cells(24, 152, [("00", "cool"), ("05", "plain"), ("66 72 75 69 74", "good"),
                                 ("05", "plain"), ("67 72 61 70 65", "good")], least=44)
    for number, words in enumerate(("type", "5", "f r u i t", "5", "g r a p e")):
        page.code((edges[number] + edges[number + 1]) / 2, 202, words, "middle")
    page.note(24, 234, "an expiry, before the type of its key")
    edges = page.cells(24, 246, [("fc", "warm"), ("7d af 2e 0e a2 01 00 00", "plain"),
                                 ("00", "cool"), ("04", "plain"), ("73 6f 6e 67", "good"),
                                 ("...", "plain")], least=44)
    page.code((edges[1] + edges[2]) / 2, 296, "ms, low byte first", "middle")
    page.code((edges[4] + edges[5]) / 2, 296, "s o n g", "middle")
    page.cells(24, 312, [("ff", "warm"), ("80 20 91 74 34 b8 5c 86", "plain")], least=44)
    page.note(300, 332, "the end, and the CRC-64 of all before")


@picture("08-replace", 760, 250, "How a file is replaced, whatever happens",
         "Four steps: write temp-4711.dump.rdb, fsync it, rename it to dump.rdb, "
         "fsync the folder. Up to the rename the name dump.rdb is the old file; "
         "from then on it is the new one.")
def replace(page):
    steps = ("write temp", "fsync temp", "rename", "fsync folder")
    for number, words in enumerate(steps):
        left = 24 + 184 * number
        page.box(left, 66, 150, 36, words, "warm" if number == 2 else "cool")
        if number:
            page.arrow((left - 34, 84), (left - 2, 84))
    page.note(24, 142, "dump.rdb is")
    page.box(24, 154, 442, 34, "the old file, whole", "plain", "note")
    page.box(466, 154, 270, 34, "the new file, whole", "good", "note")
    page.arrow((466, 104), (466, 152))
    page.note(24, 222, "There is no moment at which half a file has that name.")


@picture("09-promise", 760, 260, "Written, synced, and only then answered",
         "In a turn of the loop the commands of all clients run and append to "
         "the log's buffer and to the clients' outputs. Then the buffer is "
         "written, then synced, and only then do the replies leave.")
def promise(page):
    names = [("run all commands", "cool"), ("write", "warm"), ("fdatasync", "warm"),
             ("send the replies", "good")]
    left = 24
    for number, (words, kind) in enumerate(names):
        width = len(words) * 8 + 30
        page.box(left, 84, width, 40, words, kind)
        if number < 3:
            page.arrow((left + width, 104), (left + width + 44, 104))
        left += width + 46
    page.note(24, 70, "one turn of the loop, appendfsync always")
    page.note(24, 160, "fifty clients:\nfifty effects in a buffer")
    page.note(244, 160, "one call")
    page.note(340, 160, "one sync for all fifty")
    page.note(510, 160, "fifty promises, kept already")
    page.note(24, 222, "Whoever dies before the sync has promised nothing; whoever dies "
              "after it has lost nothing.")


@picture("09-rewrite", 760, 320, "A rewrite: base and increments",
         "Before: the manifest names base 1 and increment 1. At the fork "
         "increment 2 begins, and the manifest names all three, while a child "
         "writes base 2. Afterwards a new manifest names base 2 and increment 2.")
def rewrite(page):
    rows = (("before", [("base 1", "good"), ("incr 1", "cool")], "new commands go to incr 1"),
            ("meanwhile", [("base 1", "good"), ("incr 1", "cool"), ("incr 2", "warm")],
             "they go to incr 2"),
            ("after", [("base 2", "good"), ("incr 2", "warm")], ""))
    for number, (name, files, words) in enumerate(rows):
        y = 66 + 84 * number
        page.step(24, y + 22, name)
        edges = page.cells(140, y, [(*file, 110) for file in files], height=34)
        page.note(edges[-1] + 20, y + 22, words)
    page.box(500, 202, 200, 34, "child: base 2", "free")
    page.arrow((500, 219), (195, 219), (195, 232))
    page.note(500, 258, "all data as they were\nat the fork")
    page.note(24, 300, "In each line are the files that the manifest names; each line holds "
              "everything.")


@picture("10-slabs", 760, 300, "Slabs: 64 KiB, cut into blocks of one size",
         "A slab has a header of 64 bytes, then blocks of 48 bytes, some of them "
         "free. A free block holds the address of the next free one. The address "
         "of a block with its low 16 bits cleared is that of its slab.")
def slabs(page):
    page.note(24, 66, "a slab for blocks of 48 bytes: 1,364 of them")
    cells = [("header", "plain", 90)] + [("48", kind, 62) for kind in (
        "good", "good", "free", "good", "free", "good")] + [
        ("never used", "free", 210)]
    edges = page.cells(24, 78, cells, height=36)
    page.arrow((edges[5] + 31, 114), (edges[5] + 31, 140), (edges[3] + 31, 140),
               (edges[3] + 31, 116))
    page.note(edges[3] + 31, 160, "a free block holds the address of the next")
    page.note(24, 202, "a block    0x7f72052c" + "0410")
    page.note(24, 224, "its slab   0x7f72052c0000   the low 16 bits cleared: so no block "
              "needs a header")
    page.note(24, 262, "One size, one slab: 42 bytes and their head of 6 are 48, and cost "
              "48. malloc makes 64 of them.")


@picture("10-groups", 760, 290, "Waiting for many cache lines at once",
         "One after the other: parse A, wait for the bucket, wait for the entry, "
         "run A, then the same for B. In groups: parse A to D, ask for all "
         "buckets, ask for all entries, run A to D; the waits overlap.")
def groups(page):
    page.step(24, 68, "one after the other")
    x = 24
    for name in "AB":
        x = page.cells(x, 82, [("parse " + name, "cool", 74), ("bucket", "free", 90),
                               ("entry", "free", 90), ("run " + name, "good", 60)])[-1]
    page.note(x + 12, 102, "C, D ...")
    page.rule(136)
    page.step(24, 168, "in groups of up to 32")
    x = page.cells(24, 182, [("parse " + name, "cool", 74) for name in "ABCD"])[-1]
    x = page.cells(x, 182, [("ask", "warm", 80), ("ask", "warm", 80)])[-1]
    page.cells(x, 182, [("run " + name, "good", 60) for name in "ABCD"])
    page.note(360, 234, "for all\nbuckets", "middle")
    page.note(444, 234, "for all\nentries", "middle")
    page.note(24, 274, "Dashed: the processor waits. A prefetch does not wait.")


@picture("10-watch", 760, 290, "WATCH: an optimistic lock",
         "A watches n and reads 10. B sets n to 12, which marks A's transaction. "
         "A queues SET n 11, and EXEC answers nil: nothing was run. A begins anew.")
def watch(page):
    page.step(24, 68, "A")
    page.step(400, 68, "B")
    lines = [("WATCH n", "+OK", 0), ("GET n", "\"10\"", 0), ("SET n 12", "+OK", 1),
             ("MULTI", "+OK", 0), ("SET n 11", "+QUEUED", 0), ("EXEC", "nil-array", 0)]
    for number, (request, reply, who) in enumerate(lines):
        y = 78 + 32 * number
        x = 400 if who else 24
        kind = "warm" if who or request == "EXEC" else "cool"
        page.box(x, y, 130, 26, request, kind)
        page.code(x + 146, y + 18, reply)
    page.arrow((398, 155), (280, 155), (280, 244), (270, 244))
    page.note(400, 220, "the change marks A's transaction:\nEXEC runs nothing, and A begins"
              " anew")


@picture("10-handshake", 760, 380, "The handshake: whoever calls asks, and then only listens",
         "The replica sends PING and gets +PONG; it sends REPLCONF listening-port "
         "and REPLCONF capa together and gets two times +OK; it sends PSYNC ? -1 "
         "and gets +FULLRESYNC with an ID and an offset. Then the primary sends the "
         "file and the stream, and the replica sends nothing but REPLCONF ACK with "
         "its offset.")
def handshake(page):
    page.step(110, 68, "replica", "middle")
    page.step(650, 68, "primary", "middle")
    lines = [("PING", True, "cool"), ("+PONG", False, "good"),
             ("REPLCONF listening-port, REPLCONF capa", True, "cool"),
             ("+OK +OK", False, "good"), ("PSYNC ? -1", True, "cool"),
             ("+FULLRESYNC a06eea1d... 60", False, "good"),
             ("the file: the data at byte 60", False, "warm"),
             ("the stream: from byte 61 on", False, "warm"),
             ("REPLCONF ACK 138, once a second", True, "cool")]
    for number, (words, asks, kind) in enumerate(lines):
        y = 80 + 28 * number
        page.box(210, y, 340, 24, words, kind)
        if asks:
            page.arrow((110, y + 12), (208, y + 12))
            page.arrow((552, y + 12), (648, y + 12))
        else:
            page.arrow((650, y + 12), (552, y + 12))
            page.arrow((208, y + 12), (112, y + 12))
    page.note(24, 356, "Up to PSYNC each line has its answer. Afterwards what comes is data, "
              "and only the ACK goes back.")


@picture("10-backlog", 760, 350, "The backlog: the bytes lie once, and a replica is a cursor",
         "The stream up to the offset 1,250,000 lies in blocks of 65,536 bytes. "
         "Block 0 is gone. Blocks 1 and 2 are kept only because the cursor of a slow "
         "replica, R, stands in block 1. Blocks 3 to 19 are kept in any case: they "
         "hold at least 1 MiB. S and T stand at the offset, in block 19. N comes back "
         "with PSYNC and the number 1,200,001: its cursor is put into block 18, and "
         "it is sent the 50,000 bytes behind it.")
def backlog(page):
    edges = page.cells(24, 124, [("0", "free", 60), ("1", "warm", 110), ("2", "warm", 110),
                                 ("3", "plain", 90), ("...", "plain", 50),
                                 ("18", "plain", 150), ("19", "good", 70),
                                 ("room", "free", 70)], height=40)
    page.brace(edges[1], edges[3], 106, "kept for R alone", below=False)
    page.brace(edges[3], edges[7], 106, "kept in any case: 1 MiB, and less than a block more",
               below=False)
    page.note(edges[0] + 30, 116, "gone", "middle")
    slow, back, end = edges[1] + 40, edges[5] + 47, edges[7]
    for x, name in ((slow, "R"), (back, "N"), (end, "S, T")):
        page.arrow((x, 196), (x, 166))
        page.step(x, 212, name, "middle")
    page.note(slow, 232, "is slow", "middle")
    page.note(end, 232, "offset 1,250,000", "middle")
    page.note(back, 232, "PSYNC id 1200001", "middle")
    page.brace(back, end, 260, "sent to N: 50,000 bytes")
    page.note(24, 312, "A block is 65,536 bytes, a sixteenth of repl-backlog-size, so block 18 "
              "begins with byte 1,179,649.")
    page.note(24, 332, "The oldest block goes when 1 MiB is left without it and no cursor "
              "stands in it.")


@picture("10-torn", 760, 290, "A torn tail, and damage",
         "Above: the file ends in the middle of a value of 12 bytes. It is cut "
         "off after the last whole command. Below: a length in the middle was "
         "changed from 12 to 92, so the command swallows the one behind it. One "
         "digit would make everything fit: that is damage, and refused.")
def torn(page):
    page.step(24, 68, "torn: the server died while it wrote")
    edges = page.cells(24, 82, [("*3 $3 SET $5 fruit $5 grape", "good"),
                                ("*3 $3 SET $4 note $12 hello,", "warm")])
    page.arrow((edges[1], 142), (edges[1], 114))
    page.note(edges[1], 160, "cut off here: 35 of 69 bytes are left", "middle")
    page.rule(178)
    page.step(24, 210, "damaged: a 1 became a 9")
    page.cells(24, 224, [("*3 $3 SET $4 note $92 hello, world", "warm"),
                         ("*3 $3 SET $1 n $1 7", "free")])
    page.note(24, 276, "With $12 everything would fit, to the last byte: what follows may "
              "have been answered.")
