/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"
#include "core/value.h"

/* How a call that may run script code came back. */
enum flow {
	FLOW_MORE,          /* go on */
	FLOW_STOP_UPSTREAM, /* run->stopper has had enough */
	FLOW_LEAVE,         /* run->leave says why */
};

enum leave_kind {
	LEAVE_NONE,
	LEAVE_BREAK,    /* label may be NULL */
	LEAVE_CONTINUE,
	LEAVE_RETURN,
	LEAVE_THROW,   /* value is the ErrorRecord */
	LEAVE_EXIT,    /* code */
	LEAVE_STOPPED, /* Ctrl-C, or a stage that was stopped */
};

/* Owned by the run; filled by whoever leaves, emptied by who catches. */
struct leave {
	enum leave_kind kind;
	char *label;
	struct value value;
	int code;
	bool fatal; /* throw and -ErrorAction Stop: ends more than a statement */
};

enum stream {
	STREAM_OUTPUT = 1,
	STREAM_ERROR = 2,
	STREAM_WARNING = 3,
	STREAM_VERBOSE = 4,
	STREAM_DEBUG = 5,
	STREAM_INFORMATION = 6,
	STREAM_PROGRESS = 7,
};

struct run;

/* What becomes an ErrorRecord. Strings are borrowed for the call. */
struct error_spec {
	const char *exception; /* type name; NULL: RuntimeException */
	const char *id;        /* FullyQualifiedErrorId up to the comma */
	const char *category;  /* ErrorCategory's name; NULL: NotSpecified */
	struct value target;
	struct value inner; /* an exception, or null */
	const char *message;
};

struct cmdlet; /* core/cmdlet.h */
struct pull;   /* shell/lang's */

enum {
	COMMAND_ALIAS = 1 << 0,
	COMMAND_FUNCTION = 1 << 1,
	COMMAND_FILTER = 1 << 2,
	COMMAND_CMDLET = 1 << 3,
	COMMAND_EXTERNAL_SCRIPT = 1 << 4, /* a .ps1 file */
	COMMAND_APPLICATION = 1 << 5,     /* a program in PATH */
	COMMAND_ANY = (1 << 6) - 1,
};

/* ScopedItemOptions of variables, aliases and functions. */
enum {
	OPTION_READONLY = 1 << 0,
	OPTION_CONSTANT = 1 << 1,
	OPTION_PRIVATE = 1 << 2,
	OPTION_ALLSCOPE = 1 << 3,
};

/* A command by name. Strings and values are borrowed for the callback. */
struct command_info {
	unsigned kind; /* one of COMMAND_ */
	const char *name;
	const char *definition; /* alias: its target; file: its path */
	const char *module;     /* "" where none */
	const char *description;
	unsigned options;
	const struct cmdlet *cmdlet; /* COMMAND_CMDLET */
	struct value block;          /* functions and filters: ScriptBlock */
};
typedef enum flow command_fn(void *arg, const struct command_info *c);

/* A variable. Strings and values are borrowed for the callback. */
struct variable_info {
	const char *name;
	struct value value;
	const char *description; /* "" where none */
	unsigned options;
	struct value object; /* the PSVariable */
};
typedef enum flow variable_fn(void *arg, const struct variable_info *v);

/* One parameter of any command, as Get-Command and completion show it. */
struct parameter_info {
	const char *name;
	const struct type *type; /* NULL: Object */
	const char *const *aliases; /* ends with NULL; or NULL */
	const char *set;            /* "__AllParameterSets" for every set */
	int position;               /* -1: named only */
	unsigned flags;             /* PARAM_ of core/cmdlet.h */
	bool is_switch;
	bool common;                /* -Verbose and its kind */
	const char *help;           /* or NULL */
	const char *const *values;  /* ValidateSet, ends with NULL; or NULL */
};
typedef enum flow parameter_fn(void *arg, const struct parameter_info *p);

typedef enum flow emit_fn(void *arg, struct value v);

