/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser's hands: tokens, places, nodes, errors. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/lex_char.h"
#include "shell/lang/parse_internal.h"

static const struct {
	const char *id;
	const char *sentence;
} sentences[] = {
#define PARSE_ERROR(id, sentence) { #id, sentence },
#include "shell/lang/parse_error.def"
#undef PARSE_ERROR
};

void
parse_errors_init(struct parse_errors *e)
{
	memset(e, 0, sizeof(*e));
}

void
parse_errors_clear(struct parse_errors *e)
{
	for (size_t i = 0; i < e->n; i++)
		mem_free(e->v[i].message);
	mem_free(e->v);
	parse_errors_init(e);
}

/* LIMIT: so much of a token is shown in a sentence. */
#define SHOWN_MAX 1024

static struct tree_text
shown(struct tree_text t)
{
	if (t.len > SHOWN_MAX)
		for (t.len = SHOWN_MAX; t.len > 0 &&
		    ((uint8_t)t.s[t.len] & 0xC0) == 0x80;)
			t.len--;
	return t;
}

/* Puts a and b where the sentence has {0} and {1}. */
static char *
sentence_fill(const char *sentence, struct tree_text a, struct tree_text b)
{
	struct buf out;

	buf_init(&out);
	a = shown(a);
	b = shown(b);
	for (const char *s = sentence; *s != '\0'; s++) {
		if (strncmp(s, "{0}", 3) == 0 || strncmp(s, "{1}", 3) == 0) {
			struct tree_text t = s[1] == '0' ? a : b;

			buf_add(&out, t.s, t.len);
			s += 2;
		} else {
			buf_add_byte(&out, *s);
		}
	}
	return buf_take(&out);
}

static size_t
sentence_find(const char *id)
{
	size_t lo = 0;
	size_t hi = sizeof(sentences) / sizeof(sentences[0]);

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(id, sentences[mid].id) < 0)
			hi = mid;
		else
			lo = mid;
	}
	return lo;
}

static void
error_save(struct parser *p, struct span s, const char *id, bool incomplete,
    struct tree_text a, struct tree_text b)
{
	struct parse_errors *e = p->errors;
	struct parse_error *pe;
	size_t row = sentence_find(id);

	if (p->stopped)
		return;
	if (s.start > p->len)
		s.start = (uint32_t)p->len;
	if (s.end > p->len)
		s.end = (uint32_t)p->len;
	id = sentences[row].id;
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].id == id && e->v[i].start == s.start &&
		    e->v[i].end == s.end)
			return;
	if (e->n == e->cap) {
		e->cap = e->cap == 0 ? 8 : e->cap * 2;
		e->v = mem_array_grow(e->v, e->cap, sizeof(*e->v));
	}
	pe = &e->v[e->n++];
	pe->id = id;
	pe->message = sentence_fill(sentences[row].sentence, a, b);
	pe->start = s.start;
	pe->end = s.end;
	pe->incomplete = incomplete;
	e->incomplete = e->incomplete || incomplete;
	if (e->n >= PARSE_ERRORS_MAX)
		p->stopped = true;
}

struct tree_text
text_of(const char *s)
{
	struct tree_text t = { s, strlen(s) };

	return t;
}

static const struct tree_text no_text = { "", 0 };

void
p_error(struct parser *p, struct span s, const char *id)
{
	error_save(p, s, id, false, no_text, no_text);
}

void
p_error_text(struct parser *p, struct span s, const char *id,
    struct tree_text a)
{
	error_save(p, s, id, false, a, no_text);
}

void
p_error_two(struct parser *p, struct span s, const char *id,
    struct tree_text a, struct tree_text b)
{
	error_save(p, s, id, false, a, b);
}

bool
p_incomplete_found(struct parser *p, struct span s, struct span found,
    const char *id, struct tree_text a)
{
	struct lexer view = { .s = p->text, .len = p->len };
	bool incomplete = lexer_only_blank(&view, found.end);

	error_save(p, s, id, incomplete, a, no_text);
	return incomplete;
}

bool
p_incomplete(struct parser *p, struct span s, const char *id,
    struct tree_text a)
{
	return p_incomplete_found(p, s, s, id, a);
}

void
p_unexpected(struct parser *p, const struct token *t)
{
	p_error_text(p, span_of(p, t), "UnexpectedToken", token_text(p, t));
}

static void
lexer_says(void *arg, const char *id, uint32_t start, uint32_t end,
    bool may_be_incomplete, struct tree_text what)
{
	struct parser *p = arg;
	struct span s = { start, end };

	if (what.s == NULL)
		what = no_text;
	if (strcmp(id, "ScriptTooComplicated") == 0)
		p_stop(p, s);
	else if (may_be_incomplete)
		(void)p_incomplete(p, s, id, what);
	else
		p_error_text(p, s, id, what);
}

