/* Loading a file with a flipped bit: in a length, or anywhere in a block. */
#include "aof_load.h"

#include "aof_block.h"
#include "aof_text.h"
#include "blocking.h"
#include "command.h"
#include "db.h"
#include "keyspace.h"
#include "unit.h"

/* Whichever bit has flipped in a number, nothing that followed is cut off. */
static void test_flipped_numbers(void) {
    static const char text[] = SET_A SET_B MULTI SET_A EXEC SET_B SET_A;
    size_t last = sizeof text - sizeof SET_A;
    for (size_t i = 0; i < last; i++) {
        if (text[i] != '*' && text[i] != '$')
            continue;
        for (size_t at = i; text[at] != '\n'; at++) {
            for (int bit = 0; bit < 8; bit++) {
                char copy[sizeof text];
                memcpy(copy, text, sizeof text);
                copy[at] = (char)(copy[at] ^ 1 << bit);
                struct aof_load load = load_bytes(copy, sizeof text - 1);
                CHECK(load.end == AOF_DAMAGED || copy[at] == '#');
            }
        }
    }
}

/* A MULTI within a transaction is part of it, and has no EXEC of its own; one
 * behind it needs another. To look for the EXEC of each of so many would take
 * minutes. */
static void test_nested(void) {
    enum { DEEP = 200000 };
    static const char rest[] = SET_A EXEC MULTI SET_B;
    size_t size = sizeof MULTI - 1, len = 0;
    char *text = xmalloc(DEEP * size + sizeof rest);
    for (size_t i = 0; i < DEEP; i++, len += size)
        memcpy(text + len, MULTI, size);
    memcpy(text + len, rest, sizeof rest);
    struct aof_load load = load_bytes(text, len + sizeof rest - 1);
    free(text);
    CHECK_INT(load.end, AOF_CUT);
    CHECK_INT(load.good, len + sizeof(SET_A EXEC) - 1);
    CHECK(has("a") && !has("b"));
}

/* Two blocks, of two commands and of one. */
static size_t write_blocks(char *out, size_t *first) {
    static const char *const blocks[] = {SET_A SET_B, SET_A};
    size_t len = 0;
    for (size_t i = 0; i < 2; i++) {
        size_t size = strlen(blocks[i]);
        aof_block_line(out + len, blocks[i], size);
        memcpy(out + len + AOF_BLOCK_LINE, blocks[i], size);
        len += AOF_BLOCK_LINE + size;
        if (i == 0)
            *first = len;
    }
    return len;
}

/* Of a block all or nothing is there; a flipped bit is found anywhere. */
static void test_blocks(void) {
    char text[400];
    size_t first, len = write_blocks(text, &first);
    for (size_t cut = 0; cut <= len; cut++) {
        struct aof_load load = load_bytes(text, cut);
        bool whole = cut == 0 || cut == first || cut == len;
        CHECK_INT(load.end, whole ? AOF_NOTHING_LEFT : AOF_CUT);
        CHECK_INT(load.good, cut < first ? 0 : cut < len ? first : len);
        CHECK(has("b") == (cut >= first));
    }
    for (size_t at = first; at < len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            text[at] = (char)(text[at] ^ 1 << bit);
            struct aof_load load = load_bytes(text, len);
            CHECK_INT(load.end, AOF_DAMAGED);
            CHECK_INT(load.good, first);
            text[at] = (char)(text[at] ^ 1 << bit);
        }
    }
}

/* A line that cannot become one of a block was not cut off. */
static void test_no_block(void) {
    static const char *const damaged[] = {
        "#BLOCK zz\r\n" SET_B, "#BLOCK zz", "#BLOCK 0000000000000012\r\n",
        "#BLOCK 000000000000001b 7f0c2f1d0e5a9b34 52f1c08b9de0a777\n"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        char text[200];
        snprintf(text, sizeof text, SET_A "%s", damaged[i]);
        struct aof_load load = load_text(text);
        CHECK_INT(load.end, AOF_DAMAGED);
        CHECK_INT(load.good, sizeof SET_A - 1);
    }
}

int main(void) {
    command_start();
    keyspace_start();
    blocking_start();
    unit_test("a number with a flipped bit swallows nothing",
              test_flipped_numbers);
    unit_test("an EXEC ends all that began before it", test_nested);
    unit_test("blocks are whole, and right to the bit", test_blocks);
    unit_test("what cannot open a block is damage", test_no_block);
    blocking_stop();
    keyspace_stop();
    return unit_end();
}
