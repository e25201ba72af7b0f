/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.BitConverter: values as bytes, the lowest first. */
#include "config.h"

#include <stdio.h>

#include "types/member.h"
#include "types/tables.h"

static struct type type_bitconverter = {
	.name = "System.BitConverter",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

/* The bits of a number and how many bytes they take. */
static uint64_t
bits_of(struct value v, size_t *np)
{
	uint64_t u = 0;
	float f;

	if (v.type == &type_double) {
		memcpy(&u, &v.u.d, 8);
		*np = 8;
	} else if (v.type == &type_single) {
		f = (float)v.u.d;
		memcpy(&u, &f, 4);
		*np = 4;
	} else if (v.type == &type_bool) {
		u = v.u.b;
		*np = 1;
	} else if (v.type == &type_char) {
		u = v.u.c;
		*np = 2;
	} else {
		u = (uint64_t)v.u.i;
		*np = v.type->size;
	}
	return u;
}

static struct value
value_of_bits(const struct type *t, uint64_t u)
{
	double d;
	float f;

	if (t == &type_double) {
		memcpy(&d, &u, 8);
		return value_double(d);
	}
	if (t == &type_single) {
		memcpy(&f, &u, 4);
		return value_single((double)f);
	}
	if (t == &type_bool)
		return value_bool(u != 0);
	if (t == &type_char)
		return value_char((uint16_t)u);
	if (t == &type_int16)
		return value_integer(t, (int16_t)u);
	if (t == &type_int)
		return value_int((int32_t)u);
	return value_integer(t, (int64_t)u);
}

static enum flow
get_bytes(struct member_call *c)
{
	size_t n, i;
	uint64_t u = bits_of(c->args[0], &n);

	c->out = value_bytes(NULL, n);
	for (i = 0; i < n; i++)
		bytes_of(c->out)->data[i] = (uint8_t)(u >> (8 * i));
	return FLOW_MORE;
}

static const struct {
	const char *name;
	const struct type *type;
	size_t size;
} readers[] = {
	{ "ToBoolean", &type_bool, 1 }, { "ToChar", &type_char, 2 },
	{ "ToDouble", &type_double, 8 }, { "ToInt16", &type_int16, 2 },
	{ "ToInt32", &type_int, 4 }, { "ToInt64", &type_long, 8 },
	{ "ToSingle", &type_single, 4 }, { "ToUInt16", &type_uint16, 2 },
	{ "ToUInt32", &type_uint, 4 }, { "ToUInt64", &type_ulong, 8 },
};

static enum flow
from_bytes(struct member_call *c)
{
	struct bytes *b = bytes_of(c->args[0]);
	int64_t at = c->args[1].u.i;
	uint64_t u = 0;
	size_t i, k;

	for (k = 0; strcmp(readers[k].name, c->name) != 0; k++)
		;
	if (at < 0 || at >= (int64_t)b->len)
		return member_throw_range(c, "startIndex",
		    "Index was out of range. Must be non-negative and less "
		    "than the size of the collection.");
	if ((int64_t)b->len - at < (int64_t)readers[k].size)
		return member_throw(c, "System.ArgumentException",
		    "Destination array is not long enough to copy all the "
		    "items in the collection. Check array index and length. "
		    "(Parameter 'value')");
	for (i = 0; i < readers[k].size; i++)
		u |= (uint64_t)b->data[(size_t)at + i] << (8 * i);
	c->out = value_of_bits(readers[k].type, u);
	return FLOW_MORE;
}

/* 01-AB-... */
static enum flow
to_text(struct member_call *c)
{
	struct bytes *b = bytes_of(c->args[0]);
	int64_t from = c->n > 1 ? c->args[1].u.i : 0, n, i;
	struct buf out = { 0 };

	n = c->n > 2 ? c->args[2].u.i : (int64_t)b->len - from;
	if (from < 0 || (from >= (int64_t)b->len && from > 0))
		return member_throw_range(c, "startIndex",
		    "Index was out of range. Must be non-negative and less "
		    "than the size of the collection.");
	if (n < 0 || n > (int64_t)b->len - from)
		return member_throw_range(c, "length",
		    "Value must be positive.");
	for (i = 0; i < n; i++)
		buf_printf(&out, "%s%02X", i > 0 ? "-" : "",
		    b->data[from + i]);
	c->out = value_take_buf(&out);
	return FLOW_MORE;
}

/* Int64BitsToDouble, DoubleToInt64Bits and the like: the same bits. */
static enum flow
same_bits(struct member_call *c)
{
	static const struct {
		const char *end;
		const struct type *type;
	} ends[] = {
		{ "ToInt64Bits", &type_long }, { "ToUInt64Bits", &type_ulong },
		{ "ToInt32Bits", &type_int }, { "ToUInt32Bits", &type_uint },
		{ "ToDouble", &type_double }, { "ToSingle", &type_single },
	};
	size_t n, i, len = strlen(c->name);
	uint64_t u = bits_of(c->args[0], &n);

	for (i = 0; i < LEN(ends); i++) {
		size_t k = strlen(ends[i].end);

		if (k < len && strcmp(c->name + len - k, ends[i].end) == 0)
			c->out = value_of_bits(ends[i].type, u);
	}
	return FLOW_MORE;
}

static enum flow
little(struct member_call *c)
{
	c->out = value_bool(true);
	return FLOW_MORE;
}

#define BYTES(t) { "static byte[] GetBytes(" t " value)", get_bytes }
#define READ(t, n) { "static " t " " n "(byte[] value, int startIndex)", from_bytes }
static const struct member_spec bit_members[] = {
	{ "static bool IsLittleEndian get", little },
	BYTES("bool"), BYTES("double"), BYTES("float"), BYTES("ulong"),
	BYTES("ushort"), BYTES("long"), BYTES("int"), BYTES("short"),
	BYTES("char"), BYTES("uint"),
	READ("bool", "ToBoolean"), READ("char", "ToChar"),
	READ("double", "ToDouble"), READ("short", "ToInt16"),
	READ("int", "ToInt32"), READ("long", "ToInt64"),
	READ("float", "ToSingle"), READ("ushort", "ToUInt16"),
	READ("uint", "ToUInt32"), READ("ulong", "ToUInt64"),
	{ "static string ToString(byte[] value)", to_text },
	{ "static string ToString(byte[] value, int startIndex)", to_text },
	{ "static string ToString(byte[] value, int startIndex, int length)",
	    to_text },
	{ "static long DoubleToInt64Bits(double value)", same_bits },
	{ "static ulong DoubleToUInt64Bits(double value)", same_bits },
	{ "static double Int64BitsToDouble(long value)", same_bits },
	{ "static double UInt64BitsToDouble(ulong value)", same_bits },
	{ "static int SingleToInt32Bits(float value)", same_bits },
	{ "static uint SingleToUInt32Bits(float value)", same_bits },
	{ "static float Int32BitsToSingle(int value)", same_bits },
	{ "static float UInt32BitsToSingle(uint value)", same_bits },
	{ NULL },
};

void
bits_init(void)
{
	type_add(&type_bitconverter);
	type_add_members(&type_bitconverter, bit_members);
}
