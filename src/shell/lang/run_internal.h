/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_RUN_INTERNAL_H
#define SHELL_LANG_RUN_INTERNAL_H

#include "shell/lang/lang_internal.h"

/* What the run_*.c files share among themselves. */

enum flow eval_binary_values(struct frame *f, enum tree_op op, struct value a,
    struct value b, struct value *outp);
enum flow eval_condition(struct frame *f, struct node *n, bool *truep);
enum flow eval_hashtable(struct frame *f, struct node_hashtable *n,
    const struct type *type, struct value *outp);
enum flow eval_type_expression(struct frame *f, struct node_type *n,
    struct value *outp);
enum flow eval_convert(struct frame *f, struct node_convert *n,
    struct value *outp);
enum flow eval_member(struct frame *f, struct node_member *n,
    struct value *outp);
enum flow eval_invoke_member(struct frame *f, struct node_invoke_member *n,
    struct value *outp);
enum flow eval_index(struct frame *f, struct node_index *n,
    struct value *outp);
enum flow eval_using(struct frame *f, struct node_using_expression *n,
    struct value *outp);
/* The values between the brackets; n is small. */
enum flow eval_index_values(struct frame *f, struct node *index,
    struct value **atp, size_t *np);
void values_free(struct value *v, size_t n);
/* A member's name; *textp keeps it. */
enum flow eval_member_name(struct frame *f, struct node *n,
    struct value *textp);
/* A pipeline or chain that ends in &: a job, which goes to out. */
enum flow run_background(struct frame *f, struct node *n, struct sink *out);
enum flow null_method(struct session *s);
enum flow null_index(struct session *s);
enum flow loop_after(struct session *s, struct tree_text label,
    enum flow flow, bool *donep);
enum flow run_throw_statement(struct frame *f, struct node_leave *n);
/* What throw makes of a value: a record, owned. */
struct value throw_record(struct frame *f, struct value v);
/* $x of a name with a drive or scope in it; used by run_ops too. */
const struct atom *variable_atom(struct node_variable *n);
/* [ref]$x */
struct value reference_new(struct variable *v, struct value plain);

/* `using namespace`: name with each of them in front; arity 0 for none. */
const struct type *using_find_type(struct frame *f, struct tree_text name,
    size_t arity);
/* [T]::new(...), script classes too. */
enum flow construct(struct frame *f, const struct type *t,
    const struct value *args, size_t n, struct value *outp);
/* ([base]$this).Method(...) */
bool is_base_call(struct frame *f, struct node_convert *n);
enum flow call_base(struct frame *f, struct node_convert *n, struct value self,
    const char *name, const struct value *args, size_t count,
    struct value *outp);

#endif
