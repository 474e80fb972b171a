/* Users: a name, passwords, and selectors that say what is allowed.
 *
 * The rules of a user are words:
 *
 *     on off nopass >password #hash <password !hash resetpass
 *     sanitize-payload skip-sanitize-payload clearselectors reset
 *     (rules of a selector)      adds a selector
 *     anything else              is for the first selector (acl_selector.h)
 *
 * Only the hash of a password is kept, and the time of a comparison does not
 * depend on how many of its bytes are right. */
#ifndef ACL_USER_H
#define ACL_USER_H

#include "acl_selector.h"
#include "sha256.h"

struct acl_user {
    char *name; /* with a NUL, and none before it */
    bool on, nopass, skip_sanitize;
    uint8_t (*passwords)[SHA256_BYTES];
    size_t password_count;
    struct acl_selector *selectors; /* never NULL */
};

/* Creates a user that is off and may do nothing. */
struct acl_user *acl_user_new(struct slice name);
/* Creates the user "default" of a new server: on, without a password, and
 * allowed everything. */
struct acl_user *acl_user_new_default(void);
void acl_user_free(struct acl_user *user);

struct acl_user *acl_user_copy(const struct acl_user *from);
/* Exchanges all that two users have, except their names. So a user to which
 * clients point changes completely or not at all. */
void acl_user_swap(struct acl_user *one, struct acl_user *other);

/* Returns true if a user may have this name. */
bool acl_user_valid_name(struct slice name);

/* A rule that cannot be applied. */
struct acl_fault {
    const char *why; /* NULL: a parenthesis is never closed */
    struct buf rule; /* its words; to be freed */
    size_t next;     /* the number of the word behind it */
};

/* Applies rules one after the other. Returns false at the first that is wrong;
 * those before it have been applied by then, so the user must not be in use
 * yet. If a parenthesis is never closed, no rule is applied. */
bool acl_user_apply(struct acl_user *user, const struct slice *rules,
                    size_t count, struct acl_fault *fault);

/* Returns true if the user is on and has this password. */
bool acl_user_knows(const struct acl_user *user, struct slice password);

/* Returns true if the user may do everything. */
bool acl_user_allows_all(const struct acl_user *user);

/* Appends a hash in hexadecimal. */
void acl_hash_append(const uint8_t hash[static SHA256_BYTES], struct buf *out);
/* Appends the user's rules. A new user to which they are applied is the
 * same. */
void acl_user_describe(const struct acl_user *user, struct buf *out);

#endif
