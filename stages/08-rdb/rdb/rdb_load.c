#include "rdb_load.h"

#include "crc64.h"
#include "entry_expiry.h"
#include "keyspace.h"
#include "log.h"
#include "rdb_aux.h"
#include "rdb_value.h"

enum {
    MAGIC_SIZE = 5,
    VERSION_SIZE = 4,
    TOLD_MOST = 20 /* lines of the log about values that were mended */
};

static bool read_version(struct rdb_load *load) {
    struct rdb_reader *reader = &load->reader;
    const uint8_t *magic, *text;
    if (!rdb_read(reader, MAGIC_SIZE, &magic) ||
        !rdb_read(reader, VERSION_SIZE, &text))
        return false;
    if (memcmp(magic, "REDIS", MAGIC_SIZE) != 0)
        return rdb_wrong(reader, 0, "an RDB file begins with REDIS");
    unsigned version = 0;
    for (size_t i = 0; i < VERSION_SIZE; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        version = is_digit ? version * 10 + (text[i] - '0') : 10000;
    }
    load->version = version;
    if (version < 1 || version > RDB_VERSION_MOST)
        return rdb_wrong(reader, MAGIC_SIZE,
                         "Can't handle RDB format version %.*s", VERSION_SIZE,
                         (const char *)text);
    return true;
}

void rdb_load_start(struct rdb_load *load, const void *bytes, size_t len) {
    *load = (struct rdb_load){.check = true};
    rdb_reader_init(&load->reader, bytes, len);
    load->reader.mends = true;
    (void)read_version(load); /* the reader remembers a failure */
}

void rdb_load_free(struct rdb_load *load) {
    rdb_string_free(&load->key);
}

/* Records between keys. */

static bool read_aux(struct rdb_load *load) {
    struct rdb_string name = {0}, value = {0};
    bool good = rdb_read_string(&load->reader, &name) &&
                rdb_read_string(&load->reader, &value);
    if (good)
        rdb_aux_take(load, name.text, value.text);
    rdb_string_free(&name);
    rdb_string_free(&value);
    return good;
}

static bool read_database(struct rdb_load *load) {
    size_t at = load->reader.at;
    uint64_t number;
    if (!rdb_read_length(&load->reader, &number))
        return false;
    if (number >= (uint64_t)keyspace_databases)
        return rdb_wrong(&load->reader, at,
                         "database %llu: there are %d, from 0",
                         (unsigned long long)number, keyspace_databases);
    load->database = (int)number;
    return true;
}

static bool skip_lengths(struct rdb_load *load, size_t count) {
    uint64_t length;
    while (count > 0 && rdb_read_length(&load->reader, &length))
        count--;
    return count == 0;
}

/* Skips the numbers of keys, and of those that expire, in the database to come.
 * They are only a hint, and may be wrong. */
static bool skip_sizes(struct rdb_load *load) {
    return skip_lengths(load, 2);
}

/* Skips a cluster's slot: its number, its keys, and those of them that
 * expire. */
static bool skip_slot(struct rdb_load *load) {
    return skip_lengths(load, 3);
}

static bool read_expiry_s(struct rdb_load *load) {
    uint64_t seconds;
    if (!rdb_read_number(&load->reader, sizeof(int32_t), &seconds))
        return false;
    /* Old files have a signed number of 32 bits. */
    load->expiry = (int64_t)(int32_t)seconds * 1000;
    return true;
}

static bool read_expiry_ms(struct rdb_load *load) {
    uint64_t ms;
    if (!rdb_read_u64(&load->reader, &ms))
        return false;
    load->expiry = (int64_t)ms;
    return true;
}

static bool read_idle(struct rdb_load *load) {
    uint64_t seconds;
    if (!rdb_read_length(&load->reader, &seconds))
        return false;
    load->use.idle = seconds < INT64_MAX ? (int64_t)seconds : INT64_MAX;
    return true;
}

static bool read_frequency(struct rdb_load *load) {
    unsigned frequency;
    if (!rdb_read_byte(&load->reader, &frequency))
        return false;
    load->use.frequency = frequency;
    return true;
}

static bool refuse_functions(struct rdb_load *load) {
    return rdb_foreign(&load->reader, load->reader.at - 1,
                       "a library of functions: there are none here, and "
                       "FUNCTION FLUSH removes them where they are");
}

static bool skip_string(struct rdb_reader *reader) {
    struct rdb_string string = {0};
    bool good = rdb_read_string(reader, &string);
    rdb_string_free(&string);
    return good;
}

/* Skips data that a module keeps beside its values: a sequence of typed items
 * with an end mark. Only the module knows what they mean. */
static bool skip_module(struct rdb_load *load) {
    enum { END, SIGNED, UNSIGNED, FLOAT, DOUBLE, STRING };
    struct rdb_reader *reader = &load->reader;
    const uint8_t *bytes;
    uint64_t kind, value;
    if (!skip_lengths(load, 1)) /* the module's name */
        return false;
    for (;;) {
        size_t at = reader->at;
        if (!rdb_read_length(reader, &kind) || kind == END)
            return !reader->wrong;
        bool good = false;
        if (kind == SIGNED || kind == UNSIGNED)
            good = rdb_read_length(reader, &value);
        else if (kind == FLOAT || kind == DOUBLE)
            good = rdb_read(reader, kind == FLOAT ? 4 : 8, &bytes);
        else if (kind == STRING)
            good = skip_string(reader);
        if (!good)
            return rdb_wrong(reader, at, "there is no such thing of a module");
    }
}