void
parser_init(struct parser *p, const char *text, size_t len,
    struct parse_errors *errors)
{
	memset(p, 0, sizeof(*p));
	p->arena = tree_arena_new();
	p->errors = errors;
	p->text = text;
	p->len = len;
	lexer_init(&p->lx, p->arena, text, len, lexer_says, p);
}

/* The arena has gone to the tree. */
void
parser_clear(struct parser *p)
{
	lexer_clear(&p->lx);
	mem_free(p->no_param);
	mem_free(p->no_attribute);
}

bool
p_enter(struct parser *p)
{
	struct span s;

	if (tree_depth_ok(++p->depth))
		return true;
	s.start = s.end = lexer_source(&p->lx, p->lx.i);
	p_stop(p, s);
	return false;
}

void
p_leave(struct parser *p)
{
	p->depth--;
}

static void
make_end(struct parser *p, struct token *t)
{
	memset(t, 0, sizeof(*t));
	t->kind = TOKEN_END;
	t->flags = TOKEN_IS_INVARIANT;
	t->pos = t->end = p->lx.len;
}

void
p_next(struct parser *p, struct token *t)
{
	if (p->stopped)
		make_end(p, t);
	else if (p->has_held)
		*t = p->held;
	else
		lexer_next(&p->lx, t);
	p->has_held = false;
}

const struct token *
p_peek(struct parser *p)
{
	if (p->stopped)
		make_end(p, &p->held);
	else if (!p->has_held)
		lexer_next(&p->lx, &p->held);
	p->has_held = true;
	return &p->held;
}

void
p_skip(struct parser *p)
{
	p->has_held = false;
}

void
p_unget(struct parser *p, const struct token *t)
{
	if (t != &p->held)
		p->held = *t;
	p->has_held = true;
}

bool
p_is(struct parser *p, enum token_kind kind)
{
	return p_peek(p)->kind == kind;
}

bool
p_accept(struct parser *p, enum token_kind kind, struct token *t)
{
	if (!p_is(p, kind))
		return false;
	if (t != NULL)
		*t = p->held;
	p_skip(p);
	return true;
}

void
p_skip_newlines(struct parser *p)
{
	if (p->has_held && p->held.kind != TOKEN_NEWLINE)
		return;
	p->has_held = false;
	if (!p->stopped)
		lexer_skip_newlines(&p->lx, false);
}

void
p_skip_separators(struct parser *p)
{
	if (p->has_held && p->held.kind != TOKEN_NEWLINE &&
	    p->held.kind != TOKEN_SEMI)
		return;
	p->has_held = false;
	if (!p->stopped)
		lexer_skip_newlines(&p->lx, true);
}

enum lex_mode
p_mode(struct parser *p, enum lex_mode mode)
{
	enum lex_mode old = p->lx.mode;

	if (mode != old && p->has_held && !p->stopped &&
	    (p->held.flags & TOKEN_IS_INVARIANT) == 0)
		p_back(p, p->held.pos);
	p->lx.mode = mode;
	return old;
}

size_t
p_here(const struct parser *p)
{
	return p->has_held ? p->held.pos : p->lx.i;
}

/* Stops the parser: all that follows reads as the end of the text. */
void
p_stop(struct parser *p, struct span s)
{
	p_error(p, s, "ScriptTooComplicated");
	p->stopped = true;
}

/* Counts bytes that are read once more. */
void
p_again(struct parser *p, size_t n)
{
	struct span s;

	p->again += n;
	if (p->again <= PARSE_AGAIN_MAX * p->len + 1024 * 1024 || p->stopped)
		return;
	s.start = s.end = lexer_source(&p->lx, p->lx.i);
	p_stop(p, s);
}

void
p_back(struct parser *p, size_t pos)
{
	p->has_held = false;
	if (pos < p->lx.i)
		p_again(p, p->lx.i - pos);
	lexer_seek(&p->lx, pos);
}

/*
 * With a token held back we are behind an error, where nothing that must
 * stand right here can be found.
 */
bool
p_member_access(struct parser *p, bool bracket, struct token *t)
{
	return !p->has_held && !p->stopped &&
	    lexer_member_access(&p->lx, bracket, t);
}

bool
p_invoke_paren(struct parser *p, struct token *t)
{
	return !p->has_held && !p->stopped && lexer_invoke_paren(&p->lx, t);
}

bool
p_left_bracket(struct parser *p, struct token *t)
{
	if (p->has_held)
		return p_accept(p, TOKEN_LBRACKET, t);
	return !p->stopped && lexer_left_bracket(&p->lx, t);
}

