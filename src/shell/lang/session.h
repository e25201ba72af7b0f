/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_SESSION_H
#define SHELL_LANG_SESSION_H

#include "core/cmdlet.h"
#include "core/run.h"
#include "shell/lang/host.h"
#include "shell/lang/parse.h"

/*
 * A session: variables, functions, aliases, commands, and whatever runs in
 * them. One thread at a time.
 */
struct session;

struct session_options {
	struct host *host;
	const struct formatter *formatter; /* NULL: text of each value */
	/* Tables of cmdlets, each ending with NULL; ends with NULL. */
	const struct cmdlet *const *const *cmdlets;
	const char *version; /* $PSVersionTable's GitCommitId */
};

/* Import-Module and its kind: they need the language itself. */
extern const struct cmdlet *const cmdlets_module[];

/* Fills the descriptors of the language's own types. Once. */
void lang_init(void);

struct session *session_new(const struct session_options *o);
void session_close(struct session *s);
struct run *session_run(struct session *s);
struct host *session_host(struct session *s);

/* How a script came out. */
struct session_result {
	bool parsed;   /* false: parse errors were shown, nothing ran */
	bool failed;   /* an error ended it */
	bool exited;   /* exit was called */
	bool ok;       /* $? at the end */
	int code;      /* exit's */
};

/*
 * Runs text in the global scope, output through the formatter, errors to the
 * host. file is NULL for a command.
 */
void session_run_text(struct session *s, const char *text, size_t len,
    struct session_result *resultp);
/* Runs a script file with arguments as they stand on a command line. */
void session_run_file(struct session *s, const char *path,
    char *const *args, size_t n, const struct value *input,
    struct session_result *resultp);

/*
 * Runs fn in the global scope, output through the formatter, as a script that
 * is not written in the shell's language (Lua, the prompt's own questions).
 * What it leaves with is shown as an error of a script is.
 */
void session_run_with(struct session *s,
    enum flow (*fn)(struct run *r, void *arg), void *arg,
    struct session_result *resultp);

/* Of a text that does not parse, only the first mistake is shown. */
void session_first_mistake_only(struct session *s, bool yes);

/* Asks what runs to stop (async-signal-safe). */
void session_interrupt(struct session *s);

/* $LASTEXITCODE, for a script that ends. */
int session_last_exit(struct session *s);

/*
 * Runs fn(arg) on a stack of its own (256 MiB, with a guard page) and waits
 * for it; the plain stack is used where there is no memory.
 */
void session_on_large_stack(void (*fn)(void *arg), void *arg);

/* The session behind a run that is one. */
struct session *session_of(struct run *r);

#endif
