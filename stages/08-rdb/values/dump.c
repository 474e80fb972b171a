#include "dump.h"

#include "arguments.h"
#include "command.h"
#include "config.h"
#include "rdb_value.h"

void dump_value(struct rdb_writer *writer, const struct entry *entry) {
    rdb_writer_to_memory(writer);
    writer->compress = config.rdbcompression;
    rdb_write_byte(writer, rdb_type_of(entry));
    rdb_write_value(writer, entry);
    rdb_write_byte(writer, RDB_VERSION & 0xff);
    rdb_write_byte(writer, RDB_VERSION >> 8);
    rdb_write_u64(writer, rdb_writer_crc(writer));
}

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
