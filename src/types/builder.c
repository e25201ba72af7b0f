/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Text.StringBuilder and System.Text.Encoding. */
#include "config.h"

#include <stdlib.h>

#include "types/encoding.h"
#include "types/member.h"
#include "types/tables.h"

struct builder {
	struct cell cell;
	struct buf b;
	int64_t capacity;
};

static void
builder_release(struct cell *c)
{
	buf_clear(&((struct builder *)(void *)c)->b);
	mem_free(c);
}

struct type type_stringbuilder = {
	.name = "System.Text.StringBuilder",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = builder_release,
};

static struct builder *
self(struct member_call *c)
{
	return (struct builder *)(void *)c->self.u.p;
}

/* The text so far as a string, for what counts in UTF-16. */
static struct value
whole(struct builder *b)
{
	return value_string_n(buf_text(&b->b), b->b.len);
}

static enum flow
again(struct member_call *c)
{
	c->out = value_ref(c->self);
	return FLOW_MORE;
}

static enum flow
add(struct member_call *c, struct value v)
{
	struct value text;
	enum flow flow;

	if (v.type == &type_char) {
		buf_add_utf8(&self(c)->b, v.u.c);
		return FLOW_MORE;
	}
	flow = value_to_string(c->run, v, &text);
	if (flow != FLOW_MORE)
		return flow;
	buf_add(&self(c)->b, value_chars(text), value_chars_len(text));
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
sb_new(struct member_call *c)
{
	struct builder *b = cell_new(&type_stringbuilder, sizeof(*b));
	size_t i;

	b->capacity = 16;
	for (i = 0; i < c->n; i++) {
		if (value_is_string(c->args[i]))
			buf_add(&b->b, value_chars(c->args[i]),
			    value_chars_len(c->args[i]));
		else
			b->capacity = c->args[i].u.i;
	}
	c->out = cell_value(b);
	return FLOW_MORE;
}

static enum flow
sb_append(struct member_call *c)
{
	enum flow flow = FLOW_MORE;
	int64_t n = c->n == 2 && is_integer(c->args[1].type) ?
	    c->args[1].u.i :
	    1;

	if (n < 0 || n > 100000000)
		return member_throw_range(c, "repeatCount",
		    "Index was out of range. Must be non-negative and less "
		    "than the size of the collection.");
	while (c->n > 0 && n-- > 0 && flow == FLOW_MORE)
		flow = add(c, c->args[0]);
	if (flow == FLOW_MORE && strcmp(c->name, "AppendLine") == 0)
		buf_add_byte(&self(c)->b, '\n');
	return flow == FLOW_MORE ? again(c) : flow;
}

static enum flow
sb_append_format(struct member_call *c)
{
	struct value text = VALUE_NULL;
	const struct value *args = c->args + 1;
	size_t n = c->n - 1;
	enum flow flow;

	if (n == 1 && value_is_list(args[0])) {
		n = list_of(args[0])->count;
		args = list_of(args[0])->items;
	}
	flow = format_composite(c->run, value_chars(c->args[0]), args, n,
	    &text);
	if (flow != FLOW_MORE)
		return flow;
	flow = add(c, text);
	value_unref(text);
	return flow == FLOW_MORE ? again(c) : flow;
}

static enum flow
sb_append_join(struct member_call *c)
{
	struct list *l = NULL;
	size_t i;
	enum flow flow = collect(c->run, c->args[1], &l);

	for (i = 0; flow == FLOW_MORE && i < l->count; i++) {
		if (i > 0)
			flow = add(c, c->args[0]);
		if (flow == FLOW_MORE)
			flow = add(c, l->items[i]);
	}
	if (l != NULL)
		value_unref(list_value(l));
	return flow == FLOW_MORE ? again(c) : flow;
}

static enum flow
bad_index(struct member_call *c)
{
	return member_throw_range(c, "index",
	    "Index was out of range. Must be non-negative and less than the "
	    "size of the collection.");
}

/* Replaces units [from, from + n) by text. */
static void
splice(struct builder *b, size_t from, size_t n, const char *s, size_t len)
{
	struct value old = whole(b);
	size_t i = string_offset(string_of(old), from);
	size_t k = string_offset(string_of(old), from + n);

	buf_reset(&b->b);
	buf_add(&b->b, value_chars(old), i);
	buf_add(&b->b, s, len);
	buf_add(&b->b, value_chars(old) + k, value_chars_len(old) - k);
	value_unref(old);
}

static size_t
units(struct builder *b)
{
	struct value v = whole(b);
	size_t n = string_of(v)->units;

	value_unref(v);
	return n;
}

static enum flow
sb_insert(struct member_call *c)
{
	struct value text;
	enum flow flow;

	if (c->args[0].u.i < 0 || (size_t)c->args[0].u.i > units(self(c)))
		return bad_index(c);
	flow = value_to_string(c->run, c->args[1], &text);
	if (flow != FLOW_MORE)
		return flow;
	splice(self(c), (size_t)c->args[0].u.i, 0, value_chars(text),
	    value_chars_len(text));
	value_unref(text);
	return again(c);
}

static enum flow
sb_remove(struct member_call *c)
{
	if (c->args[0].u.i < 0 || c->args[1].u.i < 0 ||
	    (size_t)(c->args[0].u.i + c->args[1].u.i) > units(self(c)))
		return bad_index(c);
	splice(self(c), (size_t)c->args[0].u.i, (size_t)c->args[1].u.i, "", 0);
	return again(c);
}

static enum flow
sb_replace(struct member_call *c)
{
	struct value old = whole(self(c)), a = VALUE_NULL, b = VALUE_NULL;
	struct buf *out = &self(c)->b;
	const char *s = value_chars(old);
	size_t n = value_chars_len(old), at = 0, hit;

	(void)value_to_string(NULL, c->args[0], &a);
	(void)value_to_string(NULL, c->args[1], &b);
	buf_reset(out);
	while (value_chars_len(a) > 0 && (hit = text_find(s, n, at,
		   value_chars(a), value_chars_len(a), false, NULL)) !=
		TEXT_NONE) {
		buf_add(out, s + at, hit - at);
		buf_add(out, value_chars(b), value_chars_len(b));
		at = hit + value_chars_len(a);
	}
	buf_add(out, s + at, n - at);
	value_unref(a);
	value_unref(b);
	value_unref(old);
	return again(c);
}

static enum flow
sb_clear(struct member_call *c)
{
	buf_reset(&self(c)->b);
	return again(c);
}

static enum flow
sb_length(struct member_call *c)
{
	c->out = value_int((int32_t)units(self(c)));
	return FLOW_MORE;
}

static enum flow
sb_set_length(struct member_call *c)
{
	size_t have = units(self(c)), want = (size_t)c->args[0].u.i;

	if (c->args[0].u.i < 0 || want > 100000000)
		return bad_index(c);
	if (want < have)
		splice(self(c), want, have - want, "", 0);
	else
		buf_add_fill(&self(c)->b, '\0', want - have);
	return FLOW_MORE;
}

static enum flow
sb_capacity(struct member_call *c)
{
	int64_t n = (int64_t)units(self(c)), cap = self(c)->capacity;

	while (cap < n)
		cap *= 2;
	c->out = value_int((int32_t)cap);
	return FLOW_MORE;
}

static enum flow
sb_set_capacity(struct member_call *c)
{
	self(c)->capacity = c->args[0].u.i > 0 ? c->args[0].u.i : 16;
	return FLOW_MORE;
}

static enum flow
sb_to_string(struct member_call *c)
{
	c->out = whole(self(c));
	if (c->n == 2) {
		struct value all = c->out;
		int64_t from = c->args[0].u.i, n = c->args[1].u.i;

		c->out = value_nothing();
		if (from < 0 || n < 0 || from + n > string_of(all)->units) {
			value_unref(all);
			return bad_index(c);
		}
		c->out = string_slice(string_of(all), (size_t)from, (size_t)n);
		value_unref(all);
	}
	return FLOW_MORE;
}

static enum flow
sb_chars(struct member_call *c)
{
	struct value all = whole(self(c));
	int64_t i = c->args[0].u.i;

	if (i < 0 || i >= string_of(all)->units) {
		value_unref(all);
		return bad_index(c);
	}
	c->out = value_char(string_unit(string_of(all), (size_t)i));
	value_unref(all);
	return FLOW_MORE;
}

static enum flow
sb_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = whole((struct builder *)(void *)v.u.p);
	return FLOW_MORE;
}

