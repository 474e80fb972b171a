#include "members.h"

#include "entry_object.h"
#include "list.h"
#include "set.h"
#include "zset.h"

bool members_has(enum type type) {
    return type == TYPE_LIST || type == TYPE_SET || type == TYPE_ZSET;
}

static void visit_list(const struct entry *entry, bool backwards,
                       void (*visit)(void *context, struct slice member),
                       void *context) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct list_cursor at = list_seek(entry_object(entry), backwards ? -1 : 0);
    for (; at.place != NULL; list_next(&at, backwards ? LIST_HEAD : LIST_TAIL))
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

static void visit_zset(const struct entry *entry, bool backwards,
                       void (*visit)(void *context, struct slice member),
                       void *context) {
    char scratch[NUMBER_I64_MAX_TEXT];
    const struct zset *zset = entry_object(entry);
    /* It is counted down since a cursor has no end to look at. */
    size_t count = zset_count(zset);
    struct zset_cursor at = zset_seek(zset, backwards ? count - 1 : 0);
    for (; count > 0; count--, zset_next(&at, backwards))
        visit(context, zset_member(&at, scratch));
}

void members_visit(const struct entry *entry, bool backwards,
                   void (*visit)(void *context, struct slice member),
                   void *context) {
    if (entry_type(entry) == TYPE_LIST)
        visit_list(entry, backwards, visit, context);
    else if (entry_type(entry) == TYPE_SET)
        visit_set(entry, visit, context);
    else
        visit_zset(entry, backwards, visit, context);
}
