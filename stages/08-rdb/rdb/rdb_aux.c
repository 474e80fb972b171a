#include "rdb_aux.h"

#include "clock.h"
#include "version.h"

void rdb_aux_write(struct rdb_writer *writer, bool aof_base) {
    rdb_write_aux(writer, "redis-ver", REDIS_VERSION);
    rdb_write_aux_number(writer, "redis-bits", 64);
    rdb_write_aux_number(writer, "ctime", clock_wall_us() / 1000000);
    rdb_write_aux(writer, "made-by", SERVER_NAME " " SERVER_VERSION);
    rdb_write_aux_number(writer, "aof-base", aof_base);
}

/* Returns the number in a text, or 0 if it is not a number. */
static int64_t number_of(struct slice text) {
    int64_t number = 0;
    return parse_i64(text.ptr, text.len, &number) ? number : 0;
}

/* Takes the two facts that are used, and ignores all others about the server
 * that wrote the file. */
void rdb_aux_take(struct rdb_load *load, struct slice name,
                  struct slice value) {
    if (slice_is(name, "ctime"))
        load->made_s = number_of(value);
    if (slice_is(name, "aof-base"))
        load->aof_base = number_of(value) == 1;
}
