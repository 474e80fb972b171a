/* Facts about commands on keys of any type, in the order of their names. */
#include "command_facts.h"
#include "migrate_arguments.h"
#include "number.h"

/* Returns the index of the key after the last STORE of a SORT; 0 if there is
 * none. Words that belong to other options are skipped. */
static size_t sort_stored(const struct slice *argv, size_t argc) {
    size_t place = 0;
    for (size_t i = 2; i < argc; i++) {
        if (slice_is(argv[i], "limit"))
            i += 2;
        else if (slice_is(argv[i], "by") || slice_is(argv[i], "get"))
            i += 1;
        else if (slice_is(argv[i], "store") && i + 1 < argc)
            place = i + 1;
    }
    return place;
}

static bool is_number(struct slice text) {
    int64_t number;
    return parse_i64(text.ptr, text.len, &number);
}

/* Returns the first option of a SORT that reads keys whose names it computes,
 * unless something before it is wrong. */
static const char *sort_option(const struct slice *argv, size_t argc) {
    for (size_t i = 2; i < argc; i++) {
        size_t left = argc - i - 1;
        if (slice_is(argv[i], "get") && left > 0)
            return "GET";
        if (slice_is(argv[i], "by") && left > 0) {
            struct slice pattern = argv[++i];
            if (memchr(pattern.ptr, '*', pattern.len) != NULL)
                return "BY";
        } else if (slice_is(argv[i], "limit") && left > 1) {
            if (!is_number(argv[i + 1]) || !is_number(argv[i + 2]))
                return NULL;
            i += 2;
        } else if (slice_is(argv[i], "store") && left > 0) {
            i++;
        } else if (!slice_is(argv[i], "asc") && !slice_is(argv[i], "desc") &&
                   !slice_is(argv[i], "alpha")) {
            return NULL;
        }
    }
    return NULL;
}

/* Returns true if the last word is KEYS, and no other. As in Redis, the key is
 * then looked for in its usual place, though the command is wrong. */
static bool ends_with_keys(const struct slice *argv, size_t argc) {
    size_t first = 1;
    while (first < argc && !slice_is(argv[first], "keys"))
        first++;
    return first == argc - 1;
}

/* The keys of a MIGRATE: its one key, or those after KEYS. */
static bool migrate_range(const struct slice *argv, size_t argc, bool several,
                          struct key_range *range) {
    argc -= ends_with_keys(argv, argc);
    struct migrate_arguments migrate = migrate_arguments(argv, argc);
    *range = (struct key_range){0};
    if (several == (migrate.first_key != MIGRATE_KEY) && migrate.keys > 0)
        *range =
            (struct key_range){.first = migrate.first_key,
                               .last = migrate.first_key + migrate.keys - 1,
                               .step = 1,
                               .count = migrate.keys};
    return !migrate.key_and_keys;
}

static bool migrate_one(const struct slice *argv, size_t argc,
                        struct key_range *range) {
    return migrate_range(argv, argc, false, range);
}

static bool migrate_several(const struct slice *argv, size_t argc,
                            struct key_range *range) {
    return migrate_range(argv, argc, true, range);
}

