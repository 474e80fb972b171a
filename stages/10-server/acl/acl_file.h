/* Users that outlive the server: in a file of their own,
 *
 *     user alice on #2d71... ~app:* resetchannels -@all +@read
 *     user default on nopass sanitize-payload ~* &* +@all
 *
 * or as lines of the configuration file, but not both. A file is taken as a
 * whole, or not at all. */
#ifndef ACL_FILE_H
#define ACL_FILE_H

#include "acl_users.h"

/* Makes the users that the file or the lines name, at the start. If something
 * is wrong with them, the process ends with a message: who may do what must not
 * be a guess. */
void acl_file_start(void);

/* Reads the file. Returns false and appends what is wrong, for every line. Else
 * the users are in the table, which was empty; "default" is among them. */
bool acl_file_load(struct acl_users *users, struct buf *wrong);

/* Writes all users. Returns 0, or an errno; then the file is as it was. */
int acl_file_save(void);

/* The setting "user": its lines, and what they would have to say now. */
const char *acl_file_line(const struct slice *words, size_t count);
void acl_file_lines(struct buf *out);

#endif
