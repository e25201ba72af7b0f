/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in a cell of a table or behind a label of a list. */
#include "config.h"

#include <string.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/text.h"
#include "core/type.h"
#include "shell/format/format_internal.h"
#include "types/types.h"

/* LIMIT: $FormatEnumerationLimit where it is not set. */
#define ENUMERATION_LIMIT 4

int
text_columns(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && (unsigned char)s[i] < 0x80; i++)
		;
	if (i == len)
		return (int)len;
	return (int)text_width(s, len);
}

size_t
text_fit(const char *s, size_t len, int columns, int *usedp)
{
	size_t at = 0;
	int used = 0;

	while (at < len) {
		size_t step = 1;
		int w;

		while (at + step < len &&
		    ((unsigned char)s[at + step] & 0xc0) == 0x80)
			step++;
		w = text_columns(s + at, step);
		if (used + w > columns)
			break;
		used += w;
		at += step;
	}
	if (usedp != NULL)
		*usedp = used;
	return at;
}

static int64_t
enumeration_limit(struct run *r)
{
	struct value v = VALUE_NULL;
	int64_t limit = ENUMERATION_LIMIT;

	if (r->ops != NULL && r->ops->get_variable != NULL &&
	    r->ops->get_variable(r, "FormatEnumerationLimit", &v)) {
		if (v.type != NULL && v.type->kind == TYPE_KIND_INT)
			limit = v.u.i;
		value_unref(v);
	}
	return limit;
}

/* As output a double has 15 digits, however many it needs to be itself. */
enum flow
format_plain(struct run *r, struct value v, struct value *textp)
{
	struct value base = value_base(v);

	if (base.type == &type_double)
		return value_format(r, base, "G15", textp);
	return value_text_culture(r, v, textp);
}

static enum flow
plain_text(struct run *r, struct value v, struct value *textp)
{
	if (value_is_nothing(v)) {
		*textp = value_string("");
		return FLOW_MORE;
	}
	return format_plain(r, v, textp);
}

static enum flow
add_item(struct run *r, struct buf *b, struct value item)
{
	struct value text;

	if (plain_text(r, item, &text) != FLOW_MORE)
		return FLOW_LEAVE;
	buf_add(b, value_chars(text), value_chars_len(text));
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
dict_items(struct run *r, struct buf *b, const struct dict *d, int64_t limit)
{
	const struct dict_entry *e;
	size_t pos;
	int64_t n = 0;

	DICT_EACH (e, d, pos) {
		if (n > 0)
			buf_add_str(b, ", ");
		if (limit >= 0 && n == limit) {
			buf_truncate(b, b->len - 2);
			buf_add_str(b, "\xe2\x80\xa6");
			break;
		}
		buf_add_byte(b, '[');
		if (add_item(r, b, e->key) != FLOW_MORE)
			return FLOW_LEAVE;
		buf_add_str(b, ", ");
		if (add_item(r, b, e->value) != FLOW_MORE)
			return FLOW_LEAVE;
		buf_add_byte(b, ']');
		n++;
	}
	return FLOW_MORE;
}

static enum flow
sequence_items(struct run *r, struct buf *b, struct value v, int64_t limit)
{
	struct iter it;
	struct value item;
	bool more;
	int64_t n = 0;
	enum flow flow;

	if ((flow = iter_begin(r, v, &it)) != FLOW_MORE)
		return flow;
	for (;;) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		if (limit >= 0 && n == limit) {
			buf_add_str(b, "\xe2\x80\xa6");
			value_unref(item);
			break;
		}
		if (n > 0)
			buf_add_str(b, ", ");
		flow = add_item(r, b, item);
		value_unref(item);
		if (flow != FLOW_MORE)
			break;
		n++;
	}
	iter_end(&it);
	return flow;
}

enum flow
cell_text(struct run *r, struct value v, bool in_table, const char *format,
    struct value *textp)
{
	struct value base = value_base(v);
	struct buf b;
	enum flow flow;

	if (format != NULL && !value_is_nothing(base)) {
		if (strchr(format, '{') != NULL)
			return format_composite(r, format, &v, 1, textp);
		return value_format(r, v, format, textp);
	}
	if (!value_is_nothing(base) && in_table &&
	    (base.type->kind == TYPE_KIND_FLOAT ||
		base.type->kind == TYPE_KIND_DECIMAL))
		return value_format(r, v, "F3", textp);
	if (value_is_nothing(base) || value_is_string(base) ||
	    (!value_is_dict(base) && !value_unrolls(v)))
		return plain_text(r, v, textp);

	buf_init(&b);
	buf_add_byte(&b, '{');
	flow = value_is_dict(base)
	    ? dict_items(r, &b, dict_of(base), enumeration_limit(r))
	    : sequence_items(r, &b, v, enumeration_limit(r));
	buf_add_byte(&b, '}');
	if (flow == FLOW_MORE)
		*textp = value_string_n(b.data, b.len);
	buf_clear(&b);
	return flow;
}

bool
value_is_plain(struct value v)
{
	struct value base = value_base(v);

	if (value_is_nothing(base))
		return true;
	switch ((int)base.type->kind) {
	case TYPE_KIND_BOOL: /* a switch parameter's value is an object */
		return base.type == &type_bool;
	case TYPE_KIND_CHAR:
	case TYPE_KIND_INT:
	case TYPE_KIND_FLOAT:
	case TYPE_KIND_DECIMAL:
	case TYPE_KIND_BIGINT:
	case TYPE_KIND_STRING:
	case TYPE_KIND_ENUM:
		return true;
	default:
		return false;
	}
}
