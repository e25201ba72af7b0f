/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_PROPERTY_ARG_H
#define TYPES_PROPERTY_ARG_H

#include "core/dict.h"
#include "core/run.h"
#include "core/value.h"

/*
 * What Select-, Sort-, Group-, Measure-Object and Format- take as -Property:
 * names, wildcards, script blocks, and dictionaries with such an Expression
 * and further keys, each given by any prefix of its name.
 */
struct property_arg {
	char *label;             /* Name or Label; else the expression's text */
	bool labelled;           /* said so in a dictionary */
	struct value expression; /* a string or a script block */
	struct dict *keys;       /* the dictionary, or NULL */
};

struct property_args {
	struct property_arg *items;
	size_t count;
};

/*
 * arg: one argument or a list. allowed: the keys a dictionary may have, full
 * names in lower case, ends with NULL ("expression" is always needed).
 */
enum flow property_args_parse(struct run *r, struct value arg,
    const char *const *allowed, struct property_args *out);
void property_args_clear(struct property_args *args);

/* A further key's value by its full name, borrowed; null where missing. */
struct value property_arg_key(const struct property_arg *pa, const char *name);

/* Whether the expression is a name with wildcards. */
bool property_arg_is_pattern(const struct property_arg *pa);

/* The value for an object. *foundp false: no such property (null). */
enum flow property_arg_get(struct run *r, const struct property_arg *pa,
    struct value object, struct value *outp, bool *foundp);

/* Whether key is a prefix of name (both ASCII, case ignored). */
bool property_key_is(const char *key, const char *name);

/* Whether v is a script block. */
bool value_is_block(struct value v);

#endif
