/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_PARSE_INTERNAL_H
#define SHELL_LANG_PARSE_INTERNAL_H

#include "shell/lang/lexer.h"
#include "shell/lang/parse.h"
#include "shell/lang/tree.h"

/*
 * Recursive descent with one token of look-ahead. Each rule leaves the lexer
 * behind what it used up; NULL means "not here" with nothing used, unless an
 * error was told. The rules' names and their recovery follow the reference's
 * grammar, so that the same mistakes give the same errors.
 */

/* LIMIT: errors told of one text; the parser stops there. */
#define PARSE_ERRORS_MAX 1000
/* LIMIT: how often the text's length may be read again by going back. */
#define PARSE_AGAIN_MAX 16

struct parser {
	struct lexer lx;
	struct tree_arena *arena;
	struct parse_errors *errors;
	struct token held; /* the look-ahead */
	bool has_held;
	bool no_comma;     /* a comma separates arguments, makes no array */
	bool stopped;      /* too deep or too many errors: all is END now */
	size_t depth;
	size_t again;      /* bytes read more than once */
	const char *text;  /* the whole source */
	size_t len;
	/*
	 * Places (a bit a byte) where attributes were looked for and turned
	 * out to be something else: looked for once, or nesting would double
	 * the work at each level.
	 */
	uint8_t *no_param;
	uint8_t *no_attribute;
};

/* Bytes into the source. */
struct span {
	uint32_t start, end;
};

/* Nodes being gathered; gather_end moves them to the arena. */
struct gather {
	struct node **v;
	size_t n, cap;
};

void gather_add(struct gather *l, void *node);
struct node_list gather_end(struct parser *p, struct gather *l);
static inline struct node *
gather_last(const struct gather *l)
{
	return l->n == 0 ? NULL : l->v[l->n - 1];
}

/* ---- parse_token.c ---- */

void parser_init(struct parser *p, const char *text, size_t len,
    struct parse_errors *errors);
void parser_clear(struct parser *p);

/* The token stays valid until the next call. */
const struct token *p_peek(struct parser *p);
void p_next(struct parser *p, struct token *t);
void p_skip(struct parser *p); /* the token just peeked at */
void p_unget(struct parser *p, const struct token *t);
bool p_is(struct parser *p, enum token_kind kind);
/* Reads the next token if it is of the kind. t may be NULL. */
bool p_accept(struct parser *p, enum token_kind kind, struct token *t);
void p_skip_newlines(struct parser *p);
void p_skip_separators(struct parser *p); /* newlines and semicolons */
enum lex_mode p_mode(struct parser *p, enum lex_mode mode); /* the old */
size_t p_here(const struct parser *p);    /* to go back to */
void p_back(struct parser *p, size_t pos);
bool p_member_access(struct parser *p, bool bracket, struct token *t);
bool p_invoke_paren(struct parser *p, struct token *t);
bool p_left_bracket(struct parser *p, struct token *t);
bool p_verbatim(struct parser *p, struct token *t);

struct span span_of(const struct parser *p, const struct token *t);
struct span span_node(const void *node);
struct span span_after(struct span s);
struct span span_before(const struct parser *p, const struct token *t);
struct span span_join(struct span a, struct span b);
struct tree_text token_text(const struct parser *p, const struct token *t);

void *node_make(struct parser *p, enum node_kind kind, size_t size,
    struct span s);
/* parent is one level above child; too many levels stop the parser. */
void node_above(struct parser *p, struct node *parent,
    const struct node *child);
struct node *node_error_make(struct parser *p, struct span s,
    struct gather *take);

void p_stop(struct parser *p, struct span s);
void p_again(struct parser *p, size_t n);

/* Goes a level deeper; false: too deep, the parser has stopped. */
bool p_enter(struct parser *p);
void p_leave(struct parser *p);

struct tree_text text_of(const char *s);
void p_error(struct parser *p, struct span s, const char *id);
void p_error_text(struct parser *p, struct span s, const char *id,
    struct tree_text a);
void p_error_two(struct parser *p, struct span s, const char *id,
    struct tree_text a, struct tree_text b);
/* As p_error_text (a may be empty), and "more text would help" if s ends it. */
bool p_incomplete(struct parser *p, struct span s, const char *id,
    struct tree_text a);
/* Shown at s, found at found. */
bool p_incomplete_found(struct parser *p, struct span s, struct span found,
    const char *id, struct tree_text a);
void p_unexpected(struct parser *p, const struct token *t);

