#include "broadcast.h"

#include <assert.h>
#include <stdlib.h>

#include "dict.h"
#include "invalidation.h"
#include "reply.h"
#include "resp_write.h"
#include "string_hash.h"
#include "tracking.h"
#include "xalloc.h"

/* A client's place in the list of one of its prefixes. */
struct membership {
    struct client *client;
    struct prefix *prefix;
    struct membership *previous, *next; /* of the prefix */
};

/* A prefix is freed when its last client has left. */
struct prefix {
    struct membership *first;
    struct dict changes; /* of keys that begin so, in this turn */
    struct prefix *next_changed, **link_changed; /* NULL: no changes */
    size_t len;
    char bytes[];
};

/* A key that was changed. */
struct change {
    uint64_t changer; /* the last one; 0 for nobody */
    size_t len;
    char key[];
};

static struct heap heap; /* of the tables */
static struct dict prefixes;

/* The lengths that prefixes have, in order, and the number of prefixes of each
 * length. */
static struct length { size_t len, count; } * lengths;
static size_t length_count;

/* The prefixes with changes, and the number of all prefixes. */
static struct prefix *first_changed;
static size_t changed_count;

static struct slice prefix_bytes(const void *item) {
    const struct prefix *prefix = item;
    return (struct slice){(char *)prefix->bytes, prefix->len};
}

static struct slice change_key(const void *item) {
    const struct change *change = item;
    return (struct slice){(char *)change->key, change->len};
}

void broadcast_start(void) {
    dict_init(&prefixes, &heap, prefix_bytes, string_hash);
}

void broadcast_stop(void) {
    assert(prefixes.count == 0);
    dict_free(&prefixes);
}

size_t broadcast_prefixes(void) {
    return prefixes.count;
}

static void *find(const struct dict *table, struct slice key) {
    void **place = dict_find(table, key, string_hash(key));
    return place != NULL ? *place : NULL;
}

/* Prefixes. */

