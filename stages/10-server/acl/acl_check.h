/* Decides whether a user may run a request.
 *
 * First the command is checked, then the keys in the request, then its
 * channels. So a user that may not run a command learns nothing about keys. */
#ifndef ACL_CHECK_H
#define ACL_CHECK_H

#include "acl_user.h"

/* To be called once, when all commands are known. */
void acl_check_start(void);

/* The verdicts, in the order of their rank: if selectors refuse a request for
 * different reasons, the last of these is the one that is reported. */
enum acl_verdict { ACL_ALLOWED, ACL_NO_COMMAND, ACL_NO_KEY, ACL_NO_CHANNEL };

/* Judges a request of at least one argument. Sets *argument to the number of
 * the key or channel that is refused, or to 0. */
enum acl_verdict acl_check(const struct acl_user *user,
                           const struct command *command,
                           const struct slice *argv, size_t argc,
                           size_t *argument);

/* Returns true if the user is certain to be allowed the request: the command is
 * allowed, its number says all that must be known of it, and it names at most
 * one key. Otherwise ask acl_check() and acl_check_options(). */
bool acl_check_quickly(const struct acl_user *user,
                       const struct command *command, const struct slice *argv,
                       size_t argc);

/* Some commands compute names of keys while they run, as SORT does for its
 * options BY and GET; for these the user must be allowed to read all keys.
 * Returns the option that is refused, or NULL. */
const char *acl_check_options(const struct acl_user *user,
                              const struct command *command,
                              const struct slice *argv, size_t argc);

/* Returns true if a selector allows a channel. A pattern to subscribe to must
 * stand in the selector's list as it is. */
bool acl_check_channel(const struct acl_selector *selector, struct slice name,
                       bool is_pattern);

/* Appends the sentence that says what the user may not do. It names the key or
 * the channel only if that is given; the error reply to a refused client does
 * not give it. */
void acl_check_explain(struct buf *out, const struct acl_user *user,
                       const struct command *command, enum acl_verdict verdict,
                       const struct slice *argument);

#endif
