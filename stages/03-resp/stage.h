/* The data that each facility of this stage keeps with a client. The stage's
 * table of contents is stage.c. */
#ifndef STAGE_H
#define STAGE_H

struct stage_client {
    char *name, *lib_name, *lib_version; /* as it calls itself; or NULL */
};

#endif
