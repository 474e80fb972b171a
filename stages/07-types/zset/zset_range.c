#include "zset_range.h"

#include "arguments.h"
#include "list_reply.h"
#include "reply.h"
#include "score.h"

/* An end of a range is a cut before or after the value it names. The lower end
 * is the cut after it if it is excluded; the upper end, if it is included. */

static bool score_end(struct slice text, bool upper, struct zset_cut *cut) {
    bool excluded;
    *cut = (struct zset_cut){.by_score = true};
    bool good = score_parse_bound(text, &cut->score, &excluded);
    cut->after = excluded != upper;
    return good;
}

/* "-" and "+" are the cuts before and after all members; as an upper end "-" is
 * allowed as well, and the range is empty. */
static bool lex_end(struct slice text, bool upper, struct zset_cut *cut) {
    *cut = (struct zset_cut){0};
    if (text.len == 0)
        return false;
    char sign = text.ptr[0];
    if (sign == '-' || sign == '+') {
        cut->after = sign == '+';
        return text.len == 1;
    }
    cut->by_member = true;
    cut->member = (struct slice){text.ptr + 1, text.len - 1};
    cut->after = (sign == '(') != upper;
    return sign == '(' || sign == '[';
}

bool zset_range_ends(struct client *client, struct slice one,
                     struct slice other, struct zset_range *range) {
    range->offset = 0;
    range->limit = -1;
    if (range->kind == ZSET_BY_RANK)
        return argument_i64(client, one, &range->first) &&
               argument_i64(client, other, &range->last);
    bool by_score = range->kind == ZSET_BY_SCORE;
    struct slice low = range->backwards ? other : one;
    struct slice high = range->backwards ? one : other;
    bool (*end)(struct slice text, bool upper, struct zset_cut *cut) =
        by_score ? score_end : lex_end;
    if (end(low, false, &range->from) && end(high, true, &range->to))
        return true;
    reply_error(client, by_score
                            ? "ERR min or max is not a float"
                            : "ERR min or max not valid string range item");
    return false;
}

/* A range by rank. If it is empty, *rank means nothing. */
static size_t ranks(const struct zset *zset, const struct zset_range *range,
                    size_t *rank) {
    size_t start, len = zset_count(zset);
    size_t count = list_range(len, range->first, range->last, &start);
    *rank = range->backwards ? len - 1 - start : start;
    return count;
}

size_t zset_range_find(const struct zset *zset, const struct zset_range *range,
                       size_t *rank) {
    if (zset == NULL)
        return 0;
    if (range->kind == ZSET_BY_RANK)
        return ranks(zset, range, rank);
    size_t low = zset_rank_of_cut(zset, &range->from);
    size_t high = zset_rank_of_cut(zset, &range->to);
    size_t count = high > low ? high - low : 0; /* the ends may be exchanged */
    /* As in Redis, nothing comes after a negative offset. */
    if (range->offset < 0 || (uint64_t)range->offset >= count)
        return 0;
    size_t skipped = (size_t)range->offset;
    count -= skipped;
    if (range->limit >= 0 && (uint64_t)range->limit < count)
        count = (size_t)range->limit;
    *rank = range->backwards ? high - 1 - skipped : low + skipped;
    return count;
}
