/* The place in a history that a snapshot names. A server that is started again
 * can go on from there, and need not get all data anew. */
#ifndef RDB_PLACE_H
#define RDB_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "identity.h"

struct rdb_place {
    char id[IDENTITY_LEN + 1]; /* empty if none was named */
    int64_t offset;
    int database; /* that the stream had selected */
};

/* No place. */
static const struct rdb_place RDB_PLACE_NONE = {.offset = -1};

/* The place that the last file named which was loaded, unless it was forgotten
 * since. */
const struct rdb_place *rdb_place(void);
void rdb_place_forget(void);
/* Exchanges it for the place that a file has named which is loaded in steps:
 * another file may be loaded between two of them. */
void rdb_place_exchange(struct rdb_place *place);

/* In stage.c. The place of our data now. Returns false if they have none that
 * other servers know. */
bool stage_place(struct rdb_place *place);

#endif
