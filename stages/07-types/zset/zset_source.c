#include "zset_source.h"

#include "arguments.h"
#include "entry_object.h"
#include "keyspace.h"
#include "score.h"

bool zset_source_find(struct client *client, struct slice name,
                      struct zset_source *source) {
    *source = (struct zset_source){.weight = 1};
    struct key key = keyspace_key(client, name);
    const struct entry *entry = keyspace_read(client, &key);
    if (entry == NULL)
        return true;
    if (entry_type(entry) == TYPE_ZSET) {
        source->zset = entry_object(entry);
        source->count = zset_count(source->zset);
        return true;
    }
    if (entry_type(entry) == TYPE_SET) {
        source->set = entry_object(entry);
        source->count = set_size(source->set);
        return true;
    }
    reply_wrong_type(client);
    return false;
}

bool zset_source_score(const struct zset_source *source, struct slice member,
                       double *score) {
    double own = 1; /* the score of a set's member */
    bool there = source->zset != NULL
                     ? zset_score(source->zset, member, &own)
                     : source->set != NULL && set_has(source->set, member);
    if (there)
        *score = own * source->weight;
    return there;
}

struct visit {
    bool (*visit)(void *context, struct slice member, double score);
    void *context;
    double score;
    bool ended;
};

/* One step of a scan visits several members and cannot be cut short, so those
 * behind the last one that was wanted are passed over. */
static void visit_member(void *context, struct slice member) {
    struct visit *visit = context;
    if (!visit->ended)
        visit->ended = !visit->visit(visit->context, member, visit->score);
}

static void visit_set(const struct set *set, struct visit *visit) {
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, visit_member, visit);
    while (cursor != 0 && !visit->ended);
}

void zset_source_visit(const struct zset_source *source,
                       bool (*visit)(void *context, struct slice member,
                                     double score),
                       void *context) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (source->set != NULL) {
        struct visit all = {visit, context, score_or_zero(source->weight),
                            false};
        visit_set(source->set, &all);
    }
    if (source->zset == NULL)
        return;
    struct zset_cursor at = zset_seek(source->zset, 0);
    for (size_t left = source->count; left > 0; left--) {
        double score = score_or_zero(zset_score_at(&at) * source->weight);
        if (!visit(context, zset_member(&at, scratch), score))
            return;
        zset_next(&at, false);
    }
}
