/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_REGEX_TYPES_H
#define TYPES_REGEX_TYPES_H

#include "core/regex.h"
#include "types/types_internal.h"

/* A Regex as a value. */
struct regex_cell {
	struct cell cell;
	struct regex *re;
};
static inline struct regex_cell *
regex_cell_of(struct value v)
{
	return (struct regex_cell *)(void *)v.u.p;
}
/* Takes the reference of re. */
struct value regex_value_take(struct regex *re);

/* A Match with its groups; m is copied, text referenced. */
struct value match_value(struct regex *re, struct value text,
    const struct regex_match *m);
/* The Match that did not succeed. */
struct value match_none(struct regex *re, struct value text);

void regex_types_init(void);

#endif
