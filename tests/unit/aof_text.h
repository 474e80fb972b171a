/* Loading a text as the append-only file, for the tests of what is in one. */
#ifndef AOF_TEXT_H
#define AOF_TEXT_H

#include <stdlib.h>

#include "aof_load.h"
#include "db.h"
#include "keyspace.h"
#include "unit.h"
#include "xalloc.h"

/* What a load ends with; the databases are as it left them. */
static struct aof_load load_bytes(const char *bytes, size_t len) {
    struct aof_load load;
    char *copy = xmalloc(len + 1);
    memcpy(copy, bytes, len);
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
    aof_load_start(&load, copy, len);
    while (!aof_load_some(&load, 3))
        continue;
    CHECK_INT(memcmp(copy, bytes, len), 0);
    aof_load_free(&load);
    free(copy);
    return load;
}

static struct aof_load load_text(const char *text) {
    return load_bytes(text, strlen(text));
}

static bool has(const char *name) {
    struct key key = db_key(keyspace_db(0), slice_of(name));
    return keyspace_peek(&key) != NULL;
}

#define SET_A "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
#define SET_B "*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$12\r\nabcdefghijkl\r\n"
#define MULTI "*1\r\n$5\r\nMULTI\r\n"
#define EXEC "*1\r\n$4\r\nEXEC\r\n"

#endif
