/* OBJECT: how a value is kept, and when it was used. Asking does not count as a
 * use. */
#include "command.h"
#include "key_use.h"
#include "keyspace.h"
#include "memory_limit.h"
#include "use.h"
#include "value_place.h"

/* Finds the entry without marking it as used. Gives the null reply and returns
 * NULL if there is none. */
static const struct entry *find(struct client *client, struct slice name) {
    struct key key = keyspace_key(client, name);
    const struct entry *entry = keyspace_look(client, &key);
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
    if (entry == NULL)
        return;
    if (memory_limit_counts_uses())
        reply_error(client, "ERR An LFU maxmemory policy is selected, idle "
                            "time not tracked. Please note that when "
                            "switching between policies at runtime LRU and "
                            "LFU data will take some time to adjust.");
    else
        reply_integer(client, key_idle_seconds(entry));
}

/* OBJECT REFCOUNT key */
static void object_refcount(struct client *client, struct request *request) {
    const struct entry *entry = find(client, request->argv[2]);
    if (entry != NULL)
        reply_integer(client, value_place(entry).references);
}

/* OBJECT FREQ key */
static void object_freq(struct client *client, struct request *request) {
    const struct entry *entry = find(client, request->argv[2]);
    if (entry == NULL)
        return;
    if (memory_limit_counts_uses())
        reply_integer(client, use_frequency(entry));
    else
        reply_error(client,
                    "ERR An LFU maxmemory policy is not selected, access "
                    "frequency not tracked. Please note that when switching "
                    "between policies at runtime LRU and LFU data will take "
                    "some time to adjust.");
}

const struct command object_commands[] = {
    {"object", NULL, -2, CMD_CONTAINER},
    {"object|encoding", object_encoding, 3, CMD_READONLY},
    {"object|idletime", object_idletime, 3, CMD_READONLY},
    {"object|freq", object_freq, 3, CMD_READONLY},
    {"object|refcount", object_refcount, 3, CMD_READONLY},
    {0},
};
