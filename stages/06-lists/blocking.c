#include "blocking.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "bytes.h"
#include "clock.h"
#include "conn.h"
#include "key_time.h"
#include "loop.h"
#include "number.h"
#include "reply.h"
#include "request_copy.h"
#include "string_hash.h"
#include "timer.h"
#include "xalloc.h"

/* A waiter's place in the queue of one key. It is a member of the waiter, so
 * leaving needs no search. */
struct place {
    struct waiter *waiter;
    struct queue *queue;
    struct place *previous, *next;
};

struct waiter {
    struct client *client;
    struct request request; /* a copy; its bytes lie behind the places */
    enum type type;
    struct timer timer;
    bool is_timed;
    bool goes_on; /* the request, run again, found nothing */
    struct waiter *next_served, **link_served; /* NULL: not served yet */
    size_t count;
    struct place places[];
};

/* The clients that wait for one key. It is freed when the last has left. */
struct queue {
    struct place *first, *last;
    struct queue *next_changed;
    int database;
    bool changed;   /* stands in the list of those to be served */
    bool in_use;    /* is being served */
    size_t heedful; /* its waiters of BLOCKING_ANY_CHANGE */
    uint32_t key_len;
    char key[];
};

/* The queues by key, a table for each database. */
static struct dict queues[KEYSPACE_MOST];
static struct heap heap;              /* of the tables */
static size_t queue_count;            /* in all tables */
static size_t waiting, waiting_timed; /* clients without an answer */

/* Queues of keys that have changed, in the order of the changes. */
static struct queue *first_changed, **last_changed = &first_changed;

/* Waiters that have their answer. Their clients go on at the end of the turn,
 * in this order. */
static struct waiter *first_served, **last_served = &first_served;
static void on_served(struct timer *timer);
static struct timer served_timer = {.expired = on_served};

static struct slice queue_key(const void *item) {
    const struct queue *queue = item;
    return (struct slice){(char *)queue->key, queue->key_len};
}

void blocking_start(void) {
    for (int i = 0; i < keyspace_databases; i++)
        dict_init(&queues[i], &heap, queue_key, string_hash);
}

void blocking_stop(void) {
    /* All clients are gone. This serves nobody, but frees the queues that have
     * changed since the last command. */
    blocking_serve();
    assert(queue_count == 0);
    timer_stop(&served_timer);
    for (int i = 0; i < keyspace_databases; i++)
        dict_free(&queues[i]);
}

/* Finding the queues. */

static struct queue *find_queue(int database, const struct key *key) {
    void **place = dict_find(&queues[database], key->text, key->hash);
    return place != NULL ? *place : NULL;
}

static struct queue *find_or_add_queue(int database, const struct key *key) {
    struct queue *queue = find_queue(database, key);
    if (queue != NULL)
        return queue;
    queue = xcalloc(1, sizeof *queue + key->text.len);
    queue->database = database;
    queue->key_len = (uint32_t)key->text.len;
    bytes_copy(queue->key, key->text.ptr, key->text.len);
    dict_add(&queues[database], queue, key->hash);
    queue_count++;
    return queue;
}

static void free_if_unused(struct queue *queue) {
    if (queue->first != NULL || queue->changed || queue->in_use)
        return;
    struct key key = db_key(keyspace_db(queue->database), queue_key(queue));
    (void)dict_remove(&queues[queue->database], key.text, key.hash);
    queue_count--;
    free(queue);
}

/* Coming and going. */

static void join(struct waiter *waiter, struct queue *queue) {
    /* The key is named twice in the request: nobody else can have come between
     * the two. */
    if (queue->last != NULL && queue->last->waiter == waiter)
        return;
    struct place *place = &waiter->places[waiter->count++];
    *place = (struct place){
        .waiter = waiter, .queue = queue, .previous = queue->last};
    if (queue->last != NULL)
        queue->last->next = place;
    else
        queue->first = place;
    queue->last = place;
    queue->heedful += waiter->type == BLOCKING_ANY_CHANGE;
}

static void leave(struct place *place) {
    struct queue *queue = place->queue;
    if (place->previous != NULL)
        place->previous->next = place->next;
    else
        queue->first = place->next;
    if (place->next != NULL)
        place->next->previous = place->previous;
    else
        queue->last = place->previous;
    queue->heedful -= place->waiter->type == BLOCKING_ANY_CHANGE;
    free_if_unused(queue);
}

/* Takes a waiter out of all queues, which may free them, and stops its clock.
 * Its client is not told. */
