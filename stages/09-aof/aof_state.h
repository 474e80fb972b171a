/* The state of the append-only file: the files of which it consists now, and
 * its rewrites. The steps in which these change are in aof.c. */
#ifndef AOF_STATE_H
#define AOF_STATE_H

#include "aof_folder.h"

extern struct aof_state {
    struct aof_manifest manifest; /* as it is on disk */
    /* True if the manifest was replaced but its folder could not be synced, so
     * the one on disk may be the old one or the new one. No rewrite begins
     * before that is known. */
    bool in_doubt;
    int64_t old_bytes;  /* in all files but the current increment */
    int64_t base_bytes; /* in all files after the last rewrite, or in
                           the base if that was before the start */

    bool rewriting;
    bool scheduled; /* a rewrite begins as soon as there is no child */
    char base[FILE_PATH_MAX]; /* the name of the base that is being written */
    int64_t began_us;         /* when the last rewrite began */
    uint64_t rewrites;        /* how many were begun */
    uint64_t failures;        /* since the last success */
    int64_t retry_us;         /* no rewrite begins by itself before then */
} aof;

/* To be called after loading. Opens the log with the last increment, or begins
 * the first one, behind a base. Ends the process if that fails. */
void aof_state_start(void);

/* Opens the log with a new increment behind a new base; they replace all files.
 * The base is written while clients wait, as for SAVE. Returns false if that
 * failed, which is logged. */
bool aof_state_start_anew(void);

/* Puts a newer manifest in place, and takes it over. Returns false if that
 * failed, which is logged. */
bool aof_state_use(struct aof_manifest newer);

/* Begins an increment after all files that a newer manifest names, and uses
 * that manifest. Returns a descriptor; or -1, after a line in the log. */
int aof_state_begin_increment(struct aof_manifest newer);
/* The same, after the files that there are. */
int aof_state_add_increment(void);

/* Begins a rewrite as soon as there is no child. */
void aof_state_schedule(void);

/* Begins a rewrite if the log has grown enough since the last one. */
void aof_state_begin_if_grown(void);

/* Starts the child that writes the next base. Returns false if that failed,
 * which is logged. ended has to call aof_state_child_ended() first, which
 * returns true if the base is complete. */
bool aof_state_start_child(void (*ended)(int status));
bool aof_state_child_ended(int status);
/* Kills the child of a rewrite, and forgets a rewrite that is scheduled. */
void aof_state_kill_child(void);

/* End a rewrite: well, or not. Then the log goes on in the files that the
 * manifest names, and rewrites that begin by themselves wait for a while. */
void aof_state_rewritten(void);
bool aof_state_rewrite_failed(void); /* returns false */

void aof_state_info(struct buf *out);

#endif
