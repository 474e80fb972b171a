/* Statistics of commands: how often each was called, refused or failed, and how
 * long it took; and how often clients got each error. */
#ifndef COMMAND_STATS_H
#define COMMAND_STATS_H

#include <stdint.h>

#include "buf.h"
#include "command.h"
#include "histogram.h"

struct command_stats {
    uint64_t calls, ns;
    uint64_t rejected;       /* refused before they ran */
    uint64_t failed;         /* ran, and answered an error */
    struct histogram *times; /* NULL: none yet, or they are not kept */
};

const struct command_stats *command_stats(const struct command *command);

/* A command has run and took this long. */
void command_stats_called(const struct command *command, uint64_t ns);

/* A command ran, or was refused, and this is its reply. If that is an error, it
 * is counted. The command is NULL if there is none of that name. */
void command_stats_failed(const struct command *command, struct slice reply);
void command_stats_rejected(const struct command *command, struct slice reply);

/* Return the number of calls of all commands together, and their time. */
uint64_t command_stats_calls(void);
uint64_t command_stats_time_us(void);

/* Resets all statistics. */
void command_stats_reset(void);

/* Append sections of INFO, and lines of "stats". */
void command_stats_info(struct buf *out);
void error_stats_info(struct buf *out);
void latency_stats_info(struct buf *out);
void command_totals_info(struct buf *out);

#endif
