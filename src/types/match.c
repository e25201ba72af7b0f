/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -like, -match, -replace, -split, -join. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/regex_types.h"
#include "types/types_internal.h"

static enum flow
bad_pattern(struct run *r, const char *text, const struct fault *f)
{
	(void)text;
	if (f->code == FAULT_LIMIT)
		return throw_dotnet(r,
		    "System.Text.RegularExpressions.RegexMatchTimeoutException",
		    "%s", f->text);
	return throw_dotnet(r,
	    "System.Text.RegularExpressions.RegexParseException", "%s",
	    f->text);
}

struct regex *
regex_from(struct run *r, struct value v, bool ignore_case, enum flow *flowp)
{
	struct value text;
	struct regex *re;
	struct fault f = { 0 };

	*flowp = FLOW_MORE;
	v = value_base(v);
	if (v.type == &type_regex)
		return regex_ref(regex_cell_of(v)->re);
	*flowp = value_text(r, v, &text);
	if (*flowp != FLOW_MORE)
		return NULL;
	re = regex_compile(value_chars(text), value_chars_len(text),
	    ignore_case ? REGEX_IGNORE_CASE : 0, &f);
	if (re == NULL)
		*flowp = bad_pattern(r, value_chars(text), &f);
	value_unref(text);
	return re;
}

/* --- -like --- */

static enum flow
like_one(struct run *r, struct value a, const char *pattern, bool fold,
    bool *yesp)
{
	struct value text;
	enum flow flow = value_text(r, a, &text);

	if (flow != FLOW_MORE)
		return flow;
	*yesp = wildcard_match(pattern, value_chars(text), fold);
	value_unref(text);
	return FLOW_MORE;
}

/* Whether every set of a wildcard pattern ends. */
static bool
wildcard_closed(const char *p)
{
	bool open = false;

	for (; *p != '\0'; p++) {
		if (*p == '`' && p[1] != '\0')
			p++;
		else if (*p == '[' && !open)
			open = true;
		else if (*p == ']' && open && p[-1] != '[')
			open = false;
	}
	return !open;
}

/* --- -match --- */

struct value
match_table(const struct regex *re, struct value text,
    const struct regex_match *m)
{
	struct dict *d = dict_new(&type_dict);
	const char *s = value_chars(text);
	size_t i;

	for (i = 0; i < m->count; i++) {
		const struct regex_span *g = &m->groups[i];
		struct value key;

		if (g->start == REGEX_UNSET)
			continue;
		key = regex_group_is_named(re, i) ?
		    value_string(regex_group_name(re, i)) :
		    value_int((int32_t)i);
		dict_set_take(d, key,
		    value_string_n(s + g->start, g->end - g->start));
		value_unref(key);
	}
	return dict_value(d);
}

static enum flow
match_one(struct run *r, struct regex *re, struct value a, bool set,
    bool *yesp)
{
	struct regex_match m = { 0 };
	struct value text, table;
	struct fault f = { 0 };
	enum flow flow = value_text(r, a, &text);
	int rc;

	if (flow != FLOW_MORE)
		return flow;
	rc = regex_match(re, value_chars(text), value_chars_len(text), 0, &m,
	    &f);
	if (rc < 0)
		flow = bad_pattern(r, "", &f);
	*yesp = rc > 0;
	if (rc > 0 && set && r != NULL && r->ops != NULL &&
	    r->ops->set_variable != NULL) {
		table = match_table(re, text, &m);
		flow = r->ops->set_variable(r, "Matches", table);
		value_unref(table);
	}
	regex_match_clear(&m);
	value_unref(text);
	return flow;
}

static enum flow
match_any(struct run *r, struct value a, bool (*wanted)(void *, bool),
    void *arg, enum flow (*one)(struct run *, struct value, void *, bool *),
    struct value *outp)
{
	struct list *l = list_new(NULL, 0);
	struct iter it;
	struct value item;
	bool more, yes;
	enum flow flow = iter_begin(r, a, &it);

	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = one(r, item, arg, &yes);
		if (flow == FLOW_MORE && wanted(arg, yes))
			list_add_take(l, item);
		else
			value_unref(item);
	}
	iter_end(&it);
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

struct test {
	struct regex *re;
	const char *pattern;
	bool fold;
	bool negate;
};

static enum flow
test_regex(struct run *r, struct value v, void *arg, bool *yesp)
{
	return match_one(r, ((struct test *)arg)->re, v, false, yesp);
}

