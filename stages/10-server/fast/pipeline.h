/* From bytes to commands. The work is done when bytes come, by app_input(). */
#ifndef PIPELINE_H
#define PIPELINE_H

/* Gives back what requests were parsed into. */
void pipeline_stop(void);

#endif
