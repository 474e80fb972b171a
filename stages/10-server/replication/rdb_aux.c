#include "rdb_aux.h"

#include <stdio.h>

#include "clock.h"
#include "keyspace.h"
#include "rdb_place.h"
#include "version.h"

/* As the last file has told it so far. The fields come in any order, and each
 * of them may be missing. */
static struct rdb_place told;

const struct rdb_place *rdb_place(void) {
    return &told;
}

void rdb_place_forget(void) {
    told = RDB_PLACE_NONE;
}

void rdb_place_exchange(struct rdb_place *place) {
    struct rdb_place other = *place;
    *place = told;
    told = other;
}

/* The base of a log does not name a place, because the log goes on after it. */
static void write_place(struct rdb_writer *writer) {
    struct rdb_place place;
    if (!stage_place(&place))
        return;
    rdb_write_aux_number(writer, "repl-stream-db", place.database);
    rdb_write_aux(writer, "repl-id", place.id);
    rdb_write_aux_number(writer, "repl-offset", place.offset);
}

void rdb_aux_write(struct rdb_writer *writer, bool aof_base) {
    rdb_write_aux(writer, "redis-ver", REDIS_VERSION);
    rdb_write_aux_number(writer, "redis-bits", 64);
    rdb_write_aux_number(writer, "ctime", clock_wall_us() / 1000000); /* in s */
    rdb_write_aux(writer, "made-by", SERVER_NAME " " SERVER_VERSION);
    if (!aof_base)
        write_place(writer);
    rdb_write_aux_number(writer, "aof-base", aof_base);
}

/* Reads a number from a text; 0 if it is not a number. */
static int64_t number_of(struct slice text) {
    int64_t number = 0;
    return parse_i64(text.ptr, text.len, &number) ? number : 0;
}

/* A server that goes on from this place must also have the keys whose time is
 * over by now. They are loaded, and a DEL of the history deletes them. */
static void take_id(struct rdb_load *load, struct slice text) {
    if (text.len != IDENTITY_LEN)
        return;
    snprintf(told.id, sizeof told.id, "%.*s", IDENTITY_LEN, text.ptr);
    load->now_ms = 0; /* no key was over by then */
}

static void take_database(int64_t number) {
    if (number >= 0 && number < keyspace_databases)
        told.database = (int)number;
}

void rdb_aux_take(struct rdb_load *load, struct slice name,
                  struct slice value) {
    if (slice_is(name, "repl-id"))
        take_id(load, value);
    else if (slice_is(name, "repl-offset"))
        told.offset = number_of(value);
    else if (slice_is(name, "repl-stream-db"))
        take_database(number_of(value));
}
