/* SORT and SORT_RO. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "arguments.h"
#include "command.h"
#include "entry_object.h"
#include "list.h"
#include "members.h"
#include "object_key_replace.h"
#include "reply.h"
#include "score.h"
#include "sort_items.h"
#include "sort_pattern.h"
#include "sort_text.h"

struct sort_options {
    struct sort_pattern by;
    struct buf gets;    /* patterns, too */
    struct slice store; /* the key that gets the result */
    bool has_by, in_order, has_store, descending, alphabetic;
    bool by_members;      /* the members decide between equal texts, too */
    int64_t start, count; /* count is negative for all */
};

struct sorting {
    struct client *client;
    const struct sort_options *options;
    struct buf bytes; /* of members and keys, each with a NUL behind it */
    struct buf items;
    struct sort_place place;
    bool failed; /* some text is no number */
};

static struct slice bytes_at(const struct sorting *sorting, size_t start,
                             size_t len) {
    return (struct slice){buf_bytes(&sorting->bytes) + start, len};
}

static size_t items_count(const struct sorting *sorting) {
    return buf_len(&sorting->items) / sizeof(struct sort_item);
}

/* Options. */

/* Reads the option at argument *i, with the words that belong to it. */
static bool parse_option(const struct request *request, size_t *i,
                         bool may_store, struct sort_options *options) {
    const struct slice *argv = request->argv;
    size_t left = request->argc - *i - 1;
    struct slice word = argv[*i];
    if (slice_is(word, "asc") || slice_is(word, "desc")) {
        options->descending = slice_is(word, "desc");
    } else if (slice_is(word, "alpha")) {
        options->alphabetic = true;
    } else if (slice_is(word, "by") && left >= 1) {
        options->by = sort_pattern_parse(argv[++*i]);
        options->has_by = true;
        /* One BY without a star is enough, whatever comes behind it. */
        options->in_order |= !options->by.varies;
    } else if (slice_is(word, "get") && left >= 1) {
        struct sort_pattern pattern = sort_pattern_parse(argv[++*i]);
        buf_append(&options->gets, &pattern, sizeof pattern);
    } else if (slice_is(word, "store") && left >= 1 && may_store) {
        options->store = argv[++*i];
        options->has_store = true;
    } else {
        return false;
    }
    return true;
}

/* Returns false after an error reply. */
static bool parse(struct client *client, const struct request *request,
                  bool may_store, struct sort_options *options) {
    const struct slice *argv = request->argv;
    *options = (struct sort_options){.count = -1};
    for (size_t i = 2; i < request->argc; i++) {
        /* Here, since its errors are those of numbers and not of syntax. */
        if (slice_is(argv[i], "limit") && request->argc - i > 2) {
            if (!argument_i64(client, argv[i + 1], &options->start) ||
                !argument_i64(client, argv[i + 2], &options->count))
                return false;
            i += 2;
        } else if (!parse_option(request, &i, may_store, options)) {
            reply_syntax_error(client);
            return false;
        }
    }
    return true;
}

static size_t gets_count(const struct sort_options *options) {
    return buf_len(&options->gets) / sizeof(struct sort_pattern);
}

/* Returns the number of values that each item becomes. */
static size_t width(const struct sort_options *options) {
    size_t gets = gets_count(options);
    return gets > 0 ? gets : 1;
}

/* Collecting the elements. */

/* A number as strtod reads it, up to a NUL. As in Redis, infinity is a score;
 * not-a-number is none, and neither is what a double cannot hold. */
static bool read_score(struct slice text, double *score) {
    if (score_parse_plain(text, score))
        return true;
    size_t used = score_read(text, score);
    return (used == text.len || text.ptr[used] == '\0') && errno != ERANGE &&
           !isnan(*score);
}

/* Appends the bytes, and a NUL. */
static void append(struct buf *out, struct slice bytes) {
    if (bytes.len > 0)
        buf_append(out, bytes.ptr, bytes.len);
    buf_append(out, "", 1);
}

/* The text or number that the item is compared by: another key's value, or the
 * member itself. A missing value counts as 0, and as less than any text. */