#define SB "System.Text.StringBuilder "
static const struct member_spec builder_members[] = {
	{ "new()", sb_new },
	{ "new(int capacity)", sb_new },
	{ "new(string value)", sb_new },
	{ "new(string value, int capacity)", sb_new },
	{ "int Length get/set", sb_length, sb_set_length },
	{ "int Capacity get/set", sb_capacity, sb_set_capacity },
	{ SB "Append(string value)", sb_append },
	{ SB "Append(char value)", sb_append },
	{ SB "Append(char value, int repeatCount)", sb_append },
	{ SB "Append(int value)", sb_append },
	{ SB "Append(long value)", sb_append },
	{ SB "Append(double value)", sb_append },
	{ SB "Append(decimal value)", sb_append },
	{ SB "Append(bool value)", sb_append },
	{ SB "Append(System.Object value)", sb_append },
	{ SB "AppendLine()", sb_append },
	{ SB "AppendLine(string value)", sb_append },
	{ SB "AppendFormat(string format, params System.Object[] args)",
	    sb_append_format },
	{ SB "AppendJoin(string separator, params System.Object[] values)",
	    sb_append_join },
	{ SB "Insert(int index, string value)", sb_insert },
	{ SB "Insert(int index, char value)", sb_insert },
	{ SB "Insert(int index, System.Object value)", sb_insert },
	{ SB "Remove(int startIndex, int length)", sb_remove },
	{ SB "Replace(string oldValue, string newValue)", sb_replace },
	{ SB "Replace(char oldChar, char newChar)", sb_replace },
	{ SB "Clear()", sb_clear },
	{ "char Chars(int index)", sb_chars },
	{ "string ToString()", sb_to_string },
	{ "string ToString(int startIndex, int length)", sb_to_string },
	{ NULL },
};

