/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_TREE_H
#define SHELL_LANG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/lang/tree_kind.h"

/*
 * The syntax tree of a script: what the parser makes and the compiler reads.
 * It follows the classes of System.Management.Automation.Language, so that a
 * question "what does PowerShell's tree look like here" has the same answer.
 *
 * Everything a tree holds lies in its arena and goes with the last reference
 * to the tree; a value that holds a node holds a reference to its tree. Nodes
 * are not changed after parsing, except for `slot`, which belongs to the
 * compiler. Every struct node_x starts with a struct node; a node's kind says
 * which one it is, and the node_x() functions below cast.
 */

/* ---- blocks ---- */

/* #requires, gathered over the file. Texts are empty where not given. */
struct tree_requires {
	struct tree_text version;      /* -Version */
	struct tree_text shell_id;     /* -ShellId */
	bool elevated;                 /* -RunAsAdministrator */
	const struct tree_text *editions; /* -PSEdition */
	size_t nedition;
	/* -Modules: NODE_STRING or NODE_HASHTABLE, a node a module. */
	struct node_list modules;
	uint32_t start, end; /* the first one's place */
};

struct node_script_block {
	struct node node;
	struct node_list usings;
	struct node_param_block *params; /* NULL: none written */
	struct node_list attributes;     /* before an absent param block */
	/* A block without named blocks has its statements in `end`. */
	struct node_block *dynamicparam;
	struct node_block *begin;
	struct node_block *process;
	struct node_block *end;
	struct node_block *clean;
	struct tree_requires *requires;  /* the file's block only, or NULL */
	bool is_filter;                  /* unnamed block is `process` */
};

struct node_param_block {
	struct node node;
	struct node_list attributes; /* NODE_ATTRIBUTE: CmdletBinding ... */
	struct node_list params;     /* NODE_PARAMETER */
};

enum tree_block {
	TREE_BLOCK_PLAIN, /* a statement block */
	TREE_BLOCK_DYNAMICPARAM,
	TREE_BLOCK_BEGIN,
	TREE_BLOCK_PROCESS,
	TREE_BLOCK_END,
	TREE_BLOCK_CLEAN,
};

/* NODE_NAMED_BLOCK, NODE_STATEMENT_BLOCK */
struct node_block {
	struct node node;
	enum tree_block which;
	bool unnamed;                /* `end` or `process` without a word */
	struct node_list statements;
	struct node_list traps;      /* NODE_TRAP; not among statements */
};

/* ---- statements ---- */

struct node_pipeline {
	struct node node;
	struct node_list elements; /* COMMAND_EXPRESSION (first), COMMAND */
	bool background;           /* ended by & */
};

/* a && b || c; flat, evaluated from the left with equal precedence. */
struct node_chain {
	struct node node;
	struct node_list pipelines;
	const bool *is_or; /* is_or[i] stands between i and i + 1 */
	bool background;
};

struct node_assignment {
	struct node node;
	enum tree_op op;
	uint32_t op_start, op_end;
	struct node *left;
	struct node *right; /* a statement: pipeline, if, foreach, ... */
};

struct tree_clause {
	struct node *test; /* if: pipeline; switch: expression */
	struct node_block *body;
};

struct node_if {
	struct node node;
	const struct tree_clause *clauses;
	size_t nclause;
	struct node_block *otherwise; /* or NULL */
};

enum tree_switch {
	TREE_SWITCH_REGEX = 1,
	TREE_SWITCH_WILDCARD = 2,
	TREE_SWITCH_EXACT = 4,
	TREE_SWITCH_CASE = 8, /* -CaseSensitive */
	TREE_SWITCH_FILE = 16,
	TREE_SWITCH_PARALLEL = 32,
};

/* Loops and switch: label without its colon, empty where none. */
struct node_switch {
	struct node node;
	struct tree_text label;
	unsigned flags;
	struct node *condition; /* a pipeline; with -File an expression */
	const struct tree_clause *clauses;
	size_t nclause;
	struct node_block *otherwise; /* default, or NULL */
};

