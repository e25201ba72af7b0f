/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Guid. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/system_internal.h"

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

static enum flow
guid_hash(struct run *r, struct value v, bool ignore_case, uint32_t *hashp)
{
	(void)r;
	(void)ignore_case;
	*hashp = hash_bytes(guid_of(v)->b, 16);
	return FLOW_MORE;
}

const struct type_ops guid_ops = {
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

const struct member_spec guid_members[] = {
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
