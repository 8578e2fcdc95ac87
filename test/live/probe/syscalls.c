/* System calls that widen what a container can reach of the kernel, each called so that it does
 * nothing lasting: a row asks only whether the filter let it through and the kernel said yes. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static long try_bpf(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

static long try_perf(void)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.size = sizeof(attr);
	attr.config = PERF_COUNT_SW_CPU_CLOCK;
	attr.disabled = 1;
	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0UL);
}

static long try_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */);
}

static long try_add_key(void)
{
	return syscall(SYS_add_key, "user", "probe", "x", 1UL, KEY_SPEC_PROCESS_KEYRING);
}

static long try_keyctl(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1);
}

static long try_io_uring(void)
{
	char params[256] = { 0 };

	return syscall(SYS_io_uring_setup, 4, params);
}

static long try_unshare_user(void)
{
	return unshare(CLONE_NEWUSER);
}

static long try_unshare_mount(void)
{
	return unshare(CLONE_NEWNS);
}

static long try_clone3_user(void)
{
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid < 0 ? -1 : 0;
}

static long try_mount(void)
{
	return mount("none", "/tmp", "tmpfs", 0, NULL);
}

static long try_open_tree(void)
{
	return syscall(428, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */);
}

static long try_fsopen(void)
{
	return syscall(430, "tmpfs", 0);
}

static long try_pivot_chroot(void)
{
	return chroot("/proc");
}

static long try_syslog(void)
{
	char text[4096];

	return klogctl(3, text, sizeof(text));
}

static long try_iopl(void)
{
	return iopl(3);
}

static long try_settime(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return settimeofday(&now, NULL);
}

static long try_personality(void)
{
	return personality(ADDR_NO_RANDOMIZE) < 0 ? -1 : 0;
}

static long try_handle(void)
{
	struct { unsigned bytes; int type, id; char f[120]; } handle = { .bytes = 120 };

	return syscall(SYS_name_to_handle_at, AT_FDCWD, "/etc/hosts", &handle, &handle.id, 0);
}

static long try_fanotify(void)
{
	return syscall(SYS_fanotify_init, 4 /* FAN_CLASS_CONTENT */, O_RDONLY);
}

static long try_quotactl(void)
{
	return syscall(SYS_quotactl, 0x80000100U /* Q_SYNC */, NULL, 0, NULL);
}

static long try_acct(void)
{
	return syscall(SYS_acct, NULL);
}

static long try_sethostname(void)
{
	return sethostname("guarded-probe", 13);
}

/* x32 numbers are a second door to every call; a filter that forgets the ABI leaves it open. */
static long try_x32(void)
{
#ifdef __x86_64__
	return syscall(0x40000000 + SYS_getpid);
#else
	errno = ENOSYS;
	return -1;
#endif
}

static const struct {
	const char *name;
	long (*call)(void);
} calls[] = {
	{ "bpf", try_bpf }, { "perf_event_open", try_perf }, { "userfaultfd", try_userfaultfd },
	{ "add_key", try_add_key }, { "keyctl", try_keyctl }, { "io_uring_setup", try_io_uring },
	{ "unshare_user", try_unshare_user }, { "unshare_mount", try_unshare_mount },
	{ "clone3_user", try_clone3_user }, { "mount", try_mount }, { "open_tree", try_open_tree },
	{ "fsopen", try_fsopen }, { "chroot", try_pivot_chroot }, { "syslog", try_syslog },
	{ "iopl", try_iopl }, { "settimeofday", try_settime }, { "personality", try_personality },
	{ "name_to_handle_at", try_handle }, { "fanotify_init", try_fanotify },
	{ "quotactl", try_quotactl }, { "acct", try_acct }, { "sethostname", try_sethostname },
	{ "x32", try_x32 },
};

int probe_syscall(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(calls) / sizeof(*calls); i++)
		if (!strcmp(argv[1], calls[i].name)) {
			if (calls[i].call() < 0)
				return probe_failed(argv[1]);
			printf("REACHED %s\n", argv[1]);
			return 0;
		}
	return 2;
}
