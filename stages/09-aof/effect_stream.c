/* Effects on streams: IDs instead of "now", exact trimming instead of "about",
 * and who got which entry at which moment. */
#include <stdlib.h>

#include "effect.h"
#include "entry_object.h"
#include "reply_reader.h"
#include "stream_group.h"
#include "xalloc.h"

/* The stream at a key, or NULL. */
static const struct stream *stream_at(const struct effect *effect,
                                      struct slice name) {
    const struct entry *entry = effect_entry(effect, name);
    if (entry == NULL || entry_type(entry) != TYPE_STREAM)
        return NULL;
    return entry_object(entry);
}

/* How a stream was trimmed, as words that trim it in the same way. */
struct trim {
    struct slice words[3];
    size_t count;
    char scratch[STREAM_ID_MAX_TEXT];
};

/* Reads [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] from
 * the argument at on. Returns the number of the argument behind it. */
static size_t read_trim(const struct effect *effect, size_t at,
                        struct trim *trim) {
    const struct slice *argv = effect->argv;
    const struct stream *stream = stream_at(effect, argv[1]);
    trim->count = 0;
    if (at < effect->argc && slice_is(argv[at], "nomkstream"))
        at++;
    if (at >= effect->argc || stream == NULL)
        return at;
    bool by_len = slice_is(argv[at], "maxlen");
    if (!by_len && !slice_is(argv[at], "minid"))
        return at;
    trim->count = 3;
    trim->words[0] = argv[at++];
    trim->words[1] = effect_word("=");
    if (slice_is(argv[at], "=") || slice_is(argv[at], "~"))
        at++;
    trim->words[2] = argv[at++];
    if (by_len)
        trim->words[2] = effect_number((int64_t)stream->length, trim->scratch);
    else if (stream->length > 0)
        trim->words[2] = (struct slice){
            trim->scratch, stream_id_format(trim->scratch, stream->first_id)};
    if (at + 1 < effect->argc && slice_is(argv[at], "limit"))
        at += 2;
    return at;
}

/* XADD key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]]
 *      <* | id> field value [field value ...] */
static void xadd_effect(const struct effect *effect) {
    struct trim trim;
    struct slice left = effect->reply;
    struct reply_item id;
    size_t at = read_trim(effect, 2, &trim);
    if (!reply_read(&left, &id))
        return;
    struct slice *words = xmalloc((effect->argc + 6) * sizeof *words);
    size_t count = 0;
    words[count++] = effect->argv[0];
    words[count++] = effect->argv[1];
    for (size_t i = 0; i < trim.count; i++)
        words[count++] = trim.words[i];
    words[count++] = id.text;
    for (at++; at < effect->argc; at++)
        words[count++] = effect->argv[at];
    propagate(effect->database, words, count);
    free(words);
}

/* XTRIM key <MAXLEN | MINID> [= | ~] threshold [LIMIT count] */
static void xtrim_effect(const struct effect *effect) {
    struct trim trim;
    (void)read_trim(effect, 2, &trim);
    if (trim.count == 3)
        effect_say(effect, effect->argv[0], effect->argv[1], trim.words[0],
                   trim.words[1], trim.words[2]);
}

/* A group of consumers, as effects speak of it. */
struct told_group {
    const struct effect *effect;
    struct slice key, name, consumer;
    const struct stream *stream;
    const struct stream_group *group; /* NULL: gone */
};

static void find_group(struct told_group *told) {
    told->stream = stream_at(told->effect, told->key);
    told->group = told->stream != NULL
                      ? stream_group_find(told->stream, told->name)
                      : NULL;
}

/* Where the group stands now: its last ID, and how many entries it has read. */
static void tell_position(const struct told_group *told) {
    char id[STREAM_ID_MAX_TEXT], read[NUMBER_I64_MAX_TEXT];
    struct slice last = {id, stream_id_format(id, told->group->last_id)};
    effect_say(told->effect, effect_word("XGROUP"), effect_word("SETID"),
               told->key, told->name, last, effect_word("ENTRIESREAD"),
               effect_number(told->group->entries_read, read));
}

static void tell_consumer(const struct told_group *told) {
    effect_say(told->effect, effect_word("XGROUP"),
               effect_word("CREATECONSUMER"), told->key, told->name,
               told->consumer);
}

/* What is known of an entry that was given to a consumer: that it is pending
 * for it since then, for the how manieth time; or pending no more. */
