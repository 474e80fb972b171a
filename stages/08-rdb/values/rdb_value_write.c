#include "entry_object.h"
#include "rdb_object_write.h"
#include "rdb_value.h"

/* How objects are written, by enum type. */
static const struct {
    enum rdb_type (*type)(const void *object);
    void (*write)(struct rdb_writer *writer, const void *object);
} forms[] = {
    [TYPE_LIST] = {rdb_list_type, rdb_write_list},
    [TYPE_SET] = {rdb_set_type, rdb_write_set},
    [TYPE_ZSET] = {rdb_zset_type, rdb_write_zset},
    [TYPE_HASH] = {rdb_hash_type, rdb_write_hash},
    [TYPE_STREAM] = {rdb_stream_type, rdb_write_stream},
};

enum rdb_type rdb_type_of(const struct entry *entry) {
    enum type type = entry_type(entry);
    return type == TYPE_STRING ? RDB_STRING
                               : forms[type].type(entry_object(entry));
}

void rdb_write_value(struct rdb_writer *writer, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    int64_t integer;
    enum type type = entry_type(entry);
    if (type != TYPE_STRING)
        forms[type].write(writer, entry_object(entry));
    else if (entry_is_int(entry, &integer))
        rdb_write_integer(writer, integer);
    else
        rdb_write_string(writer, entry_value(entry, scratch));
}
