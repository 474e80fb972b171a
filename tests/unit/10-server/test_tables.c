/* The tables of this stage, checked as those of stage 03 are. */
#include "../03-resp/test_tables.c"