static enum flow
test_like(struct run *r, struct value v, void *arg, bool *yesp)
{
	struct test *t = arg;

	return like_one(r, v, t->pattern, t->fold, yesp);
}

static bool
wanted(void *arg, bool yes)
{
	return yes != ((struct test *)arg)->negate;
}

enum flow
binary_match(struct run *r, enum binary_op op, struct value a, struct value b,
    struct value *outp)
{
	struct test t = { 0 };
	struct value pattern = VALUE_NULL;
	bool regex = op >= OP_IMATCH, yes = false;
	enum flow flow;

	t.fold = op == OP_ILIKE || op == OP_INOTLIKE || op == OP_IMATCH ||
	    op == OP_INOTMATCH;
	t.negate = op == OP_INOTLIKE || op == OP_CNOTLIKE ||
	    op == OP_INOTMATCH || op == OP_CNOTMATCH;
	if (regex) {
		t.re = regex_from(r, b, t.fold, &flow);
	} else {
		flow = value_text(r, b, &pattern);
		t.pattern = value_chars(pattern);
		if (flow == FLOW_MORE && !wildcard_closed(t.pattern)) {
			flow = throw_simple(r, "RuntimeException",
			    "NotSpecified",
			    "The specified wildcard character pattern is not "
			    "valid: %s", t.pattern);
			value_unref(pattern);
		}
	}
	if (flow != FLOW_MORE)
		return flow;
	if (value_unrolls(a)) {
		flow = match_any(r, a, wanted, &t,
		    regex ? test_regex : test_like, outp);
	} else {
		flow = regex ? match_one(r, t.re, a, true, &yes) :
			       like_one(r, a, t.pattern, t.fold, &yes);
		if (flow == FLOW_MORE)
			*outp = value_bool(yes != t.negate);
	}
	regex_unref(t.re);
	value_unref(pattern);
	return flow;
}

/* --- -replace --- */

/* The replacement is a script block: $_ is the Match. */
static enum flow
replace_block(struct run *r, struct regex *re, struct value text,
    struct value block, struct value *outp)
{
	struct regex_match m = { 0 };
	struct buf out = { 0 };
	const char *s = value_chars(text);
	size_t n = value_chars_len(text), done = 0;
	struct value match, got, piece;
	enum flow flow = FLOW_MORE;
	struct fault f = { 0 };
	int rc = regex_match(re, s, n, 0, &m, &f);

	while (rc > 0) {
		buf_add(&out, s + done, m.groups[0].start - done);
		match = match_value(re, text, &m);
		got = VALUE_NULL;
		flow = r == NULL || r->ops == NULL ? FLOW_MORE :
		    r->ops->invoke(r, block, &match, 1, &match, true, &got);
		value_unref(match);
		if (flow == FLOW_MORE)
			flow = value_text(r, got, &piece);
		value_unref(got);
		if (flow != FLOW_MORE)
			break;
		buf_add(&out, value_chars(piece), value_chars_len(piece));
		value_unref(piece);
		done = m.groups[0].end;
		rc = regex_next(re, s, n, &m, &f);
	}
	regex_match_clear(&m);
	if (rc < 0)
		flow = bad_pattern(r, "", &f);
	if (flow != FLOW_MORE) {
		buf_clear(&out);
		return flow;
	}
	buf_add(&out, s + done, n - done);
	*outp = value_take_buf(&out);
	return FLOW_MORE;
}

static enum flow
replace_one(struct run *r, struct regex *re, struct value a,
    struct value with, struct value *outp)
{
	struct buf out = { 0 };
	struct value text, replacement;
	struct fault f = { 0 };
	enum flow flow = value_text(r, a, &text);
	int rc;

	if (flow != FLOW_MORE)
		return flow;
	with = value_base(with);
	if (with.type != NULL &&
	    strcmp(with.type->name,
		"System.Management.Automation.ScriptBlock") == 0) {
		flow = replace_block(r, re, text, with, outp);
		value_unref(text);
		return flow;
	}
	flow = value_text(r, with, &replacement);
	if (flow == FLOW_MORE) {
		rc = regex_replace(re, value_chars(text),
		    value_chars_len(text), value_chars(replacement),
		    value_chars_len(replacement), 0, &out, &f);
		if (rc < 0)
			flow = bad_pattern(r, "", &f);
		else if (rc == 0)
			*outp = value_ref(text);
		else
			*outp = value_string_n(buf_text(&out), out.len);
		value_unref(replacement);
	}
	buf_clear(&out);
	value_unref(text);
	return flow;
}

