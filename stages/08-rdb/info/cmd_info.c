/* INFO. */
#include "command.h"
#include "info.h"

/* Returns true if a section was asked for. Without words, or with one that
 * means all, every section is. */
static bool is_wanted(const struct request *request,
                      const struct info_section *section) {
    for (size_t i = 1; i < request->argc; i++) {
        struct slice word = request->argv[i];
        if (info_is(section, word) || slice_is(word, "all") ||
            slice_is(word, "default") || slice_is(word, "everything"))
            return true;
    }
    return request->argc == 1;
}

/* INFO [section [section ...]] */
static void cmd_info(struct client *client, struct request *request) {
    struct buf text = {0};
    for (const struct info_section *s = stage_info; s->name != NULL; s++)
        if (is_wanted(request, s))
            info_write(&text, s);
    reply_verbatim(client, buf_len(&text) > 0 ? buf_bytes(&text) : "",
                   buf_len(&text));
    buf_free(&text);
}

const struct command info_commands[] = {
    {"info", cmd_info, -1, CMD_LOADING | CMD_STALE},
    {0},
};
