/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_MODULE_H
#define SHELL_LANG_MODULE_H

#include "shell/lang/lang_internal.h"

/*
 * A module: a scope of its own below the global one, and which of its
 * commands and variables others see. scope->module leads back here. The
 * session keeps all of them to its end (scopes and blocks hold each other).
 */
struct module {
	struct cell cell;
	struct module *next;     /* all of the session, newest first */
	struct scope *scope;
	struct scope *into;      /* where it was imported, or NULL */
	struct value runner;     /* what & $module calls */
	char *name, *path, *version, *description, *author, *guid;
	const char *kind;        /* Script, Manifest, Binary */
	char *prefix;
	bool loaded;             /* Get-Module shows it */
	bool chose;              /* Export-ModuleMember was called */
	struct list *functions, *variables, *aliases; /* patterns chosen */
	struct list *manifest_functions, *manifest_variables,
	    *manifest_aliases;   /* what a .psd1 allows, or NULL */
	struct list *placed;     /* functions and aliases put into `into` */
	struct list *placed_variables;
	struct value on_remove;
	struct value private_data;
};

extern struct type type_module;

static inline struct module *
module_of(struct value v)
{
	return (struct module *)(void *)v.u.p;
}

struct value module_value(struct module *m); /* a reference */
struct module *module_new(struct session *s, const char *name,
    const char *path, const char *kind);
/* Runs a block as the module's body; what it writes is collected. */
enum flow module_run(struct session *s, struct module *m, struct value block,
    const struct value *args, size_t n, struct value *outp);
/* Which of a kind (0 functions, 1 variables, 2 aliases) others see; owned. */
struct list *module_exports(struct module *m, int kind);
/* Puts what it exports where the caller is; prefix may be NULL. */
enum flow module_import(struct session *s, struct module *m,
    const char *prefix);
void module_remove(struct session *s, struct module *m);
struct module *module_find(struct session *s, const char *name);
/* An object of its functions and variables. Owned. */
struct value module_object(struct session *s, struct module *m);
/* Strings of a value that is one or many; NULL for nothing. Owned. */
struct list *module_strings(struct value v);
/*
 * The file a name or path given to Import-Module leads to: as written, beside
 * the script that asks, in $env:PSModulePath, in the user's folder. Owned;
 * NULL where there is none.
 */
char *module_find_file(struct session *s, const char *name);
/* A module's name by its file's; owned. */
char *module_name_of(const char *path);
/* Runs a .psm1 as m's body; a .psd1 says first what m is. */
enum flow module_load(struct session *s, struct module *m, const char *path,
    const struct value *args, size_t n);
void modules_close(struct session *s);
void module_init(void);

extern const struct cmdlet cmdlet_new_module_manifest;

#endif
