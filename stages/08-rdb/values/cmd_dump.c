/* DUMP: serializes a value for RESTORE, on this server or another. */
#include "arguments.h"
#include "command.h"
#include "dump.h"

/* DUMP key */
static void cmd_dump(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry = keyspace_read(client, &key);
    if (entry == NULL) {
        reply_null(client);
        return;
    }
    struct rdb_writer writer;
    dump_value(&writer, entry);
    reply_bulk(client, writer.bytes, writer.used);
    rdb_writer_free(&writer);
}

const struct command dump_commands[] = {
    {"dump", cmd_dump, 2, CMD_READONLY},
    {0},
};