static void tell_given(const struct told_group *told, struct slice id_text) {
    struct stream_id id;
    if (!stream_id_parse(id_text, 0, &id, NULL))
        return;
    const struct stream_pending *item = stream_pending_find(told->group, id);
    if (item == NULL) {
        effect_say(told->effect, effect_word("XACK"), told->key, told->name,
                   id_text);
        return;
    }
    if (!slice_equal(item->consumer->name, told->consumer))
        return;
    char time[NUMBER_I64_MAX_TEXT], count[NUMBER_I64_MAX_TEXT];
    char last_text[STREAM_ID_MAX_TEXT];
    struct slice last = {last_text,
                         stream_id_format(last_text, told->group->last_id)};
    effect_say(
        told->effect, effect_word("XCLAIM"), told->key, told->name,
        told->consumer, effect_word("0"), id_text, effect_word("TIME"),
        effect_number(item->delivered_ms, time), effect_word("RETRYCOUNT"),
        effect_number((int64_t)item->deliveries, count), effect_word("FORCE"),
        effect_word("JUSTID"), effect_word("LASTID"), last);
}

/* Reads entries of an array of them, each an ID or an array that begins with
 * one, and tells of those that are given. Steps over whatever else stands in
 * an entry. */
static void tell_answered(const struct told_group *told, struct slice *left,
                          bool given) {
    struct reply_item array = {0}, item;
    (void)reply_read(left, &array);
    for (int64_t i = 0; i < array.number; i++) {
        (void)reply_read(left, &item);
        bool with_fields = item.kind == '*';
        if (with_fields)
            (void)reply_read(left, &item);
        if (given)
            tell_given(told, item.text);
        if (!with_fields)
            continue;
        struct reply_item fields;
        (void)reply_read(left, &fields);
        for (int64_t f = 0; f < fields.number; f++)
            (void)reply_read(left, &item);
    }
}

/* The ID from which a stream was asked for; {0} if it was not. */
static struct slice asked_from(const struct effect *effect, size_t first_key,
                               struct slice key) {
    size_t streams = (effect->argc - first_key) / 2;
    for (size_t i = 0; i < streams; i++)
        if (slice_equal(effect->argv[first_key + i], key))
            return effect->argv[first_key + streams + i];
    return (struct slice){0};
}

/* XREADGROUP GROUP group consumer [COUNT count] [BLOCK ms] [NOACK] STREAMS
 *            key [key ...] id [id ...] */
static void xreadgroup_effect(const struct effect *effect) {
    const struct slice *argv = effect->argv;
    bool acknowledge = true;
    size_t at = 4;
    for (; !slice_is(argv[at], "streams"); at++)
        acknowledge &= !slice_is(argv[at], "noack");
    at++;
    struct told_group told = {
        .effect = effect, .name = argv[2], .consumer = argv[3]};
    propagate_begin(effect->database);
    for (size_t i = at; i < at + (effect->argc - at) / 2; i++) {
        told.key = argv[i];
        find_group(&told);
        if (told.group != NULL && stream_consumer_find(told.group, argv[3]))
            tell_consumer(&told);
    }
    struct slice left = effect->reply;
    struct reply_item streams = {0}, item = {0};
    (void)reply_read(&left, &streams);
    for (int64_t i = 0; i < streams.number; i++) {
        (void)reply_read(&left, &item); /* the pair */
        (void)reply_read(&left, &item);
        told.key = item.text;
        find_group(&told);
        bool fresh = slice_is(asked_from(effect, at, told.key), ">") &&
                     told.group != NULL;
        tell_answered(&told, &left, fresh && acknowledge);
        if (fresh)
            tell_position(&told);
    }
    propagate_end(effect->database);
}

/* XCLAIM key group consumer min-idle-time id [id ...] [option ...] */
static void xclaim_effect(const struct effect *effect) {
    const struct slice *argv = effect->argv;
    struct told_group told = {
        .effect = effect, .key = argv[1], .name = argv[2], .consumer = argv[3]};
    struct stream_id id;
    find_group(&told);
    if (told.group == NULL)
        return;
    propagate_begin(effect->database);
    tell_consumer(&told);
    for (size_t i = 5;
         i < effect->argc && stream_id_parse(argv[i], 0, &id, NULL); i++)
        tell_given(&told, argv[i]);
    tell_position(&told);
    propagate_end(effect->database);
}

/* XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]:
 * answers a cursor, the entries that were claimed, the IDs that are gone */
static void xautoclaim_effect(const struct effect *effect) {
    const struct slice *argv = effect->argv;
    struct told_group told = {
        .effect = effect, .key = argv[1], .name = argv[2], .consumer = argv[3]};
    struct slice left = effect->reply;
    struct reply_item item;
    find_group(&told);
    if (told.group == NULL)
        return;
    propagate_begin(effect->database);
    tell_consumer(&told);
    (void)reply_read(&left, &item); /* the array of three */
    (void)reply_read(&left, &item); /* the cursor */
    tell_answered(&told, &left, true);
    tell_answered(&told, &left, true);
    propagate_end(effect->database);
}

const struct effect_row stream_effects[] = {
    {"xadd", xadd_effect},
    {"xtrim", xtrim_effect},
    {"xreadgroup", xreadgroup_effect},
    {"xclaim", xclaim_effect},
    {"xautoclaim", xautoclaim_effect},
    {0},
};