/* NODE_WHILE, NODE_DO_WHILE, NODE_DO_UNTIL */
struct node_loop {
	struct node node;
	struct tree_text label;
	struct node *condition;
	struct node_block *body;
};

struct node_for {
	struct node node;
	struct tree_text label;
	struct node *init;      /* or NULL */
	struct node *condition; /* or NULL */
	struct node *step;      /* or NULL */
	struct node_block *body;
};

struct node_foreach {
	struct node node;
	struct tree_text label;
	struct node_variable *variable;
	struct node *collection; /* a pipeline */
	struct node_block *body;
	bool parallel;
	struct node *throttle; /* or NULL */
};

struct node_try {
	struct node node;
	struct node_block *body;
	struct node_list catches; /* NODE_CATCH */
	struct node_block *finally; /* or NULL */
};

struct node_catch {
	struct node node;
	struct node_list types; /* NODE_TYPE_CONSTRAINT; none: catches all */
	struct node_block *body;
};

struct node_trap {
	struct node node;
	struct node_type_constraint *type; /* or NULL */
	struct node_block *body;
};

/* NODE_THROW, NODE_RETURN, NODE_EXIT */
struct node_leave {
	struct node node;
	struct node *pipeline; /* or NULL */
};

/* NODE_BREAK, NODE_CONTINUE */
struct node_jump {
	struct node node;
	struct node *label; /* an expression, or NULL */
};

struct node_function {
	struct node node;
	struct tree_text name; /* with its scope: global:f */
	uint32_t name_start, name_end;
	bool is_filter;
	/* f($a, $b) {}; has_params without any: `f() {}`. The param block of
	 * the body is another place; both at once is a parse error. */
	bool has_params;
	struct node_list params;
	struct node_script_block *body;
};

enum tree_type_definition { TREE_CLASS, TREE_ENUM, TREE_INTERFACE };

struct node_type_definition {
	struct node node;
	enum tree_type_definition which;
	struct tree_text name;
	uint32_t name_start, name_end;
	struct node_list attributes;
	struct node_list bases;   /* NODE_TYPE_CONSTRAINT; enum: its integer */
	struct node_list members; /* PROPERTY_MEMBER, FUNCTION_MEMBER */
};

struct node_property_member {
	struct node node;
	struct tree_text name;
	struct node_type_constraint *type; /* or NULL */
	struct node_list attributes;
	struct node *initial; /* expression, or NULL; also an enum's value */
	bool is_static, is_hidden, is_enum_value;
};

struct node_function_member {
	struct node node;
	struct tree_text name;
	uint32_t name_start, name_end;
	struct node_type_constraint *return_type; /* or NULL */
	struct node_list attributes;
	struct node_list params;
	struct node_script_block *body; /* NULL in an interface */
	bool is_static, is_hidden, is_constructor;
	bool has_base_call;           /* `: base(...)` was written */
	struct node_list base_arguments;
};

struct node_data {
	struct node node;
	struct tree_text name; /* or empty */
	struct node_list commands; /* -SupportedCommand: expressions */
	struct node_block *body;
};

enum tree_using {
	TREE_USING_ASSEMBLY,
	TREE_USING_COMMAND,
	TREE_USING_MODULE,
	TREE_USING_NAMESPACE,
	TREE_USING_TYPE,
};

struct node_using {
	struct node node;
	enum tree_using which;
	struct node *name;   /* NODE_STRING; NULL with a specification */
	struct node *alias;  /* NODE_STRING, or NULL */
	struct node_hashtable *specification; /* module @{...}, or NULL */
};

/* ---- inside a pipeline ---- */

enum tree_invoke { TREE_INVOKE_PLAIN, TREE_INVOKE_CALL, TREE_INVOKE_DOT };

