#include "proc_title.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "settings.h"
#include "xalloc.h"

extern char **environ;

static char *area;   /* the arguments and the environment */
static size_t space; /* its bytes */
static char *name;   /* argv[0], copied */
static bool wanted = true;
static char *template;

static const char *template_changed(void) {
    proc_title_set();
    return NULL;
}

const struct setting title_settings[] = {
    {"set-proc-title", SETTING_BOOL, SETTING_FIXED, &wanted},
    {"proc-title-template", SETTING_TEXT, 0, &template,
     .text = "{title} {listen-addr} {server-mode}",
     .changed = template_changed},
    {0},
};

/* Extends the area by a text that directly follows it. */
static void extend(const char *text) {
    if (text == area + space)
        space += strlen(text) + 1;
}

void proc_title_begin(int argc, char **argv) {
    if (argc == 0)
        return;
    area = argv[0];
    name = strdup(argv[0]);
    for (int i = 0; i < argc; i++)
        extend(argv[i]);
    size_t count = 0;
    while (environ[count] != NULL)
        extend(environ[count++]);
    char **copies = xmalloc((count + 1) * sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = strdup(environ[i]);
    copies[count] = NULL;
    environ = copies;
}

/* Returns the text that replaces a word in braces, or NULL for an unknown
 * word. */
static const char *meaning(const char *word, size_t len) {
    static char text[256];
    const char *host = config.bind != NULL ? config.bind : "*";
    size_t host_len = strcspn(host, " ");
    struct slice slice = {(char *)word, len};
    if (slice_is(slice, "title"))
        return name;
    if (slice_is(slice, "port")) {
        snprintf(text, sizeof text, "%lld", (long long)config.port);
        return text;
    }
    if (slice_is(slice, "listen-addr")) {
        snprintf(text, sizeof text, "%.*s:%lld", (int)host_len, host,
                 (long long)config.port);
        return text;
    }
    if (slice_is(slice, "config-file"))
        return config_file() != NULL ? config_file() : "";
    if (slice_is(slice, "server-mode") || slice_is(slice, "tls-port") ||
        slice_is(slice, "unixsocket"))
        return "";
    return NULL;
}

static void expand(struct buf *out, const char *text) {
    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        buf_append(out, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        size_t len = strcspn(text, "}");
        const char *found = meaning(text + 1, len - 1);
        if (text[len] == '}' && found != NULL) {
            buf_append(out, found, strlen(found));
            text += len + 1;
        } else {
            buf_append(out, text++, 1);
        }
    }
    while (buf_len(out) > 0 && buf_bytes(out)[buf_len(out) - 1] == ' ')
        out->end--;
}

void proc_title_set(void) {
    if (!wanted || area == NULL || template == NULL)
        return;
    struct buf title = {0};
    expand(&title, template);
    size_t len = buf_len(&title) < space ? buf_len(&title) : space - 1;
    memset(area, 0, space);
    if (len > 0)
        memcpy(area, buf_bytes(&title), len);
    buf_free(&title);
}
