/* A library that stands between a server and its disk (LD_PRELOAD).
 *
 * It looks at what a process does to the files below one folder. It counts the
 * calls, and can fail, shorten or delay them, or end the process in them, as
 * rules say that may change at any moment; and it can write down, in a journal,
 * all that was done to the folder, so that one can tell what would be left of
 * it if the power had gone at any moment. README.md says what that model is.
 *
 *     FAULTS_FOLDER   the folder, an absolute path without links
 *     FAULTS_CONTROL  a file of CONTROL_SIZE bytes: rules and counters, which
 *                     the library and its driver both map
 *     FAULTS_JOURNAL  a file to append to; or not set: no journal
 *     FAULTS_NO_SYNC  set: fsync and fdatasync are taken note of, but the disk
 *                     is not asked, which is much quicker
 *
 * What a child of fork() does is seen, too. What the C library does inside of
 * itself is not, so the functions of stdio that write are taken over. */
#ifndef PRELOAD_H
#define PRELOAD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum op {
    OP_OPEN,
    OP_WRITE, /* write pwrite writev fwrite */
    OP_FSYNC,
    OP_FDATASYNC,
    OP_RENAME,
    OP_UNLINK,
    OP_TRUNCATE, /* ftruncate truncate, and open with O_TRUNC */
    OP_MKDIR,
    OP_FORK,
    OP_REPLY, /* bytes to a TCP connection */
    OPS
};

enum { RULES_MAX = 16, RULES_TEXT = 4096, PATH_ROOM = 4096 };

/* The control file. The driver writes the rules' text, then another number
 * into generation. */
struct control {
    char rules[RULES_TEXT];
    _Atomic uint64_t generation;
    struct {
        _Atomic uint64_t calls, bytes, hit; /* hit: by a rule */
    } count[OPS];
    _Atomic uint64_t seen[RULES_MAX]; /* calls (room: bytes), rule by rule */
};

enum { CONTROL_SIZE = 8192 };

extern struct control *faults_control; /* NULL: the library does nothing */

/* What is to become of a call. */
struct verdict {
    int error;         /* errno to fail with; 0: do not fail */
    size_t most;       /* bytes that a write may write */
    unsigned delay_ms; /* to wait before */
    int die;           /* end the process once it is done */
};

/* Asks the rules, and counts. Bytes: of a write. */
struct verdict faults_judge(enum op op, const char *path, size_t bytes);
/* Waits, if that is what the verdict says; called without any lock. */
void faults_wait(const struct verdict *verdict);
void faults_die(void) __attribute__((noreturn));

/* Kinds of the journal's records. */
enum {
    J_CREATE = 'O', /* path; inode */
    J_WRITE = 'W',  /* inode, offset; data */
    J_SIZE = 'T',   /* inode; offset is the new size */
    J_SYNC = 'B',   /* inode: a sync begins */
    J_SYNCED = 'S', /* inode: it has succeeded */
    J_RENAME = 'R', /* path, NUL, path */
    J_UNLINK = 'U', /* path */
    J_MKDIR = 'M',  /* path; inode */
    J_REPLY = 'A',  /* offset: the client's port; inode: bytes that go */
    J_UNSENT = 'a'  /* the same: so many of them did not go after all */
};

/* A record: this, then the path, then the data. */
struct record {
    uint32_t magic; /* RECORD_MAGIC */
    uint32_t kind;
    uint64_t ns; /* CLOCK_MONOTONIC */
    uint32_t pid, thread;
    uint64_t inode, offset;
    uint32_t path_len, data_len;
};

enum { RECORD_MAGIC = 0x4c4e524a };

void faults_journal_open(const char *path);
void faults_journal(int kind, uint64_t inode, uint64_t offset, const char *path,
                    size_t path_len, const void *data, size_t data_len);

#endif
