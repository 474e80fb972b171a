/* A folder of its own for a test that writes files: the test works in it, and
 * leaves it empty. */
#ifndef OWN_FOLDER_H
#define OWN_FOLDER_H

#include <stdlib.h>
#include <unistd.h>

static char own_folder[] = "/tmp/unit-XXXXXX";

/* Goes there, also for a test that has gone elsewhere. */
static inline void own_folder_enter(void) {
    if (chdir(own_folder) != 0)
        exit(2);
}

static inline void own_folder_begin(void) {
    if (mkdtemp(own_folder) == NULL)
        exit(2);
    own_folder_enter();
}

static inline void own_folder_end(void) {
    if (rmdir(own_folder) != 0)
        exit(2);
}

#endif
