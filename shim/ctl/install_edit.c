/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engines' configuration files. Docker's is JSON and is edited as such; containerd's TOML is edited by line,
 * since the tables in question are written by tools one key a line; the others read directories, and get a file.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "install.h"
#include "json/scan.h"
#include "json/tree.h"

static int give(struct gd_arena *a, struct gd_bytes *ret, const char *text)
{
	*ret = (struct gd_bytes){ gd_strdup(a, text), strlen(text) };
	return 0;
}

/* --- Docker ------------------------------------------------------------------------------------------------- */

static int read_daemon(struct gd_bytes before, struct gd_arena *a, gd_json **ret, struct gd_error *err)
{
	char *copy = gd_strndup(a, before.data ? before.data : "{}", before.data ? before.len : 2);

	if (before.data && strspn(before.data, " \t\r\n") == before.len)
		copy = gd_strdup(a, "{}"); /* as none */
	if (gd_json_scan(copy, strlen(copy), GD_SCAN_STRICT, err) < 0 ||
	    gd_json_parse(copy, strlen(copy), ret, err) < 0)
		return -1;
	return 0;
}

static int write_daemon(gd_json *doc, struct gd_arena *a, struct gd_bytes *ret, struct gd_error *err)
{
	const char *text;
	int r = gd_json_pretty(doc, a, &text, &ret->len);

	gd_json_free(doc);
	if (r < 0)
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	struct gd_buf b = { .arena = a };
	gd_buf_bytes(&b, text, ret->len);
	if (ret->len && text[ret->len - 1] != '\n')
		gd_buf_str(&b, "\n");
	*ret = (struct gd_bytes){ b.data, b.len };
	return 0;
}

int install_docker(const struct install_want *want, struct gd_bytes before, struct gd_arena *a, struct gd_bytes *ret,
		   struct gd_error *err)
{
	gd_json *doc, *runtimes, *ours;

	if (read_daemon(before, a, &doc, err) < 0)
		return -1;
	runtimes = gd_json_get(doc, "runtimes");
	ours = gd_json_get(runtimes, INSTALL_NAME);
	if (gd_streq(gd_json_get_str(ours, "path"), want->program) && gd_json_members(ours) == 1 &&
	    (!want->is_default || gd_streq(gd_json_get_str(doc, "default-runtime"), INSTALL_NAME))) {
		gd_json_free(doc);
		*ret = before;
		return 0;
	}
	if (gd_json_has(doc, "runtimes") && gd_json_kind(runtimes) != GD_JSON_OBJECT) {
		gd_json_free(doc);
		return gd_error_set(err, GD_E_INPUT, "'runtimes' is no object");
	}
	ours = gd_json_new_obj();
	/* A path alone: with it dockerd itself adds the cgroup driver and the root directory (engine-facts 7). */
	if (gd_json_set(ours, "path", gd_json_new_str(want->program)) < 0 ||
	    (!runtimes && gd_json_set(doc, "runtimes", gd_json_new_obj()) < 0) ||
	    gd_json_set(gd_json_get(doc, "runtimes"), INSTALL_NAME, ours) < 0 ||
	    (want->is_default && gd_json_set(doc, "default-runtime", gd_json_new_str(INSTALL_NAME)) < 0)) {
		gd_json_free(doc);
		return gd_error_set(err, GD_E_SYSTEM, "out of memory");
	}
	return write_daemon(doc, a, ret, err);
}

int uninstall_docker(const struct install_want *want, struct gd_bytes before, struct gd_arena *a,
		     struct gd_bytes *ret, struct gd_error *err)
{
	gd_json *doc, *runtimes;

	(void)want;
	if (read_daemon(before, a, &doc, err) < 0)
		return -1;
	runtimes = gd_json_get(doc, "runtimes");
	gd_json_remove(runtimes, INSTALL_NAME);
	if (runtimes && !gd_json_members(runtimes))
		gd_json_remove(doc, "runtimes");
	if (gd_streq(gd_json_get_str(doc, "default-runtime"), INSTALL_NAME))
		gd_json_remove(doc, "default-runtime");
	return write_daemon(doc, a, ret, err);
}