/* How to run a script block or a command; zeroed is a plain call. */
struct invoke_spec {
	/* ScriptBlock, a command's name, or what get_command gave */
	struct value command;
	const struct value *args; /* positional */
	size_t nargs;
	struct value named;        /* a dictionary as splatted, or null */
	const struct value *under; /* $_, or NULL: as it is */
	const struct value *self;  /* $this, or NULL */
	const struct value *input; /* $input / pipeline input (a list) */
	bool same_scope;           /* dot-sourced */
	emit_fn *emit;             /* NULL: collected */
	void *arg;
};

/* What a running script offers to whoever may reach its code. */
struct run_ops {
	/*
	 * Runs a script block. under is $_ (VALUE_NULL: not set, see
	 * INVOKE_UNDER); what it writes is collected in *outp: nothing, the
	 * one value, or Object[]. new_scope false: dot-sourced.
	 */
	enum flow (*invoke)(struct run *r, struct value block,
	    const struct value *args, size_t n, const struct value *under,
	    bool new_scope, struct value *outp);
	/* Makes the record and leaves: always returns FLOW_LEAVE. */
	enum flow (*raise)(struct run *r, const struct error_spec *spec);
	/* A record on the error stream, as -ErrorAction says. */
	enum flow (*report)(struct run *r, const struct error_spec *spec);
	/* A record or value on a stream. */
	enum flow (*write)(struct run *r, enum stream s, struct value v);
	/* Variables by name ("ErrorActionPreference", "global:x"). */
	bool (*get_variable)(struct run *r, const char *name,
	    struct value *outp);
	enum flow (*set_variable)(struct run *r, const char *name,
	    struct value v);
	/* The current location, absolute; borrowed until it changes. */
	const char *(*location)(struct run *r);
	/*
	 * Waits until fd is ready (events as in poll), the deadline (ms, -1:
	 * none) passes or the run is stopped. 1 ready, 0 time, -1 stopped.
	 */
	int (*wait)(struct run *r, int fd, short events, int timeout_ms);
	/* Runs a block or a command; what it writes goes to spec->emit, or
	 * is collected in *outp as invoke does (outp may be NULL: dropped). */
	enum flow (*invoke_with)(struct run *r, const struct invoke_spec *spec,
	    struct value *outp);
	/*
	 * Parses text and runs it in the present scope (Invoke-Expression);
	 * emit NULL: to where the caller's output goes. A parse error leaves.
	 */
	enum flow (*run_text)(struct run *r, const char *text, size_t len,
	    emit_fn *emit, void *arg);
	/*
	 * The same as a pipeline that is asked for one object at a time; args
	 * become $args. pull_open: NULL where the run leaves (a parse error).
	 * pull_next: *morep false at its end; *outp is owned. pull_close may
	 * come early and always must: what runs is stopped as by a
	 * Select-Object -First, with its finally blocks. The frame it was
	 * first asked in must live until then.
	 */
	struct pull *(*pull_open)(struct run *r, const char *text, size_t len,
	    const struct value *args, size_t n);
	enum flow (*pull_next)(struct pull *p, struct value *outp,
	    bool *morep);
	void (*pull_close)(struct pull *p);
	/* [scriptblock]::Create */
	enum flow (*make_block)(struct run *r, const char *text, size_t len,
	    struct value *blockp);
	/* What "$name $(code)" in an expandable string becomes. */
	enum flow (*expand)(struct run *r, const char *text, size_t len,
	    struct value *textp);
	/* The ErrorRecord of spec; it is neither shown nor kept. Owned. */
	struct value (*make_error)(struct run *r,
	    const struct error_spec *spec);
	/*
	 * An exception or ErrorRecord as an ErrorRecord, thrown as `throw`
	 * would; always FLOW_LEAVE.
	 */
	enum flow (*raise_value)(struct run *r, struct value v);

