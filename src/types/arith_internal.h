/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of arithmetic share. */
#ifndef TYPES_ARITH_INTERNAL_H
#define TYPES_ARITH_INTERNAL_H

#include "types/types_internal.h"

/* LIMIT: characters or items of a repetition. */
#define REPEAT_MAX (256u << 20)

const char *arith_op_method(enum binary_op op);
const char *arith_op_text(enum binary_op op);
enum flow arith_divided_by_zero(struct run *r);
enum flow arith_no_method(struct run *r, enum binary_op op, struct value a,
    struct value b);
int64_t arith_as_long(struct value v);
enum flow arith_decimal_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
bool arith_is_negative(struct value v);
unsigned arith_code_of(struct value v);
enum flow arith_number_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow arith_bad_argument(struct run *r, struct conv_state *c, int index,
    struct value v, enum binary_op op, const struct type *to);
enum flow arith_bigint_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow arith_repeat_string(struct run *r, struct value a, struct value b,
    struct value *outp);
enum flow arith_repeat_list(struct run *r, struct value a, struct value b,
    struct value *outp);
enum flow arith_concat(struct run *r, struct value a, struct value b,
    struct value *outp);
enum flow arith_add_lists(struct run *r, struct value a, struct value b,
    struct value *outp);
enum flow arith_add_dicts(struct run *r, struct value a, struct value b,
    struct value *outp);
enum flow arith_argument(struct run *r, enum binary_op op, int index,
    struct value v, const struct type *to, struct value *outp);
enum flow arith_date_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow arith_span_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow arith_enum_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow arith_bit_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);
enum flow arith_shift_ops(struct run *r, enum binary_op op, struct value a,
    struct value b, struct value *outp);

#endif
