/* The place in a history that a snapshot names, so that its data can go on from
 * there: a server that is started again need not get all data anew. */
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

/* That of the file that was loaded last, since it was forgotten. */
const struct rdb_place *rdb_place(void);
void rdb_place_forget(void);

/* In stage.c: the place of our data now. Returns false if they have none that
 * others know of. */
bool stage_place(struct rdb_place *place);

#endif
