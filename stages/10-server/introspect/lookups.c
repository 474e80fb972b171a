#include "lookups.h"

#include <inttypes.h>

#include "info.h"
#include "key_lives.h"

struct lookups lookups;
uint64_t lookups_found;

/* For each command that may write, by its number: if it reads keys, too. */
enum reading { READS_NONE, READS_FIRST, READS_ALL };
static enum reading readings[COMMANDS_MAX];

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
        readings[command_number(command_find(name))] = READS_FIRST;
    }
    readings[command_number(command_find(slice_of("spop")))] = READS_ALL;
}

static enum reading reading(const struct command *command) {
    return readings[command_number(command)];
}

/* As in Redis, an SPOP with a count that takes all members reads the set as
 * SMEMBERS does, and deletes it. */
static bool took_all(const struct client *client,
                     const struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    return request->argc == 3 && !key_lives(&key);
}

void lookups_writer_found(const struct client *client,
                          const struct command *command,
                          const struct request *request, uint64_t found) {
    enum reading how = reading(command);
    if (how == READS_FIRST || (how == READS_ALL && took_all(client, request)))
        lookups.hits += found;
}

/* OBJECT examines a key without using it: as in Redis its misses are counted,
 * and not announced. */
static bool is_silent(const struct command *command) {
    return strncmp(command->name, "object|", strlen("object|")) == 0;
}

bool lookups_missed(const struct client *client) {
    const struct command *command = client->last_command;
    if (!(command->flags & CMD_READONLY) && reading(command) != READS_FIRST)
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
