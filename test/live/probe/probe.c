#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct probe_command commands[] = {
	{ "caps", probe_caps, "[NAME]: the five sets; with a name, whether it is held" },
	{ "syscall", probe_syscall, "NAME: reaches the kernel through this call" },
	{ "mode", probe_mode, "HOW MODE PATH: gives a file this mode, bits included" },
	{ "handle", probe_handle, "MOUNTED PATH: reads a host file by inode number" },
	{ "socket", probe_socket, "PATH|@NAME [TEXT]: asks a socket, prints what it says" },
	{ "attach", probe_attach, "PID: stops another process with ptrace" },
	{ "environ", probe_environ, "TEXT: whether any process has TEXT in its memory's environment" },
	{ "mountfd", probe_mountfd, "TYPE DIR: mounts with fsopen and move_mount" },
};

int probe_failed(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stderr, "probe %s %s\n", commands[i].name, commands[i].usage);
	return 2;
}
