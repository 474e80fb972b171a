/* Authentication: which user a client is.
 *
 * A client is the user "default" until it gives the name and password of
 * another one by AUTH or HELLO. If "default" is off or has a password, a client
 * that has not authenticated may run only a few commands: it is a stranger
 * (stranger.h). */
#ifndef AUTH_H
#define AUTH_H

#include "acl_users.h"

/* All users, and the one called "default", whose address never changes. */
extern struct acl_users auth_users;
extern struct acl_user *auth_default;

/* Makes a client that has come, or that is reset, the user "default". A client
 * without a connection (detached.h) has no user and may do everything. */
void auth_begin(struct client *client);

/* Makes the client that user. Returns false if the password is wrong. */
bool auth_try(struct client *client, struct slice user, struct slice password);

/* Returns the name of a client's user, good until users change. */
const char *auth_user(const struct client *client);

/* Returns true if there is a user of that name. */
bool auth_is_user(struct slice name);

/* Returns true if "default" needs no password. */
static inline bool auth_is_open(void) {
    return auth_default->on && auth_default->nopass;
}

/* Sets the bits of a client that say whether it is a stranger and whether its
 * user is limited. */
void auth_look_at(struct client *client);
/* The same for all clients, after users have changed. */
void auth_look_at_all(void);

/* Returns false after an error reply if the client must authenticate before it
 * may run the command. */
bool auth_admits(struct client *client, const struct command *command);

#endif
