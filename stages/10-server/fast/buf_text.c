/* Text for the end of a buffer, without printf() where that can be.
 *
 * INFO has two hundred lines and CLIENT LIST thirty fields for each client, and
 * programs that watch the server ask for them all the time. Nearly all of these
 * are a whole number or a string as it is. The C library takes some 60 ns for
 * one, since it prepares for whatever may come; here it is a copy. A format
 * with anything else in it (a width, a fraction, hexadecimal digits) is left to
 * the C library as a whole. */
#include "buf_text.h"

#include <stdbool.h>
#include <stdio.h>

#include "number.h"

/* In a struct, so that a function can take one argument and its caller the
 * next. */
struct arguments {
    va_list list;
};

static void append_signed(struct buf *out, int64_t value) {
    char *at = buf_reserve(out, NUMBER_I64_MAX_TEXT);
    buf_commit(out, format_i64(at, value));
}

static void append_unsigned(struct buf *out, uint64_t value) {
    char *at = buf_reserve(out, NUMBER_I64_MAX_TEXT);
    buf_commit(out, format_u64(at, value));
}

/* %s with at most that many bytes. Returns false for NULL. */
static bool append_string(struct buf *out, const char *text, size_t most) {
    if (text == NULL)
        return false;
    buf_append(out, text, strnlen(text, most));
    return true;
}

/* A number's d or u, behind that many l. */
static bool append_number(struct buf *out, char kind, size_t longs,
                          struct arguments *arguments) {
    if (kind == 'd')
        append_signed(out, longs == 0   ? va_arg(arguments->list, int)
                           : longs == 1 ? va_arg(arguments->list, long)
                                        : va_arg(arguments->list, long long));
    else if (kind == 'u')
        append_unsigned(out, longs == 0 ? va_arg(arguments->list, unsigned)
                             : longs == 1
                                 ? va_arg(arguments->list, unsigned long)
                                 : va_arg(arguments->list, unsigned long long));
    return kind == 'd' || kind == 'u';
}

/* ".*s" */
static bool append_part(struct buf *out, struct arguments *arguments) {
    int most = va_arg(arguments->list, int);
    const char *text = va_arg(arguments->list, const char *);
    return most >= 0 && append_string(out, text, (size_t)most);
}

/* Appends what a directive stands for and moves past it. Returns false if it is
 * none of these. */
static bool append_directive(struct buf *out, const char **at,
                             struct arguments *arguments) {
    const char *word = *at;
    size_t longs = 0;
    if (word[0] == 's') {
        *at = word + 1;
        return append_string(out, va_arg(arguments->list, const char *),
                             SIZE_MAX);
    }
    if (strncmp(word, ".*s", 3) == 0) {
        *at = word + 3;
        return append_part(out, arguments);
    }
    if (word[0] == 'z' && word[1] == 'u') {
        *at = word + 2;
        append_unsigned(out, va_arg(arguments->list, size_t));
        return true;
    }
    while (longs < 2 && word[longs] == 'l')
        longs++;
    *at = word + longs + 1;
    return append_number(out, word[longs], longs, arguments);
}

/* Returns false if the format has a directive that is not of the plain ones;
 * what came before it has been appended. */
static bool append_plain(struct buf *out, const char *format,
                         struct arguments *arguments) {
    for (;;) {
        const char *sign = strchrnul(format, '%');
        buf_append(out, format, (size_t)(sign - format));
        if (*sign == '\0')
            return true;
        format = sign + 1;
        if (!append_directive(out, &format, arguments))
            return false;
    }
}

/* Any format, in two passes. The first tells how long the text is. */
static void print(struct buf *out, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    size_t size = len > 0 ? (size_t)len : 0;
    (void)vsnprintf(buf_reserve(out, size + 1), size + 1, format, again);
    buf_commit(out, size);
    va_end(again);
}

void buf_text_print(struct buf *out, const char *format, va_list args) {
    size_t before = buf_len(out);
    struct arguments arguments;
    va_copy(arguments.list, args);
    if (!append_plain(out, format, &arguments)) {
        out->end = out->start + before;
        print(out, format, args);
    }
    va_end(arguments.list);
}

void buf_text_format(struct buf *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_text_print(out, format, args);
    va_end(args);
}
