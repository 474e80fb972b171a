/* The increment that is being written: what commands changed, as requests, in
 * the order in which it happened.
 *
 *     *2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n *3\r\n$3\r\nSET\r\n$1\r\nk\r\n...
 *
 * The bytes are collected, and written to the file once a turn, before the
 * replies of that turn are sent. appendfsync says when they are synced:
 *
 *     always    before the replies: one sync for all clients of the turn
 *     everysec  within a second, by a thread; if the disk is slower than that,
 *               writing waits for two seconds, then goes on
 *     no        when the system likes
 *
 * Bytes that cannot be written are kept, and tried again, unless the reply must
 * not be sent without them (always): then the process ends. */
#ifndef AOF_LOG_H
#define AOF_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "slice.h"

/* How long writing waits for the disk before it makes clients wait, too. */
enum { AOF_LOG_PATIENCE_US = 2000000 };

/* Takes over a file of that size, open for appending. */
void aof_log_open(int fd, int64_t size);
/* Writes and syncs everything that was appended. Returns 0, or an errno. */
int aof_log_settle(void);
/* The same, and closes the file in any case. */
int aof_log_close(void);
bool aof_log_is_open(void);

/* Writes everything that was appended. Returns false if that failed. */
bool aof_log_write(void);
/* Syncs what was written. May be called from another thread, if the log is
 * neither flushed nor closed meanwhile. Returns 0, or an errno, which the loop
 * then has to pass on: aof_log_failed("sync", errno). */
int aof_log_sync(void);
void aof_log_failed(const char *what, int why);

/* For a rewrite: the log goes on with another file, which is empty. All bytes
 * but those that wait to be written must be on disk, in other files. */
void aof_log_move(int fd);
/* Drops the first len of the bytes that wait: they were written, or need not
 * be. */
void aof_log_pass(size_t len);

/* Appends commands, as the bytes of their requests. */
void aof_log_append(struct slice bytes);

/* Writes, and syncs what is due by now. */
void aof_log_flush(void);

/* Returns the error reply for commands that write, if the last write or sync
 * has failed; else NULL. */
const char *aof_log_refusal(void);

/* Returns the size of the file, with the bytes that are not written yet; 0 if
 * there is no file. */
int64_t aof_log_size(void);

/* How often a sync took so long that writing waited for it, and whether there
 * is a sync under way. */
extern uint64_t aof_log_delayed;
extern bool aof_log_syncing;

void aof_log_info(struct buf *out);

/* Return how many bytes were ever appended, to whichever file, and how many of
 * them are known to be on disk. */
int64_t aof_log_appended(void);
int64_t aof_log_synced(void);

#endif