struct node_command {
	struct node node;
	enum tree_invoke how; /* nothing, &, . */
	/*
	 * The name first, then arguments in order: expressions (bare words
	 * are NODE_STRING or NODE_EXPANDABLE of TREE_STRING_BARE, splats
	 * NODE_VARIABLE with `splatted`) and NODE_COMMAND_PARAMETER. `--%`
	 * is a bare word, and what follows it one bare word `verbatim`.
	 */
	struct node_list elements;
	struct node_list redirections;
};

struct node_command_expression {
	struct node node;
	struct node *expression;
	struct node_list redirections;
};

struct node_command_parameter {
	struct node node;
	struct tree_text name; /* without the dash and the colon */
	/*
	 * After `-name:`; NULL where there was no colon. Where the argument
	 * starts right at name_end there was no blank after the colon (a
	 * native program then gets one word).
	 */
	struct node *argument;
	uint32_t name_end; /* after the name, and after the colon if any */
	bool colon;
};

enum tree_stream {
	TREE_STREAM_ALL, /* * */
	TREE_STREAM_OUTPUT,
	TREE_STREAM_ERROR,
	TREE_STREAM_WARNING,
	TREE_STREAM_VERBOSE,
	TREE_STREAM_DEBUG,
	TREE_STREAM_INFORMATION,
};

/* NODE_FILE_REDIRECTION (location, append), NODE_MERGE_REDIRECTION (to) */
struct node_redirection {
	struct node node;
	enum tree_stream from;
	enum tree_stream to;
	bool append;
	struct node *location; /* expression */
};

/* ---- expressions ---- */

struct node_binary {
	struct node node;
	enum tree_op op;
	uint32_t op_start, op_end;
	struct node *left, *right;
};

struct node_unary {
	struct node node;
	enum tree_op op; /* PLUS ... POST_DEC, ISPLIT, CSPLIT, JOIN */
	struct node *child;
};

struct node_ternary {
	struct node node;
	struct node *condition, *if_true, *if_false;
};

struct node_convert {
	struct node node;
	struct node_type_constraint *type;
	struct node *child;
};

/* [ValidateNotNull()]$x: only left of an assignment. */
struct node_attributed {
	struct node node;
	struct node *attribute; /* NODE_ATTRIBUTE */
	struct node *child;
};

struct node_type {
	struct node node;
	struct node_type_name *name;
};

/* What stands before the colon of a variable's name. */
enum tree_scope {
	TREE_SCOPE_NONE, /* $x: searched from here outwards */
	TREE_SCOPE_LOCAL,
	TREE_SCOPE_PRIVATE,
	TREE_SCOPE_SCRIPT,
	TREE_SCOPE_GLOBAL,
	TREE_SCOPE_WORKFLOW,
	TREE_SCOPE_USING, /* only below NODE_USING_EXPRESSION */
	TREE_SCOPE_VARIABLE, /* $variable:x, the drive; searched as $x is */
	TREE_SCOPE_DRIVE, /* $env:x, $function:f, ${c:/x}: see drive */
};

struct node_variable {
	struct node node;
	struct tree_text path;  /* all of it: `env:PATH`, `script:x`, `x` */
	enum tree_scope scope;
	struct tree_text drive; /* TREE_SCOPE_DRIVE: `env`; else empty */
	struct tree_text name;  /* what follows the colon, or all */
	bool splatted;          /* @x */
};

enum tree_number_kind {
	TREE_INT32,
	TREE_INT64,
	TREE_DOUBLE,
	TREE_DECIMAL,
	TREE_BIGINT,
	TREE_SBYTE,
	TREE_BYTE,
	TREE_INT16,
	TREE_UINT16,
	TREE_UINT32,
	TREE_UINT64,
};

struct tree_decimal {
	uint32_t lo, mid, hi; /* 96 bits */
	uint8_t scale;        /* digits after the point, 0 to 28 */
	bool negative;
};

struct tree_number {
	enum tree_number_kind kind;
	union {
		int64_t i;   /* INT32, INT64, SBYTE, INT16 */
		uint64_t u;  /* BYTE, UINT16, UINT32, UINT64 */
		double d;
		struct tree_decimal dec;
		const char *big; /* decimal digits, with a minus if below 0 */
	} u;
};

