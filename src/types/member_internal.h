/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_MEMBER_INTERNAL_H
#define TYPES_MEMBER_INTERNAL_H

#include "types/member.h"
#include "types/types_internal.h"

enum {
	PARAM_ARRAY = 1 << 0,    /* params T[] */
	PARAM_OPTIONAL = 1 << 1,
	PARAM_REF = 1 << 2,
	PARAM_DELEGATE = 1 << 3, /* takes a script block */
};

struct param {
	const struct type *type; /* NULL: a type we have not */
	unsigned flags;
	const char *name;
	size_t name_len;
	const char *type_text;
	size_t type_len;
};

enum row_kind {
	MEMBER_ROW_METHOD,
	MEMBER_ROW_PROPERTY,
	MEMBER_ROW_INDEXER,
	MEMBER_ROW_NEW,
};

/* A row of a table, read. */
struct overload {
	const struct member_spec *spec;
	struct overload *next; /* in its slot */
	enum row_kind kind;
	bool is_static;
	bool settable;
	bool generic; /* Concat<T> */
	const char *name;
	size_t name_len;
	const char *result_text;
	size_t result_len;
	size_t nparams;
	struct param *params;
};

#define MEMBER_SLOTS 64
struct member_table {
	struct overload *slots[MEMBER_SLOTS];
	struct overload *all;
	size_t count;
};

struct member_table **type_member_table(const struct type *t);
/* The first of a name in t or its bases; the others by member_next. */
const struct overload *member_find(const struct type *t, const char *name,
    bool is_static, const struct type **ownerp);
const struct overload *member_next(const struct overload *o, const char *name,
    bool is_static);

/* Chooses and calls; first is the first overload of the name. */
enum flow bind_call(struct run *r, const struct type *t,
    const struct overload *first, struct value self, const char *name,
    bool is_static, const struct value *args, size_t n, struct value *outp);

#endif
