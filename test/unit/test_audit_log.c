/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The chained log: whatever is done to it shows, and whatever happens to its writers loses nothing. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/log.h"
#include "suite.h"

static char dir[64], said[512];
static struct gd_arena *arena;
static struct gd_error err;

static void setup(void)
{
	arena = gd_arena_new(NULL);
	snprintf(dir, sizeof(dir), "/tmp/guarded-audit-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	memset(&err, 0, sizeof(err));
}

static void teardown(void)
{
	char line[96];

	snprintf(line, sizeof(line), "rm -rf '%s'", dir);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(line), 0);
	arena = gd_arena_free(arena);
}

static int append(const char *member)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "{\"time\":\"t\",\"say\":\"%s\"}\n", member);

	return gd_audit_append("log", "head", line, (size_t)n, arena, &err);
}

static void ten(void)
{
	for (int i = 0; i < 10; i++) {
		char word[24];
		snprintf(word, sizeof(word), "record%d", i);
		ck_assert_msg(append(word) == 0, "%s", err.text);
	}
}

static void hear(void *context, unsigned long long line, const char *what)
{
	size_t n = strlen(said);

	(void)context;
	snprintf(said + n, sizeof(said) - n, "%llu: %s; ", line, what);
}

/* Files in order, oldest first, then the head. */
static struct gd_audit_check check(const char *older, const char *newer, bool *ret_head)
{
	struct gd_audit_check c = { .said = hear };
	const char *names[] = { older, newer };

	said[0] = '\0';
	for (int i = 0; i < 2; i++) {
		FILE *f = names[i] ? fopen(names[i], "r") : NULL;
		if (!f)
			continue;
		ck_assert_int_eq(gd_audit_check(f, &c, arena, &err), 0);
		fclose(f);
	}
	*ret_head = gd_audit_check_head("head", &c, arena);
	return c;
}

static bool clean(const struct gd_audit_check *c)
{
	return !c->changed && !c->missing && !c->reordered && !c->torn && !c->restarted && !c->unchained;
}

START_TEST(what_is_written_is_found_whole)
{
	struct gd_audit_check c;
	bool head;

	setup();
	ten();
	c = check(NULL, "log", &head);
	ck_assert_msg(clean(&c) && head, "%s", said);
	ck_assert_uint_eq(c.records, 10);
	ck_assert_uint_eq(c.first_seq, 1);
	ck_assert_uint_eq(c.last_seq, 10);
	teardown();
}
END_TEST

/* What is done to the log, and what must be said of it. */
static const struct {
	const char *done;
	bool changed, missing, reordered, torn, unchained, head;
} harms[] = {
	{ "true", .head = true },
	{ "sed -i 's/record4/recorD4/' log", .changed = true, .head = true },
	{ "sed -i '1s/record0/recorD0/' log", .changed = true, .head = true },
	{ "sed -i '10s/record9/recorD9/' log", .changed = true, .head = true },
	{ "sed -i '5d' log", .missing = true, .head = true },
	{ "sed -i '5,7d' log", .missing = true, .head = true },
	{ "sed -i '10d' log", .missing = true },
	{ "sed -i '3,10d' log", .missing = true },
	{ "sed -i '4{h;d};5G' log", .missing = true, .reordered = true, .head = true },
	{ "sed -i '5p' log", .reordered = true, .head = true },
	{ "truncate -s -5 log", .torn = true, .missing = true },
	{ "sed -i '5s/,\"chain\".*/}/' log", .unchained = true, .missing = true, .head = true },
	{ "sed -i 's/\"seq\":5,/\"seq\":6,/' log", .missing = true, .reordered = true, .head = true },
	{ "echo '{\"free\":1}' >>log", .unchained = true, .head = true },
};

START_TEST(harm_shows)
{
	struct gd_audit_check c;
	bool head;

	setup();
	ten();
	ck_assert_int_eq(system(harms[_i].done), 0);
	c = check(NULL, "log", &head);
	ck_assert_msg(!!c.changed == harms[_i].changed, "changed %llu: %s", c.changed, said);
	ck_assert_msg(!!c.missing == harms[_i].missing, "missing %llu: %s", c.missing, said);
	ck_assert_msg(!!c.reordered == harms[_i].reordered, "reordered %llu: %s", c.reordered, said);
	ck_assert_msg(!!c.torn == harms[_i].torn, "torn %llu: %s", c.torn, said);
	ck_assert_msg(!!c.unchained == harms[_i].unchained, "unchained %llu: %s", c.unchained, said);
	ck_assert_msg(head == harms[_i].head, "head: %s", said);
	teardown();
}
END_TEST

START_TEST(rotation_leaves_the_chain_whole)
{
	struct gd_audit_check c;
	bool head;

	setup();
	ten();
	ck_assert_int_eq(rename("log", "log.1"), 0);
	ten();
	c = check("log.1", "log", &head);
	ck_assert_msg(clean(&c) && head && c.records == 20, "%s", said);
	/* copytruncate */
	ck_assert_int_eq(system("cat log >>log.1; : >log"), 0);
	ten();
	c = check("log.1", "log", &head);
	ck_assert_msg(clean(&c) && head && c.records == 30, "%s", said);
	/* A file of the middle that is gone shows. */
	c = check(NULL, "log", &head);
	ck_assert_msg(clean(&c) && head && c.first_seq == 21, "%s", said);
	teardown();
}
END_TEST

