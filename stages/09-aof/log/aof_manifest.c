#include "aof_manifest.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf_text.h"
#include "number.h"
#include "quoted.h"
#include "resp.h"
#include "xalloc.h"

enum { LINE_MOST = 1024 }; /* bytes with the line feed, as in Redis */

/* The sequences of a manifest that is read go on from its highest, so there
 * must be room above it. No server comes this far. */
#define SEQUENCE_MOST (INT64_MAX / 2)

void aof_manifest_add(struct aof_manifest *manifest, enum aof_kind kind,
                      int64_t sequence, const char *name) {
    size_t at = kind == AOF_BASE ? 0 : manifest->count;
    manifest->files = xrealloc(manifest->files, (manifest->count + 1) *
                                                    sizeof manifest->files[0]);
    memmove(manifest->files + at + 1, manifest->files + at,
            (manifest->count - at) * sizeof manifest->files[0]);
    struct aof_file *file = &manifest->files[at];
    *file = (struct aof_file){.sequence = sequence, .kind = kind};
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    manifest->count++;
}

void aof_manifest_free(struct aof_manifest *manifest) {
    free(manifest->files);
    *manifest = (struct aof_manifest){0};
}

struct aof_manifest aof_manifest_copy(const struct aof_manifest *manifest) {
    size_t bytes = manifest->count * sizeof manifest->files[0];
    struct aof_manifest copy = {xmalloc(bytes), manifest->count};
    if (bytes > 0)
        memcpy(copy.files, manifest->files, bytes);
    return copy;
}

const struct aof_file *aof_manifest_base(const struct aof_manifest *manifest) {
    const struct aof_file *first = manifest->files;
    return manifest->count > 0 && first->kind == AOF_BASE ? first : NULL;
}

const struct aof_file *
aof_manifest_increment(const struct aof_manifest *manifest) {
    for (size_t i = manifest->count; i-- > 0;)
        if (manifest->files[i].kind == AOF_INCR)
            return &manifest->files[i];
    return NULL;
}

/* Files of history count for both kinds, as their kind is not known. The
 * sequence may then be higher than necessary, which does no harm. */
int64_t aof_manifest_last(const struct aof_manifest *manifest,
                          enum aof_kind kind) {
    int64_t last = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        const struct aof_file *file = &manifest->files[i];
        if ((file->kind == kind || file->kind == AOF_HISTORY) &&
            file->sequence > last)
            last = file->sequence;
    }
    return last;
}

struct aof_manifest aof_manifest_rebased(const struct aof_manifest *manifest,
                                         const char *base_name,
                                         bool keep_last) {
    struct aof_manifest copy = aof_manifest_copy(manifest);
    int64_t base = aof_manifest_last(manifest, AOF_BASE) + 1;
    const struct aof_file *kept =
        keep_last ? aof_manifest_increment(&copy) : NULL;
    for (size_t i = 0; i < copy.count; i++)
        if (&copy.files[i] != kept)
            copy.files[i].kind = AOF_HISTORY;
    aof_manifest_add(&copy, AOF_BASE, base, base_name);
    return copy;
}

void aof_manifest_forget(struct aof_manifest *manifest) {
    size_t kept = 0;
    for (size_t i = 0; i < manifest->count; i++)
        if (manifest->files[i].kind != AOF_HISTORY)
            manifest->files[kept++] = manifest->files[i];
    manifest->count = kept;
}

/* Text. */

static bool is_plain(const char *name) {
    for (const char *at = name; *at != '\0'; at++)
        if (!isgraph((unsigned char)*at) || strchr("\"'\\", *at) != NULL)
            return false;
    return true;
}

/* Writes a name, in quotes where they are needed. */
static void write_name(struct buf *out, const char *name) {
    if (is_plain(name))
        buf_text(out, name);
    else
        quoted_append(out, slice_of(name));
}

static void write_line(struct buf *out, const struct aof_file *file) {
    buf_append(out, "file ", 5);
    write_name(out, file->name);
    buf_text_format(out, " seq %" PRId64 " type %c\n", file->sequence,
                    file->kind);
}

