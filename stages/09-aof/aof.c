#include "aof.h"

#include "aof_config.h"
#include "aof_log.h"
#include "aof_state.h"
#include "log.h"

void aof_start(void) {
    if (aof_config.appendonly)
        aof_state_start();
}

bool aof_wanted(void) {
    return aof_log_is_open();
}

bool aof_settle(void) {
    return aof_log_settle() == 0;
}

const char *aof_error(void) {
    return aof_log_refusal();
}

void aof_turn(void) {
    if (!aof_log_is_open())
        return;
    aof_log_flush();
    aof_state_begin_if_grown();
}

/* Rewriting. */

/* Puts the new base in front of the increment that was begun together with
 * it. */
static bool use_next_base(void) {
    return aof_state_use(
        aof_manifest_rebased(&aof.manifest, aof.base, aof_log_is_open()));
}

static void child_ended(int status) {
    if (!aof_state_child_ended(status) || !use_next_base()) {
        (void)aof_state_rewrite_failed();
        return;
    }
    /* Not before this: the older manifest needs these files. */
    aof_folder_clean(&aof.manifest);
    aof_state_rewritten();
}

/* Sends the effects from now on to a new increment. The old one is brought to
 * disk before the manifest names the new one, since only the last increment may
 * end in the middle of a command. */
static bool switch_increment(void) {
    /* No command has run since the fork, so the old increment ends where the
     * new base does, and the new one begins there. */
    int fd = aof_log_settle() == 0 ? aof_state_add_increment() : -1;
    if (fd < 0)
        return false;
    aof_log_move(fd);
    aof.old_bytes = aof_folder_bytes(&aof.manifest);
    return true;
}

/* Reads the manifest of a log that is switched off. */
static bool read_manifest(void) {
    aof_manifest_free(&aof.manifest);
    return aof_folder_read(&aof.manifest) != AOF_BROKEN;
}

/* Makes sure that the manifest here is the one on disk. */
static bool prepare(void) {
    if (!aof_log_is_open() && (aof_folder_make() != 0 || !read_manifest()))
        return false;
    /* The log went on by the older manifest, so that one must be on disk. */
    if (aof.in_doubt && aof_folder_write(&aof.manifest) != 0)
        return false;
    aof.in_doubt = false;
    return true;
}

/* The child comes first, and the increment right behind it. If that fails, the
 * base is given up, since no increment begins where it ends. */
bool aof_rewrite(void) {
    if (!prepare() || !aof_state_start_child(child_ended))
        return aof_state_rewrite_failed();
    if (aof_log_is_open() && !switch_increment()) {
        aof_state_kill_child();
        return aof_state_rewrite_failed();
    }
    log_info("writing the append-only file anew");
    return true;
}

void aof_rewrite_abort(void) {
    aof_state_kill_child();
}

/* Switching. */

void aof_stop(void) {
    /* The base of a rewrite would be complete only after the log is closed, and
     * would then replace the increment that holds what has changed since. */
    aof_state_kill_child();
    if (aof_log_close() != 0)
        log_error("the append-only file could not be written to its end");
    aof_manifest_free(&aof.manifest);
    aof.in_doubt = false;
}

/* The log begins with all data as they are now. What the manifest named until
 * now is of no use: changes since then were not logged. */
static const char *switch_on(void) {
    /* A rewrite that began while the log was off writes to the same name. Its
     * older base would replace the one that is made here. */
    aof_state_kill_child();
    if (!read_manifest() || !aof_state_start_anew())
        return "Unable to turn on AOF. Check server logs.";
    return NULL;
}

const char *aof_switched(void) {
    if (aof_config.appendonly == aof_wanted())
        return NULL;
    if (aof_config.appendonly)
        return switch_on();
    aof_stop();
    return NULL;
}
