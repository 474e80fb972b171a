#include "stream_id.h"

#include <errno.h>
#include <stdlib.h>

#include "number.h"

bool stream_id_next(struct stream_id *id) {
    if (id->seq < UINT64_MAX) {
        id->seq++;
        return true;
    }
    if (id->ms == UINT64_MAX)
        return false;
    *id = (struct stream_id){id->ms + 1, 0};
    return true;
}

bool stream_id_previous(struct stream_id *id) {
    if (id->seq > 0) {
        id->seq--;
        return true;
    }
    if (id->ms == 0)
        return false;
    *id = (struct stream_id){id->ms - 1, UINT64_MAX};
    return true;
}

/* An unsigned 64-bit number. Redis falls back on strtoull, which also takes
 * leading zeros and blanks, and clients may rely on that. */
static bool parse_number(const char *text, uint64_t *out) {
    int64_t number;
    if (parse_i64(text, strlen(text), &number)) { /* quick, and nearly always */
        *out = (uint64_t)number;
        return number >= 0;
    }
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

bool stream_id_parse(struct slice text, uint64_t missing_seq,
                     struct stream_id *id, bool *any_seq) {
    char copy[128]; /* Redis's limit, which leading zeros can reach */
    if (text.len > sizeof copy - 1)
        return false;
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (any_seq != NULL)
        *any_seq = false;
    char *seq = strchr(copy, '-');
    if (seq != NULL)
        *seq++ = '\0';
    if (!parse_number(copy, &id->ms))
        return false;
    id->seq = missing_seq;
    if (seq == NULL)
        return true;
    if (any_seq != NULL && strcmp(seq, "*") == 0) {
        id->seq = 0;
        *any_seq = true;
        return true;
    }
    return parse_number(seq, &id->seq);
}

size_t stream_id_format(char out[static STREAM_ID_MAX_TEXT],
                        struct stream_id id) {
    size_t len = format_u64(out, id.ms);
    out[len++] = '-';
    return len + format_u64(out + len, id.seq);
}
