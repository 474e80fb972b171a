#include "propagate.h"

#include "loading.h"

bool propagate_wanted(void) {
    return stage_keeps_copies() && !loading();
}

void propagate(int database, const struct slice *argv, size_t argc) {
    stage_propagated(database, argv, argc);
}

void propagate_begin(int database) {
    struct slice multi = {(char *)"MULTI", 5};
    propagate(database, &multi, 1);
}

void propagate_end(int database) {
    struct slice exec = {(char *)"EXEC", 4};
    propagate(database, &exec, 1);
}
