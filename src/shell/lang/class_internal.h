/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_CLASS_INTERNAL_H
#define SHELL_LANG_CLASS_INTERNAL_H

#include "core/run.h"
#include "shell/lang/run_internal.h"
#include "types/exception.h"
#include "types/member.h"

/* What the class*.c files share: a script's class and its parts. */

struct class_property {
	const struct atom *name;
	const struct type *type; /* NULL: Object */
	struct node_property_member *node;
	struct script_class *owner;
	bool is_static, is_hidden;
	struct value value; /* a static's */
};

struct class_method {
	const struct atom *name;
	struct node_function_member *node;
	struct value block;
	const struct type **params; /* NULL: Object */
	const struct type *returns; /* NULL: anything */
	bool is_void;
};

struct script_class {
	struct type type;
	struct script_class *base;  /* another script's, or NULL */
	const struct type *native;  /* .NET's exception below, or NULL */
	struct script_tree *tree;
	struct scope *home;
	struct session *session;
	struct class_property *properties; /* its own */
	size_t nproperty;
	struct class_method *methods;
	size_t nmethod;
	size_t nfield;              /* with those of its bases */
	struct member_spec *rows;
	struct script_class *making; /* whose instance is being made */
};

struct instance {
	struct cell cell;
	size_t n;
	struct value fields[];
};

extern const struct type_ops class_ops;

/* NULL where t is no script's class. */
struct script_class *class_of(const struct type *t);
void class_instance_release(struct cell *c);
void class_instance_children(struct cell *c,
    void (*visit)(struct value *, void *), void *arg);
enum flow class_get(struct run *r, struct value self, const char *name,
    struct value *outp, bool *foundp);
enum flow class_set(struct run *r, struct value self, const char *name,
    struct value to, bool *foundp);
/* Converts for a property called name; a failure names it. */
enum flow class_convert_for(struct session *s, const struct type *t,
    const char *name, struct value v, struct value *outp);

/* The method or constructor that fits best; *anyp: the name exists. */
struct class_method *class_choose(struct session *s, struct script_class *c,
    const struct atom *name, bool is_static, bool constructor,
    const struct value *args, size_t n, bool *anyp);
/* Runs a method's or constructor's body. *selfp may be made on the way. */
enum flow class_run_method(struct script_class *c, struct class_method *m,
    struct value *selfp, const struct value *args, size_t n,
    struct value *outp);
enum flow class_no_overload(struct session *s, const char *name, size_t n);
/* Runs c's constructor on a self that may still be missing. */
enum flow class_construct(struct script_class *outer, struct script_class *c,
    const struct value *args, size_t n, struct value *selfp);

/* The type a constraint names, NULL for none. */
enum flow class_type_of_constraint(struct frame *f,
    struct node_type_constraint *n, const struct type **tp);
enum flow class_define_enum(struct frame *f, struct node_type_definition *n);

#endif
