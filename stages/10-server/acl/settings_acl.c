#include "acl.h"
#include "acl_file.h"
#include "acl_log.h"
#include "acl_settings.h"
#include "buf_slice.h"
#include "secret.h"
#include "settings.h"

int64_t acl_channels_default = ACL_NO_CHANNELS;
char *acl_file;

static struct buf password; /* requirepass */

/* CONFIG GET shows the password as it was given, while the user keeps only its
 * hash. ACL SETUSER changes the user but not the setting. */
void acl_apply_requirepass(void) {
    static char reset[] = "resetpass", none[] = "nopass";
    /* CONFIG SET requirepass "" lets everybody in again. */
    struct slice rules[] = {{reset, sizeof reset - 1}, {none, sizeof none - 1}};
    struct buf rule = {0};
    struct acl_fault fault;
    if (buf_len(&password) > 0) {
        buf_append(&rule, ">", 1);
        secret_get(&password, &rule);
        rules[1] = buf_slice(&rule);
    }
    (void)acl_user_apply(auth_default, rules, 2, &fault); /* cannot be wrong */
    buf_free(&rule);
    auth_look_at_all();
}

static const char *requirepass_set(const struct slice *words, size_t count) {
    return secret_set(&password, words, count);
}

static void requirepass_get(struct buf *out) {
    secret_get(&password, out);
}

static const char *requirepass_changed(void) {
    acl_apply_requirepass();
    return NULL;
}

static const char *const channel_words[] = {"allchannels", "resetchannels",
                                            NULL};

/* clang-format off */
const struct setting acl_settings[] = {
    {"requirepass", SETTING_OWN, 0, .set = requirepass_set,
     .get = requirepass_get, .changed = requirepass_changed,
     .help = "the password that clients must give"},
    {"user", SETTING_OWN, SETTING_LINES, .set = acl_file_line,
     .get = acl_file_lines,
     .help = "a user: its name and what it may do, by the rules of ACL"},
    {"aclfile", SETTING_TEXT, SETTING_FIXED, &acl_file,
     .help = "a file with the users, in place of lines 'user'"},
    {"acl-pubsub-default", SETTING_CHOICE, 0, &acl_channels_default,
     .words = channel_words,
     .help = "channels that a new user may use: allchannels or resetchannels"},
    {"acllog-max-len", SETTING_INT64(acl_log_max, 0, INT64_MAX),
     .help = "how many refusals ACL LOG remembers"},
    {0},
};
/* clang-format on */
