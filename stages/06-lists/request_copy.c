#include "request_copy.h"

#include "bytes.h"

size_t request_copy_size(const struct request *request) {
    size_t size = request->argc * sizeof *request->argv;
    for (size_t i = 0; i < request->argc; i++)
        size += request->argv[i].len;
    return size;
}

struct request request_copy(const struct request *request, void *room) {
    struct request copy = {.argv = room, .argc = request->argc};
    char *at = (char *)(copy.argv + copy.argc);
    for (size_t i = 0; i < copy.argc; i++) {
        struct slice from = request->argv[i];
        copy.argv[i] = (struct slice){at, from.len};
        bytes_copy(at, from.ptr, from.len);
        at += from.len;
    }
    return copy;
}
