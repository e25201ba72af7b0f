/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_LEXER_H
#define SHELL_LANG_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "shell/lang/parse.h"
#include "shell/lang/tree.h"

/*
 * Text to tokens. What a character means depends on the mode: in command
 * mode `a-b` is one word and `=` may start one, in expression mode they are
 * operators. The parser sets the mode and may go back (lexer_seek), so
 * whoever wants the tokens of a whole text asks parse_tokens, which runs the
 * parser and keeps what it settled on; it takes incomplete text as well.
 */

enum lex_mode {
	LEX_COMMAND,
	LEX_EXPRESSION,
	LEX_TYPE_NAME,
	LEX_SIGNATURE, /* heads of classes and enums */
};

enum token_kind {
#define TOKEN(kind, flags, text) TOKEN_##kind,
#define KEYWORD(kind, flags, text) TOKEN_##kind,
#include "shell/lang/tokens.def"
#undef TOKEN
#undef KEYWORD
	TOKEN_KINDS
};

/* What a kind is (from tokens.def), and what the parser found out. */
enum token_flags {
	TOKEN_IS_BINARY = 1 << 0,
	TOKEN_IS_UNARY = 1 << 1,
	TOKEN_IS_ASSIGNMENT = 1 << 2,
	TOKEN_IS_KEYWORD = 1 << 3,
	TOKEN_IS_BLOCK_NAME = 1 << 4,
	/* Reads the same in every mode. */
	TOKEN_IS_INVARIANT = 1 << 5,
	/* A keyword that attributes may not stand before. */
	TOKEN_IS_BARE_STATEMENT = 1 << 6,

	TOKEN_COMMAND_NAME = 1 << 8,
	TOKEN_MEMBER_NAME = 1 << 9,
	TOKEN_TYPE_NAME_PART = 1 << 10,
	TOKEN_ATTRIBUTE_NAME = 1 << 11,
	TOKEN_IN_ERROR = 1 << 12,
	TOKEN_ARGUMENT = 1 << 13,
	TOKEN_NESTED = 1 << 14, /* inside an expandable string */
};

/* A piece of an expandable word or string before its parts are parsed. */
enum lex_piece_kind { LEX_PIECE_TEXT, LEX_PIECE_VARIABLE, LEX_PIECE_SUB };

struct lex_piece {
	enum lex_piece_kind kind;
	struct tree_text text; /* text, or the variable's path */
	size_t pos, end;       /* of a variable or $(...) in the lexer's text */
	bool unescape;         /* quotes inside $(...) are doubled */
};

struct token {
	enum token_kind kind;
	unsigned flags;
	enum tree_op op;   /* of operators */
	size_t pos, end;   /* in the lexer's text: see lexer_source */
	struct tree_text text; /* value of words and strings, name of variables,
	                        * parameters (no dash) and labels (no colon) */
	struct lex_piece *pieces; /* of what expands; else NULL */
	size_t npiece;
	struct tree_number number;
	bool colon;        /* -name: */
	bool number_ok;
	/* redirections */
	enum tree_stream from, to;
	bool append, merge;
};

/* A token for people who look at text: bytes into the source. */
struct token_place {
	enum token_kind kind;
	unsigned flags;
	uint32_t start, end;
};

struct token_list {
	struct token_place *v;
	size_t n;
	size_t cap;
	size_t floor; /* the lexer's */
};

struct lexer;

/* Told by the lexer: an error over bytes [start, end) of the source. */
typedef void lex_report_fn(void *arg, const char *id, uint32_t start,
    uint32_t end, bool may_be_incomplete, struct tree_text what);

struct lexer {
	struct tree_arena *arena; /* borrowed; takes token texts */
	const char *s;            /* the text at hand, borrowed */
	size_t len;
	size_t i;     /* next byte */
	size_t start; /* of the token being read */
	/* Where bytes of s lie in the source; NULL where s is the source. */
	const uint32_t *map;
	int nesting;  /* levels of $(...) in strings we are inside of */
	enum lex_mode mode;
	bool signed_numbers; /* -5 is a number */
	bool end_on_ternary; /* ? and : end a number */
	bool want_name;      /* words are names, not keywords */
	struct buf word;     /* scratch */
	struct buf plain;    /* scratch: text since the last expansion */
	struct buf name;     /* scratch: a variable's */
	struct lex_piece *pieces; /* scratch */
	size_t npiece, cap_piece;
	struct token_list *save; /* or NULL */
	lex_report_fn *report;
	void *report_arg;
	/* #requires comments, bytes into the source */
	struct lex_span {
		uint32_t start, end;
	} *requires;
	size_t nrequires;
	/* Where a signature block (or what looks like one) began, or -1. */
	int64_t signature;
};

/* text must stay; nothing is copied but what tokens hold. */
void lexer_init(struct lexer *lx, struct tree_arena *arena, const char *text,
    size_t len, lex_report_fn *report, void *arg);
void lexer_clear(struct lexer *lx);

void lexer_next(struct lexer *lx, struct token *t);
void lexer_skip_newlines(struct lexer *lx, bool semicolons);
void lexer_seek(struct lexer *lx, size_t pos);

/* A place in the lexer's text as bytes into the source. */
uint32_t lexer_source(const struct lexer *lx, size_t pos);

/* Tokens that only count right here; false (nothing read) if none. */
bool lexer_member_access(struct lexer *lx, bool bracket, struct token *t);
bool lexer_invoke_paren(struct lexer *lx, struct token *t);
bool lexer_left_bracket(struct lexer *lx, struct token *t);
/* What follows --%, up to a pipe or the line's end. */
void lexer_verbatim(struct lexer *lx, struct token *t);
/* After the comma of [name, assembly ...]; empty where missing. */
struct tree_text lexer_assembly(struct lexer *lx);

/* After a newline at pos: does the next line with text start with `|`? */
bool lexer_pipe_follows(const struct lexer *lx, size_t pos);
/* Nothing but blanks and comments from pos on? A newline is something. */
bool lexer_only_blank(const struct lexer *lx, size_t pos);

/* The text inside a string's $(...), as its own text. */
struct lex_state {
	const char *s;
	size_t len, i, start;
	const uint32_t *map;
	size_t floor;
};
void lexer_enter(struct lexer *lx, const struct lex_piece *piece,
    struct lex_state *st);
void lexer_leave(struct lexer *lx, const struct lex_state *st);

const char *token_kind_text(enum token_kind kind); /* "{", "if", or "" */
/* 0 where it is no binary operator. */
int token_precedence(const struct token *t);
/* "if", "Begin" ...: TOKEN_IDENTIFIER if the word is no keyword. */
enum token_kind token_keyword(const char *s, size_t len);
/* "eq", "NotMatch" (no dash): TREE_OP_NONE if it is none. */
enum tree_op token_dash_operator(const char *s, size_t len);

/*
 * All tokens of a text, with comments, in the order of their places (those
 * inside an expandable string follow it, TOKEN_NESTED). Takes any text;
 * errors may be NULL. Returns the tree, as parse_script does.
 */
struct script_tree *parse_tokens(const char *text, size_t len,
    const char *file, struct parse_errors *errors, struct token_list *list);
void token_list_clear(struct token_list *list);
void token_list_add(struct token_list *list, enum token_kind kind,
    unsigned flags, uint32_t start, uint32_t end);
/* Adds flags to (and takes others from) the saved token at a place. */
void token_list_mark(struct token_list *list, uint32_t start, unsigned set,
    unsigned clear);

#endif