/* Returns true if the line of a file is short enough to be read again. Quoted,
 * a name may take more bytes than it took in the text that it was read from. */
static bool has_line(const struct aof_file *file) {
    struct buf line = {0};
    write_line(&line, file);
    bool fits = buf_len(&line) <= LINE_MOST;
    buf_free(&line);
    return fits;
}

/* Reads the words of a line, which come in pairs. Unknown pairs are skipped,
 * since a later version may have more. Returns what is wrong, or NULL. */
static const char *read_line(struct aof_manifest *manifest,
                             const struct request *line) {
    struct slice name = {0}, kind = {0};
    int64_t sequence = 0;
    for (size_t i = 0; i + 1 < line->argc; i += 2) {
        struct slice key = line->argv[i], value = line->argv[i + 1];
        if (slice_is(key, "file"))
            name = value;
        else if (slice_is(key, "type"))
            kind = value;
        else if (slice_is(key, "seq") &&
                 (!parse_i64(value.ptr, value.len, &sequence) || sequence < 1))
            return "the sequence is not a positive number";
    }
    if (line->argc % 2 != 0 || name.len == 0 || sequence == 0 || kind.len == 0)
        return "file, seq and type are needed";
    if (sequence > SEQUENCE_MOST)
        return "the sequence is too large";
    if (name.len > AOF_NAME_MAX)
        return "the name of the file is too long";
    if (kind.len != 1 || memchr("bih", kind.ptr[0], 3) == NULL)
        return "the type is none of b, i and h";
    /* A manifest that somebody has edited must not lead to other files, which
     * would be loaded and later deleted. */
    if (memchr(name.ptr, '/', name.len) || memchr(name.ptr, '\0', name.len))
        return "the file has to stand in the same folder";
    if (kind.ptr[0] == AOF_BASE && aof_manifest_base(manifest) != NULL)
        return "there are two bases";
    const struct aof_file *last = aof_manifest_increment(manifest);
    if (kind.ptr[0] == AOF_INCR && last != NULL && last->sequence >= sequence)
        return "the sequences of increments do not rise";
    struct aof_file file = {.sequence = sequence,
                            .kind = (enum aof_kind)kind.ptr[0]};
    memcpy(file.name, name.ptr, name.len);
    if (!has_line(&file))
        return "the name of the file is too long";
    aof_manifest_add(manifest, file.kind, sequence, file.name);
    return NULL;
}

/* Reads one line, which must end with a line feed, and stores its length in
 * *used. */
static const char *parse_line(struct aof_manifest *manifest,
                              struct request *line, char *text, size_t len,
                              size_t *used) {
    char *end = memchr(text, '\n', len);
    if (end == NULL)
        return "the line is not complete";
    *used = (size_t)(end - text) + 1;
    if (*used > LINE_MOST)
        return "the line is too long";
    if (text[0] == '#')
        return NULL;
    if (text[0] == '*' || text[0] == '\n')
        return "this is no line of a manifest";
    char error[RESP_ERROR_SIZE];
    if (resp_parse(line, text, *used, error) != RESP_DONE)
        return "quotes that are not closed";
    return read_line(manifest, line);
}

const char *aof_manifest_parse(struct aof_manifest *manifest, char *text,
                               size_t len, int *number) {
    *manifest = (struct aof_manifest){0};
    const char *wrong = len == 0 ? "it is empty" : NULL;
    struct request line = {0};
    *number = 1;
    for (size_t at = 0, used = 0; at < len && wrong == NULL; at += used) {
        wrong = parse_line(manifest, &line, text + at, len - at, &used);
        request_reset(&line);
        *number += wrong == NULL;
    }
    request_free(&line);
    if (wrong != NULL)
        aof_manifest_free(manifest);
    return wrong;
}

void aof_manifest_write(const struct aof_manifest *manifest, struct buf *out) {
    for (size_t i = 0; i < manifest->count; i++)
        write_line(out, &manifest->files[i]);
}
