/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values to bytes and back, with limits. */
#include "config.h"

#include <string.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"

/* One byte in front of each value. Numbers are part of the format. */
enum tag {
	TAG_NULL = 0,
	TAG_FALSE = 1,
	TAG_TRUE = 2,
	TAG_INT = 3,
	TAG_LONG = 4,
	TAG_DOUBLE = 5,
	TAG_CHAR = 6,
	TAG_STRING = 7,
	TAG_BYTES = 8,
	TAG_DATETIME = 9,
	TAG_TIMESPAN = 10,
	TAG_LIST = 11,
	TAG_DICT = 12,
	TAG_DICT_CASE = 13,
	TAG_ORDERED = 14,
	TAG_ORDERED_CASE = 15,
	TAG_OBJECT = 16,
};

/* The flags byte in front of a member. */
enum {
	MEMBER_FLAG_PROPERTY = 1 << 0,
	MEMBER_FLAG_READONLY = 1 << 1,
};

const struct codec_limits codec_limits_default = {
	.bytes = 16u << 20,
	.elements = 1u << 20,
};

/* --- writing --- */

static void
write_varint(struct buf *b, uint64_t n)
{
	while (n >= 0x80) {
		buf_add_byte(b, (char)(n | 0x80));
		n >>= 7;
	}
	buf_add_byte(b, (char)n);
}

static void
write_integer(struct buf *b, enum tag tag, int64_t i)
{
	buf_add_byte(b, (char)tag);
	write_varint(b, (uint64_t)i << 1 ^ (i < 0 ? UINT64_MAX : 0));
}

static void
write_chunk(struct buf *b, const void *p, size_t n)
{
	write_varint(b, n);
	buf_add(b, p, n);
}

static int write_value(
    struct buf *b, struct value v, int depth, struct fault *f);

static int
write_list(struct buf *b, const struct list *l, int depth, struct fault *f)
{
	size_t i;

	buf_add_byte(b, TAG_LIST);
	write_varint(b, l->count);
	for (i = 0; i < l->count; i++)
		if (write_value(b, l->items[i], depth + 1, f) != 0)
			return -1;
	return 0;
}

static int
write_dict(struct buf *b, const struct dict *d, int depth, struct fault *f)
{
	const struct dict_entry *e;
	size_t pos;

	if (d->cell.type == &type_ordered)
		buf_add_byte(
		    b, d->ignore_case ? TAG_ORDERED : TAG_ORDERED_CASE);
	else
		buf_add_byte(b, d->ignore_case ? TAG_DICT : TAG_DICT_CASE);
	write_varint(b, d->count);
	DICT_EACH (e, d, pos)
		if (write_value(b, e->key, depth + 1, f) != 0 ||
		    write_value(b, e->value, depth + 1, f) != 0)
			return -1;
	return 0;
}

static int
write_object(struct buf *b, const struct object *o, int depth, struct fault *f)
{
	const struct member *m;
	size_t i, n = 0;
	size_t types = o->types == NULL ? 0 : o->types->count;

	buf_add_byte(b, TAG_OBJECT);
	write_varint(b, types);
	for (i = 0; i < types; i++)
		write_chunk(b, value_chars(o->types->items[i]),
		    value_chars_len(o->types->items[i]));
	OBJECT_EACH (m, o)
		n += m->kind <= MEMBER_PROPERTY;
	write_varint(b, n);
	OBJECT_EACH (m, o) {
		if (m->kind > MEMBER_PROPERTY)
			continue;
		buf_add_byte(b,
		    (char)((m->kind == MEMBER_PROPERTY ? MEMBER_FLAG_PROPERTY
						       : 0) |
			(m->readonly ? MEMBER_FLAG_READONLY : 0)));
		write_chunk(b, value_chars(m->name), value_chars_len(m->name));
		if (write_value(b, m->value, depth + 1, f) != 0)
			return -1;
	}
	return 0;
}

static int
write_counted(struct buf *b, struct value v, int depth, struct fault *f)
{
	if (value_is_string(v)) {
		buf_add_byte(b, TAG_STRING);
		write_chunk(b, value_chars(v), value_chars_len(v));
		return 0;
	}
	if (v.type->kind == TYPE_KIND_BYTES) {
		buf_add_byte(b, TAG_BYTES);
		write_chunk(b, bytes_of(v)->data, bytes_of(v)->len);
		return 0;
	}
	if (depth >= CODEC_DEPTH_MAX || !run_stack_ok())
		return fault_set(f, FAULT_DEPTH,
		    "a value is nested deeper than %d levels (or contains "
		    "itself) and cannot be stored",
		    CODEC_DEPTH_MAX);
	if (value_is_list(v))
		return write_list(b, list_of(v), depth, f);
	if (value_is_dict(v))
		return write_dict(b, dict_of(v), depth, f);
	if (value_is_object(v))
		return write_object(b, object_of(v), depth, f);
	return fault_set(f, FAULT_NOT_SUPPORTED,
	    "a value of type %s cannot be stored", v.type->name);
}

