/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lexer: from a character to the kind of token it starts. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/lexer_internal.h"

void
lexer_init(struct lexer *lx, struct tree_arena *arena, const char *text,
    size_t len, lex_report_fn *report, void *arg)
{
	memset(lx, 0, sizeof(*lx));
	lx->arena = arena;
	lx->s = text;
	lx->len = len;
	lx->mode = LEX_COMMAND;
	lx->report = report;
	lx->report_arg = arg;
	lx->signature = -1;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		lx->i = 3; /* a byte order mark */
	buf_init(&lx->word);
	buf_init(&lx->plain);
	buf_init(&lx->name);
}

void
lexer_clear(struct lexer *lx)
{
	buf_clear(&lx->word);
	buf_clear(&lx->plain);
	buf_clear(&lx->name);
	mem_free(lx->pieces);
	lx->pieces = NULL;
	lx->cap_piece = 0;
	mem_free(lx->requires);
	lx->requires = NULL;
	lx->nrequires = 0;
}

uint32_t
lexer_source(const struct lexer *lx, size_t pos)
{
	if (pos > lx->len)
		pos = lx->len;
	return lx->map != NULL ? lx->map[pos] : (uint32_t)pos;
}

void
lex_report(struct lexer *lx, const char *id, size_t start, size_t end,
    bool may_be_incomplete, const char *what)
{
	struct tree_text t = { what, what == NULL ? 0 : strlen(what) };

	if (lx->report != NULL)
		lx->report(lx->report_arg, id, lexer_source(lx, start),
		    lexer_source(lx, end), may_be_incomplete, t);
}

static void
token_save(struct lexer *lx, const struct token *t)
{
	token_list_add(lx->save, t->kind,
	    t->flags | (lx->nesting > 0 ? TOKEN_NESTED : 0),
	    lexer_source(lx, t->pos), lexer_source(lx, t->end));
}

void
lex_finish(struct lexer *lx, struct token *t, enum token_kind kind)
{
	static const unsigned flags[] = {
#define TOKEN(k, f, text) f,
#define KEYWORD(k, f, text) TOKEN_IS_KEYWORD | (f),
#include "shell/lang/tokens.def"
#undef TOKEN
#undef KEYWORD
	};

	t->kind = kind;
	t->flags |= flags[kind];
	t->pos = lx->start;
	t->end = lx->i;
	if (lx->save != NULL)
		token_save(lx, t);
}

void
lexer_seek(struct lexer *lx, size_t pos)
{
	struct token_list *l = lx->save;
	uint32_t at = lexer_source(lx, pos);

	lx->i = pos;
	while (l != NULL && l->n > l->floor &&
	    (l->v[l->n - 1].end > at || l->v[l->n - 1].kind == TOKEN_END))
		l->n--;
	while (lx->nesting == 0 && lx->nrequires > 0 &&
	    lx->requires[lx->nrequires - 1].end > at)
		lx->nrequires--;
}

/* In command mode an operator that runs into a word is part of the word. */
static void
operator_or_word(struct lexer *lx, struct token *t, enum token_kind kind)
{
	if (lx->mode == LEX_COMMAND && !lex_ends_word(lex_peek(lx)))
		lex_generic(lx, t);
	else
		lex_finish(lx, t, kind);
}

/* `op` or `op=`; the first character is read. */
static void
maybe_assign(struct lexer *lx, struct token *t, enum token_kind plain,
    enum token_kind assign)
{
	if (lex_byte(lx, lx->i) == '=') {
		lx->i++;
		plain = assign;
	}
	operator_or_word(lx, t, plain);
}

static void
file_redirection(struct lexer *lx, struct token *t, enum tree_stream from,
    bool append, bool numbered)
{
	/* `1>2` between expressions: the number ends before the >. */
	if (numbered && lx->mode == LEX_EXPRESSION) {
		lx->i = lx->start + 1;
		t->number.kind = TREE_INT32;
		t->number.u.i = (int)from;
		t->number_ok = true;
		lex_finish(lx, t, TOKEN_NUMBER);
		return;
	}
	t->from = from;
	t->append = append;
	lex_finish(lx, t, TOKEN_REDIRECTION);
}

/* At the > of `>`, `>>`, `>&1`; from was read before it, if written. */
static void
redirection(struct lexer *lx, struct token *t, enum tree_stream from,
    bool numbered)
{
	char c;

	lx->i++;
	c = lex_byte(lx, lx->i);
	if (c == '>') {
		lx->i++;
		file_redirection(lx, t, from, true, numbered);
		return;
	}
	if (c == '&') {
		char to = lex_byte(lx, lx->i + 1);
		bool all = from == TREE_STREAM_ALL;

		if (to == '1' || (to == '2' && !all && numbered)) {
			lx->i += 2;
			t->from = from;
			t->to = to == '1' ? TREE_STREAM_OUTPUT
			    : TREE_STREAM_ERROR;
			t->merge = true;
			lex_finish(lx, t, TOKEN_REDIRECTION);
			return;
		}
	}
	file_redirection(lx, t, from, false, numbered);
}

