/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_ACCESS_H
#define TYPES_ACCESS_H

#include "types/types_internal.h"

/* $x.psobject, $x.pstypenames and $x.Method without parentheses. Owned. */
struct value view_value(struct value v);
struct value typenames_value(struct value v);
struct value method_value(struct value self, const char *name);

/* .ForEach() and .Where() of the language. */
enum flow intrinsic_foreach(struct run *r, struct value v,
    const struct value *args, size_t n, struct value *outp);
enum flow intrinsic_where(struct run *r, struct value v,
    const struct value *args, size_t n, struct value *outp);

void view_init(void);

#endif
