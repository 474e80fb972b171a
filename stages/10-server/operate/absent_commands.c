/* Commands of Redis that this server does not have, so no client can call them.
 * Most need a language for scripts and functions. A rule of access control may
 * name them, such as -@scripting or -eval, and means what it says, because
 * configurations written for Redis have such rules. */
#include "command_facts.h"
#include "command_names.h"

/* clang-format off */
const struct command absent_commands[] = {
    {"eval", NULL, -3, CMD_NOSCRIPT | CMD_STALE},
    {"eval_ro", NULL, -3, CMD_NOSCRIPT | CMD_STALE},
    {"evalsha", NULL, -3, CMD_NOSCRIPT | CMD_STALE},
    {"evalsha_ro", NULL, -3, CMD_NOSCRIPT | CMD_STALE},
    {"fcall", NULL, -3, CMD_NOSCRIPT | CMD_STALE},
    {"fcall_ro", NULL, -3, CMD_NOSCRIPT | CMD_STALE},
    {"function|delete", NULL, 3, CMD_NOSCRIPT | CMD_WRITE},
    {"function|dump", NULL, 2, CMD_NOSCRIPT},
    {"function|kill", NULL, 2, CMD_ALLOW_BUSY | CMD_NOSCRIPT},
    {"function|load", NULL, -3, CMD_DENYOOM | CMD_NOSCRIPT | CMD_WRITE},
    {"function|restore", NULL, -3, CMD_DENYOOM | CMD_NOSCRIPT | CMD_WRITE},
    {"function|stats", NULL, 2, CMD_ALLOW_BUSY | CMD_NOSCRIPT},
    {"script", NULL, -2, CMD_CONTAINER},
    {"script|debug", NULL, 3, CMD_NOSCRIPT},
    {"script|exists", NULL, -3, CMD_NOSCRIPT},
    {"script|flush", NULL, -2, CMD_NOSCRIPT},
    {"script|help", NULL, 2, CMD_LOADING | CMD_STALE},
    {"script|kill", NULL, 2, CMD_ALLOW_BUSY | CMD_NOSCRIPT},
    {"script|load", NULL, 3, CMD_NOSCRIPT | CMD_STALE},
    {0},
};

/* Their facts give them names and categories. Those of cmd_extensions.c are
 * here, too, because they belong to the same group. */
static const struct command_facts facts[] = {
    {"eval", "2.6.0", "", "Runs a script.", "",
     .categories = CATEGORY_SCRIPTING},
    {"eval_ro", "7.0.0", "", "Runs a script that changes nothing.", "",
     .categories = CATEGORY_SCRIPTING},
    {"evalsha", "2.6.0", "", "Runs a script by its digest.", "",
     .categories = CATEGORY_SCRIPTING},
    {"evalsha_ro", "7.0.0", "", "Runs a script by its digest that changes nothing.", "",
     .categories = CATEGORY_SCRIPTING},
    {"fcall", "7.0.0", "", "Calls a function.", "",
     .categories = CATEGORY_SCRIPTING},
    {"fcall_ro", "7.0.0", "", "Calls a function that changes nothing.", "",
     .categories = CATEGORY_SCRIPTING},
    {"function", "7.0.0", "", "About functions.", ""},
    {"function|delete", "7.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"function|dump", "7.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"function|flush", "7.0.0", "O(1)",
     "Deletes all functions: there are none.",
     "[ASYNC | SYNC]",
     .tips = "request_policy:all_shards response_policy:all_succeeded",
     .categories = CATEGORY_SCRIPTING},
    {"function|help", "7.0.0", "O(1)", "Lists the subcommands.", "",
     .categories = CATEGORY_SCRIPTING},
    {"function|kill", "7.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"function|list", "7.0.0", "O(1)",
     "Lists the libraries of functions: there are none.",
     "[LIBRARYNAME library-name-pattern] [WITHCODE]",
     .tips = "nondeterministic_output_order",
     .categories = CATEGORY_SCRIPTING},
    {"function|load", "7.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"function|restore", "7.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"function|stats", "7.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"script", "2.6.0", "", "About scripts.", ""},
    {"script|debug", "3.2.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"script|exists", "2.6.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"script|flush", "2.6.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"script|help", "5.0.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"script|kill", "2.6.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
    {"script|load", "2.6.0", "", "", "",
     .categories = CATEGORY_SCRIPTING},
};
const struct command_group absent_group = {
    "scripting", 0, facts, sizeof facts / sizeof facts[0]};
/* clang-format on */
