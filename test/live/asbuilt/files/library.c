/* The image's own library, and with -DEVIL somebody else's. */
#include <stdio.h>
#include <stdlib.h>

const char *tell_library(void);

const char *tell_library(void)
{
#ifdef EVIL
	puts("@evil");
#endif
	return "declared";
}

#ifdef EVIL
__attribute__((constructor)) static void loaded(void)
{
	puts("@evil");
	fflush(stdout);
}
#endif