/* Returns the place of a length, or that of the next longer one. */
static size_t place_of(size_t len) {
    size_t begin = 0, end = length_count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (lengths[middle].len < len)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

static void count_length(size_t len) {
    size_t i = place_of(len);
    if (i == length_count || lengths[i].len != len) {
        lengths = xrealloc(lengths, (length_count + 1) * sizeof *lengths);
        memmove(&lengths[i + 1], &lengths[i],
                (length_count++ - i) * sizeof *lengths);
        lengths[i] = (struct length){len, 0};
    }
    lengths[i].count++;
}

static void uncount_length(size_t len) {
    size_t i = place_of(len);
    if (--lengths[i].count > 0)
        return;
    memmove(&lengths[i], &lengths[i + 1],
            (--length_count - i) * sizeof *lengths);
    if (length_count > 0)
        return;
    free(lengths);
    lengths = NULL;
}

/* The caller adds a member to it, without which nothing would free it. */
static struct prefix *find_or_add(struct slice bytes) {
    struct prefix *prefix = find(&prefixes, bytes);
    if (prefix != NULL)
        return prefix;
    prefix = xcalloc(1, sizeof *prefix + bytes.len);
    prefix->len = bytes.len;
    if (bytes.len > 0)
        memcpy(prefix->bytes, bytes.ptr, bytes.len);
    dict_init(&prefix->changes, &heap, change_key, string_hash);
    dict_add(&prefixes, prefix, string_hash(bytes));
    count_length(bytes.len);
    return prefix;
}

static void free_change(void *unused, void *change) {
    (void)unused;
    free(change);
}

/* Empties the table and takes the prefix out of the list. */
static void forget_changes(struct prefix *prefix) {
    if (prefix->link_changed == NULL)
        return;
    while (!dict_free_some(&prefix->changes, SIZE_MAX, free_change, NULL))
        continue;
    *prefix->link_changed = prefix->next_changed;
    if (prefix->next_changed != NULL)
        prefix->next_changed->link_changed = prefix->link_changed;
    prefix->link_changed = NULL;
    changed_count--;
}

/* Changes of this turn that nobody was told of yet go with it. */
static void free_if_unused(struct prefix *prefix) {
    if (prefix->first != NULL)
        return;
    struct slice bytes = prefix_bytes(prefix);
    (void)dict_remove(&prefixes, bytes, string_hash(bytes));
    uncount_length(prefix->len);
    forget_changes(prefix);
    free(prefix);
}

/* Members. */

struct slice broadcast_prefix(const struct client *client, size_t number) {
    return prefix_bytes(client->state.tracker->prefixes[number]->prefix);
}

static int compare_memberships(const void *a, const void *b) {
    const struct membership *const *one = a, *const *other = b;
    return slice_compare(prefix_bytes((*one)->prefix),
                         prefix_bytes((*other)->prefix));
}

static struct membership *join(struct client *client, struct slice bytes) {
    struct prefix *prefix = find_or_add(bytes);
    struct membership *membership = xmalloc(sizeof *membership);
    *membership = (struct membership){client, prefix, NULL, prefix->first};
    if (prefix->first != NULL)
        prefix->first->previous = membership;
    prefix->first = membership;
    return membership;
}

static void leave(struct membership *membership) {
    if (membership->next != NULL)
        membership->next->previous = membership->previous;
    if (membership->previous != NULL)
        membership->previous->next = membership->next;
    else
        membership->prefix->first = membership->next;
    free_if_unused(membership->prefix);
    free(membership);
}

/* All keys begin with the empty prefix, which comes first in the order. */
static bool has_empty(const struct client *client) {
    return client->state.tracker->prefix_count > 0 &&
           broadcast_prefix(client, 0).len == 0;
}

void broadcast_join(struct client *client, const struct slice *named,
                    size_t count) {
    struct tracker *tracker = client->state.tracker;
    static const struct slice empty;
    /* Without any prefix it means all keys. */
    if (count == 0) {
        if (has_empty(client))
            return;
        named = &empty;
        count = 1;
    }
    tracker->prefixes =
        xrealloc(tracker->prefixes,
                 (tracker->prefix_count + count) * sizeof(struct membership *));
    for (size_t i = 0; i < count; i++)
        tracker->prefixes[tracker->prefix_count++] = join(client, named[i]);
    /* find_overlap() and broadcast_prefix() rely on the order. */
    qsort(tracker->prefixes, tracker->prefix_count, sizeof(struct membership *),
          compare_memberships);
}

void broadcast_leave(struct client *client) {
    struct tracker *tracker = client->state.tracker;
    for (size_t i = 0; i < tracker->prefix_count; i++)
        leave(tracker->prefixes[i]);
    free(tracker->prefixes);
    tracker->prefixes = NULL;
    tracker->prefix_count = 0;
}

size_t broadcast_bytes(const struct client *client) {
    if (!tracking_on(client))
        return 0;
    const struct tracker *tracker = client->state.tracker;
    return tracker->prefix_count *
           (sizeof(struct membership) + sizeof *tracker->prefixes);
}

/* Prefixes that overlap. */

/* Returns true if one begins with the other. The empty one overlaps with
 * all. */
static bool overlap(struct slice a, struct slice b) {
    size_t shared = a.len < b.len ? a.len : b.len;
    return shared == 0 || memcmp(a.ptr, b.ptr, shared) == 0;
}

/* Returns the index of the first of the client's own prefixes that overlaps
 * with this one, or prefix_count. The own ones do not overlap with each other,
 * unless one is empty, so only the two neighbours of the new one must be
 * compared. */
static size_t find_overlap(const struct client *client, struct slice prefix) {
    size_t count = client->state.tracker->prefix_count;
    size_t begin = 0, end = count;
    if (has_empty(client))
        return 0;
    /* Search for the first one that does not come before the new one. */
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (slice_compare(broadcast_prefix(client, middle), prefix) < 0)
            begin = middle + 1;
        else
            end = middle;
    }
    if (begin > 0 && overlap(broadcast_prefix(client, begin - 1), prefix))
        return begin - 1;
    return begin < count && overlap(broadcast_prefix(client, begin), prefix)
               ? begin
               : count;
}

