#include "aof_block.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crc64.h"

/* The places of the parts of a line. */
enum {
    WORD = 7, /* "#BLOCK " */
    DIGITS = 16,
    LENGTH_AT = WORD,
    SUM_AT = LENGTH_AT + DIGITS + 1,
    LINE_SUM_AT = SUM_AT + DIGITS + 1
};

static const char word[WORD + 1] = "#BLOCK ";
static const char hex_digits[] = "0123456789abcdef";

void aof_block_line(char out[static AOF_BLOCK_LINE], const char *bytes,
                    size_t len) {
    char line[AOF_BLOCK_LINE + 1];
    snprintf(line, sizeof line, "%s%016" PRIx64 " %016" PRIx64 " ", word,
             (uint64_t)len, crc64(0, bytes, len));
    snprintf(line + LINE_SUM_AT, sizeof line - LINE_SUM_AT,
             "%016" PRIx64 "\r\n", crc64(0, line, LINE_SUM_AT));
    memcpy(out, line, AOF_BLOCK_LINE);
}

/* Reads sixteen hexadecimal digits in lower case. */
static bool read_hex(const char *text, uint64_t *number) {
    *number = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        const char *digit = memchr(hex_digits, text[i], DIGITS);
        if (digit == NULL)
            return false;
        *number = *number << 4 | (uint64_t)(digit - hex_digits);
    }
    return true;
}

/* Returns true if a line may begin with these bytes. */
static bool may_begin_line(const char *bytes, size_t len) {
    static const char shape[AOF_BLOCK_LINE + 1] =
        "#BLOCK xxxxxxxxxxxxxxxx xxxxxxxxxxxxxxxx xxxxxxxxxxxxxxxx\r\n";
    for (size_t i = 0; i < len; i++)
        if (shape[i] == 'x' ? memchr(hex_digits, bytes[i], DIGITS) == NULL
                            : bytes[i] != shape[i])
            return false;
    return true;
}

static enum aof_parsed check_block(const char *bytes, size_t len) {
    uint64_t length, sum, line_sum;
    if (!read_hex(bytes + LINE_SUM_AT, &line_sum) ||
        line_sum != crc64(0, bytes, LINE_SUM_AT) ||
        memcmp(bytes + AOF_BLOCK_LINE - 2, "\r\n", 2) != 0 ||
        !read_hex(bytes + LENGTH_AT, &length) ||
        !read_hex(bytes + SUM_AT, &sum))
        return AOF_DAMAGED;
    /* The line is right, so its length is: the file ends within the block. */
    if (length > len - AOF_BLOCK_LINE)
        return AOF_CUT;
    return crc64(0, bytes + AOF_BLOCK_LINE, length) == sum ? AOF_WHOLE
                                                           : AOF_DAMAGED;
}

enum aof_parsed aof_block_check(const char *bytes, size_t len, bool *in_blocks,
                                size_t *line) {
    size_t shown = len < WORD ? len : WORD;
    if (memcmp(bytes, word, shown) == 0) {
        if (len < AOF_BLOCK_LINE)
            return may_begin_line(bytes, len) ? AOF_CUT : AOF_DAMAGED;
        *in_blocks = true;
        *line = AOF_BLOCK_LINE;
        return check_block(bytes, len);
    }
    /* It is another line: of Redis, or of a person. */
    const char *newline = memchr(bytes, '\n', len);
    if (newline == NULL)
        return AOF_CUT;
    *line = (size_t)(newline - bytes) + 1;
    bool tells_time = *line > 4 && memcmp(bytes, "#TS:", 4) == 0;
    return tells_time || !*in_blocks ? AOF_WHOLE : AOF_DAMAGED;
}
