/* The static program that tries inside a container what a shell cannot. Every command prints one
 * line of capitals when it got there (the rows look for it), else what stopped it. */
#ifndef PROBE_H
#define PROBE_H

struct probe_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
};

int probe_caps(int argc, char **argv);
int probe_syscall(int argc, char **argv);
int probe_mode(int argc, char **argv);
int probe_handle(int argc, char **argv);
int probe_socket(int argc, char **argv);
int probe_attach(int argc, char **argv);
int probe_environ(int argc, char **argv);
int probe_mountfd(int argc, char **argv);

/* Prints "<what>: <strerror>" and answers 1. */
int probe_failed(const char *what);

#endif
