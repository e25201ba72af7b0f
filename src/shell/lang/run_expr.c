/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions: a node to one value. */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"

/* ---- constants, kept on their nodes ---- */

static void
constant_free(void *p)
{
	struct value *v = p;

	value_unref(*v);
	mem_free(v);
}

static struct value
constant_keep(struct frame *f, struct node *n, struct value take)
{
	struct value *slot = mem_alloc(sizeof(*slot));

	*slot = take;
	n->slot = slot;
	tree_keep_memory(f->tree, slot, constant_free);
	return value_ref(take);
}

static struct value
small_number(const char *type, const struct tree_number *n)
{
	struct value v = { .type = lang_type(type) };

	v.u.i = n->u.i;
	return v;
}

static enum flow
decimal_value(struct frame *f, const struct tree_decimal *d,
    struct value *outp)
{
	unsigned __int128 n = ((unsigned __int128)d->hi << 64) |
	    ((unsigned __int128)d->mid << 32) | d->lo;
	char digits[64], text[80];
	size_t len = 0, at = 0;
	struct value s;
	enum flow flow;

	do {
		digits[len++] = (char)('0' + (int)(n % 10));
		n /= 10;
	} while (n != 0 || len <= d->scale);
	if (d->negative)
		text[at++] = '-';
	while (len > 0) {
		if (len == d->scale)
			text[at++] = '.';
		text[at++] = digits[--len];
	}
	text[at] = '\0';
	s = value_string(text);
	flow = value_convert(&f->s->run, s, lang_type("decimal"), outp);
	value_unref(s);
	return flow;
}

static enum flow
eval_constant(struct frame *f, struct node_constant *n, struct value *outp)
{
	const struct tree_number *t = &n->number;
	struct value v = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	switch (t->kind) {
	case TREE_INT32:
		*outp = value_int((int32_t)t->u.i);
		return FLOW_MORE;
	case TREE_INT64:
		*outp = value_long(t->u.i);
		return FLOW_MORE;
	case TREE_DOUBLE:
		*outp = value_double(t->u.d);
		return FLOW_MORE;
	case TREE_SBYTE:
		v = small_number("sbyte", t);
		break;
	case TREE_BYTE:
		v = small_number("byte", t);
		break;
	case TREE_INT16:
		v = small_number("short", t);
		break;
	case TREE_UINT16:
		v = small_number("ushort", t);
		break;
	case TREE_UINT32:
		v = small_number("uint", t);
		break;
	case TREE_UINT64:
		v = small_number("ulong", t);
		break;
	case TREE_DECIMAL:
	case TREE_BIGINT:
		if (n->node.slot != NULL) {
			*outp = value_ref(*(struct value *)n->node.slot);
			return FLOW_MORE;
		}
		if (t->kind == TREE_DECIMAL) {
			flow = decimal_value(f, &t->u.dec, &v);
		} else {
			struct value s = value_string(t->u.big);

			flow = value_convert(&f->s->run, s,
			    lang_type("bigint"), &v);
			value_unref(s);
		}
		if (flow == FLOW_MORE)
			v = constant_keep(f, &n->node, v);
		break;
	}
	*outp = v;
	return flow;
}

static struct value
eval_string(struct frame *f, struct node_string *n)
{
	if (n->node.slot != NULL)
		return value_ref(*(struct value *)n->node.slot);
	return constant_keep(f, &n->node,
	    value_string_n(n->text.s, n->text.len));
}

/* ---- operators ---- */

