#include "debug_look.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buf_text.h"
#include "entry_expiry.h"
#include "entry_object.h"
#include "hash.h"
#include "list.h"
#include "set.h"
#include "zset.h"

/* Listpacks. */

const uint8_t *debug_listpack(const struct entry *entry) {
    if (strcmp(entry_encoding(entry), "listpack") != 0)
        return NULL;
    const void *object = entry_object(entry);
    switch (entry_type(entry)) {
    case TYPE_LIST: return list_block(object, 0);
    case TYPE_SET: return set_listpack(object);
    case TYPE_ZSET: return zset_listpack(object);
    case TYPE_HASH: return hash_listpack(object);
    default: return NULL;
    }
}

static void print_bytes(struct slice bytes) {
    putchar('"');
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

void debug_print_listpack(const uint8_t *lp) {
    size_t index = 0;
    printf("listpack: %zu bytes, %zu elements\n", listpack_bytes(lp),
           listpack_count(lp));
    for (const uint8_t *at = listpack_first(lp); !listpack_at_end(at);
         at = listpack_next(at)) {
        struct listpack_value value = listpack_get(at);
        printf("%4zu  at %6td, %4zu bytes: ", index++, at - lp,
               listpack_size(at));
        if (value.bytes.ptr == NULL)
            printf("%" PRId64, value.integer);
        else
            print_bytes(value.bytes);
        putchar('\n');
    }
    /* Whoever reads the output expects the text before the reply. */
    (void)fflush(stdout);
}

/* Tables. */

enum { LONGEST = 50 }; /* chains of this length or more are counted together */

/* The statistics of a table. */
struct table_stats {
    size_t in_bucket; /* the items of one bucket */
    size_t expiring;  /* items with a time to live */
    size_t buckets[LONGEST];
    size_t longest;
};

static void see_item(void *context, void *item) {
    struct table_stats *stats = context;
    stats->in_bucket++;
    if (entry_expiry(item) != NO_EXPIRY)
        stats->expiring++;
}

static void see_table(struct table_stats *stats, const struct dict *dict) {
    for (size_t i = 0; i < dict->buckets; i++) {
        stats->in_bucket = 0;
        /* A cursor below the number of buckets is the number of a bucket. */
        (void)dict_scan(dict, i, see_item, stats);
        size_t len = stats->in_bucket;
        if (len > stats->longest)
            stats->longest = len;
        /* The last place stands for all longer chains. */
        stats->buckets[len < LONGEST ? len : LONGEST - 1]++;
    }
}

static const char none[] = "No stats available for empty dictionaries\n";

static void tell_keys(struct buf *out, const struct dict *dict,
                      const struct table_stats *stats) {
    /* Not 0: the table has an item. */
    size_t used = dict->buckets - stats->buckets[0];
    double mean = (double)dict->count / (double)used;
    buf_text_format(out,
                    " table size: %zu\n number of elements: %zu\n"
                    " different slots: %zu\n max chain length: %zu\n"
                    " avg chain length (counted): %.02f\n"
                    " avg chain length (computed): %.02f\n"
                    " Chain length distribution:\n",
                    dict->buckets, dict->count, used, stats->longest, mean,
                    mean);
    for (size_t i = 0; i < LONGEST; i++) {
        if (stats->buckets[i] == 0)
            continue;
        double share = (double)stats->buckets[i] / (double)dict->buckets;
        buf_text_format(out, "   %s%zu: %zu (%.02f%%)\n",
                        i == LONGEST - 1 ? ">= " : "", i, stats->buckets[i],
                        share * 100);
    }
}

void debug_table(struct buf *out, const struct db *db) {
    static const char table[] = "Hash table 0 stats (main hash table):\n";
    struct table_stats stats = {0};
    see_table(&stats, &db->dict);
    buf_text(out, "[Dictionary HT]\n");
    buf_text(out, table);
    if (db->dict.count > 0)
        tell_keys(out, &db->dict, &stats);
    else
        buf_text(out, none);
    /* There is no second table, since the expiry is part of the entry. */
    buf_text(out, "[Expires HT]\n");
    buf_text(out, table);
    if (stats.expiring > 0)
        buf_text_format(out, " number of elements: %zu\n", stats.expiring);
    else
        buf_text(out, none);
}
