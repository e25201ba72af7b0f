/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree's memory, its places in the source, names of its parts. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "shell/lang/lex_char.h"
#include "shell/lang/tree.h"

#define ARENA_BLOCK (16 * 1024)
#define ARENA_ALIGN 16

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	/* the bytes follow, aligned */
};

struct tree_arena {
	struct arena_block *blocks;
};

#define BLOCK_HEAD                                                             \
	((sizeof(struct arena_block) + ARENA_ALIGN - 1) &                      \
	    ~(size_t)(ARENA_ALIGN - 1))

struct tree_arena *
tree_arena_new(void)
{
	return mem_zalloc(sizeof(struct tree_arena));
}

void
tree_arena_free(struct tree_arena *a)
{
	struct arena_block *next;

	if (a == NULL)
		return;
	for (struct arena_block *b = a->blocks; b != NULL; b = next) {
		next = b->next;
		mem_free(b);
	}
	mem_free(a);
}

void *
tree_alloc(struct tree_arena *a, size_t size)
{
	struct arena_block *b = a->blocks;
	void *p;

	size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (b == NULL || b->size - b->used < size) {
		size_t room = size > ARENA_BLOCK / 4 ? size : ARENA_BLOCK;

		b = mem_alloc(BLOCK_HEAD + room);
		b->used = 0;
		b->size = room;
		/* A block made for one thing goes behind the open one. */
		if (room == size && a->blocks != NULL) {
			b->next = a->blocks->next;
			a->blocks->next = b;
		} else {
			b->next = a->blocks;
			a->blocks = b;
		}
	}
	p = (char *)b + BLOCK_HEAD + b->used;
	b->used += size;
	memset(p, 0, size);
	return p;
}

struct tree_text
tree_copy_text(struct tree_arena *a, const char *s, size_t len)
{
	struct tree_text t;
	char *copy = tree_alloc(a, len + 1);

	if (len > 0)
		memcpy(copy, s, len);
	t.s = copy;
	t.len = len;
	return t;
}

static void
find_lines(struct script_tree *t)
{
	size_t cap = 64;

	t->lines = mem_array(cap, sizeof(*t->lines));
	t->lines[0] = 0;
	t->nline = 1;
	for (size_t i = 0; i < t->len; i++) {
		if (t->text[i] != '\n' && (t->text[i] != '\r' ||
		    t->text[i + 1] == '\n'))
			continue;
		if (t->nline == cap) {
			cap *= 2;
			t->lines = mem_array_grow(t->lines, cap,
			    sizeof(*t->lines));
		}
		t->lines[t->nline++] = (uint32_t)(i + 1);
	}
}

struct script_tree *
tree_new(struct tree_arena *take, const char *text, size_t len,
    const char *file)
{
	struct script_tree *t = mem_zalloc(sizeof(*t));

	t->refs = 1;
	t->arena = take;
	t->text = mem_strndup(text, len);
	t->len = len;
	t->file = file == NULL ? NULL : mem_strdup(file);
	find_lines(t);
	return t;
}

struct script_tree *
tree_ref(struct script_tree *t)
{
	t->refs++;
	return t;
}

void
tree_unref(struct script_tree *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	tree_arena_free(t->arena);
	mem_free((void *)(uintptr_t)t->text);
	mem_free((void *)(uintptr_t)t->file);
	mem_free(t->lines);
	mem_free(t);
}

void
tree_position(const struct script_tree *t, size_t offset, int *linep,
    int *columnp)
{
	size_t lo = 0;
	size_t hi = t->nline;
	int column = 1;

	if (offset > t->len)
		offset = t->len;
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (t->lines[mid] <= offset)
			lo = mid;
		else
			hi = mid;
	}
	for (size_t i = t->lines[lo]; i < offset;) {
		unsigned n;
		uint32_t c = lex_decode(t->text, t->len, i, &n);

		column += c > 0xFFFF ? 2 : 1;
		i += n;
	}
	*linep = (int)lo + 1;
	*columnp = column;
}

