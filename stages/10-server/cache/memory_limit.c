#include "memory_limit.h"

#include <inttypes.h>
#include <math.h>

#include "aside.h"
#include "clock.h"
#include "info.h"
#include "keyspace.h"
#include "latency.h"
#include "loading.h"
#include "log.h"
#include "loop.h"
#include "multi.h"
#include "pause.h"
#include "push.h"
#include "reaper_heap.h"
#include "replica.h"
#include "settings.h"
#include "spare.h"
#include "timer.h"
#include "use.h"
#include "used_memory.h"
#include "victims.h"

uint64_t memory_limit;

static int64_t samples = 5, tenacity = 10;
static uint64_t evicted;

/* How long the limit has been exceeded. */
static int64_t exceeded_since_us, exceeded_us;

/* Policies. */

enum { NOEVICTION = 7 };
static const char *const policies[] = {
    "volatile-lru",   "volatile-lfu", "volatile-random",
    "volatile-ttl",   "allkeys-lru",  "allkeys-lfu",
    "allkeys-random", "noeviction",   NULL};
static int64_t policy = NOEVICTION;

/* In the order of the policies. By frequency, use is a counter; where the use
 * of a key does not matter, it is kept in seconds for OBJECT IDLETIME. */
static const struct {
    enum victim_rule rule;
    bool volatile_only;
    enum use_meaning meaning;
} rules[] = {
    {VICTIM_BY_USE, true, USE_TICKS},   {VICTIM_BY_USE, true, USE_FREQUENCY},
    {VICTIM_DRAWN, true, USE_SECONDS},  {VICTIM_BY_TTL, true, USE_SECONDS},
    {VICTIM_BY_USE, false, USE_TICKS},  {VICTIM_BY_USE, false, USE_FREQUENCY},
    {VICTIM_DRAWN, false, USE_SECONDS}, {VICTIM_DRAWN, false, USE_SECONDS},
};

const char *memory_limit_policy(void) {
    return policies[policy];
}

bool memory_limit_counts_uses(void) {
    return rules[policy].meaning == USE_FREQUENCY;
}

bool memory_limit_may_share(void) {
    return memory_limit == 0 || rules[policy].meaning == USE_SECONDS;
}

/* Memory in use.
 *
 * The heap of the keys knows its bytes at any time. malloc() has to walk over
 * its free blocks to tell the rest, so it is asked only now and then, and the
 * more rarely, the longer the last answer took. */

/* As a rule asking takes at most one hundredth of the time; while writes are
 * refused, a tenth. */
enum { ASK_US = 20000, ASK_FACTOR = 100, REFUSAL_FACTOR = 10 };

static size_t others_bytes;
static int64_t asked_us, took_us;

static void ask_malloc(void) {
    static int64_t last_us;
    int64_t began_us = clock_monotonic_us();
    /* What does not count is left out here, where all figures are of the same
     * moment: a replica may have read megabytes by the next one. */
    size_t used = used_memory();
    size_t not_these = keyspace_heap()->bytes + memory_limit_not_counted();
    others_bytes = used > not_these ? used - not_these : 0;
    int64_t this_us = clock_monotonic_us() - began_us;
    /* The shorter of two: in the other the process may have been stopped. */
    took_us = this_us < last_us ? this_us : last_us;
    last_us = this_us;
    asked_us = began_us;
}

/* An answer of this very turn is never too old. */
static void ask_if_older_than(int64_t least_us, int64_t factor) {
    int64_t most_us = took_us * factor;
    if (loop_now_us() - asked_us > (most_us > least_us ? most_us : least_us))
        ask_malloc();
}

/* The part of the keys is exact, so an eviction shows at once; the rest is as
 * it was when malloc() was last asked. */
static size_t in_use(void) {
    return keyspace_heap()->bytes + others_bytes;
}

static bool is_exceeded(void) {
    return memory_limit > 0 && in_use() > memory_limit;
}

/* Making room. */

static enum room { ROOM, ROOM_SOON, NO_ROOM } room; /* as found last */

static void on_turn(struct timer *timer);
static struct timer timer = {.expired = on_turn};

/* How long one command or one turn of the loop may evict. The setting is read
 * as in Redis: up to 10, each step is 50 microseconds; above that, each step
 * adds 15 %; 100 means without limit. */
static int64_t slice_us(void) {
    enum { STEP_US = 50, LINEAR = 10 };
    if (tenacity >= 100)
        return INT64_MAX / 2; /* a moment can be added to it */
    if (tenacity <= LINEAR)
        return STEP_US * tenacity;
    return (int64_t)(STEP_US * LINEAR * pow(1.15, (double)(tenacity - LINEAR)));
}

/* Returns false if the policy lets no key go, or none was found. */
static bool evict_one(void) {
    enum { SAMPLES_MOST = 64 }; /* a victim costs as many looks at keys */
    size_t most = samples < SAMPLES_MOST ? (size_t)samples : SAMPLES_MOST;
    struct key key;
    if (policy == NOEVICTION ||
        !victim_find(rules[policy].rule, rules[policy].volatile_only, most,
                     &key))
        return false;
    int64_t began_us = latency_begin_us();
    /* It may be due. If it expired as well, its deletion would be propagated
     * twice. */
    (void)db_drop(&key);
    latency_end("eviction-del", began_us);
    /* Gone. The key's text is a copy, so all can still be told. */
    evicted++;
    stage_key_evicted(&key);
    return true;
}

static void go_on_next_turn(void) {
    timer_start(&timer, loop_now_us() + 1);
}

/* A large value is freed in steps, and until the last one nobody can say how
 * much more has to be evicted. */
