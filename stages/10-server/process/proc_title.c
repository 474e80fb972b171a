#include "proc_title.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "buf_slice.h"
#include "child.h"
#include "config.h"
#include "listener.h"
#include "log.h"
#include "settings.h"
#include "xalloc.h"

extern char **environ;

static char *area;   /* the arguments and the environment */
static size_t space; /* its bytes */
static char *name;   /* argv[0], copied */
static bool wanted = true;
static char *template;

static const char *template_changed(void);

const struct setting title_settings[] = {
    {"set-proc-title", SETTING_BOOL, SETTING_FIXED, &wanted},
    {"proc-title-template", SETTING_TEXT, 0, &template,
     .text = "{title} {listen-addr} {server-mode}",
     .changed = template_changed},
    {0},
};

/* Extends the area by a text that directly follows it. */
static void extend(const char *text) {
    /* Another place means that somebody has replaced the text already. */
    if (text == area + space)
        space += strlen(text) + 1;
}

void proc_title_begin(int argc, char **argv) {
    if (argc == 0)
        return;
    area = argv[0];
    name = xstrndup(argv[0], strlen(argv[0]));
    for (int i = 0; i < argc; i++)
        extend(argv[i]);
    size_t count = 0;
    while (environ[count] != NULL)
        extend(environ[count++]);
    /* The environment is moved away before the title overwrites it. */
    char **copies = xmalloc((count + 1) * sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = xstrndup(environ[i], strlen(environ[i]));
    copies[count] = NULL;
    environ = copies;
}

/* Where clients find the server. */
static void show_address(char *text, size_t room) {
    const char *host = config.bind != NULL ? config.bind : "*";
    if (config.port == 0 && listener_path != NULL)
        snprintf(text, room, "unixsocket:%s", listener_path);
    else
        snprintf(text, room, "%.*s:%lld", (int)strcspn(host, " "), host,
                 (long long)config.port);
}

/* Returns the text that replaces a word in braces, or NULL for an unknown
 * word. */
static const char *meaning(const char *word, size_t len, const char *title) {
    static char text[512];
#define IS(name) (len == sizeof(name) - 1 && memcmp(word, name, len) == 0)
    if (IS("title"))
        return title;
    if (IS("port")) {
        snprintf(text, sizeof text, "%lld", (long long)config.port);
        return text;
    }
    if (IS("listen-addr")) {
        show_address(text, sizeof text);
        return text;
    }
    if (IS("config-file"))
        return config_file() != NULL ? config_file() : "-";
    if (IS("unixsocket"))
        return listener_path != NULL ? listener_path : "";
    if (IS("tls-port"))
        return "0";
    return IS("server-mode") ? "" : NULL;
#undef IS
}

/* Appends what follows an opening brace, and returns where the text goes on, or
 * NULL if this is no word of ours. A second brace stands for a brace. */
static const char *expand_word(struct buf *out, const char *text,
                               const char *title) {
    if (*text == '{') {
        buf_append(out, text, 1);
        return text + 1;
    }
    size_t len = strcspn(text, "}");
    const char *found = meaning(text, len, title);
    if (text[len] == '\0' || found == NULL)
        return NULL;
    buf_append(out, found, strlen(found));
    return text + len + 1;
}

/* Returns false if the template is wrong. */
static bool expand(struct buf *out, const char *text, const char *title) {
    while (text != NULL && *text != '\0') {
        size_t plain = strcspn(text, "{");
        buf_append(out, text, plain);
        text += plain;
        if (*text == '{')
            text = expand_word(out, text + 1, title);
    }
    return text != NULL;
}

static struct slice trimmed(const struct buf *text) {
    struct slice all = buf_slice(text);
    while (all.len > 0 && all.ptr[all.len - 1] == ' ')
        all.len--;
    while (all.len > 0 && *all.ptr == ' ') {
        all.ptr++;
        all.len--;
    }
    return all;
}

/* As in Redis, something has to be left when the title itself is empty. */
static bool is_valid(void) {
    struct buf text = {0};
    bool valid = template != NULL && expand(&text, template, "") &&
                 trimmed(&text).len > 0;
    buf_free(&text);
    return valid;
}

static void show(const char *shown) {
    struct buf text = {0};
    (void)expand(&text, template, shown);
    struct slice title = trimmed(&text);
    /* ps(1) shows all bytes up to the last that is not a NUL, so a longer title
     * from before must not show behind this one. */
    memset(area, 0, space);
    if (title.len > 0)
        memcpy(area, title.ptr, title.len < space ? title.len : space - 1);
    buf_free(&text);
}

static void set(void) {
    if (wanted && area != NULL)
        show(name);
}

static const char wrong[] =
    "template format is invalid or contains unknown variables";

static const char *template_changed(void) {
    if (!is_valid())
        return wrong;
    set();
    return NULL;
}

/* A child has the title that it has in Redis, by which scripts look for it. */
static void forked(void) {
    char text[32];
    if (!wanted || area == NULL || child_name == NULL)
        return;
    snprintf(text, sizeof text, "redis-%s", child_name);
    show(text);
}

void proc_title_start(void) {
    if (!is_valid()) {
        log_error("proc-title-template: %s", wrong);
        log_exit();
    }
    set();
    (void)pthread_atfork(NULL, NULL, forked); /* fails if memory is short */
}
