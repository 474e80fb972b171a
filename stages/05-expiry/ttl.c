#include "ttl.h"

#include "arguments.h"
#include "command.h"
#include "key_time.h"
#include "key_use.h"
#include "number.h"
#include "reply.h"

/* Computes the moment that an amount stands for; false if there is none. */
static bool moment(int64_t amount, struct ttl_form form, int64_t *expiry) {
    int64_t base = form.from_now ? key_time_ms() : 0;
    if (__builtin_mul_overflow(amount, form.unit_ms, expiry) ||
        __builtin_add_overflow(*expiry, base, expiry))
        return false;
    /* Any moment before 1970 has passed, and must not look like NO_EXPIRY. */
    if (*expiry < 0)
        *expiry = 0;
    return true;
}

bool ttl_argument(struct client *client, struct slice text, int64_t least,
                  struct ttl_form form, int64_t *expiry) {
    int64_t amount;
    if (!argument_i64(client, text, &amount))
        return false;
    if (amount >= least && moment(amount, form, expiry))
        return true;
    reply_errorf(client, "ERR invalid expire time in '%s' command",
                 client->last_command->name);
    return false;
}

void ttl_set_value(const struct key *key, struct slice value, int64_t expiry) {
    /* In Redis the key is set, and is gone for the next command. */
    if (db_is_past(expiry)) {
        if (!keyspace_delete(key))
            stage_key_added(key); /* for no time at all */
        return;
    }
    struct entry **place = db_find(key);
    if (place == NULL) {
        struct heap *heap = keyspace_heap();
        struct entry *entry = entry_new(heap, key->text, value);
        keyspace_add(key, entry_set_expiry(heap, entry, expiry));
        return;
    }
    key_use(db_set_until(key, place, value, expiry));
}

void ttl_set(const struct key *key, int64_t expiry) {
    if (db_is_past(expiry))
        (void)keyspace_delete(key); /* it is there */
    else
        db_set_expiry(key, db_find(key), expiry);
}

void ttl_change(const struct key *key, int64_t expiry) {
    const char *event = expiry == NO_EXPIRY ? "gpersist" : "gexpire";
    if (db_is_past(expiry))
        event = "gdel";
    ttl_set(key, expiry);
    keyspace_changed(key, event, 1);
}
