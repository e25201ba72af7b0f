/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings, here-strings, words and variables: all that has text inside. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "shell/lang/lexer_internal.h"

/* LIMIT: pieces of one string or word, text between expansions included. */
#define LEX_PIECES_MAX 65536

static void
piece_add(struct lexer *lx, enum lex_piece_kind kind, struct tree_text text,
    size_t pos, bool unescape)
{
	struct lex_piece *p;

	if (lx->npiece == LEX_PIECES_MAX) {
		lex_report(lx, "ScriptTooComplicated", lx->start, lx->start,
		    false, NULL);
		return;
	}
	if (lx->npiece == lx->cap_piece) {
		lx->cap_piece = lx->cap_piece == 0 ? 8 : lx->cap_piece * 2;
		lx->pieces = mem_array_grow(lx->pieces, lx->cap_piece,
		    sizeof(*lx->pieces));
	}
	p = &lx->pieces[lx->npiece++];
	p->kind = kind;
	p->text = text;
	p->pos = pos;
	p->end = lx->i;
	p->unescape = unescape;
}

static void
plain_flush(struct lexer *lx)
{
	if (lx->plain.len == 0)
		return;
	piece_add(lx, LEX_PIECE_TEXT, tree_copy_text(lx->arena,
	    buf_text(&lx->plain), lx->plain.len), lx->i, false);
	buf_reset(&lx->plain);
}

static void
text_begin(struct lexer *lx)
{
	buf_reset(&lx->word);
	buf_reset(&lx->plain);
	lx->npiece = 0;
}

/* The token's text, and its pieces if it has something to expand. */
static void
text_end(struct lexer *lx, struct token *t)
{
	t->text = tree_copy_text(lx->arena, buf_text(&lx->word),
	    lx->word.len);
	if (lx->npiece == 0)
		return;
	plain_flush(lx);
	t->npiece = lx->npiece;
	t->pieces = tree_alloc(lx->arena, lx->npiece * sizeof(*t->pieces));
	memcpy(t->pieces, lx->pieces, lx->npiece * sizeof(*t->pieces));
}

/* Adds the bytes [from, lx->i) as they are. */
static void
text_keep(struct lexer *lx, size_t from)
{
	lex_keep(lx, &lx->word, from);
	lex_keep(lx, &lx->plain, from);
}