static const struct type_ops builder_ops = { .text = sb_text };

/* --- Encoding --- */

enum encoding { ENC_UTF8, ENC_ASCII, ENC_LATIN1, ENC_UTF16, ENC_UTF16BE,
	ENC_UTF32 };

static const struct {
	const char *property;
	const char *web;
	const char *name;
	int page;
} encodings[] = {
	{ "UTF8", "utf-8", "Unicode (UTF-8)", 65001 },
	{ "ASCII", "us-ascii", "US-ASCII", 20127 },
	{ "Latin1", "iso-8859-1", "Western European (ISO)", 28591 },
	{ "Unicode", "utf-16", "Unicode", 1200 },
	{ "BigEndianUnicode", "utf-16BE", "Unicode (Big-Endian)", 1201 },
	{ "UTF32", "utf-32", "Unicode (UTF-32)", 12000 },
};

struct encoding_cell {
	struct cell cell;
	enum encoding which;
	bool mark; /* writers put a byte order mark */
};

static struct type type_encoding = {
	.name = "System.Text.Encoding",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
};

static struct type type_utf8 = {
	.name = "System.Text.UTF8Encoding",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_encoding,
	.release = cell_free_plain,
};

static enum encoding
which(struct member_call *c)
{
	return ((struct encoding_cell *)(void *)c->self.u.p)->which;
}

static struct value
encoding_value(enum encoding e)
{
	struct encoding_cell *c = cell_new(e == ENC_UTF8 ? &type_utf8 :
							   &type_encoding,
	    sizeof(*c));

	c->which = e;
	return cell_value(c);
}

static enum flow
enc_new(struct member_call *c)
{
	c->out = encoding_value(ENC_UTF8);
	((struct encoding_cell *)(void *)c->out.u.p)->mark =
	    c->n > 0 && c->args[0].type == &type_bool && c->args[0].u.b;
	return FLOW_MORE;
}

