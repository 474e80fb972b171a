/* INFO, with sections that are shown only if the client names them, and CONFIG
 * RESETSTAT. */
#include "command.h"
#include "info.h"
#include "introspect.h"

/* Long sections, with a line or more for each command. */
static bool is_detailed(const struct info_section *section) {
    return strcmp(section->name, "Commandstats") == 0 ||
           strcmp(section->name, "Latencystats") == 0;
}

/* A section for those who look for what slows the server down. As in Redis, not
 * even "everything" means it. */
static bool is_asked_by_name(const struct info_section *section) {
    return strcmp(section->name, "Debug") == 0;
}

static bool is_wanted(const struct request *request,
                      const struct info_section *section) {
    for (size_t i = 1; i < request->argc; i++) {
        struct slice word = request->argv[i];
        if (info_is(section, word))
            return true;
        if (is_asked_by_name(section))
            continue;
        if (slice_is(word, "all") || slice_is(word, "everything") ||
            (slice_is(word, "default") && !is_detailed(section)))
            return true;
    }
    return request->argc == 1 && !is_detailed(section) &&
           !is_asked_by_name(section);
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

/* CONFIG RESETSTAT */
static void config_resetstat(struct client *client, struct request *request) {
    (void)request;
    stage_reset_statistics();
    reply_ok(client);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command info_commands[] = {
    {"info", cmd_info, -1, CMD_LOADING | CMD_STALE},
    {"config|resetstat", config_resetstat, 2, FLAGS},
    {0},
};
