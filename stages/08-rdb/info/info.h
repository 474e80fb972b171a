/* INFO: what the server says about itself, in sections of lines "name:value". A
 * stage's stage.c has a row for each section. */
#ifndef INFO_H
#define INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "slice.h"

struct info_section {
    const char *name; /* as in its heading */
    void (*write)(struct buf *out);
};

/* The sections of this stage, with a row of zeros behind the last: in stage.c.
 */
extern const struct info_section stage_info[];

/* The server is up from now on; for how many seconds it has been. */
void info_start(void);
int64_t info_uptime_s(void);

/* Appends a line: "keys:%d". The end of the line is added. */
void info_line(struct buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sections. */
void server_info(struct buf *out);
void clients_info(struct buf *out);
void keyspace_info(struct buf *out);
void memory_info(struct buf *out);

/* Returns true if this is the name of the section, in upper or lower case. */
bool info_is(const struct info_section *section, struct slice word);

/* Appends a section with its heading. */
void info_write(struct buf *out, const struct info_section *section);

#endif