/* Skips to one of the kinds, matching brackets on the way. */
#define SYNC_RPAREN 1
#define SYNC_RCURLY 2
#define SYNC_RBRACKET 4
#define SYNC_SEMI 8
#define SYNC_NEWLINE 16
#define SYNC_COMMA 32
void p_sync(struct parser *p, bool consume, unsigned kinds);

/* ---- blocks and statements ---- */

struct node_script_block *parse_script_block(struct parser *p,
    const struct token *lcurly, bool is_filter);
struct node_block *parse_block(struct parser *p); /* { ... } or NULL */
/* false: no statement; else *sp is what they cover. */
bool parse_statement_list(struct parser *p, struct gather *statements,
    struct gather *traps, struct span *sp);
struct node *parse_statement(struct parser *p);
struct node *parse_if(struct parser *p, const struct token *t);
struct node *parse_switch(struct parser *p, const struct token *label,
    const struct token *t);
struct node *parse_foreach(struct parser *p, const struct token *label,
    const struct token *t);
struct node *parse_for(struct parser *p, const struct token *label,
    const struct token *t);
struct node *parse_while(struct parser *p, const struct token *label,
    const struct token *t);
struct node *parse_do(struct parser *p, const struct token *label,
    const struct token *t);
struct node *parse_try(struct parser *p, const struct token *t);
struct node *parse_trap(struct parser *p, const struct token *t);
struct node *parse_data(struct parser *p, const struct token *t);
struct node *parse_function(struct parser *p, const struct token *t);
struct node *parse_class(struct parser *p, struct gather *attributes,
    const struct token *t);
struct node *parse_enum(struct parser *p, struct gather *attributes,
    const struct token *t);
struct node *parse_using(struct parser *p, const struct token *t);

/* ---- parameters, attributes, types ---- */

struct node_list parse_parameters(struct parser *p);
/* ( ... ) if it is there; endp is set where it was not closed. */
bool parse_function_parameters(struct parser *p, struct node_list *params,
    struct span *endp, bool *errorp, struct span *closep);
struct node_param_block *parse_param_block(struct parser *p);
/* Type constraints and attributes; false where there are none. */
bool parse_attributes(struct parser *p, bool in_expression, struct gather *l);
struct node *parse_attribute(struct parser *p);
struct node_type_name *parse_type(struct parser *p, bool assemblies);
/* After `[` and a name: b, c] of a generic. */
struct node_list parse_type_arguments(struct parser *p,
    const struct token *first, struct token *last);
struct tree_text type_of(const struct node *attribute); /* its full name */

/* ---- pipelines and commands ---- */

enum argument_context {
	ARGUMENT_NAME,         /* a command's name */
	ARGUMENT_NAME_INVOKED, /* the same after & or . */
	ARGUMENT_FILE,
	ARGUMENT_PLAIN,
	ARGUMENT_CONDITION,    /* of a switch clause */
};

struct node *parse_pipeline_chain(struct parser *p);
struct node_command *parse_command(struct parser *p);
struct node *parse_argument(struct parser *p, enum argument_context context,
    const struct token *first);
struct node *parse_single_argument(struct parser *p,
    enum argument_context context);
/* Is the token -name, or an abbreviation of it? */
bool is_parameter(const struct token *t, const char *name);
struct node *parse_redirection(struct parser *p, const struct token *t,
    struct node **seen, struct span *sp);
struct node *pipeline_of(struct parser *p, struct node *expression);

/* ---- expressions ---- */

struct node *parse_expression(struct parser *p, bool end_number);
struct node *parse_unary(struct parser *p, bool end_number);
struct node *parse_primary(struct parser *p, bool access);
struct node *parse_accesses(struct parser *p, struct node *n);
struct node *parse_simple_name(struct parser *p, struct token *t);
struct node *parse_label_or_key(struct parser *p);
struct node *parse_script_block_expression(struct parser *p,
    const struct token *lcurly);
struct node_list parse_call_arguments(struct parser *p,
    const struct token *lparen, struct span *lastp);
struct node *make_variable(struct parser *p, struct tree_text path,
    bool splatted, struct span s);
struct node *make_string(struct parser *p, struct tree_text text,
    enum tree_string which, struct span s);
struct node *make_bare(struct parser *p, const struct token *t);
struct node *parse_expandable_token(struct parser *p, const struct token *t,
    enum tree_string which);

/* ---- what only holds of the whole ---- */

void parse_requires(struct parser *p, struct script_tree *t);
void parse_check(struct parser *p, struct script_tree *t);
bool tree_is_constant(const struct node *n); /* literals and their like */

#endif
