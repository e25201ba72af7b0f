/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_LANG_INTERNAL_H
#define SHELL_LANG_LANG_INTERNAL_H

#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "shell/lang/session.h"
#include "shell/lang/tree.h"
#include "types/types.h"

/* What the run-time half of the language shares with itself. */

/* ---- names ---- */

/* An interned name; two names are equal (without case) if the atoms are. */
struct atom {
	uint32_t hash;
	uint32_t len;
	const char *name; /* as first written */
};
const struct atom *atom_get(const char *s, size_t len);
const struct atom *atom_str(const char *s);

/* Names the language itself asks for. X(identifier, spelling) */
#define LANG_ATOMS(X)                                                          \
	X(underscore, "_")                                                     \
	X(psitem, "PSItem")                                                    \
	X(question, "?")                                                       \
	X(caret, "^")                                                          \
	X(dollar, "$")                                                         \
	X(null, "null")                                                        \
	X(yes, "true")                                                        \
	X(no, "false")                                                      \
	X(args, "args")                                                        \
	X(input, "input")                                                      \
	X(this, "this")                                                        \
	X(error, "Error")                                                      \
	X(pwd, "PWD")                                                          \
	X(matches, "Matches")                                                  \
	X(foreach, "foreach")                                                  \
	X(switch_, "switch")                                                    \
	X(myinvocation, "MyInvocation")                                        \
	X(pscmdlet, "PSCmdlet")                                                \
	X(psbound, "PSBoundParameters")                                        \
	X(psscriptroot, "PSScriptRoot")                                        \
	X(pscommandpath, "PSCommandPath")                                      \
	X(psdefaults, "PSDefaultParameterValues")                              \
	X(lastexit, "LASTEXITCODE")                                            \
	X(eap, "ErrorActionPreference")                                        \
	X(wap, "WarningPreference")                                            \
	X(vp, "VerbosePreference")                                             \
	X(dp, "DebugPreference")                                               \
	X(ip, "InformationPreference")                                         \
	X(pp, "ProgressPreference")                                            \
	X(cp, "ConfirmPreference")                                             \
	X(whatif, "WhatIfPreference")                                          \
	X(ofs, "OFS")                                                          \
	X(stacktrace, "StackTrace")                                            \
	X(native_eap, "PSNativeCommandUseErrorActionPreference")
struct lang_atoms {
#define X(id, s) const struct atom *id;
	LANG_ATOMS(X)
#undef X
};
extern struct lang_atoms A;

/* ---- variables and scopes ---- */

/* Also what Get-Variable gives: its cell is a PSVariable. */
struct variable {
	struct cell cell;
	const struct atom *name;
	struct value value;
	const struct type *type;     /* [int]$x, or NULL */
	struct node_list *checks;    /* [Validate...()]$x, or NULL */
	struct script_tree *tree;    /* keeps checks */
	unsigned options;
	char *description;           /* or NULL */
	/* Automatic variables that are computed; or NULL. */
	struct value (*get)(struct session *s);
};
extern struct type type_psvariable;

struct vartab {
	struct variable **v;
	uint32_t n;
	uint32_t cap;
	uint32_t *index; /* once there are many */
	uint32_t index_size;
};

enum { SCOPE_INLINE = 8 };

struct scope {
	uint32_t refs;
	bool is_script;  /* script: stops here */
	bool is_global;
	bool has_under;
	bool counted;    /* in session's local_functions */
	int8_t strict;   /* Set-StrictMode here: 1 to 3, -1 off, 0 as around */
	struct scope *parent;
	struct value under; /* $_ */
	struct vartab vars;
	struct vartab functions;
	struct vartab aliases;
	struct variable *room[SCOPE_INLINE];
	struct module *module; /* whose it is, or NULL */
};

