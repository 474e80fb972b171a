/* MEMORY USAGE: what a key takes. */
#include "arguments.h"
#include "command.h"
#include "commands.h"
#include "entry_memory.h"
#include "keyspace.h"
#include "reply.h"

/* MEMORY USAGE key [SAMPLES count]: nothing is sampled here, all is counted */
static void memory_usage(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    for (size_t i = 3; i < request->argc; i += 2) {
        int64_t samples;
        if (i + 1 == request->argc || !slice_is(argv[i], "samples")) {
            reply_syntax_error(client);
            return;
        }
        if (!argument_i64(client, argv[i + 1], &samples))
            return;
        if (samples < 0) {
            reply_syntax_error(client);
            return;
        }
    }
    struct db *db = keyspace_db(client->database);
    struct key key = keyspace_key(argv[2]);
    const struct entry *entry = keyspace_peek(db, &key);
    if (entry == NULL) {
        reply_null(client);
        return;
    }
    /* With the key's part of the table. */
    size_t bytes =
        entry_memory(entry) + dict_memory(&db->dict) / db->dict.count;
    reply_integer(client, (int64_t)bytes);
}

/* clang-format off */
static const struct command memory_subcommands[] = {
    {"usage", memory_usage, -3, CMD_READONLY,
     {{"RO", 2, 0, 1}},
     "server", "4.0.0", "O(N) where N is the number of blocks of the value",
     "Answers how many bytes a key and its value take.",
     "key [SAMPLES count]", NULL},
    {"help", command_help, 2, CMD_LOADING | CMD_STALE,
     {{0}},
     "server", "4.0.0", "O(1)",
     "Lists the subcommands.",
     "", NULL},
    {0},
};

static const struct command *const subcommand_families[] = {
    memory_subcommands, NULL};

const struct command memory_commands[] = {
    {"memory", NULL, -2, 0,
     {{0}},
     "server", "4.0.0", "Depends on the subcommand.",
     "About the memory that data takes.",
     NULL, subcommand_families},
    {0},
};
/* clang-format on */
