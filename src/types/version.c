/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Version and SemanticVersion. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/system_internal.h"

/* --- Version and SemanticVersion --- */

struct version {
	struct cell cell;
	int v[4]; /* -1: not given */
	char *label;
	char *build;
};

static void
version_release(struct cell *c)
{
	struct version *v = (struct version *)(void *)c;

	mem_free(v->label);
	mem_free(v->build);
	mem_free(v);
}

struct type type_version = {
	.name = "System.Version",
	.short_name = "version",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = version_release,
};

struct type type_semver = {
	.name = "System.Management.Automation.SemanticVersion",
	.short_name = "semver",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = version_release,
};

static struct version *
version_of(struct value v)
{
	return (struct version *)(void *)v.u.p;
}

/* NULL: fine; else what .NET says. */
static const char *
version_read(const char *s, size_t n, int v[4])
{
	size_t i = 0, parts = 0;

	v[0] = v[1] = v[2] = v[3] = -1;
	while (parts < 4) {
		int64_t x = 0;
		size_t start = i;

		while (i < n && isspace((unsigned char)s[i]))
			start = ++i;
		while (i < n && isdigit((unsigned char)s[i]) && x < INT32_MAX)
			x = x * 10 + (s[i++] - '0');
		if (i == start || x > INT32_MAX)
			return x > INT32_MAX ?
			    "Value was either too large or too small for an "
			    "Int32." :
			    memchr(s, '.', n) == NULL ?
			    "Version string portion was too short or too "
			    "long. (Parameter 'input')" :
			    "The input string was not in a correct format.";
		while (i < n && isspace((unsigned char)s[i]))
			i++;
		v[parts++] = (int)x;
		if (i == n || s[i] != '.')
			break;
		i++;
	}
	if (i != n)
		return memchr(s, '.', n) == NULL || parts == 4 ?
		    "Version string portion was too short or too long. "
		    "(Parameter 'input')" :
		    "The input string was not in a correct format.";
	if (parts < 2)
		return "Version string portion was too short or too long. "
		       "(Parameter 'input')";
	return NULL;
}

static struct value
version_make(const struct type *t, const int v[4])
{
	struct version *x = cell_new(t, sizeof(*x));

	memcpy(x->v, v, sizeof(x->v));
	return cell_value(x);
}

static enum flow
version_text(struct run *r, struct value v, struct value *textp)
{
	struct version *x = version_of(v);
	struct buf b = { 0 };
	int i;

	(void)r;
	for (i = 0; i < 4 && x->v[i] >= 0; i++)
		buf_printf(&b, "%s%d", i > 0 ? "." : "", x->v[i]);
	if (x->label != NULL)
		buf_printf(&b, "-%s", x->label);
	if (x->build != NULL)
		buf_printf(&b, "+%s", x->build);
	*textp = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static int
label_compare(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	while (*a != '\0' || *b != '\0') {
		size_t n = strcspn(a, "."), m = strcspn(b, ".");
		bool x = n > 0 && strspn(a, "0123456789") >= n;
		bool y = m > 0 && strspn(b, "0123456789") >= m;
		int order;

		if (n == 0 || m == 0)
			return n == 0 ? -1 : 1;
		if (x && y)
			order = atoi(a) < atoi(b) ? -1 : atoi(a) > atoi(b);
		else if (x != y)
			order = x ? -1 : 1;
		else
			order = text_compare_ordinal(a, n, b, m, false);
		if (order != 0)
			return order;
		a += n + (a[n] == '.');
		b += m + (b[m] == '.');
	}
	return 0;
}

static enum flow
version_compare(struct run *r, struct value a, struct value b,
    bool ignore_case, int *orderp)
{
	struct version *x = version_of(a), *y = version_of(b);
	int i;

	(void)r;
	(void)ignore_case;
	for (i = 0; i < 4; i++) {
		if (x->v[i] != y->v[i]) {
			*orderp = x->v[i] < y->v[i] ? -1 : 1;
			return FLOW_MORE;
		}
	}
	*orderp = label_compare(x->label, y->label);
	return FLOW_MORE;
}

static enum flow
version_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	int order = 1;

	if (a.type == b.type)
		(void)version_compare(r, a, b, ignore_case, &order);
	*equalp = order == 0;
	return FLOW_MORE;
}

