/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_PARSE_H
#define SHELL_LANG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/lang/tree.h"

/*
 * Text to tree. The parser is recursive descent over a lexer that works by
 * mode (shell/lang/lexer.h); errors carry PowerShell's ids and sentences and
 * are collected, so that one pass shows all of them.
 */

struct parse_error {
	const char *id;    /* static: MissingEndCurlyBrace ... */
	char *message;     /* owned */
	uint32_t start, end; /* where it is shown */
	/*
	 * The text ended where more was expected. Where the first error is
	 * of this kind, PowerShell reports only that one.
	 */
	bool incomplete;
};

struct parse_errors {
	struct parse_error *v;
	size_t n;
	size_t cap;
	/* Some error says that more text would help: the prompt goes on. */
	bool incomplete;
};

/* Zeroed memory is an empty list too. */
void parse_errors_init(struct parse_errors *e);
void parse_errors_clear(struct parse_errors *e);

/* LIMIT: the parser reads no script longer than this (bytes). */
#define PARSE_TEXT_MAX (256u * 1024 * 1024)

/*
 * Parses a script. A tree always comes back, one reference the caller's;
 * where errors->n is not 0 it is only good for highlighting, completion and
 * error positions, and must not be run. text is UTF-8 (ill-formed bytes are
 * taken as characters of their own), need not end in NUL, and is copied. file
 * is the script's path for positions, or NULL. errors may be NULL.
 */
struct script_tree *parse_script(const char *text, size_t len,
    const char *file, struct parse_errors *errors);

/*
 * Parses what an expandable string holds, as ExpandString wants it: the
 * tree's root has one statement, a NODE_EXPANDABLE or NODE_STRING of kind
 * TREE_STRING_DOUBLE in a command expression. No quotes around text; a quote
 * inside is an ordinary character.
 */
struct script_tree *parse_expandable(const char *text, size_t len,
    struct parse_errors *errors);

/*
 * Parses a type's name as it stands between brackets (`List[int]`); NULL
 * where it is none. *treep keeps the node alive; the caller's reference.
 */
struct node_type_name *parse_type_name(const char *text, size_t len,
    struct script_tree **treep);

/*
 * What a variable's path (`env:PATH`, `script:x`, `x`) means. The texts point
 * into path.
 */
void variable_path_split(struct tree_text path, enum tree_scope *scopep,
    struct tree_text *drivep, struct tree_text *namep);

/*
 * Reads a number as the language writes it (`0x1F`, `1.5kb`, `10L`, ` -5`
 * with blanks around); for conversions of text to a number. arena takes the
 * digits of a big integer.
 */
bool parse_number(struct tree_arena *arena, const char *text, size_t len,
    struct tree_number *np);

#endif
