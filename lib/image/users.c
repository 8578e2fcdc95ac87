/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * USER to numbers, as engines look it up at create: in /etc/passwd and /etc/group, by the rules of runc's
 * libcontainer/user (GetExecUser), which Docker and Podman share and containerd follows. Read from the image's lower
 * layers alone: what the container's own layer holds may have been put there by whoever wants another number.
 */
#include <string.h>

#include "image/read.h"

#define GROUPS_MAX 4096
#define ID_LAST 2147483647 /* libcontainer's maxID */

struct lookup {
	struct gd_image *img;
	struct gd_arena *a;
	bool root_groups;	/* those that uid 0 has, beside */
	bool by_number;		/* those that the user's number has, a group named or not */
	const char *why;
};

static bool unknown(struct lookup *l, const char *why)
{
	l->why = why;
	return false;
}

/* --- their lines --------------------------------------------------------------------------------- */
struct line { const char *name; bool id_good; uint64_t id; bool gid_good; uint64_t gid; const char *last, *home; };

/* Go's Atoi: a sign, then digits. */
static bool to_number(const char *s, int64_t *ret)
{
	bool minus = *s == '-';
	const char *digits = s + (*s == '-' || *s == '+');
	uint64_t v = 0;

	if (*digits == '\0' || strlen(digits) > 18 || strspn(digits, "0123456789") != strlen(digits))
		return false;
	for (; *digits != '\0'; digits++)
		v = v * 10 + (uint64_t)(*digits - '0');
	*ret = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

/* What Go leaves at 0 when it cannot read it; only a line that says so plainly is taken. */
static bool id_of(const char *s, uint64_t *ret)
{
	int64_t v;

	*ret = 0;
	if (!to_number(s, &v))
		return false;
	*ret = v >= 0 ? (uint64_t)v : UINT64_MAX;
	return v >= 0 && v <= ID_LAST;
}

/* name:x:ID:GID-or-members:comment:home...; *@at moves behind the line. False at the end. */
static bool next_line(char **at, char *end, struct line *ret)
{
	while (*at < end) {
		char *s = *at, *nl = memchr(s, '\n', (size_t)(end - s));
		char *stop = nl ? nl : end, *field[6];
		*at = nl ? nl + 1 : end;
		while (s < stop && strchr(" \t\r\v\f", *s) && *s != '\0')
			s++;
		while (stop > s && strchr(" \t\r\v\f", stop[-1]) && stop[-1] != '\0')
			stop--;
		if (s == stop)
			continue;
		*stop = '\0';
		for (size_t i = 0; i < 6; i++) {
			char *colon = strchr(s, ':');
			field[i] = s;
			s = colon ? colon + 1 : s + strlen(s);
			if (colon)
				*colon = '\0';
		}
		*ret = (struct line){ .name = field[0], .last = field[3], .home = field[5] };
		ret->id_good = id_of(field[2], &ret->id);
		ret->gid_good = id_of(field[3], &ret->gid);
		return true;
	}
	return false;
}

static bool lists(const char *members, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = members; *p != '\0'; p += strcspn(p, ","), p += *p == ',')
		if (n > 0 && strcspn(p, ",") == n && memcmp(p, name, n) == 0)
			return true;
	return false;
}

/* --- GetExecUser ----------------------------------------------------------------------------------- */
struct user { const char *name; uint32_t uid, gid; const char *home; };

static bool find_user(struct lookup *l, const char *user, struct gd_bytes passwd, struct user *ret)
{
	int64_t number = 0;
	bool numeric = *user == '\0' || to_number(user, &number);
	char *at = passwd.data;
	struct line p;

	*ret = (struct user){ 0 };
	if (numeric && (number < 0 || number > ID_LAST))
		return unknown(l, "its user's number is out of range");
	while (at && next_line(&at, passwd.data + passwd.len, &p)) {
		/* The first that matches wins; a number is never a name. */
		if (numeric ? p.id != (uint64_t)number : strcmp(p.name, user) != 0)
			continue;
		if (!p.id_good || !p.gid_good)
			return unknown(l, "its user's line in /etc/passwd cannot be read");
		*ret = (struct user){ gd_strdup(l->a, p.name), (uint32_t)p.id, (uint32_t)p.gid,
				      gd_strdup(l->a, p.home) };
		return true;
	}
	if (!numeric)
		return unknown(l, "its user is not in its own /etc/passwd");
	ret->uid = (uint32_t)number;
	return true;
}