struct scope *scope_new(struct scope *parent);
struct scope *scope_ref(struct scope *sc);
void scope_unref(struct session *s, struct scope *sc);
struct variable *vartab_find(const struct vartab *t, const struct atom *a);
bool vartab_remove(struct vartab *t, const struct atom *a);
void vartab_clear(struct vartab *t);
/* Here and outwards; private ones only where they live. NULL if none. */
struct variable *scope_find(struct scope *sc, const struct atom *a);
struct variable *scope_local(struct scope *sc, const struct atom *a);
/* Makes it here if it is not. */
struct variable *scope_make(struct scope *sc, const struct atom *a);
void scope_set_take(struct scope *sc, const struct atom *a, struct value v);
struct variable *scope_function(struct scope *sc, const struct atom *a);
struct variable *scope_alias(struct scope *sc, const struct atom *a);
struct variable *scope_make_in(struct scope *sc, struct vartab *t,
    const struct atom *a);
struct scope *scope_script(struct scope *sc);
/* What Set-StrictMode says of code that runs in sc: 0 (off) to 3. */
int scope_strict(const struct scope *sc);
struct scope *scope_global(struct scope *sc);
/* $_ as seen from sc; borrowed. */
struct value scope_under(struct scope *sc);
/* "Global", "script", "0" ...; NULL and an error where there is none. */
struct scope *scope_by_name(struct session *s, const char *name);
/* Assigns with type, checks and options looked at. */
enum flow variable_assign(struct session *s, struct variable *v,
    struct value to);
struct value variable_get(struct session *s, const struct variable *v);

/* ---- sinks ---- */

/* Where output goes. put borrows. */
struct sink {
	enum flow (*put)(struct sink *k, struct value v);
};

struct collector {
	struct sink sink;
	size_t n;
	struct value first;
	struct list *list; /* from the second on */
};
void collector_init(struct collector *c);
/* nothing, the one value, or Object[]; the collector is empty after. */
struct value collector_take(struct collector *c);
/* Always an Object[]. */
struct value collector_array(struct collector *c);
void collector_clear(struct collector *c);
extern struct sink sink_null;
enum flow sink_put_each(struct session *s, struct sink *k, struct value v);

/* Where records of a stream go; NULL: the host. [STREAM_ERROR ...] */
struct streams {
	struct sink *to[8];
	struct list *lists[8];       /* -ErrorVariable and its kind */
	const struct streams *outer; /* those of the command around */
};
/* Adds to every -...Variable that listens. */
void streams_note(const struct streams *st, enum stream s, struct value v);

/* ---- script blocks ---- */

struct block;
struct bind_info;

/* What is known of a block's node; lies in node.slot, goes with the tree. */
struct block_info {
	struct bind_info *bind;
	bool advanced;     /* CmdletBinding or a Parameter attribute */
	bool has_params;
	bool uses_args;
	bool uses_input;   /* its text speaks of $input */
};

struct block {
	struct cell cell;
	struct script_tree *tree;
	struct node_script_block *node;
	struct node_function *function; /* f($a) {}: its parameters */
	struct node_function_member *method; /* a class's */
	struct scope *home;             /* module's or closure's; or NULL */
	bool in_home;                   /* dotted: home is its own scope */
	struct block_info *info;
	bool is_filter;
	bool debugger_hidden;
};
extern struct type type_script_block;
static inline struct block *
block_of(struct value v)
{
	return (struct block *)(void *)v.u.p;
}
bool lang_is_block(struct value v);
struct value block_new(struct script_tree *t, struct node_script_block *n);
struct block_info *block_info(struct session *s, struct block *b);
/* Whether the source of n speaks of $name (or may: it looks at the text). */
bool source_mentions(const struct script_tree *t, const struct node *n,
    const char *name);
/* The source between the braces; owned. */
struct value block_text(const struct block *b);

/* Keeps a value as long as the tree. Borrowed afterwards. */
void tree_keep(struct script_tree *t, struct value take);
void tree_keep_memory(struct script_tree *t, void *take,
    void (*free_fn)(void *));

/* The syntax tree as a script sees it ($block.Ast). Owned. */
struct value ast_value(struct script_tree *t, struct node *n);

/* ---- frames ---- */

