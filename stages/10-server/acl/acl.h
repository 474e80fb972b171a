/* Access control: what clients may do, and what happens to them when that
 * changes.
 *
 * A client whose user may do everything does not have the bit CLIENT_LIMITED,
 * and nothing here is called for it. */
#ifndef ACL_H
#define ACL_H

#include "acl_check.h"
#include "auth.h"

/* Creates the users that the configuration names. If something is wrong with
 * them, the process ends with a message. */
void acl_start(void);
void acl_stop(void);

/* Returns false after an error reply if the client's user may not run the
 * request. acl_refuses() judges what the inline check cannot decide. */
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

/* Judges a queued request once more when it runs, since the user's rules may
 * have changed after it was queued. */
bool acl_still_admits(struct client *client, const struct command *command,
                      const struct request *request);

/* Changes of users. A client that loses its user, or a channel it listens to,
 * is closed at once; only the client that asked for the change ("by", or NULL)
 * reads its reply first. */

/* Adds a user, or replaces the one of the same name, and owns it from now on.
 * Closes clients that listen to a channel which their user is no longer
 * allowed. */
void acl_replace(struct acl_user *user, const struct client *by);

/* Removes a user and closes its clients. */
void acl_remove(struct acl_user *user, const struct client *by);

/* Replaces all users by those of the table, and empties it. Closes the clients
 * of all users other than "default". */
void acl_replace_all(struct acl_users *users, const struct client *by);

#endif
