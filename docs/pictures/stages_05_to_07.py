"""The pictures of stages 05 to 07."""

from drawing import picture


@picture("05-two-ways", 760, 250, "Two ways to expire, which do not know each other",
         "A time line of the key code, set with PX 100. From the moment on at "
         "which its time has come every look-up finds nothing: that is lazy "
         "expiry. Up to an eighth of a second later the timer frees its memory: "
         "that is active expiry.")
def two_ways(page):
    page.arrow((24, 120), (736, 120))
    for x, words in ((60, "SET code 4711 PX 100"), (330, "its time has come"),
                     (600, "the timer")):
        page.arrow((x, 100), (x, 134), head=False)
        page.note(x - 12, 92, words)
    page.box(60, 150, 270, 34, "GET code: \"4711\"", "good")
    page.box(330, 150, 406, 34, "GET code: nil, whoever asks", "warm")
    page.box(60, 194, 540, 34, "the entry takes memory", "cool")
    page.box(600, 194, 136, 34, "freed", "free")
    page.note(350, 66, "lazy: exact, a comparison at each look-up")


@picture("05-tournament", 760, 356, "Which bucket falls due first? A tournament of marks",
         "Sixteen buckets have marks: 90, 41, 63, 55, 12 and 77, and never for "
         "the others. Each node above holds the earliest of the four below it: "
         "41, 55, never, 12. The root holds 12, and the way down leads to bucket 12.")
def tournament(page):
    marks = {0: 90, 2: 41, 3: 63, 5: 55, 12: 12, 14: 77}
    page.code(24, 91, "root")
    page.box(380, 72, 60, 30, "12", "warm")
    page.code(24, 171, "level 1")
    page.code(24, 251, "buckets")
    for node in range(4):
        below = [marks[b] for b in range(4 * node, 4 * node + 4) if b in marks]
        x = 110 + 160 * node
        first = str(min(below)) if below else "-"
        page.box(x + 40, 152, 60, 30, first, "warm" if first == "12" else "plain")
        page.arrow((x + 70, 150), (394 + 12 * node, 104), head=False)
        for bucket in range(4 * node, 4 * node + 4):
            left = x + 36 * (bucket - 4 * node)
            mark = str(marks.get(bucket, "-"))
            kind = "warm" if mark == "12" else "plain" if bucket in marks else "free"
            page.box(left, 232, 34, 30, mark, kind)
            page.note(left + 17, 280, str(bucket), "middle")
            page.arrow((left + 17, 230), (x + 58 + 8 * (bucket % 4), 184), head=False)
    page.note(24, 318, "Each node holds the earliest below it. Here four are in a match, "
              "in due.c 64 are:\n16 million buckets take four levels.")


@picture("06-listpack", 760, 270, "A listpack, byte by byte",
         "RPUSH k grape 42 1000 -1 makes 22 bytes: the length in four bytes, the "
         "number of elements in two, the string grape in seven, 42 in two, 1000 "
         "and -1 in three each, and the end, ff.")
def listpack(page):
    page.code(24, 66, "RPUSH k grape 42 1000 -1")
    parts = [("16 00 00 00", "plain"), ("04 00", "plain"),
             ("85 67 72 61 70 65 06", "good"), ("2a 01", "cool"), ("c3 e8 02", "good"),
             ("df ff 02", "cool"), ("ff", "plain")]
    edges = page.cells(24, 82, parts, least=42)
    names = ["22 bytes", "4", "\"grape\"", "42", "1000", "-1", "end"]
    for left, right, name in zip(edges, edges[1:], names):
        page.code((left + right) / 2, 134, name, "middle")
    page.brace(24, edges[2], 150, "the header")
    page.brace(edges[2], edges[6], 150, "the elements: what it is, its bytes, how long it was")
    page.note(24, 206, "85 is 10xxxxxx: a string of 5 bytes. 2a is 0xxxxxxx: the number "
              "itself. c3 is 110xxxxx:\n13 bits. The last byte of each element is"
              " its length so far, so one can also walk\nbackwards, from the end.")


@picture("06-ring", 760, 290, "A long list: a ring of blocks",
         "The ring has eight places. Places 2, 3 and 4 are used, with blocks of "
         "312, 290 and 55 elements; the first is 2. A new block in front takes "
         "place 1, one behind place 5.")
def ring(page):
    page.note(24, 68, "the ring: a block's address, and how many elements it has")
    cells = [("", "free"), ("", "free"), ("312", "good"), ("290", "good"), ("55", "good"),
             ("", "free"), ("", "free"), ("", "free")]
    edges = page.cells(24, 104, [(*cell, 89) for cell in cells], height=36)
    for number in range(8):
        page.note(edges[number] + 44, 96, str(number), "middle")
    for number, words in ((2, "elements 0 to 311"), (3, "312 to 601"), (4, "602 to 656")):
        width = 160
        left = (130, 310, 490)[number - 2]
        page.box(left, 190, width, 36, words, "cool", "note")
        page.arrow((edges[number] + 44, 140), (left + width / 2, 188))
    page.note(24, 254, "LINDEX 600: less than 312 + 290, so it is in the second block. A "
              "push in front that needs a block\ntakes place 1, one behind place "
              "5: nothing moves.")


