/* DEBUG OBJECT: how a value is kept, in memory and in a file. */
#include <inttypes.h>

#include "buf_text.h"
#include "config.h"
#include "debug.h"
#include "entry_object.h"
#include "key_use.h"
#include "keyspace.h"
#include "list.h"
#include "list_compress.h"
#include "rdb_value.h"
#include "reply.h"
#include "value_place.h"

/* Bytes of the value in a snapshot. O(n): it is written, into memory. */
static uint64_t serialized_length(const struct entry *entry) {
    struct rdb_writer writer;
    rdb_writer_to_memory(&writer);
    writer.compress = config.rdbcompression;
    rdb_write_value(&writer, entry);
    uint64_t length = writer.used;
    rdb_writer_free(&writer);
    return length;
}

/* For a list of several blocks: their number, and how full and large they are.
 */
static void tell_list(struct buf *out, const struct list *list) {
    size_t blocks = list_blocks(list), bytes = 0;
    for (size_t i = 0; i < blocks; i++)
        bytes += listpack_bytes(list_block(list, i));
    buf_text_format(out,
                    " ql_nodes:%zu ql_avg_node:%.2f ql_listpack_max:%" PRId64
                    " ql_compressed:%d ql_uncompressed_size:%zu",
                    blocks, (double)list_len(list) / (double)blocks,
                    list_max_listpack_size, list_compress_depth > 0, bytes);
}

/* DEBUG OBJECT key: also of a key whose time has come, as long as it is
 * there. */
static void debug_object(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    enum db_judgement judged = db_judge(DB_STAYS);
    const struct entry *entry = keyspace_peek(&key);
    (void)db_judge(judged); /* as before */
    if (entry == NULL) {
        reply_error(client, "ERR no such key");
        return;
    }
    struct buf text = {0};
    struct value_place place = value_place(entry);
    buf_text_format(
        &text,
        "Value at:%p refcount:%" PRId64 " encoding:%s serializedlength:%" PRIu64
        " lru:%" PRIu32 " lru_seconds_idle:%" PRIu32,
        place.place, place.references, entry_encoding(entry),
        serialized_length(entry), entry_used(entry), key_idle_seconds(entry));
    if (strcmp(entry_encoding(entry), "quicklist") == 0)
        tell_list(&text, entry_object(entry));
    buf_append(&text, "", 1); /* the NUL that reply_simple() reads up to */
    reply_simple(client, buf_bytes(&text));
    buf_free(&text);
}

const struct debug_subcommand object_debugs[] = {
    {"object", debug_object, 3, 3, "OBJECT key",
     "Tells how the value of a key is kept."},
    {0},
};
