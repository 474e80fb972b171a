/* The functions that are taken over. Each asks the rules, does the real thing,
 * and tells the journal. Whether a descriptor is of the folder is asked of the
 * kernel each time: slow, but always true. */
#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define OURS __attribute__((visibility("default")))

static char folder[PATH_ROOM];
static size_t folder_len;
static bool no_sync;

/* ---- What a descriptor, a path is ---- */

enum kind { NOTHING, FOLDER_FILE, CONNECTION };

struct place {
    enum kind kind;
    uint64_t inode; /* of a file */
    unsigned port;  /* of a connection's other end */
    char path[PATH_ROOM];
};

static bool inside(const char *path) {
    return strncmp(path, folder, folder_len) == 0 &&
           (path[folder_len] == '/' || path[folder_len] == '\0');
}

static unsigned peer_port(int fd) {
    struct sockaddr_in address = {0};
    socklen_t len = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &len) < 0 ||
        address.sin_family != AF_INET)
        return 0;
    return ntohs(address.sin_port);
}

static enum kind place_of(int fd, struct place *place) {
    place->kind = NOTHING;
    place->path[0] = '\0';
    struct stat about;
    int saved = errno;
    if (faults_control == NULL || fstat(fd, &about) < 0) {
        errno = saved;
        return NOTHING;
    }
    if (S_ISSOCK(about.st_mode)) {
        place->port = peer_port(fd);
        place->kind = place->port != 0 ? CONNECTION : NOTHING;
    } else if (S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)) {
        char name[64];
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(name, place->path, sizeof place->path - 1);
        place->path[len < 0 ? 0 : len] = '\0';
        place->inode = about.st_ino;
        place->kind = inside(place->path) ? FOLDER_FILE : NOTHING;
    }
    errno = saved;
    return place->kind;
}

/* The absolute path of one that a call was given, without "." and "..", or
 * false: it is not below the folder. */
static bool path_of(int dir, const char *given, char *path) {
    if (faults_control == NULL || given == NULL)
        return false;
    char whole[2 * PATH_ROOM] = "";
    int saved = errno;
    if (given[0] != '/' && dir == AT_FDCWD) {
        if (getcwd(whole, PATH_ROOM) == NULL)
            whole[0] = '\0';
    } else if (given[0] != '/') {
        char name[64];
        snprintf(name, sizeof name, "/proc/self/fd/%d", dir);
        ssize_t len = readlink(name, whole, PATH_ROOM - 1);
        whole[len < 0 ? 0 : len] = '\0';
    }
    errno = saved;
    size_t at = strlen(whole);
    snprintf(whole + at, sizeof whole - at, "/%s", given);
    size_t len = 0;
    char *rest = NULL;
    for (char *part = strtok_r(whole, "/", &rest); part != NULL;
         part = strtok_r(NULL, "/", &rest)) {
        size_t size = strlen(part);
        if (strcmp(part, ".") == 0 || len + size + 2 > PATH_ROOM)
            continue;
        if (strcmp(part, "..") == 0) {
            while (len > 0 && path[--len] != '/')
                continue;
            continue;
        }
        path[len++] = '/';
        memcpy(path + len, part, size);
        len += size;
    }
    path[len] = '\0';
    return inside(path);
}

static void note_path(int kind, uint64_t inode, const char *path) {
    faults_journal(kind, inode, 0, path, strlen(path), NULL, 0);
}

static int fail(int error) {
    errno = error;
    return -1;
}

/* ---- Writing ---- */

/* Writes to a file of the folder; offset < 0: where the file stands. */
static ssize_t write_file(int fd, const struct place *place, const void *bytes,
                          size_t len, off_t offset) {
    struct verdict verdict = faults_judge(OP_WRITE, place->path, len);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    size_t most = verdict.most < len ? verdict.most : len;
    long wrote = offset < 0 ? syscall(SYS_write, fd, bytes, most)
                            : syscall(SYS_pwrite64, fd, bytes, most, offset);
    if (wrote > 0) {
        int saved = errno;
        off_t at = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR) - wrote;
        faults_journal(J_WRITE, place->inode, (uint64_t)at, NULL, 0, bytes,
                       (size_t)wrote);
        errno = saved;
    }
    if (verdict.die)
        faults_die();
    return wrote;
}

/* Before bytes go to a client, and after it: what a crash in between may have
 * let out counts as let out. */
static void reply_goes(const struct place *place, size_t len) {
    struct verdict verdict = faults_judge(OP_REPLY, "", len);
    faults_wait(&verdict);
    faults_journal(J_REPLY, len, place->port, NULL, 0, NULL, 0);
}

