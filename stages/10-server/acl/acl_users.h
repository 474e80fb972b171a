/* All users, sorted by their names. One is always called "default": every
 * client is that user until it authenticates as another. */
#ifndef ACL_USERS_H
#define ACL_USERS_H

#include "acl_user.h"

/* A table that is all zeros is empty. */
struct acl_users {
    struct acl_user **list;
    size_t count;
};

/* Returns the user of that name, or NULL. */
struct acl_user *acl_users_find(const struct acl_users *users,
                                struct slice name);

/* Adds a user whose name is new, and owns it from now on. */
void acl_users_add(struct acl_users *users, struct acl_user *user);

/* Removes a user, which belongs to the caller then. */
void acl_users_remove(struct acl_users *users, const struct acl_user *user);

/* Frees all users and empties the table. */
void acl_users_free(struct acl_users *users);

#endif
