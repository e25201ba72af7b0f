/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_LEXER_INTERNAL_H
#define SHELL_LANG_LEXER_INTERNAL_H

#include "shell/lang/lex_char.h"
#include "shell/lang/lexer.h"

/* Shared by the lexer's files only. Places are in the lexer's text. */

static inline uint32_t
lex_peek(const struct lexer *lx)
{
	unsigned n;

	if (lx->i < lx->len && (uint8_t)lx->s[lx->i] < 0x80)
		return (uint8_t)lx->s[lx->i];
	return lex_decode(lx->s, lx->len, lx->i, &n);
}

static inline uint32_t
lex_get(struct lexer *lx)
{
	unsigned n;
	uint32_t c;

	c = lex_decode(lx->s, lx->len, lx->i, &n);
	lx->i += n;
	return c;
}

/* The byte at i, NUL at the end. */
static inline char
lex_byte(const struct lexer *lx, size_t i)
{
	return i < lx->len ? lx->s[i] : '\0';
}

/* Copies the bytes [from, lx->i) as they are. */
static inline void
lex_keep(struct lexer *lx, struct buf *b, size_t from)
{
	buf_add(b, lx->s + from, lx->i - from);
}

void lex_report(struct lexer *lx, const char *id, size_t start, size_t end,
    bool may_be_incomplete, const char *what);

/* Sets kind, place and flags, and saves the token if tokens are saved. */
void lex_finish(struct lexer *lx, struct token *t, enum token_kind kind);

/*
 * Goes on with a word. What was read of it already is [lx->start, lx->i) and
 * is taken as it stands; escapes and expansions after it are done.
 */
void lex_generic(struct lexer *lx, struct token *t);
/* The same where the first characters were escapes: they are in lx->word. */
void lex_generic_more(struct lexer *lx, struct token *t);

/* After the $ or @. */
void lex_variable(struct lexer *lx, struct token *t, bool splatted);
void lex_string_single(struct lexer *lx, struct token *t);
void lex_string_double(struct lexer *lx, struct token *t);
/* After the @ and the quote. */
void lex_here_string(struct lexer *lx, struct token *t, bool expand);
/* After a backtick: what the escape stands for goes to b. */
void lex_escape(struct lexer *lx, struct buf *b);

/* At a digit, a dot before a digit, or (signed_numbers) a sign. */
void lex_number(struct lexer *lx, struct token *t);
/* Would what begins at lx->i + 1 read as a number that ends well? */
bool lex_number_ahead(struct lexer *lx);

/*
 * Blanks, comments and lines that go on, from lx->i. Returns the character
 * that stopped it, unread; lx->start is its place.
 */
uint32_t lex_skip_blank_text(struct lexer *lx);
/* The LF of a CR LF whose CR was c. */
void lex_skip_lf(struct lexer *lx, uint32_t c);

/* After the # and the <#. */
void lex_line_comment(struct lexer *lx);
void lex_block_comment(struct lexer *lx);

#endif
