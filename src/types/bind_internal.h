/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What choosing an overload and calling it share. */
#ifndef TYPES_BIND_INTERNAL_H
#define TYPES_BIND_INTERNAL_H

#include "types/types_internal.h"

/* LIMIT: arguments of a call. */
#define ARGS_MAX 64

/* --- candidates --- */

struct candidate {
	const struct overload *o;
	bool expanded; /* params taken one by one */
	int ranks[ARGS_MAX];
};

bool bind_consider(struct run *r, const struct overload *o, const struct value
    *args, size_t n, bool expanded, struct candidate *c);
int bind_better(const struct candidate *a, const struct candidate *b, size_t
    n);

#endif
