#include "db.h"

#include <stdlib.h>

#include "xalloc.h"

static struct slice item_key(const void *item) {
    return entry_key(item);
}

struct db *db_new(uint64_t (*hash)(struct slice text)) {
    struct db *db = xcalloc(1, sizeof *db);
    dict_init(&db->dict, &db->heap, item_key, hash);
    return db;
}

static void free_item(void *heap, void *item) {
    entry_free(heap, item);
}

void db_free(struct db *db) {
    (void)dict_free_some(&db->dict, SIZE_MAX, free_item, &db->heap);
    free(db);
}

struct key db_key(struct db *db, struct slice text) {
    return (struct key){db, text, db->dict.hash(text)};
}

struct entry **db_find(const struct key *key) {
    return (struct entry **)dict_find(&key->db->dict, key->text, key->hash);
}

void db_add(const struct key *key, struct entry *entry) {
    dict_add(&key->db->dict, entry, key->hash);
}

struct entry *db_set(const struct key *key, struct slice value) {
    struct heap *heap = &key->db->heap;
    struct entry **place = db_find(key);
    if (place != NULL)
        return *place = entry_set(heap, *place, value);
    struct entry *entry = entry_new(heap, key->text, value);
    db_add(key, entry);
    return entry;
}

struct entry *db_take(const struct key *key) {
    return dict_remove(&key->db->dict, key->text, key->hash);
}

uint64_t db_scan(const struct db *db, uint64_t cursor,
                 void (*visit)(void *context, void *entry), void *context) {
    return dict_scan(&db->dict, cursor, visit, context);
}

struct search {
    bool (*fits)(void *context, struct slice key);
    void (*visit)(void *context, void *entry);
    void *context;
};

static void visit_fitting(void *context, void *item) {
    const struct search *search = context;
    if (search->fits(search->context, entry_key(item)))
        search->visit(search->context, item);
}

uint64_t db_search(struct db *db, uint64_t cursor,
                   bool (*fits)(void *context, struct slice key),
                   void (*visit)(void *context, void *entry), void *context) {
    struct search search = {fits, visit, context};
    return dict_scan(&db->dict, cursor, visit_fitting, &search);
}

struct entry *db_random(struct db *db, uint64_t (*random)(void)) {
    return db->dict.count > 0 ? dict_random(&db->dict, random) : NULL;
}
