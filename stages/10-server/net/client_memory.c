#include "client_memory.h"

#include "address.h"
#include "client_line.h"
#include "log.h"
#include "memory_limit.h"
#include "net_counts.h"
#include "number.h"

enum {
    LISTS = 64, /* one for each power of two */
    /* A setting below this counts as this, as in Redis: a lower one would close
     * every client, and nobody could undo it. */
    LOWEST_LIMIT = 128 << 10
};

bool client_memory_limited;

/* At least one of the two is 0. */
static int64_t bytes_limit, percent_limit;

static struct client *lists[LISTS];
static size_t total;

/* Counting. */

static void leave_list(struct client *client) {
    struct client_memory *memory = &client->state.memory;
    if (memory->link == NULL)
        return;
    *memory->link = memory->next;
    if (memory->next != NULL)
        memory->next->state.memory.link = memory->link;
    memory->link = NULL;
}

static void join_list(struct client *client) {
    struct client_memory *memory = &client->state.memory;
    /* The bytes are never 0, for which the builtin is undefined: they include
     * the two structs of every client. */
    struct client **first =
        &lists[LISTS - 1 - __builtin_clzll((unsigned long long)memory->bytes)];
    memory->next = *first;
    memory->link = first;
    if (*first != NULL)
        (*first)->state.memory.link = &memory->next;
    *first = client;
}

void client_memory_forget(struct client *client) {
    leave_list(client);
    total -= client->state.memory.bytes;
    client->state.memory.bytes = 0;
}

void client_memory_count(struct conn *conn) {
    struct client *client = conn->app;
    struct client_facts facts = client_facts(client);
    client_memory_forget(client);
    if (conn->closed || conn->out.class == OUTPUT_REPLICA)
        return;
    client->state.memory.bytes = client_memory(client, &facts);
    total += client->state.memory.bytes;
    /* A client that must not be closed stands in no list, so it is never
     * found. */
    if (!client->state.no_evict)
        join_list(client);
}

/* Evicting. */

/* Finds a client that takes more than half as much as the largest, without
 * sorting them. */
static struct client *one_of_the_largest(void) {
    int i = LISTS - 1;
    while (i >= 0 && lists[i] == NULL)
        i--;
    return i >= 0 ? lists[i] : NULL;
}

static void evict(struct client *client) {
    static int64_t said_us;
    char address[ADDRESS_MAX];
    if (log_due(&said_us)) {
        address_of_peer(client->conn->watch.fd, address);
        log_warn("%s is closed: it takes %zu bytes, and all clients together "
                 "more than maxmemory-clients",
                 address, client->state.memory.bytes);
    }
    net_counts.evicted++;
    conn_close(client->conn);
}

/* A percentage of no maxmemory is no limit. */
static size_t limit_now(void) {
    if (percent_limit > 0 && memory_limit == 0)
        return SIZE_MAX;
    uint64_t limit =
        (uint64_t)bytes_limit + memory_limit / 100 * (uint64_t)percent_limit;
    return limit < LOWEST_LIMIT ? LOWEST_LIMIT : limit;
}

bool client_memory_evict(void) {
    uint64_t before = net_counts.evicted;
    struct client *client;
    /* Closing a client takes it out of the total and of its list. */
    while (client_memory_limited && total > limit_now() &&
           (client = one_of_the_largest()) != NULL)
        evict(client);
    return net_counts.evicted > before;
}

/* The setting. */

static void set_limit(int64_t bytes, int64_t percent) {
    bytes_limit = bytes;
    percent_limit = percent;
    client_memory_limited = bytes > 0 || percent > 0;
    for (struct conn *at = conn_first(); at != NULL; at = at->next)
        client_memory_count(at);
}

const char *client_memory_set(const struct slice *words, size_t count) {
    int64_t number;
    uint64_t bytes;
    if (count != 1)
        return "wrong number of arguments";
    struct slice word = words[0];
    if (word.len > 1 && word.ptr[word.len - 1] == '%') {
        if (!parse_i64(word.ptr, word.len - 1, &number) || number < 0)
            return "argument must be a memory or percent value";
        if (number > 100)
            return "percentage argument must be less or equal to 100";
        set_limit(0, number);
        return NULL;
    }
    if (!parse_memory(word.ptr, word.len, &bytes) || bytes > INT64_MAX)
        return "argument must be a memory or percent value";
    set_limit((int64_t)bytes, 0);
    return NULL;
}

void client_memory_get(struct buf *out) {
    char *at = buf_reserve(out, NUMBER_I64_MAX_TEXT + 1);
    size_t len = format_i64(at, bytes_limit + percent_limit);
    if (percent_limit > 0)
        at[len++] = '%';
    buf_commit(out, len);
}
