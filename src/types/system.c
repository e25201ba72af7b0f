/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CultureInfo, StringComparer, Random; small types handed over. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/system_internal.h"

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
