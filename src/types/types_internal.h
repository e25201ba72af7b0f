/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_TYPES_INTERNAL_H
#define TYPES_TYPES_INTERNAL_H

#include <gmp.h>
#include <string.h>

#include "core/buf.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/regex.h"
#include "core/string.h"
#include "core/text.h"
#include "core/type.h"
#include "types/types.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* --- more types (types/table.c) --- */

extern struct type type_sbyte, type_byte, type_int16, type_uint16, type_uint,
    type_ulong, type_single, type_decimal, type_bigint, type_psobject,
    type_runtime, type_guid, type_version, type_semver, type_regex,
    type_match, type_group, type_switch, type_datetimeoffset,
    type_arraylist, type_generic_list, type_generic_dictionary,
    type_hashset, type_sortedset, type_queue, type_stack,
    type_generic_queue, type_generic_stack, type_dictentry, type_keyvalue,
    type_stringbuilder, type_uri, type_ipaddress, type_ipendpoint,
    type_mailaddress, type_nullable, type_scriptblock_hook,
    type_exception, type_securestring, type_pscredential,
    type_ienumerable, type_icollection, type_ilist, type_idictionary,
    type_icomparable, type_iconvertible, type_iformattable,
    type_idisposable, type_delegate, type_math, type_convert,
    type_propertyinfo, type_memberset, type_psmethod,
    type_sorteddictionary, type_matchcollection, type_groupcollection,
    type_capture, type_dateonly, type_timeonly, type_valuetuple,
    type_xmlnode, type_sortedlist;
/* made of type_array_of() once */
extern const struct type *types_string_array, *types_char_array,
    *types_byte_array, *types_int_array;

/* What a buffer holds as a string; the buffer is cleared. */
static inline struct value
value_take_buf(struct buf *b)
{
	struct value v = value_string_n(buf_text(b), b->len);

	buf_clear(b);
	return v;
}

/* A counted cell of t with one reference, zeroed past its head. */
void *cell_new(const struct type *t, size_t size);
static inline struct value
cell_value(void *cell)
{
	struct cell *c = cell;
	struct value v = { .type = c->type, .u.p = c };

	return v;
}
/* release of a cell that is one allocation */
void cell_free_plain(struct cell *c);
/* Objects, not a wrapper: Object[] of items whose references are taken. */
struct value list_value_take(struct list *l);

static inline bool
is_integer(const struct type *t)
{
	return t != NULL && t->kind == TYPE_KIND_INT;
}

/* Any number: integers, floats, decimal, bigint (no bool, char, enum). */
bool type_is_number(const struct type *t);
static inline bool
is_unsigned(const struct type *t)
{
	return (t->flags & TYPE_SIGNED) == 0;
}

struct value value_integer(const struct type *t, int64_t i);
struct value value_single(double d);
struct value value_ulong(uint64_t u);

/* --- conversions (types/convert.c) --- */

enum conv {
	CONV_OK,
	CONV_FAIL,  /* c says why */
	CONV_LEAVE, /* a script's code left */
};

/* Why a conversion failed; message is its own unless quiet. */
struct conv_state {
	struct run *run;
	bool quiet;
	bool no_parse; /* numbers only by the rules of operators */
	const char *id;
	char *message;
};

enum conv convert(struct conv_state *c, struct value v, const struct type *to,
    struct value *outp);
