/* The fast form passes what the plain one passes. */
#include "../07-types/test_set_search.c"
