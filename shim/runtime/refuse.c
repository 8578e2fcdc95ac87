/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a refusal reaches the user (engine-facts 2.6, tried): containerd takes the msg of the last
 * error object of the log; Podman takes the log as one object, or else conmon's copy of stderr;
 * update's callers take stderr alone. So the same line goes to both, and always one is written, or
 * an old one of the same file would be shown.
 */
#include "runtime/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define MESSAGE_MAX 4096 /* bytes; engines show it whole in one line */

static void no_memory(void)
{
	static const char text[] = "guarded: refused, and no memory to say why\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(GD_EXIT_REFUSED);
}

/*
 * One line, without the words by which engines choose exit codes: values in it went through
 * gd_quote, but the text of a failed system call did not.
 */
static const char *one_line(struct gd_arena *a, const char *msg)
{
	char *line = gd_strndup(a, msg, strnlen(msg, MESSAGE_MAX));

	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	return gd_soften(line);
}

static const char *now(struct gd_arena *a)
{
	char text[] = "0000-00-00T00:00:00Z";
	time_t t = time(NULL);
	struct tm tm;

	/* RFC 3339 in its simplest form; anything else, and containerd cannot read the line. */
	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return "1970-01-01T00:00:00Z";
	return gd_strdup(a, text);
}

static void format_line(struct gd_buf *b, enum gd_log_format format, const char *line)
{
	if (format == GD_LOG_JSON) {
		gd_buf_str(b, "{\"level\":\"error\",\"msg\":");
		gd_buf_json_str(b, line);
		gd_buf_fmt(b, ",\"time\":\"%s\"}\n", now(b->arena));
		return;
	}
	/* logrus' text form quotes as Go does; for printable text that is JSON's way. */
	gd_buf_fmt(b, "time=\"%s\" level=error msg=", now(b->arena));
	gd_buf_json_str(b, line);
	gd_buf_str(b, "\n");
}

/* One write(): O_APPEND makes it whole beside the lines of others. */
static void append(const char *path, const struct gd_buf *b)
{
	struct stat st;
	/* The engine names it, in its own directory; a link or a FIFO there is nobody's log. */
	const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | flags, 0644);

	if (fd < 0)
		return; /* the line on stderr still comes */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		(void)!write(fd, b->data, b->len);
	close(fd);
}

int gd_refuse(const struct gd_peek *peek, const char *msg)
{
	struct gd_arena *a = gd_arena_new(no_memory);
	struct gd_buf log = { .arena = a }, plain = { .arena = a };
	const char *line = one_line(a, msg);

	if (peek->log != NULL) {
		format_line(&log, peek->log_format, line);
		append(peek->log, &log);
	}
	gd_buf_str(&plain, line);
	gd_buf_str(&plain, "\n");
	(void)!write(STDERR_FILENO, plain.data, plain.len);
	gd_arena_free(a);
	return peek->verb == GD_VERB_EXEC ? GD_EXIT_EXEC_REFUSED : GD_EXIT_REFUSED;
}