static void add_key(struct sorting *sorting, struct sort_item *item,
                    struct slice member) {
    item->key_start = item->start;
    item->key_len = item->len;
    if (sorting->options->has_by) {
        struct slice value;
        item->key_start = SORT_NO_KEY;
        if (sort_pattern_find(sorting->client, &sorting->options->by, member,
                              &sorting->place, &value)) {
            item->key_start = buf_len(&sorting->bytes);
            item->key_len = value.len;
            append(&sorting->bytes, value);
        }
    }
    if (!sorting->options->alphabetic && item->key_start != SORT_NO_KEY &&
        !read_score(bytes_at(sorting, item->key_start, item->key_len),
                    &item->score))
        /* All are collected nevertheless: members_visit() cannot be stopped. */
        sorting->failed = true;
    if (sorting->options->descending)
        item->score = -item->score; /* the greatest comes first */
}

static void collect(void *context, struct slice member) {
    struct sorting *sorting = context;
    struct sort_item item = {.start = buf_len(&sorting->bytes),
                             .len = member.len};
    append(&sorting->bytes, member);
    if (!sorting->options->in_order)
        add_key(sorting, &item, member);
    buf_append(&sorting->items, &item, sizeof item);
}

/* The part of len items that LIMIT selects. */
static void limit(const struct sort_options *options, size_t len, size_t *start,
                  size_t *count) {
    int64_t total = (int64_t)len;
    int64_t first = options->start < 0 ? 0 : options->start;
    first = first < total ? first : total;
    int64_t most = total - first;
    if (options->count >= 0 && options->count < most)
        most = options->count;
    *start = (size_t)first;
    *count = (size_t)most;
}

/* Collects what LIMIT selects, and drops that option. Where nothing is sorted
 * it would be a waste to collect a long list for a few of its elements. */
static void collect_part(struct sorting *sorting, struct sort_options *options,
                         const struct entry *entry) {
    size_t start, count;
    limit(options, members_count(entry), &start, &count);
    options->start = 0;
    options->count = -1;
    members_visit_part(entry, options->descending, start, count, collect,
                       sorting);
}

/* Comparing. */

/* A comparison gets no context. Only one sorting is done at a time. */
static const struct sorting *compared;

static int compare_texts(const struct sort_item *a, const struct sort_item *b) {
    if (a->key_start == SORT_NO_KEY || b->key_start == SORT_NO_KEY)
        return (b->key_start == SORT_NO_KEY) - (a->key_start == SORT_NO_KEY);
    return sort_text_compare(bytes_at(compared, a->key_start, a->key_len),
                             bytes_at(compared, b->key_start, b->key_len),
                             compared->options->has_store);
}

/* Compares the texts, or members with equal keys: so the order does not depend
 * on the sort. Those with equal texts stay as they came: so Redis has it, too,
 * where they are few. */
static int compare_bytes(const struct sort_item *a, const struct sort_item *b) {
    const struct sort_options *options = compared->options;
    int order = options->alphabetic ? compare_texts(a, b) : 0;
    if (order == 0 && options->alphabetic && !options->by_members)
        return (a->start > b->start) - (a->start < b->start);
    if (order == 0)
        order = slice_compare(bytes_at(compared, a->start, a->len),
                              bytes_at(compared, b->start, b->len));
    return options->descending ? -order : order;
}

/* The scores are all 0 if texts are compared. */
static int compare(const void *one, const void *other) {
    const struct sort_item *a = one, *b = other;
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return compare_bytes(a, b);
}

/* Sorts the items of which LIMIT wants some, no further than for those. */
static void sort(struct sorting *sorting) {
    size_t start, count, len = items_count(sorting);
    compared = sorting;
    limit(sorting->options, len, &start, &count);
    sort_items((struct sort_item *)buf_bytes(&sorting->items), len, start,
               start + count, compare);
}

/* Answering. */

/* Calls give for each part of an item's reply: the member, or the value that
 * each GET names; NULL for a missing one. */
static void give_item(struct sorting *sorting, const struct sort_item *item,
                      void (*give)(void *context, const struct slice *part),
                      void *context) {
    struct slice member = bytes_at(sorting, item->start, item->len), value;
    size_t gets = gets_count(sorting->options);
    if (gets == 0)
        give(context, &member);
    for (size_t i = 0; i < gets; i++) {
        struct sort_pattern get;
        memcpy(&get, buf_bytes(&sorting->options->gets) + i * sizeof get,
               sizeof get);
        bool has = sort_pattern_find(sorting->client, &get, member,
                                     &sorting->place, &value);
        give(context, has ? &value : NULL);
    }
}

