/* The fast form passes what the plain one passes. */
#include "../03-resp/test_buf_text.c"
