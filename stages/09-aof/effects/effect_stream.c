/* Effects of commands on streams. They name IDs instead of "now", trim to an
 * exact length instead of about one, and say who got which entry at which
 * moment. */
#include <stdlib.h>

#include "effect.h"
#include "reply_reader.h"
#include "stream.h"
#include "stream_argument.h"
#include "stream_group.h"
#include "stream_reading.h"
#include "xalloc.h"

/* However a stream was trimmed, it has lost its oldest entries. So trimming a
 * copy to the stream's present length has the same effect. */
static struct slice length_word(const struct stream *stream,
                                char scratch[static NUMBER_I64_MAX_TEXT]) {
    return word_number((int64_t)stream->length, scratch);
}

/* XADD key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]]
 *      <* | id> field value [field value ...] */
static void xadd_effect(const struct effect *effect) {
    const struct request *request = effect->request;
    struct stream_options options;
    char id[STREAM_ID_MAX_TEXT], length[NUMBER_I64_MAX_TEXT];
    struct slice key = effect_argument(effect, 1);
    const struct stream *stream = effect_object(effect, key, TYPE_STREAM);
    if (stream == NULL ||
        !stream_argument_options(effect->client, request, true, &options))
        return;
    /* Exact options stay as they are. XADD key MAXLEN = length takes the place
     * of "~", which has at least as many words before the ID. */
    size_t count = 0, copied = 0, id_at = options.next - 1;
    struct slice *words = xmalloc(request->argc * sizeof *words);
    if (options.trim.whole_blocks) {
        words[count++] = word("XADD");
        words[count++] = key;
        words[count++] = word("MAXLEN");
        words[count++] = word("=");
        words[count++] = length_word(stream, length);
        copied = id_at;
    }
    while (copied < request->argc)
        words[count++] = request->argv[copied++];
    words[count - (request->argc - id_at)] =
        (struct slice){id, stream_id_format(id, stream->last_id)};
    propagate(effect->database, words, count);
    free(words);
}

/* XTRIM key <MAXLEN | MINID> [= | ~] threshold [LIMIT count] */
static void xtrim_effect(const struct effect *effect) {
    const struct request *request = effect->request;
    struct stream_options options;
    char length[NUMBER_I64_MAX_TEXT];
    struct slice key = effect_argument(effect, 1);
    const struct stream *stream = effect_object(effect, key, TYPE_STREAM);
    if (stream == NULL ||
        !stream_argument_options(effect->client, request, false, &options))
        return;
    if (options.trim.whole_blocks)
        effect_say(effect, word("XTRIM"), key, word("MAXLEN"), word("="),
                   length_word(stream, length));
    else
        effect_as_asked(effect);
}

/* A group of consumers that a command changed. */
struct told_group {
    const struct effect *effect;
    struct slice key, name, consumer;
    const struct stream *stream;
    const struct stream_group *group; /* NULL if it is gone */
};

static void find_group(struct told_group *told) {
    told->stream = effect_object(told->effect, told->key, TYPE_STREAM);
    told->group = told->stream != NULL
                      ? stream_group_find(&told->stream->groups, told->name)
                      : NULL;
}

/* Propagates the last ID of the group and the number of entries it has read. */
static void tell_position(const struct told_group *told) {
    char id[STREAM_ID_MAX_TEXT], read[NUMBER_I64_MAX_TEXT];
    struct slice last = {id, stream_id_format(id, told->group->last_id)};
    effect_say(told->effect, word("XGROUP"), word("SETID"), told->key,
               told->name, last, word("ENTRIESREAD"),
               word_number(told->group->entries_read, read));
}

/* Propagates the consumer, if it may be new and was given nothing: one that was
 * given entries is created by their effects. */
static void tell_consumer(const struct told_group *told) {
    const struct stream_consumer *consumer =
        stream_consumer_find(told->group, told->consumer);
    if (consumer != NULL && consumer->active_ms < 0)
        effect_say(told->effect, word("XGROUP"), word("CREATECONSUMER"),
                   told->key, told->name, told->consumer);
}

/* Propagates since when an entry has been pending for the consumer, and how
 * often it has been delivered; or that it is no longer pending. Returns true if
 * it has told the group's last ID with that. */
static bool tell_given(const struct told_group *told, struct slice id_text) {
    struct stream_id id;
    if (!stream_id_parse(id_text, 0, &id, NULL))
        return false;
    const struct stream_pending *item = stream_pending_find(told->group, id);
    /* Claiming drops an entry that the stream no longer has. If it was never
     * pending, XACK changes nothing. */
    if (item == NULL) {
        if (!stream_has(told->stream, id))
            effect_say(told->effect, word("XACK"), told->key, told->name,
                       id_text);
        return false;
    }
    /* It was not idle for long enough, and still is another consumer's. */
    if (!slice_equal(item->consumer->name.text, told->consumer))
        return false;
    char time[NUMBER_I64_MAX_TEXT], count[NUMBER_I64_MAX_TEXT];
    char last_text[STREAM_ID_MAX_TEXT];
    struct slice last = {last_text,
                         stream_id_format(last_text, told->group->last_id)};
    /* Idle time 0 and FORCE give the entry to the consumer whatever the copy
     * knows of it. JUSTID spares a reply that nobody reads. */
    effect_say(told->effect, word("XCLAIM"), told->key, told->name,
               told->consumer, word("0"), id_text, word("TIME"),
               word_number(item->delivered_ms, time), word("RETRYCOUNT"),
               word_number((int64_t)item->deliveries, count), word("FORCE"),
               word("JUSTID"), word("LASTID"), last);
    return true;
}

