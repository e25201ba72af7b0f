/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counted strings: UTF-8 inside, UTF-16 from outside. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/string.h"

/*
 * Decodes one scalar (or three-byte lone surrogate) at p, of which n > 0 bytes
 * are left; a byte that fits nothing counts as itself, so every index is
 * defined whatever the bytes are.
 */
static size_t
decode(const char *p, size_t n, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)p;

	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] < 0xe0 && n >= 2 && (s[1] & 0xc0) == 0x80) {
		*cp = (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
		return 2;
	}
	if ((s[0] & 0xf0) == 0xe0 && n >= 3 && (s[1] & 0xc0) == 0x80 &&
	    (s[2] & 0xc0) == 0x80) {
		*cp = (uint32_t)(s[0] & 0x0f) << 12 |
		    (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
		return 3;
	}
	if (s[0] >= 0xf0 && s[0] < 0xf5 && n >= 4 && (s[1] & 0xc0) == 0x80 &&
	    (s[2] & 0xc0) == 0x80 && (s[3] & 0xc0) == 0x80) {
		*cp = (uint32_t)(s[0] & 0x07) << 18 |
		    (uint32_t)(s[1] & 0x3f) << 12 |
		    (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
		return 4;
	}
	*cp = s[0];
	return 1;
}

struct value
value_string_n(const char *utf8, size_t len)
{
	struct string *s = mem_alloc(sizeof(*s) + len + 1);
	size_t i, units = 0;
	uint32_t cp;

	memset(s, 0, sizeof(*s));
	s->cell.refs = 1;
	s->cell.type = &type_string;
	s->len = (uint32_t)len;
	if (len != 0)
		memcpy(s->data, utf8, len);
	s->data[len] = '\0';
	for (i = 0; i < len && (unsigned char)s->data[i] < 0x80; i++)
		;
	s->ascii = i == len;
	for (units = i; i < len;) {
		i += decode(s->data + i, len - i, &cp);
		units += cp >= 0x10000 ? 2 : 1;
	}
	s->units = (uint32_t)units;
	return (struct value){ .type = &type_string, .u.p = &s->cell };
}

size_t
string_offset(const struct string *s, size_t index)
{
	size_t at = 0, units = 0, n;
	uint32_t cp;

	if (s->ascii)
		return index < s->len ? index : s->len;
	while (at < s->len && units < index) {
		n = decode(s->data + at, s->len - at, &cp);
		units += cp >= 0x10000 ? 2 : 1;
		if (units > index)
			break; /* in the middle of a pair: its start */
		at += n;
	}
	return at;
}

uint16_t
string_unit(const struct string *s, size_t index)
{
	size_t at = 0, units = 0;
	uint32_t cp = 0;

	if (s->ascii)
		return (unsigned char)s->data[index];
	while (at < s->len) {
		at += decode(s->data + at, s->len - at, &cp);
		if (cp >= 0x10000) {
			if (units == index)
				return (uint16_t)(0xd7c0 + (cp >> 10));
			if (units + 1 == index)
				return (uint16_t)(0xdc00 | (cp & 0x3ff));
			units += 2;
		} else {
			if (units == index)
				return (uint16_t)cp;
			units++;
		}
	}
	return 0;
}

void
string_to_units(const struct string *s, uint16_t *units)
{
	size_t at = 0, n = 0;
	uint32_t cp;

	while (at < s->len) {
		at += decode(s->data + at, s->len - at, &cp);
		if (cp >= 0x10000) {
			units[n++] = (uint16_t)(0xd7c0 + (cp >> 10));
			units[n++] = (uint16_t)(0xdc00 | (cp & 0x3ff));
		} else {
			units[n++] = (uint16_t)cp;
		}
	}
}

struct value
string_from_units(const uint16_t *units, size_t n)
{
	struct buf b;
	struct value v;
	size_t i;

	buf_init(&b);
	for (i = 0; i < n; i++) {
		uint32_t c = units[i];

		if (c >= 0xd800 && c < 0xdc00 && i + 1 < n &&
		    units[i + 1] >= 0xdc00 && units[i + 1] < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) +
			    (units[i + 1] - 0xdc00u);
			i++;
		}
		(void)buf_add_utf8(&b, c);
	}
	v = value_string_n(b.data, b.len);
	buf_clear(&b);
	return v;
}

struct value
string_slice(const struct string *s, size_t start, size_t count)
{
	uint16_t *units;
	struct value v;

	if (s->ascii)
		return value_string_n(s->data + start, count);
	units = mem_array(s->units + 1, sizeof(*units));
	string_to_units(s, units);
	v = string_from_units(units + start, count);
	mem_free(units);
	return v;
}

struct value
string_concat(const struct value *pieces, size_t n)
{
	struct buf b;
	struct value v;
	size_t i, total = 0;

	for (i = 0; i < n; i++)
		total += value_chars_len(pieces[i]);
	buf_init(&b);
	buf_reserve(&b, total);
	for (i = 0; i < n; i++)
		if (value_is_string(pieces[i]))
			buf_add(&b, string_of(pieces[i])->data,
			    string_of(pieces[i])->len);
	v = value_string_n(b.data, b.len);
	buf_clear(&b);
	return v;
}

static inline unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool
string_equal_ci(const char *a, const char *b)
{
	for (; *a != '\0' || *b != '\0'; a++, b++)
		if (lower((unsigned char)*a) != lower((unsigned char)*b))
			return false;
	return true;
}

uint32_t
string_hash_ci(const char *s, size_t len)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ lower((unsigned char)s[i])) * 16777619u;
	return h == 0 ? 1 : h;
}

uint32_t
string_hash(const struct string *s)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < s->len; i++)
		h = (h ^ (unsigned char)s->data[i]) * 16777619u;
	return h == 0 ? 1 : h;
}
