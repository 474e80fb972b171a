/* Facts about commands on bitmaps, in the order of their names. */
#include "command_facts.h"

/* How a BITFIELD uses its key: it writes, unless all of its operations are
 * GET. */
static unsigned bitfield_flags(const struct slice *argv, size_t argc) {
    for (size_t i = 2; i < argc; i++) {
        size_t left = argc - i - 1;
        if (slice_is(argv[i], "get") && left >= 2)
            i += 2;
        else if (slice_is(argv[i], "overflow") && left >= 1)
            i += 1;
        else
            return KEY_RW | KEY_ACCESS | KEY_UPDATE;
    }
    return KEY_RO | KEY_ACCESS;
}

/* clang-format off */
static const struct command_facts rows[] = {
    {"bitcount", "2.6.0", "O(N) where N is the number of bytes counted in",
     "Counts the bits that are set in a value, or in a part of it.",
     "key [start end [BYTE | BIT]]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"bitfield", "3.2.0", "O(1) for each step",
     "Reads, sets and adds to integers of any width in a value.",
     "key [GET encoding offset] [OVERFLOW <WRAP | SAT | FAIL>] [SET encoding "
     "offset value] [INCRBY encoding offset increment]",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_UPDATE | KEY_VARIABLE, 1, 0, 1,
               .flags_for = bitfield_flags}}},
    {"bitfield_ro", "6.0.0", "O(1) for each step",
     "Reads integers of any width in a value.",
     "key [GET encoding offset [GET encoding offset ...]]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"bitop", "2.6.0", "O(N) where N is the number of bytes of all values",
     "Combines values bit by bit, and stores the result at another key.",
     "<AND | OR | XOR | NOT> destkey key [key ...]",
     .keys = {{KEY_OW | KEY_UPDATE, 2, 0, 1},
              {KEY_RO | KEY_ACCESS, 3, -1, 1}}},
    {"bitpos", "2.8.7", "O(N) where N is the number of bytes looked at",
     "Returns the position of the first bit that is set, or clear.",
     "key bit [start [end [BYTE | BIT]]]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"getbit", "2.2.0", "O(1)",
     "Returns one bit of a value.",
     "key offset",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"setbit", "2.2.0", "O(1)",
     "Sets or clears one bit of a value, and returns what it was.",
     "key offset value",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_UPDATE, 1, 0, 1}}},
};
const struct command_group bitmap_group = {
    "bitmap", CATEGORY_BITMAP, rows, sizeof rows / sizeof rows[0]};
/* clang-format on */
