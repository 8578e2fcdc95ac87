/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The least that a wrapper in C does: static, becomes the runtime that its first word names. */
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 1)
		execv(argv[1], argv + 1);
	return 127;
}
