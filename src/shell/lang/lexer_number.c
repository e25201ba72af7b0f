/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as the language writes them: reading the text of one. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/lexer_internal.h"
#include "shell/lang/number.h"

static void
digits(struct lexer *lx, struct buf *b, bool (*is)(uint32_t))
{
	size_t from = lx->i;

	while (lx->i < lx->len && is((uint8_t)lx->s[lx->i]))
		lx->i++;
	lex_keep(lx, b, from);
}

static bool
is_binary(uint32_t c)
{
	return c == '0' || c == '1';
}

/* After the e. */
static bool
exponent(struct lexer *lx, struct buf *b)
{
	uint32_t c = lex_peek(lx);
	size_t before;

	buf_add_byte(b, 'e');
	if (c == '+' || lex_is_dash(c)) {
		(void)lex_get(lx);
		buf_add_byte(b, c == '+' ? '+' : '-');
	}
	before = b->len;
	digits(lx, b, lex_is_digit);
	return b->len > before;
}

static bool
after_dot(struct lexer *lx, struct buf *b)
{
	buf_add_byte(b, '.');
	digits(lx, b, lex_is_digit);
	if ((lex_byte(lx, lx->i) | 32) != 'e')
		return true;
	lx->i++;
	return exponent(lx, b);
}

/* Digits, a dot, an exponent; or 0x and 0b. */
static bool
body(struct lexer *lx, struct buf *b, struct number_text *nt)
{
	char c = lex_byte(lx, lx->i);
	char x = (char)(lex_byte(lx, lx->i + 1) | 32);

	if (c == '0' && (x == 'x' || x == 'b')) {
		size_t before;

		lx->i += 2;
		before = b->len;
		nt->base = x == 'x' ? 16 : 2;
		digits(lx, b, x == 'x' ? lex_is_hex : is_binary);
		return x == 'x' || b->len > before;
	}
	nt->base = 10;
	digits(lx, b, lex_is_digit);
	c = lex_byte(lx, lx->i);
	if (c == '.' && lex_byte(lx, lx->i + 1) != '.') {
		lx->i++;
		nt->real = true;
		return after_dot(lx, b);
	}
	if ((c | 32) == 'e') {
		lx->i++;
		nt->real = true;
		return exponent(lx, b);
	}
	return true;
}

/* u, y, s, l, d, n, uy, us, ul. */
static bool
suffix(struct lexer *lx, struct number_text *nt)
{
	char c = (char)(lex_byte(lx, lx->i) | 32);

	if (c == 'u') {
		nt->is_unsigned = true;
		lx->i++;
		c = (char)(lex_byte(lx, lx->i) | 32);
		if (c == 'd' || c == 'n' || c == 'u')
			return false;
	}
	if (c != 's' && c != 'l' && c != 'd' && c != 'y' && c != 'n')
		return true;
	nt->suffix = c;
	lx->i++;
	c = (char)(lex_byte(lx, lx->i) | 32);
	return c != 's' && c != 'l' && c != 'd' && c != 'y' && c != 'n' &&
	    c != 'u';
}

/* kb, mb, gb, tb, pb. */
static bool
multiplier(struct lexer *lx, struct number_text *nt)
{
	static const char units[] = "kmgtp";
	char c = (char)(lex_byte(lx, lx->i) | 32);
	const char *u = memchr(units, c, sizeof(units) - 1);

	nt->shift = 0;
	if (u == NULL)
		return true;
	nt->shift = 10 * (unsigned)(u - units + 1);
	if ((lex_byte(lx, lx->i + 1) | 32) != 'b')
		return false;
	lx->i += 2;
	return true;
}

/* From lx->i; false where it is a word (77z.exe). */
static bool
scan(struct lexer *lx, struct number_text *nt)
{
	struct buf *b = &lx->word;
	uint32_t c;

	memset(nt, 0, sizeof(*nt));
	buf_reset(b);
	c = lex_peek(lx);
	if (c == '+' || lex_is_dash(c)) {
		(void)lex_get(lx);
		nt->negative = c != '+';
	}
	if (!body(lx, b, nt) || !suffix(lx, nt) || !multiplier(lx, nt))
		return false;
	c = lex_peek(lx);
	nt->digits = buf_text(b);
	nt->len = b->len;
	return lex_ends_word(c) || (lx->mode == LEX_EXPRESSION &&
	    lex_ends_number(c, lx->end_on_ternary));
}

bool
lex_number_ahead(struct lexer *lx)
{
	struct number_text nt;
	size_t back = lx->i;
	bool ok = scan(lx, &nt);

	lx->i = back;
	return ok;
}

void
lex_number(struct lexer *lx, struct token *t)
{
	struct number_text nt;

	if (!scan(lx, &nt)) {
		lx->i = lx->start;
		lex_generic(lx, t);
		return;
	}
	t->number_ok = number_value(lx->arena, &nt, &t->number);
	if (!t->number_ok) {
		char *text;

		if (lx->mode != LEX_EXPRESSION) {
			lx->i = lx->start;
			lex_generic(lx, t);
			return;
		}
		text = mem_strndup(lx->s + lx->start, lx->i - lx->start);
		lex_report(lx, "BadNumericConstant", lx->start, lx->i, false,
		    text);
		mem_free(text);
	}
	lex_finish(lx, t, TOKEN_NUMBER);
}

bool
parse_number(struct tree_arena *arena, const char *text, size_t len,
    struct tree_number *np)
{
	struct number_text nt;
	struct lexer lx;
	bool ok;

	while (len > 0 && (lex_is_blank((uint8_t)text[len - 1]) ||
	    lex_is_newline((uint8_t)text[len - 1])))
		len--;
	while (len > 0 && (lex_is_blank((uint8_t)*text) ||
	    lex_is_newline((uint8_t)*text))) {
		text++;
		len--;
	}
	lexer_init(&lx, arena, text, len, NULL, NULL);
	ok = len > 0 && scan(&lx, &nt) && lx.i == len &&
	    lx.word.len > 0 && number_value(arena, &nt, np);
	lexer_clear(&lx);
	return ok;
}