bool
p_verbatim(struct parser *p, struct token *t)
{
	if (p->has_held && p->held.kind != TOKEN_PARAMETER)
		return false;
	p->has_held = false;
	if (p->stopped)
		return false;
	lexer_verbatim(&p->lx, t);
	return true;
}

struct span
span_of(const struct parser *p, const struct token *t)
{
	struct span s = { lexer_source(&p->lx, t->pos),
		lexer_source(&p->lx, t->end) };

	return s;
}

struct span
span_node(const void *node)
{
	const struct node *n = node;
	struct span s = { n->start, n->end };

	return s;
}

struct span
span_after(struct span s)
{
	s.start = s.end;
	return s;
}

struct span
span_before(const struct parser *p, const struct token *t)
{
	struct span s = span_of(p, t);

	if (t->kind != TOKEN_END && s.start > 0)
		s.start--;
	s.end = s.start;
	return s;
}

struct span
span_join(struct span a, struct span b)
{
	if (b.end > a.end)
		a.end = b.end;
	return a;
}

struct tree_text
token_text(const struct parser *p, const struct token *t)
{
	struct tree_text text = { p->lx.s + t->pos, t->end - t->pos };

	if (t->end > p->lx.len || t->pos > t->end)
		return no_text;
	return text;
}

void *
node_make(struct parser *p, enum node_kind kind, size_t size, struct span s)
{
	struct node *n = tree_alloc(p->arena, size);

	n->kind = (uint16_t)kind;
	n->start = s.start;
	n->end = s.end < s.start ? s.start : s.end;
	return n;
}

void
node_above(struct parser *p, struct node *parent, const struct node *child)
{
	unsigned height = child == NULL ? 0 : child->height + 1u;

	if (height > parent->height)
		parent->height = (uint16_t)height;
	if (height > TREE_HEIGHT_MAX && !p->stopped)
		p_stop(p, span_node(parent));
}

void
gather_add(struct gather *g, void *node)
{
	if (node == NULL)
		return;
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 8 : g->cap * 2;
		g->v = mem_array_grow(g->v, g->cap, sizeof(*g->v));
	}
	g->v[g->n++] = node;
}

struct node_list
gather_end(struct parser *p, struct gather *g)
{
	struct node_list l = { NULL, g->n };

	if (g->n > 0) {
		l.v = tree_alloc(p->arena, g->n * sizeof(*l.v));
		memcpy(l.v, g->v, g->n * sizeof(*l.v));
	}
	mem_free(g->v);
	memset(g, 0, sizeof(*g));
	return l;
}

struct node *
node_error_make(struct parser *p, struct span s, struct gather *take)
{
	struct node_error *e = node_make(p, NODE_ERROR, sizeof(*e), s);

	if (take != NULL)
		e->children = gather_end(p, take);
	return &e->node;
}

static unsigned
sync_bit(enum token_kind kind)
{
	switch ((int)kind) {
	case TOKEN_RPAREN:
		return SYNC_RPAREN;
	case TOKEN_RCURLY:
		return SYNC_RCURLY;
	case TOKEN_RBRACKET:
		return SYNC_RBRACKET;
	case TOKEN_SEMI:
		return SYNC_SEMI;
	case TOKEN_NEWLINE:
		return SYNC_NEWLINE;
	case TOKEN_COMMA:
		return SYNC_COMMA;
	default:
		return 0;
	}
}

void
p_sync(struct parser *p, bool consume, unsigned kinds)
{
	long parens = (kinds & SYNC_RPAREN) != 0;
	long curlies = (kinds & SYNC_RCURLY) != 0;
	long brackets = (kinds & SYNC_RBRACKET) != 0;
	struct token t;
	unsigned bit;

	for (;;) {
		p_next(p, &t);
		bit = sync_bit(t.kind) & kinds;
		if (t.kind == TOKEN_END)
			break;
		parens += (t.kind == TOKEN_LPAREN) - (t.kind == TOKEN_RPAREN);
		curlies += (t.kind == TOKEN_LCURLY) -
		    (t.kind == TOKEN_RCURLY);
		brackets += (t.kind == TOKEN_LBRACKET) -
		    (t.kind == TOKEN_RBRACKET);
		if ((bit == SYNC_RPAREN && parens == 0) ||
		    (bit == SYNC_RCURLY && curlies == 0) ||
		    (bit == SYNC_RBRACKET && brackets == 0)) {
			if (consume)
				return;
			break;
		}
		if (bit != 0 && parens == 0 && curlies == 0 && brackets == 0)
			return;
	}
	p_unget(p, &t);
}