/* -replace says of a bad pattern only that it is one. */
static struct regex *
replace_regex(struct run *r, struct value v, bool ignore_case,
    enum flow *flowp)
{
	struct value text;
	struct regex *re;

	v = value_base(v);
	*flowp = FLOW_MORE;
	if (v.type == &type_regex)
		return regex_ref(regex_cell_of(v)->re);
	*flowp = value_text(r, v, &text);
	if (*flowp != FLOW_MORE)
		return NULL;
	re = regex_compile(value_chars(text), value_chars_len(text),
	    ignore_case ? REGEX_IGNORE_CASE : 0, NULL);
	if (re == NULL)
		*flowp = throw_simple(r, "InvalidRegularExpression",
		    "InvalidOperation",
		    "The regular expression pattern %s is not valid.",
		    value_chars(text));
	value_unref(text);
	return re;
}

enum flow
op_replace(struct run *r, struct value a, struct value b, bool ignore_case,
    struct value *outp)
{
	struct value pattern = b, with = VALUE_NULL;
	struct list *l = NULL;
	struct regex *re;
	struct iter it;
	struct value item, done;
	bool more;
	enum flow flow;

	b = value_base(b);
	if (value_is_list(b)) {
		if (list_of(b)->count > 2)
			return throw_simple(r, "BadReplaceArgument",
			    "InvalidOperation",
			    "The -replace operator allows only two elements "
			    "to follow it, not %zu.", list_of(b)->count);
		pattern = list_of(b)->count > 0 ? list_of(b)->items[0] :
						  VALUE_NULL;
		with = list_of(b)->count > 1 ? list_of(b)->items[1] :
					       VALUE_NULL;
	}
	re = replace_regex(r, pattern, ignore_case, &flow);
	if (re == NULL)
		return flow;
	if (!value_unrolls(a)) {
		flow = replace_one(r, re, a, with, outp);
		regex_unref(re);
		return flow;
	}
	l = list_new(NULL, 0);
	flow = iter_begin(r, a, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = replace_one(r, re, item, with, &done);
		value_unref(item);
		if (flow == FLOW_MORE)
			list_add_take(l, done);
	}
	iter_end(&it);
	regex_unref(re);
	if (flow != FLOW_MORE) {
		value_unref(list_value(l));
		return flow;
	}
	*outp = list_value(l);
	return FLOW_MORE;
}

/* --- -join --- */

enum flow
op_join(struct run *r, struct value a, const struct value *sep,
    struct value *outp)
{
	struct value between = VALUE_NULL, item, text;
	struct buf out = { 0 };
	struct iter it;
	bool more, first = true;
	enum flow flow;

	if (sep != NULL) {
		flow = value_text(r, *sep, &between);
		if (flow != FLOW_MORE)
			return flow;
	}
	flow = iter_begin(r, a, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		if (!first && sep != NULL)
			buf_add(&out, value_chars(between),
			    value_chars_len(between));
		first = false;
		flow = value_text(r, item, &text);
		value_unref(item);
		if (flow != FLOW_MORE)
			break;
		buf_add(&out, value_chars(text), value_chars_len(text));
		value_unref(text);
	}
	iter_end(&it);
	value_unref(between);
	if (flow != FLOW_MORE) {
		buf_clear(&out);
		return flow;
	}
	*outp = value_take_buf(&out);
	return FLOW_MORE;
}

/* --- -split --- */

struct split {
	struct regex *re;   /* or: */
	struct value plain; /* SimpleMatch */
	struct value block; /* a predicate */
	bool fold;
	int64_t max; /* 0: all; < 0: from the end */
	struct list *out;
};

struct cut {
	size_t start;
	size_t end;
	size_t group_from; /* captured texts belong to the result */
	size_t group_to;
};

static void
add_piece(struct list *l, const char *s, size_t from, size_t to)
{
	list_add_take(l, value_string_n(s + from, to - from));
}

