/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Convert: numbers by base, Base64, hexadecimal. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/environment_internal.h"

/* --- Convert --- */

struct type type_conversion = {
	.name = "System.Convert",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

static const struct {
	const char *name;
	const struct type *type;
} targets[] = {
	{ "ToInt32", &type_int }, { "ToInt64", &type_long },
	{ "ToInt16", &type_int16 }, { "ToByte", &type_byte },
	{ "ToSByte", &type_sbyte }, { "ToUInt16", &type_uint16 },
	{ "ToUInt32", &type_uint }, { "ToUInt64", &type_ulong },
	{ "ToDouble", &type_double }, { "ToSingle", &type_single },
	{ "ToDecimal", &type_decimal }, { "ToBoolean", &type_bool },
	{ "ToChar", &type_char }, { "ToDateTime", &type_datetime },
	{ "ToString", &type_string },
};

static const struct type *
target_of(const char *name)
{
	size_t i;

	for (i = 0; i < LEN(targets); i++) {
		if (strcmp(targets[i].name, name) == 0)
			return targets[i].type;
	}
	return &type_string;
}

static enum flow
convert_to(struct member_call *c)
{
	const struct type *t = target_of(c->name);
	struct conv_state cs = { .run = c->run };
	const char *why;
	enum flow flow;

	if (t == &type_bool && value_is_string(c->args[0])) {
		if (strcasecmp(value_chars(c->args[0]), "true") != 0 &&
		    strcasecmp(value_chars(c->args[0]), "false") != 0)
			return member_throw(c, "System.FormatException",
			    "String '%s' was not recognized as a valid "
			    "Boolean.", value_chars(c->args[0]));
		c->out = value_bool(
		    (value_chars(c->args[0])[0] | 32) == 't');
		return FLOW_MORE;
	}
	if (t == &type_string)
		return value_to_string(c->run, c->args[0], &c->out);
	switch ((int)convert(&cs, c->args[0], t, &c->out)) {
	case CONV_OK:
		conv_clear(&cs);
		return FLOW_MORE;
	case CONV_LEAVE:
		conv_clear(&cs);
		return FLOW_LEAVE;
	default:
		break;
	}
	/* the reason alone, as .NET says it */
	why = cs.message == NULL ? NULL : strstr(cs.message, "Error: \"");
	why = why == NULL ? "" : why + 8;
	flow = member_throw(c, strstr(why, "too large") != NULL ?
		"System.OverflowException" : "System.FormatException", "%.*s",
	    (int)(strlen(why) > 0 ? strlen(why) - 1 : 0), why);
	conv_clear(&cs);
	return flow;
}

static enum flow
convert_from_base(struct member_call *c)
{
	const struct type *t = target_of(c->name);
	int64_t base = c->args[1].u.i;
	const char *s = value_chars(c->args[0]);
	char *end;
	uint64_t u;
	int bits = t->size * 8;

	if (base != 2 && base != 8 && base != 10 && base != 16)
		return member_throw(c, "System.ArgumentException",
		    "Invalid Base.");
	errno = 0;
	u = strtoull(s, &end, (int)base);
	if (*s == '\0')
		return member_throw_range(c, "startIndex",
		    "Index was out of range. Must be non-negative and less "
		    "than the size of the collection.");
	if (*end != '\0')
		return member_throw(c, "System.FormatException",
		    end == s ? "Could not find any recognizable digits." :
			       "Additional non-parsable characters are at the "
			       "end of the string.");
	if (errno != 0 || (bits < 64 && u >> bits != 0 && *s != '-'))
		return member_throw(c, "System.OverflowException",
		    "Value was either too large or too small for %s.",
		    t == &type_int ? "an Int32" : "a UInt32");
	if (bits == 32 && !is_unsigned(t))
		u = (uint64_t)(int32_t)u;
	else if (bits == 16 && !is_unsigned(t))
		u = (uint64_t)(int16_t)u;
	else if (bits == 8 && !is_unsigned(t))
		u = (uint64_t)(int8_t)u;
	c->out = value_integer(t, (int64_t)u);
	return FLOW_MORE;
}

static enum flow
convert_to_base(struct member_call *c)
{
	int64_t base = c->args[1].u.i;
	uint64_t u = (uint64_t)c->args[0].u.i;
	int bits = c->args[0].type->size * 8;
	char text[72];
	size_t at = sizeof(text);

	if (base != 2 && base != 8 && base != 10 && base != 16)
		return member_throw(c, "System.ArgumentException",
		    "Invalid Base.");
	if (base == 10) {
		c->out = value_printf("%lld", (long long)c->args[0].u.i);
		return FLOW_MORE;
	}
	if (bits < 64)
		u &= (1ULL << bits) - 1;
	text[--at] = '\0';
	do {
		text[--at] = "0123456789abcdef"[u % (uint64_t)base];
		u /= (uint64_t)base;
	} while (u != 0);
	c->out = value_string(text + at);
	return FLOW_MORE;
}

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static enum flow
to_base64(struct member_call *c)
{
	struct bytes *x = bytes_of(c->args[0]);
	struct buf b = { 0 };
	bool breaks = c->n > 1 && c->args[1].u.i != 0;
	size_t i;

	for (i = 0; i < x->len; i += 3) {
		uint32_t v = (uint32_t)x->data[i] << 16;

		if (i + 1 < x->len)
			v |= (uint32_t)x->data[i + 1] << 8;
		if (i + 2 < x->len)
			v |= x->data[i + 2];
		if (breaks && i > 0 && i % 57 == 0)
			buf_add_str(&b, "\r\n");
		buf_add_byte(&b, base64[v >> 18]);
		buf_add_byte(&b, base64[v >> 12 & 63]);
		buf_add_byte(&b, i + 1 < x->len ? base64[v >> 6 & 63] : '=');
		buf_add_byte(&b, i + 2 < x->len ? base64[v & 63] : '=');
	}
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

static enum flow
from_base64(struct member_call *c)
{
	const char *s = value_chars(c->args[0]), *p;
	struct buf b = { 0 };
	uint32_t v = 0;
	int n = 0, pad = 0;

	for (; *s != '\0'; s++) {
		if (isspace((unsigned char)*s))
			continue;
		p = strchr(base64, *s);
		if (*s == '=') {
			pad++;
			p = base64;
		}
		if (p == NULL || (pad > 0 && *s != '=') || pad > 2)
			goto bad;
		v = v << 6 | (uint32_t)(p - base64);
		if (++n == 4) {
			buf_add_byte(&b, (char)(v >> 16));
			if (pad < 2)
				buf_add_byte(&b, (char)(v >> 8));
			if (pad < 1)
				buf_add_byte(&b, (char)v);
			n = 0;
			v = 0;
		}
	}
	if (n != 0)
		goto bad;
	c->out = value_bytes(b.data, b.len);
	buf_clear(&b);
	return FLOW_MORE;
bad:
	buf_clear(&b);
	return member_throw(c, "System.FormatException",
	    "The input is not a valid Base-64 string as it contains a "
	    "non-base 64 character, more than two padding characters, or an "
	    "illegal character among the padding characters.");
}

static enum flow
to_hex(struct member_call *c)
{
	struct bytes *x = bytes_of(c->args[0]);
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < x->len; i++)
		buf_printf(&b, strcmp(c->name, "ToHexStringLower") == 0 ?
			"%02x" : "%02X", x->data[i]);
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

static enum flow
from_hex(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	size_t n = value_chars_len(c->args[0]), i;
	unsigned byte;

	for (i = 0; i < n; i++) {
		if (!isxdigit((unsigned char)s[i]) || n % 2 != 0)
			return member_throw(c, "System.FormatException",
			    "The input is not a valid hex string as it "
			    "contains a non-hex character.");
	}
	c->out = value_bytes(NULL, n / 2);
	for (i = 0; i < n / 2; i++) {
		(void)sscanf(s + 2 * i, "%2x", &byte);
		bytes_of(c->out)->data[i] = (uint8_t)byte;
	}
	return FLOW_MORE;
}

static enum flow
change_type(struct member_call *c)
{
	const struct type *t = type_of_value(c->args[1]);

	return value_convert(c->run, c->args[0], t, &c->out);
}

#define CONV(T, n)                                                             \
	{ "static " T " " n "(System.Object value)", convert_to },             \
	{ "static " T " " n "(string value)", convert_to },                    \
	{ "static " T " " n "(string value, System.IFormatProvider "           \
	  "provider)", convert_to }
#define FROM_BASE(T, n)                                                        \
	{ "static " T " " n "(string value, int fromBase)", convert_from_base }
#define TO_BASE(T)                                                             \
	{ "static string ToString(" T " value, int toBase)", convert_to_base }

const struct member_spec convert_members[] = {
	CONV("int", "ToInt32"), CONV("long", "ToInt64"),
	CONV("short", "ToInt16"), CONV("byte", "ToByte"),
	CONV("sbyte", "ToSByte"), CONV("ushort", "ToUInt16"),
	CONV("uint", "ToUInt32"), CONV("ulong", "ToUInt64"),
	CONV("double", "ToDouble"), CONV("float", "ToSingle"),
	CONV("decimal", "ToDecimal"), CONV("bool", "ToBoolean"),
	CONV("char", "ToChar"), CONV("datetime", "ToDateTime"),
	CONV("string", "ToString"), FROM_BASE("int", "ToInt32"),
	FROM_BASE("long", "ToInt64"), FROM_BASE("short", "ToInt16"),
	FROM_BASE("byte", "ToByte"), FROM_BASE("uint", "ToUInt32"),
	FROM_BASE("ulong", "ToUInt64"), FROM_BASE("ushort", "ToUInt16"),
	FROM_BASE("sbyte", "ToSByte"), TO_BASE("byte"), TO_BASE("short"),
	TO_BASE("int"), TO_BASE("long"),
	{ "static string ToBase64String(byte[] inArray)", to_base64 },
	{ "static byte[] FromBase64String(string s)", from_base64 },
	{ "static string ToHexString(byte[] inArray)", to_hex },
	{ "static string ToHexStringLower(byte[] inArray)", to_hex },
	{ "static byte[] FromHexString(string s)", from_hex },
	{ "static System.Object ChangeType(System.Object value, type "
	  "conversionType)", change_type },
	{ NULL },
};
