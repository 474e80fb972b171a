/* The fast form passes what the plain one passes. */
#include "../06-lists/test_reaper.c"
