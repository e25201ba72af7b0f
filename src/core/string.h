/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_STRING_H
#define CORE_STRING_H

#include "core/value.h"

/*
 * A counted, immutable string. data is UTF-8 (lone surrogates as three bytes)
 * and NUL terminated; units is what .NET calls Length. Where ascii is set
 * every index is direct.
 */
struct string {
	struct cell cell;
	uint32_t len;   /* bytes */
	uint32_t units; /* UTF-16 units */
	uint32_t hash;  /* 0: not yet known */
	bool ascii;
	char data[];
};

static inline struct string *
string_of(struct value v)
{
	return (struct string *)(void *)v.u.p;
}

/* The byte offset of UTF-16 unit index (index <= units). */
size_t string_offset(const struct string *s, size_t index);
/* The unit at index < units. */
uint16_t string_unit(const struct string *s, size_t index);
/* Units [start, start + count) as a new string; cut surrogates are kept. */
struct value string_slice(const struct string *s, size_t start, size_t count);
/* From UTF-16; lone surrogates are kept. */
struct value string_from_units(const uint16_t *units, size_t n);
/* Fills units (which has room for s->units). */
void string_to_units(const struct string *s, uint16_t *units);
/* Concatenation of n pieces. */
struct value string_concat(const struct value *pieces, size_t n);

/* Case-blind for ASCII letters only; what names of properties compare by. */
bool string_equal_ci(const char *a, const char *b);
uint32_t string_hash_ci(const char *s, size_t len);
uint32_t string_hash(const struct string *s);

/* Byte array. */
struct bytes {
	struct cell cell;
	size_t len;
	uint8_t data[];
};

static inline struct bytes *
bytes_of(struct value v)
{
	return (struct bytes *)(void *)v.u.p;
}

#endif
