#include "acl.h"

#include "acl_file.h"
#include "acl_log.h"
#include "acl_settings.h"
#include "multi.h"
#include "pubsub.h"

/* Admitting. */

/* Judges a request of a client that is a user. Refusals are logged. */
static enum acl_verdict judge(struct client *client,
                              const struct command *command,
                              const struct request *request) {
    size_t where;
    enum acl_verdict verdict = acl_check(client->state.user, command,
                                         request->argv, request->argc, &where);
    if (verdict == ACL_ALLOWED)
        return verdict;
    struct slice object = request->argv[where];
    if (verdict == ACL_NO_COMMAND)
        object = slice_of(command->name);
    acl_log_add(client, (int)verdict, object,
                slice_of(client->state.user->name));
    return verdict;
}

/* Judges the keys that a request names by its options, when it is about to
 * run. */
static bool refuses_options(struct client *client,
                            const struct command *command,
                            const struct request *request) {
    const char *option = acl_check_options(client->state.user, command,
                                           request->argv, request->argc);
    if (option == NULL)
        return false;
    reply_errorf(client,
                 "ERR %s option of SORT denied due to insufficient ACL "
                 "permissions.",
                 option);
    return true;
}

bool acl_refuses(struct client *client, const struct command *command,
                 const struct request *request) {
    enum acl_verdict verdict = judge(client, command, request);
    if (verdict == ACL_ALLOWED)
        /* A request that is going to be queued is asked about its options in
         * EXEC, by acl_still_admits(). */
        return !multi_takes(client, command) &&
               refuses_options(client, command, request);
    struct buf why = {0};
    /* The reply does not name the key or the channel; the log does. */
    acl_check_explain(&why, client->state.user, command, verdict, NULL);
    reply_errorf(client, "NOPERM %.*s", (int)buf_len(&why), buf_bytes(&why));
    buf_free(&why);
    return true;
}

bool acl_still_admits(struct client *client, const struct command *command,
                      const struct request *request) {
    static const char *const reasons[] = {
        [ACL_NO_COMMAND] = "no permission to execute the command or subcommand",
        [ACL_NO_KEY] = "no permission to touch the specified keys",
        [ACL_NO_CHANNEL] = "no permission to access one of the channels used "
                           "as arguments"};
    if (!(client->state.special & CLIENT_LIMITED))
        return true;
    enum acl_verdict verdict = judge(client, command, request);
    if (verdict == ACL_ALLOWED)
        return !refuses_options(client, command, request);
    reply_errorf(client,
                 "NOPERM ACLs rules changed between the moment the transaction "
                 "was accumulated and the EXEC call. This command is no longer "
                 "allowed for the following reason: %s",
                 reasons[verdict]);
    return false;
}

/* Closing clients. */

/* Closes all clients of a user that is removed; those that stay open for a
 * reply are strangers from now on. */
static void close_all_of(const struct acl_user *user, const struct client *by) {
    for (struct conn *at = conn_first(), *next; at != NULL; at = next) {
        struct client *client = at->app;
        next = at->next;
        if (client->state.user != user)
            continue;
        /* The user will be freed, and the client may live until its reply is
         * read. */
        client->state.user = auth_default;
        client->state.authenticated = false;
        auth_look_at(client);
        /* At the end of the turn, as in Redis. */
        if (client == by)
            conn_end(client->conn);
        else
            client_drop(client);
    }
}

/* Returns true if a selector of the user allows a channel, or a pattern. */
static bool may_listen(const struct acl_user *user, struct slice name,
                       bool is_pattern) {
    const struct acl_selector *at = user->selectors;
    while (at != NULL && !acl_check_channel(at, name, is_pattern))
        at = at->next;
    return at != NULL;
}

static bool may_listen_to_channel(const void *user, struct slice name) {
    return may_listen(user, name, false);
}

static bool may_listen_to_pattern(const void *user, struct slice name) {
    return may_listen(user, name, true);
}

static bool may_go_on(const struct client *client) {
    const struct acl_user *user = client->state.user;
    return pubsub_all(client, TOPIC_CHANNEL, may_listen_to_channel, user) &&
           pubsub_all(client, TOPIC_SHARD, may_listen_to_channel, user) &&
           pubsub_all(client, TOPIC_PATTERN, may_listen_to_pattern, user);
}

/* Others are closed at once, so that a message which is published behind the
 * change does not count them. */
static void close_client(struct client *client, const struct client *by) {
    if (client == by)
        conn_end(client->conn);
    else
        conn_close(client->conn);
}

/* Closes those clients of a user that listen to a channel which the user is no
 * longer allowed. */
static void close_listeners(const struct acl_user *user,
                            const struct client *by) {
    for (struct conn *at = conn_first(), *next; at != NULL; at = next) {
        struct client *client = at->app;
        next = at->next;
        if (client->state.user == user && !may_go_on(client))
            close_client(client, by);
    }
}

/* Changes of users. */

/* Replaces the rules of a user, to which clients point, by those of another
 * user, which is freed. */
static void change(struct acl_user *user, struct acl_user *fresh,
                   const struct client *by) {
    acl_user_swap(user, fresh);
    acl_user_free(fresh);
    /* Only now that the new rules are in force can it be seen who breaks
     * them. */
    close_listeners(user, by);
    auth_look_at_all();
}

void acl_replace(struct acl_user *fresh, const struct client *by) {
    struct acl_user *user = acl_users_find(&auth_users, slice_of(fresh->name));
    if (user != NULL)
        change(user, fresh, by);
    else
        acl_users_add(&auth_users, fresh);
}

void acl_remove(struct acl_user *user, const struct client *by) {
    acl_users_remove(&auth_users, user);
    close_all_of(user, by);
    acl_user_free(user);
}

void acl_replace_all(struct acl_users *users, const struct client *by) {
    /* The rules of the new "default" are moved into the old one, to which
     * clients point. All other users are replaced. */
    struct acl_users old = auth_users;
    struct acl_user *fresh =
        acl_users_find(users, slice_of(auth_default->name));
    acl_users_remove(users, fresh);
    acl_users_remove(&old, auth_default);
    for (size_t i = 0; i < old.count; i++)
        close_all_of(old.list[i], by);
    acl_users_free(&old);
    acl_users_add(users, auth_default);
    auth_users = *users;
    *users = (struct acl_users){0};
    change(auth_default, fresh, by);
}

/* Start and stop. */

void acl_start(void) {
    acl_check_start();
    auth_default = acl_user_new_default();
    acl_users_add(&auth_users, auth_default);
    /* requirepass was read before there was a user to give it to. */
    acl_apply_requirepass();
    acl_file_start();
}

void acl_stop(void) {
    acl_log_reset();
    acl_users_free(&auth_users);
}
