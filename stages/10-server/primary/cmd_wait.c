/* WAIT and WAITAOF. */
#include "acks.h"
#include "aof.h"
#include "argument_timeout.h"
#include "arguments.h"
#include "blocking.h"
#include "command.h"
#include "primary.h"

/* A replica does not propagate its own writes, so there is nothing to wait
 * for. */
static bool has_own_history(struct client *client, const char *error) {
    if (primary_makes_history())
        return true;
    reply_error(client, error);
    return false;
}

/* WAIT numreplicas timeout */
static void cmd_wait(struct client *client, struct request *request) {
    struct ack_wish wish = {0};
    int64_t ms;
    if (!has_own_history(
            client,
            "ERR WAIT cannot be used with replica instances. Please also note "
            "that since Redis 4.0 if a replica is configured to be writable "
            "(which is not the default) writes to replicas are just local and "
            "are not propagated.") ||
        !argument_i64(client, request->argv[1], &wish.replicas) ||
        !argument_timeout_ms(client, request->argv[2], &ms))
        return;
    /* A count below 1 is met already, so it is answered at once. */
    acks_wait(client, request, wish, blocking_moment(ms));
}

static bool range(struct client *client, struct slice argument, int64_t most,
                  const char *error, int64_t *value) {
    if (!argument_i64(client, argument, value))
        return false;
    if (*value >= 0 && *value <= most)
        return true;
    reply_error(client, error);
    return false;
}

/* WAITAOF numlocal numreplicas timeout
 *
 * Unlike WAIT it looks at its arguments before it looks at the role, as in
 * Redis, so that each wrong request gets the error that it gets there. */
static void cmd_waitaof(struct client *client, struct request *request) {
    struct ack_wish wish = {.on_disk = true, .is_pair = true};
    const struct slice *argv = request->argv;
    int64_t ms;
    if (!range(client, argv[1], 1,
               "ERR value is out of range, value must between 0 and 1",
               &wish.local) ||
        !range(client, argv[2], INT64_MAX,
               "ERR value is out of range, must be positive", &wish.replicas) ||
        !argument_timeout_ms(client, argv[3], &ms) ||
        !has_own_history(
            client, "ERR WAITAOF cannot be used with replica instances. Please "
                    "also note that writes to replicas are just local and are "
                    "not propagated."))
        return;
    if (wish.local > 0 && !aof_wanted())
        reply_error(client, ACKS_NO_LOG);
    else
        acks_wait(client, request, wish, blocking_moment(ms));
}

const struct command wait_commands[] = {
    {"wait", cmd_wait, 3, 0},
    {"waitaof", cmd_waitaof, 4, CMD_NOSCRIPT},
    {0},
};
