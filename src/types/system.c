/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guid, Version, SemanticVersion, CultureInfo, StringComparer, Random. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "types/member.h"
#include "types/tables.h"

/* --- Guid --- */

struct guid {
	struct cell cell;
	uint8_t b[16]; /* in the order they are written */
};

struct type type_guid = {
	.name = "System.Guid",
	.short_name = "guid",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_VALUETYPE,
	.base = &type_valuetype,
	.release = cell_free_plain,
};

static struct guid *
guid_of(struct value v)
{
	return (struct guid *)(void *)v.u.p;
}

static struct value
guid_new(const uint8_t *b)
{
	struct guid *g = cell_new(&type_guid, sizeof(*g));

	if (b != NULL)
		memcpy(g->b, b, 16);
	return cell_value(g);
}

static bool
guid_parse(const char *s, size_t n, uint8_t out[16])
{
	const char *end = s + n;
	size_t at = 0, digits = 0;
	unsigned byte = 0;

	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (end - s == 38 && ((*s == '{' && end[-1] == '}') ||
	    (*s == '(' && end[-1] == ')'))) {
		s++;
		end--;
	}
	if (end - s != 36 && end - s != 32)
		return false;
	if (end - s == 36 &&
	    (s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-'))
		return false;
	for (; s < end; s++) {
		int c = (unsigned char)*s;

		if (c == '-' && end - s > 0)
			continue;
		if (!isxdigit(c) || at == 16)
			return false;
		byte = byte << 4 |
		    (unsigned)(isdigit(c) ? c - '0' : (c | 32) - 'a' + 10);
		if (++digits % 2 == 0) {
			out[at++] = (uint8_t)byte;
			byte = 0;
		}
	}
	return at == 16;
}

static enum flow
guid_text_as(const struct guid *g, char format, struct value *textp)
{
	const uint8_t *b = g->b;
	const char *open = format == 'B' ? "{" : format == 'P' ? "(" : "";
	const char *close = format == 'B' ? "}" : format == 'P' ? ")" : "";
	const char *dash = format == 'N' ? "" : "-";

	*textp = value_printf("%s%02x%02x%02x%02x%s%02x%02x%s%02x%02x%s"
			      "%02x%02x%s%02x%02x%02x%02x%02x%02x%s",
	    open, b[0], b[1], b[2], b[3], dash, b[4], b[5], dash, b[6], b[7],
	    dash, b[8], b[9], dash, b[10], b[11], b[12], b[13], b[14], b[15],
	    close);
	return FLOW_MORE;
}

static enum flow
guid_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	return guid_text_as(guid_of(v), 'D', textp);
}

static enum flow
guid_to_string(struct member_call *c)
{
	char f = 'D';

	if (c->n > 0 && value_is_string(c->args[0]) &&
	    value_chars_len(c->args[0]) > 0)
		f = (char)toupper((unsigned char)value_chars(c->args[0])[0]);
	if (strchr("DNBP", f) == NULL)
		return member_throw(c, "System.FormatException",
		    "Format string can be only \"D\", \"d\", \"N\", \"n\", "
		    "\"P\", \"p\", \"B\", \"b\", \"X\" or \"x\".");
	return guid_text_as(guid_of(c->self), f, &c->out);
}

static enum flow
guid_compare(struct run *r, struct value a, struct value b, bool ignore_case,
    int *orderp)
{
	(void)r;
	(void)ignore_case;
	*orderp = memcmp(guid_of(a)->b, guid_of(b)->b, 16);
	return FLOW_MORE;
}

static enum flow
guid_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	(void)r;
	(void)ignore_case;
	*equalp = a.type == b.type &&
	    memcmp(guid_of(a)->b, guid_of(b)->b, 16) == 0;
	return FLOW_MORE;
}

static uint32_t
hash_bytes(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint32_t h = 2166136261u;

	while (n-- > 0)
		h = (h ^ *b++) * 16777619u;
	return h;
}

static enum flow
guid_hash(struct run *r, struct value v, bool ignore_case, uint32_t *hashp)
{
	(void)r;
	(void)ignore_case;
	*hashp = hash_bytes(guid_of(v)->b, 16);
	return FLOW_MORE;
}

static const struct type_ops guid_ops = {
	.text = guid_text,
	.compare = guid_compare,
	.equal = guid_equal,
	.hash = guid_hash,
};

