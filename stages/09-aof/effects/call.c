#include "call.h"

#include "effect.h"

static struct slice reply_behind(const struct client *client, size_t at) {
    size_t len = buf_len(client->out);
    return len > at ? (struct slice){buf_bytes(client->out) + at, len - at}
                    : (struct slice){0};
}

/* A key that expires while the command runs is propagated in the command's
 * unit, but does not count as a change made by the command. */
void call(struct client *client, const struct command *command,
          struct request *request) {
    uint64_t changes = keyspace_changes();
    size_t reply_at = buf_len(client->out);
    int database = client->database;
    bool is_unit = !(command->flags & CMD_ANY_KEYS);
    if (is_unit)
        propagate_begin();
    command->run(client, request);
    if (keyspace_changes() != changes && propagate_wanted())
        effect_tell(&(struct effect){.command = command,
                                     .client = client,
                                     .database = database,
                                     .request = request,
                                     .reply = reply_behind(client, reply_at)});
    if (is_unit)
        propagate_end();
}
