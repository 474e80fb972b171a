/* CLIENT TRACKING CACHING GETREDIR TRACKINGINFO. */
#include "arguments.h"
#include "broadcast.h"
#include "client_find.h"
#include "command.h"
#include "tracking.h"
#include "xalloc.h"

#include <stdlib.h>

/* The options of CLIENT TRACKING. */
struct wish {
    int64_t redirect; /* 0: to nobody else */
    bool bcast, optin, optout, noloop;
    struct slice *prefixes; /* NULL if there are none; to be freed */
    size_t prefix_count;
};

/* REDIRECT client-id: that client must exist, at least now. */
static bool redirect_argument(struct client *client, struct slice id,
                              struct wish *wish) {
    if (wish->redirect != 0) {
        reply_error(client,
                    "ERR A client can only redirect to a single other client");
        return false;
    }
    if (!argument_i64(client, id, &wish->redirect))
        return false;
    bool is_there = client_find((uint64_t)wish->redirect) != NULL;
    if (!is_there)
        reply_error(client,
                    "ERR The client ID you want redirect to does not exist");
    return is_there;
}

/* The request stays as it is, since monitors and the slow log show it later. */
static void add_prefix(struct wish *wish, struct slice prefix) {
    wish->prefixes = xrealloc(wish->prefixes, (wish->prefix_count + 1) *
                                                  sizeof *wish->prefixes);
    wish->prefixes[wish->prefix_count++] = prefix;
}

