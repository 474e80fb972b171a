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

/* None of the facts about the server that wrote the file is of use here. */
void rdb_aux_take(struct rdb_load *load, struct slice name,
                  struct slice value) {
    (void)load;
    (void)name;
    (void)value;
}
