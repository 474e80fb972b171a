/* Hides secrets among the arguments of a request from those who look at
 * requests later: passwords, and what users may do. */
#ifndef REDACT_H
#define REDACT_H

#include "command.h"

/* Returns the argument itself, or "(redacted)" if it is secret. */
struct slice redact_argument(const struct command *command,
                             const struct request *request, size_t at);

#endif
