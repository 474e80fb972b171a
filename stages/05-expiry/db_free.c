/* Freeing a whole database. */
#include <stdlib.h>

#include "db.h"

static void free_item(void *heap, void *item) {
    entry_free(heap, item);
}

void db_free(struct db *db) {
    (void)dict_free_some(&db->dict, SIZE_MAX, free_item, db->heap);
    due_free(&db->due);
    free(db);
}
