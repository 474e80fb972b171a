/* How soon the system may end a process when memory is short: the number in
 * /proc/self/oom_score_adj, which is higher for those that can be spared. */
#ifndef OOM_SCORE_H
#define OOM_SCORE_H

enum oom_role { OOM_SERVER, OOM_REPLICA, OOM_CHILD };

/* Sets the number, and from now on in each child that is forked, too. */
void oom_score_start(void);

/* Sets the number for this process, if the settings ask for it. */
void oom_score_set(enum oom_role role);

#endif