static ssize_t reply_went(const struct place *place, size_t len, ssize_t sent) {
    size_t went = sent < 0 ? 0 : (size_t)sent;
    if (went < len)
        faults_journal(J_UNSENT, len - went, place->port, NULL, 0, NULL, 0);
    return sent;
}

OURS ssize_t write(int fd, const void *bytes, size_t len) {
    struct place place;
    switch (place_of(fd, &place)) {
    case FOLDER_FILE: return write_file(fd, &place, bytes, len, -1);
    case CONNECTION:
        reply_goes(&place, len);
        return reply_went(&place, len, syscall(SYS_write, fd, bytes, len));
    case NOTHING: break;
    }
    return syscall(SYS_write, fd, bytes, len);
}

OURS ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) {
    struct place place;
    if (place_of(fd, &place) == FOLDER_FILE)
        return write_file(fd, &place, bytes, len, offset);
    return syscall(SYS_pwrite64, fd, bytes, len, offset);
}

OURS ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t offset) {
    return pwrite(fd, bytes, len, offset);
}

static size_t total(const struct iovec *parts, int count) {
    size_t sum = 0;
    for (int i = 0; i < count; i++)
        sum += parts[i].iov_len;
    return sum;
}

OURS ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct place place;
    switch (place_of(fd, &place)) {
    case FOLDER_FILE: {
        size_t len = total(parts, count), at = 0;
        char *bytes = malloc(len + 1);
        if (bytes == NULL)
            return fail(ENOMEM);
        for (int i = 0; i < count; at += parts[i++].iov_len)
            if (parts[i].iov_len > 0)
                memcpy(bytes + at, parts[i].iov_base, parts[i].iov_len);
        ssize_t wrote = write_file(fd, &place, bytes, len, -1);
        free(bytes);
        return wrote;
    }
    case CONNECTION: {
        size_t len = total(parts, count);
        reply_goes(&place, len);
        return reply_went(&place, len, syscall(SYS_writev, fd, parts, count));
    }
    case NOTHING: break;
    }
    return syscall(SYS_writev, fd, parts, count);
}

OURS ssize_t send(int fd, const void *bytes, size_t len, int flags) {
    struct place place;
    if (place_of(fd, &place) != CONNECTION)
        return syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
    reply_goes(&place, len);
    return reply_went(&place, len,
                      syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0));
}

OURS ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    struct place place;
    if (place_of(fd, &place) != CONNECTION)
        return syscall(SYS_sendmsg, fd, message, flags);
    size_t len = total(message->msg_iov, (int)message->msg_iovlen);
    reply_goes(&place, len);
    return reply_went(&place, len, syscall(SYS_sendmsg, fd, message, flags));
}

/* ---- stdio: what fwrite() collects leaves by our write(), too ---- */

/* One stream at a time is collected for, as writers of files do it. */
static struct {
    FILE *stream;
    size_t used;
    char bytes[4096];
} held;
static pthread_mutex_t held_lock = PTHREAD_MUTEX_INITIALIZER;

/* With the lock: what is held goes to its file. False: it could not. */
static bool let_go(void) {
    size_t at = 0;
    int fd = held.stream != NULL ? fileno(held.stream) : -1;
    while (at < held.used) {
        ssize_t wrote = write(fd, held.bytes + at, held.used - at);
        if (wrote < 0)
            break;
        at += (size_t)wrote;
    }
    bool all = at == held.used;
    held.used = 0;
    held.stream = NULL;
    return all;
}

static void *real(const char *name) {
    void *symbol = dlsym(RTLD_NEXT, name);
    if (symbol == NULL)
        abort();
    return symbol;
}

OURS size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
    struct place place;
    if (place_of(fileno(stream), &place) != FOLDER_FILE) {
        size_t (*next)(const void *, size_t, size_t, FILE *);
        *(void **)&next = real("fwrite");
        return next(bytes, size, count, stream);
    }
    pthread_mutex_lock(&held_lock);
    bool good = held.stream == stream || let_go();
    held.stream = stream;
    const char *from = bytes;
    for (size_t left = size * count; left > 0 && good;) {
        size_t part = sizeof held.bytes - held.used;
        part = part < left ? part : left;
        memcpy(held.bytes + held.used, from, part);
        held.used += part;
        from += part;
        left -= part;
        if (held.used == sizeof held.bytes) {
            good = let_go();
            held.stream = stream;
        }
    }
    pthread_mutex_unlock(&held_lock);
    return good ? count : 0;
}

static bool flush_held(const FILE *stream) {
    pthread_mutex_lock(&held_lock);
    bool good = true;
    if (held.stream != NULL && (stream == NULL || stream == held.stream))
        good = let_go();
    pthread_mutex_unlock(&held_lock);
    return good;
}

