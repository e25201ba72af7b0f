/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_TYPES_H
#define TYPES_TYPES_H

#include "core/type.h"

/*
 * .NET's types as far as administrators use them: the door through which the
 * language reaches them. Conversions, operators, members. Everything that
 * can run a script's code takes the run and can leave.
 */

/* Fills ops and members of every static descriptor. Once, from main. */
void types_init(void);

/* --- by name --- */

/*
 * Accelerators ("int", "pscustomobject"), full names with or without
 * "System.", arrays ("string[]", "int[,]"), generics
 * ("System.Collections.Generic.List[string]"), nested. NULL if unknown.
 */
const struct type *type_find(const char *name, size_t len);
const struct type *type_array_of(const struct type *element);
const struct type *type_nullable_of(const struct type *element);
/* List[T], Dictionary[K,V] ...; NULL if args do not fit. */
const struct type *type_generic_of(const struct type *definition,
    const struct type *const *args, size_t n);
/* A class or enum of a script joins the names; the newest wins. */
void type_register(const struct type *t);
/* An enum of a script, registered. Strings are copied. */
const struct type *type_make_enum(const char *name, const char *const *names,
    const int64_t *values, size_t n, const struct type *underlying,
    bool is_flags);
/* What "$($x.GetType())" shows: accelerator names as PowerShell writes them. */
const char *type_display_name(const struct type *t);
/* The type of v as a value ([int] itself). */
struct value value_of_type(const struct type *t);
/* The descriptor inside a [type] value, or NULL. */
const struct type *type_of_value(struct value v);
/* v.GetType(), looking through a wrapper. NULL for null. */
const struct type *value_type(struct value v);

/* --- wrappers (psobject) --- */

/* v without its wrapper; borrowed. */
struct value value_base(struct value v);
/* A wrapper around v (v itself if it is one or a property bag). Owned. */
struct value value_wrap(struct value v);
/* Type names of v, most derived first; an owned Object[] of strings. */
struct value value_type_names(struct value v);

/* --- conversion --- */

/* PowerShell's conversion; leaves with InvalidCast... ids on failure. */
enum flow value_convert(struct run *r, struct value v, const struct type *to,
    struct value *outp);
/* The same; *okp false in place of an error (a script's error still leaves). */
enum flow value_try_convert(struct run *r, struct value v,
    const struct type *to, struct value *outp, bool *okp);
/* "$v": arrays joined by $OFS, invariant culture. */
enum flow value_text(struct run *r, struct value v, struct value *textp);
/* What Out-String and Write-Host show of a single value: current culture. */
enum flow value_text_culture(struct run *r, struct value v,
    struct value *textp);
/*
 * Text of a value for messages: never runs script code, never fails. Owned
 * C string.
 */
char *value_text_plain(struct value v);
enum flow value_truth(struct run *r, struct value v, bool *truep);
enum flow value_to_int(struct run *r, struct value v, int64_t *ip);

/* --- operators --- */

enum binary_op {
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_BAND,
	OP_BOR,
	OP_BXOR,
	OP_SHL,
	OP_SHR,
	OP_RANGE,
	OP_FORMAT,
	OP_XOR,
	/* comparisons: I ignores case (also the bare form), C does not */
	OP_IEQ,
	OP_INE,
	OP_IGE,
	OP_IGT,
	OP_ILT,
	OP_ILE,
	OP_CEQ,
	OP_CNE,
	OP_CGE,
	OP_CGT,
	OP_CLT,
	OP_CLE,
	OP_ILIKE,
	OP_INOTLIKE,
	OP_CLIKE,
	OP_CNOTLIKE,
	OP_IMATCH,
	OP_INOTMATCH,
	OP_CMATCH,
	OP_CNOTMATCH,
	OP_ICONTAINS,
	OP_INOTCONTAINS,
	OP_CCONTAINS,
	OP_CNOTCONTAINS,
	OP_IIN,
	OP_INOTIN,
	OP_CIN,
	OP_CNOTIN,
	OP_IREPLACE,
	OP_CREPLACE,
	OP_ISPLIT,
	OP_CSPLIT,
	OP_JOIN,
	OP_IS,
	OP_ISNOT,
	OP_AS,
};

/*
 * All binary operators but -and, -or, ??, assignment. -match sets $Matches
 * through the run's set_variable. A collection on the left filters where
 * PowerShell's does.
 */
