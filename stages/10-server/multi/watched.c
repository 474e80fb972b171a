#include "watched.h"

#include <assert.h>
#include <stdlib.h>

#include "key_lives.h"
#include "string_hash.h"
#include "xalloc.h"

/* A client's place in the list of one key. */
struct watcher {
    struct client *client;
    struct watched *watched;
    struct watcher *previous, *next; /* of the key */
    struct watcher *next_own;        /* of the client */
    size_t number;                   /* of the client's; the first is 1 */
    bool was_there;                  /* the key had a value then */
};

/* A key is freed when its last watcher has left. */
struct watched {
    struct watcher *first;
    int database;
    uint32_t key_len;
    char key[];
};

/* The watched keys, a table for each database. */
static struct dict tables[KEYSPACE_MOST];
static struct heap heap; /* of the tables */
static size_t watched_count;

static struct slice watched_key(const void *item) {
    const struct watched *watched = item;
    return (struct slice){(char *)watched->key, watched->key_len};
}

void watched_start(void) {
    for (int i = 0; i < keyspace_databases; i++)
        dict_init(&tables[i], &heap, watched_key, string_hash);
}

void watched_stop(void) {
    assert(watched_count == 0);
    for (int i = 0; i < keyspace_databases; i++)
        dict_free(&tables[i]);
}

/* The key as it is in its database now, which a SWAPDB may have brought
 * there. */
static struct key key_of(const struct watched *watched) {
    return db_key(keyspace_db(watched->database), watched_key(watched));
}

static struct watched *find(const struct key *key) {
    const struct dict *table = &tables[key->db->number];
    void **place = dict_find(table, key->text, key->hash);
    return place != NULL ? *place : NULL;
}

static struct watched *find_or_add(const struct key *key) {
    struct watched *watched = find(key);
    if (watched != NULL)
        return watched;
    watched = xcalloc(1, sizeof *watched + key->text.len);
    watched->database = key->db->number;
    watched->key_len = (uint32_t)key->text.len;
    if (key->text.len > 0)
        memcpy(watched->key, key->text.ptr, key->text.len);
    dict_add(&tables[watched->database], watched, key->hash);
    watched_count++;
    return watched;
}

static void free_if_unused(struct watched *watched) {
    if (watched->first != NULL)
        return;
    struct key key = key_of(watched); /* for its hash */
    (void)dict_remove(&tables[watched->database], key.text, key.hash);
    watched_count--;
    free(watched);
}

/* Coming and going. */

/* Walks both lists in step until the shorter one ends. So it is fast for a
 * client with many keys, and for a key with many clients. */
static bool watches(const struct client *client,
                    const struct watched *watched) {
    const struct watcher *of_key = watched->first;
    const struct watcher *own = client->state.watches;
    for (; of_key != NULL && own != NULL;
         of_key = of_key->next, own = own->next_own)
        if (of_key->client == client || own->watched == watched)
            return true;
    return false;
}

/* All of a client's watchers leave at once, so the newest knows it. */
static size_t watched_count_of(const struct client *client) {
    const struct watcher *newest = client->state.watches;
    return newest != NULL ? newest->number : 0;
}

size_t watched_bytes(const struct client *client) {
    return watched_count_of(client) * sizeof(struct watcher);
}

void watched_add(struct client *client, const struct key *key) {
    /* EXEC will do nothing, whatever happens to this key. */
    if (watched_changed(client))
        return;
    /* An expired key is not deleted here: the next command that looks it up
     * does that, and reports the expiry. */
    bool is_there = key_lives(key);
    struct watched *watched = find_or_add(key);
    if (watches(client, watched))
        return;
    struct watcher *watcher = xmalloc(sizeof *watcher);
    *watcher = (struct watcher){.client = client,
                                .watched = watched,
                                .next = watched->first,
                                .next_own = client->state.watches,
                                .number = watched_count_of(client) + 1,
                                .was_there = is_there};
    if (watched->first != NULL)
        watched->first->previous = watcher;
    watched->first = watcher;
    client->state.watches = watcher;
}

