#include "reply.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf_text.h"
#include "client.h"
#include "number.h"
#include "resp_write.h"
#include "xalloc.h"

static void reply_line(struct client *client, const char *type,
                       const char *text) {
    buf_text(client->out, type);
    buf_text(client->out, text);
    buf_text(client->out, "\r\n");
}

void reply_simple(struct client *client, const char *text) {
    reply_line(client, "+", text);
}

void reply_ok(struct client *client) {
    buf_append(client->out, "+OK\r\n", 5);
}

void reply_error(struct client *client, const char *text) {
    reply_line(client, "-", text);
}

void reply_errorf(struct client *client, const char *format, ...) {
    va_list args;
    /* The first call measures, since an argument may be long. */
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    char *text = xmalloc((size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    /* A line end would end the reply, and what follows would pass for the next
     * one. */
    while (len > 0 && strchr("\r\n", text[len - 1]) != NULL)
        text[--len] = '\0';
    for (char *at = text; (at = strpbrk(at, "\r\n")) != NULL;)
        *at = ' ';
    reply_error(client, text);
    free(text);
}

void reply_integer(struct client *client, int64_t value) {
    resp_write_number(client->out, ':', value);
}

void reply_bulk(struct client *client, const void *bytes, size_t len) {
    resp_write_bulk(client->out, bytes, len);
}

void reply_slice(struct client *client, struct slice bytes) {
    reply_bulk(client, bytes.ptr, bytes.len);
}

void reply_text(struct client *client, const char *text) {
    reply_bulk(client, text, strlen(text));
}

void reply_bulk_integer(struct client *client, int64_t value) {
    char text[NUMBER_I64_MAX_TEXT];
    reply_bulk(client, text, format_i64(text, value));
}

void reply_array(struct client *client, size_t count) {
    resp_write_number(client->out, '*', (int64_t)count);
}

void reply_bad_subcommand(struct client *client, struct slice name,
                          const char *container) {
    reply_errorf(client,
                 "ERR unknown subcommand or wrong number of arguments for "
                 "'%.*s'. Try %s HELP.",
                 SLICE_SHOWN(name), container);
}
