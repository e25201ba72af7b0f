/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Composite formats ("{0,8:N2}") and single values with a format. */
#include "config.h"

#include "types/types_internal.h"

static enum flow
bad_format(struct run *r, const char *why)
{
	return run_throw(r, "System.Management.Automation.RuntimeException",
	    "FormatError", "InvalidOperation",
	    "Error formatting a string: %s.", why);
}

/* G, D, F, X of an enum. */
static bool
enum_format(struct value v, const char *format, struct buf *out)
{
	char *text;

	if (format[0] != '\0' && format[1] != '\0')
		return false;
	switch (format[0] | 32) {
	case 'g':
	case 'f':
	case ' ':
		text = enum_text(v.type, v.u.i);
		buf_add_str(out, text);
		mem_free(text);
		return true;
	case 'd':
		buf_printf(out, "%lld", (long long)v.u.i);
		return true;
	case 'x':
		buf_printf(out, "%08X", (unsigned)v.u.i);
		return true;
	default:
		return false;
	}
}

/* *okp false where the format does not fit the type. */
static enum flow
format_value(struct run *r, struct value v, const char *format,
    struct value *textp, bool *okp)
{
	struct buf b = { 0 };
	const struct type *t;

	*okp = true;
	v = value_base(v);
	if (value_is_nothing(v)) {
		*textp = value_string("");
		return FLOW_MORE;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_INT:
	case TYPE_KIND_FLOAT:
	case TYPE_KIND_DECIMAL:
	case TYPE_KIND_BIGINT:
		*okp = number_format(v, format, &b);
		break;
	case TYPE_KIND_DATETIME:
		*okp = datetime_format(v.u.i, 0, false,
		    format[0] == '\0' ? "G" : format, &b);
		break;
	case TYPE_KIND_TIMESPAN:
		*okp = timespan_format(v.u.i, format, &b);
		break;
	case TYPE_KIND_ENUM:
		*okp = enum_format(v, format, &b);
		break;
	default:
		if (v.type == &type_datetimeoffset) {
			struct datetimeoffset *o = (void *)v.u.p;

			*okp = datetime_format(o->ticks, o->minutes, true,
			    format, &b);
			break;
		}
		for (t = v.type; t != NULL && format[0] != '\0'; t = t->base) {
			if (t->ops != NULL && t->ops->format != NULL)
				return t->ops->format(r, v, format, textp);
		}
		return value_to_string(r, v, textp);
	}
	*textp = value_take_buf(&b);
	if (!*okp) {
		value_unref(*textp);
		*textp = VALUE_NULL;
	}
	return FLOW_MORE;
}

enum flow
value_format(struct run *r, struct value v, const char *format,
    struct value *textp)
{
	bool ok;
	enum flow flow = format_value(r, v, format, textp, &ok);

	if (flow == FLOW_MORE && !ok)
		return throw_dotnet(r, "System.FormatException", "%s",
		    v.type != NULL && (v.type->kind == TYPE_KIND_DATETIME ||
			v.type->kind == TYPE_KIND_TIMESPAN) ?
			"Input string was not in a correct format." :
			"Format specifier was invalid.");
	return flow;
}

static enum flow
put_item(struct run *r, struct value v, int64_t width, const char *format,
    struct buf *out)
{
	struct value text = VALUE_NULL;
	bool ok = true;
	size_t units, pad;
	enum flow flow = format_value(r, v, format, &text, &ok);

	if (flow != FLOW_MORE)
		return flow;
	if (!ok) {
		struct value base = value_base(v);

		return bad_format(r,
		    base.type->kind == TYPE_KIND_DATETIME ||
			    base.type->kind == TYPE_KIND_TIMESPAN ||
			    base.type == &type_datetimeoffset ?
			"Input string was not in a correct format." :
			"Format specifier was invalid.");
	}
	units = string_of(text)->units;
	pad = (size_t)(width < 0 ? -width : width);
	pad = pad > units ? pad - units : 0;
	if (width > 0)
		buf_add_fill(out, ' ', pad);
	buf_add(out, value_chars(text), value_chars_len(text));
	if (width < 0)
		buf_add_fill(out, ' ', pad);
	value_unref(text);
	return FLOW_MORE;
}

/* After '{': index[,width][:format]}. NULL: malformed. */
static const char *
read_item(const char *s, size_t *indexp, int64_t *widthp, struct buf *format)
{
	bool negative = false;

	*indexp = 0;
	*widthp = 0;
	if (*s < '0' || *s > '9')
		return NULL;
	while (*s >= '0' && *s <= '9') {
		*indexp = *indexp * 10 + (size_t)(*s++ - '0');
		if (*indexp >= 1000000)
			return NULL;
	}
	while (*s == ' ')
		s++;
	if (*s == ',') {
		s++;
		while (*s == ' ')
			s++;
		if (*s == '-') {
			negative = true;
			s++;
		}
		if (*s < '0' || *s > '9')
			return NULL;
		while (*s >= '0' && *s <= '9') {
			*widthp = *widthp * 10 + (*s++ - '0');
			if (*widthp >= 1000000)
				return NULL;
		}
		while (*s == ' ')
			s++;
		if (negative)
			*widthp = -*widthp;
	}
	if (*s == ':') {
		s++;
		while (*s != '\0' && *s != '}') {
			if (*s == '{')
				return NULL;
			buf_add_byte(format, *s++);
		}
	}
	return *s == '}' ? s + 1 : NULL;
}

enum flow
format_composite(struct run *r, const char *format, const struct value *args,
    size_t n, struct value *textp)
{
	struct buf out = { 0 }, item = { 0 };
	const char *s = format, *next;
	size_t index;
	int64_t width;
	enum flow flow = FLOW_MORE;

	while (*s != '\0' && flow == FLOW_MORE) {
		if (*s == '{' && s[1] == '{') {
			buf_add_byte(&out, '{');
			s += 2;
		} else if (*s == '}' && s[1] == '}') {
			buf_add_byte(&out, '}');
			s += 2;
		} else if (*s == '}') {
			flow = bad_format(r, "Input string was not in a "
					     "correct format");
		} else if (*s == '{') {
			buf_reset(&item);
			next = read_item(s + 1, &index, &width, &item);
			if (next == NULL)
				flow = bad_format(r,
				    "Input string was not in a correct format");
			else if (index >= n)
				flow = bad_format(r,
				    "Index (zero based) must be greater than "
				    "or equal to zero and less than the size "
				    "of the argument list.");
			else
				flow = put_item(r, args[index], width,
				    buf_text(&item), &out);
			s = next != NULL ? next : s;
		} else {
			buf_add_byte(&out, *s++);
		}
	}
	buf_clear(&item);
	if (flow != FLOW_MORE) {
		buf_clear(&out);
		return flow;
	}
	*textp = value_take_buf(&out);
	return FLOW_MORE;
}
