#include "resp.h"

#include <stdio.h>
#include <stdlib.h>

#include "bulk_limit.h"
#include "number.h"
#include "xalloc.h"

/* A larger argv is freed after its request. If it were kept, a client would
 * hold the memory of its largest request for ever. */
enum { KEPT_ARGS = 64 };

void request_reset(struct request *request) {
    if (request->room > KEPT_ARGS)
        request_free(request);
    request->argc = 0;
    request->size = 0;
    request->wanted = 0;
    request->begun = false;
}

void request_free(struct request *request) {
    free(request->argv);
    *request = (struct request){0};
}

void request_add(struct request *request, char *ptr, size_t len) {
    if (request->argc == request->room) {
        request->room = request->room != 0 ? request->room * 2 : 8;
        request->argv =
            xrealloc(request->argv, request->room * sizeof *request->argv);
    }
    request->argv[request->argc++] = (struct slice){ptr, len};
}

/* The input may have moved since the last call, so the slices move too. */
static void follow_input(struct request *request, char *bytes) {
    if (request->input == (uintptr_t)bytes)
        return;
    for (size_t i = 0; i < request->argc; i++) {
        /* Subtracting numbers, not pointers: the old block may be freed. */
        size_t offset = (uintptr_t)request->argv[i].ptr - request->input;
        request->argv[i].ptr = bytes + offset;
    }
    request->input = (uintptr_t)bytes;
}

static enum resp_status wrong(char *error, const char *what) {
    snprintf(error, RESP_ERROR_SIZE, "ERR Protocol error: %s", what);
    return RESP_WRONG;
}

/* Takes a line that ends with \r and any byte, as Redis does; *line is what
 * comes before them. If none ends within the limit, too_long is the error. A
 * line that dribbles in is searched anew each time; the limit bounds what that
 * costs. */
static enum resp_status take_line(struct request *request, char *bytes,
                                  size_t len, struct slice *line,
                                  const char *too_long, char *error) {
    char *from = bytes + request->size;
    size_t left = len - request->size;
    char *end = left > 0 ? memchr(from, '\r', left) : NULL;
    if (end == NULL)
        return left > RESP_LINE_LIMIT ? wrong(error, too_long) : RESP_MORE;
    /* The \n may still be on its way. */
    if ((size_t)(end - from) + 2 > left)
        return RESP_MORE;
    *line = (struct slice){from, (size_t)(end - from)};
    request->size += line->len + 2;
    return RESP_DONE;
}

/* *<number of arguments>\r\n */
static enum resp_status take_count(struct request *request, char *bytes,
                                   size_t len, char *error) {
    struct slice line;
    enum resp_status status = take_line(request, bytes, len, &line,
                                        "too big mbulk count string", error);
    if (status != RESP_DONE)
        return status;
    int64_t count;
    if (!parse_i64(line.ptr + 1, line.len - 1, &count) || count > RESP_ARGS_MAX)
        return wrong(error, "invalid multibulk length");
    /* Redis skips a request of no arguments, or of fewer. Nothing is allocated
     * yet, since announcing a large number costs a client nothing. */
    request->wanted = count > 0 ? (size_t)count : 0;
    request->bulk = -1;
    return RESP_DONE;
}

/* $<length of the next argument>\r\n */
static enum resp_status take_bulk_length(struct request *request, char *bytes,
                                         size_t len, char *error) {
    struct slice line;
    enum resp_status status = take_line(request, bytes, len, &line,
                                        "too big bulk count string", error);
    if (status != RESP_DONE)
        return status;
    if (line.ptr[0] != '$') {
        char what[] = "expected '$', got ' '";
        /* An empty line begins with its \r, which would end the reply. */
        if (line.ptr[0] != '\r' && line.ptr[0] != '\n')
            what[sizeof what - 3] = line.ptr[0];
        return wrong(error, what);
    }
    int64_t bulk;
    if (!parse_i64(line.ptr + 1, line.len - 1, &bulk) || bulk < 0 ||
        bulk > bulk_limit())
        return wrong(error, "invalid bulk length");
    request->bulk = bulk;
    return RESP_DONE;
}

