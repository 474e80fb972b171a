#include "child.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file_replace.h"
#include "info.h"
#include "keyspace.h"
#include "log.h"
#include "loop.h"
#include "stalled.h"
#include "timer.h"

/* A report of the child. It is small enough to be written to a pipe in one
 * piece. */
struct report {
    uint64_t keys;
    uint64_t private_bytes; /* memory that is no longer shared */
};

static pid_t pid; /* 0: no child */
static int ends[2];
static struct watch watch;
static void (*tell)(int status);
static char replaced[FILE_PATH_MAX]; /* the file that the child writes */
static int folder_fd;                /* the folder where its path begins */
static struct report last;
static uint64_t keys_at_fork, peak_bytes;
static int64_t forked_us, reported_us;

struct child_counts child_counts;
const char *child_name;

/* Functions to be called when the child has ended. */
enum { WAITERS = 4 };
static void (*waiters[WAITERS])(void);
static void call_waiters(struct timer *timer);
static struct timer waiters_timer = {.expired = call_waiters};
static int holds; /* how often it is held */

/* In the child process. */

/* Returns the bytes of memory that either process has written since the fork,
 * and that are therefore shared no more. */
static uint64_t private_bytes(void) {
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    unsigned long long kib = 0;
    const char *name = "Private_Dirty:";
    char line[256];
    while (file != NULL && kib == 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoull(line + strlen(name), NULL, 10);
    if (file != NULL)
        fclose(file);
    return (uint64_t)kib * 1024;
}

static void report(uint64_t keys) {
    last = (struct report){keys, private_bytes()};
    /* If the pipe is full, this report is lost, which does no harm. */
    (void)!write(ends[1], &last, sizeof last);
}

void child_progress(uint64_t keys) {
    if (pid != 0 || keys % 1024 != 0)
        return;
    int64_t now = clock_monotonic_us();
    if (now - reported_us < 1000000)
        return;
    reported_us = now;
    report(keys);
}

/* Closes the child's copies of all connections: when the server closes one, its
 * client is told only if no other process has it open. */
static void close_sockets(void) {
    struct dirent *at;
    struct stat about;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && (at = readdir(folder)) != NULL) {
        int fd = (int)strtol(at->d_name, NULL, 10);
        if (fd > STDERR_FILENO && fstat(fd, &about) == 0 &&
            S_ISSOCK(about.st_mode))
            close(fd);
    }
    if (folder != NULL)
        closedir(folder);
}

static _Noreturn void be_the_child(pid_t parent, int (*work)(void)) {
    /* The child must not outlive the server: what it renames would replace what
     * a later server saved. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it has died before that call */
        _exit(1);
    prctl(PR_SET_NAME, child_name);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    close(ends[0]);
    close_sockets();
    reported_us = clock_monotonic_us();
    int status = work();
    report(keys_at_fork);
    /* Not exit(): the buffers and handlers that it would run are the server's.
     */
    _exit(status);
}

/* In the server process. */

static void call_waiters(struct timer *timer) {
    (void)timer;
    /* A function that begins a child ends this round: the others wait for that
     * child. */
    for (size_t i = 0; i < WAITERS && pid == 0 && holds == 0; i++) {
        void (*begin)(void) = waiters[i];
        waiters[i] = NULL;
        if (begin != NULL)
            begin();
    }
}

void child_when_free(void (*begin)(void)) {
    size_t place = 0;
    while (place < WAITERS && waiters[place] != NULL && waiters[place] != begin)
        place++;
    assert(place < WAITERS); /* the program has no more callers than that */
    waiters[place] = begin;
    call_waiters(&waiters_timer);
}

void child_hold(bool hold) {
    holds += hold ? 1 : -1;
    for (size_t i = 0; i < WAITERS && holds == 0; i++)
        if (waiters[i] != NULL)
            timer_start(&waiters_timer, 0);
}

bool child_held(void) {
    return holds > 0;
}

/* Remembers the child's path together with its folder, since the server may
 * move to another folder while the child runs. */
static void remember_path(const char *path) {
    snprintf(replaced, sizeof replaced, "%s", path);
    folder_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0)
        folder_fd = AT_FDCWD;
}

