/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tagged values and the counting of what lies behind them. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "core/value.h"

/*
 * Cells whose last reference went while another one was being released. They
 * wait here in place of deeper recursion, so a chain of a million links costs
 * a list and no stack.
 */
static struct {
	struct cell **items;
	size_t count;
	size_t cap;
	bool draining;
} release_queue;

static void
release_later(struct cell *c)
{
	if (release_queue.count == release_queue.cap) {
		release_queue.cap =
		    release_queue.cap == 0 ? 64 : release_queue.cap * 2;
		release_queue.items = mem_array_grow(release_queue.items,
		    release_queue.cap, sizeof(*release_queue.items));
	}
	release_queue.items[release_queue.count++] = c;
}

void
cell_release(struct cell *c)
{
	if (release_queue.draining) {
		release_later(c);
		return;
	}
	release_queue.draining = true;
	c->type->release(c);
	while (release_queue.count > 0) {
		c = release_queue.items[--release_queue.count];
		c->type->release(c);
	}
	release_queue.draining = false;
	if (release_queue.cap > 4096) {
		mem_free(release_queue.items);
		release_queue.items = NULL;
		release_queue.cap = 0;
	}
}

bool
value_is_counted(struct value v)
{
	return type_is_counted(v.type) && v.u.p != NULL;
}

struct value
value_ref(struct value v)
{
	if (value_is_counted(v))
		v.u.p->refs++;
	return v;
}

void
value_unref(struct value v)
{
	if (!value_is_counted(v))
		return;
	if (--v.u.p->refs == 0)
		cell_release(v.u.p);
}

void
value_set(struct value *slot, struct value v)
{
	value_set_take(slot, value_ref(v));
}

void
value_set_take(struct value *slot, struct value v)
{
	struct value old = *slot;

	*slot = v;
	value_unref(old);
}

void
value_clear(struct value *slot)
{
	value_set_take(slot, VALUE_NULL);
}

struct value
value_nothing(void)
{
	return (struct value){ .type = &type_void };
}

struct value
value_bool(bool b)
{
	return (struct value){ .type = &type_bool, .u.b = b };
}

struct value
value_int(int32_t i)
{
	return (struct value){ .type = &type_int, .u.i = i };
}

struct value
value_long(int64_t i)
{
	return (struct value){ .type = &type_long, .u.i = i };
}

struct value
value_double(double d)
{
	return (struct value){ .type = &type_double, .u.d = d };
}

struct value
value_char(uint16_t c)
{
	struct value v = { .type = &type_char };

	v.u.c = c;
	return v;
}

struct value
value_datetime(int64_t ticks_and_kind)
{
	return (struct value){ .type = &type_datetime, .u.i = ticks_and_kind };
}

struct value
value_timespan(int64_t ticks)
{
	return (struct value){ .type = &type_timespan, .u.i = ticks };
}

struct value
value_string(const char *utf8)
{
	return value_string_n(utf8, strlen(utf8));
}

struct value
value_string_take(char *utf8)
{
	struct value v = value_string(utf8);

	mem_free(utf8);
	return v;
}

struct value
value_printf(const char *fmt, ...)
{
	char small[256];
	va_list ap, again;
	char *text;
	int len;
	struct value v;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len >= 0 && (size_t)len < sizeof(small)) {
		va_end(again);
		return value_string_n(small, (size_t)len);
	}
	text = mem_alloc((size_t)len + 1);
	(void)vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	v = value_string_n(text, (size_t)len);
	mem_free(text);
	return v;
}

bool
value_is_string(struct value v)
{
	return v.type == &type_string;
}

const char *
value_chars(struct value v)
{
	return v.type == &type_string ? string_of(v)->data : NULL;
}

size_t
value_chars_len(struct value v)
{
	return v.type == &type_string ? string_of(v)->len : 0;
}

struct value
value_bytes(const void *p, size_t n)
{
	struct bytes *b = mem_alloc(sizeof(*b) + n);

	memset(b, 0, sizeof(*b));
	b->cell.refs = 1;
	b->cell.type = &type_bytes;
	b->len = n;
	if (n != 0 && p != NULL)
		memcpy(b->data, p, n);
	else if (n != 0)
		memset(b->data, 0, n);
	return (struct value){ .type = &type_bytes, .u.p = &b->cell };
}
