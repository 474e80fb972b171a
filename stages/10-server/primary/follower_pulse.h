/* What a primary does once a second while it has followers: it puts PING into
 * the stream, sends newlines to those who wait for a snapshot, cuts those who
 * have been silent for too long, and frees the backlog when there have been no
 * followers for a while. Without followers and backlog no timer runs. */
#ifndef FOLLOWER_PULSE_H
#define FOLLOWER_PULSE_H

#include <stdint.h>

/* The settings, in seconds. */
struct follower_pulse_config {
    int64_t ping_s, timeout_s;
    int64_t backlog_ttl_s; /* 0: the backlog stays */
};
extern struct follower_pulse_config follower_pulse_config;

/* To be called when a follower has come, and when one has left. */
void follower_pulse_begin(void);
void follower_pulse_left(void);

/* repl-backlog-ttl has changed. */
void follower_pulse_ttl_changed(void);

void follower_pulse_stop(void);

#endif
