#include "oom_score.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "number.h"
#include "settings.h"

static const char path[] = "/proc/self/oom_score_adj";

enum { NO, YES, RELATIVE, ABSOLUTE };
static const char *const modes[] = {"no", "yes", "relative", "absolute", NULL};
static int64_t mode;
static int64_t scores[] = {0, 200, 800}; /* by enum oom_role */
enum { ROLES = 3, SCORE_MOST = 1000 };

static enum oom_role role_now;
static bool changed; /* the number is ours */
static int base;     /* the one that the process had at the start */

static bool apply(enum oom_role role);

static const char *changed_setting(void) {
    return apply(role_now)
               ? NULL
               : "Failed to set current oom_score_adj. Check server logs.";
}

static const char *scores_set(const struct slice *words, size_t count) {
    struct setting_words all = {words, count, 0, 0};
    struct slice word;
    int64_t values[ROLES];
    size_t used = 0;
    bool valid = true;
    /* All words are counted, since a wrong number of them is the error that
     * counts more. */
    for (; setting_words_next(&all, &word); used++)
        if (used < ROLES)
            valid = valid && parse_i64(word.ptr, word.len, &values[used]) &&
                    values[used] >= -2 * SCORE_MOST &&
                    values[used] <= 2 * SCORE_MOST;
    if (used != ROLES)
        return "wrong number of arguments";
    if (!valid)
        return "Invalid oom-score-adj-values, elements must be between "
               "-2000 and 2000.";
    memcpy(scores, values, sizeof scores);
    return NULL;
}

static void scores_get(struct buf *out) {
    char text[3 * NUMBER_I64_MAX_TEXT];
    int len =
        snprintf(text, sizeof text, "%lld %lld %lld", (long long)scores[0],
                 (long long)scores[1], (long long)scores[2]);
    buf_append(out, text, (size_t)len);
}

const struct setting oom_settings[] = {
    {"oom-score-adj", SETTING_CHOICE, 0, &mode, .words = modes,
     .changed = changed_setting},
    {"oom-score-adj-values", SETTING_OWN, .set = scores_set, .get = scores_get,
     .changed = changed_setting},
    {0},
};

static bool read_score(int *score) {
    FILE *file = fopen(path, "re");
    char line[32];
    if (file == NULL)
        return false;
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    *score = read ? (int)strtol(line, NULL, 10) : 0;
    return read;
}

static bool write_score(int64_t score) {
    /* A value of the setting may be outside, and so may its sum with the
     * base. */
    if (score > SCORE_MOST)
        score = SCORE_MOST;
    if (score < -SCORE_MOST)
        score = -SCORE_MOST;
    FILE *file = fopen(path, "we");
    bool written = file != NULL && fprintf(file, "%d\n", (int)score) > 0;
    if (file != NULL)
        written = fclose(file) == 0 && written;
    if (!written)
        log_warn("cannot set %s: %s", path, strerror(errno));
    return written;
}

/* Sets the number that the settings ask for. Returns false if that is not
 * possible, which is logged. */
static bool apply(enum oom_role role) {
    if (mode == RELATIVE)
        mode = YES; /* which is another word for it, and is shown */
    /* The number of the start is restored only if it was changed: whoever
     * started the server may have set it anew. */
    if (mode == NO) {
        bool reset = !changed || write_score(base);
        changed = false;
        return reset;
    }
    if (!changed && !read_score(&base))
        return false;
    changed = true;
    return write_score(scores[role] + (mode == ABSOLUTE ? 0 : base));
}

void oom_score_set(enum oom_role role) {
    role_now = role;
    (void)apply(role); /* the server can do without */
}

static void forked(void) {
    oom_score_set(OOM_CHILD);
}

void oom_score_start(void) {
    oom_score_set(OOM_SERVER);
    (void)pthread_atfork(NULL, NULL, forked); /* fails if memory is short */
}
