#include "dump.h"

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
