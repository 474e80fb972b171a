/* The fast form passes what the plain one passes. */
#include "../05-expiry/test_db.c"