/* As a command's argument it is also text: what tree_source gives. */
struct node_constant {
	struct node node;
	struct tree_number number;
};

enum tree_string {
	TREE_STRING_BARE,
	TREE_STRING_SINGLE,
	TREE_STRING_DOUBLE,
	TREE_STRING_SINGLE_HERE,
	TREE_STRING_DOUBLE_HERE,
};

struct node_string {
	struct node node;
	enum tree_string which;
	struct tree_text text; /* the value, escapes done */
	bool verbatim;         /* what follows --% */
};

/* One piece of an expandable string: text, or an expression. */
struct tree_piece {
	struct node *expression; /* VARIABLE, SUBEXPRESSION, USING; or NULL */
	struct tree_text text;   /* where expression is NULL */
};

struct node_expandable {
	struct node node;
	enum tree_string which; /* BARE, DOUBLE, DOUBLE_HERE */
	struct tree_text text;  /* escapes done, expressions as written */
	const struct tree_piece *pieces;
	size_t npiece;
};

struct node_array_literal {
	struct node node;
	struct node_list elements;
};

/* NODE_ARRAY @(...), NODE_SUBEXPRESSION $(...) */
struct node_sub {
	struct node node;
	struct node_block *body;
};

struct node_paren {
	struct node node;
	struct node *pipeline; /* pipeline, chain, assignment */
};

struct tree_pair {
	struct node *key;   /* expression; bare keys are NODE_STRING */
	struct node *value; /* a statement */
};

struct node_hashtable {
	struct node node;
	const struct tree_pair *pairs;
	size_t npair;
};

struct node_script_block_expression {
	struct node node;
	struct node_script_block *block;
};

struct node_member {
	struct node node;
	struct node *target;
	struct node *member; /* NODE_STRING of a bare name, or computed */
	bool is_static;        /* :: */
	bool null_conditional; /* ?. */
};

struct node_invoke_member {
	struct node_member base; /* base.node is the node */
	struct node_list arguments;
	struct node_list generics; /* NODE_TYPE_NAME: $x.M[int]() */
};

struct node_index {
	struct node node;
	struct node *target;
	struct node *index; /* several: NODE_ARRAY_LITERAL */
	bool null_conditional; /* ?[ */
};

struct node_using_expression {
	struct node node;
	struct node *child; /* variable, or member/index access of one */
};

/* ---- attributes, parameters, types ---- */

struct tree_named_argument {
	struct tree_text name;
	struct node *value; /* omitted ($true meant): NULL */
	uint32_t start, end;
};

struct node_attribute {
	struct node node;
	struct node_type_name *name;
	struct node_list positional;
	const struct tree_named_argument *named;
	size_t nnamed;
};

struct node_type_constraint {
	struct node node;
	struct node_type_name *name;
};

struct node_parameter {
	struct node node;
	struct node_variable *name;
	struct node_list attributes; /* ATTRIBUTE, TYPE_CONSTRAINT, in order */
	struct node *fallback;       /* the default value, or NULL */
};

enum tree_type_name { TREE_TYPE_SIMPLE, TREE_TYPE_ARRAY, TREE_TYPE_GENERIC };

struct node_type_name {
	struct node node;
	enum tree_type_name which;
	struct tree_text full;     /* as written: System.Int32[], List[int] */
	struct tree_text name;     /* SIMPLE: without the assembly */
	struct tree_text assembly; /* after the comma, or empty */
	struct node_type_name *element; /* ARRAY */
	int rank;                       /* ARRAY: 1 for [], 2 for [,] */
	struct node_type_name *generic; /* GENERIC: the open type's name */
	struct node_list arguments;     /* GENERIC: NODE_TYPE_NAME */
};

struct node_error {
	struct node node;
	struct node_list children;
};

/* ---- the tree ---- */

struct tree_arena;