static void leave_all(struct waiter *waiter) {
    while (waiter->count > 0)
        leave(&waiter->places[--waiter->count]);
    timer_stop(&waiter->timer);
    waiting--;
    waiting_timed -= waiter->is_timed;
}

/* Makes a waiter that stands in no queue yet, in one allocation: the waiter, a
 * place for each key, and the copy of the request. */
static struct waiter *new_waiter(struct client *client,
                                 const struct request *request,
                                 size_t key_count) {
    struct waiter *waiter;
    size_t size = sizeof *waiter + key_count * sizeof waiter->places[0];
    waiter = xcalloc(1, size + request_copy_size(request));
    waiter->request = request_copy(request, (char *)waiter + size);
    waiter->client = client;
    return waiter;
}

static void on_time_out(struct timer *timer) {
    struct waiter *waiter =
        (struct waiter *)((char *)timer - offsetof(struct waiter, timer));
    blocking_end(waiter->client, NULL);
}

/* Time-outs. */

/* The clock is read anew: the time that this turn of the loop has taken so far
 * must not be subtracted from the client's. */
int64_t blocking_moment(int64_t ms) {
    int64_t until_us;
    if (ms == 0 || __builtin_mul_overflow(ms, 1000, &until_us) ||
        __builtin_add_overflow(until_us, clock_monotonic_us(), &until_us))
        return BLOCKING_FOREVER;
    return until_us;
}

bool blocking_timeout(struct client *client, struct slice argument,
                      int64_t *until_us) {
    long double seconds;
    if (!parse_decimal(argument.ptr, argument.len, &seconds)) {
        reply_error(client, "ERR timeout is not a float or out of range");
        return false;
    }
    /* Up, so that it never comes early, and 0.0001 is not for ever. */
    long double ms = ceill(seconds * 1000);
    /* In milliseconds since 1970 it must fit 64 bits, as in Redis, even if here
     * the monotonic clock decides. */
    int64_t most = INT64_MAX - clock_wall_us() / 1000;
    if (ms < 0 || ms > (long double)most) {
        reply_error(client, ms < 0 ? "ERR timeout is negative"
                                   : "ERR timeout is out of range");
        return false;
    }
    *until_us = blocking_moment((int64_t)ms);
    return true;
}

void blocking_wait(struct client *client, const struct request *request,
                   const struct slice *keys, size_t key_count, enum type type,
                   int64_t until_us) {
    if (client->state.waiter != NULL) {
        /* Its request was run again in vain: it keeps its places and its
         * time. */
        client->state.waiter->goes_on = true;
        idle_stop(client->conn);
        return;
    }
    if (!stage_may_wait(client)) {
        reply_null_array(client);
        return;
    }
    struct waiter *waiter = new_waiter(client, request, key_count);
    waiter->type = type;
    waiter->timer.expired = on_time_out;
    for (size_t i = 0; i < key_count; i++) {
        struct key key = keyspace_key(client, keys[i]);
        join(waiter, find_or_add_queue(client->database, &key));
    }
    waiter->is_timed = until_us != BLOCKING_FOREVER;
    if (waiter->is_timed)
        timer_start(&waiter->timer, until_us);
    client->state.waiter = waiter;
    waiting++;
    waiting_timed += waiter->is_timed;
    idle_stop(client->conn); /* it is silent for a good reason */
}

struct look {
    void (*visit)(void *context, struct slice key, const struct client *waiter);
    void *context;
};

static void look_at_queue(void *context, void *item) {
    const struct look *look = context;
    const struct queue *queue = item;
    for (const struct place *place = queue->first; place; place = place->next)
        look->visit(look->context, queue_key(queue), place->waiter->client);
}

void blocking_look(int database,
                   void (*visit)(void *context, struct slice key,
                                 const struct client *waiter),
                   void *context) {
    struct look look = {visit, context};
    uint64_t cursor = 0;
    do
        cursor = dict_scan(&queues[database], cursor, look_at_queue, &look);
    while (cursor != 0);
}

bool blocking_waits(const struct client *client) {
    return client->state.waiter != NULL &&
           client->state.waiter->link_served == NULL;
}

size_t blocking_count(void) {
    return waiting;
}

size_t blocking_timed_count(void) {
    return waiting_timed;
}

/* Ends the wait of a client that has its answer. */
static void end_wait(struct waiter *waiter) {
    leave_all(waiter);
    waiter->link_served = last_served;
    *last_served = waiter;
    last_served = &waiter->next_served;
    /* Its client must not go on here, in the middle of another's command. The
     * timer is due in this turn, after all handlers. */
    timer_start(&served_timer, loop_now_us());
}