static enum flow
version_hash(struct run *r, struct value v, bool ignore_case, uint32_t *hashp)
{
	(void)r;
	(void)ignore_case;
	*hashp = hash_bytes(version_of(v)->v, sizeof(version_of(v)->v));
	return FLOW_MORE;
}

const struct type_ops version_ops = {
	.text = version_text,
	.compare = version_compare,
	.equal = version_equal,
	.hash = version_hash,
};

static enum flow
version_new(struct member_call *c)
{
	int v[4] = { -1, -1, -1, -1 };
	const char *why;
	size_t i;

	if (c->n == 0) {
		v[0] = v[1] = 0;
	} else if (value_is_string(c->args[0])) {
		why = version_read(value_chars(c->args[0]),
		    value_chars_len(c->args[0]), v);
		if (why != NULL)
			return member_throw(c,
			    strncmp(why, "Version", 7) == 0 ?
				"System.ArgumentException" :
				"System.FormatException", "%s", why);
	} else {
		for (i = 0; i < c->n && i < 4; i++) {
			v[i] = (int)c->args[i].u.i;
			if (v[i] < 0)
				return member_throw_range(c, "major",
				    "Version's parameters must be greater "
				    "than or equal to zero.");
		}
	}
	c->out = version_make(&type_version, v);
	return FLOW_MORE;
}

static enum flow
version_try_parse(struct member_call *c)
{
	int v[4];
	bool ok = version_read(value_chars(c->args[0]),
	    value_chars_len(c->args[0]), v) == NULL;
	struct value made = ok ? version_make(&type_version, v) : VALUE_NULL;
	enum flow flow = value_set_member(c->run, c->args[1], "Value", made);

	value_unref(made);
	c->out = value_bool(ok);
	return flow;
}

static enum flow
version_part(struct member_call *c)
{
	static const char *const names[] = { "Major", "Minor", "Build",
		"Revision" };
	size_t i;

	c->out = value_int(-1);
	if (strcasecmp(c->name, "Patch") == 0) {
		c->out = value_int(version_of(c->self)->v[2]);
		return FLOW_MORE;
	}
	for (i = 0; i < 4; i++) {
		if (strcasecmp(names[i], c->name) == 0)
			c->out = value_int(version_of(c->self)->v[i]);
	}
	return FLOW_MORE;
}

static enum flow
version_to_string(struct member_call *c)
{
	struct version copy;
	int64_t i, n;

	if (c->n == 0)
		return version_text(c->run, c->self, &c->out);
	n = c->args[0].u.i;
	copy = *version_of(c->self);
	for (i = 0; i < 4; i++) {
		if (i >= n)
			copy.v[i] = -1;
		else if (copy.v[i] < 0)
			n = -1;
	}
	if (n < 0 || c->args[0].u.i > 4)
		return member_throw(c, "System.ArgumentException",
		    "Argument must be between 0 and the number of components "
		    "of the version. (Parameter 'fieldCount')");
	return version_text(c->run, cell_value(&copy), &c->out);
}

static enum flow
version_compare_to(struct member_call *c)
{
	int order;
	enum flow flow = value_compare(c->run, c->self, c->args[0], false,
	    &order);

	c->out = value_int(order < 0 ? -1 : order > 0);
	return flow;
}

const struct member_spec version_members[] = {
	{ "new()", version_new },
	{ "new(string version)", version_new },
	{ "new(int major, int minor)", version_new },
	{ "new(int major, int minor, int build)", version_new },
	{ "new(int major, int minor, int build, int revision)", version_new },
	{ "int Major get", version_part },
	{ "int Minor get", version_part },
	{ "int Build get", version_part },
	{ "int Revision get", version_part },
	{ "static version Parse(string input)", version_new },
	{ "static bool TryParse(string input, [ref] version result)",
	    version_try_parse },
	{ "string ToString()", version_to_string },
	{ "string ToString(int fieldCount)", version_to_string },
	{ "int CompareTo(System.Object version)", version_compare_to },
	{ "int CompareTo(version value)", version_compare_to },
	{ NULL },
};

