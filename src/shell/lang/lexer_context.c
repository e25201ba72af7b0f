/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens that only count where the parser asks for them; token tables. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/lexer_internal.h"

static const char *const kind_text[] = {
#define TOKEN(k, f, text) text,
#define KEYWORD(k, f, text) text,
#include "shell/lang/tokens.def"
#undef TOKEN
#undef KEYWORD
};

/* Sorted. The plain and the i form are the same operator. */
static const struct {
	const char *name;
	enum tree_op op;
} dash_operators[] = {
	{ "and", TREE_OP_AND },
	{ "as", TREE_OP_AS },
	{ "band", TREE_OP_BAND },
	{ "bnot", TREE_OP_BNOT },
	{ "bor", TREE_OP_BOR },
	{ "bxor", TREE_OP_BXOR },
	{ "ccontains", TREE_OP_CCONTAINS },
	{ "ceq", TREE_OP_CEQ },
	{ "cge", TREE_OP_CGE },
	{ "cgt", TREE_OP_CGT },
	{ "cin", TREE_OP_CIN },
	{ "cle", TREE_OP_CLE },
	{ "clike", TREE_OP_CLIKE },
	{ "clt", TREE_OP_CLT },
	{ "cmatch", TREE_OP_CMATCH },
	{ "cne", TREE_OP_CNE },
	{ "cnotcontains", TREE_OP_CNOTCONTAINS },
	{ "cnotin", TREE_OP_CNOTIN },
	{ "cnotlike", TREE_OP_CNOTLIKE },
	{ "cnotmatch", TREE_OP_CNOTMATCH },
	{ "contains", TREE_OP_ICONTAINS },
	{ "creplace", TREE_OP_CREPLACE },
	{ "csplit", TREE_OP_CSPLIT },
	{ "eq", TREE_OP_IEQ },
	{ "f", TREE_OP_FORMAT },
	{ "ge", TREE_OP_IGE },
	{ "gt", TREE_OP_IGT },
	{ "icontains", TREE_OP_ICONTAINS },
	{ "ieq", TREE_OP_IEQ },
	{ "ige", TREE_OP_IGE },
	{ "igt", TREE_OP_IGT },
	{ "iin", TREE_OP_IIN },
	{ "ile", TREE_OP_ILE },
	{ "ilike", TREE_OP_ILIKE },
	{ "ilt", TREE_OP_ILT },
	{ "imatch", TREE_OP_IMATCH },
	{ "in", TREE_OP_IIN },
	{ "ine", TREE_OP_INE },
	{ "inotcontains", TREE_OP_INOTCONTAINS },
	{ "inotin", TREE_OP_INOTIN },
	{ "inotlike", TREE_OP_INOTLIKE },
	{ "inotmatch", TREE_OP_INOTMATCH },
	{ "ireplace", TREE_OP_IREPLACE },
	{ "is", TREE_OP_IS },
	{ "isnot", TREE_OP_ISNOT },
	{ "isplit", TREE_OP_ISPLIT },
	{ "join", TREE_OP_JOIN },
	{ "le", TREE_OP_ILE },
	{ "like", TREE_OP_ILIKE },
	{ "lt", TREE_OP_ILT },
	{ "match", TREE_OP_IMATCH },
	{ "ne", TREE_OP_INE },
	{ "not", TREE_OP_NOT },
	{ "notcontains", TREE_OP_INOTCONTAINS },
	{ "notin", TREE_OP_INOTIN },
	{ "notlike", TREE_OP_INOTLIKE },
	{ "notmatch", TREE_OP_INOTMATCH },
	{ "or", TREE_OP_OR },
	{ "replace", TREE_OP_IREPLACE },
	{ "shl", TREE_OP_SHL },
	{ "shr", TREE_OP_SHR },
	{ "split", TREE_OP_ISPLIT },
	{ "xor", TREE_OP_XOR },
};

const char *
token_kind_text(enum token_kind kind)
{
	return kind < TOKEN_KINDS ? kind_text[kind] : "";
}

/* Compares a word that knows its length with one that ends in NUL. */
static int
word_compare(const char *s, size_t len, const char *word)
{
	int cmp = strncasecmp(s, word, len);

	return cmp != 0 ? cmp : word[len] == '\0' ? 0 : -1;
}