/* clang-format off */
static const struct command_facts rows[] = {
    {"copy", "6.2.0", "O(N) where N is the length of the value",
     "Copies the value of a key to another key.",
     "source destination [DB destination-db] [REPLACE]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1},
              {KEY_OW | KEY_UPDATE, 2, 0, 1}}},
    {"del", "1.0.0", "O(N) where N is the number of keys",
     "Deletes keys, and returns how many there were.",
     "key [key ...]",
     .keys = {{KEY_RM | KEY_DELETE, 1, -1, 1}},
     .tips = "request_policy:multi_shard response_policy:agg_sum"},
    {"dump", "2.6.0",
     "O(1) to find the key, and O(N) for the N values that it holds",
     "Returns a value in a serialized form, for RESTORE.",
     "key",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}},
     .tips = "nondeterministic_output"},
    {"exists", "1.0.0", "O(N) where N is the number of keys",
     "Returns how many of the keys exist, each as often as it is named.",
     "key [key ...]",
     .keys = {{KEY_RO, 1, -1, 1}},
     .tips = "request_policy:multi_shard response_policy:agg_sum"},
    {"expire", "1.0.0", "O(1)",
     "Sets how many seconds a key has to live.",
     "key seconds [NX | XX | GT | LT]",
     .keys = {{KEY_RW | KEY_UPDATE, 1, 0, 1}}},
    {"expireat", "1.2.0", "O(1)",
     "Sets when a key expires, in seconds since 1970.",
     "key unix-time-seconds [NX | XX | GT | LT]",
     .keys = {{KEY_RW | KEY_UPDATE, 1, 0, 1}}},
    {"expiretime", "7.0.0", "O(1)",
     "Returns when a key expires, in seconds since 1970; -1 if it does not, "
     "-2 if there is no such key.",
     "key",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"keys", "1.0.0", "O(N) where N is the number of keys",
     "Returns all keys that match a pattern.",
     "pattern",
     .tips = "request_policy:all_shards nondeterministic_output_order",
     .categories = CATEGORY_KEYSPACE | CATEGORY_DANGEROUS},
    {"migrate", "2.6.0",
     "O(N) where N is the size of the values, here and over there",
     "Moves keys to another server.",
     "host port <key | \"\"> destination-db timeout [COPY] [REPLACE] "
     "[AUTH auth | AUTH2 username password] [KEYS keys [keys ...]]",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_DELETE, 3, 0, 1,
               .find_range = migrate_one},
              {KEY_RW | KEY_ACCESS | KEY_DELETE | KEY_INCOMPLETE, -2, -1, 1,
               .keyword = "KEYS", .find_range = migrate_several}},
     .tips = "nondeterministic_output",
     .categories = CATEGORY_KEYSPACE | CATEGORY_DANGEROUS},
    {"move", "1.0.0", "O(1)",
     "Moves a key from the selected database to another one.",
     "key db",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_UPDATE, 1, 0, 1}}},
    {"object", "2.2.3", "Depends on the subcommand.",
     "A container for commands about how values are kept.",
     ""},
    {"object|encoding", "2.2.3", "O(1)",
     "Returns the form in which the value of a key is kept.",
     "key",
     .keys = {{KEY_RO, 2, 0, 1}},
     .tips = "nondeterministic_output"},
    {"object|freq", "4.0.0", "O(1)",
     "Returns how often a key is used, where that is counted.",
     "key",
     .keys = {{KEY_RO, 2, 0, 1}},
     .tips = "nondeterministic_output"},
    {"object|help", "6.2.0", "O(1)",
     "Lists the subcommands.",
     ""},
    {"object|idletime", "2.2.3", "O(1)",
     "Returns for how many seconds a key has not been used.",
     "key",
     .keys = {{KEY_RO, 2, 0, 1}},
     .tips = "nondeterministic_output"},
    {"object|refcount", "2.2.3", "O(1)",
     "Returns the number of references to the value of a key.",
     "key",
     .keys = {{KEY_RO, 2, 0, 1}},
     .tips = "nondeterministic_output"},
    {"persist", "2.2.0", "O(1)",
     "Removes the expiry of a key.",
     "key",
     .keys = {{KEY_RW | KEY_UPDATE, 1, 0, 1}}},
    {"pexpire", "2.6.0", "O(1)",
     "Sets how many milliseconds a key has to live.",
     "key milliseconds [NX | XX | GT | LT]",
     .keys = {{KEY_RW | KEY_UPDATE, 1, 0, 1}}},
    {"pexpireat", "2.6.0", "O(1)",
     "Sets when a key expires, in milliseconds since 1970.",
     "key unix-time-milliseconds [NX | XX | GT | LT]",
     .keys = {{KEY_RW | KEY_UPDATE, 1, 0, 1}}},
    {"pexpiretime", "7.0.0", "O(1)",
     "Returns when a key expires, in milliseconds since 1970; -1 if it does "
     "not, -2 if there is no such key.",
     "key",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"pttl", "2.6.0", "O(1)",
     "Returns how many milliseconds a key has left; -1 if it does not expire, "
     "-2 if there is no such key.",
     "key",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}},
     .tips = "nondeterministic_output"},
    {"randomkey", "1.0.0", "O(1)",
     "Returns a random key.",
     "",
     .tips = "request_policy:all_shards response_policy:special "
     "nondeterministic_output"},
    {"rename", "1.0.0", "O(1)",
     "Renames a key; a value under the new name is overwritten.",
     "key newkey",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_DELETE, 1, 0, 1},
              {KEY_OW | KEY_UPDATE, 2, 0, 1}}},
    {"renamenx", "1.0.0", "O(1)",
     "Renames a key if there is none of the new name.",
     "key newkey",
     .keys = {{KEY_RW | KEY_ACCESS | KEY_DELETE, 1, 0, 1},
              {KEY_OW | KEY_INSERT, 2, 0, 1}}},
    {"restore", "2.6.0",
     "O(N) where N is the size of the value; a sorted set of N members is "
     "O(N*log(N))",
     "Creates a key from a value that DUMP has returned.",
     "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ "
     "frequency]",
     .keys = {{KEY_OW | KEY_UPDATE, 1, 0, 1}},
     .categories = CATEGORY_KEYSPACE | CATEGORY_DANGEROUS},
    {"scan", "2.8.0", "O(1) for each call, O(N) for all keys",
     "Returns some of the keys, and a cursor for the next ones.",
     "cursor [MATCH pattern] [COUNT count] [TYPE type]",
     .tips = "nondeterministic_output request_policy:special "
     "response_policy:special"},
    {"sort", "1.0.0",
     "O(N+M*log(M)) where N is the length and M the number of elements "
     "answered",
     "Returns or stores the elements of a list, set or sorted set in order, "
     "by their values or those of other keys.",
     "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] "
     "[ASC | DESC] [ALPHA] [STORE destination]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1},
              {KEY_RO | KEY_ACCESS, .unknown = true, .option = sort_option},
              {KEY_OW | KEY_UPDATE, .unknown = true, .find = sort_stored}},
     .categories = CATEGORY_LIST | CATEGORY_SET | CATEGORY_SORTEDSET |
                   CATEGORY_DANGEROUS},
    {"sort_ro", "7.0.0",
     "O(N+M*log(M)) where N is the length and M the number of elements "
     "answered",
     "Returns the elements of a list, set or sorted set in order, by their "
     "values or those of other keys.",
     "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] "
     "[ASC | DESC] [ALPHA]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1},
              {KEY_RO | KEY_ACCESS, .unknown = true, .option = sort_option}},
     .categories = CATEGORY_LIST | CATEGORY_SET | CATEGORY_SORTEDSET |
                   CATEGORY_DANGEROUS},
    {"touch", "3.2.1", "O(N) where N is the number of keys",
     "Marks keys as used just now, and returns how many there are.",
     "key [key ...]",
     .keys = {{KEY_RO, 1, -1, 1}},
     .tips = "request_policy:multi_shard response_policy:agg_sum"},
    {"ttl", "1.0.0", "O(1)",
     "Returns how many seconds a key has left; -1 if it does not expire, -2 "
     "if there is no such key.",
     "key",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}},
     .tips = "nondeterministic_output"},
    {"type", "1.0.0", "O(1)",
     "Returns the type of the value of a key.",
     "key",
     .keys = {{KEY_RO, 1, 0, 1}}},
    {"unlink", "4.0.0", "O(1) for each key",
     "Deletes keys without waiting for large values to be freed.",
     "key [key ...]",
     .keys = {{KEY_RM | KEY_DELETE, 1, -1, 1}},
     .tips = "request_policy:multi_shard response_policy:agg_sum"},
    {"wait", "3.0.0", "O(1)",
     "Waits until that many replicas have received what the client wrote.",
     "numreplicas timeout",
     .tips = "request_policy:all_shards response_policy:agg_min",
     .categories = CATEGORY_CONNECTION},
    {"waitaof", "7.2.0", "O(1)",
     "Waits until what the client wrote is on the disk of this server and of "
     "that many replicas.",
     "numlocal numreplicas timeout",
     .tips = "request_policy:all_shards response_policy:agg_min",
     .categories = CATEGORY_CONNECTION},
};
const struct command_group generic_group = {
    "generic", CATEGORY_KEYSPACE, rows, sizeof rows / sizeof rows[0]};
/* clang-format on */
