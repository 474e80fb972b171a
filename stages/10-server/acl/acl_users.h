/* All users, in the order of their names. There is always one that is called
 * "default": clients are that one until they say who they are. */
#ifndef ACL_USERS_H
#define ACL_USERS_H

#include "acl_user.h"

/* All zeros is an empty table. */
struct acl_users {
    struct acl_user **list;
    size_t count;
};

/* NULL if there is none of that name. */
struct acl_user *acl_users_find(const struct acl_users *users,
                                struct slice name);

/* Adds a user of a new name, and owns it from now on. */
void acl_users_add(struct acl_users *users, struct acl_user *user);

/* Takes a user out, who is the caller's then. */
void acl_users_remove(struct acl_users *users, const struct acl_user *user);

/* Frees all users and empties the table. */
void acl_users_free(struct acl_users *users);

#endif
