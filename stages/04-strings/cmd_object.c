/* OBJECT: how a value is kept. */
#include "command.h"
#include "keyspace.h"

/* Finds the entry without making it look used, or gives the null reply. */
static const struct entry *find(struct client *client, struct slice name) {
    struct key key = keyspace_key(client, name);
    const struct entry *entry = keyspace_peek(&key);
    if (entry == NULL)
        reply_null(client);
    return entry;
}

/* OBJECT ENCODING key */
static void object_encoding(struct client *client, struct request *request) {
    const struct entry *entry = find(client, request->argv[2]);
    if (entry != NULL)
        reply_text(client, entry_encoding(entry));
}

/* OBJECT IDLETIME key */
static void object_idletime(struct client *client, struct request *request) {
    const struct entry *entry = find(client, request->argv[2]);
    if (entry != NULL)
        reply_integer(client, keyspace_idle_seconds(entry));
}

const struct command object_commands[] = {
    {"object", NULL, -2, CMD_CONTAINER},
    {"object|encoding", object_encoding, 3, CMD_READONLY},
    {"object|idletime", object_idletime, 3, CMD_READONLY},
    {0},
};
