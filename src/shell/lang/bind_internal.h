/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_BIND_INTERNAL_H
#define SHELL_LANG_BIND_INTERNAL_H

#include "shell/lang/lang_internal.h"

/* What call->bound says of a parameter. */
enum {
	BOUND_NO,
	BOUND_GIVEN,
	BOUND_PIPELINE, /* until the next object */
	BOUND_DELAYED,  /* a script block that waits for each object */
};

enum flow bind_error(struct call *c, const char *exception, const char *id,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void bind_dress(struct call *c, struct error_record *e);
enum flow bind_value(struct call *c, size_t at, struct value v, uint8_t how);
/* Binds as an argument; p has none yet. */
enum flow bind_given(struct call *c, struct bind_param *p, struct value v);
enum flow bind_session_defaults(struct call *c);

#endif