/* Adds the bytes that were read since the last call to the checksum. */
void rdb_load_sum_up(struct rdb_load *load) {
    if (load->check)
        load->sum = crc64(load->sum, load->reader.bytes + load->summed,
                          load->reader.at - load->summed);
    load->summed = load->reader.at;
}

static bool read_end(struct rdb_load *load) {
    size_t at = load->reader.at;
    uint64_t sum = 0;
    /* EOF itself is part of the sum, the sum's own bytes are not. */
    rdb_load_sum_up(load);
    if (load->reader.wrong)
        return false;
    if (load->version >= RDB_VERSION_CHECKED &&
        !rdb_read_u64(&load->reader, &sum))
        return false;
    if (load->check && sum != 0 && sum != load->sum)
        return rdb_wrong(
            &load->reader, at, "the checksum is %016llx and says %016llx",
            (unsigned long long)load->sum, (unsigned long long)sum);
    if (load->reader.mended > 0)
        log_warn("in all, the entries of %llu values were counted anew",
                 (unsigned long long)load->reader.mended);
    load->ended = true;
    return true;
}

/* The functions that read records, by opcode, counted from the smallest one. */
static bool (*const opcodes[])(struct rdb_load *load) = {
    [0] = skip_slot,
    [RDB_FUNCTION2 - RDB_SLOT_INFO] = refuse_functions,
    [RDB_FUNCTION - RDB_SLOT_INFO] = refuse_functions,
    [RDB_MODULE_AUX - RDB_SLOT_INFO] = skip_module,
    [RDB_IDLE - RDB_SLOT_INFO] = read_idle,
    [RDB_FREQ - RDB_SLOT_INFO] = read_frequency,
    [RDB_AUX - RDB_SLOT_INFO] = read_aux,
    [RDB_RESIZEDB - RDB_SLOT_INFO] = skip_sizes,
    [RDB_EXPIRE_MS - RDB_SLOT_INFO] = read_expiry_ms,
    [RDB_EXPIRE_S - RDB_SLOT_INFO] = read_expiry_s,
    [RDB_SELECTDB - RDB_SLOT_INFO] = read_database,
    [RDB_EOF - RDB_SLOT_INFO] = read_end,
};

/* Keys. */

/* Returns true if a key is left out because it has expired. An expiry of 0 or
 * less, which no key can have, counts as long past. */
static bool is_over(const struct rdb_load *load) {
    return load->expiry != NO_EXPIRY &&
           (load->expiry <= 0 || load->expiry < load->now_ms);
}

void rdb_load_add(struct rdb_load *load, const struct rdb_loaded *loaded) {
    struct entry *entry = loaded->entry;
    if (entry == NULL)
        return;
    if (load->merge) /* the file's key wins over one that is there */
        (void)keyspace_delete(&loaded->key);
    if (keyspace_peek(&loaded->key) != NULL) {
        (void)rdb_wrong(&load->reader, loaded->at,
                        "the key '%.*s' is there already",
                        SLICE_SHOWN(loaded->key.text));
        entry_free(keyspace_heap(), entry);
        return;
    }
    keyspace_load(&loaded->key, entry);
    rdb_use_begin(entry, &loaded->use);
    load->keys++;
}

static void keep(struct rdb_load *load, struct entry *entry, size_t at,
                 struct rdb_loaded *loaded) {
    struct db *db = keyspace_db(load->database);
    if (load->expiry != NO_EXPIRY)
        entry = entry_set_expiry(keyspace_heap(), entry, load->expiry);
    *loaded = (struct rdb_loaded){.entry = entry,
                                  .key = db_key(db, entry_key(entry)),
                                  .at = at,
                                  .use = load->use};
}

static bool read_key(struct rdb_load *load, unsigned type,
                     struct rdb_loaded *loaded) {
    struct heap *heap = keyspace_heap();
    size_t at = load->reader.at - 1; /* that of the type */
    if (!rdb_read_string(&load->reader, &load->key))
        return false;
    uint64_t mended = load->reader.mended;
    struct entry *entry =
        rdb_read_value(&load->reader, type, heap, load->key.text);
    if (load->reader.mended > mended && mended < TOLD_MOST)
        log_warn("'%.*s' at byte %zu says that it has another number of "
                 "entries: counted anew",
                 SLICE_SHOWN(load->key.text), at);
    if (entry == NULL) {
        /* Without an error it was an empty collection, which no key holds. */
        load->empty += !load->reader.wrong;
    } else if (is_over(load)) {
        entry_free(heap, entry);
        load->expired++;
    } else {
        keep(load, entry, at, loaded);
    }
    return !load->reader.wrong;
}

bool rdb_load_read(struct rdb_load *load, struct rdb_loaded *loaded) {
    *loaded = (struct rdb_loaded){0};
    load->expiry = NO_EXPIRY;
    load->use = RDB_USE_UNTOLD;
    unsigned type;
    while (!load->ended && rdb_read_byte(&load->reader, &type)) {
        if (type < RDB_SLOT_INFO)
            return read_key(load, type, loaded);
        if (!opcodes[type - RDB_SLOT_INFO](load))
            return false;
    }
    return false;
}