enum flow value_binary(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);

enum unary_op {
	UN_NOT,
	UN_BNOT,
	UN_MINUS,
	UN_PLUS,
	UN_JOIN,
	UN_ISPLIT,
	UN_CSPLIT,
	UN_INC, /* the new value; a null operand counts as 0 */
	UN_DEC,
};

enum flow value_unary(struct run *r, enum unary_op op, struct value a,
    struct value *outp);

/* Order as Sort-Object's and -lt's: <0, 0, >0. */
enum flow value_compare(struct run *r, struct value a, struct value b,
    bool ignore_case, int *orderp);
enum flow value_equal(struct run *r, struct value a, struct value b,
    bool ignore_case, bool *equalp);

/* Wildcards as -like: * ? [a-z] and backtick escapes. */
bool wildcard_match(const char *pattern, const char *text, bool ignore_case);
bool wildcard_has(const char *pattern);

/* --- members --- */

/*
 * v.name: instance members, type data, adapter (dictionary keys, xml), the
 * type's own; member enumeration over lists. *foundp false where there is no
 * such member (the language decides whether that is an error).
 */
enum flow value_get_member(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp);
enum flow value_set_member(struct run *r, struct value v, const char *name,
    struct value to);
/* Overloads chosen as PowerShell chooses; ForEach and Where included. */
enum flow value_call_member(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp);
enum flow type_get_static(struct run *r, const struct type *t,
    const char *name, struct value *outp, bool *foundp);
enum flow type_set_static(struct run *r, const struct type *t,
    const char *name, struct value to);
enum flow type_call_static(struct run *r, const struct type *t,
    const char *name, const struct value *args, size_t n,
    struct value *outp);
/* [T]::new(...) and New-Object. */
enum flow type_construct(struct run *r, const struct type *t,
    const struct value *args, size_t n, struct value *outp);

enum flow value_index(struct run *r, struct value v, const struct value *at,
    size_t n, struct value *outp);
enum flow value_index_set(struct run *r, struct value v,
    const struct value *at, size_t n, struct value to);

/*
 * Type data (Update-TypeData): members by type name, looked up after the
 * instance's own. The bag is borrowed; NULL where there is none and make is
 * false.
 */
struct object;
struct object *typedata_of(const char *type_name, bool make);
void typedata_remove(const char *type_name);
/*
 * The bag of members a value has of its own: of a property bag or a wrapper
 * (made where make is set). NULL for bare values: wrap them first.
 */
struct object *value_instance_members(struct value v, bool make);

/* What Get-Member lists; kind as PowerShell names it ("NoteProperty"). */
struct member_info {
	const char *name;
	const char *kind;
	const char *definition;
};
/* Calls fn for each member; strings borrowed. */
enum flow value_each_member(struct run *r, struct value v, bool is_static,
    enum flow (*fn)(void *arg, const struct member_info *m), void *arg);

/*
 * Each property's name and value, in order, as Format-List * shows them.
 * A value whose getter throws is given as null.
 */
enum flow value_each_property(struct run *r, struct value v,
    enum flow (*fn)(void *arg, const char *name, struct value value),
    void *arg);

/* --- taking apart --- */

/* What pipeline, foreach and @() take apart; the one place that decides. */
bool value_unrolls(struct value v);

/* A walk over anything that unrolls; a scalar is one element, null none. */
struct iter {
	struct value over; /* own reference */
	size_t at;
	struct value current; /* where a script's enumerator is */
	bool single;
	enum flow (*next)(struct run *r, struct iter *it, struct value *outp,
	    bool *morep);
};
enum flow iter_begin(struct run *r, struct value v, struct iter *it);
/* *morep false at the end; *outp owned. */
enum flow iter_next(struct run *r, struct iter *it, struct value *outp,
    bool *morep);
void iter_end(struct iter *it);

/* --- numbers and dates as text --- */

/* .NET composite formatting: -f and String.Format. */
enum flow format_composite(struct run *r, const char *format,
    const struct value *args, size_t n, struct value *textp);
/* One value with a format string ("N2", "yyyy-MM-dd"); en-US. */
enum flow value_format(struct run *r, struct value v, const char *format,
    struct value *textp);
/* Shortest round-trip text of a double as .NET writes it; its length. */
size_t double_text(double d, char *out, size_t size);

#endif