enum token_kind
token_keyword(const char *s, size_t len)
{
	size_t lo = TOKEN_ASSEMBLY;
	size_t hi = TOKEN_KINDS;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int cmp = word_compare(s, len, kind_text[mid]);

		if (cmp == 0)
			return (enum token_kind)mid;
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return TOKEN_IDENTIFIER;
}

enum tree_op
token_dash_operator(const char *s, size_t len)
{
	size_t lo = 0;
	size_t hi = sizeof(dash_operators) / sizeof(dash_operators[0]);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int cmp = word_compare(s, len, dash_operators[mid].name);

		if (cmp == 0)
			return dash_operators[mid].op;
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return TREE_OP_NONE;
}

int
token_precedence(const struct token *t)
{
	if ((t->flags & TOKEN_IS_BINARY) == 0)
		return 0;
	if (t->kind == TOKEN_DOT_DOT)
		return 8;
	if (t->kind == TOKEN_MULTIPLY || t->kind == TOKEN_DIVIDE ||
	    t->kind == TOKEN_REM)
		return 6;
	if (t->kind == TOKEN_PLUS || t->kind == TOKEN_MINUS)
		return 5;
	if (t->kind == TOKEN_COALESCE)
		return 4;
	if (t->op == TREE_OP_FORMAT)
		return 7;
	if (t->op == TREE_OP_AND || t->op == TREE_OP_OR || t->op == TREE_OP_XOR)
		return 1;
	if (t->op == TREE_OP_BAND || t->op == TREE_OP_BOR || t->op == TREE_OP_BXOR)
		return 2;
	return 3;
}

void
token_list_clear(struct token_list *list)
{
	mem_free(list->v);
	memset(list, 0, sizeof(*list));
}

void
token_list_add(struct token_list *list, enum token_kind kind, unsigned flags,
    uint32_t start, uint32_t end)
{
	struct token_place *p;

	if (list->n == list->cap) {
		list->cap = list->cap == 0 ? 64 : list->cap * 2;
		list->v = mem_array_grow(list->v, list->cap,
		    sizeof(*list->v));
	}
	p = &list->v[list->n++];
	p->kind = kind;
	p->flags = flags;
	p->start = start;
	p->end = end;
}

void
token_list_mark(struct token_list *list, uint32_t start, unsigned set,
    unsigned clear)
{
	for (size_t i = list->n; i-- > 0 && list->v[i].end > start;) {
		if (list->v[i].start == start) {
			list->v[i].flags |= set;
			list->v[i].flags &= ~clear;
			return;
		}
	}
}

/* In command mode `$a. ` is no access: the dot belongs to what follows. */
static bool
stands_alone(const struct lexer *lx)
{
	uint32_t c = lex_peek(lx);

	return lx->mode == LEX_COMMAND && (lex_is_blank(c) || c == '\0' ||
	    c == LEX_EOF || lex_is_newline(c));
}

bool
lexer_member_access(struct lexer *lx, bool bracket, struct token *t)
{
	enum token_kind kind;
	size_t back;
	char c;

	memset(t, 0, sizeof(*t));
	while (lex_byte(lx, lx->i) == '<' && lex_byte(lx, lx->i + 1) == '#') {
		lx->start = lx->i;
		lx->i += 2;
		lex_block_comment(lx);
	}
	lx->start = back = lx->i;
	c = lex_byte(lx, lx->i);
	if (c == '.' && lex_byte(lx, lx->i + 1) != '.') {
		lx->i++;
		kind = TOKEN_DOT;
		if (stands_alone(lx))
			goto none;
	} else if (c == ':' && lex_byte(lx, lx->i + 1) == ':') {
		lx->i += 2;
		kind = TOKEN_COLON_COLON;
		if (stands_alone(lx))
			goto none;
	} else if (c == '[' && bracket) {
		lx->i++;
		kind = TOKEN_LBRACKET;
	} else if (c == '?' && lex_byte(lx, lx->i + 1) == '.') {
		lx->i += 2;
		kind = TOKEN_QUESTION_DOT;
	} else if (c == '?' && lex_byte(lx, lx->i + 1) == '[' && bracket) {
		lx->i += 2;
		kind = TOKEN_QUESTION_LBRACKET;
	} else {
		return false;
	}
	lex_finish(lx, t, kind);
	return true;
none:
	lx->i = back;
	return false;
}

