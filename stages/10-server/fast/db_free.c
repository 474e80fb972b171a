/* Freeing a whole database. If no other one has a key, all that is left in the
 * heap waits to be freed. Then the heap is dropped as a whole, by the other
 * thread, without a look at what is in it. That is so for FLUSHALL, and when
 * the server ends. Beside databases with keys the reaper frees it, entry by
 * entry. */
#include "db_free.h"

#include <stdlib.h>

#include "background_free.h"
#include "db_reap.h"
#include "keyspace.h"
#include "reaper.h"
#include "slab.h"
#include "xalloc.h"

/* The database itself has left the keyspace. */
static bool is_last(void) {
    size_t keys = stage_keeps_heap();
    for (int i = 0; i < KEYSPACE_DATABASES; i++)
        if (keyspace_db(i) != NULL)
            keys += keyspace_size(keyspace_db(i));
    return keys == 0;
}

static void drop(void *heap) {
    heap_drop(heap);
    free(heap);
}

/* The tables of databases without keys lie in the heap, too, and what is left
 * of them need not be freed. */
static void drop_heap(struct heap *heap) {
    for (int i = 0; i < KEYSPACE_DATABASES; i++) {
        struct db *db = keyspace_db(i);
        if (db == NULL)
            continue;
        dict_init(&db->dict, heap, db->dict.key, db->dict.hash);
        due_free(&db->due);
    }
    reaper_forget(heap);
    struct heap *dropped = xmalloc(sizeof *dropped);
    *dropped = *heap;
    *heap = (struct heap){0};
    background_free(drop, dropped, dropped->bytes);
}

void db_free(struct db *db) {
    if (is_last())
        drop_heap(db->heap);
    else
        db_reap(db);
    due_free(&db->due);
    free(db);
}
