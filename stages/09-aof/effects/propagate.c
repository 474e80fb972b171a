#include "propagate.h"

#include "aof.h"
#include "loading.h"

bool propagate_wanted(void) {
    return aof_wanted() && !loading();
}

void propagate(int database, const struct slice *argv, size_t argc) {
    aof_append(database, argv, argc);
}

void propagate_begin(int database) {
    struct slice multi = {(char *)"MULTI", 5};
    propagate(database, &multi, 1);
}

void propagate_end(int database) {
    struct slice exec = {(char *)"EXEC", 4};
    propagate(database, &exec, 1);
}