@picture("06-waiting", 760, 300, "Who waits for which key",
         "Client A waits for jobs, client B for jobs and mails. A push to jobs "
         "notes the key; after the command A, who came first, runs its request "
         "again and gets the element.")
def waiting(page):
    page.note(24, 70, "queues, one a key, the oldest first")
    page.box(24, 84, 110, 34, "jobs", "good")
    page.box(180, 84, 180, 34, "A: BLPOP jobs 0", "cool")
    page.box(410, 84, 220, 34, "B: BLPOP jobs mails 0", "cool")
    page.box(24, 140, 110, 34, "mails", "plain")
    page.arrow((134, 101), (178, 101))
    page.arrow((360, 101), (408, 101))
    page.arrow((134, 157), (520, 157), (520, 120))
    left = 24
    for words, kind in (("1  C: RPUSH jobs x", "warm"), ("2  jobs is ready", "good"),
                        ("3  A runs again", "cool")):
        page.box(left, 192, 200, 34, words, kind)
        if words[0] != "3":
            page.arrow((left + 200, 209), (left + 248, 209))
        left += 250
    page.note(24, 258, "Waiters are served after the command, not in the middle of it: three "
              "elements that are pushed\nat once are all there when the first is served.")


@picture("07-two-forms", 760, 290, "A hash, small and large",
         "Small: one packed block with field, value, field, value. Large: a "
         "table of buckets, each item one allocation with two lengths, the field "
         "and the value.")
def two_forms(page):
    page.step(24, 68, "small: one block, looked through")
    edges = page.cells(24, 82, [("header", "plain"), ("name", "good"), ("Ada", "cool"),
                                ("born", "good"), ("1815", "cool"), ("ff", "plain")], least=60)
    page.note(edges[-1] + 20, 102, "up to 512 fields, none longer\nthan 64 bytes")
    page.rule(134)
    page.step(24, 166, "large: a table of fields, each found by its hash")
    page.cells(24, 180, ["", ("•", "warm"), "", ("•", "warm"), "", ""], least=40)
    first = page.cells(320, 180, [("4", "plain"), ("3", "plain"), ("name", "good"),
                                  ("Ada", "cool")], least=34)
    page.cells(320, 230, [("4", "plain"), ("4", "plain"), ("born", "good"),
                          ("1815", "cool")], least=34)
    page.arrow((84, 210), (84, 220), (290, 220), (290, 195), (318, 195))
    page.arrow((164, 210), (164, 245), (318, 245))
    page.note(first[-1] + 16, 200, "two lengths, the bytes:\none allocation an item")


@picture("07-order", 760, 372, "A B+-tree that counts: ranks without counting",
         "The branch has three children with 20, 17 and 31 items. To find rank "
         "30, subtract 20 and go on in the second child with 10. The rank of an "
         "item in the third leaf begins with 20 plus 17.")
def order(page):
    page.step(24, 68, "branch: the first item of each child, and how many are below")
    page.cells(60, 82, [("1 \"b\"  20", "plain", 214), ("3 \"f\"  17", "warm", 214),
                        ("8 \"a\"  31", "plain", 214)], height=36)
    for number, words in enumerate(("1 \"b\"  2.5 \"a\" ...", "3 \"f\"  3 \"g\" ...",
                                    "8 \"a\"  8 \"k\" ...")):
        left = 24 + 244 * number
        page.box(left, 166, 220, 34, words, "warm" if number == 1 else "cool")
        page.arrow((167 + 214 * number, 120), (left + 110, 164))
    page.note(134, 220, "ranks 0 to 19", "middle")
    page.note(378, 220, "ranks 20 to 36", "middle")
    page.note(622, 220, "ranks 37 to 67", "middle")
    page.rule(240)
    page.note(24, 266, "Who has rank 30?")
    page.code(190, 266, "30 - 20 = 10, less than 17: item 10 of the second leaf")
    page.note(24, 294, "Which rank has 8 \"k\"?")
    page.code(190, 294, "20 + 17 + its place in the leaf, 1 = 38")
    page.note(24, 334, "A leaf has up to 31 items and a branch up to 15 children: 512 "
              "bytes each. The way down is\nthe answer, in both directions.")


@picture("07-quarters", 760, 330, "Geohash: each pair of bits chooses a quarter of the map",
         "The map is cut into four quarters: 01 upper left, 11 upper right, 00 "
         "lower left, 10 lower right. Palermo lies in 11. That quarter is cut "
         "again, and Palermo lies in its lower left quarter, 00. So its number "
         "begins with 1100.")