/* Prefixes in order, so that each comes after those with which it begins. */
struct named {
    struct slice bytes;
    size_t number; /* where the client named it */
    size_t up;     /* the place, plus one, of the longest one of these; or 0 */
    size_t least;  /* the least number of it and these */
};

static int compare_named(const void *a, const void *b) {
    const struct named *one = a, *other = b;
    int order = slice_compare(one->bytes, other->bytes);
    return order != 0
               ? order
               : (one->number > other->number) - (one->number < other->number);
}

static struct named *sort_named(const struct slice *named, size_t count) {
    struct named *sorted = xmalloc(count * sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct named){named[i], i, 0, i};
    qsort(sorted, count, sizeof *sorted, compare_named);
    return sorted;
}

/* Returns the least index of a prefix that overlaps with another one, or
 * count. In the order of their bytes, the prefixes that begin with one stand
 * right behind it. So each finds the longest one with which it begins by going
 * up from its neighbour, which costs O(n log n) in all, for the sort. */
static size_t first_overlap(const struct slice *named, size_t count) {
    struct named *sorted = sort_named(named, count);
    size_t first = count;
    for (size_t i = 0; i < count; i++) {
        struct named *at = &sorted[i];
        at->up = i;
        while (at->up > 0 && !overlap(sorted[at->up - 1].bytes, at->bytes))
            at->up = sorted[at->up - 1].up;
        if (at->up == 0)
            continue;
        if (sorted[at->up - 1].least < at->least)
            at->least = sorted[at->up - 1].least;
        if (at->least < first)
            first = at->least;
    }
    free(sorted);
    return first;
}

static void reply_overlap(struct client *client, struct slice prefix,
                          const char *whose, struct slice other) {
    reply_errorf(client,
                 "ERR Prefix '%.*s' overlaps with %s prefix '%.*s'. Prefixes "
                 "for a single client must not overlap.",
                 SLICE_WHOLE(prefix), whose, SLICE_WHOLE(other));
}

bool broadcast_admits(struct client *client, const struct slice *named,
                      size_t count) {
    size_t own = tracking_on(client) ? client->state.tracker->prefix_count : 0;
    size_t first = first_overlap(named, count);
    for (size_t i = 0; i < count; i++) {
        size_t other = own > 0 ? find_overlap(client, named[i]) : own;
        if (other < own) {
            reply_overlap(client, named[i], "an existing",
                          broadcast_prefix(client, other));
            return false;
        }
        if (i < first)
            continue;
        /* It does overlap with another one, and with none before it, or first
         * would be less. */
        other = i + 1;
        while (!overlap(named[i], named[other]))
            other++;
        reply_overlap(client, named[i], "another provided", named[other]);
        return false;
    }
    return true;
}

/* Changes. */

static struct change *find_or_add_change(struct prefix *prefix,
                                         struct slice key) {
    struct change *change = find(&prefix->changes, key);
    if (change != NULL)
        return change;
    change = xmalloc(sizeof *change + key.len);
    change->len = key.len;
    if (key.len > 0)
        memcpy(change->key, key.ptr, key.len);
    dict_add(&prefix->changes, change, string_hash(key));
    return change;
}

static void note_change(struct prefix *prefix, struct slice key,
                        uint64_t changer) {
    find_or_add_change(prefix, key)->changer = changer;
    if (prefix->link_changed != NULL)
        return;
    prefix->next_changed = first_changed;
    if (first_changed != NULL)
        first_changed->link_changed = &prefix->next_changed;
    first_changed = prefix;
    prefix->link_changed = &first_changed;
    changed_count++;
}

