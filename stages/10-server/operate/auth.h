/* The password that clients must give.
 *
 * There is one user, "default". A client that has not authenticated may run few
 * commands, and is a stranger: stranger.h. */
#ifndef AUTH_H
#define AUTH_H

#include "command.h"

/* The setting requirepass: the password, or NULL, and then nobody needs one. */
extern char *auth_password;

/* Lets the client in, if user and password are right. Without a password any
 * will do. */
bool auth_try(struct client *client, struct slice user, struct slice password);

/* The name of the user that a client is. */
const char *auth_user(const struct client *client);

/* Returns true if there is a user of that name. */
bool auth_is_user(struct slice name);

/* Returns false after the error reply if the client must authenticate before it
 * may run the command. */
bool auth_admits(struct client *client, const struct command *command);

#endif