static void give_reply(void *context, const struct slice *part) {
    if (part != NULL)
        reply_slice(context, *part);
    else
        reply_null(context);
}

struct storing {
    struct heap *heap;
    struct list *list;
};

static void give_list(void *context, const struct slice *part) {
    struct storing *storing = context;
    const struct slice none = {0};
    list_push(storing->heap, &storing->list, LIST_TAIL,
              part != NULL ? part : &none, 1);
}

static void give_all(struct sorting *sorting, size_t start, size_t count,
                     void (*give)(void *context, const struct slice *part),
                     void *context) {
    for (size_t i = start; i < start + count; i++) {
        struct sort_item item;
        memcpy(&item, buf_bytes(&sorting->items) + i * sizeof item,
               sizeof item);
        give_item(sorting, &item, give, context);
    }
}

static void store(struct sorting *sorting, size_t start, size_t count) {
    struct object_key at = {
        .key = keyspace_key(sorting->client, sorting->options->store)};
    size_t len = count * width(sorting->options);
    if (len == 0) {
        if (db_drop(&at.key))
            keyspace_changed(&at.key, "gdel", 1);
    } else {
        struct heap *heap = keyspace_heap();
        struct storing storing = {heap, list_new(heap)};
        /* The list is made first: GET may read the key that it replaces. */
        give_all(sorting, start, count, give_list, &storing);
        object_key_replace(&at, TYPE_LIST, storing.list);
        object_key_changed(&at, false, "lsortstore", len);
    }
    reply_integer(sorting->client, (int64_t)len);
}

static void answer(struct sorting *sorting) {
    const struct sort_options *options = sorting->options;
    size_t start, count;
    limit(options, items_count(sorting), &start, &count);
    if (options->has_store) {
        store(sorting, start, count);
        return;
    }
    reply_array(sorting->client, count * width(options));
    give_all(sorting, start, count, give_reply, sorting->client);
}

static void sort_entry(struct sorting *sorting, struct sort_options *options,
                       const struct entry *entry) {
    /* A set has no order to keep, and the stored list must not depend on how
     * the set lies in memory: a copy that repeats the command has it in another
     * order. */
    options->by_members =
        options->has_store && entry != NULL && entry_type(entry) == TYPE_SET;
    if (options->by_members && options->in_order) {
        options->has_by = options->in_order = false;
        options->alphabetic = true;
    }
    if (entry != NULL && options->in_order && entry_type(entry) != TYPE_SET)
        collect_part(sorting, options, entry);
    else if (entry != NULL)
        members_visit(entry, false, collect, sorting);
    if (!options->in_order && !sorting->failed && items_count(sorting) > 0)
        sort(sorting);
    if (sorting->failed)
        reply_error(sorting->client,
                    "ERR One or more scores can't be converted into double");
    else
        answer(sorting);
    buf_free(&sorting->bytes);
    buf_free(&sorting->items);
    buf_free(&sorting->place.name);
}

static void sort_key(struct client *client, const struct request *request,
                     bool may_store) {
    struct sort_options options;
    if (parse(client, request, may_store, &options)) {
        struct sorting sorting = {.client = client, .options = &options};
        struct key key = keyspace_key(client, request->argv[1]);
        const struct entry *entry = keyspace_read(client, &key);
        if (entry != NULL && !members_has(entry_type(entry)))
            reply_wrong_type(client);
        else
            sort_entry(&sorting, &options, entry);
    }
    buf_free(&options.gets);
}

/* SORT key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]]
 *     [ASC | DESC] [ALPHA] [STORE destination] */
static void cmd_sort(struct client *client, struct request *request) {
    sort_key(client, request, true);
}

/* SORT_RO key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]]
 *     [ASC | DESC] [ALPHA] */
static void cmd_sort_ro(struct client *client, struct request *request) {
    sort_key(client, request, false);
}

const struct command sort_commands[] = {
    {"sort", cmd_sort, -2, CMD_WRITE | CMD_DENYOOM},
    {"sort_ro", cmd_sort_ro, -2, CMD_READONLY},
    {0},
};