	/*
	 * Variables where the scope matters: scope is NULL (here and
	 * outwards; setting: here), "Global", "Script", "Local" or a number
	 * of levels up ("0" is here). A wrong scope leaves.
	 */
	enum flow (*find_variable)(struct run *r, const char *name,
	    const char *scope, variable_fn *fn, void *arg, bool *foundp);
	/* Those of the scope and, with scope NULL, of those around it. */
	enum flow (*each_variable)(struct run *r, const char *scope,
	    variable_fn *fn, void *arg);
	/* options and description apply where the pointer is not NULL */
	enum flow (*put_variable)(struct run *r, const char *name,
	    const char *scope, const struct value *v, const unsigned *options,
	    const char *description, bool force);
	enum flow (*remove_variable)(struct run *r, const char *name,
	    const char *scope, bool force);

	/* As running it would find it, aliases not followed. */
	bool (*find_command)(struct run *r, const char *name, unsigned kinds,
	    command_fn *fn, void *arg);
	/* Every command of the kinds whose name matches (a wildcard; NULL:
	 * all), sorted by name. Programs only where the kind is asked. */
	enum flow (*each_command)(struct run *r, const char *pattern,
	    unsigned kinds, command_fn *fn, void *arg);
	/* CommandInfo (AliasInfo, FunctionInfo, CmdletInfo ...) or null. */
	struct value (*get_command)(struct run *r, const char *name,
	    unsigned kinds);
	/* Parameters of a command, set by set. */
	enum flow (*each_parameter)(struct run *r, const char *name,
	    parameter_fn *fn, void *arg);
	/* scope as above; block null removes. */
	enum flow (*set_function)(struct run *r, const char *name,
	    const char *scope, struct value block, unsigned options);
	/* target NULL removes. */
	enum flow (*set_alias)(struct run *r, const char *name,
	    const char *target, const char *description, unsigned options,
	    const char *scope);
	/* More cmdlets (a module written in Lua); the table is borrowed. */
	void (*add_cmdlets)(struct run *r, const struct cmdlet *const *table);

	/* Changes the location; path is absolute and exists. */
	void (*set_location)(struct run *r, const char *path);

	/* What the host can do. */
	int (*width)(struct run *r); /* columns */
	bool (*interactive)(struct run *r);
	/* FLOW_LEAVE with an error where nobody can answer. */
	enum flow (*read_line)(struct run *r, const char *prompt, bool secret,
	    struct value *linep);
	/* choices: "&Yes", "Yes to &All" ...; *chosenp its index. */
	enum flow (*choose)(struct run *r, const char *caption,
	    const char *message, const char *const *choices, size_t n,
	    size_t preset, size_t *chosenp);
	/*
	 * Lays out and shows what was written up to now, as the end of a typed
	 * line does; what follows begins anew.
	 */
	void (*end_output)(struct run *r);
	/* Host output past the streams (Clear-Host and its kind). */
	void (*host_write)(struct run *r, const char *text, size_t len);
};

/*
 * A run is one session's execution: shell, script or recorder. Services have
 * none. NULL is a legal run for the codec's types, which call nobody.
 */
struct run {
	const struct run_ops *ops;
	struct leave leave;
	const void *stopper; /* the stage that has had enough */
	volatile sig_atomic_t stop; /* set by Ctrl-C; looked at when emitting */
	void *session; /* shell/lang's */
};

/* Raise with a formatted message. Always FLOW_LEAVE. */
enum flow run_throw(struct run *r, const char *exception, const char *id,
    const char *category, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The same from a fault (exception type, id and category by its code). */
enum flow run_throw_fault(struct run *r, const struct fault *f);
/* Leaves as stopped where Ctrl-C was pressed. */
enum flow run_check_stop(struct run *r);
/* Forgets why the run left (a catch does). */
void run_leave_clear(struct run *r);

/*
 * How much of the stack is left is enough for one more level? The shell runs
 * on a large stack of its own; parser, evaluator, codec, JSON and release of
 * values ask before going deeper.
 */
void run_stack_limit(const void *base, size_t size);
bool run_stack_ok(void);
/* For who changes stacks: the limit of the one that runs. */
const void *run_stack_lowest(void);
void run_stack_set_lowest(const void *lowest);

#endif