bool
encoding_which(struct value v, enum text_encoding *ep)
{
	static const enum text_encoding map[] = {
		[ENC_UTF8] = TEXT_UTF8, [ENC_ASCII] = TEXT_ASCII,
		[ENC_LATIN1] = TEXT_LATIN1, [ENC_UTF16] = TEXT_UTF16,
		[ENC_UTF16BE] = TEXT_UTF16BE, [ENC_UTF32] = TEXT_UTF32 };
	struct encoding_cell *e;

	v = value_base(v);
	if (v.type != &type_encoding && v.type != &type_utf8)
		return false;
	e = (struct encoding_cell *)(void *)v.u.p;
	*ep = e->which == ENC_UTF8 && e->mark ? TEXT_UTF8_BOM : map[e->which];
	return true;
}

static enum flow
enc_get(struct member_call *c)
{
	size_t i;
	const char *want = c->name;

	if (strcmp(want, "GetEncoding") == 0)
		want = value_is_string(c->args[0]) ? value_chars(c->args[0]) :
						     "";
	if (strcasecmp(want, "Default") == 0)
		want = "UTF8";
	for (i = 0; i < LEN(encodings); i++) {
		if (strcasecmp(want, encodings[i].property) == 0 ||
		    strcasecmp(want, encodings[i].web) == 0 ||
		    (c->n == 1 && is_integer(c->args[0].type) &&
			c->args[0].u.i == encodings[i].page)) {
			c->out = encoding_value((enum encoding)i);
			((struct encoding_cell *)(void *)c->out.u.p)->mark =
			    strcasecmp(c->name, "Default") != 0;
			return FLOW_MORE;
		}
	}
	return member_throw(c, "System.ArgumentException",
	    "'%s' is not a supported encoding name. (Parameter 'name')", want);
}

static void
put16(struct buf *b, uint32_t u, bool big)
{
	buf_add_byte(b, (char)(big ? u >> 8 : u));
	buf_add_byte(b, (char)(big ? u : u >> 8));
}

static void
encode(enum encoding e, const char *s, size_t n, struct buf *b)
{
	uint32_t cp;
	size_t k;

	while (n > 0) {
		k = utf8_decode(s, n, &cp);
		s += k;
		n -= k;
		switch (e) {
		case ENC_UTF8:
			buf_add_utf8(b, cp >= 0xd800 && cp < 0xe000 ? 0xfffd :
								      cp);
			break;
		case ENC_ASCII:
			buf_add_byte(b, cp < 0x80 ? (char)cp : '?');
			break;
		case ENC_LATIN1:
			buf_add_byte(b, cp < 0x100 ? (char)cp : '?');
			break;
		case ENC_UTF16:
		case ENC_UTF16BE:
			if (cp >= 0x10000) {
				put16(b, 0xd7c0 + (cp >> 10),
				    e == ENC_UTF16BE);
				cp = 0xdc00 | (cp & 0x3ff);
			}
			put16(b, cp, e == ENC_UTF16BE);
			break;
		case ENC_UTF32:
			put16(b, cp & 0xffff, false);
			put16(b, cp >> 16, false);
			break;
		}
	}
}