/* After `u: {hex}. An error leaves nothing. */
static void
unicode_escape(struct lexer *lx, struct buf *b)
{
	size_t from = lx->i - 2;
	uint32_t value = 0;
	int digits;

	if (lex_byte(lx, lx->i) != '{') {
		lex_report(lx, "InvalidUnicodeEscapeSequence", from, lx->i,
		    false, NULL);
		return;
	}
	lx->i++;
	for (digits = 0;; digits++, lx->i++) {
		uint32_t c = lex_peek(lx);

		if (c == '}' && digits > 0)
			break;
		if (c == '}') {
			lx->i++;
			lex_report(lx, "InvalidUnicodeEscapeSequence", from,
			    lx->i, false, NULL);
			return;
		}
		if (!lex_is_hex(c) || digits == 6) {
			lex_report(lx, digits < 6 ?
			    "InvalidUnicodeEscapeSequence" : lex_is_hex(c) ?
			    "TooManyDigitsInUnicodeEscapeSequence" :
			    "MissingUnicodeEscapeSequenceTerminator", lx->i,
			    lx->i + 1, false, NULL);
			return;
		}
		value = value << 4 |
		    (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	lx->i++;
	if (value > 0x10FFFF) {
		lex_report(lx, "InvalidUnicodeEscapeSequenceValue", from + 3,
		    lx->i - 1, false, NULL);
		return;
	}
	buf_add_utf8(b, value);
}

void
lex_escape(struct lexer *lx, struct buf *b)
{
	size_t from = lx->i;
	uint32_t c = lex_get(lx);

	switch (c) {
	case '0':
		buf_add_byte(b, '\0');
		break;
	case 'a':
		buf_add_byte(b, '\a');
		break;
	case 'b':
		buf_add_byte(b, '\b');
		break;
	case 'e':
		buf_add_byte(b, '\x1b');
		break;
	case 'f':
		buf_add_byte(b, '\f');
		break;
	case 'n':
		buf_add_byte(b, '\n');
		break;
	case 'r':
		buf_add_byte(b, '\r');
		break;
	case 't':
		buf_add_byte(b, '\t');
		break;
	case 'v':
		buf_add_byte(b, '\v');
		break;
	case 'u':
		unicode_escape(lx, b);
		break;
	default:
		lex_keep(lx, b, from);
		break;
	}
}

/* After a backtick inside text that expands. At the end it is itself. */
static void
text_escape(struct lexer *lx)
{
	size_t before = lx->word.len;

	if (lx->i == lx->len || lx->s[lx->i] == '\0') {
		text_keep(lx, lx->i - 1);
		return;
	}
	lex_escape(lx, &lx->word);
	buf_add(&lx->plain, lx->word.data + before, lx->word.len - before);
}

/* After `$(` in a string: to the parenthesis that closes it. */
static void
sub_expression(struct lexer *lx, size_t from, bool here)
{
	struct tree_text none = { NULL, 0 };
	bool unescape = false;
	int depth = 1;

	while (depth > 0) {
		uint32_t c = lex_get(lx);

		if (c == LEX_EOF) {
			lex_report(lx, "IncompleteDollarSubexpressionReference",
			    from, lx->i, true, NULL);
			break;
		}
		if (c == '(') {
			depth++;
		} else if (c == ')') {
			depth--;
		} else if (!here && (c == '`' || lex_is_double_quote(c)) &&
		    lex_is_double_quote(lex_peek(lx))) {
			(void)lex_get(lx);
			unescape = true;
		}
	}
	plain_flush(lx);
	piece_add(lx, LEX_PIECE_SUB, none, from, unescape);
}

static void
check_path(struct lexer *lx, size_t from, bool braced)
{
	struct tree_text path = { buf_text(&lx->name), lx->name.len };
	struct tree_text drive, name;
	enum tree_scope scope;

	variable_path_split(path, &scope, &drive, &name);
	if (name.len > 0)
		return;
	lex_report(lx, braced ? "InvalidBracedVariableReference" :
	    scope == TREE_SCOPE_DRIVE || scope == TREE_SCOPE_USING ?
	    "InvalidVariableReferenceWithDrive" : "InvalidVariableReference",
	    from, lx->i, false, NULL);
}

/* After `${`; fills lx->name. */
static void
braced_name(struct lexer *lx, size_t from, bool in_string)
{
	struct buf *b = &lx->name;

	for (;;) {
		size_t at = lx->i;
		uint32_t c = lex_get(lx);

		if (c == '}')
			break;
		if (c == LEX_EOF) {
			lex_report(lx, "IncompleteDollarVariableReference",
			    from + 1, lx->i, true, NULL);
			break;
		}
		if (c == '`' && lx->i < lx->len) {
			lex_escape(lx, b);
			continue;
		}
		if (c == '`')
			continue;
		if (in_string && lex_is_double_quote(c) &&
		    lex_is_double_quote(lex_peek(lx))) {
			at = lx->i;
			(void)lex_get(lx);
		} else if (c == '{') {
			lex_report(lx,
			    "OpenBraceNeedsToBeBackTickedInVariableName",
			    lx->i, lx->i + 1, false, NULL);
		}
		lex_keep(lx, b, at);
	}
	if (b->len == 0) {
		if (lex_byte(lx, lx->i - 1) == '}')
			lex_report(lx, "EmptyVariableReference", lx->i - 1,
			    lx->i, false, NULL);
		buf_add_str(b, ":Error:");
	}
}

/* In command mode, does what follows make the variable part of a word? */
static bool
becomes_word(const struct lexer *lx, bool in_string)
{
	return !in_string && lx->mode == LEX_COMMAND &&
	    !lex_ends_word(lex_peek(lx));
}

/*
 * A name without braces; fills lx->name. False: in command mode it goes on
 * as a word.
 */
static bool
plain_name(struct lexer *lx, bool in_string)
{
	size_t from = lx->i;
	uint32_t c = lex_get(lx);

	if (c == '$' || c == '?' || c == '^') {
		lex_keep(lx, &lx->name, from);
		return !becomes_word(lx, in_string);
	}
	for (;;) {
		c = lex_peek(lx);
		if (c == ':') {
			if (lex_byte(lx, lx->i + 1) == ':')
				break;
		} else if (c == '.' || c == '[' || c == '=') {
			break;
		} else if (!lex_is_name(c) && c != '?') {
			if (becomes_word(lx, in_string))
				return false;
			break;
		}
		(void)lex_get(lx);
	}
	lex_keep(lx, &lx->name, from);
	return true;
}

/* After a $ inside text that expands; false: it is just a dollar sign. */
static bool
text_dollar(struct lexer *lx, bool here)
{
	size_t from = lx->i - 1;
	uint32_t c = lex_peek(lx);
	bool braced = c == '{';

	if (c == '(') {
		lx->i++;
		sub_expression(lx, from, here);
	} else if (c != LEX_EOF && (braced || lex_is_variable_start(c))) {
		buf_reset(&lx->name);
		if (braced) {
			lx->i++;
			braced_name(lx, from, true);
		} else {
			(void)plain_name(lx, true);
		}
		check_path(lx, from, braced);
		plain_flush(lx);
		piece_add(lx, LEX_PIECE_VARIABLE, tree_copy_text(lx->arena,
		    buf_text(&lx->name), lx->name.len), from, false);
	} else {
		return false;
	}
	lex_keep(lx, &lx->word, from);
	return true;
}

void
lex_variable(struct lexer *lx, struct token *t, bool splatted)
{
	uint32_t c = lex_peek(lx);
	bool braced = c == '{' && !splatted;

	buf_reset(&lx->name);
	if (braced) {
		lx->i++;
		braced_name(lx, lx->start, false);
		c = lex_peek(lx);
		if (c != '.' && c != '[' && becomes_word(lx, false)) {
			lx->i = lx->start;
			lex_generic(lx, t);
			return;
		}
	} else if (c == LEX_EOF || !lex_is_variable_start(c)) {
		lex_generic(lx, t);
		return;
	} else if (!plain_name(lx, false)) {
		lx->i = lx->start;
		lex_generic(lx, t);
		return;
	}
	check_path(lx, lx->start, braced);
	t->text = tree_copy_text(lx->arena, buf_text(&lx->name),
	    lx->name.len);
	lex_finish(lx, t, splatted ? TOKEN_SPLATTED : TOKEN_VARIABLE);
}

/* After a single quote, to the one that closes it. False: there is none. */
static bool
single_quoted(struct lexer *lx)
{
	size_t from = lx->i;

	for (;;) {
		size_t at = lx->i;
		uint32_t c = lex_get(lx);

		if (c == LEX_EOF) {
			text_keep(lx, from);
			lex_report(lx, "TerminatorExpectedAtEndOfString",
			    from - 1, lx->i, true, "'");
			return false;
		}
		if (!lex_is_single_quote(c))
			continue;
		buf_add(&lx->word, lx->s + from, at - from);
		buf_add(&lx->plain, lx->s + from, at - from);
		if (!lex_is_single_quote(lex_peek(lx)))
			return true;
		from = lx->i;
		(void)lex_get(lx);
	}
}

/* After a double quote, to the one that closes it. False: there is none. */
static bool
double_quoted(struct lexer *lx)
{
	size_t start = lx->i - 1;

	for (;;) {
		size_t at = lx->i;
		uint32_t c = lex_get(lx);

		if (c == LEX_EOF) {
			lex_report(lx, "TerminatorExpectedAtEndOfString",
			    start, lx->i, true, "\"");
			return false;
		}
		if (c == '$' && text_dollar(lx, false))
			continue;
		if (c == '`') {
			text_escape(lx);
			continue;
		}
		if (lex_is_double_quote(c)) {
			if (!lex_is_double_quote(lex_peek(lx)))
				return true;
			at = lx->i;
			(void)lex_get(lx);
		}
		text_keep(lx, at);
	}
}

void
lex_string_single(struct lexer *lx, struct token *t)
{
	text_begin(lx);
	if (!single_quoted(lx))
		t->flags |= TOKEN_IN_ERROR;
	text_end(lx, t);
	lex_finish(lx, t, TOKEN_STRING);
}

void
lex_string_double(struct lexer *lx, struct token *t)
{
	text_begin(lx);
	if (!double_quoted(lx))
		t->flags |= TOKEN_IN_ERROR;
	text_end(lx, t);
	lex_finish(lx, t, TOKEN_STRING_EXPAND);
}

static bool
is_quote(uint32_t c, bool expand)
{
	return expand ? lex_is_double_quote(c) : lex_is_single_quote(c);
}

/* What may follow @" on its line. False: an error was told. */
static bool
here_header(struct lexer *lx, bool expand)
{
	size_t header = lx->start;
	uint32_t c;

	do {
		c = lex_get(lx);
	} while (lex_is_blank(c));
	if (c == '\r' && lex_byte(lx, lx->i) == '\n')
		lx->i++;
	if (lex_is_newline(c))
		return true;
	if (c == LEX_EOF) {
		lex_report(lx, "TerminatorExpectedAtEndOfString", header,
		    lx->i, true, expand ? "\"@" : "'@");
		return false;
	}
	while (lx->i > header && ((uint8_t)lx->s[lx->i - 1] & 0xC0) == 0x80)
		lx->i--;
	lx->i--;
	lex_report(lx, "UnexpectedCharactersAfterHereStringHeader", lx->i,
	    lx->i + 1, false, NULL);
	while (lx->i < lx->len && !lex_is_newline((uint8_t)lx->s[lx->i])) {
		if (lx->s[lx->i++] == (expand ? '"' : '\'') &&
		    lex_byte(lx, lx->i) == '@') {
			lx->i++;
			break;
		}
	}
	return false;
}

/*
 * At the start of a line: true after reading the footer. Blanks before it
 * are text, and a footer after them is remembered as the likely mistake.
 */
static bool
here_footer(struct lexer *lx, bool expand, size_t *falsep)
{
	size_t from = lx->i;
	size_t at;

	if (is_quote(lex_peek(lx), expand)) {
		(void)lex_get(lx);
		if (lex_byte(lx, lx->i) == '@') {
			lx->i++;
			return true;
		}
		lx->i = from;
		return false;
	}
	while (lex_is_blank(lex_peek(lx)))
		(void)lex_get(lx);
	text_keep(lx, from);
	at = lx->i;
	if (is_quote(lex_peek(lx), expand)) {
		(void)lex_get(lx);
		if (lex_byte(lx, lx->i) == '@') {
			if (*falsep == 0)
				*falsep = at;
			lx->i++;
			text_keep(lx, at);
			return false;
		}
	}
	lx->i = at;
	return false;
}

static void
here_unclosed(struct lexer *lx, struct token *t, bool expand, size_t wrong)
{
	if (wrong != 0)
		lex_report(lx, "WhitespaceBeforeHereStringFooter", wrong,
		    lx->i, true, NULL);
	else
		lex_report(lx, "TerminatorExpectedAtEndOfString", lx->start,
		    lx->i, true, expand ? "\"@" : "'@");
	t->flags |= TOKEN_IN_ERROR;
}

/* The lines up to the footer. */
static void
here_body(struct lexer *lx, struct token *t, bool expand)
{
	size_t wrong = 0;

	if (here_footer(lx, expand, &wrong))
		return;
	for (;;) {
		size_t at = lx->i;
		uint32_t c = lex_get(lx);

		if (c == LEX_EOF) {
			here_unclosed(lx, t, expand, wrong);
			return;
		}
		if (lex_is_newline(c)) {
			size_t word = lx->word.len;
			size_t plain = lx->plain.len;

			if (c == '\r' && lex_byte(lx, lx->i) == '\n')
				lx->i++;
			text_keep(lx, at);
			if (here_footer(lx, expand, &wrong)) {
				buf_truncate(&lx->word, word);
				buf_truncate(&lx->plain, plain);
				return;
			}
		} else if (expand && c == '$') {
			if (!text_dollar(lx, true))
				text_keep(lx, at);
		} else if (expand && c == '`') {
			text_escape(lx);
		} else {
			text_keep(lx, at);
		}
	}
}

void
lex_here_string(struct lexer *lx, struct token *t, bool expand)
{
	text_begin(lx);
	if (here_header(lx, expand))
		here_body(lx, t, expand);
	else
		t->flags |= TOKEN_IN_ERROR;
	text_end(lx, t);
	lex_finish(lx, t, expand ? TOKEN_HERE_EXPAND : TOKEN_HERE);
}

static void
word_rest(struct lexer *lx, struct token *t)
{
	for (;;) {
		size_t at = lx->i;
		uint32_t c = lex_peek(lx);

		if (lex_ends_word(c))
			break;
		(void)lex_get(lx);
		if (c == '`')
			text_escape(lx);
		else if (lex_is_single_quote(c))
			(void)single_quoted(lx);
		else if (lex_is_double_quote(c))
			(void)double_quoted(lx);
		else if (c != '$' || !text_dollar(lx, false))
			text_keep(lx, at);
	}
	text_end(lx, t);
	lex_finish(lx, t, TOKEN_GENERIC);
}

void
lex_generic(struct lexer *lx, struct token *t)
{
	text_begin(lx);
	text_keep(lx, lx->start);
	word_rest(lx, t);
}

void
lex_generic_more(struct lexer *lx, struct token *t)
{
	buf_reset(&lx->plain);
	buf_add(&lx->plain, buf_text(&lx->word), lx->word.len);
	lx->npiece = 0;
	word_rest(lx, t);
}

void
lexer_enter(struct lexer *lx, const struct lex_piece *piece,
    struct lex_state *st)
{
	size_t n = piece->end - piece->pos;
	size_t out = 0;
	uint32_t *map;
	char *copy;

	st->s = lx->s;
	st->len = lx->len;
	st->i = lx->i;
	st->start = lx->start;
	st->map = lx->map;
	st->floor = lx->save != NULL ? lx->save->floor : 0;
	if (lx->save != NULL)
		lx->save->floor = lx->save->n;
	lx->nesting++;
	lx->i = piece->pos;
	lx->len = piece->end;
	if (!piece->unescape)
		return;
	copy = tree_alloc(lx->arena, n + 1);
	map = tree_alloc(lx->arena, (n + 1) * sizeof(*map));
	for (size_t i = piece->pos; i < piece->end;) {
		unsigned len, next;
		uint32_t c = lex_decode(st->s, piece->end, i, &len);

		if ((c == '`' || lex_is_double_quote(c)) &&
		    lex_is_double_quote(lex_decode(st->s, piece->end,
		    i + len, &next))) {
			i += len;
			len = next;
		}
		for (unsigned k = 0; k < len; k++, i++) {
			map[out] = st->map != NULL ? st->map[i] : (uint32_t)i;
			copy[out++] = st->s[i];
		}
	}
	map[out] = st->map != NULL ? st->map[piece->end]
	    : (uint32_t)piece->end;
	lx->s = copy;
	lx->len = out;
	lx->map = map;
	lx->i = 0;
}

void
lexer_leave(struct lexer *lx, const struct lex_state *st)
{
	lx->s = st->s;
	lx->len = st->len;
	lx->i = st->i;
	lx->start = st->start;
	lx->map = st->map;
	lx->nesting--;
	if (lx->save != NULL)
		lx->save->floor = st->floor;
}

static bool
is_scope(struct tree_text path, size_t colon, const char *word)
{
	return strlen(word) == colon && strncasecmp(path.s, word, colon) == 0;
}

void
variable_path_split(struct tree_text path, enum tree_scope *scopep,
    struct tree_text *drivep, struct tree_text *namep)
{
	static const struct {
		const char *word;
		enum tree_scope scope;
	} scopes[] = {
		{ "global", TREE_SCOPE_GLOBAL },
		{ "local", TREE_SCOPE_LOCAL },
		{ "private", TREE_SCOPE_PRIVATE },
		{ "script", TREE_SCOPE_SCRIPT },
		{ "using", TREE_SCOPE_USING },
		{ "variable", TREE_SCOPE_VARIABLE },
		{ "workflow", TREE_SCOPE_WORKFLOW },
	};
	const char *colon = path.len == 0 ? NULL
	    : memchr(path.s, ':', path.len);
	size_t at = colon == NULL ? 0 : (size_t)(colon - path.s);

	drivep->s = path.s;
	drivep->len = 0;
	*namep = path;
	*scopep = TREE_SCOPE_NONE;
	if (at == 0)
		return;
	namep->s = path.s + at + 1;
	namep->len = path.len - at - 1;
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		if (is_scope(path, at, scopes[i].word)) {
			*scopep = scopes[i].scope;
			return;
		}
	}
	*scopep = TREE_SCOPE_DRIVE;
	drivep->len = at;
}