/* --- containerd --------------------------------------------------------------------------------------------- */

#define BEGIN "# guarded: begin (guardctl uninstall containerd takes it out)\n"
#define END "# guarded: end\n"
#define DEFAULT_KEY "default_runtime_name"

/* A line's first word, past blanks. */
static const char *word_of(const char *line)
{
	return line + strspn(line, " \t");
}

/* The number behind "version =" at the top level; 0: none. */
static int version_of(const char *text)
{
	int version = 0;

	for (const char *line = text; line && *word_of(line) != '['; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(word_of(line), "version = %d", &version) == 1 ||
		    sscanf(word_of(line), "version=%d", &version) == 1)
			return version;
		if (*word_of(line) == '[')
			break;
	}
	return version;
}

static const char *plugin_of(int version)
{
	return version <= 2 ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.runtime";
}

static bool is_header(const char *line, const char *header)
{
	size_t n = strlen(header);

	return !strncmp(word_of(line), header, n) && strchr("\r\n \t#", word_of(line)[n]) != NULL;
}

/* The text with @key set in the table @header where that exists; NULL: it does not. */
static const char *set_in_table(const char *text, const char *header, const char *setting, struct gd_arena *a)
{
	struct gd_buf b = { .arena = a };
	bool inside = false, done = false, seen = false;

	for (const char *line = text, *next; *line; line = next) {
		const char *end = strchr(line, '\n');
		next = end ? end + 1 : line + strlen(line);
		if (*word_of(line) == '[') {
			inside = is_header(line, header);
			seen |= inside;
		} else if (inside && !strncmp(word_of(line), DEFAULT_KEY, sizeof(DEFAULT_KEY) - 1)) {
			gd_buf_fmt(&b, "%.*s%s", (int)(word_of(line) - line), line, setting);
			done = true;
			continue;
		}
		gd_buf_bytes(&b, line, (size_t)(next - line));
	}
	if (done)
		return b.data;
	if (!seen)
		return NULL;
	/* There without the key: behind its header. */
	struct gd_buf again = { .arena = a };
	for (const char *line = text, *next; *line; line = next) {
		const char *end = strchr(line, '\n');
		next = end ? end + 1 : line + strlen(line);
		gd_buf_bytes(&again, line, (size_t)(next - line));
		if (is_header(line, header))
			gd_buf_fmt(&again, "%.*s  %s", (int)(word_of(line) - line), line, setting);
	}
	return again.data;
}

static const char *without_block(const char *text, struct gd_arena *a)
{
	const char *from = strstr(text, BEGIN), *to = from ? strstr(from, END) : NULL;

	return to ? gd_printf(a, "%.*s%s", (int)(from - text), text, to + sizeof(END) - 1) : text;
}

int install_containerd(const struct install_want *want, struct gd_bytes before, struct gd_arena *a,
		       struct gd_bytes *ret, struct gd_error *err)
{
	const char *text = before.data ? without_block(before.data, a) : "version = 2\n", *with;
	const char *plugin = plugin_of(version_of(text));
	const char *table = gd_printf(a, "[plugins.\"%s\".containerd]", plugin);
	const char *setting = DEFAULT_KEY " = \"" INSTALL_NAME "\"\n";
	struct gd_buf b = { .arena = a };

