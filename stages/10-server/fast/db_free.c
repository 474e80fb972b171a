/* Freeing a whole database. If no other database has a key, everything that
 * is left in the heap is to be freed, and the other thread drops the heap as
 * a whole, without looking at what is in it. That is the case for FLUSHALL,
 * and when the server ends. Otherwise, or if the heap holds little, the reaper
 * frees the database entry by entry. */
#include "db_free.h"

#include <stdlib.h>

#include "background_free.h"
#include "db_reap.h"
#include "keyspace.h"
#include "reaper_heap.h"
#include "slab.h"
#include "xalloc.h"

static bool has_keys(int number) {
    const struct db *db = keyspace_db(number);
    return db != NULL && keyspace_size(db) > 0;
}

/* Returns true if no database has a key. The one to be freed has already left
 * the keyspace. Where one was found is where the next call looks first: else
 * freeing very many databases one after the other would take quadratic time. */
static bool is_last(void) {
    static int filled;
    if (stage_keeps_heap() || has_keys(filled))
        return false;
    /* From the end, since they are freed from the beginning. */
    filled = keyspace_databases - 1;
    while (filled > 0 && !has_keys(filled))
        filled--;
    return !has_keys(filled);
}

static void drop(void *heap) {
    heap_drop(heap);
    free(heap);
}

/* The tables of the empty databases lie in the heap, too; they need not be
 * freed. */
static void drop_heap(struct heap *heap) {
    for (int i = 0; i < keyspace_databases; i++) {
        struct db *db = keyspace_db(i);
        if (db == NULL)
            continue;
        dict_init(&db->dict, heap, db->dict.key, db->dict.hash);
        due_free(&db->due);
    }
    reaper_forget(heap);
    /* The other thread gets the blocks; the heap itself goes on, empty. Links
     * from blocks back to it are not followed when a heap is dropped. */
    struct heap *dropped = xmalloc(sizeof *dropped);
    *dropped = *heap;
    *heap = (struct heap){0};
    background_free(drop, dropped, dropped->bytes, dropped->large_bytes);
}

/* Handing a heap to the other thread, and getting fresh pages for a new one,
 * takes as long as freeing some hundred entries. */
enum { FEW = 16384 /* bytes */ };

void db_free(struct db *db) {
    /* A heap without blocks has no tables either, and nothing to free. */
    if (db->heap->bytes > FEW && is_last())
        drop_heap(db->heap);
    else if (db->heap->bytes > 0)
        db_reap(db);
    due_free(&db->due);
    free(db);
}