bool
lexer_invoke_paren(struct lexer *lx, struct token *t)
{
	char c = lex_byte(lx, lx->i);

	memset(t, 0, sizeof(*t));
	if (c != '(' && c != '{')
		return false;
	lx->start = lx->i++;
	lex_finish(lx, t, c == '(' ? TOKEN_LPAREN : TOKEN_LCURLY);
	return true;
}

/*
 * Blanks and comments may stand before the bracket; where a dot or a colon
 * comes instead they are put back, for `[x] .y` is no member access.
 */
bool
lexer_left_bracket(struct lexer *lx, struct token *t)
{
	size_t back = lx->i;
	bool blank = false;

	memset(t, 0, sizeof(*t));
	for (;;) {
		uint32_t c = lex_peek(lx);

		lx->start = lx->i;
		if (lex_is_blank(c)) {
			blank = true;
			(void)lex_get(lx);
		} else if (c == '#') {
			blank = true;
			lx->i++;
			lex_line_comment(lx);
		} else if (c == '<' && lex_byte(lx, lx->i + 1) == '#') {
			blank = false;
			lx->i += 2;
			lex_block_comment(lx);
		} else if (c == '[') {
			lx->i++;
			lex_finish(lx, t, TOKEN_LBRACKET);
			return true;
		} else {
			if ((c == '.' || c == ':') && blank)
				lexer_seek(lx, back);
			return false;
		}
	}
}

void
lexer_verbatim(struct lexer *lx, struct token *t)
{
	bool quoted = false;

	memset(t, 0, sizeof(*t));
	while (lex_is_blank(lex_peek(lx)))
		(void)lex_get(lx);
	lx->start = lx->i;
	for (;;) {
		uint32_t c = lex_peek(lx);

		if (c == LEX_EOF || lex_is_newline(c))
			break;
		if (lex_is_double_quote(c))
			quoted = !quoted;
		else if (!quoted && (c == '|' || (c == '&' &&
		    lex_byte(lx, lx->i + 1) == '&')))
			break;
		(void)lex_get(lx);
	}
	t->text = tree_copy_text(lx->arena, lx->s + lx->start,
	    lx->i - lx->start);
	lex_finish(lx, t, TOKEN_GENERIC);
}

static void
assembly_word(struct lexer *lx, struct buf *b)
{
	struct token t = { 0 };

	while (lex_is_blank(lex_peek(lx)))
		(void)lex_get(lx);
	lx->start = lx->i;
	for (;;) {
		uint32_t c = lex_peek(lx);

		if (c == LEX_EOF || lex_is_blank(c) || lex_is_newline(c) ||
		    c == ',' || c == '=' || c == ']')
			break;
		(void)lex_get(lx);
	}
	lex_keep(lx, b, lx->start);
	if (lx->i > lx->start) {
		t.flags = TOKEN_TYPE_NAME_PART;
		lex_finish(lx, &t, TOKEN_IDENTIFIER);
	}
	while (lex_is_blank(lex_peek(lx)))
		(void)lex_get(lx);
}

static void
assembly_sign(struct lexer *lx, enum token_kind kind)
{
	struct token t = { 0 };

	lx->start = lx->i++;
	lex_finish(lx, &t, kind);
}

struct tree_text
lexer_assembly(struct lexer *lx)
{
	struct buf *b = &lx->word;

	buf_reset(b);
	assembly_word(lx, b);
	while (lex_byte(lx, lx->i) == ',') {
		assembly_sign(lx, TOKEN_COMMA);
		buf_add_str(b, ", ");
		assembly_word(lx, b);
		if (lex_byte(lx, lx->i) == '=') {
			assembly_sign(lx, TOKEN_EQUALS);
			buf_add_byte(b, '=');
			assembly_word(lx, b);
		}
	}
	return tree_copy_text(lx->arena, buf_text(b), b->len);
}
