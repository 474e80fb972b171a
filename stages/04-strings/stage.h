/* The types of values that this stage has, and what each of its facilities
 * keeps with a client. The rest of what the stage is made of is in stage.c. */
#ifndef STAGE_H
#define STAGE_H

enum type { TYPE_STRING };

struct stage_client {
    char *name, *lib_name, *lib_version; /* as it calls itself; or NULL */
};

#endif
