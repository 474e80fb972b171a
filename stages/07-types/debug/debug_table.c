/* The subcommands of DEBUG of this stage. */
#include "debug.h"

const struct debug_subcommand *const debug_families[] = {data_debugs, NULL};
