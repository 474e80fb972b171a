/* Statistics of commands: how often each was called, refused or failed, and how
 * long it took; and how often clients got which error. */
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

/* A command has run, and took that long. */
void command_stats_called(const struct command *command, uint64_t ns);

/* A command answered with this reply, whose error is counted if it is one; it
 * ran, or it was refused. NULL stands for a name that no command has. */
void command_stats_failed(const struct command *command, struct slice reply);
void command_stats_rejected(const struct command *command, struct slice reply);

/* The calls of all commands together, and their time. */
uint64_t command_stats_calls(void);
uint64_t command_stats_time_us(void);

/* Forgets all of it. */
void command_stats_reset(void);

/* Sections of INFO, and the lines of "stats" that belong here. */
void command_stats_info(struct buf *out);
void error_stats_info(struct buf *out);
void latency_stats_info(struct buf *out);
void command_totals_info(struct buf *out);

#endif