static enum flow
guid_make(struct member_call *c)
{
	uint8_t b[16];

	if (strcmp(c->name, "NewGuid") == 0) {
		if (getrandom(b, sizeof(b), 0) != sizeof(b))
			return member_throw(c, "System.SystemException",
			    "No random numbers.");
		b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
		b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
		c->out = guid_new(b);
		return FLOW_MORE;
	}
	if (c->n == 0) {
		c->out = guid_new(NULL);
		return FLOW_MORE;
	}
	if (c->args[0].type == &type_bytes) {
		static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8,
			9, 10, 11, 12, 13, 14, 15 };
		int i;

		if (bytes_of(c->args[0])->len != 16)
			return member_throw(c, "System.ArgumentException",
			    "Byte array for Guid must be exactly 16 bytes "
			    "long. (Parameter 'b')");
		for (i = 0; i < 16; i++)
			b[i] = bytes_of(c->args[0])->data[order[i]];
		c->out = guid_new(b);
		return FLOW_MORE;
	}
	if (!guid_parse(value_chars(c->args[0]), value_chars_len(c->args[0]),
		b))
		return member_throw(c, "System.FormatException",
		    "Unrecognized Guid format.");
	c->out = guid_new(b);
	return FLOW_MORE;
}

static enum flow
guid_try_parse(struct member_call *c)
{
	uint8_t b[16];
	bool ok = guid_parse(value_chars(c->args[0]),
	    value_chars_len(c->args[0]), b);
	struct value v = guid_new(ok ? b : NULL);
	enum flow flow = value_set_member(c->run, c->args[1], "Value", v);

	value_unref(v);
	c->out = value_bool(ok);
	return flow;
}

static enum flow
guid_empty(struct member_call *c)
{
	c->out = guid_new(NULL);
	return FLOW_MORE;
}

static enum flow
guid_bytes(struct member_call *c)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10,
		11, 12, 13, 14, 15 };
	int i;

	c->out = value_bytes(NULL, 16);
	for (i = 0; i < 16; i++)
		bytes_of(c->out)->data[i] = guid_of(c->self)->b[order[i]];
	return FLOW_MORE;
}

static const struct member_spec guid_members[] = {
	{ "new()", guid_make },
	{ "new(string g)", guid_make },
	{ "new(byte[] b)", guid_make },
	{ "static guid Empty get", guid_empty },
	{ "static guid NewGuid()", guid_make },
	{ "static guid Parse(string input)", guid_make },
	{ "static guid Parse(string input, System.IFormatProvider "
	  "provider)", guid_make },
	{ "static bool TryParse(string input, [ref] guid result)",
	    guid_try_parse },
	{ "string ToString()", guid_to_string },
	{ "string ToString(string format)", guid_to_string },
	{ "byte[] ToByteArray()", guid_bytes },
	{ NULL },
};

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