static int
write_value(struct buf *b, struct value v, int depth, struct fault *f)
{
	if (value_is_nothing(v)) {
		buf_add_byte(b, TAG_NULL);
		return 0;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		buf_add_byte(b, v.u.b ? TAG_TRUE : TAG_FALSE);
		return 0;
	case TYPE_KIND_CHAR:
		write_integer(b, TAG_CHAR, v.u.c);
		return 0;
	case TYPE_KIND_INT:
	case TYPE_KIND_ENUM:
		write_integer(b,
		    v.type == &type_long || v.u.i > INT32_MAX ||
			    v.u.i < INT32_MIN
			? TAG_LONG
			: TAG_INT,
		    v.u.i);
		return 0;
	case TYPE_KIND_FLOAT: {
		uint64_t bits;

		memcpy(&bits, &v.u.d, sizeof(bits));
		buf_add_byte(b, TAG_DOUBLE);
		buf_add(b, &bits, sizeof(bits));
		return 0;
	}
	case TYPE_KIND_DATETIME:
		if (type_is_counted(v.type))
			break;
		write_integer(b, TAG_DATETIME, v.u.i);
		return 0;
	case TYPE_KIND_TIMESPAN:
		write_integer(b, TAG_TIMESPAN, v.u.i);
		return 0;
	default:
		break;
	}
	return write_counted(b, v, depth, f);
}

int
codec_write(struct buf *b, struct value v, struct fault *f)
{
	size_t before = b->len;

	if (write_value(b, v, 0, f) != 0) {
		buf_truncate(b, before);
		return -1;
	}
	return 0;
}

/* --- reading --- */

struct reader {
	const unsigned char *p;
	const unsigned char *end;
	size_t elements; /* still allowed */
	struct fault *f;
};

static int
bad(struct reader *rd, const char *what)
{
	return fault_set(rd->f, FAULT_INVALID_DATA, "stored value: %s", what);
}

static int
read_varint(struct reader *rd, uint64_t *np)
{
	uint64_t n = 0;
	int shift;

	for (shift = 0; shift < 64; shift += 7) {
		unsigned char c;

		if (rd->p == rd->end)
			return bad(rd, "ends in a number");
		c = *rd->p++;
		if (shift == 63 && c > 1)
			return bad(rd, "number too large");
		n |= (uint64_t)(c & 0x7f) << shift;
		if ((c & 0x80) == 0) {
			*np = n;
			return 0;
		}
	}
	return bad(rd, "number too long");
}