/* After a dash and before a letter: -name, -name: or -eq. */
static void
parameter(struct lexer *lx, struct token *t)
{
	size_t from = lx->i;
	size_t end;
	enum tree_op op;

	for (;;) {
		size_t at = lx->i;
		uint32_t c = lex_get(lx);

		if (lex_is_ascii_letter(c))
			continue;
		if (lex_is_blank(c) || c == '{' || c == '}' || c == '(' ||
		    c == ')' || c == ';' || c == ',' || c == '|' ||
		    c == '&' || c == '.' || c == '[' || c == '\r' ||
		    c == '\n' || c == '\0' || c == LEX_EOF) {
			lx->i = end = at;
			break;
		}
		if (c == ':') {
			end = at;
			t->colon = true;
			if (lx->mode != LEX_COMMAND)
				lx->i = at;
			break;
		}
		if (lex_is_single_quote(c) || lex_is_double_quote(c)) {
			lx->i = end = at;
			if (lx->mode != LEX_COMMAND)
				break;
			lex_generic(lx, t);
			return;
		}
		if (lx->mode != LEX_COMMAND) {
			lx->i = end = at;
			break;
		}
	}
	if (lx->mode == LEX_EXPRESSION &&
	    (op = token_dash_operator(lx->s + from, end - from)) != TREE_OP_NONE) {
		t->op = op;
		t->flags |= op == TREE_OP_NOT || op == TREE_OP_BNOT ? TOKEN_IS_UNARY
		    : TOKEN_IS_BINARY;
		if (op == TREE_OP_ISPLIT || op == TREE_OP_CSPLIT || op == TREE_OP_JOIN)
			t->flags |= TOKEN_IS_UNARY;
		t->colon = false;
		lex_finish(lx, t, TOKEN_OPERATOR);
		return;
	}
	if (end == from) {
		lex_finish(lx, t, TOKEN_MINUS);
		return;
	}
	t->text = tree_copy_text(lx->arena, lx->s + from, end - from);
	lex_finish(lx, t, TOKEN_PARAMETER);
}

/* After a dash. */
static void
dash(struct lexer *lx, struct token *t)
{
	uint32_t c = lex_peek(lx);

	if (lex_is_dash(c)) {
		(void)lex_get(lx);
		operator_or_word(lx, t, TOKEN_MINUS_MINUS);
	} else if (c == '=') {
		lx->i++;
		operator_or_word(lx, t, TOKEN_MINUS_EQUALS);
	} else if ((lex_is_letter(c) && c != LEX_EOF) || c == '_' || c == '?') {
		parameter(lx, t);
	} else if (lx->signed_numbers && (lex_is_digit(c) || c == '.')) {
		lx->i = lx->start;
		lex_number(lx, t);
	} else {
		operator_or_word(lx, t, TOKEN_MINUS);
	}
}

static void
plus(struct lexer *lx, struct token *t)
{
	uint32_t c = lex_peek(lx);

	if (c == '+') {
		lx->i++;
		operator_or_word(lx, t, TOKEN_PLUS_PLUS);
	} else if (c == '=') {
		lx->i++;
		operator_or_word(lx, t, TOKEN_PLUS_EQUALS);
	} else if (lx->signed_numbers && (lex_is_digit(c) || c == '.')) {
		lx->i = lx->start;
		lex_number(lx, t);
	} else {
		operator_or_word(lx, t, TOKEN_PLUS);
	}
}

static void
dot(struct lexer *lx, struct token *t)
{
	uint32_t c = lex_peek(lx);

	if (c == '.') {
		lx->i++;
		if (lx->mode == LEX_COMMAND && !lex_ends_word(lex_peek(lx)))
			lex_generic(lx, t);
		else
			lex_finish(lx, t, TOKEN_DOT_DOT);
	} else if (lex_is_digit(c)) {
		lx->i = lx->start;
		lex_number(lx, t);
	} else if (lx->mode == LEX_COMMAND && !lex_ends_word(c) && c != '$' &&
	    c != '"' && c != '\'') {
		lex_generic(lx, t);
	} else {
		lex_finish(lx, t, TOKEN_DOT);
	}
}

