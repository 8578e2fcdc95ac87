/* Capabilities held, and what can be seen of other processes. */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const cap_names[] = {
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
	"setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
	"ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
	"sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod",
	"lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
	"wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
};

/* The sets as the kernel prints them; the name is searched in all five: a bounding bit alone is a
 * capability that a set-uid program gets. */
int probe_caps(int argc, char **argv)
{
	FILE *status = fopen("/proc/self/status", "re");
	unsigned long long set;
	char line[256], which[8];
	int held = 0;

	while (status && fgets(line, sizeof(line), status)) {
		if (sscanf(line, "Cap%3[A-Za-z]: %llx", which, &set) != 2)
			continue;
		printf("%s", line);
		for (size_t i = 0; argc > 1 && i < sizeof(cap_names) / sizeof(*cap_names); i++)
			if (!strcmp(argv[1], cap_names[i]) && (set >> i & 1))
				held = printf("HOLDS %s in %s\n", argv[1], which);
	}
	return argc > 1 && !held;
}

int probe_attach(int argc, char **argv)
{
	pid_t pid = argc > 1 ? atoi(argv[1]) : 1;

	if (ptrace(PTRACE_ATTACH, pid, 0, 0))
		return probe_failed("ptrace");
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	printf("ATTACHED\n");
	return 0;
}

static int file_holds(const char *path, const char *text)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, buf, sizeof(buf));

	if (fd >= 0)
		close(fd);
	return len > 0 && memmem(buf, len, text, strlen(text)) != NULL;
}

int probe_environ(int argc, char **argv)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];
	int found = 0;

	while (argc > 1 && proc && (entry = readdir(proc))) {
		if (atoi(entry->d_name) <= 0 || atoi(entry->d_name) == getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/%s/environ", entry->d_name);
		if (file_holds(path, argv[1]))
			found = printf("FOUND in %s\n", path);
	}
	return !found;
}
