#include "acks.h"

#include <stdlib.h>

#include "aof.h"
#include "aof_first.h"
#include "aof_log.h"
#include "blocking.h"
#include "buf_slice.h"
#include "follower.h"
#include "pause.h"
#include "primary.h"
#include "repl_stream.h"
#include "reply.h"
#include "words.h"
#include "xalloc.h"

struct acks_waiter {
    struct client *client;
    const struct command *command; /* by which it waits */
    struct ack_wish wish;
    struct acks_waiter *next, **link;
};

struct acks_waiter *acks_first;
static struct acks_waiter **last = &acks_first;
static bool shall_ask;

void acks_mark(struct client *client) {
    client->state.mark = (struct ack_mark){history.offset, aof_log_appended()};
}

/* Counts the replicas that have acknowledged this place. */

static int64_t replicas_with(int64_t place, bool on_disk) {
    int64_t count = 0;
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        count += f->state == FOLLOWER_ONLINE &&
                 (on_disk ? f->acked_disk : f->acked) >= place;
    return count;
}

/* A log that is being switched on saves nothing before its first base is there,
 * even if the log itself is on disk. */
static bool is_on_disk(const struct client *client) {
    return aof_wanted() && !aof_is_incomplete() &&
           aof_log_synced() >= client->state.mark.log;
}

static bool is_true(const struct client *client, struct ack_wish wish) {
    return replicas_with(client->state.mark.place, wish.on_disk) >=
               wish.replicas &&
           (wish.local == 0 || is_on_disk(client));
}

static void answer(struct client *client, struct ack_wish wish) {
    int64_t replicas = replicas_with(client->state.mark.place, wish.on_disk);
    if (wish.is_pair) {
        reply_array(client, 2);
        reply_integer(client, is_on_disk(client));
    }
    reply_integer(client, replicas);
}

/* Waiting. */

void acks_forget(struct client *client) {
    struct acks_waiter *waiter = client->state.acks;
    if (waiter == NULL)
        return;
    *waiter->link = waiter->next;
    if (waiter->next != NULL)
        waiter->next->link = waiter->link;
    else
        last = waiter->link;
    client->state.acks = NULL;
    free(waiter);
}

/* A wait that is over may have left a waiter behind: see waits_still(). */
bool acks_answer_late(struct client *client) {
    const struct acks_waiter *waiter = client->state.acks;
    if (waiter == NULL || waiter->command != client->last_command)
        return false;
    struct ack_wish wish = waiter->wish; /* which is freed now */
    acks_forget(client);
    answer(client, wish);
    return true;
}

void acks_wait(struct client *client, const struct request *request,
               struct ack_wish wish, int64_t until_us) {
    if (is_true(client, wish) || !stage_may_wait(client)) {
        answer(client, wish);
        return;
    }
    acks_forget(client); /* an earlier wait, if it is over (waits_still) */
    struct acks_waiter *waiter = xmalloc(sizeof *waiter);
    *waiter = (struct acks_waiter){.client = client,
                                   .command = client->last_command,
                                   .wish = wish,
                                   .link = last};
    *last = waiter;
    last = &waiter->next;
    client->state.acks = waiter;
    /* At the end of the turn, so that many who begin to wait in it cost one
     * question. */
    shall_ask = true;
    blocking_wait(client, request, NULL, 0, TYPE_STRING, until_us);
}

/* Serving. */

/* The question also reaches the replicas of replicas, who answer those. During
 * a failover nothing is asked, since the history must stand still. */
void acks_ask(void) {
    struct buf request = {0};
    if (!followers_any() || !primary_makes_history() || primary_fails_over())
        return;
    words_write(&request, WORDS(word("REPLCONF"), word("GETACK"), word("*")));
    repl_stream_append(buf_slice(&request));
    buf_free(&request);
}

/* True if the log was switched off, so that nothing will ever be on disk. */
static bool is_in_vain(const struct acks_waiter *waiter) {
    return waiter->wish.local > 0 && !aof_wanted();
}

/* CLIENT UNBLOCK may have answered the client by an error, and it may already
 * wait for something else. */
static bool waits_still(const struct acks_waiter *waiter) {
    return blocking_waits(waiter->client) &&
           waiter->client->last_command == waiter->command;
}

void acks_serve(void) {
    struct acks_waiter *next;
    for (struct acks_waiter *at = acks_first; at != NULL; at = next) {
        next = at->next;
        struct client *client = at->client;
        if (!waits_still(at)) {
            acks_forget(client);
        } else if (is_in_vain(at)) {
            acks_forget(client);
            blocking_end(client, ACKS_NO_LOG);
        } else if (is_true(client, at->wish)) {
            /* The answer is the same as at the end of the time: the counts. */
            blocking_end(client, NULL);
        }
    }
    if (!shall_ask || pause_mode != PAUSE_NONE)
        return; /* while the data stand still, their history does */
    acks_ask();
    shall_ask = false;
}
