#include "auth.h"

#include "detached.h"
#include "stranger.h"

struct acl_users auth_users;
struct acl_user *auth_default;

void auth_look_at(struct client *client) {
    const struct acl_user *user = client->state.user;
    stage_set_special(&client->state, CLIENT_STRANGER,
                      !client->state.authenticated && !auth_is_open());
    stage_set_special(&client->state, CLIENT_LIMITED,
                      user != NULL && !acl_user_allows_all(user));
}

void auth_look_at_all(void) {
    for (struct conn *at = conn_first(); at != NULL; at = at->next)
        auth_look_at(at->app);
}

void auth_begin(struct client *client) {
    bool is_user = !detached(client);
    client->state.user = is_user ? auth_default : NULL;
    client->state.authenticated = !is_user || auth_is_open();
    auth_look_at(client);
}

bool auth_try(struct client *client, struct slice name, struct slice password) {
    struct acl_user *user = acl_users_find(&auth_users, name);
    if (user == NULL || !acl_user_knows(user, password))
        return false;
    /* Only a login that succeeds changes anything. */
    client->state.user = user;
    client->state.authenticated = true;
    auth_look_at(client);
    return true;
}

const char *auth_user(const struct client *client) {
    return client->state.user != NULL ? client->state.user->name
                                      : "(superuser)";
}

bool auth_is_user(struct slice name) {
    return acl_users_find(&auth_users, name) != NULL;
}

bool auth_admits(struct client *client, const struct command *command) {
    if (!stranger(client) || (command->flags & CMD_NO_AUTH))
        return true;
    reply_error(client, "NOAUTH Authentication required.");
    return false;
}