/* Returns false after an error reply. */
static bool parse_options(struct client *client, const struct request *request,
                          struct wish *wish) {
    const struct slice *argv = request->argv;
    for (size_t i = 3; i < request->argc; i++) {
        bool more = i + 1 < request->argc;
        if (slice_is(argv[i], "redirect") && more) {
            if (!redirect_argument(client, argv[++i], wish))
                return false;
        } else if (slice_is(argv[i], "bcast")) {
            wish->bcast = true;
        } else if (slice_is(argv[i], "optin")) {
            wish->optin = true;
        } else if (slice_is(argv[i], "optout")) {
            wish->optout = true;
        } else if (slice_is(argv[i], "noloop")) {
            wish->noloop = true;
        } else if (slice_is(argv[i], "prefix") && more) {
            add_prefix(wish, argv[++i]);
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    return true;
}

/* Returns why these options contradict each other, or what the client has set
 * before; NULL if they do not. */
static const char *contradiction(const struct wish *wish,
                                 const struct tracker *now) {
    if (!wish->bcast && wish->prefix_count > 0)
        return "ERR PREFIX option requires BCAST mode to be enabled";
    if (now != NULL && now->bcast != wish->bcast)
        return "ERR You can't switch BCAST mode on/off before disabling "
               "tracking for this client, and then re-enabling it with a "
               "different mode.";
    if (wish->bcast && (wish->optin || wish->optout))
        return "ERR OPTIN and OPTOUT are not compatible with BCAST";
    if (wish->optin && wish->optout)
        return "ERR You can't specify both OPTIN mode and OPTOUT mode";
    if (now != NULL &&
        ((wish->optin && now->optout) || (wish->optout && now->optin)))
        return "ERR You can't switch OPTIN/OPTOUT mode before disabling "
               "tracking for this client, and then re-enabling it with a "
               "different mode.";
    return NULL;
}

/* What was set before is replaced, except for prefixes, which are added. */
static void begin(struct client *client, const struct wish *wish) {
    struct tracker *tracker = tracking_begin(client);
    tracker->redirect = (uint64_t)wish->redirect;
    tracker->broken = false;
    tracker->bcast = wish->bcast;
    tracker->optin = wish->optin;
    tracker->optout = wish->optout;
    tracker->noloop = wish->noloop;
    if (wish->bcast)
        broadcast_join(client, wish->prefixes, wish->prefix_count);
    reply_ok(client);
}

static void switch_tracking(struct client *client, struct slice how,
                            const struct wish *wish) {
    if (slice_is(how, "on")) {
        const char *error = contradiction(wish, client->state.tracker);
        if (error != NULL)
            reply_error(client, error);
        else if (broadcast_admits(client, wish->prefixes, wish->prefix_count))
            begin(client, wish);
    } else if (slice_is(how, "off")) {
        tracking_forget(client);
        reply_ok(client);
    } else {
        reply_syntax_error(client);
    }
}

/* CLIENT TRACKING <ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix
 * ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP] */
static void client_tracking(struct client *client, struct request *request) {
    struct wish wish = {0};
    /* Even for OFF, as in Redis: a wrong option is an error. */
    if (parse_options(client, request, &wish))
        switch_tracking(client, request->argv[2], &wish);
    free(wish.prefixes);
}

/* CLIENT CACHING <YES | NO>
 *
 * YES is for OPTIN and NO for OPTOUT only, so one flag is enough for both: the
 * next request is an exception. */
static void client_caching(struct client *client, struct request *request) {
    struct tracker *tracker = client->state.tracker;
    struct slice how = request->argv[2];
    const char *error = NULL;
    if (tracker == NULL)
        error = "ERR CLIENT CACHING can be called only when the client is in "
                "tracking mode with OPTIN or OPTOUT mode enabled";
    else if (!slice_is(how, "yes") && !slice_is(how, "no"))
        error = "ERR syntax error";
    else if (slice_is(how, "yes") && !tracker->optin)
        error = "ERR CLIENT CACHING YES is only valid when tracking is enabled "
                "in OPTIN mode.";
    else if (slice_is(how, "no") && !tracker->optout)
        error = "ERR CLIENT CACHING NO is only valid when tracking is enabled "
                "in OPTOUT mode.";
    if (error != NULL) {
        reply_error(client, error);
        return;
    }
    tracker->caching = true;
    reply_ok(client);
}

/* CLIENT GETREDIR */
static void client_getredir(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, tracking_redirect(client));
}

static void reply_flags(struct client *client) {
    static const struct tracker off;
    const struct tracker *tracker =
        tracking_on(client) ? client->state.tracker : &off;
    const struct {
        bool is_set;
        const char *word;
    } flags[] = {{!tracking_on(client), "off"},
                 {tracking_on(client), "on"},
                 {tracker->bcast, "bcast"},
                 {tracker->optin, "optin"},
                 {tracker->optin && tracker->caching, "caching-yes"},
                 {tracker->optout, "optout"},
                 {tracker->optout && tracker->caching, "caching-no"},
                 {tracker->noloop, "noloop"},
                 {tracker->broken, "broken_redirect"}};
    size_t count = 0, rows = sizeof flags / sizeof flags[0];
    for (size_t i = 0; i < rows; i++)
        count += flags[i].is_set;
    reply_set(client, count);
    for (size_t i = 0; i < rows; i++)
        if (flags[i].is_set)
            reply_text(client, flags[i].word);
}

/* CLIENT TRACKINGINFO */
static void client_trackinginfo(struct client *client,
                                struct request *request) {
    (void)request;
    reply_map(client, 3);
    reply_text(client, "flags");
    reply_flags(client);
    reply_text(client, "redirect");
    reply_integer(client, tracking_redirect(client));
    reply_text(client, "prefixes");
    size_t count =
        tracking_on(client) ? client->state.tracker->prefix_count : 0;
    reply_array(client, count);
    for (size_t i = 0; i < count; i++)
        reply_slice(client, broadcast_prefix(client, i));
}

enum { FLAGS = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command tracking_commands[] = {
    {"client|tracking", client_tracking, -3, FLAGS},
    {"client|caching", client_caching, 3, FLAGS},
    {"client|getredir", client_getredir, 2, FLAGS},
    {"client|trackinginfo", client_trackinginfo, 2, FLAGS},
    {0},
};
