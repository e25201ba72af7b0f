/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_SESSION_OPS_INTERNAL_H
#define SHELL_LANG_SESSION_OPS_INTERNAL_H

#include "shell/lang/run_internal.h"

/* What the files of core/run.h's table share. */

/* Where variables are looked for when C asks. */
struct scope *session_here(struct session *s);
/* The scope of "global:x"; *namep moves behind the colon. */
struct scope *session_split_name(struct session *s, const char **namep, bool
    *outwardsp);
/* What is seen from sc outwards, each name once, in order. */
enum flow session_each_seen(struct session *s, struct scope *sc, bool
    outwards, size_t offset, variable_fn *fn, void *arg);
bool ops_get_variable(struct run *r, const char *name, struct value *outp);
enum flow ops_set_variable(struct run *r, const char *name, struct value to);
enum flow ops_find_variable(struct run *r, const char *name, const char
    *scope, variable_fn *fn, void *arg, bool *foundp);
enum flow ops_each_variable(struct run *r, const char *scope, variable_fn *fn,
    void *arg);
enum flow ops_put_variable(struct run *r, const char *name, const char *scope,
    const struct value *to, const unsigned *options, const char *description,
    bool force);
enum flow ops_remove_variable(struct run *r, const char *name, const char
    *scope, bool force);
bool ops_find_command(struct run *r, const char *name, unsigned kinds,
    command_fn *fn, void *arg);
enum flow ops_each_command(struct run *r, const char *pattern, unsigned kinds,
    command_fn *fn, void *arg);
struct value ops_get_command(struct run *r, const char *name, unsigned kinds);
enum flow ops_each_parameter(struct run *r, const char *name, parameter_fn
    *fn, void *arg);
enum flow ops_set_function(struct run *r, const char *name, const char *scope,
    struct value block, unsigned options);
enum flow ops_set_alias(struct run *r, const char *name, const char *target,
    const char *description, unsigned options, const char *scope);
void ops_add_cmdlets(struct run *r, const struct cmdlet *const *table);
/* The session's own frame where C calls in from outside any script. */
bool session_outer_frame(struct session *s, struct frame *f);
enum flow ops_make_block(struct run *r, const char *text, size_t len, struct
    value *blockp);

#endif
