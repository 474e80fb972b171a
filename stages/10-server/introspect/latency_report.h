/* The findings of the latency monitor, in words and as a graph. */
#ifndef LATENCY_REPORT_H
#define LATENCY_REPORT_H

#include "buf.h"
#include "latency.h"

/* Draws the samples of an event as columns of four rows, with how long ago each
 * was below it:
 *
 *       #
 *     _ |
 *     | |
 *     |_|
 *     310
 *     sss */
void latency_report_graph(struct buf *out, const struct latency_event *event);

/* Describes all events in words, and what to do about them. */
void latency_report(struct buf *out);

#endif
