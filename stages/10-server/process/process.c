#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "config.h"
#include "cpu_list.h"
#include "file_replace.h"
#include "log.h"
#include "log_file.h"
#include "oom_score.h"
#include "proc_title.h"
#include "settings.h"
#include "shutdown.h"
#include "shutdown_wait.h"
#include "supervisor.h"

static bool daemonizes, no_huge_pages = true;
static char *pid_file;
static const char *written; /* the path of the file that was; or NULL */

/* Stopping by a signal. */

enum { SAVE = 1, NOSAVE = 2, NOW = 4, FORCE = 8 };

static const struct flag {
    const char *name;
    unsigned bit;
} flags[] = {{"default", 0},
             {"save", SAVE},
             {"nosave", NOSAVE},
             {"now", NOW},
             {"force", FORCE}};
enum { FLAGS = sizeof flags / sizeof flags[0] };

static unsigned on_sigint, on_sigterm;

static bool read_flag(struct slice word, unsigned *bits) {
    for (size_t i = 0; i < FLAGS; i++) {
        if (slice_is(word, flags[i].name)) {
            *bits |= flags[i].bit;
            return true;
        }
    }
    return false;
}

static const char *set_flags(unsigned *variable, const struct slice *words,
                             size_t count) {
    struct setting_words all = {words, count, 0, 0};
    struct slice word;
    unsigned bits = 0;
    while (setting_words_next(&all, &word))
        if (!read_flag(word, &bits))
            return "argument(s) must be one of the following: default, save, "
                   "nosave, now, force";
    if ((bits & SAVE) && (bits & NOSAVE))
        return "shutdown options SAVE and NOSAVE can't be used "
               "simultaneously";
    *variable = bits;
    return NULL;
}

static void get_flags(unsigned bits, struct buf *out) {
    if (bits == 0)
        buf_append(out, "default", 7);
    bool first = true;
    for (size_t i = 0; i < FLAGS; i++) {
        if (!(bits & flags[i].bit))
            continue;
        if (!first)
            buf_append(out, " ", 1);
        buf_append(out, flags[i].name, strlen(flags[i].name));
        first = false;
    }
}

static const char *sigint_set(const struct slice *words, size_t count) {
    return set_flags(&on_sigint, words, count);
}

static void sigint_get(struct buf *out) {
    get_flags(on_sigint, out);
}

static const char *sigterm_set(const struct slice *words, size_t count) {
    return set_flags(&on_sigterm, words, count);
}

static void sigterm_get(struct buf *out) {
    get_flags(on_sigterm, out);
}

/* The file that a snapshot is written to until it is whole. */
static char unfinished[FILE_PATH_MAX];

/* Whoever interrupts the server a second time does not want to wait for the
 * snapshot, or for the replicas, that the first time began to wait for. */
static _Noreturn void leave_at_once(int signal) {
    /* A handler may call only what is safe in one (signal-safety(7)). */
    static const char line[] = "interrupted twice: leaving at once\n";
    (void)signal;
    (void)!write(log_file_open(), line, sizeof line - 1);
    (void)unlink(unfinished);
    _exit(1);
}

static void stop(unsigned bits) {
    enum shutdown_save save = bits & SAVE     ? SHUTDOWN_SAVE
                              : bits & NOSAVE ? SHUTDOWN_NOSAVE
                                              : SHUTDOWN_DEFAULT;
    /* If the disk fails, the server goes on, and the log says so. */
    (void)(bits & NOW ? shutdown_now(save, bits & FORCE)
                      : shutdown_ask(save, bits & FORCE));
}

/* While a snapshot is being written the loop does not run, so that only the
 * handler itself can act. */
static void stop_until_interrupted(unsigned bits) {
    struct sigaction leave = {.sa_handler = leave_at_once}, before;
    /* Its name is made before the signal can come, not in the handler. */
    if (file_replace_name(unfinished, config.dbfilename, (long)getpid()) != 0)
        unfinished[0] = '\0';
    sigaction(SIGINT, &leave, &before);
    stop(bits);
    sigaction(SIGINT, &before, NULL);
}

