/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inner runtime of the benchmark: static, ends at once. With the one word "wait" it stands for an engine. */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "wait") == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	return 0;
}