static void
type_name(struct lexer *lx, struct token *t)
{
	for (;;) {
		uint32_t c = lex_peek(lx);

		if (c != '.' && c != '`' && c != '_' && c != '+' && c != '#' &&
		    c != '\\' && !lex_is_name(c))
			break;
		(void)lex_get(lx);
	}
	t->flags |= TOKEN_TYPE_NAME_PART;
	t->text = tree_copy_text(lx->arena, lx->s + lx->start,
	    lx->i - lx->start);
	lex_finish(lx, t, TOKEN_IDENTIFIER);
}

/* After the first letter of a name, keyword, command or argument. */
static void
identifier(struct lexer *lx, struct token *t)
{
	enum token_kind kind = TOKEN_IDENTIFIER;

	while (lex_is_name(lex_peek(lx)))
		(void)lex_get(lx);
	if (lx->mode == LEX_TYPE_NAME) {
		type_name(lx, t);
		return;
	}
	if (!lx->want_name && lx->mode == LEX_COMMAND &&
	    !lex_ends_word(lex_peek(lx))) {
		lex_generic(lx, t);
		return;
	}
	if (!lx->want_name &&
	    (lx->mode == LEX_COMMAND || lx->mode == LEX_SIGNATURE))
		kind = token_keyword(lx->s + lx->start, lx->i - lx->start);
	t->text = tree_copy_text(lx->arena, lx->s + lx->start,
	    lx->i - lx->start);
	lex_finish(lx, t, kind);
}

/* After a colon in command mode: `:outer`. */
static void
label(struct lexer *lx, struct token *t)
{
	uint32_t c = lex_peek(lx);

	if (!lex_is_name_start(c)) {
		lex_generic(lx, t);
		return;
	}
	while (lex_is_name(lex_peek(lx)))
		(void)lex_get(lx);
	if (lx->mode == LEX_COMMAND && !lex_ends_word(lex_peek(lx))) {
		lex_generic(lx, t);
		return;
	}
	t->text = tree_copy_text(lx->arena, lx->s + lx->start + 1,
	    lx->i - lx->start - 1);
	lex_finish(lx, t, TOKEN_LABEL);
}

static void
colon(struct lexer *lx, struct token *t)
{
	if (lex_byte(lx, lx->i) == ':') {
		lx->i++;
		if (lx->mode == LEX_COMMAND && !lx->want_name &&
		    !lex_ends_word(lex_peek(lx)))
			lex_generic(lx, t);
		else
			lex_finish(lx, t, TOKEN_COLON_COLON);
	} else if (lx->mode == LEX_COMMAND) {
		label(lx, t);
	} else {
		lex_finish(lx, t, TOKEN_COLON);
	}
}

static void
at_sign(struct lexer *lx, struct token *t)
{
	uint32_t c = lex_peek(lx);

	if (c == '{' || c == '(') {
		lx->i++;
		lex_finish(lx, t, c == '{' ? TOKEN_AT_CURLY : TOKEN_AT_PAREN);
	} else if (lex_is_single_quote(c) || lex_is_double_quote(c)) {
		(void)lex_get(lx);
		lex_here_string(lx, t, lex_is_double_quote(c));
	} else if (lex_is_variable_start(c) && c != LEX_EOF) {
		lex_variable(lx, t, true);
	} else {
		lex_report(lx, "UnrecognizedToken", lx->i - 1, lx->i, false,
		    NULL);
		lex_finish(lx, t, TOKEN_UNKNOWN);
	}
}

static void
exclaim(struct lexer *lx, struct token *t)
{
	uint32_t c = lex_peek(lx);

	if ((lx->mode == LEX_COMMAND && !lex_ends_word(c)) ||
	    (lx->mode == LEX_EXPRESSION && lex_is_name_start(c) &&
	    c != LEX_EOF)) {
		lex_generic(lx, t);
		return;
	}
	if (lx->mode == LEX_EXPRESSION && (lex_is_digit(c) || c == '.') &&
	    !lex_number_ahead(lx)) {
		lex_generic(lx, t);
		return;
	}
	lex_finish(lx, t, TOKEN_EXCLAIM);
}

static void
question(struct lexer *lx, struct token *t)
{
	if (lex_byte(lx, lx->i) != '?') {
		lex_finish(lx, t, TOKEN_QUESTION);
		return;
	}
	lx->i++;
	if (lex_byte(lx, lx->i) != '=') {
		t->op = TREE_OP_COALESCE;
		lex_finish(lx, t, TOKEN_COALESCE);
		return;
	}
	lx->i++;
	lex_finish(lx, t, TOKEN_COALESCE_EQUALS);
}

