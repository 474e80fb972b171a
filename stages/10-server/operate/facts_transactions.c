/* Facts about commands of transactions, in the order of their names. */
#include "command_facts.h"

/* clang-format off */
static const struct command_facts rows[] = {
    {"discard", "2.0.0", "O(N) where N is the number of queued commands",
     "Ends a transaction without running it, and all watches.",
     ""},
    {"exec", "1.2.0", "Depends on the commands that are queued",
     "Runs the commands of a transaction, unless a watched key has changed.",
     ""},
    {"multi", "1.2.0", "O(1)",
     "Begins a transaction: commands are queued until EXEC.",
     ""},
    {"unwatch", "2.2.0", "O(N) where N is the number of keys",
     "Ends all watches of the connection.",
     ""},
    {"watch", "2.2.0", "O(N) where N is the number of keys",
     "Makes the next EXEC do nothing if one of the keys has changed by then.",
     "key [key ...]",
     .keys = {{KEY_RO, 1, -1, 1}}},
};
const struct command_group transactions_group = {
    "transactions", CATEGORY_TRANSACTION, rows, sizeof rows / sizeof rows[0]};
/* clang-format on */