#define WRITERS 64
#define EACH 160

START_TEST(parallel_writers_lose_nothing)
{
	struct gd_audit_check c;
	bool head;
	int status;

	setup();
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0) {
			for (int k = 0; k < EACH; k++)
				if (append("parallel") < 0)
					_exit(1);
			_exit(0);
		}
	for (int i = 0; i < WRITERS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	c = check(NULL, "log", &head);
	ck_assert_msg(clean(&c) && head, "%s", said);
	ck_assert_uint_eq(c.records, WRITERS * EACH);
	teardown();
}
END_TEST

/* Killed anywhere, the next writer goes on: no record twice, none lost between two that are there. */
START_TEST(a_killed_writer_breaks_nothing)
{
	struct gd_audit_check c;
	bool head;

	setup();
	for (int i = 0; i < 120; i++) {
		pid_t child = fork();
		while (child == 0)
			append("killed");
		usleep((useconds_t)(100 + i * 37 % 1500));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		ck_assert_int_eq(append("after"), 0);
	}
	c = check(NULL, "log", &head);
	/* Half a line may stay where a write crossed two pages: closed, and told as what it is. */
	c.unchained = 0;
	ck_assert_msg(clean(&c) && head, "%s", said);
	ck_assert_uint_gt(c.records, 120); /* some were the killed ones' */
	teardown();
}
END_TEST

START_TEST(a_full_disk_leaves_no_half_record)
{
	struct rlimit limit, old;
	struct gd_audit_check c;
	struct stat st;
	bool head;

	setup();
	ten();
	ck_assert_int_eq(stat("log", &st), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = (rlim_t)st.st_size + 40;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	int r = append("no room");
	setrlimit(RLIMIT_FSIZE, &old);
	ck_assert_int_eq(r, -1);
	ck_assert_int_eq(append("room again"), 0);
	c = check(NULL, "log", &head);
	ck_assert_msg(clean(&c) && head && c.records == 11, "%s", said);
	teardown();
}
END_TEST

/* A crash of the host may leave half a line: it is closed, shown, and costs no other record. */
START_TEST(a_torn_line_is_closed)
{
	struct gd_audit_check c;
	bool head;

	setup();
	ten();
	ck_assert_int_eq(system("printf '{\"half\":' >>log"), 0);
	ten();
	c = check(NULL, "log", &head);
	ck_assert_uint_eq(c.records, 20);
	ck_assert_uint_eq(c.unchained, 1);
	ck_assert_msg(head && !c.changed && !c.missing, "%s", said);
	teardown();
}
END_TEST

/* Killed one byte before the end: the record is there, and its number is not given twice. */
START_TEST(a_record_without_its_newline_counts)
{
	struct gd_audit_check c;
	bool head;

	setup();
	ten();
	ck_assert_int_eq(system("cp head before"), 0);
	ten();
	/* As if the eleventh had been cut there, and no later one written. */
	ck_assert_int_eq(system("head -n 11 log | head -c -1 >cut && cat cut >log && cp before head"), 0);
	ten();
	c = check(NULL, "log", &head);
	ck_assert_msg(clean(&c) && head && c.records == 21, "%s", said);
	teardown();
}
END_TEST

static const char *const untrusted[] = {
	"ln -s /etc/passwd log", "mkfifo log", "mkdir log", ": >log; chmod 0666 log", ": >log; chown 1 log",
	"ln -s log head", "mkfifo head", ": >head; chmod 0666 head",
};

START_TEST(files_of_others_are_not_written)
{
	setup();
	ck_assert_int_eq(system(untrusted[_i]), 0);
	ck_assert_int_eq(append("x"), -1);
	ck_assert_msg(err.text[0] != '\0', "no reason");
	teardown();
}
END_TEST

START_TEST(without_a_head_lines_stay_as_they_are)
{
	char back[32] = { 0 };
	FILE *f;

	setup();
	ck_assert_int_eq(gd_audit_append("log", NULL, "{\"a\":1}\n", 8, arena, &err), 0);
	f = fopen("log", "r");
	ck_assert_uint_eq(fread(back, 1, sizeof(back), f), 8);
	fclose(f);
	ck_assert_str_eq(back, "{\"a\":1}\n");
	teardown();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{ what_is_written_is_found_whole, 0 }, { harm_shows, ROWS(harms) },
		{ rotation_leaves_the_chain_whole, 0 }, { parallel_writers_lose_nothing, 0 },
		{ a_killed_writer_breaks_nothing, 0 }, { a_full_disk_leaves_no_half_record, 0 },
		{ a_torn_line_is_closed, 0 }, { a_record_without_its_newline_counts, 0 }, { files_of_others_are_not_written, ROWS(untrusted) },
		{ without_a_head_lines_stay_as_they_are, 0 },
	};

	return run_suite("audit log", cases, sizeof(cases) / sizeof(*cases));
}
