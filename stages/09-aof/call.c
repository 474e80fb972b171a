#include "call.h"

#include "db_expired.h"
#include "effect.h"

/* What commands have changed so far; what time has changed was told as it did.
 */
static uint64_t commanded(void) {
    return keyspace_changes() - db_expired_count();
}

/* A command that has changed something is told to those who keep a copy. */
void call(struct client *client, const struct command *command,
          struct request *request) {
    uint64_t changes = commanded();
    size_t reply_at = buf_len(client->out);
    int database = client->database;
    command->run(client, request);
    if (commanded() == changes || !propagate_wanted())
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