/* Fills c and returns CONV_FAIL. */
enum conv conv_fail(struct conv_state *c, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Cannot convert value "v" to type "T". Error: "why" */
enum conv conv_fail_value(struct conv_state *c, const char *id,
    struct value v, const struct type *to, const char *why);
/* Cannot convert the "v" value of type "A" to type "B". */
enum conv conv_fail_final(struct conv_state *c, struct value v,
    const struct type *to);
/* Parse, a constructor of one argument, or an error: the last ways. */
enum conv convert_class(struct conv_state *c, struct value v,
    const struct type *to, struct value *outp);
/* What only a capacity makes: dictionaries and lists of nothing. */
enum conv to_container(struct conv_state *c, struct value v,
    const struct type *to, struct value *outp);
void conv_clear(struct conv_state *c);
/* Raises what c holds and clears it. */
enum flow conv_raise(struct conv_state *c);

enum conv convert_number(struct conv_state *c, struct value v,
    const struct type *to, struct value *outp);
enum conv convert_string_number(struct conv_state *c, struct value v,
    const struct type *to, struct value *outp);
enum conv convert_enum(struct conv_state *c, struct value v,
    const struct type *to, struct value *outp);
/* Number as the parser and arithmetic read it ("0x1F", "1.5", "1kb"). */
bool number_parse(const char *s, size_t n, struct value *outp);
/* .NET's Double.Parse with NumberStyles.Float|AllowThousands. */
bool double_parse(const char *s, size_t n, double *dp);
/* Where Int32.Parse and its like begin: blanks, sign, digits. 1 ok, 0 bad
 * format, -1 overflow. */
int integer_parse(const char *s, size_t n, const struct type *t, int64_t *ip);
/* As a double for comparison and arithmetic; false for what is no number. */
bool number_double(struct value v, double *dp);
/* Whether the integer in v fits t. */
bool integer_fits(struct value v, const struct type *t);

/* --- decimal (types/decimal.c) --- */

struct decimal {
	struct cell cell;
	uint32_t lo, mid, hi;
	uint8_t scale;
	bool negative;
};
static inline struct decimal *
decimal_of(struct value v)
{
	return (struct decimal *)(void *)v.u.p;
}
struct value decimal_new(uint32_t lo, uint32_t mid, uint32_t hi,
    bool negative, unsigned scale);
struct value decimal_from_long(int64_t i);
struct value decimal_from_ulong(uint64_t u);
/* false: does not fit */
bool decimal_from_double(double d, bool single, struct value *outp);
bool decimal_from_mpz(const mpz_t z, struct value *outp);
bool decimal_parse(const char *s, size_t n, struct value *outp, bool *bad);
void decimal_to_mpz(const struct decimal *d, mpz_t z); /* without scale */
/* Rounded as asked: the integer part as mpz. */
enum decimal_round { DECIMAL_TRUNCATE, DECIMAL_EVEN, DECIMAL_AWAY,
	DECIMAL_FLOOR, DECIMAL_CEILING };
struct value decimal_round(const struct decimal *d, unsigned digits,
    enum decimal_round how);
double decimal_to_double(const struct decimal *d);
/* op '+', '-', '*', '/', '%'. 0 ok, -1 overflow, -2 division by zero */
int decimal_op(char op, const struct decimal *a, const struct decimal *b,
    struct value *outp);
int decimal_compare(const struct decimal *a, const struct decimal *b);
char *decimal_text(const struct decimal *d);
/* Digits without point, borrowed text of the coefficient. */
char *decimal_digits(const struct decimal *d);

/* --- bigint (types/bigint.c) --- */

struct bigint {
	struct cell cell;
	mpz_t z;
};
static inline struct bigint *
bigint_of(struct value v)
{
	return (struct bigint *)(void *)v.u.p;
}
struct value bigint_new(void);
void mpz_from_value(mpz_t z, struct value v); /* integers, bool, char */
void mpz_set_long(mpz_t z, int64_t i);
void mpz_set_ulong(mpz_t z, uint64_t u);
bool mpz_to_long(const mpz_t z, int64_t *ip);
bool mpz_to_ulong(const mpz_t z, uint64_t *up);

/* --- text --- */

struct string_ref {
	const char *s;
	size_t n;
};
static inline struct string_ref
ref_of(struct value v)
{
	return (struct string_ref){ value_chars(v), value_chars_len(v) };
}
/* G15/G7 as PowerShell writes doubles in strings. */
size_t double_text_precision(double d, int digits, char *out, size_t size);
size_t single_text(double d, char *out, size_t size);
/* Digits (no point) and exponent: value = 0.DIGITS * 10^exp. */
void double_digits(double d, int precision, bool single, char *digits,
    size_t size, int *expp);
/* Text of a value in UTF-8; runs script code. *freep is to be freed. */
enum flow text_of(struct run *r, struct value v, struct value *textp);
/* The text of ToString(): full precision, culture. */
enum flow value_to_string(struct run *r, struct value v, struct value *textp);

/* --- numbers as .NET formats them (types/numfmt.c) --- */

/* false: the format is not valid for the type */
bool number_format(struct value v, const char *format, struct buf *out);
void number_group(struct buf *out, const char *digits, size_t n);
/* dates (types/datefmt.c) */
bool datetime_format(int64_t bits, int offset_minutes, bool has_offset,
    const char *format, struct buf *out);
bool timespan_format(int64_t ticks, const char *format, struct buf *out);
bool datetime_parse(const char *s, size_t n, int64_t *bitsp, int *offsetp,
    bool *has_offset);
bool datetime_parse_exact(const char *s, size_t n, const char *format,
    int64_t *bitsp, int *offsetp, bool *has_offset);
/* 1 ok, 0 bad, -1 overflow */
int timespan_parse(const char *s, size_t n, int64_t *ticksp);

#define TICKS_PER_SECOND 10000000LL
#define TICKS_PER_DAY	 (86400LL * TICKS_PER_SECOND)
#define TICKS_MASK	 0x3fffffffffffffffLL
#define TICKS_MAX	 3155378975999999999LL
#define KIND_UTC	 1
#define KIND_LOCAL	 2
static inline int64_t
ticks_of(struct value v)
{
	return v.u.i & TICKS_MASK;
}
static inline int
kind_of(struct value v)
{
	return (int)((uint64_t)v.u.i >> 62);
}
static inline struct value
datetime_value(int64_t ticks, int kind)
{
	return value_datetime(
	    (int64_t)((uint64_t)ticks | (uint64_t)kind << 62));
}
struct date_parts {
	int year, month, day, hour, minute, second, ticks; /* below 1 s */
	int weekday, yearday;
};
void ticks_split(int64_t ticks, struct date_parts *p);
/* false: no such date */
bool ticks_make(const struct date_parts *p, int64_t *ticksp);
int days_in_month(int year, int month);
/* Offset from UTC in seconds at a UTC/local instant; TZ. */
int local_offset_at_utc(int64_t utc_ticks);
int local_offset_at_local(int64_t local_ticks);
int64_t ticks_now_utc(void);

struct datetimeoffset {
	struct cell cell;
	int64_t ticks; /* clock time */
	int minutes;   /* offset */
};
struct value datetimeoffset_new(int64_t ticks, int minutes);

/* --- enums (types/enums.c) --- */

struct enum_item {
	const char *name;
	int64_t value;
};
struct enum_spec {
	const struct enum_item *items; /* ends with name NULL */
};
const struct enum_item *enum_find(const struct type *t, const char *name,
    size_t n);
char *enum_text(const struct type *t, int64_t value);
/* Names joined by sep. */
void enum_names(const struct type *t, const char *sep, struct buf *out);
struct value enum_value(const struct type *t, int64_t i);

/* --- wrappers, types as values --- */

struct wrapper {
	struct cell cell;
	struct value base;
	struct object *members; /* instance members, or NULL */
};
static inline struct wrapper *
wrapper_of(struct value v)
{
	return (struct wrapper *)(void *)v.u.p;
}
static inline bool
is_wrapper(struct value v)
{
	return v.type == &type_psobject;
}
struct type_cell {
	struct cell cell;
	const struct type *about;
};

/* --- exceptions (types/exception.c) --- */

struct exception {
	struct cell cell;
	char *message;
	struct value inner;
	struct value data;   /* Hashtable, made on use */
	struct value record; /* ErrorRecord of a RuntimeException */
	struct object *extra; /* properties of its own (ParamName ...) */
	int hresult;
};
static inline struct exception *
exception_of(struct value v)
{
	return (struct exception *)(void *)v.u.p;
}
bool value_is_exception(struct value v);

/* --- equality for dictionaries and sets; never runs script code --- */
bool plain_equal(struct value a, struct value b);
bool dict_has(const struct dict *d, struct value key);

/* --- operators --- */
enum flow binary_arith(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow binary_compare(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow binary_match(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow op_join(struct run *r, struct value a, const struct value *sep,
    struct value *outp);
enum flow op_split(struct run *r, struct value a, const struct value *how,
    bool ignore_case, struct value *outp);
enum flow op_replace(struct run *r, struct value a, struct value b,
    bool ignore_case, struct value *outp);
enum flow op_contains(struct run *r, struct value a, struct value b,
    bool ignore_case, bool *yesp);
/* Errors of operators and members. */
enum flow throw_simple(struct run *r, const char *id, const char *category,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A .NET exception without wrapper: id is the exception's type name. */
enum flow throw_dotnet(struct run *r, const char *exception, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
/* "$Matches" of a match. */
struct value match_table(const struct regex *re, struct value text,
    const struct regex_match *m);
/* A Regex's compiled form from a value: Regex, or its text. NULL: thrown. */
struct regex *regex_from(struct run *r, struct value v, bool ignore_case,
    enum flow *flowp);

/* --- members that are not of .NET (types/adapt.c) --- */
/* Items of v if it is anything that enumerates; else false. */
bool value_is_enumerable(struct value v);
/* All items of a walk over v. */
enum flow collect(struct run *r, struct value v, struct list **listp);

/* --- tables of members, one a file (types/dt_*.c) --- */
void types_init_members(void);

#endif