static bool find_group(struct lookup *l, const char *group, struct gd_bytes text, uint32_t *ret)
{
	int64_t number = 0;
	bool numeric = to_number(group, &number);
	char *at = text.data;
	struct line g;

	if (numeric && (number < 0 || number > ID_LAST))
		return unknown(l, "its group's number is out of range");
	while (!numeric && at && next_line(&at, text.data + text.len, &g)) {
		if (strcmp(g.name, group) != 0)
			continue;
		*ret = (uint32_t)g.id;
		return g.id_good || unknown(l, "its group's line in /etc/group cannot be read");
	}
	*ret = (uint32_t)number;
	return numeric || unknown(l, "its group is not in its own /etc/group");
}

static bool add_groups(struct lookup *l, const char *name, struct gd_bytes text, uint32_t **ids, size_t *n)
{
	char *at = text.data;
	struct line g;

	while (at && next_line(&at, text.data + text.len, &g)) {
		if (!lists(g.last, name))
			continue;
		if (!g.id_good || *n >= GROUPS_MAX)
			return unknown(l, "a group of its user in /etc/group cannot be read");
		bool has = false;
		for (size_t i = 0; i < *n && !has; i++)
			has = (*ids)[i] == (uint32_t)g.id;
		if (!has)
			*GD_APPEND(l->a, *ids, *n) = (uint32_t)g.id;
	}
	return true;
}

/* Lines are cut in place while they are read; each reader has a copy. */
static struct gd_bytes copy_of(struct lookup *l, struct gd_bytes b)
{
	return (struct gd_bytes){ b.data ? memcpy(gd_alloc(l->a, b.len + 1), b.data, b.len) : NULL, b.len };
}

static bool look_up(struct lookup *l, const char *name, const char *group)
{
	struct gd_bytes passwd, groups;
	struct gd_image *img = l->img;
	struct user u, root = { 0 }, same = { 0 };
	uint32_t *ids = NULL;
	size_t n = 0;

	if (!gd_image_lists(img, l->a, &passwd, &groups, &l->why) || !find_user(l, name, copy_of(l, passwd), &u))
		return false;
	if (group) {	/* named: additional ones are of the implicit form only */
		if (!find_group(l, group, copy_of(l, groups), &u.gid))
			return false;
	} else if (u.name && !l->by_number && !add_groups(l, u.name, copy_of(l, groups), &ids, &n)) {
		return false;
	}
	if (l->by_number && (!find_user(l, gd_printf(l->a, "%u", u.uid), copy_of(l, passwd), &same) ||
			     (same.name && !add_groups(l, same.name, copy_of(l, groups), &ids, &n))))
		return false;
	if (l->root_groups && (!find_user(l, "", copy_of(l, passwd), &root) ||
			       (root.name && !add_groups(l, root.name, copy_of(l, groups), &ids, &n))))
		return false;
	img->uid = u.uid;
	img->gid = u.gid;
	img->home = u.home;
	img->groups = ids;
	img->n_groups = n;
	return true;
}

/*
 * Both are numbers, and no list can say otherwise; or it is root, for whom a list that cannot be read could only say
 * what is weaker. Another user's group without a list could be any: known is that of the list alone.
 */
static bool plain_numbers(struct lookup *l, const char *name, const char *group)
{
	int64_t uid = 0, gid = 0;

	if (*name != '\0' && !to_number(name, &uid))
		return false;
	if (group ? !to_number(group, &gid) : uid != 0)
		return false;
	if (uid < 0 || uid > ID_LAST || gid < 0 || gid > ID_LAST)
		return false;
	l->img->uid = (uint32_t)uid;
	l->img->gid = (uint32_t)gid;
	return true;
}

void gd_image_ids(struct gd_facts *f, struct gd_arena *a)
{
	struct lookup l = { .img = &f->image, .a = a };
	char *name = gd_strdup(a, f->image.user ? f->image.user : ""), *group = strchr(name, ':');

	/*
	 * containerd's CRI gives every container the groups of uid 0 unless the pod says
	 * otherwise (engine-facts 4.3).
	 */
	l.root_groups = f->engine == GD_ENGINE_CRI;
	/* containerd's clients ask with the number that the user came to (WithImageConfig, tried with ctr 1.6.20). */
	l.by_number = f->engine == GD_ENGINE_CTR;
	if (group)
		*group++ = '\0';
	if (group && *group == '\0')
		group = NULL;
	f->image.ids_why = f->image.home = NULL;
	f->image.groups = NULL;
	f->image.n_groups = 0;
	if (f->image.layers.n == 0 && f->image.diff_ids.n > 0)
		l.why = "the image's layers cannot be told";
	/* Podman's wants the home of that number too */
	bool plain = group && !l.root_groups && !l.by_number && f->engine != GD_ENGINE_PODMAN;
	f->image.ids_known = (plain && plain_numbers(&l, name, group)) ||
			     (!l.why && look_up(&l, name, group)) || plain_numbers(&l, name, group);
	if (!f->image.ids_known) {
		f->image.uid = f->image.gid = 0;
		f->image.ids_why = l.why;
	}
}
