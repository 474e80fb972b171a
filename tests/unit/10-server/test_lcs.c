/* The fast form passes what the plain one passes. */
#include "../04-strings/test_lcs.c"