static int
read_integer(struct reader *rd, int64_t *ip)
{
	uint64_t n;

	if (read_varint(rd, &n) != 0)
		return -1;
	*ip = (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
	return 0;
}

/* A count or length; each counted thing takes at least a byte. */
static int
read_count(struct reader *rd, size_t *np)
{
	uint64_t n;

	*np = 0;
	if (read_varint(rd, &n) != 0)
		return -1;
	if (n > (uint64_t)(rd->end - rd->p))
		return bad(rd, "count larger than what follows");
	*np = (size_t)n;
	return 0;
}

static int
read_string(struct reader *rd, struct value *vp)
{
	size_t n;

	if (read_count(rd, &n) != 0)
		return -1;
	*vp = value_string_n((const char *)rd->p, n);
	rd->p += n;
	return 0;
}

static int read_value(struct reader *rd, int depth, struct value *vp);

static int
read_list(struct reader *rd, int depth, struct value *vp)
{
	struct list *l;
	size_t i, n;
	struct value v;

	if (read_count(rd, &n) != 0)
		return -1;
	l = list_new(NULL, n < 1024 ? n : 1024);
	for (i = 0; i < n; i++) {
		if (read_value(rd, depth + 1, &v) != 0) {
			value_unref(list_value(l));
			return -1;
		}
		list_add_take(l, v);
	}
	*vp = list_value(l);
	return 0;
}

static int
read_dict(struct reader *rd, int depth, enum tag tag, struct value *vp)
{
	bool ordered = tag == TAG_ORDERED || tag == TAG_ORDERED_CASE;
	struct dict *d;
	size_t i, n;
	struct value key, v;

	if (read_count(rd, &n) != 0)
		return -1;
	d = dict_new(ordered ? &type_ordered : NULL);
	d->ignore_case = tag == TAG_DICT || tag == TAG_ORDERED;
	for (i = 0; i < n; i++) {
		if (read_value(rd, depth + 1, &key) != 0)
			goto fail;
		if (read_value(rd, depth + 1, &v) != 0) {
			value_unref(key);
			goto fail;
		}
		dict_set_take(d, key, v);
		value_unref(key);
	}
	*vp = dict_value(d);
	return 0;
fail:
	value_unref(dict_value(d));
	return -1;
}

static int
read_members(struct reader *rd, int depth, struct object *o)
{
	size_t i, n;

	if (read_count(rd, &n) != 0)
		return -1;
	for (i = 0; i < n; i++) {
		struct value name, v;
		struct member *m;
		unsigned char flags;

		if (rd->p == rd->end)
			return bad(rd, "ends in an object");
		flags = *rd->p++;
		if (read_string(rd, &name) != 0)
			return -1;
		if (strlen(value_chars(name)) != value_chars_len(name)) {
			value_unref(name);
			return bad(rd, "property name with a NUL");
		}
		if (read_value(rd, depth + 1, &v) != 0) {
			value_unref(name);
			return -1;
		}
		m = object_add(o, value_chars(name),
		    (flags & MEMBER_FLAG_PROPERTY) != 0 ? MEMBER_PROPERTY
							: MEMBER_NOTE);
		m->readonly = (flags & MEMBER_FLAG_READONLY) != 0;
		value_set_take(&m->value, v);
		value_unref(name);
	}
	return 0;
}

static int
read_object(struct reader *rd, int depth, struct value *vp)
{
	struct object *o = object_new(NULL);
	size_t i, n;

	if (read_count(rd, &n) != 0)
		goto fail;
	if (n != 0)
		o->types = list_new(NULL, n < 64 ? n : 64);
	for (i = 0; i < n; i++) {
		struct value name;

		if (read_string(rd, &name) != 0)
			goto fail;
		list_add_take(o->types, name);
	}
	if (read_members(rd, depth, o) != 0)
		goto fail;
	*vp = object_value(o);
	return 0;
fail:
	value_unref(object_value(o));
	return -1;
}

static int
read_fixed(struct reader *rd, enum tag tag, struct value *vp)
{
	int64_t i;

	if (read_integer(rd, &i) != 0)
		return -1;
	switch ((int)tag) {
	case TAG_INT:
		if (i < INT32_MIN || i > INT32_MAX)
			return bad(rd, "Int32 out of range");
		*vp = value_int((int32_t)i);
		return 0;
	case TAG_LONG:
		*vp = value_long(i);
		return 0;
	case TAG_CHAR:
		if (i < 0 || i > UINT16_MAX)
			return bad(rd, "char out of range");
		*vp = value_char((uint16_t)i);
		return 0;
	case TAG_DATETIME:
		*vp = value_datetime(i);
		return 0;
	default:
		*vp = value_timespan(i);
		return 0;
	}
}

static int
read_scalar(struct reader *rd, enum tag tag, struct value *vp)
{
	size_t n;
	double d;

	switch ((int)tag) {
	case TAG_NULL:
		*vp = VALUE_NULL;
		return 0;
	case TAG_FALSE:
	case TAG_TRUE:
		*vp = value_bool(tag == TAG_TRUE);
		return 0;
	case TAG_DOUBLE:
		if (rd->end - rd->p < (ptrdiff_t)sizeof(d))
			return bad(rd, "ends in a double");
		memcpy(&d, rd->p, sizeof(d));
		rd->p += sizeof(d);
		*vp = value_double(d);
		return 0;
	case TAG_STRING:
		return read_string(rd, vp);
	case TAG_BYTES:
		if (read_count(rd, &n) != 0)
			return -1;
		*vp = value_bytes(rd->p, n);
		rd->p += n;
		return 0;
	case TAG_INT:
	case TAG_LONG:
	case TAG_CHAR:
	case TAG_DATETIME:
	case TAG_TIMESPAN:
		return read_fixed(rd, tag, vp);
	default:
		return bad(rd, "unknown kind of value");
	}
}

static int
read_value(struct reader *rd, int depth, struct value *vp)
{
	enum tag tag;

	if (rd->p == rd->end)
		return bad(rd, "ends too early");
	if (rd->elements == 0)
		return bad(rd, "more values than allowed");
	rd->elements--;
	tag = (enum tag) * rd->p++;
	if (tag < TAG_LIST || tag > TAG_OBJECT)
		return read_scalar(rd, tag, vp);
	if (depth >= CODEC_DEPTH_MAX || !run_stack_ok())
		return bad(rd, "nested too deeply");
	if (tag == TAG_LIST)
		return read_list(rd, depth, vp);
	if (tag == TAG_OBJECT)
		return read_object(rd, depth, vp);
	return read_dict(rd, depth, tag, vp);
}

int
codec_read(const void *p, size_t n, const struct codec_limits *limits,
    struct value *vp, struct fault *f)
{
	struct reader rd = { .p = p, .f = f };
	struct value v;

	if (limits == NULL)
		limits = &codec_limits_default;
	if (n > limits->bytes)
		return fault_set(f, FAULT_LIMIT,
		    "stored value: %zu bytes, %zu allowed", n, limits->bytes);
	rd.end = rd.p + n;
	rd.elements = limits->elements;
	if (read_value(&rd, 0, &v) != 0)
		return -1;
	if (rd.p != rd.end) {
		value_unref(v);
		return bad(&rd, "bytes after its end");
	}
	*vp = v;
	return 0;
}