static const uint8_t binary_map[TREE_OP_KINDS] = {
	[TREE_OP_ADD] = OP_ADD + 1, [TREE_OP_SUB] = OP_SUB + 1,
	[TREE_OP_MUL] = OP_MUL + 1, [TREE_OP_DIV] = OP_DIV + 1,
	[TREE_OP_REM] = OP_MOD + 1, [TREE_OP_FORMAT] = OP_FORMAT + 1,
	[TREE_OP_RANGE] = OP_RANGE + 1, [TREE_OP_XOR] = OP_XOR + 1,
	[TREE_OP_BAND] = OP_BAND + 1, [TREE_OP_BOR] = OP_BOR + 1,
	[TREE_OP_BXOR] = OP_BXOR + 1, [TREE_OP_SHL] = OP_SHL + 1,
	[TREE_OP_SHR] = OP_SHR + 1,
	[TREE_OP_IEQ] = OP_IEQ + 1, [TREE_OP_CEQ] = OP_CEQ + 1,
	[TREE_OP_INE] = OP_INE + 1, [TREE_OP_CNE] = OP_CNE + 1,
	[TREE_OP_IGE] = OP_IGE + 1, [TREE_OP_CGE] = OP_CGE + 1,
	[TREE_OP_IGT] = OP_IGT + 1, [TREE_OP_CGT] = OP_CGT + 1,
	[TREE_OP_ILT] = OP_ILT + 1, [TREE_OP_CLT] = OP_CLT + 1,
	[TREE_OP_ILE] = OP_ILE + 1, [TREE_OP_CLE] = OP_CLE + 1,
	[TREE_OP_ILIKE] = OP_ILIKE + 1, [TREE_OP_CLIKE] = OP_CLIKE + 1,
	[TREE_OP_INOTLIKE] = OP_INOTLIKE + 1,
	[TREE_OP_CNOTLIKE] = OP_CNOTLIKE + 1,
	[TREE_OP_IMATCH] = OP_IMATCH + 1, [TREE_OP_CMATCH] = OP_CMATCH + 1,
	[TREE_OP_INOTMATCH] = OP_INOTMATCH + 1,
	[TREE_OP_CNOTMATCH] = OP_CNOTMATCH + 1,
	[TREE_OP_ICONTAINS] = OP_ICONTAINS + 1,
	[TREE_OP_CCONTAINS] = OP_CCONTAINS + 1,
	[TREE_OP_INOTCONTAINS] = OP_INOTCONTAINS + 1,
	[TREE_OP_CNOTCONTAINS] = OP_CNOTCONTAINS + 1,
	[TREE_OP_IIN] = OP_IIN + 1, [TREE_OP_CIN] = OP_CIN + 1,
	[TREE_OP_INOTIN] = OP_INOTIN + 1, [TREE_OP_CNOTIN] = OP_CNOTIN + 1,
	[TREE_OP_IREPLACE] = OP_IREPLACE + 1,
	[TREE_OP_CREPLACE] = OP_CREPLACE + 1,
	[TREE_OP_ISPLIT] = OP_ISPLIT + 1, [TREE_OP_CSPLIT] = OP_CSPLIT + 1,
	[TREE_OP_JOIN] = OP_JOIN + 1, [TREE_OP_IS] = OP_IS + 1,
	[TREE_OP_ISNOT] = OP_ISNOT + 1, [TREE_OP_AS] = OP_AS + 1,
	[TREE_OP_ASSIGN_ADD] = OP_ADD + 1, [TREE_OP_ASSIGN_SUB] = OP_SUB + 1,
	[TREE_OP_ASSIGN_MUL] = OP_MUL + 1, [TREE_OP_ASSIGN_DIV] = OP_DIV + 1,
	[TREE_OP_ASSIGN_REM] = OP_MOD + 1,
};

