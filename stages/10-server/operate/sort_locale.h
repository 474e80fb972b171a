/* The locale by which SORT ALPHA orders texts: the setting locale-collate. */
#ifndef SORT_LOCALE_H
#define SORT_LOCALE_H

/* To be called when the settings are known. Ends the process if there is no
 * such locale. */
void sort_locale_start(void);

#endif