/* Reads an entry of the reply: an ID, or an array of an ID and fields. Returns
 * false if it has null for fields, which stands for a deleted entry. */
static bool read_entry(struct slice *left, struct slice *id) {
    struct reply_item item = {0}, fields = {0};
    (void)reply_read(left, &item);
    bool with_fields = item.kind == '*';
    if (with_fields)
        (void)reply_read(left, &item);
    *id = item.text;
    if (!with_fields)
        return true;
    (void)reply_read(left, &fields);
    for (int64_t f = 0; f < fields.number; f++)
        (void)reply_read(left, &item);
    return fields.number >= 0;
}

/* Reads an array of entries of the reply, and propagates those that were given
 * to the consumer. A deleted entry is never given, but may be among those that
 * are read again. It must not be told: an XCLAIM of it would end that it is
 * pending. */
static void tell_answered(const struct told_group *told, struct slice *left,
                          bool given) {
    struct reply_item array = {0};
    struct slice id;
    (void)reply_read(left, &array);
    for (int64_t i = 0; i < array.number; i++)
        if (read_entry(left, &id) && given)
            (void)tell_given(told, id);
}

/* Propagates what reading from one stream changed. If the stream was answered,
 * the rest of the reply begins with its entries. Entries that need no
 * acknowledgement, and old ones that were read again, have changed nothing. If
 * the request names the stream again for old ones, and there was nothing new,
 * these seem to be new here: to tell how they are pending does no harm. */
static void tell_reading(struct told_group *told,
                         const struct stream_reading *reading, size_t number,
                         bool answered, struct slice *left) {
    bool is_new = stream_reading_is_new(reading->ids[number]);
    told->key = reading->keys[number];
    find_group(told);
    if (told->group == NULL)
        return;
    tell_consumer(told);
    if (!answered)
        return;
    tell_answered(told, left, is_new && !reading->no_ack);
    if (is_new)
        tell_position(told);
}

/* XREADGROUP GROUP group consumer [COUNT count] [BLOCK ms] [NOACK] STREAMS key
 * [key ...] id [id ...]
 *
 * The reply has the streams that gave entries, in the order of the keys. */
static void xreadgroup_effect(const struct effect *effect) {
    struct stream_reading reading;
    if (!stream_reading_arguments(effect->client, effect->request, true,
                                  &reading))
        return;
    struct told_group told = {
        .effect = effect, .name = reading.group, .consumer = reading.consumer};
    struct slice left = effect->reply;
    struct reply_item streams = {0};
    (void)reply_read(&left, &streams);
    for (size_t i = 0; i < reading.count; i++) {
        /* A stream that gave nothing is not in the reply: then the next item
         * there belongs to a later key, and is left for it. */
        struct slice behind = left;
        struct reply_item key = {0};
        bool answered = reply_read_keyed(&behind, &key) &&
                        slice_equal(key.text, reading.keys[i]);
        if (answered)
            left = behind;
        tell_reading(&told, &reading, i, answered, &left);
    }
}

/* Finds the group that XCLAIM or XAUTOCLAIM has changed. Returns false if it is
 * gone. */
static bool claimed_group(const struct effect *effect,
                          struct told_group *told) {
    *told = (struct told_group){
        .effect = effect,
        .key = effect_argument(effect, 1),
        .name = effect_argument(effect, 2),
        .consumer = effect_argument(effect, 3),
    };
    find_group(told);
    return told->group != NULL;
}

/* XCLAIM key group consumer min-idle-time id [id ...] [option ...] */
static void xclaim_effect(const struct effect *effect) {
    struct told_group told;
    if (!claimed_group(effect, &told))
        return;
    size_t ids = stream_argument_ids(effect->request, 5);
    bool with_position = false;
    tell_consumer(&told);
    for (size_t i = 5; i < ids; i++)
        with_position |= tell_given(&told, effect_argument(effect, i));
    /* Even if nothing was claimed, LASTID may have moved the group on. */
    if (!with_position && ids < effect->request->argc)
        tell_position(&told);
}

/* XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]
 *
 * The reply is a cursor, the entries that were claimed, and the IDs that are
 * gone. */
static void xautoclaim_effect(const struct effect *effect) {
    struct told_group told;
    struct slice left = effect->reply;
    struct reply_item item;
    if (!claimed_group(effect, &told))
        return;
    tell_consumer(&told);
    (void)reply_read(&left, &item); /* the array of three */
    (void)reply_read(&left, &item); /* the cursor */
    tell_answered(&told, &left, true);
    tell_answered(&told, &left, true);
}

const struct effect_row stream_effects[] = {
    {"xadd", xadd_effect},
    {"xtrim", xtrim_effect},
    {"xreadgroup", xreadgroup_effect},
    {"xclaim", xclaim_effect},
    {"xautoclaim", xautoclaim_effect},
    {0},
};
