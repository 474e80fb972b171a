/* The fast form passes what the plain one passes. */
#include "../02-poll/test_loop.c"
