/* Freeing a whole database: its heap is dropped, by the other thread, without a
 * look at what is in it. */
#include <stdlib.h>

#include "background_free.h"
#include "db.h"
#include "reaper.h"
#include "slab.h"

static void drop(void *context) {
    struct db *db = context;
    heap_drop(&db->heap);
    due_free(&db->due);
    free(db);
}

void db_free(struct db *db) {
    reaper_forget(&db->heap);
    background_free(drop, db, sizeof *db + db->heap.bytes);
}
