#include "call.h"

#include "effect.h"

/* A command that has changed something is told to those who keep a copy. Keys
 * that expired meanwhile do not count as changes: they were propagated when
 * they expired. */
void call(struct client *client, const struct command *command,
          struct request *request) {
    uint64_t changes = keyspace_changes();
    size_t reply_at = buf_len(client->out);
    int database = client->database;
    command->run(client, request);
    if (keyspace_changes() == changes || !propagate_wanted())
        return;
    struct slice reply = {0};
    if (buf_len(client->out) > reply_at)
        reply = (struct slice){buf_bytes(client->out) + reply_at,
                               buf_len(client->out) - reply_at};
    effect_tell(command, &(struct effect){.client = client,
                                          .database = database,
                                          .request = request,
                                          .reply = reply});
}