static void leave(struct watcher *watcher) {
    if (watcher->next != NULL)
        watcher->next->previous = watcher->previous;
    if (watcher->previous != NULL)
        watcher->previous->next = watcher->next;
    else
        watcher->watched->first = watcher->next;
    free_if_unused(watcher->watched);
    free(watcher);
}

static void leave_all(struct client *client) {
    while (client->state.watches != NULL) {
        struct watcher *watcher = client->state.watches;
        client->state.watches = watcher->next_own;
        leave(watcher);
    }
}

void watched_forget(struct client *client) {
    leave_all(client);
    client->state.watched_changed = false;
}

bool watched_look(struct client *client) {
    const struct watcher *at = client->state.watches;
    for (; at != NULL && !watched_changed(client); at = at->next_own) {
        struct key key = key_of(at->watched);
        /* A key that was there and is gone, though nobody has said so, has
         * expired. It is not deleted here: that would end the watches, and take
         * its name away. */
        if (at->was_there && !key_lives(&key))
            client->state.watched_changed = true;
    }
    return watched_changed(client);
}

/* Changes. */

/* Which watchers a change affects. */
enum who {
    ALL,
    WHO_HAD_A_VALUE, /* it is gone, and nobody has deleted it */
    WHO_HAD_NONE     /* it may be new; otherwise nothing has changed */
};

static bool concerns(const struct watcher *watcher, enum who who) {
    return who == ALL || watcher->was_there == (who == WHO_HAD_A_VALUE);
}

static void mark(const struct watched *watched, enum who who) {
    for (const struct watcher *at = watched->first; at != NULL; at = at->next)
        if (concerns(at, who))
            at->client->state.watched_changed = true;
}

/* Marks the clients, whose watches end with that: what is changed again and
 * again costs no more. The key itself goes with its last watcher. */
static void mark_and_end(const struct watched *watched, enum who who) {
    struct watcher *next;
    for (struct watcher *at = watched->first; at != NULL; at = next) {
        next = at->next;
        if (!concerns(at, who))
            continue;
        struct client *client = at->client;
        client->state.watched_changed = true;
        leave_all(client);
    }
}

/* Redis announces only some of these changes. */
bool watched_is_of_groups(const struct key *key, const char *event) {
    if (event != NULL)
        return strncmp(event, "txgroup", 7) == 0 ||
               strcmp(event, "txsetid") == 0;
    const struct entry *entry = keyspace_peek(key);
    return entry != NULL && entry_type(entry) == TYPE_STREAM;
}

void watched_key_changed(const struct key *key, const char *event) {
    if (watched_count == 0)
        return;
    const struct watched *watched = find(key);
    if (watched == NULL)
        return;
    if (event != NULL && event[0] == 'x')
        mark_and_end(watched, WHO_HAD_A_VALUE);
    else
        mark_and_end(watched,
                     watched_is_of_groups(key, event) ? WHO_HAD_NONE : ALL);
}

/* Calls visit for each watched key of a database. */
static void for_each(int database,
                     void (*visit)(void *context, void *watched)) {
    uint64_t cursor = 0;
    do
        cursor = dict_scan(&tables[database], cursor, visit, NULL);
    while (cursor != 0);
}

static void visit_flushed(void *unused, void *watched) {
    (void)unused;
    mark(watched, WHO_HAD_A_VALUE);
}

void watched_flushed(int database) {
    for_each(database, visit_flushed);
}

/* Another database has replaced that of the watched key. If its key is due, it
 * is not deleted here: that would be told before the exchange, and would delete
 * the key of that name which has just left. */
static void visit_replaced(void *unused, void *item) {
    (void)unused;
    const struct watched *watched = item;
    struct key key = key_of(watched);
    mark(watched, key_lives(&key) ? ALL : WHO_HAD_A_VALUE);
}

void watched_replaced(int database) {
    for_each(database, visit_replaced);
}

void watched_swapped(int one, int other) {
    /* The watchers stay with the number of the database, so each of the two
     * has got other keys. */
    if (one == other)
        return;
    watched_replaced(one);
    watched_replaced(other);
}
