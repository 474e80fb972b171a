/* Files that are replaced as a whole, where something stands in their way. */
#include "file_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "own_folder.h"
#include "unit.h"

static int folder_error; /* of each fsync() of a folder; or 0 */

/* In place of the library's. */
int fsync(int fd) {
    struct stat about;
    errno = folder_error;
    if (folder_error != 0 && fstat(fd, &about) == 0 && S_ISDIR(about.st_mode))
        return -1;
    return (int)syscall(SYS_fsync, fd);
}

static int replace(const char *path, const char *text) {
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error != 0)
        return error;
    return file_replace_commit(&file,
                               file_write_all(file.fd, text, strlen(text)));
}

static void check_holds(const char *path, const char *text) {
    char found[16] = "";
    FILE *file = fopen(path, "r");
    if (!CHECK(file != NULL))
        return;
    size_t len = fread(found, 1, sizeof found, file);
    CHECK_TEXT(found, len, text);
    fclose(file);
}

/* The name under which this process writes the new file. */
static void temporary(char name[static FILE_PATH_MAX]) {
    CHECK_INT(file_replace_name(name, "file", (long)getpid()), 0);
}

/* To open a pipe would wait for its other end. */
static void test_pipe(void) {
    char name[FILE_PATH_MAX];
    temporary(name);
    CHECK_INT(mkfifo(name, 0644), 0);
    CHECK_INT(replace("file", "new"), 0);
    check_holds("file", "new");
    CHECK_INT(mkfifo(name, 0644), 0);
    file_replace_clean_all("file");
    CHECK(access(name, F_OK) != 0);
}

/* A link leads to a file that is not ours to empty. */
static void test_link(void) {
    char name[FILE_PATH_MAX];
    temporary(name);
    CHECK_INT(replace("other", "theirs"), 0);
    CHECK_INT(symlink("other", name), 0);
    CHECK_INT(replace("file", "ours"), 0);
    check_holds("other", "theirs");
    check_holds("file", "ours");
    unlink("other");
}

/* Some file systems cannot sync folders, and say so. */
static void test_folder_not_synced(void) {
    folder_error = EINVAL;
    CHECK_INT(replace("file", "a"), 0);
    folder_error = EIO;
    CHECK_INT(replace("file", "b"), EIO);
    folder_error = 0;
}

int main(void) {
    own_folder_begin();
    alarm(20); /* a pipe that is opened never returns */
    unit_test("a pipe in place of the temporary file", test_pipe);
    unit_test("a link in place of the temporary file", test_link);
    unit_test("a folder that cannot be synced at all", test_folder_not_synced);
    unlink("file");
    own_folder_end();
    return unit_end();
}