OURS int fflush(FILE *stream) {
    int (*next)(FILE *);
    *(void **)&next = real("fflush");
    bool good = flush_held(stream);
    int saved = errno;
    int status = next(stream);
    if (!good)
        errno = saved;
    return good ? status : EOF;
}

OURS int fclose(FILE *stream) {
    int (*next)(FILE *);
    *(void **)&next = real("fclose");
    bool good = flush_held(stream);
    int status = next(stream);
    return good ? status : EOF;
}

/* ---- Syncing ---- */

static int sync_file(int fd, enum op op, long number) {
    struct place place;
    if (place_of(fd, &place) != FOLDER_FILE)
        return (int)syscall(number, fd);
    struct verdict verdict = faults_judge(op, place.path, 0);
    faults_journal(J_SYNC, place.inode, 0, NULL, 0, NULL, 0);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    int status = no_sync ? 0 : (int)syscall(number, fd);
    if (status == 0)
        faults_journal(J_SYNCED, place.inode, 0, NULL, 0, NULL, 0);
    if (verdict.die)
        faults_die();
    return status;
}

OURS int fsync(int fd) {
    return sync_file(fd, OP_FSYNC, SYS_fsync);
}

OURS int fdatasync(int fd) {
    return sync_file(fd, OP_FDATASYNC, SYS_fdatasync);
}

/* ---- Names ---- */

static int open_file(int dir, const char *given, int flags, mode_t mode) {
    char path[PATH_ROOM];
    if (!path_of(dir, given, path))
        return (int)syscall(SYS_openat, dir, given, flags, mode);
    struct verdict verdict = faults_judge(OP_OPEN, path, 0);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    struct stat about;
    int saved = errno;
    bool was_there = lstat(path, &about) == 0;
    bool cut = was_there && (flags & O_TRUNC) != 0 && S_ISREG(about.st_mode);
    if (cut) {
        struct verdict second = faults_judge(OP_TRUNCATE, path, 0);
        faults_wait(&second);
    }
    errno = saved;
    int fd = (int)syscall(SYS_openat, dir, given, flags, mode);
    if (fd < 0)
        return fd;
    if (!was_there && fstat(fd, &about) == 0)
        note_path(J_CREATE, about.st_ino, path);
    if (cut)
        faults_journal(J_SIZE, about.st_ino, 0, NULL, 0, NULL, 0);
    errno = saved;
    if (verdict.die)
        faults_die();
    return fd;
}

static mode_t mode_of(int flags, va_list rest) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
}

#define OPEN_WITH_MODE(dir, given)      \
    va_list rest;                       \
    va_start(rest, flags);              \
    mode_t mode = mode_of(flags, rest); \
    va_end(rest);                       \
    return open_file(dir, given, flags, mode)

OURS int open(const char *given, int flags, ...) {
    OPEN_WITH_MODE(AT_FDCWD, given);
}

OURS int open64(const char *given, int flags, ...) {
    OPEN_WITH_MODE(AT_FDCWD, given);
}

OURS int openat(int dir, const char *given, int flags, ...) {
    OPEN_WITH_MODE(dir, given);
}

OURS int openat64(int dir, const char *given, int flags, ...) {
    OPEN_WITH_MODE(dir, given);
}

