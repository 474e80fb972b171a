/* The fast form passes what the plain one passes. */
#include "../08-rdb/test_lzf.c"
