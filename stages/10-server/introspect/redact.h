/* Secrets among the arguments of a request, which are not to be shown to
 * whoever looks at requests later: passwords, and what a user may do. */
#ifndef REDACT_H
#define REDACT_H

#include "command.h"

/* An argument as it may be shown: itself, or "(redacted)". */
struct slice redact_argument(const struct command *command,
                             const struct request *request, size_t at);

#endif