/* major[.minor[.patch]][-label][+build] */
static bool
semver_read(const char *s, struct value *outp)
{
	int v[4] = { -1, 0, 0, -1 }, i = 0;
	const char *label = NULL, *build = NULL, *p = s, *end;
	struct version *x;

	while (i < 3) {
		char *stop;
		long n;

		if (!isdigit((unsigned char)*p))
			return false;
		n = strtol(p, &stop, 10);
		if (n > INT32_MAX)
			return false;
		v[i++] = (int)n;
		p = stop;
		if (*p != '.')
			break;
		p++;
	}
	if (*p == '-') {
		label = p + 1;
		p += strcspn(p, "+");
		if (p == label)
			return false;
		if (strspn(label, "0123456789abcdefghijklmnopqrstuvwxyz"
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ-.") <
		    (size_t)(p - label))
			return false;
	}
	end = p;
	if (*p == '+') {
		build = p + 1;
		p += strlen(p);
		if (p == build)
			return false;
	}
	if (*p != '\0')
		return false;
	x = cell_new(&type_semver, sizeof(*x));
	memcpy(x->v, v, sizeof(v));
	if (label != NULL)
		x->label = mem_strndup(label, (size_t)(end - label));
	if (build != NULL)
		x->build = mem_strdup(build);
	*outp = cell_value(x);
	return true;
}

static enum flow
semver_new(struct member_call *c)
{
	int v[4] = { 0, 0, 0, -1 };
	size_t i;

	if (c->n > 0 && value_is_string(c->args[0])) {
		if (semver_read(value_chars(c->args[0]), &c->out))
			return FLOW_MORE;
		return member_throw(c, "System.FormatException",
		    "The input string '%s' was not in a correct format.", "");
	}
	for (i = 0; i < c->n && i < 3; i++) {
		if (!is_integer(c->args[i].type))
			break;
		v[i] = (int)c->args[i].u.i;
		if (v[i] < 0)
			return member_throw(c, "System.Management.Automation."
				"PSArgumentException",
			    "Cannot process argument because the value of "
			    "argument \"%s\" is not valid. Change the value "
			    "of the \"%s\" argument and run the operation "
			    "again.", i == 0 ? "major" : i == 1 ? "minor" :
				"patch", i == 0 ? "major" : i == 1 ? "minor" :
				"patch");
	}
	c->out = version_make(&type_semver, v);
	if (c->n > 3 && value_is_string(c->args[3]))
		version_of(c->out)->label =
		    mem_strdup(value_chars(c->args[3]));
	return FLOW_MORE;
}

static enum flow
semver_label(struct member_call *c)
{
	const char *s = strcasecmp(c->name, "PreReleaseLabel") == 0 ?
	    version_of(c->self)->label :
	    version_of(c->self)->build;

	c->out = s == NULL ? VALUE_NULL : value_string(s);
	return FLOW_MORE;
}

static enum flow
semver_try_parse(struct member_call *c)
{
	struct value made = VALUE_NULL;
	bool ok = semver_read(value_chars(c->args[0]), &made);
	enum flow flow = value_set_member(c->run, c->args[1], "Value", made);

	value_unref(made);
	c->out = value_bool(ok);
	return flow;
}

const struct member_spec semver_members[] = {
	{ "new(string version)", semver_new },
	{ "new(int major)", semver_new },
	{ "new(int major, int minor)", semver_new },
	{ "new(int major, int minor, int patch)", semver_new },
	{ "new(int major, int minor, int patch, string label)", semver_new },
	{ "int Major get", version_part },
	{ "int Minor get", version_part },
	{ "int Patch get", version_part },
	{ "string PreReleaseLabel get", semver_label },
	{ "string BuildLabel get", semver_label },
	{ "static semver Parse(string version)", semver_new },
	{ "static bool TryParse(string version, [ref] semver result)",
	    semver_try_parse },
	{ "int CompareTo(System.Object version)", version_compare_to },
	{ NULL },
};
