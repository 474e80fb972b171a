/* Children: how they ended, and who waits for that. */
#include "child.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file_replace.h"
#include "keyspace.h"
#include "loop.h"
#include "own_folder.h"
#include "stage_deaf.h"
#include "unit.h"

static int told;
static bool has_ended, has_begun;

static void ended(int status) {
    told = status;
    has_ended = true;
}

static void begin(void) {
    has_begun = true;
}

static int fail(void) {
    return 1;
}

static int wait_for_ever(void) {
    return pause();
}

/* Whoever started the server may ignore the ends of children, and that is
 * inherited. */
static void test_ignored(void) {
    signal(SIGCHLD, SIG_IGN);
    CHECK_INT(child_start("child", "no-file", fail, ended), 0);
    while (!has_ended)
        loop_turn();
    CHECK(told != 0);
    CHECK(!child_running());
}

static void test_killed(void) {
    has_ended = false;
    CHECK_INT(child_start("child", "no-file", wait_for_ever, ended), 0);
    child_when_free(begin);
    CHECK(!has_begun);
    CHECK(child_kill() > 0);
    CHECK(!child_running() && !has_begun);
    loop_turn();
    CHECK(has_begun && !has_ended);
}

/* What the server closes is closed, though a child was forked before. */
static void test_sockets(void) {
    int pair[2];
    char byte;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_INT(child_start("child", "no-file", wait_for_ever, ended), 0);
    close(pair[0]);
    CHECK_INT(recv(pair[1], &byte, 1, 0), 0);
    close(pair[1]);
    CHECK(child_kill() > 0);
}

/* What a child writes, and who ends it in the middle of that. */
static const char *const path = "dump.rdb";
static int written[2];

static int write_for_ever(void) {
    struct file_replace file;
    if (file_replace_begin(&file, path) != 0 || write(written[1], "w", 1) != 1)
        return 1;
    return pause();
}

/* Starts one, and waits until its file is there. */
static void start_writing(void) {
    char byte;
    CHECK(pipe(written) == 0);
    CHECK_INT(child_start("child", path, write_for_ever, ended), 0);
    CHECK_INT(read(written[0], &byte, 1), 1);
    close(written[0]);
    close(written[1]);
}

static int files_in(const char *name) {
    DIR *folder = opendir(name);
    int count = 0;
    for (struct dirent *at; folder != NULL && (at = readdir(folder)) != NULL;)
        count += at->d_name[0] != '.';
    if (folder != NULL)
        closedir(folder);
    return count;
}

/* The signal of another process, as of the one that ends who takes too much
 * memory. */
static void kill_any_child(void) {
    char line[64];
    snprintf(line, sizeof line, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(line, "r");
    int child = 0;
    CHECK(file != NULL && fscanf(file, "%d", &child) == 1 && child > 1);
    if (file != NULL)
        fclose(file);
    if (child > 1)
        kill(child, SIGKILL);
}

static void test_leaves_nothing(void) {
    start_writing();
    CHECK_INT(files_in("."), 1);
    CHECK(child_kill() > 0);
    CHECK_INT(files_in("."), 0);
    has_ended = false;
    start_writing();
    kill_any_child();
    while (!has_ended)
        loop_turn();
    CHECK(told != 0);
    CHECK_INT(files_in("."), 0);
    /* The server works in another folder meanwhile. */
    start_writing();
    CHECK(chdir("..") == 0);
    CHECK(child_kill() > 0);
}

static void make(const char *name) {
    FILE *file = fopen(name, "w");
    if (file != NULL)
        fclose(file);
}

/* After a crash of the server nobody knows the number of its child. */
static void test_stale(void) {
    make("temp-1.dump.rdb");
    make("temp-2.dump.rdb.manifest");
    make("temp-3.other.rdb");
    make("temp-x.dump.rdb");
    make("temp-4.dump.rdbs");
    make("dump.rdb");
    start_writing(); /* which is not stale, whosever it is */
    CHECK_INT(files_in("."), 7);
    file_replace_clean_all(path);
    CHECK_INT(files_in("."), 5);
    CHECK(child_kill() > 0);
    CHECK_INT(files_in("."), 4);
    CHECK(access("temp-3.other.rdb", F_OK) == 0);
    CHECK(access("temp-x.dump.rdb", F_OK) == 0);
    CHECK(access("temp-4.dump.rdbs", F_OK) == 0);
    CHECK(access("dump.rdb", F_OK) == 0);
    (void)unlink("temp-3.other.rdb");
    (void)unlink("temp-x.dump.rdb");
    (void)unlink("temp-4.dump.rdbs");
    (void)unlink("dump.rdb");
}

int main(void) {
    own_folder_begin();
    keyspace_start();
    unit_test("a child that failed has failed, its signal ignored or not",
              test_ignored);
    unit_test("who waits for a child hears of one that was killed",
              test_killed);
    unit_test("a child holds no connection open", test_sockets);
    unit_test("a child that is killed leaves no file behind",
              test_leaves_nothing);
    own_folder_enter();
    unit_test("files that a crash left are removed, others are not",
              test_stale);
    keyspace_stop();
    own_folder_end();
    return unit_end();
}
