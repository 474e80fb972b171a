/* Freeing a whole database, beside the clients' work. */
#include <stdlib.h>

#include "db.h"
#include "reaper.h"

static void free_item(void *heap, void *item) {
    entry_free(heap, item);
}

/* A large value among the entries is the reaper's as well, and may be freed
 * after them. So the database, in which their heap is, goes when nothing is
 * left in it. */
static bool free_some(struct heap *heap, void *block, size_t most) {
    struct db *db = block;
    if (!dict_free_some(&db->dict, most, free_item, heap) || heap->bytes > 0)
        return false;
    due_free(&db->due);
    free(db);
    return true;
}

void db_free(struct db *db) {
    reaper_free(&db->heap, db, free_some);
}
