/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands between tokens: blanks, comments, lines that go on. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/lexer_internal.h"

/* Comments, newlines and the like that no caller looks at. */
static void
save_quiet(struct lexer *lx, enum token_kind kind)
{
	struct token t = { 0 };

	if (lx->save != NULL)
		lex_finish(lx, &t, kind);
}

static void
skip_blanks(struct lexer *lx)
{
	while (lex_is_blank(lex_peek(lx)))
		(void)lex_get(lx);
}

void
lex_skip_lf(struct lexer *lx, uint32_t c)
{
	if (c == '\r' && lex_byte(lx, lx->i) == '\n')
		lx->i++;
}

/* LIMIT: a comment this like the signature's first line counts as one. */
#define SIGNATURE_LIKE 10
#define SIGNATURE_MAX 34

/* Edit distance between a and b, both short. */
static int
distance(const char *a, size_t na, const char *b, size_t nb)
{
	int row[SIGNATURE_MAX + 1];

	for (size_t j = 0; j <= nb; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		int corner = row[0];

		row[0] = (int)i;
		for (size_t j = 1; j <= nb; j++) {
			int best = row[j] < row[j - 1] ? row[j] : row[j - 1];
			int keep = row[j];

			row[j] = a[i - 1] == b[j - 1] ? corner
			    : (corner < best ? corner : best) + 1;
			corner = keep;
		}
	}
	return row[nb];
}

/*
 * Code may not follow a line that looks like the head of a signature: people
 * stop reading there.
 */
static bool
looks_like_signature(const char *s, size_t len)
{
	static const char head[] = "sig#beginsignatureblock";
	char squeezed[SIGNATURE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (lex_is_blank((uint8_t)s[i]))
			continue;
		if (n == sizeof(squeezed))
			return false;
		squeezed[n++] = (char)(lex_is_ascii_letter((uint8_t)s[i])
		    ? s[i] | 32 : s[i]);
	}
	return n + SIGNATURE_LIKE >= sizeof(head) &&
	    distance(squeezed, n, head, sizeof(head) - 1) < SIGNATURE_LIKE;
}

void
lex_line_comment(struct lexer *lx)
{
	size_t from = lx->i;
	size_t len;

	while (lx->i < lx->len && !lex_is_newline((uint8_t)lx->s[lx->i]))
		lx->i++;
	len = lx->i - from;
	save_quiet(lx, TOKEN_COMMENT);
	if (looks_like_signature(lx->s + from, len)) {
		lx->signature = lexer_source(lx, lx->start);
	} else if (lx->nesting == 0 && len >= 8 &&
	    strncasecmp(lx->s + from, "requires", 8) == 0) {
		if ((lx->nrequires & (lx->nrequires + 1)) == 0)
			lx->requires = mem_array_grow(lx->requires,
			    2 * lx->nrequires + 2, sizeof(*lx->requires));
		lx->requires[lx->nrequires].start = (uint32_t)from;
		lx->requires[lx->nrequires++].end = (uint32_t)lx->i;
	}
}

void
lex_block_comment(struct lexer *lx)
{
	size_t from = lx->i - 2;
	const char *p = lx->s + lx->i;
	const char *end = lx->s + lx->len;

	while (p < end && (p = memchr(p, '#', (size_t)(end - p))) != NULL) {
		p++;
		if (p < end && *p == '>') {
			lx->i = (size_t)(p - lx->s) + 1;
			save_quiet(lx, TOKEN_COMMENT);
			return;
		}
	}
	lx->i = lx->len;
	lex_report(lx, "MissingTerminatorMultiLineComment", from, lx->i, true,
	    NULL);
	save_quiet(lx, TOKEN_COMMENT);
}

uint32_t
lex_skip_blank_text(struct lexer *lx)
{
	for (;;) {
		uint32_t c;

		lx->start = lx->i;
		c = lex_peek(lx);
		if (lex_is_blank(c)) {
			skip_blanks(lx);
		} else if (c == '#') {
			lx->i++;
			lex_line_comment(lx);
		} else if (c == '<' && lex_byte(lx, lx->i + 1) == '#') {
			lx->i += 2;
			lex_block_comment(lx);
		} else if (c == '`') {
			uint32_t next;

			lx->i++;
			next = lex_peek(lx);
			if (lex_is_newline(next)) {
				lx->i++;
				lex_skip_lf(lx, next);
				save_quiet(lx, TOKEN_CONTINUATION);
			} else if (lex_is_blank(next)) {
				skip_blanks(lx);
			} else {
				lx->i = lx->start;
				return c;
			}
		} else {
			return c;
		}
	}
}

void
lexer_skip_newlines(struct lexer *lx, bool semicolons)
{
	for (;;) {
		uint32_t c = lex_skip_blank_text(lx);

		if (lex_is_newline(c)) {
			lx->i++;
			lex_skip_lf(lx, c);
			save_quiet(lx, TOKEN_NEWLINE);
		} else if (c == ';' && semicolons) {
			lx->i++;
			save_quiet(lx, TOKEN_SEMI);
		} else {
			return;
		}
	}
}

bool
lexer_only_blank(const struct lexer *lx, size_t pos)
{
	while (pos < lx->len) {
		unsigned n;
		uint32_t c = lex_decode(lx->s, lx->len, pos, &n);

		if (c == '#') {
			while (pos < lx->len &&
			    !lex_is_newline((uint8_t)lx->s[pos]))
				pos++;
			continue;
		}
		if (c == '<' && lex_byte(lx, pos + 1) == '#') {
			const char *e;

			pos += 2;
			e = memmem(lx->s + pos, lx->len - pos, "#>", 2);
			pos = e == NULL ? lx->len : (size_t)(e - lx->s) + 2;
			continue;
		}
		if (!lex_is_blank(c))
			return false;
		pos += n;
	}
	return true;
}

/* A line without text ends the search: it ends the statement. */
bool
lexer_pipe_follows(const struct lexer *lx, size_t pos)
{
	bool empty = true;

	while (pos < lx->len) {
		unsigned n;
		uint32_t c = lex_decode(lx->s, lx->len, pos, &n);

		if (lex_is_blank(c)) {
			pos += n;
			continue;
		}
		if (lex_is_newline(c)) {
			if (empty)
				return false;
			empty = true;
			pos += c == '\r' && lex_byte(lx, pos + 1) == '\n'
			    ? 2 : 1;
			continue;
		}
		empty = false;
		if (c == '#') {
			while (pos < lx->len &&
			    !lex_is_newline((uint8_t)lx->s[pos]))
				pos++;
		} else if (c == '<' && lex_byte(lx, pos + 1) == '#') {
			const char *e;

			pos += 2;
			e = memmem(lx->s + pos, lx->len - pos, "#>", 2);
			pos = e == NULL ? lx->len : (size_t)(e - lx->s) + 2;
		} else {
			return c == '|';
		}
	}
	return false;
}