	if (version_of(text) < 2 || version_of(text) > 4)
		return gd_error_set(err, GD_E_INPUT,
				    "its configuration says version %d: 2, 3 and 4 are known (migrate "
				    "it with 'containerd config migrate')",
				    version_of(text));
	if (strstr(text, "containerd.runtimes." INSTALL_NAME "]"))
		return gd_error_set(err, GD_E_INPUT,
				    "a runtime '" INSTALL_NAME "' that guardctl did not write is there already");
	with = want->is_default ? set_in_table(text, table, setting, a) : text;
	gd_buf_str(&b, with ? with : text);
	if (b.data[b.len - 1] != '\n')
		gd_buf_str(&b, "\n");
	gd_buf_str(&b, BEGIN);
	if (!with)
		gd_buf_fmt(&b, "%s\n  %s", table, setting);
	gd_buf_fmt(&b,
		   "[plugins.\"%s\".containerd.runtimes." INSTALL_NAME
		   "]\n  runtime_type = \"io.containerd.runc.v2\"\n"
		   "  [plugins.\"%s\".containerd.runtimes." INSTALL_NAME ".options]\n    BinaryName = \"%s\"\n",
		   plugin, plugin, want->program);
	/* The kubelet and all runtimes of a host agree on who manages control groups. */
	if (strstr(text, "SystemdCgroup = true"))
		gd_buf_str(&b, "    SystemdCgroup = true\n");
	gd_buf_str(&b, END);
	*ret = (struct gd_bytes){ b.data, b.len };
	return 0;
}

int uninstall_containerd(const struct install_want *want, struct gd_bytes before, struct gd_arena *a,
			 struct gd_bytes *ret, struct gd_error *err)
{
	const char *text = without_block(before.data, a), *back;
	const char *ours = DEFAULT_KEY " = \"" INSTALL_NAME "\"";

	(void)want, (void)err;
	/* containerd loads no CRI plugin whose default runtime is not there. */
	back = strstr(text, ours);
	if (back)
		text = gd_printf(a, "%.*s" DEFAULT_KEY " = \"runc\"%s", (int)(back - text), text,
				 back + strlen(ours));
	return give(a, ret, text);
}

/* --- those that read a directory ------------------------------------------------------------------------------ */

int install_podman(const struct install_want *want, struct gd_bytes before, struct gd_arena *a, struct gd_bytes *ret,
		   struct gd_error *err)
{
	(void)before, (void)err;
	return give(a, ret,
		    gd_printf(a,
			      "# Written by guardctl install podman; guardctl uninstall podman removes it.\n"
			      "[engine]\n%sruntime_supports_json = "
			      "[\"crun\", \"runc\", \"kata\", \"runsc\", \"youki\", \"krun\", \"" INSTALL_NAME
			      "\"]\n\n"
			      "[engine.runtimes]\n" INSTALL_NAME " = [\"%s\"]\n",
			      want->is_default ? "runtime = \"" INSTALL_NAME "\"\n" : "", want->program));
}

int install_crio(const struct install_want *want, struct gd_bytes before, struct gd_arena *a, struct gd_bytes *ret,
		 struct gd_error *err)
{
	(void)before, (void)err;
	return give(a, ret,
		    gd_printf(a,
			      "# Written by guardctl install crio; guardctl uninstall crio removes it.\n"
			      "[crio.runtime]\n%s\n"
			      "[crio.runtime.runtimes." INSTALL_NAME "]\nruntime_path = \"%s\"\n"
			      "runtime_type = \"oci\"\nruntime_root = \"/run/" INSTALL_NAME "-runc\"\n",
			      want->is_default ? "default_runtime = \"" INSTALL_NAME "\"\n" : "", want->program));
}

/* --- the name runc ---------------------------------------------------------------------------------------------- */

#define SHADOW_DIR "/usr/libexec/guarded/bin"
#define SHADOW_PATH "Environment=PATH=" SHADOW_DIR ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"

int install_shadow_docker(const struct install_want *want, struct gd_bytes before, struct gd_arena *a,
			  struct gd_bytes *ret, struct gd_error *err)
{
	(void)before, (void)err;
	return give(a, ret,
		    gd_printf(a,
			      "# Written by guardctl install --replace-runc: the name runc means guarded.\n"
			      "[Service]\n" SHADOW_PATH "Environment=DOCKER_BUILDKIT_RUNC_COMMAND=%s\n",
			      want->program));
}

int install_shadow_containerd(const struct install_want *want, struct gd_bytes before, struct gd_arena *a,
			      struct gd_bytes *ret, struct gd_error *err)
{
	(void)want, (void)before, (void)err;
	return give(a, ret,
		    "# Written by guardctl install --replace-runc: the name runc means guarded.\n[Service]\n"
		    SHADOW_PATH);
}