/* Two plain integers, the common case. */
static bool
binary_ints(enum tree_op op, int64_t a, int64_t b, struct value *outp)
{
	int64_t r;

	switch ((int)op) {
	case TREE_OP_ADD:
	case TREE_OP_ASSIGN_ADD:
		r = a + b;
		break;
	case TREE_OP_SUB:
	case TREE_OP_ASSIGN_SUB:
		r = a - b;
		break;
	case TREE_OP_MUL:
	case TREE_OP_ASSIGN_MUL:
		r = a * b;
		break;
	case TREE_OP_ILT:
		*outp = value_bool(a < b);
		return true;
	case TREE_OP_ILE:
		*outp = value_bool(a <= b);
		return true;
	case TREE_OP_IGT:
		*outp = value_bool(a > b);
		return true;
	case TREE_OP_IGE:
		*outp = value_bool(a >= b);
		return true;
	case TREE_OP_IEQ:
		*outp = value_bool(a == b);
		return true;
	case TREE_OP_INE:
		*outp = value_bool(a != b);
		return true;
	default:
		return false;
	}
	if (r < INT32_MIN || r > INT32_MAX)
		return false;
	*outp = value_int((int32_t)r);
	return true;
}

enum flow
eval_binary_values(struct frame *f, enum tree_op op, struct value a,
    struct value b, struct value *outp)
{
	if (a.type == &type_int && b.type == &type_int &&
	    binary_ints(op, a.u.i, b.u.i, outp))
		return FLOW_MORE;
	return value_binary(&f->s->run, (enum binary_op)(binary_map[op] - 1),
	    a, b, outp);
}

static enum flow
eval_truth(struct frame *f, struct node *n, bool *truep)
{
	struct value v = VALUE_NULL;
	enum flow flow = eval(f, n, &v);

	if (flow == FLOW_MORE) {
		if (v.type == &type_bool) {
			*truep = v.u.b;
			return FLOW_MORE;
		}
		flow = value_truth(&f->s->run, v, truep);
	}
	value_unref(v);
	return flow;
}

enum flow
eval_condition(struct frame *f, struct node *n, bool *truep)
{
	struct value v = VALUE_NULL;
	enum flow flow = eval_statement(f, n, &v);

	if (flow == FLOW_MORE) {
		if (v.type == &type_bool) {
			*truep = v.u.b;
			return FLOW_MORE;
		}
		flow = value_truth(&f->s->run, v, truep);
	}
	value_unref(v);
	return flow;
}

static enum flow
eval_logic(struct frame *f, struct node_binary *n, struct value *outp)
{
	bool yes = false;
	enum flow flow = eval_truth(f, n->left, &yes);

	if (flow == FLOW_MORE && yes == (n->op == TREE_OP_AND))
		flow = eval_truth(f, n->right, &yes);
	*outp = value_bool(yes);
	return flow;
}

static enum flow
eval_binary(struct frame *f, struct node_binary *n, struct value *outp)
{
	struct value a = VALUE_NULL, b = VALUE_NULL;
	enum flow flow;

	if (n->op == TREE_OP_AND || n->op == TREE_OP_OR)
		return eval_logic(f, n, outp);
	flow = eval(f, n->left, &a);
	if (n->op == TREE_OP_COALESCE && flow == FLOW_MORE) {
		if (!value_is_nothing(a)) {
			*outp = a;
			return FLOW_MORE;
		}
		return eval(f, n->right, outp);
	}
	if (flow == FLOW_MORE)
		flow = eval(f, n->right, &b);
	if (flow == FLOW_MORE)
		flow = eval_binary_values(f, n->op, a, b, outp);
	value_unref(a);
	value_unref(b);
	return flow;
}

static enum flow
eval_unary(struct frame *f, struct node_unary *n, struct value *outp)
{
	struct value v = VALUE_NULL;
	enum unary_op op;
	enum flow flow;

	switch ((int)n->op) {
	case TREE_OP_PRE_INC:
	case TREE_OP_PRE_DEC:
	case TREE_OP_POST_INC:
	case TREE_OP_POST_DEC:
		return eval_increment(f, n, outp);
	case TREE_OP_NOT:
		op = UN_NOT;
		break;
	case TREE_OP_BNOT:
		op = UN_BNOT;
		break;
	case TREE_OP_MINUS:
		op = UN_MINUS;
		break;
	case TREE_OP_PLUS:
		op = UN_PLUS;
		break;
	case TREE_OP_JOIN:
		op = UN_JOIN;
		break;
	case TREE_OP_CSPLIT:
		op = UN_CSPLIT;
		break;
	default:
		op = UN_ISPLIT;
		break;
	}
	flow = eval(f, n->child, &v);
	if (flow == FLOW_MORE)
		flow = value_unary(&f->s->run, op, v, outp);
	value_unref(v);
	return flow;
}

