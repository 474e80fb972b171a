#include "auth.h"

#include "settings.h"
#include "stranger.h"

char *auth_password;

const struct setting auth_settings[] = {
    {"requirepass", SETTING_TEXT, 0, &auth_password,
     .help = "the password that clients must give"},
    {0},
};

/* Compares in a time that does not tell how much was right. */
static bool same_secret(struct slice given, const char *secret) {
    size_t len = strlen(secret);
    unsigned char difference = given.len != len;
    for (size_t i = 0; i < given.len; i++)
        difference |= (unsigned char)(given.ptr[i] ^ secret[len ? i % len : 0]);
    return difference == 0;
}

static char only_user[] = "default";

const char *auth_user(const struct client *client) {
    (void)client;
    return only_user;
}

bool auth_is_user(struct slice name) {
    return slice_equal(name, (struct slice){only_user, sizeof only_user - 1});
}

bool auth_try(struct client *client, struct slice user, struct slice password) {
    if (!auth_is_user(user) ||
        (auth_password != NULL && !same_secret(password, auth_password)))
        return false;
    stage_set_special(&client->state, CLIENT_STRANGER, false);
    return true;
}

bool auth_admits(struct client *client, const struct command *command) {
    if (!stranger(client) || (command->flags & CMD_NO_AUTH))
        return true;
    reply_error(client, "NOAUTH Authentication required.");
    return false;
}