static void unlink_served(struct waiter *waiter) {
    *waiter->link_served = waiter->next_served;
    if (waiter->next_served != NULL)
        waiter->next_served->link_served = waiter->link_served;
    else
        last_served = waiter->link_served;
}

void blocking_forget(struct client *client) {
    struct waiter *waiter = client->state.waiter;
    if (waiter == NULL)
        return;
    /* One that has its answer stands in no queue any more, but in the list of
     * those that go on. */
    if (waiter->link_served != NULL)
        unlink_served(waiter);
    else
        leave_all(waiter);
    client->state.waiter = NULL;
    free(waiter);
}

/* Serves keys that changed because their time had come; then lets the clients
 * that have their answers go on with what they sent meanwhile. */
static void on_served(struct timer *unused) {
    (void)unused;
    blocking_serve();
    while (first_served != NULL) {
        struct client *client = first_served->client;
        /* First, since the input may hold a request that waits again. */
        blocking_forget(client);
        conn_offer_kept(client->conn);
    }
}

void blocking_end(struct client *client, const char *error) {
    struct waiter *waiter = client->state.waiter;
    stage_begin_reply(client);
    stage_answer_late(client, &waiter->request, error);
    idle_start(client->conn);
    end_wait(waiter);
}

/* Serving. */

static void mark_changed(struct queue *queue) {
    if (queue->changed)
        return;
    queue->changed = true;
    queue->next_changed = NULL;
    *last_changed = queue;
    last_changed = &queue->next_changed;
    /* If a command changed the key, it serves the queue when it has ended; but
     * the change may be an expiry, which no command follows. */
    if (served_timer.slot == 0)
        timer_start(&served_timer, loop_now_us());
}

void blocking_key_changed(const struct key *key) {
    /* Nobody waits, as nearly always: not even a look-up. */
    if (queue_count == 0)
        return;
    struct queue *queue = find_queue(key->db->number, key);
    if (queue != NULL)
        mark_changed(queue);
}

static void visit_queue(void *context, void *item) {
    (void)context;
    mark_changed(item);
}

void blocking_database_changed(int number) {
    uint64_t cursor = 0;
    if (queue_count == 0)
        return;
    do
        cursor = dict_scan(&queues[number], cursor, visit_queue, NULL);
    while (cursor != 0);
}

/* Returns true if the waiter would take the entry, which is NULL if the key was
 * deleted. A client that is being closed takes nothing: its peer may be gone
 * already, and what was given to it would be lost. */
static bool is_served(const struct waiter *waiter, const struct entry *entry) {
    if (waiter->client->conn->ending)
        return false;
    return waiter->type == BLOCKING_ANY_CHANGE ||
           (entry != NULL && entry_type(entry) == waiter->type);
}

static void run_again(struct waiter *waiter) {
    waiter->goes_on = false;
    idle_start(waiter->client->conn);
    stage_run(waiter->client, &waiter->request);
    /* It has had its reply, be it an error. Else blocking_wait() was called
     * again. */
    if (!waiter->goes_on)
        end_wait(waiter);
}

/* Serves the oldest waiter first, as long as the key has something to take. A
 * waiter that is served leaves the queue; no other does. */
static void serve_queue(struct queue *queue) {
    struct key key = db_key(keyspace_db(queue->database), queue_key(queue));
    struct place *next;
    for (struct place *at = queue->first; at != NULL; at = next) {
        next = at->next;
        /* Looked up for each waiter: the one before may have taken all there
         * was. */
        const struct entry *entry = keyspace_peek(&key);
        bool is_string = entry != NULL && entry_type(entry) == TYPE_STRING;
        /* No command waits for a string. */
        if ((entry == NULL || is_string) && queue->heedful == 0)
            return;
        if (is_served(at->waiter, entry))
            run_again(at->waiter);
    }
}

/* Serving a waiter may change keys that others wait for. The queues of these
 * keys are added at the end of the list. */
void blocking_serve(void) {
    static bool serving;
    /* A request that is run again ends in this function, too; its changes are
     * for the loop below. */
    if (first_changed == NULL || serving)
        return;
    serving = true;
    /* A key that was just set may have expired while others were served. */
    key_time_go_on();
    while (first_changed != NULL) {
        struct queue *queue = first_changed;
        first_changed = queue->next_changed;
        if (first_changed == NULL)
            last_changed = &first_changed;
        /* From here on a change puts the queue at the end of the list again,
         * and in_use keeps it from being freed with its last waiter. */
        queue->changed = false;
        queue->in_use = true;
        serve_queue(queue);
        queue->in_use = false;
        free_if_unused(queue);
    }
    serving = false;
}
