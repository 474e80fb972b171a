/* The subcommands of DEBUG of this stage. */
#include "debug.h"

extern const struct debug_subcommand reload_debugs[], object_debugs[];

const struct debug_subcommand *const debug_families[] = {
    data_debugs, reload_debugs, object_debugs, NULL};