/* One activation of a script block; lives on the C stack. */
struct frame {
	struct session *s;
	struct frame *caller;
	struct scope *scope;
	struct script_tree *tree;
	struct block *block;
	struct node *at;       /* statement being run, for positions */
	struct sink *out;      /* what its statements write to */
	struct call *call;     /* the command this runs for, or NULL */
	struct value args;     /* $args: Object[], or null */
	struct value input;    /* $input: Object[], or null */
	struct value bound;    /* $PSBoundParameters once asked for */
	struct node_list *traps;
	struct value caught;   /* borrowed: what a catch is about */
	struct value *returns; /* a method: where return's value goes */
	bool dot;              /* shares its caller's scope */
	bool is_script_file;
};

struct session {
	struct run run; /* first: session_of() */
	struct host *host;
	const struct formatter *formatter_kind;
	struct formatter *formatter; /* while a script runs */
	const char *version;
	struct scope *global;
	struct frame *frame;
	const struct streams *streams;
	struct call *call;         /* the cmdlet that is running, or NULL */
	unsigned generation;       /* of definitions */
	unsigned try_depth;
	unsigned local_functions;  /* scopes other than global with some */
	unsigned depth;
	unsigned pulls;            /* open ones, with a stack */
	bool ok;                   /* $? */
	struct sink *default_sink; /* what leads to the formatter, or NULL */
	struct list *errors;       /* $Error, newest last? newest first */
	struct cmdlet_table {
		const struct atom **name;
		const struct cmdlet **cmdlet;
		struct bind_info **info;
		size_t n, cap;
	} cmdlets;
	struct module *modules;
	struct buf location;
	struct value last_token, first_token;
	uint64_t next_history;
	int wake[2];               /* self pipe for interrupts */
	bool parse_errors_once;    /* show the first mistake only */
	struct value type_cache;
	struct buf scratch;        /* eval_expandable's */
};

/* A type by its whole name; NULL where there is none. */
const struct type *lang_type(const char *name);

/* ---- errors ---- */

extern struct type type_error_record;
extern struct type type_category_info;
extern struct type type_invocation_info;
extern struct type type_error_details;

struct error_record {
	struct cell cell;
	struct value exception;
	struct value target;
	struct value id;       /* full, with the suffix */
	struct value details;  /* ErrorDetails, or null */
	struct value invocation;
	struct value stack;    /* ScriptStackTrace */
	const char *category;  /* static name */
	struct value activity, reason, target_name, target_type;
	bool listed;           /* is in $Error */
	struct script_tree *tree; /* position, or NULL */
	uint32_t start, end;
};

/* Where something stands in a script; also how it was called. */
struct invocation_info {
	struct cell cell;
	struct script_tree *tree;
	uint32_t start, end;
	struct value name;    /* InvocationName */
	struct value command; /* MyCommand */
	struct value bound;   /* BoundParameters */
	struct value unbound;
	struct value expecting;
	const struct pipeline *pipeline;
	int pipeline_length, pipeline_position;
	struct value script_root, script_path; /* of the caller */
	struct call *call;    /* while it lives */
};

struct error_record *error_record_of(struct value v);
bool value_is_error(struct value v);
/* The one place where error records are made. */
struct value error_new(struct session *s, const struct error_spec *spec);
struct value error_from_exception(struct session *s, struct value exception,
    const char *id, const char *category, struct value target);
/* An exception of the named type; RuntimeException where unknown. */
struct value error_exception(struct session *s, const char *type,
    const char *message, struct value inner);
bool error_is_exception(struct value v);
/* The message of an exception or record; owned string. */
struct value error_message(struct session *s, struct value v);
/* Sets place, suffix and stack where they are missing. */
/* A failed conversion while assigning: names the variable. */
void error_rewrap_assignment(struct session *s, struct value *recordp,
    const char *variable);
void error_place(struct session *s, struct error_record *e);
void error_add_suffix(struct error_record *e, struct call *c);
/* Into $Error, once. */
void error_list(struct session *s, struct value record);
/* Leaves with record (taken). fatal: see struct leave. */
enum flow error_leave_take(struct session *s, struct value record,
    bool fatal);
