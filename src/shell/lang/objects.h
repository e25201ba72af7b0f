/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_OBJECTS_H
#define SHELL_LANG_OBJECTS_H

#include "shell/lang/lang_internal.h"

/* The language's own objects: tables of what scripts may read and call. */

struct lang_property {
	const char *name;
	struct value (*get)(struct session *s, struct value v);
	enum flow (*set)(struct session *s, struct value v, struct value to);
};

struct lang_method {
	const char *name;
	enum flow (*call)(struct session *s, struct value v,
	    const struct value *args, size_t n, struct value *outp);
};

/* What a type's `data` points to. */
struct lang_members {
	const struct lang_property *properties; /* ends with a NULL name */
	const struct lang_method *methods;      /* likewise, or NULL */
};

enum flow lang_object_get(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp);
enum flow lang_object_set(struct run *r, struct value v, const char *name,
    struct value to, bool *foundp);
enum flow lang_object_call(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp);
/* ops of a type that has nothing but tables; and with a text. */
extern const struct type_ops lang_object_ops;

void objects_init_error(void);
void objects_init_command(void);
void objects_init_engine(void);
enum flow error_record_construct(struct session *s, const struct value *args,
    size_t n, struct value *outp);
struct value options_value(unsigned options);
/* A type joins the names. */
void lang_type_add(struct type *t);

#endif