/* All places where the separator stands. */
static int
find_cuts(struct split *sp, const char *s, size_t n, struct cut **cutsp,
    size_t *countp, struct list *captured, struct fault *f)
{
	struct cut *cuts = NULL;
	size_t count = 0, cap = 0, at = 0, len, i;
	struct regex_match m = { 0 };
	int rc = 0;

	if (sp->re != NULL)
		rc = regex_match(sp->re, s, n, 0, &m, f);
	for (;;) {
		struct cut c;

		if (sp->re != NULL) {
			if (rc <= 0)
				break;
			c.start = m.groups[0].start;
			c.end = m.groups[0].end;
		} else {
			if (value_chars_len(sp->plain) == 0)
				break;
			c.start = text_find(s, n, at, value_chars(sp->plain),
			    value_chars_len(sp->plain), sp->fold, &len);
			if (c.start == TEXT_NONE)
				break;
			c.end = at = c.start + len;
		}
		c.group_from = captured->count;
		for (i = 1; sp->re != NULL && i < m.count; i++) {
			if (m.groups[i].start != REGEX_UNSET)
				add_piece(captured, s, m.groups[i].start,
				    m.groups[i].end);
		}
		c.group_to = captured->count;
		if (count == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			cuts = mem_array_grow(cuts, cap, sizeof(*cuts));
		}
		/* cppcheck-suppress nullPointer ; count == cap is where it grows */
		cuts[count++] = c;
		if (sp->re != NULL)
			rc = regex_next(sp->re, s, n, &m, f);
	}
	regex_match_clear(&m);
	*cutsp = cuts;
	*countp = count;
	return rc < 0 ? -1 : 0;
}

static enum flow
split_text(struct run *r, struct split *sp, struct value text)
{
	const char *s = value_chars(text);
	size_t n = value_chars_len(text), count, i, k, from = 0, first = 0;
	struct list *captured = list_new(NULL, 0);
	struct cut *cuts;
	struct fault f = { 0 };
	enum flow flow = FLOW_MORE;

	if (find_cuts(sp, s, n, &cuts, &count, captured, &f) < 0) {
		flow = bad_pattern(r, "", &f);
		goto out;
	}
	if (sp->max > 0 && (uint64_t)sp->max - 1 < count)
		count = (size_t)sp->max - 1;
	if (sp->max < 0 && (uint64_t)(-sp->max - 1) < count)
		first = count - (size_t)(-sp->max - 1);
	for (i = first; i < count; i++) {
		add_piece(sp->out, s, from, cuts[i].start);
		for (k = cuts[i].group_from; k < cuts[i].group_to; k++)
			list_add(sp->out, captured->items[k]);
		from = cuts[i].end;
	}
	add_piece(sp->out, s, from, n);
out:
	mem_free(cuts);
	value_unref(list_value(captured));
	return flow;
}

/* The block says of each character whether it separates. */
static enum flow
split_by_block(struct run *r, struct split *sp, struct value text)
{
	struct string *str = string_of(text);
	size_t units = str->units, i, from = 0;
	enum flow flow;
	bool yes;

	for (i = 0; i < units; i++) {
		struct value one = string_slice(str, i, 1), got = VALUE_NULL;
		struct value args[3] = { one, text, value_int((int32_t)i) };

		if (sp->max > 0 && (int64_t)sp->out->count >= sp->max - 1) {
			value_unref(one);
			break;
		}
		flow = r == NULL || r->ops == NULL ? FLOW_MORE :
		    r->ops->invoke(r, sp->block, args, 3, &one, true, &got);
		if (flow == FLOW_MORE)
			flow = value_truth(r, got, &yes);
		value_unref(got);
		value_unref(one);
		if (flow != FLOW_MORE)
			return flow;
		if (yes) {
			list_add_take(sp->out, string_slice(str, from, i - from));
			from = i + 1;
		}
	}
	list_add_take(sp->out, string_slice(str, from, units - from));
	return FLOW_MORE;
}

/* Unary -split: at runs of blanks, none at the ends. */
static void
split_blanks(struct split *sp, struct value text)
{
	const char *s = value_chars(text), *end = s + value_chars_len(text);
	const char *start = NULL;
	uint32_t cp;
	size_t len;

	while (s < end) {
		len = utf8_decode(s, (size_t)(end - s), &cp);
		if (codepoint_is_space(cp)) {
			if (start != NULL)
				add_piece(sp->out, start, 0,
				    (size_t)(s - start));
			start = NULL;
		} else if (start == NULL) {
			start = s;
		}
		s += len;
	}
	if (start != NULL)
		add_piece(sp->out, start, 0, (size_t)(s - start));
}

static enum flow
split_options(struct run *r, struct value v, unsigned *optionsp)
{
	struct value e = VALUE_NULL;
	enum flow flow = value_convert(r, v, &type_splitoptions, &e);

	if (flow == FLOW_MORE)
		*optionsp = (unsigned)e.u.i;
	return flow;
}

