#include "members.h"

#include "entry_object.h"
#include "list.h"
#include "set.h"
#include "zset.h"

bool members_has(enum type type) {
    return type == TYPE_LIST || type == TYPE_SET || type == TYPE_ZSET;
}

static void visit_list(const struct entry *entry, bool backwards, size_t first,
                       size_t count,
                       void (*visit)(void *context, struct slice member),
                       void *context) {
    char scratch[NUMBER_I64_MAX_TEXT];
    int64_t index = (int64_t)first;
    struct list_cursor at =
        list_seek(entry_object(entry), backwards ? -1 - index : index);
    for (; count > 0;
         count--, list_next(&at, backwards ? LIST_HEAD : LIST_TAIL))
        visit(context, list_value(&at, scratch));
}

static void visit_set(const struct entry *entry,
                      void (*visit)(void *context, struct slice member),
                      void *context) {
    uint64_t cursor = 0;
    do
        cursor = set_scan(entry_object(entry), cursor, visit, context);
    while (cursor != 0);
}

static void visit_zset(const struct entry *entry, bool backwards, size_t first,
                       size_t count,
                       void (*visit)(void *context, struct slice member),
                       void *context) {
    char scratch[NUMBER_I64_MAX_TEXT];
    const struct zset *zset = entry_object(entry);
    /* It is counted down since a cursor has no end to look at. */
    struct zset_cursor at =
        zset_seek(zset, backwards ? zset_count(zset) - 1 - first : first);
    for (; count > 0; count--, zset_next(&at, backwards))
        visit(context, zset_member(&at, scratch));
}

size_t members_count(const struct entry *entry) {
    const void *object = entry_object(entry);
    switch (entry_type(entry)) {
    case TYPE_LIST: return list_len(object);
    case TYPE_SET: return set_size(object);
    default: return zset_count(object);
    }
}

void members_visit_part(const struct entry *entry, bool backwards, size_t first,
                        size_t count,
                        void (*visit)(void *context, struct slice member),
                        void *context) {
    if (entry_type(entry) == TYPE_LIST)
        visit_list(entry, backwards, first, count, visit, context);
    else
        visit_zset(entry, backwards, first, count, visit, context);
}

void members_visit(const struct entry *entry, bool backwards,
                   void (*visit)(void *context, struct slice member),
                   void *context) {
    if (entry_type(entry) == TYPE_SET)
        visit_set(entry, visit, context);
    else
        members_visit_part(entry, backwards, 0, members_count(entry), visit,
                           context);
}
