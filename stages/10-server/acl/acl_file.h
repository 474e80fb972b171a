/* Users that outlive the server, in a file of their own,
 *
 *     user alice on #2d71... ~app:* resetchannels -@all +@read
 *     user default on nopass sanitize-payload ~* &* +@all
 *
 * or as lines of the configuration file, but not both. A file is loaded as a
 * whole or not at all. */
#ifndef ACL_FILE_H
#define ACL_FILE_H

#include "acl_users.h"

/* Creates the users that the file or the lines name, at the start. If something
 * is wrong with them, the process ends with a message: permissions must never
 * be guessed. */
void acl_file_start(void);

/* Reads the file into an empty table. Returns false and appends what is
 * wrong with every line; otherwise all users, "default" included, are in the
 * table. */
bool acl_file_load(struct acl_users *users, struct buf *wrong);

/* Writes all users. Returns 0, or an errno; then the file is unchanged. */
int acl_file_save(void);

/* The setting "user": takes a line of it, and appends the lines that describe
 * the users as they are now. */
const char *acl_file_line(const struct slice *words, size_t count);
void acl_file_lines(struct buf *out);

#endif