static enum flow
enc_bytes(struct member_call *c)
{
	struct buf b = { 0 };
	struct value text = VALUE_NULL;

	(void)value_convert(NULL, c->args[0], &type_string, &text);
	if (value_is_list(c->args[0])) {
		struct value none = value_string("");

		value_unref(text);
		(void)op_join(NULL, c->args[0], &none, &text);
		value_unref(none);
	}
	encode(which(c), value_chars(text), value_chars_len(text), &b);
	value_unref(text);
	c->out = strcmp(c->name, "GetByteCount") == 0 ?
	    value_int((int32_t)b.len) :
	    value_bytes(b.data, b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static struct value
decode(enum encoding e, const uint8_t *p, size_t n)
{
	struct buf b = { 0 };
	struct value out;
	uint16_t *u;
	size_t i;
	char *clean;
	size_t len;

	switch ((int)e) {
	case ENC_UTF16:
	case ENC_UTF16BE:
		u = mem_array(n / 2 + 1, sizeof(*u));
		for (i = 0; i + 1 < n; i += 2)
			u[i / 2] = (uint16_t)(e == ENC_UTF16BE ?
				p[i] << 8 | p[i + 1] : p[i + 1] << 8 | p[i]);
		out = string_from_units(u, n / 2);
		mem_free(u);
		return out;
	case ENC_UTF32:
		for (i = 0; i + 3 < n; i += 4)
			buf_add_utf8(&b, (uint32_t)p[i] |
				(uint32_t)p[i + 1] << 8 |
				(uint32_t)p[i + 2] << 16);
		break;
	case ENC_ASCII:
	case ENC_LATIN1:
		for (i = 0; i < n; i++)
			buf_add_utf8(&b, e == ENC_ASCII && p[i] >= 0x80 ?
				0xfffdu : p[i]);
		break;
	default:
		clean = utf8_scrub((const char *)p, n, &len);
		out = value_string_n(clean, len);
		mem_free(clean);
		return out;
	}
	out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return out;
}

static enum flow
enc_string(struct member_call *c)
{
	struct bytes *b = bytes_of(c->args[0]);
	size_t from = 0, n = b->len;

	if (c->n == 3) {
		from = (size_t)c->args[1].u.i;
		n = (size_t)c->args[2].u.i;
		if (from > b->len || n > b->len - from)
			return member_throw_range(c, "bytes",
			    "Index and count must refer to a location within "
			    "the buffer.");
	}
	c->out = decode(which(c), b->data + from, n);
	return FLOW_MORE;
}

static enum flow
enc_preamble(struct member_call *c)
{
	static const struct {
		const char *bytes;
		size_t n;
	} marks[] = { { "\xef\xbb\xbf", 3 }, { "", 0 }, { "", 0 },
		{ "\xff\xfe", 2 }, { "\xfe\xff", 2 }, { "\xff\xfe\0\0", 4 } };

	c->out = value_bytes(marks[which(c)].bytes, marks[which(c)].n);
	return FLOW_MORE;
}

static enum flow
enc_name(struct member_call *c)
{
	if (strcasecmp(c->name, "CodePage") == 0)
		c->out = value_int(encodings[which(c)].page);
	else
		c->out = value_string(strcasecmp(c->name, "EncodingName") == 0 ?
			encodings[which(c)].name : encodings[which(c)].web);
	return FLOW_MORE;
}

#define ENC "System.Text.Encoding "
static const struct member_spec encoding_members[] = {
	{ "static " ENC "UTF8 get", enc_get },
	{ "static " ENC "ASCII get", enc_get },
	{ "static " ENC "Latin1 get", enc_get },
	{ "static " ENC "Unicode get", enc_get },
	{ "static " ENC "BigEndianUnicode get", enc_get },
	{ "static " ENC "UTF32 get", enc_get },
	{ "static " ENC "Default get", enc_get },
	{ "static " ENC "GetEncoding(string name)", enc_get },
	{ "static " ENC "GetEncoding(int codepage)", enc_get },
	{ "byte[] GetBytes(string s)", enc_bytes },
	{ "byte[] GetBytes(char[] chars)", enc_bytes },
	{ "int GetByteCount(string s)", enc_bytes },
	{ "string GetString(byte[] bytes)", enc_string },
	{ "string GetString(byte[] bytes, int index, int count)",
	    enc_string },
	{ "byte[] GetPreamble()", enc_preamble },
	{ "string WebName get", enc_name },
	{ "string BodyName get", enc_name },
	{ "string EncodingName get", enc_name },
	{ "int CodePage get", enc_name },
	{ NULL },
};

static const struct member_spec utf8_members[] = {
	{ "new()", enc_new },
	{ "new(bool encoderShouldEmitUTF8Identifier)", enc_new },
	{ "new(bool encoderShouldEmitUTF8Identifier, bool "
	  "throwOnInvalidBytes)", enc_new },
	{ NULL },
};

void
builder_init(void)
{
	type_stringbuilder.ops = &builder_ops;
	type_add_members(&type_stringbuilder, builder_members);
	type_add(&type_stringbuilder);
	type_add_members(&type_encoding, encoding_members);
	type_add(&type_encoding);
	type_add_members(&type_utf8, utf8_members);
	type_add(&type_utf8);
}
