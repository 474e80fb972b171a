/* OBJECT: how a value is kept, and when it was used. Asking does not count as a
 * use. */
#include "command.h"
#include "key_use.h"
#include "keyspace.h"

/* OBJECT ENCODING key */
static void object_encoding(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    const struct entry *entry = keyspace_look(client, &key);
    if (entry != NULL)
        reply_text(client, entry_encoding(entry));
    else
        reply_null(client);
}

/* OBJECT IDLETIME key */
static void object_idletime(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    const struct entry *entry = keyspace_look(client, &key);
    if (entry != NULL)
        reply_integer(client, key_idle_seconds(entry));
    else
        reply_null(client);
}

const struct command object_commands[] = {
    {"object", NULL, -2, CMD_CONTAINER},
    {"object|encoding", object_encoding, 3, CMD_READONLY},
    {"object|idletime", object_idletime, 3, CMD_READONLY},
    {0},
};
