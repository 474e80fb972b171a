/* Facts about commands on HyperLogLogs, in the order of their names. */
#include "command_facts.h"

/* clang-format off */
static const struct command_facts rows[] = {
    {"pfadd", "2.8.9", "O(1) for each element",
     "Adds elements to a HyperLogLog, and returns whether that changed it.",
     "key [element [element ...]]",
     .keys = {{KEY_RW | KEY_INSERT, 1, 0, 1}}},
    {"pfcount", "2.8.9",
     "O(1), and O(N) with a large constant where N is the number of keys",
     "Estimates how many different elements the HyperLogLogs have together.",
     "key [key ...]",
     .keys = {{KEY_RW | KEY_ACCESS, 1, -1, 1}}},
    {"pfdebug", "2.8.9", "N/A",
     "Shows how a HyperLogLog is kept.",
     "subcommand key",
     .keys = {{KEY_RW | KEY_ACCESS, 2, 0, 1}}},
    {"pfmerge", "2.8.9", "O(N) where N is the number of keys",
     "Merges HyperLogLogs into one.",
     "destkey [sourcekey [sourcekey ...]]",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_INSERT, 1, 0, 1},
              {KEY_RO | KEY_ACCESS, 2, -1, 1}}},
    {"pfselftest", "2.8.9", "N/A",
     "Tests the estimates of HyperLogLogs.",
     ""},
};
const struct command_group hyperloglog_group = {
    "hyperloglog", CATEGORY_HYPERLOGLOG, rows, sizeof rows / sizeof rows[0]};
/* clang-format on */
