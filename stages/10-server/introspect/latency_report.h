/* The latency monitor's findings in words, for people. */
#ifndef LATENCY_REPORT_H
#define LATENCY_REPORT_H

#include "buf.h"
#include "latency.h"

/* The samples of an event as columns of four rows; below each stands how long
 * ago it was:
 *
 *       #
 *     _ |
 *     | |
 *     |_|
 *     310
 *     sss
 */
void latency_report_graph(struct buf *out, const struct latency_event *event);

/* All events in words, and what to do about them. */
void latency_report(struct buf *out);

#endif