/* On the error stream, and into $Error. */
enum flow error_show(struct session *s, const struct streams *st,
    struct value record);
enum flow lang_error(struct session *s, const char *exception,
    const char *id, const char *category, struct value target,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* After a statement failed: does it go on? FLOW_MORE or the leave. */
enum flow error_statement(struct frame *f);
/* Takes what was thrown out of the run: the record, owned. */
struct value error_catch(struct session *s);

enum preference {
	PREF_SILENT,
	PREF_STOP,
	PREF_CONTINUE,
	PREF_INQUIRE,
	PREF_IGNORE,
	PREF_SUSPEND,
	PREF_BREAK,
	PREF_UNSET,
};
enum preference preference_get(struct session *s, const struct atom *name,
    enum preference fallback);
bool preference_parse(struct session *s, struct value v,
    enum preference *p);
struct value preference_value(enum preference p);
const char *preference_name(enum preference p);

/* ---- records of the other streams ---- */

extern struct type type_warning_record, type_verbose_record,
    type_debug_record, type_information_record, type_progress_record;

struct message_record {
	struct cell cell;
	struct value message;    /* a string; information: anything */
	struct value invocation;
	struct value tags;       /* information: List[string] */
	struct value source;
	int64_t time;
};
struct value record_new(struct session *s, const struct type *type,
    struct value message);

/* ---- parameters ---- */

enum { COMMON_COUNT = 14 };

struct bind_param_set {
	uint32_t set; /* one bit, or all */
	int position; /* -1: none */
	unsigned flags;
	const char *help;
};

struct bind_param {
	const char *name;
	const struct atom *atom;
	const struct type *type; /* NULL: Object */
	const char *type_text;   /* as messages show it, or NULL */
	const char **aliases;    /* ends with NULL, or NULL */
	struct bind_param_set *sets;
	size_t nset;
	uint32_t mask;           /* sets it belongs to */
	unsigned flags;          /* all PARAM_ of its sets */
	bool is_switch;
	bool common;
	const struct param_spec *spec;     /* a cmdlet's */
	struct node_parameter *node;       /* a script's */
	const char *help;
};

/* All that binding knows of a command. */
struct bind_info {
	const struct cmdlet *cmdlet;
	struct block *block; /* borrowed: its tree owns us */
	struct bind_param *params;
	size_t nparam;
	size_t nown;         /* before the common ones */
	const char *sets[CMDLET_SETS_MAX];
	size_t nset;
	uint32_t all;        /* mask of every set */
	uint32_t preset;     /* default set's bit, or 0 */
	bool advanced;       /* common parameters, no $args */
	bool positional;     /* PositionalBinding */
	bool should;         /* SupportsShouldProcess */
	int impact;          /* 0 none 1 low 2 medium 3 high */
	bool has_remaining;
	bool by_pipeline;    /* some parameter takes pipeline input */
	unsigned cmdlet_flags;
	int common_at[COMMON_COUNT]; /* index of each common one, or -1 */
	/* Indices of those that take pipeline input; of mandatory ones. */
	uint16_t *piped, *mandatory;
	size_t npiped, nmandatory;
};

enum common {
	COMMON_VERBOSE,
	COMMON_DEBUG,
	COMMON_ERROR_ACTION,
	COMMON_WARNING_ACTION,
	COMMON_INFORMATION_ACTION,
	COMMON_PROGRESS_ACTION,
	COMMON_ERROR_VARIABLE,
	COMMON_WARNING_VARIABLE,
	COMMON_INFORMATION_VARIABLE,
	COMMON_OUT_VARIABLE,
	COMMON_OUT_BUFFER,
	COMMON_PIPELINE_VARIABLE,
	COMMON_WHAT_IF,
	COMMON_CONFIRM,
};

struct bind_info *bind_info_cmdlet(struct session *s,
    const struct cmdlet *c);
struct bind_info *bind_info_block(struct session *s, struct block *b);
void bind_info_free(struct bind_info *info);
/* A block without parameters: everything is $args. */
struct bind_info *bind_info_none(void);
/* A "-name" that came from a command line, in $args, and not from a string. */
bool string_is_parameter(struct value v);
const struct type *bind_type_named(const char *text);

/* One argument as written. */
struct argument {
	const char *name;     /* -name, or NULL; borrowed from the tree */
	struct value value;   /* owned */
	bool has_value;       /* -name:value, or a value */
	bool splatted;        /* a hashtable's: yields to others */
	bool bare;            /* an unquoted word */
	bool used;
	struct node *node;      /* the value's, or NULL */
	struct node *parameter; /* -name, or NULL */
};
struct arguments {
	struct argument *v;
	size_t n;
	size_t cap;
	struct argument room[6];
};
void arguments_init(struct arguments *a);
void arguments_clear(struct arguments *a);
struct argument *arguments_add(struct arguments *a);

bool attribute_is(const struct node_attribute *n, const char *name);
enum flow bind_arguments(struct call *c, struct arguments *a);
/* After arguments: is all there that must be, with no input to come? */
enum flow bind_finish(struct call *c, bool expects_input);
/* *okp false: reported; the object is skipped. */
enum flow bind_input(struct call *c, struct value v, bool *okp);
void bind_input_done(struct call *c);
enum flow bind_validate(struct session *s, const struct bind_param *p,
    struct value v);
enum flow bind_check_attribute(struct session *s, struct frame *f,
    struct node_attribute *n, const char *name, struct value v,
    bool is_variable);
struct bind_param *bind_find_param(struct bind_info *info, const char *name,
    size_t *nmatchp);

/* ---- commands and pipelines ---- */

enum command_type {
	CT_NONE,
	CT_CMDLET,
	CT_BLOCK,  /* function, filter, script block, script file */
	CT_NATIVE,
};

/* A command found. */
struct command {
	enum command_type type;
	unsigned kind;         /* COMMAND_ */
	const struct cmdlet *cmdlet;
	struct value block;    /* owned */
	char *path;            /* program or script file; owned */
	const char *name;      /* its own name; borrowed from what holds it */
	bool script_file;
	struct module *module;
};
void command_clear(struct command *c);
/* False where there is none; file and program search included. */
bool command_find(struct session *s, const char *name, unsigned kinds,
    struct command *cp);
void command_each_program(struct session *s, const char *pattern,
    unsigned kinds, struct command **vp, size_t *np);
/* Follows aliases. */
enum flow command_resolve(struct session *s, const char *name,
    struct command *cp, bool *foundp);
enum flow command_of_name(struct session *s, const char *name,
    struct command *cp);
struct bind_info *command_bind_info(struct session *s,
    const struct cmdlet *c);
/* Whether v is a CommandInfo; then *cp is what it names. */
bool command_info_of(struct session *s, struct value v, struct command *cp);
enum flow command_of_value(struct session *s, struct value v,
    struct command *cp, bool *foundp);
struct value command_value(struct session *s, const char *name,
    unsigned kinds);
char *command_path(struct session *s, const char *name);
bool command_cmdlet(struct session *s, const struct atom *name,
    const struct cmdlet **cp);
void command_add_table(struct session *s,
    const struct cmdlet *const *table);
struct value command_info_value(struct session *s,
    const struct command *c, const char *name);

struct stage;

struct call {
	struct session *s;
	struct stage *stage;
	struct command command;
	struct bind_info *info;
	struct value *values;      /* by parameter */
	uint8_t *bound;            /* 0 no, 1 argument, 2 pipeline, 3 default */
	uint32_t sets;             /* still possible */
	uint32_t chosen;           /* for the object at hand; 0: sets */
	struct {
		size_t at;
		struct value block;
	} *delayed;                /* blocks put aside for this object */
	size_t ndelayed;
	struct value rest;         /* $args of a simple function */
	void *state;
	struct value input;
	bool has_input;
	bool failed;               /* $? */
	bool errors_merged;
	/* as common parameters say */
	enum preference ea, wa, ia;
	int verbose, debug, whatif, confirm; /* -1 not given */
	const char *name;          /* as called */
	struct value name_value;
	struct node *node;         /* the command's node, and its tree */
	struct node *blame;        /* argument being bound, or NULL */
	struct script_tree *tree;
	struct frame *caller;
	struct frame *frame;       /* a function's own */
	struct scope *scope;       /* a function's */
	struct value invocation;   /* InvocationInfo once asked for */
	struct value pscmdlet;
	struct list *collected;    /* $input */
	bool yes_to_all, no_to_all;
	bool dot;
	const struct value *self;
	const struct value *under;
	bool defaults_done;
	bool expects_input;
	struct value pipeline_variable; /* its name */
	struct value raw_args;     /* CMDLET_RAW_ARGS */
};

enum stage_kind { STAGE_CMDLET, STAGE_BLOCK, STAGE_NATIVE };

struct stage {
	struct sink in;      /* the stage as a place to write to */
	struct stage *next;
	struct stage *prev;
	struct pipeline *pipeline;
	enum stage_kind kind;
	struct sink *out;    /* next's in, or the pipeline's */
	struct sink merged;  /* n>&1 */
	struct sink own_out; /* counts -OutVariable, then out */
	struct streams streams;
	struct call call;
	struct native *native;
	struct redirects *redirects;
	struct arguments arguments;
	bool begun, ended, cleaned, done;
	bool framed;         /* frame is in use */
	bool exited;         /* a script file that called exit */
	struct frame frame;  /* a function's */
};

struct pipeline {
	struct session *s;
	struct frame *f;
	struct stage *first, *last;
	size_t n;
	struct sink *out;
	bool has_input;            /* the first stage is fed */
	struct node *expression;   /* by this, or */
	const struct value *input; /* by this */
	struct stage room;         /* the first stage */
};

/* Runs what stands between bars; its output goes to out. */
enum flow run_pipeline(struct frame *f, struct node_pipeline *n,
    struct sink *out);
enum flow run_command_spec(struct session *s, const struct invoke_spec *spec,
    struct sink *out);
/* The frame of a command that is called from C. */
enum flow stage_begin(struct stage *st);
enum flow call_stream(struct call *c, enum stream s, struct value record);
enum flow call_report_take(struct call *c, struct value record);
void call_init(struct call *c, struct session *s);
void call_clear(struct call *c);
enum flow call_set_common(struct call *c);
enum preference call_error_action(struct call *c);
struct value call_invocation(struct call *c);
const char *call_suffix(struct call *c);
struct value invocation_nowhere(void);
/* The command's own name as errors and patterns know it. */
const char *call_display_name(struct call *c);
enum flow call_should_ask(struct call *c, const char *target,
    const char *action, const char *caption, bool *yesp);

/* Redirections of a command or an expression. */
enum flow redirects_open(struct frame *f, struct node_list *list,
    struct streams *streams, struct stage *st, struct sink **outp,
    struct redirects **rp);
/* Turns what could not be written into an error, unless flow is one. */
enum flow redirects_close(struct redirects *r, enum flow flow);

/* ---- native programs ---- */

struct native;
enum flow native_begin(struct stage *st);
enum flow native_process(struct stage *st, struct value v);
enum flow native_end(struct stage *st);
void native_clean(struct stage *st);
void native_glob(const char *folder, const char *pattern, struct list *out);
enum flow native_arguments(struct frame *f, struct node_command *n,
    struct list *args);

/* ---- running ---- */

enum flow eval(struct frame *f, struct node *n, struct value *outp);
/* A statement whose value is wanted: = (...) "$(...)" arguments. */
enum flow eval_statement(struct frame *f, struct node *n,
    struct value *outp);
enum flow run_statement(struct frame *f, struct node *n, struct sink *out);
enum flow run_block(struct frame *f, struct node_block *b,
    struct sink *out);
enum flow run_statements(struct frame *f, struct node_list *l,
    struct sink *out);
enum flow run_assignment(struct frame *f, struct node_assignment *n,
    struct value *outp);
enum flow run_switch(struct frame *f, struct node_switch *n,
    struct sink *out);
enum flow run_try(struct frame *f, struct node_try *n, struct sink *out);
enum flow run_trap(struct frame *f, bool *handledp, struct sink *out);
enum flow run_function(struct frame *f, struct node_function *n);
enum flow define_function(struct session *s, struct scope *sc,
    const struct atom *a, struct value block, unsigned options);
enum flow run_type_definition(struct frame *f,
    struct node_type_definition *n);
enum flow run_using(struct frame *f, struct node_using *n);
enum flow eval_variable(struct frame *f, struct node_variable *n,
    struct value *outp);
enum flow eval_expandable(struct frame *f, struct node_expandable *n,
    struct value *outp);
enum flow eval_arguments(struct frame *f, struct node_list *l,
    struct value **argsp, size_t *np);
enum flow assign_node(struct frame *f, struct node *target, struct value v);
enum flow assign_variable(struct frame *f, struct node_variable *n,
    struct value v, const struct type *type, struct node_list *checks);
const struct type *eval_type(struct frame *f, struct node_type_name *n);
enum flow eval_type_or_fail(struct frame *f, struct node_type_name *n,
    const struct type **tp);
enum flow eval_name(struct frame *f, struct node *n, struct value *textp,
    const char **namep);
enum flow eval_increment(struct frame *f, struct node_unary *n,
    struct value *outp);
/* $i++ as a statement, where $i is a plain Int32: true, and done. */
bool run_increment(struct frame *f, struct node_unary *n);
/* Runs a block in a frame; scope is the caller's matter. */
enum flow block_run_frame(struct frame *f, struct sink *out);
/* Runs a whole block with arguments, as & does. */
enum flow block_call(struct session *s, struct value block,
    const struct invoke_spec *spec, struct sink *out);
enum flow run_requires(struct session *s, struct script_tree *t);
void frame_push(struct frame *f, struct session *s, struct block *b);
void frame_pop(struct frame *f);
struct value frame_bound(struct frame *f);
/* A script file's text as UTF-8, whatever its byte order mark says. */
int script_read(const char *path, struct buf *out, struct fault *f);
struct parse_errors;
/* plain: only what the first mistake says, without where. */
struct value parse_error_record(struct session *s, struct script_tree *t,
    const struct parse_errors *errors, bool plain);
/* $input, $foreach, $switch: an enumerator over a list. at: how many of them
 * have been passed. Owned. */
struct value enumerator_new(struct list *take);
bool enumerator_next(struct value e, struct value *outp);
/* Parses; leaves with a ParseException record. */
enum flow lang_parse(struct session *s, const char *text, size_t len,
    const char *file, struct script_tree **treep);

/* ---- objects of the language ---- */

void lang_objects_init(void);
/* Cmdlets that are about the language itself; ends with NULL. */
extern const struct cmdlet *const cmdlets_lang[];
struct value pscmdlet_new(struct call *c);
/* The call ends: what scripts keep of it must not reach it. */
void pscmdlet_detach(struct call *c);
void session_variables(struct session *s, const struct session_options *o);
extern const struct run_ops session_ops;
/* $ExecutionContext, $Host. Owned. */
struct value engine_value(struct session *s);
struct value host_value(struct session *s);
enum flow run_root(struct frame *f, struct node_script_block *n,
    struct sink *out);
enum flow prepare_root(struct frame *f, struct node_script_block *n);
/* Classes and enums of a script are there before it runs. */
enum flow define_types(struct frame *f, struct node_script_block *n);
struct value session_path_info(struct session *s);
enum flow drive_get(struct session *s, const char *drive, const char *name,
    struct value *outp);
enum flow drive_set(struct session *s, const char *drive, const char *name,
    struct value v);

/* ---- what core/run.h offers, where it has a file of its own ---- */

void session_end_output(struct run *r);

struct pull *pull_open(struct run *r, const char *text, size_t len,
    const struct value *args, size_t n);
enum flow pull_next(struct pull *p, struct value *outp, bool *morep);
void pull_close(struct pull *p);

#endif