static const struct type_ops version_ops = {
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

static const struct member_spec version_members[] = {
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

static const struct member_spec semver_members[] = {
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

/* --- cultures: en-US and the invariant one behave alike here --- */

static struct type type_culture = {
	.name = "System.Globalization.CultureInfo",
	.short_name = "cultureinfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
};

static struct type type_comparer = {
	.name = "System.StringComparer",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
};

struct named {
	struct cell cell;
	char name[64];
};

static struct value
named_new(const struct type *t, const char *name)
{
	struct named *n = cell_new(t, sizeof(*n));

	(void)snprintf(n->name, sizeof(n->name), "%s", name);
	return cell_value(n);
}

static enum flow
named_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = value_string(((struct named *)(void *)v.u.p)->name);
	return FLOW_MORE;
}

static const struct type_ops named_ops = { .text = named_text };

static enum flow
culture_get(struct member_call *c)
{
	c->out = named_new(&type_culture,
	    strcasecmp(c->name, "InvariantCulture") == 0 ? "" : "en-US");
	return FLOW_MORE;
}

static enum flow
culture_new(struct member_call *c)
{
	c->out = named_new(&type_culture,
	    value_is_string(c->args[0]) ? value_chars(c->args[0]) : "en-US");
	return FLOW_MORE;
}

static enum flow
culture_name(struct member_call *c)
{
	const char *n = ((struct named *)(void *)c->self.u.p)->name;

	if (strcasecmp(c->name, "LCID") == 0)
		c->out = value_int(*n == '\0' ? 127 : 1033);
	else if (strcasecmp(c->name, "Name") == 0)
		c->out = value_string(n);
	else if (strcasecmp(c->name, "TwoLetterISOLanguageName") == 0)
		c->out = value_string_n(*n == '\0' ? "iv" : n, 2);
	else
		c->out = value_string(*n == '\0' ?
			"Invariant Language (Invariant Country)" :
			strcasecmp(n, "en-US") == 0 ?
			"English (United States)" :
			n);
	return FLOW_MORE;
}

static const struct member_spec culture_members[] = {
	{ "new(string name)", culture_new },
	{ "static cultureinfo InvariantCulture get", culture_get },
	{ "static cultureinfo CurrentCulture get", culture_get },
	{ "static cultureinfo CurrentUICulture get", culture_get },
	{ "static cultureinfo GetCultureInfo(string name)", culture_new },
	{ "static cultureinfo CreateSpecificCulture(string name)",
	    culture_new },
	{ "string Name get", culture_name },
	{ "string DisplayName get", culture_name },
	{ "string EnglishName get", culture_name },
	{ "string TwoLetterISOLanguageName get", culture_name },
	{ "int LCID get", culture_name },
	{ NULL },
};

static enum flow
comparer_get(struct member_call *c)
{
	c->out = named_new(&type_comparer, c->name);
	return FLOW_MORE;
}

static enum flow
comparer_compare(struct member_call *c)
{
	const char *n = ((struct named *)(void *)c->self.u.p)->name;
	bool fold = strstr(n, "IgnoreCase") != NULL;
	struct value a, b;
	int order;

	(void)value_to_string(NULL, c->args[0], &a);
	(void)value_to_string(NULL, c->args[1], &b);
	order = strncasecmp(n, "Ordinal", 7) == 0 ?
	    text_compare_ordinal(value_chars(a), value_chars_len(a),
		value_chars(b), value_chars_len(b), fold) :
	    text_compare(value_chars(a), value_chars_len(a), value_chars(b),
		value_chars_len(b), fold);
	value_unref(a);
	value_unref(b);
	c->out = strcmp(c->name, "Equals") == 0 ? value_bool(order == 0) :
						  value_int(order < 0 ? -1 :
							order > 0);
	return FLOW_MORE;
}

#define COMPARER(n) { "static System.StringComparer " n " get", comparer_get }
static const struct member_spec comparer_members[] = {
	COMPARER("Ordinal"), COMPARER("OrdinalIgnoreCase"),
	COMPARER("CurrentCulture"), COMPARER("CurrentCultureIgnoreCase"),
	COMPARER("InvariantCulture"), COMPARER("InvariantCultureIgnoreCase"),
	{ "int Compare(System.Object x, System.Object y)", comparer_compare },
	{ "bool Equals(System.Object x, System.Object y)", comparer_compare },
	{ NULL },
};

/* --- Random --- */

struct random {
	struct cell cell;
	uint64_t state;
};

static struct type type_random = {
	.name = "System.Random",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
};

static uint64_t
random_next(struct random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static enum flow
random_new(struct member_call *c)
{
	struct random *r = cell_new(&type_random, sizeof(*r));

	if (c->n == 1)
		r->state = (uint64_t)c->args[0].u.i;
	else if (getrandom(&r->state, sizeof(r->state), 0) < 0)
		r->state = (uint64_t)ticks_now_utc();
	c->out = cell_value(r);
	return FLOW_MORE;
}

static enum flow
random_get(struct member_call *c)
{
	struct random *r = (void *)c->self.u.p;
	int64_t low = 0, high = INT32_MAX;
	size_t i;

	if (strcmp(c->name, "NextDouble") == 0) {
		c->out = value_double(
		    (double)(random_next(r) >> 11) / 9007199254740992.0);
		return FLOW_MORE;
	}
	if (strcmp(c->name, "NextBytes") == 0) {
		if (c->args[0].type == &type_bytes) {
			for (i = 0; i < bytes_of(c->args[0])->len; i++)
				bytes_of(c->args[0])->data[i] =
				    (uint8_t)random_next(r);
		}
		return FLOW_MORE;
	}
	if (c->n == 1)
		high = c->args[0].u.i;
	if (c->n == 2) {
		low = c->args[0].u.i;
		high = c->args[1].u.i;
	}
	if (low > high)
		return member_throw_range(c, c->n == 1 ? "maxValue" : "minValue",
		    c->n == 1 ? "'maxValue' must be greater than zero." :
				"'minValue' cannot be greater than "
				"maxValue.");
	c->out = value_int((int32_t)(low + (high == low ? 0 :
		(int64_t)(random_next(r) % (uint64_t)(high - low)))));
	return FLOW_MORE;
}

static const struct member_spec random_members[] = {
	{ "new()", random_new },
	{ "new(int Seed)", random_new },
	{ "int Next()", random_get },
	{ "int Next(int maxValue)", random_get },
	{ "int Next(int minValue, int maxValue)", random_get },
	{ "double NextDouble()", random_get },
	{ "void NextBytes(byte[] buffer)", random_get },
	{ NULL },
};

void
system_init(void)
{
	struct type *const types[] = { &type_guid, &type_version, &type_semver,
		&type_culture, &type_comparer, &type_random };
	const struct member_spec *const rows[] = { guid_members,
		version_members, semver_members, culture_members,
		comparer_members, random_members };
	const struct type_ops *const ops[] = { &guid_ops, &version_ops,
		&version_ops, &named_ops, &named_ops, NULL };
	size_t i;

	for (i = 0; i < LEN(types); i++) {
		types[i]->ops = ops[i];
		type_add_members(types[i], rows[i]);
		type_add(types[i]);
	}
	/* what a format provider may be */
	type_add_name("System.IFormatProvider", &type_culture);
}