/* ---- making things ---- */

static enum flow
eval_array_literal(struct frame *f, struct node_array_literal *n,
    struct value *outp)
{
	struct list *l = list_new(NULL, n->elements.n);
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < n->elements.n && flow == FLOW_MORE; i++) {
		struct value v = VALUE_NULL;

		flow = eval(f, n->elements.v[i], &v);
		if (v.type == &type_void)
			v = VALUE_NULL;
		list_add_take(l, v);
	}
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

enum flow
eval_hashtable(struct frame *f, struct node_hashtable *n,
    const struct type *type, struct value *outp)
{
	struct dict *d = dict_new(type);
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < n->npair && flow == FLOW_MORE; i++) {
		struct value key = VALUE_NULL, v = VALUE_NULL;

		flow = eval(f, n->pairs[i].key, &key);
		if (flow == FLOW_MORE)
			flow = eval_statement(f, n->pairs[i].value, &v);
		if (flow == FLOW_MORE && value_is_nothing(key))
			flow = lang_error(f->s, NULL, "InvalidNullKey",
			    "InvalidOperation", VALUE_NULL,
			    "A null key is not allowed in a hash literal.");
		if (flow == FLOW_MORE && dict_find(d, key) != NULL) {
			char *text = value_text_plain(key);

			flow = lang_error(f->s, NULL,
			    "DuplicateKeyInHashLiteral", "InvalidOperation",
			    VALUE_NULL, "Duplicate keys '%s' are not allowed "
			    "in hash literals.", text);
			mem_free(text);
		}
		if (flow == FLOW_MORE) {
			if (v.type == &type_void)
				v = VALUE_NULL;
			dict_set(d, value_base(key), v);
		}
		value_unref(key);
		value_unref(v);
	}
	if (flow != FLOW_MORE) {
		value_unref(dict_value(d));
		return flow;
	}
	*outp = dict_value(d);
	return FLOW_MORE;
}

static enum flow
eval_sub(struct frame *f, struct node_sub *n, struct value *outp)
{
	struct collector c;
	enum flow flow;

	collector_init(&c);
	flow = run_block(f, n->body, &c.sink);
	if (flow != FLOW_MORE) {
		collector_clear(&c);
		return flow;
	}
	*outp = n->node.kind == NODE_ARRAY ? collector_array(&c) :
					     collector_take(&c);
	return FLOW_MORE;
}

/* LIMIT: a longer scratch buffer is given back. */
#define SCRATCH_MAX 65536

/* The session's buffer, unless something is being built in it already. */
static struct buf
scratch_get(struct session *s)
{
	struct buf b = s->scratch;

	memset(&s->scratch, 0, sizeof(s->scratch));
	if (b.data != NULL)
		buf_reset(&b);
	return b;
}

static void
scratch_put(struct session *s, struct buf *b)
{
	if (s->scratch.data == NULL && b->cap <= SCRATCH_MAX)
		s->scratch = *b;
	else
		buf_clear(b);
}