struct script_tree {
	size_t refs;
	struct tree_arena *arena;
	const char *text; /* the source, followed by NUL; owned */
	size_t len;
	const char *file; /* the script's path, or NULL; owned */
	struct node_script_block *root;
	uint32_t *lines; /* where each line starts */
	size_t nline;
	/* What whoever runs the tree hung on its nodes; freed with it. */
	void (*kept_free)(void *kept);
	void *kept;
};

struct script_tree *tree_ref(struct script_tree *t);
void tree_unref(struct script_tree *t); /* accepts NULL */

/* Counted from 1; columns in UTF-16 units, as .NET counts. */
void tree_position(const struct script_tree *t, size_t offset, int *linep,
    int *columnp);

/* A line of the source, without its end; lines count from 1. Borrowed. */
struct tree_text tree_line(const struct script_tree *t, int line);

/* What the node covers, in the source. Borrowed, not followed by NUL. */
struct tree_text tree_source(const struct script_tree *t,
    const struct node *n);

/* Calls fn for each direct child, in source order; stops at true. */
typedef bool tree_child_fn(struct node *child, void *arg);
bool tree_each_child(const struct node *n, tree_child_fn *fn, void *arg);

const char *tree_kind_name(enum node_kind kind);
/* "+", "-eq", "++"; also what an error message calls the operator. */
const char *tree_op_text(enum tree_op op);

/*
 * LIMIT: constructs inside constructs. The parser asks this (and nobody
 * else decides) and answers with the error ScriptTooComplicated; the chain
 * of 1+1+1+... has a limit of its own, since it nests without recursion.
 */
#define TREE_DEPTH_MAX 1000
#define TREE_HEIGHT_MAX 3000
bool tree_depth_ok(size_t depth);

/* Casts. The caller has looked at the kind. */
#define X_CAST(s)                                                              \
	static inline struct node_##s *node_##s(const struct node *n)          \
	{                                                                      \
		return (struct node_##s *)(uintptr_t)n;                        \
	}
X_CAST(script_block)
X_CAST(param_block)
X_CAST(block)
X_CAST(pipeline)
X_CAST(chain)
X_CAST(assignment)
X_CAST(if)
X_CAST(switch)
X_CAST(loop)
X_CAST(for)
X_CAST(foreach)
X_CAST(try)
X_CAST(catch)
X_CAST(trap)
X_CAST(leave)
X_CAST(jump)
X_CAST(function)
X_CAST(type_definition)
X_CAST(property_member)
X_CAST(function_member)
X_CAST(data)
X_CAST(using)
X_CAST(command)
X_CAST(command_expression)
X_CAST(command_parameter)
X_CAST(redirection)
X_CAST(binary)
X_CAST(unary)
X_CAST(ternary)
X_CAST(convert)
X_CAST(attributed)
X_CAST(type)
X_CAST(variable)
X_CAST(constant)
X_CAST(string)
X_CAST(expandable)
X_CAST(array_literal)
X_CAST(sub)
X_CAST(paren)
X_CAST(hashtable)
X_CAST(script_block_expression)
X_CAST(member)
X_CAST(invoke_member)
X_CAST(index)
X_CAST(using_expression)
X_CAST(attribute)
X_CAST(type_constraint)
X_CAST(parameter)
X_CAST(type_name)
X_CAST(error)
#undef X_CAST

/* ---- for whoever makes nodes: the parser, and tests ---- */

/* Zeroed, aligned, gone with the tree. */
void *tree_alloc(struct tree_arena *a, size_t size);
struct tree_text tree_copy_text(struct tree_arena *a, const char *s,
    size_t len);

struct tree_arena *tree_arena_new(void);
void tree_arena_free(struct tree_arena *a);

/* Takes the arena; copies text and file. The root is set by the caller. */
struct script_tree *tree_new(struct tree_arena *take, const char *text,
    size_t len, const char *file);

/* Sets every node's parent. */
void tree_link(struct script_tree *t);

#endif
