/* May a user run a request?
 *
 * The command is looked at first, then the keys in the request, then its
 * channels: who may not run a command learns nothing about keys. */
#ifndef ACL_CHECK_H
#define ACL_CHECK_H

#include "acl_user.h"

/* Once all commands are known. */
void acl_check_start(void);

/* In the order in which they matter when selectors refuse a request for
 * different reasons. */
enum acl_verdict { ACL_ALLOWED, ACL_NO_COMMAND, ACL_NO_KEY, ACL_NO_CHANNEL };

/* Judges a request of at least one argument. If a key or a channel is refused,
 * sets *argument to its number, else to 0. */
enum acl_verdict acl_check(const struct acl_user *user,
                           const struct command *command,
                           const struct slice *argv, size_t argc,
                           size_t *argument);

/* Returns true if the user may run the request, and that can be seen at a
 * glance: a command that is allowed, of which all is known by its number, with
 * one key at most. Else acl_check() must be asked, and acl_check_options(). */
bool acl_check_quickly(const struct acl_user *user,
                       const struct command *command, const struct slice *argv,
                       size_t argc);

/* A command may make names of keys when it runs, as SORT does by its options BY
 * and GET. Then the user must be allowed to read all keys. Returns NULL if that
 * is so, or else the option. */
const char *acl_check_options(const struct acl_user *user,
                              const struct command *command,
                              const struct slice *argv, size_t argc);

/* Returns true if a selector allows a channel; to subscribe to a pattern, it
 * must be in the list itself. */
bool acl_check_channel(const struct acl_selector *selector, struct slice name,
                       bool is_pattern);

/* Appends the sentence that says what the user may not do. It names the key or
 * the channel only if that is given: whoever was refused is not told. */
void acl_check_explain(struct buf *out, const struct acl_user *user,
                       const struct command *command, enum acl_verdict verdict,
                       const struct slice *argument);

#endif
