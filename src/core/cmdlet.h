/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_CMDLET_H
#define CORE_CMDLET_H

#include "core/fault.h"
#include "core/run.h"
#include "core/value.h"

/* The contract between shell and cmdlets. Who implements: shell/lang. */

struct call;

/* LIMIT: parameters of a cmdlet, parameter sets of a cmdlet. */
#define CMDLET_PARAMS_MAX 128
#define CMDLET_SETS_MAX   32

enum {
	PARAM_MANDATORY = 1 << 0,
	PARAM_BY_VALUE = 1 << 1,
	PARAM_BY_NAME = 1 << 2, /* from the pipeline by property name */
	PARAM_REMAINING = 1 << 3,
	PARAM_ALLOW_NULL = 1 << 4,
	PARAM_ALLOW_EMPTY = 1 << 5, /* empty string or collection */
	PARAM_NOT_NULL = 1 << 6,
	PARAM_NOT_EMPTY = 1 << 7, /* ValidateNotNullOrEmpty */
	PARAM_HIDDEN = 1 << 8,    /* DontShow */
	/* by position no text that names a kind of member (Add-Member) */
	PARAM_NO_MEMBER_KIND = 1 << 9,
};

/*
 * One parameter. sets reads like powershell-commands: "*" every set, else
 * "Identity/0mp Instance/v": SET/POSITION and flags (m mandatory, v by value,
 * p by property name, r remaining arguments); NULL is "*". flags above apply
 * to every set.
 */
struct param_spec {
	const char *name;
	const char *type;    /* "string[]", "switch", "int", "psobject" ... */
	const char *aliases; /* "wi foo" or NULL */
	const char *sets;
	unsigned flags;
	const char *const *values; /* ValidateSet, or NULL */
	int64_t min, max;          /* ValidateRange where min < max */
	const char *help;          /* one sentence */
};

enum {
	CMDLET_SHOULD_PROCESS = 1 << 0, /* has -WhatIf and -Confirm */
	CMDLET_CONFIRM_HIGH = 1 << 1,   /* asks unless told otherwise */
	CMDLET_CONFIRM_LOW = 1 << 2,
	CMDLET_BARE_NAMES = 1 << 3, /* Cs: "EnableXmppAccess $true" with a warning */
	CMDLET_RAW_ARGS = 1 << 4, /* netstat, findstr: arguments as they stand */
	CMDLET_BEFORE_PATH = 1 << 5,
};

struct cmdlet {
	const char *name; /* "Get-CsUser"; netstat has no verb */
	const char *class_name; /* second half of error ids; NULL: the name */
	const char *module;
	const char *default_set;
	unsigned flags;
	const struct param_spec *params; /* ends with a NULL name */
	const char *const *output;       /* type names, or NULL */
	const char *synopsis;
	size_t state_size; /* zeroed memory for a call, call_state() */
	/* Each may be NULL. */
	enum flow (*begin)(struct call *c);
	enum flow (*process)(struct call *c);
	enum flow (*end)(struct call *c);
	/* Always runs, also after a throw or a stop; may not emit. */
	void (*clean)(struct call *c);
	const void *data; /* a noun, for generic cmdlets */
};

/* A room's table of cmdlets, sorted by name, ends with NULL. */
extern const struct cmdlet *const cmdlets_cs[];
/* Those made of nouns, put together at the first call. */
const struct cmdlet *const *cmdlets_cs_nouns(void);
extern const struct cmdlet *const cmdlets_object[];
extern const struct cmdlet *const cmdlets_data[];
extern const struct cmdlet *const cmdlets_host[];
extern const struct cmdlet *const cmdlets_item[];

const struct cmdlet *call_cmdlet(const struct call *c);
struct run *call_run(struct call *c);
void *call_state(struct call *c);

/* Parameters by their index in the table. Borrowed; null where not bound. */
struct value call_param(struct call *c, size_t param);
bool call_bound(struct call *c, size_t param);
bool call_switch(struct call *c, size_t param); /* given and true */
const char *call_string(struct call *c, size_t param); /* NULL: not bound */
int64_t call_int(struct call *c, size_t param, int64_t fallback);
const char *call_set(struct call *c); /* the parameter set chosen */
/* CMDLET_RAW_ARGS: everything after the name. Borrowed list of strings. */
struct value call_args(struct call *c);
/* Whether an object came down the pipeline, and which (borrowed). */
bool call_has_input(struct call *c);
struct value call_input(struct call *c);

/* The next stage has finished with v when this returns. */
enum flow call_emit(struct call *c, struct value v);
enum flow call_emit_take(struct call *c, struct value v);
/* Emits each element of a thing that unrolls. */
enum flow call_emit_each(struct call *c, struct value v);

/*
 * This stage has had enough: those above it are stopped, and neither it nor
 * they get an end. Return what it returns.
 */
enum flow call_stop_upstream(struct call *c);

/*
 * Runs a script block in the scope of the cmdlet's caller, as ForEach-Object
 * does; what it writes is emitted. under may be NULL.
 */
enum flow call_invoke(struct call *c, struct value block,
    const struct value *under, const struct value *args, size_t n);
/* The same, collected: nothing, the one value, or Object[]. */
enum flow call_invoke_get(struct call *c, struct value block,
    const struct value *under, struct value *outp);
/* The name it was called by (an alias perhaps). Borrowed. */
const char *call_name(struct call *c);
/* $PSBoundParameters: a dictionary of those bound so far. Owned. */
struct value call_bound_parameters(struct call *c);
/* Whether something stands before this stage in the pipeline. */
bool call_expects_input(struct call *c);

/* A record or value on a stream, as the call's redirections say. */
enum flow call_write(struct call *c, enum stream s, struct value v);
/* An ErrorRecord that is made already: non-terminating; terminating. */
enum flow call_error_record(struct call *c, struct value record);
enum flow call_throw_record(struct call *c, struct value record);
/*
 * What Write-Host does: an information record tagged PSHOST whose text the
 * host shows. fg and bg: ConsoleColor's number or -1.
 */
enum flow call_host(struct call *c, struct value message, const char *text,
    bool newline, int fg, int bg);
enum flow call_information(struct call *c, struct value message,
    struct value tags);

/* Non-terminating; FLOW_LEAVE where -ErrorAction Stop. */
enum flow call_error(struct call *c, const struct error_spec *spec);
enum flow call_fault(struct call *c, const struct fault *f,
    struct value target);
enum flow call_faultf(struct call *c, enum fault_code code, const char *id,
    struct value target, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* Terminating; always FLOW_LEAVE. */
enum flow call_throw(struct call *c, const struct error_spec *spec);
enum flow call_throw_fault(struct call *c, const struct fault *f,
    struct value target);

enum flow call_warn(struct call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum flow call_verbose(struct call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum flow call_debug(struct call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * ShouldProcess. *yesp is false under -WhatIf (which has been said) or where
 * the administrator answered no. action NULL is the cmdlet's name.
 */
enum flow call_should(struct call *c, const char *target, const char *action,
    bool *yesp);
bool call_whatif(struct call *c);
/* ShouldContinue: asks whatever $ConfirmPreference says. */
enum flow call_should_continue(struct call *c, const char *query,
    const char *caption, bool *yesp);

#endif