struct tree_text
tree_line(const struct script_tree *t, int line)
{
	struct tree_text text = { "", 0 };
	size_t end;

	if (line < 1 || (size_t)line > t->nline)
		return text;
	end = (size_t)line < t->nline ? t->lines[line] : t->len;
	text.s = t->text + t->lines[line - 1];
	text.len = end - t->lines[line - 1];
	while (text.len > 0 && (text.s[text.len - 1] == '\n' ||
	    text.s[text.len - 1] == '\r'))
		text.len--;
	return text;
}

struct tree_text
tree_source(const struct script_tree *t, const struct node *n)
{
	struct tree_text text = { t->text + n->start, n->end - n->start };

	if (n->start > n->end || n->end > t->len) {
		text.s = "";
		text.len = 0;
	}
	return text;
}

const char *
tree_kind_name(enum node_kind kind)
{
	static const char *const names[] = {
		"",
#define X(k, s, name) name,
		TREE_KINDS(X)
#undef X
	};

	return kind < NODE_KINDS ? names[kind] : "";
}

const char *
tree_op_text(enum tree_op op)
{
	static const char *const text[OP_KINDS] = {
		[OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*",
		[OP_DIV] = "/", [OP_REM] = "%", [OP_FORMAT] = "-f",
		[OP_RANGE] = "..", [OP_AND] = "-and", [OP_OR] = "-or",
		[OP_XOR] = "-xor", [OP_BAND] = "-band", [OP_BOR] = "-bor",
		[OP_BXOR] = "-bxor", [OP_SHL] = "-shl", [OP_SHR] = "-shr",
		[OP_COALESCE] = "??", [OP_IEQ] = "-eq", [OP_CEQ] = "-ceq",
		[OP_INE] = "-ne", [OP_CNE] = "-cne", [OP_IGE] = "-ge",
		[OP_CGE] = "-cge", [OP_IGT] = "-gt", [OP_CGT] = "-cgt",
		[OP_ILT] = "-lt", [OP_CLT] = "-clt", [OP_ILE] = "-le",
		[OP_CLE] = "-cle", [OP_ILIKE] = "-like",
		[OP_CLIKE] = "-clike", [OP_INOTLIKE] = "-notlike",
		[OP_CNOTLIKE] = "-cnotlike", [OP_IMATCH] = "-match",
		[OP_CMATCH] = "-cmatch", [OP_INOTMATCH] = "-notmatch",
		[OP_CNOTMATCH] = "-cnotmatch",
		[OP_ICONTAINS] = "-contains", [OP_CCONTAINS] = "-ccontains",
		[OP_INOTCONTAINS] = "-notcontains",
		[OP_CNOTCONTAINS] = "-cnotcontains", [OP_IIN] = "-in",
		[OP_CIN] = "-cin", [OP_INOTIN] = "-notin",
		[OP_CNOTIN] = "-cnotin", [OP_IREPLACE] = "-replace",
		[OP_CREPLACE] = "-creplace", [OP_ISPLIT] = "-split",
		[OP_CSPLIT] = "-csplit", [OP_JOIN] = "-join",
		[OP_IS] = "-is", [OP_ISNOT] = "-isnot", [OP_AS] = "-as",
		[OP_PLUS] = "+", [OP_MINUS] = "-", [OP_NOT] = "-not",
		[OP_BNOT] = "-bnot", [OP_COMMA] = ",", [OP_PRE_INC] = "++",
		[OP_PRE_DEC] = "--", [OP_POST_INC] = "++",
		[OP_POST_DEC] = "--", [OP_ASSIGN] = "=",
		[OP_ASSIGN_ADD] = "+=", [OP_ASSIGN_SUB] = "-=",
		[OP_ASSIGN_MUL] = "*=", [OP_ASSIGN_DIV] = "/=",
		[OP_ASSIGN_REM] = "%=", [OP_ASSIGN_COALESCE] = "?\?=",
	};

	return op < OP_KINDS && text[op] != NULL ? text[op] : "";
}

bool
tree_depth_ok(size_t depth)
{
	return depth < TREE_DEPTH_MAX;
}
