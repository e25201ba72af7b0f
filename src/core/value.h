/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct type;

/*
 * The head of everything counted. type says what the cell is, so that a
 * value can be made again from a bare pointer.
 */
struct cell {
	uint32_t refs;
	uint16_t flags; /* the type's own */
	uint8_t color;  /* core/cycle.c's */
	bool buffered;  /* core/cycle.c's */
	const struct type *type;
};

/*
 * A value is two words, passed by value. What lies behind p is counted: a
 * function that returns or fills a value gives a reference the caller owns;
 * one that takes a value borrows it, unless its name ends in _take.
 *
 * type NULL is $null, so zeroed memory is null. Integers of every size and
 * enums live in i (UInt64 as its bit pattern); Single and Double in d;
 * DateTime in i as .NET keeps it (ticks of 100 ns since year 1 in the low 62
 * bits, kind in the top two: 0 unspecified, 1 UTC, 2 local); TimeSpan in i as
 * ticks.
 */
struct value {
	const struct type *type;
	union {
		bool b;
		int64_t i;
		double d;
		uint16_t c;
		struct cell *p;
	} u;
};

#define VALUE_NULL ((struct value){ .type = NULL })

/* The types the codec carries; their descriptors are in core/type.h. */
extern struct type type_void; /* AutomationNull: what an empty pipeline gives */
extern struct type type_bool;
extern struct type type_int;    /* System.Int32 */
extern struct type type_long;   /* System.Int64 */
extern struct type type_double; /* System.Double */
extern struct type type_char;
extern struct type type_string;
extern struct type type_bytes; /* System.Byte[] */
extern struct type type_datetime;
extern struct type type_timespan;
extern struct type type_list;   /* System.Object[] */
extern struct type type_dict;   /* System.Collections.Hashtable */
extern struct type type_ordered; /* ...Specialized.OrderedDictionary */
extern struct type type_object; /* System.Management.Automation.PSCustomObject */

static inline bool
value_is_null(struct value v)
{
	return v.type == NULL;
}

/* Nothing at all: null, or what an empty pipeline gave. */
static inline bool
value_is_nothing(struct value v)
{
	return v.type == NULL || v.type == &type_void;
}

bool value_is_counted(struct value v);

/* Both accept every value; ref returns its argument. */
struct value value_ref(struct value v);
void value_unref(struct value v);

/* Stores v (borrowed) in *slot and lets go what was there. */
void value_set(struct value *slot, struct value v);
void value_set_take(struct value *slot, struct value v);
/* Lets go and leaves null. */
void value_clear(struct value *slot);

struct value value_nothing(void); /* AutomationNull */
struct value value_bool(bool b);
struct value value_int(int32_t i);
struct value value_long(int64_t i);
struct value value_double(double d);
struct value value_char(uint16_t c);
struct value value_datetime(int64_t ticks_and_kind);
struct value value_timespan(int64_t ticks);

/*
 * Text: UTF-8 inside, UTF-16 from outside (core/string.h has more). Lone
 * surrogates are kept as three bytes.
 */
struct value value_string(const char *utf8);
struct value value_string_n(const char *utf8, size_t len);
struct value value_string_take(char *utf8); /* frees utf8 */
struct value value_printf(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
bool value_is_string(struct value v);
/* The bytes of a string, NUL terminated, borrowed; NULL if v is no string. */
const char *value_chars(struct value v);
size_t value_chars_len(struct value v);

struct value value_bytes(const void *p, size_t n);

#endif
