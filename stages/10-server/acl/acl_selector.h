/* Selectors: what a user may do.
 *
 * A selector lists commands, keys and channels. A user has one to which most
 * rules apply, and perhaps others, in parentheses:
 *
 *     user app on #1f... ~app:* -@all +@read (~jobs:* -@all +lpush)
 *
 * A request is allowed if a single selector allows its command, all of its keys
 * and all of its channels. The permissions of several selectors are never added
 * up.
 *
 * Commands are bits, by their numbers. The rules that set them are also kept as
 * text, since a category may have more commands in a later version. A rule
 * about the same command or category as an earlier one replaces it. */
#ifndef ACL_SELECTOR_H
#define ACL_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "acl_pattern.h"
#include "buf.h"
#include "command.h"

/* A first argument with which alone a command is allowed: +select|0 */
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

/* Creates a selector that allows nothing, or all channels if the setting
 * acl-pubsub-default says so. */
struct acl_selector *acl_selector_new(void);
struct acl_selector *acl_selector_copy(const struct acl_selector *from);
void acl_selector_free(struct acl_selector *selector);

/* Applies a rule: +@all -@read +get -config|set +select|0 ~keys %R~keys &news
 * allcommands nocommands allkeys resetkeys allchannels resetchannels. Returns
 * NULL, or what is wrong with the rule; then nothing has changed. */
const char *acl_selector_apply(struct acl_selector *selector,
                               struct slice rule);

/* Append what the selector allows, as rules: "+@all -keys", "~a %R~b",
 * "&news". */
void acl_selector_commands(const struct acl_selector *selector,
                           struct buf *out);
void acl_selector_keys(const struct acl_selector *selector, struct buf *out);
void acl_selector_channels(const struct acl_selector *selector,
                           struct buf *out);
/* Appends the rules of all three kinds. */
void acl_selector_describe(const struct acl_selector *selector,
                           struct buf *out);

/* Returns true if the selector allows everything. */
static inline bool
acl_selector_allows_all(const struct acl_selector *selector) {
    return selector->all_commands && selector->all_keys &&
           selector->all_channels;
}

#define ACL_SYNTAX_ERROR "Syntax error"
#define ACL_UNKNOWN "Unknown command or category name in ACL"

#endif
