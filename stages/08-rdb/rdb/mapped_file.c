#include "mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int map(struct mapped_file *file, int fd) {
    static char nothing[1];
    struct stat about;
    if (fstat(fd, &about) != 0)
        return errno;
    *file = (struct mapped_file){nothing, (size_t)about.st_size};
    /* A folder can be opened. Mapping it would fail with ENODEV, which says
     * little to whoever named it. */
    if (S_ISDIR(about.st_mode))
        return EISDIR;
    if (file->len == 0) /* no bytes cannot be mapped */
        return 0;
    void *bytes =
        mmap(NULL, file->len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return errno;
    file->bytes = bytes;
    /* This is only a hint, so a failure does not matter. */
    (void)madvise(bytes, file->len, MADV_SEQUENTIAL);
    return 0;
}

int mapped_file_open(struct mapped_file *file, const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = map(file, fd);
    close(fd); /* a mapping needs no descriptor */
    return error;
}

void mapped_file_close(struct mapped_file *file) {
    if (file->len > 0)
        munmap(file->bytes, file->len);
    *file = (struct mapped_file){0};
}