/* Removes the temporary file that a killed child could not remove itself. */
static void forget_path(bool clean) {
    if (clean)
        file_replace_clean(folder_fd, replaced, (long)pid);
    if (folder_fd != AT_FDCWD)
        close(folder_fd);
}

/* Waits until the child has ended, and lets those who wait for that begin in
 * the next turn of the loop. Returns how it ended: 0 if all went well. */
static int reap(void) {
    int status;
    pid_t got;
    while ((got = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        continue;
    if (got < 0)
        status = -1;
    loop_remove(&watch);
    close(ends[0]);
    forget_path(status != 0);
    pid = 0;
    /* Not at once: whoever called this is in the middle of something. */
    timer_start(&waiters_timer, 0);
    return status;
}

static void hear(struct watch *ready, unsigned events) {
    (void)events;
    struct report heard;
    ssize_t got;
    while ((got = read(ready->fd, &heard, sizeof heard)) == sizeof heard) {
        last = heard;
        if (last.private_bytes > peak_bytes)
            peak_bytes = last.private_bytes;
        reported_us = clock_monotonic_us();
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* The pipe has ended: the child had the only other end of it. */
    int status = reap();
    if (status > 0 && WIFSIGNALED(status))
        log_warn("the child was ended by signal %d", WTERMSIG(status));
    tell(status);
}

static uint64_t count_keys(void) {
    uint64_t keys = 0;
    for (int i = 0; i < keyspace_databases; i++)
        keys += keyspace_size(keyspace_db(i));
    return keys;
}

int child_start(const char *name, const char *path, int (*work)(void),
                void (*ended)(int status)) {
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return errno;
    keys_at_fork = count_keys();
    last = (struct report){0};
    peak_bytes = 0;
    pid_t parent = getpid();
    child_name = name;
    /* The program that started the server may have made it ignore this signal.
     * The system would then not say how the child ended. */
    signal(SIGCHLD, SIG_DFL);
    forked_us = clock_monotonic_us();
    pid_t forked = fork();
    if (forked == 0)
        be_the_child(parent, work);
    int error = errno;
    child_counts.fork_us = clock_monotonic_us() - forked_us;
    stage_stalled("fork", child_counts.fork_us);
    child_counts.forks += forked > 0;
    close(ends[1]);
    if (forked < 0) {
        close(ends[0]);
        return error;
    }
    pid = forked;
    tell = ended;
    remember_path(path);
    watch = (struct watch){.fd = ends[0], .events = LOOP_READ, .ready = hear};
    loop_add(&watch);
    return 0;
}

bool child_replaces(const char *path) {
    return pid != 0 && strcmp(replaced, path) == 0;
}

bool child_running(void) {
    return pid != 0;
}

long child_kill(void) {
    if (pid == 0)
        return 0;
    long killed = pid;
    log_info("ending the child, process %ld, before it is done", killed);
    kill(pid, SIGKILL);
    (void)reap();
    return killed;
}

uint64_t child_private_bytes(void) {
    return peak_bytes;
}

void child_info(struct buf *out) {
    bool running = pid != 0;
    uint64_t now = running ? last.private_bytes : 0;
    int64_t age = running && last.keys > 0
                      ? (clock_monotonic_us() - reported_us) / 1000000
                      : 0;
    double done =
        keys_at_fork > 0 ? 100.0 * (double)last.keys / (double)keys_at_fork : 0;
    info_line(out, "current_cow_peak:%" PRIu64, running ? peak_bytes : 0);
    info_line(out, "current_cow_size:%" PRIu64, now);
    info_line(out, "current_cow_size_age:%" PRId64, age);
    info_line(out, "current_fork_perc:%.2f", running ? done : 0);
    info_line(out, "current_save_keys_processed:%" PRIu64,
              running ? last.keys : 0);
    info_line(out, "current_save_keys_total:%" PRIu64,
              running ? keys_at_fork : 0);
}

void child_fork_info(struct buf *out) {
    info_line(out, "latest_fork_usec:%" PRId64, child_counts.fork_us);
    info_line(out, "total_forks:%" PRIu64, child_counts.forks);
}
