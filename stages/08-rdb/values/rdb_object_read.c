#include "rdb_object_read.h"

#include "packed.h"
#include "packed_valid.h"

bool rdb_read_items(struct rdb_reading *reading, size_t width, rdb_add *add) {
    struct rdb_reader *reader = reading->reader;
    struct rdb_string strings[2] = {0};
    struct slice words[2];
    if (!rdb_read_count(reader, width, &reading->count))
        return false;
    size_t left = reading->count;
    for (; left > 0; left--) {
        reading->at = reader->at;
        for (size_t i = 0; i < width && rdb_read_string(reader, &strings[i]);
             i++)
            words[i] = strings[i].text;
        if (reader->wrong || !add(reading, words))
            break;
    }
    rdb_string_free(&strings[0]);
    rdb_string_free(&strings[1]);
    return left == 0;
}

/* Adds all items of a listpack. */
static bool add_all(struct rdb_reading *reading, const uint8_t *lp,
                    const struct rdb_items *items) {
    char scratch[2][NUMBER_I64_MAX_TEXT];
    struct slice words[2];
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place)) {
        for (size_t i = 0; i < items->width; i++) {
            words[i] = listpack_text(place, scratch[i]);
            place = listpack_next(place);
        }
        if (!items->add(reading, words))
            return false;
    }
    return true;
}

static bool take(struct rdb_reading *reading, const uint8_t *lp,
                 const struct rdb_items *items) {
    size_t words = listpack_count(lp);
    if (words == 0)
        return true;
    if (words % items->width != 0)
        return rdb_wrong(reading->reader, reading->at,
                         "the last pair is not complete");
    reading->count = words / items->width;
    /* A block stays as it is if it would be one here, too: not too long, and
     * each element in the only form in which later searches look for it. Redis
     * may have had other limits. */
    if (reading->count > items->most || !packed_valid_spelling(lp))
        return add_all(reading, lp, items);
    const char *wrong = items->check(lp);
    if (wrong != NULL)
        return rdb_wrong(reading->reader, reading->at, "%s", wrong);
    reading->object = packed_from(reading->heap, lp);
    return true;
}

bool rdb_read_packed(struct rdb_reading *reading, enum rdb_block_form form,
                     const struct rdb_items *items) {
    struct rdb_block block = {0};
    bool good = rdb_read_block(reading->reader, form, &block);
    reading->at = block.at;
    good = good && take(reading, block.lp, items);
    rdb_block_free(&block);
    return good;
}
