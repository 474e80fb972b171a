#include "lookups.h"

#include <inttypes.h>

#include "info.h"

struct lookups lookups;

/* For each command, by its number: true if it may write but reads keys, too. */
static bool reads_first[COMMANDS_MAX];

/* Commands that may write, but also read other keys, or read a key before
 * they change it. All other commands that write look up only keys that they
 * change. */
/* clang-format off */
static const char *const readers[] = {
    "bitfield", "bitop", "copy", "georadius", "georadiusbymember",
    "geosearchstore", "getdel", "getex", "getset", "migrate", "pfmerge",
    "sdiffstore", "set", "sinterstore", "sort", "sunionstore", "xack", "xautoclaim", "xclaim",
    "xreadgroup", "zdiffstore", "zinterstore", "zrangestore", "zunionstore",
};
/* clang-format on */

void lookups_start(void) {
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        struct slice name = slice_of(readers[i]);
        reads_first[command_number(command_find(name))] = true;
    }
}

bool lookups_reads_first(const struct command *command) {
    return reads_first[command_number(command)];
}

/* OBJECT examines a key without using it: as in Redis its misses are counted,
 * and not announced. */
static bool is_silent(const struct command *command) {
    return strncmp(command->name, "object|", strlen("object|")) == 0;
}

bool lookups_missed(const struct client *client) {
    const struct command *command = client->last_command;
    if (!(command->flags & CMD_READONLY) && !lookups_reads_first(command))
        return false;
    lookups.misses++;
    return !is_silent(command);
}

void lookups_reset(void) {
    lookups = (struct lookups){0};
}

void lookups_info(struct buf *out) {
    info_line(out, "keyspace_hits:%" PRIu64, lookups.hits);
    info_line(out, "keyspace_misses:%" PRIu64, lookups.misses);
}