static enum flow
split_max(struct run *r, struct value v, int64_t *maxp)
{
	struct conv_state c = { .run = r };
	struct value n = VALUE_NULL;

	switch ((int)convert(&c, v, &type_int, &n)) {
	case CONV_OK:
		*maxp = n.u.i;
		conv_clear(&c);
		return FLOW_MORE;
	case CONV_LEAVE:
		conv_clear(&c);
		return FLOW_LEAVE;
	default:
		c.id = "RuntimeException";
		return conv_raise(&c);
	}
}

static enum flow
prepare(struct run *r, struct split *sp, struct value how, bool fold)
{
	struct value sep = how, text = VALUE_NULL;
	unsigned options = 0, flags = 0;
	struct list *l = NULL;
	struct fault f = { 0 };
	enum flow flow = FLOW_MORE;

	how = value_base(how);
	if (value_is_list(how)) {
		l = list_of(how);
		sep = l->count > 0 ? l->items[0] : VALUE_NULL;
		if (l->count > 1)
			flow = split_max(r, l->items[1], &sp->max);
		if (flow == FLOW_MORE && l->count > 2)
			flow = split_options(r, l->items[2], &options);
		if (flow != FLOW_MORE)
			return flow;
	}
	sep = value_base(sep);
	if (sep.type != NULL &&
	    strcmp(sep.type->name,
		"System.Management.Automation.ScriptBlock") == 0) {
		sp->block = sep;
		return FLOW_MORE;
	}
	if ((options & 1) != 0 && (options & ~65u) != 0)
		return throw_simple(r, "InvalidSplitOptionCombination",
		    "InvalidOperation",
		    "The combination of options with the -split operator is "
		    "not valid.");
	sp->fold = fold || (options & 64) != 0;
	flow = value_text(r, sep, &text);
	if (flow != FLOW_MORE)
		return flow;
	if (options & 1) {
		sp->plain = text;
		return FLOW_MORE;
	}
	flags |= sp->fold ? REGEX_IGNORE_CASE : 0;
	flags |= options & 4 ? REGEX_CULTURE_INVARIANT : 0;
	flags |= options & 8 ? REGEX_IGNORE_WHITESPACE : 0;
	flags |= options & 16 ? REGEX_MULTILINE : 0;
	flags |= options & 32 ? REGEX_SINGLELINE : 0;
	flags |= options & 128 ? REGEX_EXPLICIT_CAPTURE : 0;
	if (sep.type == &type_regex)
		sp->re = regex_ref(regex_cell_of(sep)->re);
	else
		sp->re = regex_compile(value_chars(text),
		    value_chars_len(text), flags, &f);
	if (sp->re == NULL)
		flow = bad_pattern(r, value_chars(text), &f);
	value_unref(text);
	return flow;
}

enum flow
op_split(struct run *r, struct value a, const struct value *how,
    bool ignore_case, struct value *outp)
{
	struct split sp = { 0 };
	struct iter it;
	struct value item, text;
	bool more;
	enum flow flow = FLOW_MORE;

	if (how != NULL)
		flow = prepare(r, &sp, *how, ignore_case);
	if (flow != FLOW_MORE)
		return flow;
	sp.out = list_new(types_string_array, 4);
	if (value_is_nothing(a)) {
		text = value_string("");
		if (how != NULL)
			flow = sp.block.type != NULL ?
			    split_by_block(r, &sp, text) :
			    split_text(r, &sp, text);
		value_unref(text);
		goto done;
	}
	flow = iter_begin(r, a, &it);
	while (flow == FLOW_MORE) {
		flow = iter_next(r, &it, &item, &more);
		if (flow != FLOW_MORE || !more)
			break;
		flow = value_text(r, item, &text);
		value_unref(item);
		if (flow != FLOW_MORE)
			break;
		if (how == NULL)
			split_blanks(&sp, text);
		else if (sp.block.type != NULL)
			flow = split_by_block(r, &sp, text);
		else
			flow = split_text(r, &sp, text);
		value_unref(text);
	}
	iter_end(&it);
done:
	regex_unref(sp.re);
	value_unref(sp.plain);
	if (flow != FLOW_MORE) {
		value_unref(list_value(sp.out));
		return flow;
	}
	*outp = list_value(sp.out);
	return FLOW_MORE;
}