void process_asked_to_stop(int signal) {
    if (signal == SIGINT && shutdown_is_later)
        leave_at_once(signal);
    stop_until_interrupted(signal == SIGINT ? on_sigint : on_sigterm);
}

const struct setting process_settings[] = {
    {"daemonize", SETTING_BOOL, SETTING_FIXED, &daemonizes,
     .help = "run in the background"},
    {"pidfile", SETTING_TEXT, SETTING_FIXED, &pid_file,
     .help = "a file for the process ID"},
    {"disable-thp", SETTING_BOOL, SETTING_FIXED, &no_huge_pages},
    {"shutdown-on-sigint", SETTING_OWN, .set = sigint_set, .get = sigint_get},
    {"shutdown-on-sigterm", SETTING_OWN, .set = sigterm_set,
     .get = sigterm_get},
    {0},
};

/* Starting. */

void process_begin(int argc, char **argv) {
    proc_title_begin(argc, argv);
}

static int parent = -1; /* a pipe to it, until the server listens */

/* Ends when the child listens, or has ended: a client that is started next must
 * find the server. */
static _Noreturn void wait_for_child(int pipe) {
    char told;
    _exit(read(pipe, &told, 1) == 1 ? 0 : 1);
}

static void tell_parent(void) {
    if (parent < 0)
        return;
    (void)!write(parent, "", 1); /* it may have been killed */
    close(parent);
    parent = -1;
}

static bool go_into_background(void) {
    int ends[2] = {-1, -1}, nowhere;
    /* If whoever started the server had closed these three, the pipe must not
     * take their places. */
    do
        nowhere = open("/dev/null", O_RDWR);
    while (nowhere >= 0 && nowhere <= STDERR_FILENO);
    pid_t forked = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
    if (forked < 0) {
        log_error("cannot go into the background: %s", strerror(errno));
        return false;
    }
    /* The parent must close the writing end, or it would never read the end of
     * a child that has died. */
    close(ends[forked > 0 ? 1 : 0]);
    if (forked > 0)
        wait_for_child(ends[0]);
    parent = ends[1];
    /* Without a terminal no hang-up of one can end the server. */
    (void)setsid();
    if (nowhere < 0)
        return false;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void)dup2(nowhere, fd);
    if (nowhere > STDERR_FILENO)
        close(nowhere);
    return true;
}

/* The child that takes a snapshot shares pages with the server until one of
 * them writes. A huge page would be copied as a whole for a single byte, so
 * there must be none. */
static void forbid_huge_pages(void) {
    if (no_huge_pages && prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0)
        log_warn("huge pages stay on: %s", strerror(errno));
}

bool process_detach(void) {
    forbid_huge_pages();
    bool background = daemonizes && !supervisor_waits();
    if (background && !go_into_background())
        return false;
    return log_file_start();
}

static void write_pid_file(void) {
    static char standard[] = "/var/run/redis.pid";
    if (pid_file == NULL && !daemonizes)
        return;
    const char *path = pid_file != NULL ? pid_file : standard;
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        log_warn("cannot write %s: %s", path, strerror(errno));
        return;
    }
    fprintf(file, "%ld\n", (long)getpid());
    /* Only a file that this server has written is removed at the end. */
    if (fclose(file) == 0)
        written = path;
}

void process_announce(void) {
    write_pid_file();
    proc_title_start();
    oom_score_start();
    cpu_list_start();
    tell_parent();
}

void process_ready(void) {
    supervisor_tell("STATUS=Ready to accept connections\nREADY=1\n");
}

void process_stopping(void) {
    supervisor_tell("STOPPING=1\n");
}

void process_end(void) {
    if (written != NULL)
        (void)unlink(written);
}