/* A backtick that neither continues the line nor stands before a blank. */
static void
backtick_word(struct lexer *lx, struct token *t)
{
	if (lx->i == lx->len) {
		lex_report(lx, "IncompleteString", lx->i, lx->i, true, NULL);
		lx->start = lx->i;
		lex_finish(lx, t, TOKEN_END);
		return;
	}
	buf_reset(&lx->word);
	lex_escape(lx, &lx->word);
	lex_generic_more(lx, t);
}

/* One of the kinds that are a character each. */
static enum token_kind
single(uint32_t c)
{
	switch (c) {
	case '(':
		return TOKEN_LPAREN;
	case ')':
		return TOKEN_RPAREN;
	case ']':
		return TOKEN_RBRACKET;
	case '{':
		return TOKEN_LCURLY;
	case '}':
		return TOKEN_RCURLY;
	case ';':
		return TOKEN_SEMI;
	case ',':
		return TOKEN_COMMA;
	default:
		return TOKEN_UNKNOWN;
	}
}

static void
doubled(struct lexer *lx, struct token *t, char c, enum token_kind one,
    enum token_kind two)
{
	if (lex_byte(lx, lx->i) == c) {
		lx->i++;
		one = two;
	}
	lex_finish(lx, t, one);
}

static void
other(struct lexer *lx, struct token *t, uint32_t c)
{
	if (lex_is_single_quote(c))
		lex_string_single(lx, t);
	else if (lex_is_double_quote(c))
		lex_string_double(lx, t);
	else if (lex_is_dash(c))
		dash(lx, t);
	else if (lex_is_name_start(c))
		identifier(lx, t);
	else
		lex_generic(lx, t);
}

/* A token that starts with a sign which may be more than one token. */
static void
sign(struct lexer *lx, struct token *t, uint32_t c)
{
	switch (c) {
	case '@':
		at_sign(lx, t);
		break;
	case '`':
		backtick_word(lx, t);
		break;
	case '=':
		operator_or_word(lx, t, TOKEN_EQUALS);
		break;
	case '+':
		plus(lx, t);
		break;
	case '*':
		if (lex_byte(lx, lx->i) == '>')
			redirection(lx, t, TREE_STREAM_ALL, false);
		else
			maybe_assign(lx, t, TOKEN_MULTIPLY,
			    TOKEN_MULTIPLY_EQUALS);
		break;
	case '/':
		maybe_assign(lx, t, TOKEN_DIVIDE, TOKEN_DIVIDE_EQUALS);
		break;
	case '%':
		maybe_assign(lx, t, TOKEN_REM, TOKEN_REM_EQUALS);
		break;
	case '$':
		if (lex_byte(lx, lx->i) == '(') {
			lx->i++;
			lex_finish(lx, t, TOKEN_DOLLAR_PAREN);
		} else {
			lex_variable(lx, t, false);
		}
		break;
	case '<':
		lex_finish(lx, t, TOKEN_REDIRECT_IN);
		break;
	case '>':
		lx->i = lx->start;
		redirection(lx, t, TREE_STREAM_OUTPUT, false);
		break;
	case '[':
		operator_or_word(lx, t, TOKEN_LBRACKET);
		break;
	case '.':
		dot(lx, t);
		break;
	case '&':
		doubled(lx, t, '&', TOKEN_AMPERSAND, TOKEN_AND_AND);
		break;
	case '|':
		doubled(lx, t, '|', TOKEN_PIPE, TOKEN_OR_OR);
		break;
	case '!':
		exclaim(lx, t);
		break;
	case ':':
		colon(lx, t);
		break;
	case '?':
		if (lx->mode == LEX_EXPRESSION)
			question(lx, t);
		else
			lex_generic(lx, t);
		break;
	default:
		other(lx, t, c);
		break;
	}
}

void
lexer_next(struct lexer *lx, struct token *t)
{
	uint32_t c;

	memset(t, 0, sizeof(*t));
	c = lex_skip_blank_text(lx);
	lx->start = lx->i;
	(void)lex_get(lx);
	switch (c) {
	case LEX_EOF:
		lex_finish(lx, t, TOKEN_END);
		break;
	case '\r':
	case '\n':
		lex_skip_lf(lx, c);
		lex_finish(lx, t, TOKEN_NEWLINE);
		break;
	case '(':
	case ')':
	case ']':
	case '{':
	case '}':
	case ';':
	case ',':
		lex_finish(lx, t, single(c));
		break;
	case '0':
	case '7':
	case '8':
	case '9':
		lx->i = lx->start;
		lex_number(lx, t);
		break;
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
		if (lex_byte(lx, lx->i) == '>') {
			redirection(lx, t, (enum tree_stream)(c - '0'), true);
		} else {
			lx->i = lx->start;
			lex_number(lx, t);
		}
		break;
	default:
		sign(lx, t, c);
		break;
	}
}