def quarters(page):
    page.note(24, 66, "the map: 11 is Palermo's quarter")
    for x, y, words in ((24, 80, "01"), (144, 80, "11"), (24, 160, "00"), (144, 160, "10")):
        page.box(x, y, 120, 80, words, "warm" if words == "11" else "plain")
    page.note(300, 66, "its quarters: 1100")
    for x, y, words in ((300, 80, "1101"), (400, 80, "1111"), (300, 160, "1100"),
                        (400, 160, "1110")):
        page.box(x, y, 100, 80, words, "warm" if words == "1100" else "plain")
    page.note(540, 66, "and theirs: 110001")
    for x, y, words in ((540, 80, "110001"), (640, 80, "110011"), (540, 160, "110000"),
                        (640, 160, "110010")):
        page.box(x, y, 94, 80, words, "warm" if words == "110001" else "plain")
    page.arrow((264, 120), (298, 120))
    page.arrow((500, 200), (538, 200))
    page.note(24, 270, "The first bit of each pair: east (1) or west of the middle; the "
              "second: north (1) or south.")
    page.note(24, 298, "All places in a cell have numbers that begin alike, so a cell is a"
              " range of scores.")


@picture("07-registers", 760, 300, "HyperLogLog: 14 bits choose a register, the rest is a coin",
         "The hash of a member has 64 bits. The 14 lowest choose one of 16384 "
         "registers. In the other 50 the zeros from the lowest on are counted; "
         "that number and one is what the register keeps, if it is larger.")
def registers(page):
    page.note(24, 66, "the hash of \"visitor:7\", lowest bits on the right")
    page.cells(24, 78, [("50 bits: ... 1 0 1 1 0 1 0 0 0", "cool", 470),
                        ("14 bits: register", "good", 240)], height=36)
    page.brace(410, 490, 134, "three zeros: 3 + 1 = 4")
    page.note(24, 196, "registers")
    page.cells(110, 176, [("0", "plain", 50), ("1", "plain", 50), ("...", "plain", 60),
                          ("2 → 4", "warm", 90), ("...", "plain", 60), ("0", "plain", 50)],
               height=34)
    page.arrow((614, 116), (614, 232), (315, 232), (315, 212))
    page.note(24, 264, "16384 registers of 6 bits: 12 KiB. Each keeps the longest run that"
              " it saw; the estimate is\nmade of all of them, so that one lucky "
              "throw does not spoil it.")


@picture("07-stream", 760, 330, "A stream: an index of blocks, a block of entries",
         "The index knows the first ID of each block. A block is a listpack: "
         "a master entry with the fields, then entries as differences to the "
         "first ID, with values alone if their fields are the same. A deleted "
         "entry stays, with a flag.")
def stream(page):
    page.note(24, 66, "the index: the first ID of each block")
    page.cells(24, 78, [("...30474-0", "warm", 160), ("...31571-3", "plain", 160),
                        ("...32607-0", "plain", 160)])
    page.note(520, 98, "new ones go to the last")
    page.arrow((104, 108), (104, 138))
    page.note(124, 134, "block 1526919030474-0")
    rows = [("master", "2 are there | 1 deleted | fields: level text", "good"),
            ("entry", "+0  +0   same fields | info  started", "cool"),
            ("entry", "+26 +0   same fields | info  200", "free"),
            ("entry", "+26 +1   same fields | warn  slow", "cool")]
    for number, (name, words, kind) in enumerate(rows):
        page.code(24, 165 + 32 * number, name)
        page.box(100, 146 + 32 * number, 420, 28, words, kind)
    page.note(540, 229, "deleted: a flag, no more")
    page.note(24, 302, "An ID is written as what it has more than the block's first: "
              "milliseconds, then the number.")


@picture("07-intset", 760, 230, "An intset: integers side by side, in order",
         "SADD s 1 2 70000: width 4, count 3, then 1, 2 and 70000 with four "
         "bytes each, the lowest byte first. With 1 and 2 alone the width is 2.")
def intset(page):
    page.code(24, 74, "SADD s 1 2")
    page.cells(180, 54, [("02 00 00 00", "plain"), ("02 00 00 00", "plain"),
                         ("01 00", "good"), ("02 00", "good")])
    page.note(180, 106, "width 2      how many")
    page.code(24, 152, "SADD s 70000")
    page.cells(180, 132, [("04 00 00 00", "plain"), ("03 00 00 00", "plain"),
                          ("01 00 00 00", "good"), ("02 00 00 00", "good"),
                          ("70 11 01 00", "warm")])
    page.note(180, 184, "width 4      how many")
    page.note(24, 212, "One wide integer makes all of them wide, and none is made narrow "
              "again.")
