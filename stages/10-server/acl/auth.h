/* Authentication: which user a client is.
 *
 * A client is the user "default" until it gives the name and the password of
 * another one (AUTH, HELLO). If "default" itself is off or has a password, a
 * client that has not said who it is may run few commands, and is a stranger:
 * stranger.h. */
#ifndef AUTH_H
#define AUTH_H

#include "acl_users.h"

/* All users, and the one called "default", which is always the same. */
extern struct acl_users auth_users;
extern struct acl_user *auth_default;

/* A client has come, or forgets who it is. One without a connection
 * (detached.h) is no user, and may do everything. */
void auth_begin(struct client *client);

/* Makes the client that user if the password is right. */
bool auth_try(struct client *client, struct slice user, struct slice password);

/* The name of the user that a client is. Good until users change. */
const char *auth_user(const struct client *client);

/* Returns true if there is a user of that name. */
bool auth_is_user(struct slice name);

/* Returns true if "default" is let in without a password. */
static inline bool auth_is_open(void) {
    return auth_default->on && auth_default->nopass;
}

/* Sets the bits of a client that say whether it is a stranger, and whether its
 * user may not do everything. */
void auth_look_at(struct client *client);
/* The same for all clients, when users have changed. */
void auth_look_at_all(void);

/* Returns false after the error reply if the client must authenticate before it
 * may run the command. */
bool auth_admits(struct client *client, const struct command *command);

#endif