static void
add_int(struct buf *b, int64_t i)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

	do {
		digits[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
	if (i < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof(digits) - at);
}

enum flow
eval_expandable(struct frame *f, struct node_expandable *n,
    struct value *outp)
{
	struct buf b = scratch_get(f->s);
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < n->npiece && flow == FLOW_MORE; i++) {
		const struct tree_piece *p = &n->pieces[i];
		struct value v = VALUE_NULL, text = VALUE_NULL;

		if (p->expression == NULL) {
			buf_add(&b, p->text.s, p->text.len);
			continue;
		}
		flow = eval(f, p->expression, &v);
		if (flow == FLOW_MORE && value_is_string(v)) {
			buf_add(&b, value_chars(v), value_chars_len(v));
		} else if (flow == FLOW_MORE &&
		    (v.type == &type_int || v.type == &type_long)) {
			add_int(&b, v.u.i);
		} else if (flow == FLOW_MORE) {
			flow = value_text(&f->s->run, v, &text);
			if (flow == FLOW_MORE)
				buf_add(&b, value_chars(text),
				    value_chars_len(text));
			value_unref(text);
		}
		value_unref(v);
	}
	if (flow == FLOW_MORE)
		*outp = value_string_n(buf_text(&b), b.len);
	scratch_put(f->s, &b);
	return flow;
}

static struct value
eval_block_literal(struct frame *f, struct node_script_block_expression *n)
{
	struct value v = block_new(f->tree, n->block);

	if (f->block != NULL && f->block->home != NULL)
		block_of(v)->home = scope_ref(f->block->home);
	return v;
}

static enum flow
eval_ternary(struct frame *f, struct node_ternary *n, struct value *outp)
{
	bool yes = false;
	enum flow flow = eval_truth(f, n->condition, &yes);

	if (flow != FLOW_MORE)
		return flow;
	return eval(f, yes ? n->if_true : n->if_false, outp);
}

enum flow
eval_type_expression(struct frame *f, struct node_type *n,
    struct value *outp)
{
	const struct type *t;
	enum flow flow = eval_type_or_fail(f, n->name, &t);

	if (flow == FLOW_MORE)
		*outp = value_of_type(t);
	return flow;
}

enum flow
eval(struct frame *f, struct node *n, struct value *outp)
{
	*outp = VALUE_NULL;
	if (n->height > 64 && !run_stack_ok())
		return lang_error(f->s, NULL, "CallDepthOverflow",
		    "InvalidOperation", VALUE_NULL,
		    "The script failed due to call depth overflow.");
	switch (n->kind) {
	case NODE_CONSTANT:
		return eval_constant(f, node_constant(n), outp);
	case NODE_STRING:
		*outp = eval_string(f, node_string(n));
		return FLOW_MORE;
	case NODE_EXPANDABLE:
		return eval_expandable(f, node_expandable(n), outp);
	case NODE_VARIABLE:
		return eval_variable(f, node_variable(n), outp);
	case NODE_BINARY:
		return eval_binary(f, node_binary(n), outp);
	case NODE_UNARY:
		return eval_unary(f, node_unary(n), outp);
	case NODE_TERNARY:
		return eval_ternary(f, node_ternary(n), outp);
	case NODE_CONVERT:
		return eval_convert(f, node_convert(n), outp);
	case NODE_TYPE:
		return eval_type_expression(f, node_type(n), outp);
	case NODE_ARRAY_LITERAL:
		return eval_array_literal(f, node_array_literal(n), outp);
	case NODE_ARRAY:
	case NODE_SUBEXPRESSION:
		return eval_sub(f, node_sub(n), outp);
	case NODE_PAREN:
		return eval_statement(f, node_paren(n)->pipeline, outp);
	case NODE_HASHTABLE:
		return eval_hashtable(f, node_hashtable(n), NULL, outp);
	case NODE_SCRIPT_BLOCK_EXPRESSION:
		*outp = eval_block_literal(f, node_script_block_expression(n));
		return FLOW_MORE;
	case NODE_MEMBER:
		return eval_member(f, node_member(n), outp);
	case NODE_INVOKE_MEMBER:
		return eval_invoke_member(f, node_invoke_member(n), outp);
	case NODE_INDEX:
		return eval_index(f, node_index(n), outp);
	case NODE_USING_EXPRESSION:
		return eval_using(f, node_using_expression(n), outp);
	case NODE_ATTRIBUTED:
		return eval(f, node_attributed(n)->child, outp);
	default:
		return eval_statement(f, n, outp);
	}
}
