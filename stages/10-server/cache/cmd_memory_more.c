/* The subcommands of MEMORY beside USAGE: where the memory is, and whether that
 * is a reason to worry. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "conn.h"
#include "keyspace.h"
#include "memory_state.h"
#include "reply.h"

/* MEMORY STATS: the lines of its reply. */

static void reply_amount(struct client *client, const char *name,
                         size_t amount) {
    reply_text(client, name);
    reply_integer(client, (int64_t)amount);
}

static void reply_number(struct client *client, const char *name,
                         double number) {
    char text[64];
    int len = snprintf(text, sizeof text, "%.17g", number);
    reply_text(client, name);
    reply_double(client, text, (size_t)len);
}

static double ratio(size_t part, size_t whole) {
    return whole > 0 ? (double)part / (double)whole : 0;
}

static size_t filled_databases(void) {
    size_t count = 0;
    for (int i = 0; i < keyspace_databases; i++)
        count += keyspace_size(keyspace_db(i)) > 0;
    return count;
}

static void reply_databases(struct client *client) {
    for (int i = 0; i < keyspace_databases; i++) {
        const struct db *db = keyspace_db(i);
        char name[16];
        if (keyspace_size(db) == 0)
            continue;
        snprintf(name, sizeof name, "db.%d", i);
        reply_text(client, name);
        reply_map(client, 3);
        reply_amount(client, "overhead.hashtable.main", dict_memory(&db->dict));
        reply_amount(client, "overhead.hashtable.expires", 0);
        reply_amount(client, "overhead.hashtable.slot-to-keys", 0);
    }
}

static void reply_allocator(struct client *client,
                            const struct memory_state *state) {
    size_t used = state->used, active = state->active;
    size_t resident = state->resident;
    reply_amount(client, "allocator.allocated", used);
    reply_amount(client, "allocator.active", active);
    reply_amount(client, "allocator.resident", resident);
    reply_number(client, "allocator-fragmentation.ratio", ratio(active, used));
    reply_amount(client, "allocator-fragmentation.bytes", active - used);
    reply_number(client, "allocator-rss.ratio", ratio(resident, active));
    reply_amount(client, "allocator-rss.bytes", resident - active);
    reply_number(client, "rss-overhead.ratio", 1);
    reply_amount(client, "rss-overhead.bytes", 0);
    reply_number(client, "fragmentation", ratio(resident, used));
    reply_amount(client, "fragmentation.bytes", resident - used);
}

/* MEMORY STATS */
static void memory_stats(struct client *client, struct request *request) {
    enum { FIELDS = 27 }; /* beside those of databases: count them below */
    (void)request;
    struct memory_state state = memory_state(0);
    size_t since = state.used > state.startup ? state.used - state.startup : 0;
    reply_map(client, FIELDS + filled_databases());
    reply_amount(client, "peak.allocated", state.peak);
    reply_amount(client, "total.allocated", state.used);
    reply_amount(client, "startup.allocated", state.startup);
    reply_amount(client, "replication.backlog", state.backlog);
    reply_amount(client, "clients.slaves", state.replicas);
    reply_amount(client, "clients.normal", state.clients);
    reply_amount(client, "cluster.links", 0);
    reply_amount(client, "aof.buffer", state.log);
    reply_amount(client, "lua.caches", 0);
    reply_amount(client, "functions.caches", 0);
    reply_databases(client);
    reply_amount(client, "overhead.total", state.overhead);
    reply_amount(client, "keys.count", state.keys);
    reply_amount(client, "keys.bytes-per-key",
                 state.keys > 0 ? since / state.keys : 0);
    reply_amount(client, "dataset.bytes", state.data);
    reply_number(client, "dataset.percentage", 100 * ratio(state.data, since));
    reply_number(client, "peak.percentage",
                 100 * ratio(state.used, state.peak));
    reply_allocator(client, &state);
}

/* MEMORY DOCTOR */
static void memory_doctor(struct client *client, struct request *request) {
    /* These bounds, and the ratios below, are those of Redis's doctor. */
    enum { LITTLE = 5 << 20, CLIENT_MUCH = 200 << 10 };
    (void)request;
    struct memory_state state = memory_state(0);
    const char *found = "All is well: most of the memory is data, and little "
                        "of what is held is unused.\n";
    if (state.used < LITTLE)
        found = "There is too little data to say anything about it.\n";
    else if (state.peak > state.used * 3 / 2)
        found = "Much more was in use once: the system may still hold memory "
                "that was freed. MEMORY PURGE gives it back.\n";
    else if (state.resident > state.used * 7 / 5)
        found = "Much of what is held is not in use: keys were deleted from "
                "among others. MEMORY PURGE gives back whole pages.\n";
    else if (state.clients / CLIENT_MUCH > conn_count())
        found = "Clients have large buffers: some do not read what they ask "
                "for. CLIENT LIST shows their omem and qbuf.\n";
    reply_verbatim(client, found, strlen(found));
}

/* MEMORY PURGE */
static void memory_purge(struct client *client, struct request *request) {
    (void)request;
    (void)malloc_trim(0);
    reply_ok(client);
}

/* MEMORY MALLOC-STATS */
static void memory_malloc_stats(struct client *client,
                                struct request *request) {
    (void)request;
    struct mallinfo2 info = mallinfo2();
    char text[512];
    int len = snprintf(text, sizeof text,
                       "keys %zu\nmalloc_given %zu\nmalloc_free %zu\n"
                       "malloc_mapped %zu\nmalloc_top %zu\n",
                       keyspace_heap()->bytes, info.uordblks, info.fordblks,
                       info.hblkhd, info.keepcost);
    reply_verbatim(client, text, (size_t)len);
}

const struct command memory_more_commands[] = {
    {"memory|stats", memory_stats, 2, 0},
    {"memory|doctor", memory_doctor, 2, 0},
    {"memory|purge", memory_purge, 2, 0},
    {"memory|malloc-stats", memory_malloc_stats, 2, 0},
    {0},
};