static enum room evict_for_a_while(void) {
    int64_t end_us = clock_monotonic_us() + slice_us();
    for (int i = 1; is_exceeded(); i++) {
        if (reaper_waits())
            return ROOM_SOON;
        if (!evict_one())
            return NO_ROOM;
        /* The clock is looked at only now and then, as in Redis. */
        if (i % 16 == 0 && clock_monotonic_us() >= end_us)
            return ROOM_SOON;
    }
    return ROOM;
}

static void note_exceeded(bool exceeded) {
    int64_t now_us = loop_now_us();
    if (exceeded && exceeded_since_us == 0)
        exceeded_since_us = now_us;
    if (!exceeded && exceeded_since_us != 0) {
        exceeded_us += now_us - exceeded_since_us;
        exceeded_since_us = 0;
    }
}

/* Nothing is evicted while clients are paused or data are being loaded, nor on
 * a replica, whose primary decides what goes. Loading aside takes the memory of
 * both, and the old data must not go for that. */
static bool stands_still(void) {
    return pause_mode != PAUSE_NONE || loading() || aside_runs() ||
           replica_ignores_memory_limit();
}

static void make_room(void) {
    ask_if_older_than(ASK_US, ASK_FACTOR);
    /* While it stands still, commands are admitted in spite of the limit. */
    room = ROOM;
    if (is_exceeded() && !stands_still()) {
        int64_t began_us = latency_begin_us();
        room = evict_for_a_while();
        latency_end("eviction-cycle", began_us);
    }
    note_exceeded(is_exceeded());
    if (room == ROOM_SOON)
        go_on_next_turn();
}

static void on_turn(struct timer *unused) {
    (void)unused;
    make_room();
}

/* A request that will be queued needs memory, whichever command it is. As in
 * Redis, only what ends the transaction is admitted, and so WATCH is not. */
static bool is_queued(const struct client *client,
                      const struct command *command) {
    return multi_open(client) && client->last_command == command &&
           !multi_ends(command);
}

/* EXEC itself has made room; then each queued command is admitted. Nothing may
 * be evicted any more by then, since the deletion would be propagated in the
 * middle of the transaction. */
static bool is_run_by_exec(const struct client *client,
                           const struct command *command) {
    return multi_open(client) && client->last_command != command;
}

/* Returns true if there is no room for more. Clients that have gone since
 * malloc was asked may have left some. */
static bool is_full(void) {
    if (room == NO_ROOM) {
        ask_if_older_than(0, REFUSAL_FACTOR);
        if (!is_exceeded())
            room = ROOM;
    }
    return room == NO_ROOM;
}

bool memory_limit_decides(struct client *client,
                          const struct command *command) {
    if (!is_run_by_exec(client, command)) {
        make_room();
        push_running(push_to); /* hears what is gone before the reply begins */
    }
    /* ROOM_SOON is good enough: refusing is for when nothing more can go. */
    if ((!(command->flags & CMD_DENYOOM) && !is_queued(client, command)) ||
        !is_full())
        return true;
    reply_error(client,
                "OOM command not allowed when used memory > 'maxmemory'.");
    return false;
}

/* Settings. */

/* Unlike other amounts of memory, this one may be more than INT64_MAX. */
static const char *limit_set(const struct slice *words, size_t count) {
    if (count != 1)
        return "wrong number of arguments";
    struct slice word = setting_word(words[0]);
    if (!parse_memory(word.ptr, word.len, &memory_limit))
        return "argument must be a memory value";
    return NULL;
}

static void limit_get(struct buf *out) {
    char *at = buf_reserve(out, NUMBER_I64_MAX_TEXT);
    buf_commit(out, format_u64(at, memory_limit));
}

/* Spare blocks do not count as used, so they must be few beside the limit. */
static void limit_spares(void) {
    spare_limit(memory_limit > 0 ? memory_limit / 32 : SPARE_MOST);
}

static const char *limit_changed(void) {
    limit_spares();
    /* Keys go in the next turn, when CONFIG SET has had its reply. */
    asked_us = 0;
    if (is_exceeded())
        log_warn("maxmemory is less than what is in use: keys will go");
    go_on_next_turn();
    return NULL;
}

/* Candidates in the pool were judged by another rule. */
static const char *policy_changed(void) {
    use_mean(rules[policy].meaning);
    victims_forget();
    return NULL;
}

const struct setting memory_settings[] = {
    {"maxmemory", SETTING_OWN, .set = limit_set, .get = limit_get,
     .changed = limit_changed,
     .help = "bytes of memory; when it is full, keys "
             "are evicted as maxmemory-policy says"},
    {"maxmemory-policy", SETTING_CHOICE, 0, &policy, .words = policies,
     .changed = policy_changed, .help = "which keys are evicted"},
    {"maxmemory-samples", SETTING_INT64(samples, 1, INT32_MAX)},
    {"maxmemory-eviction-tenacity", SETTING_INT64(tenacity, 0, 100)},
    {0},
};

void memory_limit_start(void) {
    limit_spares();
    use_mean(rules[policy].meaning);
}

/* INFO. */

void memory_limit_info(struct buf *out) {
    int64_t now_us = loop_now_us();
    int64_t current = exceeded_since_us != 0 ? now_us - exceeded_since_us : 0;
    info_line(out, "evicted_keys:%" PRIu64, evicted);
    info_line(out, "total_eviction_exceeded_time:%" PRId64,
              (exceeded_us + current) / 1000);
    info_line(out, "current_eviction_exceeded_time:%" PRId64, current / 1000);
}

void memory_limit_reset(void) {
    evicted = 0;
    exceeded_us = 0;
    /* If it is exceeded now, that counts from now on. */
    if (exceeded_since_us != 0)
        exceeded_since_us = loop_now_us();
}

void memory_limit_stop(void) {
    timer_stop(&timer);
    victims_forget();
}
