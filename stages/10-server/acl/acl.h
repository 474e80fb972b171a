/* Access control: what clients may do, and what happens to them when that
 * changes.
 *
 * A client whose user may do everything is not looked at: it has not the bit
 * CLIENT_LIMITED. */
#ifndef ACL_H
#define ACL_H

#include "acl_check.h"
#include "auth.h"

/* Makes the users that the configuration names, or ends the process with a
 * message. */
void acl_start(void);
void acl_stop(void);

/* Returns false, after an error reply, if the client's user may not run the
 * request. acl_refuses() is for what cannot be seen at a glance. */
bool acl_refuses(struct client *client, const struct command *command,
                 const struct request *request);
static inline bool acl_admits(struct client *client,
                              const struct command *command,
                              const struct request *request) {
    return !(client->state.special & CLIENT_LIMITED) ||
           acl_check_quickly(client->state.user, command, request->argv,
                             request->argc) ||
           !acl_refuses(client, command, request);
}

/* The same for a request that was allowed when it was queued, and runs now. */
bool acl_still_admits(struct client *client, const struct command *command,
                      const struct request *request);

/* Changes of users. Clients that are closed by them are closed at once, but for
 * the one who asked for the change, which reads its reply first; by is NULL if
 * nobody has. */

/* Puts a user in the place of the one of the same name, if there is one, and
 * owns it from now on. Clients are closed that listen to a channel which their
 * user may no longer use. */
void acl_replace(struct acl_user *user, const struct client *by);

/* Removes a user, and closes its clients. */
void acl_remove(struct acl_user *user, const struct client *by);

/* Puts these users in the place of all, and empties the table. All clients of
 * other users than "default" are closed. */
void acl_replace_all(struct acl_users *users, const struct client *by);

#endif