OURS int creat(const char *given, mode_t mode) {
    return open_file(AT_FDCWD, given, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/* What a stream's mode asks of open(). */
static int flags_of(const char *mode) {
    int flags = strchr(mode, '+') != NULL ? O_RDWR
                : mode[0] == 'r'          ? O_RDONLY
                                          : O_WRONLY;
    if (mode[0] == 'w')
        flags |= O_CREAT | O_TRUNC;
    if (mode[0] == 'a')
        flags |= O_CREAT | O_APPEND;
    if (strchr(mode, 'e') != NULL)
        flags |= O_CLOEXEC;
    if (strchr(mode, 'x') != NULL)
        flags |= O_EXCL;
    return flags;
}

OURS FILE *fopen(const char *given, const char *mode) {
    char path[PATH_ROOM];
    if (!path_of(AT_FDCWD, given, path)) {
        FILE *(*next)(const char *, const char *);
        *(void **)&next = real("fopen");
        return next(given, mode);
    }
    int fd = open_file(AT_FDCWD, given, flags_of(mode), 0666);
    return fd < 0 ? NULL : fdopen(fd, mode);
}

OURS FILE *fopen64(const char *given, const char *mode) {
    return fopen(given, mode);
}

static int rename_file(int from_dir, const char *from, int to_dir,
                       const char *to) {
    char paths[2 * PATH_ROOM], target[PATH_ROOM];
    bool here = path_of(from_dir, from, paths);
    if (!path_of(to_dir, to, target) || !here)
        return (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
    struct verdict verdict = faults_judge(OP_RENAME, target, 0);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    int status = (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
    if (status == 0) {
        size_t first = strlen(paths) + 1, second = strlen(target);
        memcpy(paths + first, target, second + 1);
        faults_journal(J_RENAME, 0, 0, paths, first + second, NULL, 0);
    }
    if (verdict.die)
        faults_die();
    return status;
}

OURS int rename(const char *from, const char *to) {
    return rename_file(AT_FDCWD, from, AT_FDCWD, to);
}

OURS int renameat(int from_dir, const char *from, int to_dir, const char *to) {
    return rename_file(from_dir, from, to_dir, to);
}

static int unlink_file(int dir, const char *given, int flags) {
    char path[PATH_ROOM];
    if (!path_of(dir, given, path))
        return (int)syscall(SYS_unlinkat, dir, given, flags);
    struct verdict verdict = faults_judge(OP_UNLINK, path, 0);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    int status = (int)syscall(SYS_unlinkat, dir, given, flags);
    if (status == 0)
        note_path(J_UNLINK, 0, path);
    if (verdict.die)
        faults_die();
    return status;
}

OURS int unlink(const char *given) {
    return unlink_file(AT_FDCWD, given, 0);
}

OURS int unlinkat(int dir, const char *given, int flags) {
    return unlink_file(dir, given, flags);
}

OURS int remove(const char *given) {
    int status = unlink_file(AT_FDCWD, given, 0);
    if (status < 0 && (errno == EISDIR || errno == EPERM))
        status = unlink_file(AT_FDCWD, given, AT_REMOVEDIR);
    return status;
}

OURS int rmdir(const char *given) {
    return unlink_file(AT_FDCWD, given, AT_REMOVEDIR);
}

OURS int ftruncate(int fd, off_t size) {
    struct place place;
    if (place_of(fd, &place) != FOLDER_FILE)
        return (int)syscall(SYS_ftruncate, fd, size);
    struct verdict verdict = faults_judge(OP_TRUNCATE, place.path, 0);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    int status = (int)syscall(SYS_ftruncate, fd, size);
    if (status == 0)
        faults_journal(J_SIZE, place.inode, (uint64_t)size, NULL, 0, NULL, 0);
    return status;
}

OURS int ftruncate64(int fd, off_t size) {
    return ftruncate(fd, size);
}

OURS int truncate(const char *given, off_t size) {
    char path[PATH_ROOM];
    if (!path_of(AT_FDCWD, given, path))
        return (int)syscall(SYS_truncate, given, size);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int status = ftruncate(fd, size);
    int saved = errno;
    syscall(SYS_close, fd);
    errno = saved;
    return status;
}

OURS int truncate64(const char *given, off_t size) {
    return truncate(given, size);
}

OURS int mkdir(const char *given, mode_t mode) {
    char path[PATH_ROOM];
    if (!path_of(AT_FDCWD, given, path))
        return (int)syscall(SYS_mkdirat, AT_FDCWD, given, mode);
    struct verdict verdict = faults_judge(OP_MKDIR, path, 0);
    faults_wait(&verdict);
    if (verdict.error != 0)
        return fail(verdict.error);
    int status = (int)syscall(SYS_mkdirat, AT_FDCWD, given, mode);
    struct stat about;
    if (status == 0 && stat(path, &about) == 0)
        note_path(J_MKDIR, about.st_ino, path);
    return status;
}

/* ---- Processes ---- */

OURS pid_t fork(void) {
    if (faults_control != NULL) {
        struct verdict verdict = faults_judge(OP_FORK, "", 0);
        faults_wait(&verdict);
        if (verdict.error != 0)
            return fail(verdict.error);
    }
    pid_t (*next)(void);
    *(void **)&next = real("fork");
    return next();
}

/* ---- The beginning ---- */

static struct control *map_control(const char *path) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    void *bytes =
        mmap(NULL, CONTROL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    return bytes == MAP_FAILED ? NULL : bytes;
}

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("FAULTS_FOLDER");
    const char *control = getenv("FAULTS_CONTROL");
    const char *journal = getenv("FAULTS_JOURNAL");
    if (where == NULL || control == NULL || strlen(where) >= sizeof folder)
        return;
    folder_len = strlen(where);
    memcpy(folder, where, folder_len + 1);
    no_sync = getenv("FAULTS_NO_SYNC") != NULL;
    if (journal != NULL)
        faults_journal_open(journal);
    faults_control = map_control(control);
    if (faults_control == NULL) {
        static const char said[] = "faults: no control file\n";
        syscall(SYS_write, 2, said, sizeof said - 1);
    }
}
