/* The rules: a line each,
 *
 *     OP ACTION [VALUE] [on=TEXT] [after=N] [times=N]
 *
 *     write fail ENOSPC on=.incr. after=10    the eleventh write fails, and all
 *                                             after it
 *     write room 5000                         the disk takes 5000 bytes more
 *     write short 3 times=1                   one write takes 3 bytes
 *     fdatasync delay 1500                    milliseconds
 *     rename die                              once done, SIGKILL
 *     write tear 7 after=20                   7 bytes are written, then SIGKILL
 *     fork fail ENOMEM
 *
 * on= names a part of the path, on=! what must be no part of it. after= and
 * times= count the calls that the rule is about, in all processes together. The
 * first rule that fits is taken, except that a delay goes along with any other.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "preload.h"

enum action { FAIL, ROOM, SHORT, DELAY, DIE, TEAR, ACTIONS };

struct rule {
    enum op op;
    enum action action;
    uint64_t value;
    uint64_t after, times;
    char on[64];
};

static const char *const op_names[OPS] = {
    "open",   "write",    "fsync", "fdatasync", "rename",
    "unlink", "truncate", "mkdir", "fork",      "reply"};
static const char *const action_names[ACTIONS] = {"fail",  "room", "short",
                                                  "delay", "die",  "tear"};
static const struct {
    const char *name;
    int value;
} errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"ENOMEM", ENOMEM},
              {"EAGAIN", EAGAIN}, {"EACCES", EACCES}, {"EMFILE", EMFILE},
              {"EDQUOT", EDQUOT}, {"EROFS", EROFS},   {"EINTR", EINTR},
              {"ENOENT", ENOENT}};

struct control *faults_control;

static struct rule rules[RULES_MAX];
static size_t rule_count;
static uint64_t known_generation;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int find(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static uint64_t value_of(const char *word) {
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].name, word) == 0)
            return (uint64_t)errors[i].value;
    return strtoull(word, NULL, 10);
}

static void take_word(struct rule *rule, const char *word) {
    if (strncmp(word, "on=", 3) == 0)
        snprintf(rule->on, sizeof rule->on, "%s", word + 3);
    else if (strncmp(word, "after=", 6) == 0)
        rule->after = strtoull(word + 6, NULL, 10);
    else if (strncmp(word, "times=", 6) == 0)
        rule->times = strtoull(word + 6, NULL, 10);
    else
        rule->value = value_of(word);
}

static void take_line(char *line) {
    char *rest = NULL;
    const char *op = strtok_r(line, " ", &rest);
    const char *action = op != NULL ? strtok_r(NULL, " ", &rest) : NULL;
    if (action == NULL || rule_count == RULES_MAX)
        return;
    int op_number = find(op_names, OPS, op);
    int action_number = find(action_names, ACTIONS, action);
    if (op_number < 0 || action_number < 0) {
        static const char said[] = "faults: a rule that is not understood\n";
        syscall(SYS_write, 2, said, sizeof said - 1);
        abort();
    }
    struct rule *rule = &rules[rule_count++];
    *rule = (struct rule){.op = (enum op)op_number,
                          .action = (enum action)action_number,
                          .times = UINT64_MAX};
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;)
        take_word(rule, word);
}

/* The rules as they are now; with the lock. */
static void reread(void) {
    uint64_t generation = atomic_load(&faults_control->generation);
    if (generation == known_generation)
        return;
    char text[RULES_TEXT];
    memcpy(text, faults_control->rules, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    rule_count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        take_line(line);
    known_generation = generation;
}

static int is_about(const struct rule *rule, const char *path) {
    if (rule->on[0] == '!')
        return strstr(path, rule->on + 1) == NULL;
    return rule->on[0] == '\0' || strstr(path, rule->on) != NULL;
}

/* A rule that fits the call, by its number. */
static void apply(struct verdict *verdict, size_t number, size_t bytes) {
    const struct rule *rule = &rules[number];
    _Atomic uint64_t *seen = &faults_control->seen[number];
    if (rule->action == ROOM) {
        uint64_t used = atomic_fetch_add(seen, bytes);
        uint64_t left = used < rule->value ? rule->value - used : 0;
        if (left == 0)
            verdict->error = ENOSPC;
        verdict->most = left < bytes ? (size_t)left : bytes;
        return;
    }
    uint64_t turn = atomic_fetch_add(seen, 1);
    if (turn < rule->after || turn - rule->after >= rule->times)
        return;
    switch (rule->action) {
    case FAIL: verdict->error = (int)rule->value; break;
    case SHORT:
    case TEAR:
        verdict->most = (size_t)rule->value;
        verdict->die = rule->action == TEAR;
        break;
    case DELAY: verdict->delay_ms = (unsigned)rule->value; break;
    case DIE: verdict->die = 1; break;
    case ROOM:
    case ACTIONS: break;
    }
}

static int settled(const struct verdict *verdict, size_t bytes) {
    return verdict->error != 0 || verdict->die || verdict->most < bytes;
}

struct verdict faults_judge(enum op op, const char *path, size_t bytes) {
    struct verdict verdict = {.most = bytes};
    atomic_fetch_add(&faults_control->count[op].calls, 1);
    atomic_fetch_add(&faults_control->count[op].bytes, bytes);
    pthread_mutex_lock(&lock);
    reread();
    for (size_t i = 0; i < rule_count && !settled(&verdict, bytes); i++)
        if (rules[i].op == op && is_about(&rules[i], path))
            apply(&verdict, i, bytes);
    pthread_mutex_unlock(&lock);
    if (settled(&verdict, bytes) || verdict.delay_ms > 0)
        atomic_fetch_add(&faults_control->count[op].hit, 1);
    return verdict;
}

void faults_wait(const struct verdict *verdict) {
    struct timespec left = {verdict->delay_ms / 1000,
                            (long)(verdict->delay_ms % 1000) * 1000000L};
    while (verdict->delay_ms > 0 && nanosleep(&left, &left) < 0 &&
           errno == EINTR)
        continue;
}

void faults_die(void) {
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void before_fork(void) {
    pthread_mutex_lock(&lock);
}

static void after_fork(void) {
    pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void hold_at_fork(void) {
    pthread_atfork(before_fork, after_fork, after_fork);
}
