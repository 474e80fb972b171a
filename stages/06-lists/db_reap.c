#include "db_reap.h"

#include "reaper.h"

static void free_item(void *heap, void *item) {
    entry_free(heap, item);
}

static bool free_some(struct heap *heap, void *block, size_t most) {
    struct dict *dict = block;
    if (!dict_free_some(dict, most, free_item, heap))
        return false;
    heap_free(heap, dict, sizeof *dict);
    return true;
}

/* The table itself is put into the heap, beside all that it holds. */
void db_reap(struct db *db) {
    struct dict *dict = heap_alloc(db->heap, sizeof *dict);
    *dict = db->dict;
    reaper_free(db->heap, dict, free_some);
}