/* Costs one look-up for each length that prefixes have, up to the key's own. */
void broadcast_key_changed(struct slice key, uint64_t changer) {
    for (size_t i = 0; i < length_count && lengths[i].len <= key.len; i++) {
        struct prefix *prefix =
            find(&prefixes, (struct slice){key.ptr, lengths[i].len});
        if (prefix != NULL)
            note_change(prefix, key, changer);
    }
}

/* Sending. */

/* The changes of a prefix in the order of the keys. */
struct sorted {
    const struct change **list;
    size_t count;
};

static void add_change(void *context, void *change) {
    struct sorted *sorted = context;
    sorted->list[sorted->count++] = change;
}

static int compare_changes(const void *a, const void *b) {
    const struct change *const *one = a, *const *other = b;
    return slice_compare(change_key(*one), change_key(*other));
}

static struct sorted sort_changes(const struct prefix *prefix) {
    struct sorted sorted = {
        xmalloc(prefix->changes.count * sizeof *sorted.list), 0};
    uint64_t cursor = 0;
    do
        cursor = dict_scan(&prefix->changes, cursor, add_change, &sorted);
    while (cursor != 0);
    qsort(sorted.list, sorted.count, sizeof *sorted.list, compare_changes);
    return sorted;
}

/* Returns how many of the keys were changed last by others. */
static size_t count_of_others(const struct sorted *sorted, uint64_t changer) {
    size_t count = 0;
    for (size_t i = 0; i < sorted->count; i++)
        count += sorted->list[i]->changer != changer;
    return count;
}

/* Writes the keys that were changed by others than this client; by anybody, if
 * it is 0. */
static void write_keys(struct buf *out, const struct sorted *sorted,
                       uint64_t changer) {
    size_t count =
        changer == 0 ? sorted->count : count_of_others(sorted, changer);
    resp_write_number(out, '*', (int64_t)count);
    for (size_t i = 0; i < sorted->count; i++) {
        const struct change *change = sorted->list[i];
        if (changer == 0 || change->changer != changer)
            resp_write_bulk(out, change->key, change->len);
    }
}

/* Tells a client in the mode NOLOOP, which has changed some of the keys
 * itself. */
static void tell_rest(struct client *client, const struct sorted *sorted) {
    if (count_of_others(sorted, client->id) == 0)
        return;
    struct buf keys = {0};
    write_keys(&keys, sorted, client->id);
    struct invalidation what = {.keys = &keys};
    invalidation_tell(client, &what);
    invalidation_end(&what);
    buf_free(&keys);
}

static void tell_members(struct prefix *prefix) {
    struct sorted sorted = sort_changes(prefix);
    struct buf keys = {0};
    write_keys(&keys, &sorted, 0);
    struct invalidation what = {.keys = &keys};
    for (struct membership *at = prefix->first; at != NULL; at = at->next) {
        struct client *client = at->client;
        /* Nearly all members can share one message. */
        if (client->state.tracker->noloop &&
            count_of_others(&sorted, client->id) < sorted.count)
            tell_rest(client, &sorted);
        else
            invalidation_tell(client, &what);
    }
    invalidation_end(&what);
    buf_free(&keys);
    free(sorted.list);
    forget_changes(prefix);
}

static int compare_prefixes(const void *a, const void *b) {
    const struct prefix *const *one = a, *const *other = b;
    return slice_compare(prefix_bytes(*one), prefix_bytes(*other));
}

/* Goes through the prefixes in order, since a client may have several. */
void broadcast_turn(void) {
    if (changed_count == 0)
        return;
    size_t count = changed_count;
    struct prefix **changed = xmalloc(count * sizeof *changed);
    struct prefix *prefix = first_changed;
    /* A copy, since each prefix leaves the list when its members are told. */
    for (size_t i = 0; i < count; i++, prefix = prefix->next_changed)
        changed[i] = prefix;
    qsort(changed, count, sizeof *changed, compare_prefixes);
    for (size_t i = 0; i < count; i++)
        tell_members(changed[i]);
    free(changed);
}
