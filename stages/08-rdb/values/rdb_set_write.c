/* Sets of an RDB: an intset as it is, any other as its members, since Redis 7.0
 * does not read a set that is a listpack. */
#include "intset.h"
#include "rdb_object_write.h"
#include "set.h"

enum rdb_type rdb_set_type(const void *set) {
    return set_intset(set) != NULL ? RDB_SET_INTSET : RDB_SET;
}

static void write_member(void *context, struct slice member) {
    rdb_write_string(context, member);
}

void rdb_write_set(struct rdb_writer *writer, const void *set) {
    const struct intset *ints = set_intset(set);
    if (ints != NULL) {
        rdb_write_string(writer,
                         (struct slice){(char *)ints, intset_bytes(ints)});
        return;
    }
    rdb_write_length(writer, set_size(set));
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, write_member, writer);
    while (cursor != 0);
}