static enum resp_status parse_array(struct request *request, char *bytes,
                                    size_t len, char *error) {
    if (!request->begun) {
        enum resp_status status = take_count(request, bytes, len, error);
        if (status != RESP_DONE)
            return status;
        request->begun = true;
    }
    while (request->argc < request->wanted) {
        if (request->bulk < 0) {
            enum resp_status status =
                take_bulk_length(request, bytes, len, error);
            if (status != RESP_DONE)
                return status;
        }
        /* Its bytes are counted and not looked at, so they may be any bytes.
         * Nor are the two that follow it checked, as in Redis. */
        size_t bulk = (size_t)request->bulk;
        if (len - request->size < bulk + 2)
            return RESP_MORE;
        request_add(request, bytes + request->size, bulk);
        request->size += bulk + 2;
        request->bulk = -1;
    }
    return RESP_DONE;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Redis skips \v and \f between words, but within a word they are bytes like
 * others. */
static bool ends_word(char c) {
    return is_space(c) && c != '\v' && c != '\f';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads one \ sequence between double quotes; *from points behind the \. A
 * sequence without a meaning stands for its byte: \q is q. */
static char unescape(char **from, const char *end) {
    char c = *(*from)++;
    switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'a': return '\a';
    case 'x':
        if (end - *from >= 2) {
            int high = hex_digit((*from)[0]), low = hex_digit((*from)[1]);
            if (high >= 0 && low >= 0) {
                *from += 2;
                return (char)(high * 16 + low);
            }
        }
        return c;
    default: return c;
    }
}

/* Reads a word that may be quoted, in whole or in part, and writes it over
 * itself: it never gets longer. Returns false if the quotes do not end, or end
 * in the middle of a word. */
static bool take_word(char **from, const char *end, struct slice *word) {
    char *to = *from, *at = *from;
    *word = (struct slice){to, 0};
    while (at < end && !ends_word(*at)) {
        char quote = *at;
        if (quote != '"' && quote != '\'') {
            *to++ = *at++;
            continue;
        }
        for (at++; at < end && *at != quote;) {
            char c = *at++;
            /* Between single quotes only \' is special. */
            if (c == '\\' && quote == '"' && at < end)
                c = unescape(&at, end);
            else if (c == '\\' && quote == '\'' && at < end && *at == '\'')
                c = *at++;
            *to++ = c;
        }
        if (at == end || (++at < end && !is_space(*at)))
            return false;
        break; /* a word ends with its quotes */
    }
    word->len = (size_t)(to - word->ptr);
    *from = at;
    return true;
}

/* Nothing is taken before the whole line is there, since words are unquoted in
 * place: a second look would read other bytes. */
static enum resp_status parse_typed(struct request *request, char *bytes,
                                    size_t len, char *error) {
    char *newline = memchr(bytes, '\n', len);
    /* Like Redis, see no line end behind a NUL, which nobody types. So a client
     * that speaks another protocol, such as TLS, soon exceeds the limit. */
    if (newline != NULL && memchr(bytes, '\0', (size_t)(newline - bytes)))
        newline = NULL;
    if (newline == NULL) {
        if (len > RESP_LINE_LIMIT)
            return wrong(error, "too big inline request");
        return RESP_MORE;
    }
    request->size = (size_t)(newline + 1 - bytes);
    char *end = newline;
    if (end > bytes && end[-1] == '\r')
        end--;
    for (char *at = bytes;;) {
        while (at < end && is_space(*at))
            at++;
        if (at == end)
            return RESP_DONE;
        struct slice word;
        if (!take_word(&at, end, &word))
            return wrong(error, "unbalanced quotes in request");
        request_add(request, word.ptr, word.len);
    }
}

enum resp_status resp_parse(struct request *request, char *bytes, size_t len,
                            char error[static RESP_ERROR_SIZE]) {
    if (len == 0)
        return RESP_MORE;
    follow_input(request, bytes);
    if (bytes[0] == '*')
        return parse_array(request, bytes, len, error);
    return parse_typed(request, bytes, len, error);
}
