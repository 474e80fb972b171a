/* Selectors: what a user may do.
 *
 * A selector has commands, keys and channels. A user has one, to which most
 * rules apply, and perhaps others in parentheses:
 *
 *     user app on #1f... ~app:* -@all +@read (~jobs:* -@all +lpush)
 *
 * A request is allowed if one selector allows all of it, its command, its keys
 * and its channels. What one selector allows is never added to what another
 * does.
 *
 * Commands are bits by their numbers. The rules that set them are kept as they
 * were given, since a category may have more commands in a later version: a
 * rule that is about the same command or category as an earlier one takes its
 * place. */
#ifndef ACL_SELECTOR_H
#define ACL_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "acl_pattern.h"
#include "buf.h"
#include "command.h"

/* A command that is allowed with this first argument alone: +select|0 */
struct acl_first_argument {
    size_t command; /* its number */
    char *text;     /* lower case */
};

struct acl_selector {
    struct acl_selector *next; /* of the same user */
    bool all_commands, all_keys, all_channels;
    bool others_too; /* the last of +@all and -@all: for the description */
    uint64_t commands[COMMANDS_MAX / 64];
    struct acl_first_argument *first_arguments;
    size_t first_argument_count;
    struct acl_patterns keys, channels;
    struct buf rules; /* the rules about commands: "+@read -keys" */
};

/* One that allows nothing but, if that is the setting acl-pubsub-default, all
 * channels. */
struct acl_selector *acl_selector_new(void);
struct acl_selector *acl_selector_copy(const struct acl_selector *from);
void acl_selector_free(struct acl_selector *selector);

/* Applies a rule: +@all -@read +get -config|set +select|0 ~keys %R~keys &news
 * allcommands nocommands allkeys resetkeys allchannels resetchannels. Returns
 * NULL, or what is wrong with it; then nothing has changed. */
const char *acl_selector_apply(struct acl_selector *selector,
                               struct slice rule);

/* Append what it allows as rules: "+@all -keys", "~a %R~b", "&news". */
void acl_selector_commands(const struct acl_selector *selector,
                           struct buf *out);
void acl_selector_keys(const struct acl_selector *selector, struct buf *out);
void acl_selector_channels(const struct acl_selector *selector,
                           struct buf *out);
/* Appends all three. */
void acl_selector_describe(const struct acl_selector *selector,
                           struct buf *out);

/* Returns true if it allows everything there is. */
static inline bool
acl_selector_allows_all(const struct acl_selector *selector) {
    return selector->all_commands && selector->all_keys &&
           selector->all_channels;
}

#define ACL_SYNTAX_ERROR "Syntax error"
#define ACL_UNKNOWN "Unknown command or category name in ACL"

#endif
