/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree's memory, its places in the source, names of its parts. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "core/run.h"
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
	char *copy;

	t->refs = 1;
	t->arena = take;
	copy = mem_alloc(len + 1);
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	t->text = copy;
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
	if (t->kept_free != NULL)
		t->kept_free(t->kept);
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
	static const char *const text[TREE_OP_KINDS] = {
		[TREE_OP_ADD] = "+", [TREE_OP_SUB] = "-", [TREE_OP_MUL] = "*",
		[TREE_OP_DIV] = "/", [TREE_OP_REM] = "%", [TREE_OP_FORMAT] = "-f",
		[TREE_OP_RANGE] = "..", [TREE_OP_AND] = "-and", [TREE_OP_OR] = "-or",
		[TREE_OP_XOR] = "-xor", [TREE_OP_BAND] = "-band", [TREE_OP_BOR] = "-bor",
		[TREE_OP_BXOR] = "-bxor", [TREE_OP_SHL] = "-shl", [TREE_OP_SHR] = "-shr",
		[TREE_OP_COALESCE] = "??", [TREE_OP_IEQ] = "-eq", [TREE_OP_CEQ] = "-ceq",
		[TREE_OP_INE] = "-ne", [TREE_OP_CNE] = "-cne", [TREE_OP_IGE] = "-ge",
		[TREE_OP_CGE] = "-cge", [TREE_OP_IGT] = "-gt", [TREE_OP_CGT] = "-cgt",
		[TREE_OP_ILT] = "-lt", [TREE_OP_CLT] = "-clt", [TREE_OP_ILE] = "-le",
		[TREE_OP_CLE] = "-cle", [TREE_OP_ILIKE] = "-like",
		[TREE_OP_CLIKE] = "-clike", [TREE_OP_INOTLIKE] = "-notlike",
		[TREE_OP_CNOTLIKE] = "-cnotlike", [TREE_OP_IMATCH] = "-match",
		[TREE_OP_CMATCH] = "-cmatch", [TREE_OP_INOTMATCH] = "-notmatch",
		[TREE_OP_CNOTMATCH] = "-cnotmatch",
		[TREE_OP_ICONTAINS] = "-contains", [TREE_OP_CCONTAINS] = "-ccontains",
		[TREE_OP_INOTCONTAINS] = "-notcontains",
		[TREE_OP_CNOTCONTAINS] = "-cnotcontains", [TREE_OP_IIN] = "-in",
		[TREE_OP_CIN] = "-cin", [TREE_OP_INOTIN] = "-notin",
		[TREE_OP_CNOTIN] = "-cnotin", [TREE_OP_IREPLACE] = "-replace",
		[TREE_OP_CREPLACE] = "-creplace", [TREE_OP_ISPLIT] = "-split",
		[TREE_OP_CSPLIT] = "-csplit", [TREE_OP_JOIN] = "-join",
		[TREE_OP_IS] = "-is", [TREE_OP_ISNOT] = "-isnot", [TREE_OP_AS] = "-as",
		[TREE_OP_PLUS] = "+", [TREE_OP_MINUS] = "-", [TREE_OP_NOT] = "-not",
		[TREE_OP_BNOT] = "-bnot", [TREE_OP_COMMA] = ",", [TREE_OP_PRE_INC] = "++",
		[TREE_OP_PRE_DEC] = "--", [TREE_OP_POST_INC] = "++",
		[TREE_OP_POST_DEC] = "--", [TREE_OP_ASSIGN] = "=",
		[TREE_OP_ASSIGN_ADD] = "+=", [TREE_OP_ASSIGN_SUB] = "-=",
		[TREE_OP_ASSIGN_MUL] = "*=", [TREE_OP_ASSIGN_DIV] = "/=",
		[TREE_OP_ASSIGN_REM] = "%=", [TREE_OP_ASSIGN_COALESCE] = "?\?=",
	};

	return op < TREE_OP_KINDS && text[op] != NULL ? text[op] : "";
}

bool
tree_depth_ok(size_t depth)
{
	return depth < TREE_DEPTH_MAX && run_stack_ok();
}
