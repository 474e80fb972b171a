/* A file whose bytes are read as memory. They may be changed in memory; the
 * file stays as it is. */
#ifndef MAPPED_FILE_H
#define MAPPED_FILE_H

#include <stddef.h>

struct mapped_file {
    char *bytes; /* not NULL; good until it is closed */
    size_t len;
};

/* Returns 0, or an errno. If the file is truncated while it is mapped, reading
 * after the new end raises SIGBUS. */
int mapped_file_open(struct mapped_file *file, const char *path);
void mapped_file_close(struct mapped_file *file);

#endif
