/* Freeing a whole database, beside the clients' work. */
#include <stdlib.h>

#include "db.h"
#include "db_reap.h"

void db_free(struct db *db) {
    db_reap(db);
    due_free(&db->due);
    free(db);
}
