/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regex, Match, Group and their collections. */
#include "config.h"

#include <stdio.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/regex_types.h"

static void
regex_release(struct cell *c)
{
	regex_unref(((struct regex_cell *)(void *)c)->re);
	mem_free(c);
}

struct type type_regex = {
	.name = "System.Text.RegularExpressions.Regex",
	.short_name = "regex",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = regex_release,
};

/* A match keeps all its groups; a Group points at its match. */
struct match_cell {
	struct cell cell;
	struct regex *re;
	struct value text;
	size_t count; /* 0: no success */
	struct regex_span *spans;
};

struct group_cell {
	struct cell cell;
	struct match_cell *match;
	size_t index;
};

static void
match_release(struct cell *c)
{
	struct match_cell *m = (struct match_cell *)(void *)c;

	regex_unref(m->re);
	value_unref(m->text);
	mem_free(m->spans);
	mem_free(m);
}

static void
group_release(struct cell *c)
{
	struct group_cell *g = (struct group_cell *)(void *)c;

	value_unref(cell_value(g->match));
	mem_free(g);
}

struct type type_capture = {
	.name = "System.Text.RegularExpressions.Capture",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = group_release,
};

struct type type_group = {
	.name = "System.Text.RegularExpressions.Group",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_capture,
	.release = group_release,
};

struct type type_match = {
	.name = "System.Text.RegularExpressions.Match",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_group,
	.release = match_release,
};

static void
collection_release(struct cell *c)
{
	type_list.release(c);
}

struct type type_matchcollection = {
	.name = "System.Text.RegularExpressions.MatchCollection",
	.kind = TYPE_KIND_LIST,
	.flags = TYPE_COUNTED | TYPE_UNROLLS,
	.base = &type_system_object,
	.release = collection_release,
};

struct type type_groupcollection = {
	.name = "System.Text.RegularExpressions.GroupCollection",
	.kind = TYPE_KIND_LIST,
	.flags = TYPE_COUNTED | TYPE_UNROLLS,
	.base = &type_system_object,
	.release = collection_release,
};

struct value
regex_value_take(struct regex *re)
{
	struct regex_cell *c = cell_new(&type_regex, sizeof(*c));

	c->re = re;
	return cell_value(c);
}

static struct match_cell *
match_of(struct value v)
{
	return (struct match_cell *)(void *)v.u.p;
}

struct value
match_value(struct regex *re, struct value text, const struct regex_match *m)
{
	struct match_cell *c = cell_new(&type_match, sizeof(*c));

	c->re = regex_ref(re);
	c->text = value_ref(text);
	c->count = m->count;
	c->spans = mem_dup(m->groups, m->count * sizeof(*m->groups));
	return cell_value(c);
}

struct value
match_none(struct regex *re, struct value text)
{
	struct match_cell *c = cell_new(&type_match, sizeof(*c));

	c->re = regex_ref(re);
	c->text = value_ref(text);
	return cell_value(c);
}

/* UTF-16 units before a byte offset, and the other way. */
static size_t
units_before(struct value text, size_t offset)
{
	const struct string *s = string_of(text);
	size_t at = 0, units = 0;
	uint32_t cp;

	if (s->ascii)
		return offset;
	while (at < offset) {
		at += utf8_decode(s->data + at, s->len - at, &cp);
		units += cp >= 0x10000 ? 2 : 1;
	}
	return units;
}

/* Match itself or a Group: the match and which group of it. */
static struct match_cell *
group_parts(struct value v, size_t *indexp)
{
	if (v.type == &type_match) {
		*indexp = 0;
		return match_of(v);
	}
	*indexp = ((struct group_cell *)(void *)v.u.p)->index;
	return ((struct group_cell *)(void *)v.u.p)->match;
}

static bool
group_span(struct value v, struct regex_span *span, struct match_cell **mp)
{
	size_t i;

	*mp = group_parts(v, &i);
	if (i >= (*mp)->count || (*mp)->spans[i].start == REGEX_UNSET)
		return false;
	*span = (*mp)->spans[i];
	return true;
}

static struct value
group_text(struct value v)
{
	struct match_cell *m;
	struct regex_span span;

	if (!group_span(v, &span, &m))
		return value_string("");
	return value_string_n(value_chars(m->text) + span.start,
	    span.end - span.start);
}

static enum flow
get_value(struct member_call *c)
{
	c->out = group_text(c->self);
	return FLOW_MORE;
}

static enum flow
get_index(struct member_call *c)
{
	struct match_cell *m;
	struct regex_span span;

	c->out = value_int(group_span(c->self, &span, &m) ?
		(int32_t)units_before(m->text, span.start) : 0);
	return FLOW_MORE;
}

static enum flow
get_length(struct member_call *c)
{
	struct value text = group_text(c->self);

	c->out = value_int((int32_t)string_of(text)->units);
	value_unref(text);
	return FLOW_MORE;
}

static enum flow
get_success(struct member_call *c)
{
	struct match_cell *m;
	struct regex_span span;

	c->out = value_bool(group_span(c->self, &span, &m));
	return FLOW_MORE;
}

static enum flow
get_name(struct member_call *c)
{
	size_t i;
	struct match_cell *m = group_parts(c->self, &i);

	c->out = value_string(regex_group_name(m->re, i));
	return FLOW_MORE;
}

static struct value
group_value(struct match_cell *m, size_t i)
{
	struct group_cell *g;

	if (i == 0)
		return value_ref(cell_value(m));
	g = cell_new(&type_group, sizeof(*g));
	g->match = m;
	m->cell.refs++;
	g->index = i;
	return cell_value(g);
}

static enum flow
get_groups(struct member_call *c)
{
	size_t i;
	struct match_cell *m = group_parts(c->self, &i);
	struct list *l = list_new(&type_groupcollection, m->count);

	for (i = 0; i < m->count; i++)
		list_add_take(l, group_value(m, i));
	if (m->count == 0)
		list_add_take(l, value_ref(cell_value(m)));
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
get_captures(struct member_call *c)
{
	struct list *l = list_new(NULL, 1);
	struct match_cell *m;
	struct regex_span span;

	if (group_span(c->self, &span, &m))
		list_add(l, c->self);
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
timed_out(struct member_call *c, const struct fault *f)
{
	return member_throw(c,
	    "System.Text.RegularExpressions.RegexMatchTimeoutException", "%s",
	    f->text);
}

static enum flow
next_match(struct member_call *c)
{
	size_t i;
	struct match_cell *m = group_parts(c->self, &i);
	struct regex_match next = { 0 };
	struct fault f;
	int rc = 0;

	if (m->count > 0) {
		next.count = m->count;
		next.groups = mem_dup(m->spans, m->count * sizeof(*m->spans));
		rc = regex_next(m->re, value_chars(m->text),
		    value_chars_len(m->text), &next, &f);
	}
	if (rc < 0) {
		regex_match_clear(&next);
		return timed_out(c, &f);
	}
	c->out = rc > 0 ? match_value(m->re, m->text, &next) :
			  match_none(m->re, m->text);
	regex_match_clear(&next);
	return FLOW_MORE;
}

static enum flow
match_result(struct member_call *c)
{
	size_t i;
	struct match_cell *m = group_parts(c->self, &i);
	struct regex_match rm = { m->count, m->spans };
	struct buf b = { 0 };

	if (m->count > 0)
		regex_expand(m->re, value_chars(m->text),
		    value_chars_len(m->text), &rm, value_chars(c->args[0]),
		    value_chars_len(c->args[0]), &b);
	c->out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static enum flow
group_to_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = group_text(v);
	return FLOW_MORE;
}

/* Groups by number or by name. */
static enum flow
groups_index(struct run *r, struct value v, const struct value *at, size_t n,
    struct value *outp)
{
	struct list *l = list_of(v);
	struct match_cell *m;
	struct value key = n > 0 ? value_base(at[0]) : VALUE_NULL;
	size_t i;
	int number = -1;

	(void)r;
	if (l->count == 0)
		return FLOW_MORE;
	m = match_of(l->items[0]);
	if (is_integer(key.type))
		number = (int)key.u.i;
	else if (value_is_string(key))
		number = regex_group_number(m->re, value_chars(key),
		    value_chars_len(key));
	if (number >= 0 && (size_t)number < l->count) {
		*outp = value_ref(l->items[number]);
		return FLOW_MORE;
	}
	/* a group that did not take part */
	i = m->count;
	*outp = group_value(m, i == 0 ? 1 : i + 1);
	return FLOW_MORE;
}

/* --- Regex --- */

/* The regex of an instance call, or of a static one's arguments. */
struct use {
	struct regex *re;
	struct value text;
	size_t used; /* arguments after the pattern begin here */
};

static enum flow
bad_pattern(struct member_call *c, const struct fault *f)
{
	return member_throw(c,
	    "System.Text.RegularExpressions.RegexParseException", "%s",
	    f->text);
}

/* at: where options stand among the arguments of a static. */
static enum flow
begin(struct member_call *c, struct use *u, size_t options_at)
{
	struct fault f;
	unsigned options = 0;

	u->text = c->args[0];
	if (c->self.type != NULL) {
		u->re = regex_ref(regex_cell_of(c->self)->re);
		u->used = 1;
		return FLOW_MORE;
	}
	u->used = 2;
	if (c->n > options_at && c->args[options_at].type == &type_regexoptions)
		options = (unsigned)c->args[options_at].u.i;
	u->re = regex_compile(value_chars(c->args[1]),
	    value_chars_len(c->args[1]), options, &f);
	return u->re == NULL ? bad_pattern(c, &f) : FLOW_MORE;
}

static size_t
start_of(struct member_call *c, size_t arg, struct value text)
{
	if (c->self.type != NULL && c->n > arg &&
	    c->args[arg].type == &type_int && c->args[arg].u.i > 0)
		return string_offset(string_of(text),
		    (size_t)c->args[arg].u.i);
	return 0;
}

static enum flow
re_is_match(struct member_call *c)
{
	struct use u;
	struct regex_match m = { 0 };
	struct fault f;
	enum flow flow = begin(c, &u, 2);
	int rc;

	if (flow != FLOW_MORE)
		return flow;
	rc = regex_match(u.re, value_chars(u.text), value_chars_len(u.text),
	    start_of(c, 1, u.text), &m, &f);
	c->out = value_bool(rc > 0);
	regex_match_clear(&m);
	regex_unref(u.re);
	return rc < 0 ? timed_out(c, &f) : FLOW_MORE;
}

static enum flow
re_match(struct member_call *c)
{
	struct use u;
	struct regex_match m = { 0 };
	struct fault f;
	enum flow flow = begin(c, &u, 2);
	int rc;

	if (flow != FLOW_MORE)
		return flow;
	rc = regex_match(u.re, value_chars(u.text), value_chars_len(u.text),
	    start_of(c, 1, u.text), &m, &f);
	if (rc >= 0)
		c->out = rc > 0 ? match_value(u.re, u.text, &m) :
				  match_none(u.re, u.text);
	regex_match_clear(&m);
	regex_unref(u.re);
	return rc < 0 ? timed_out(c, &f) : FLOW_MORE;
}

static enum flow
re_matches(struct member_call *c)
{
	struct use u;
	struct regex_match m = { 0 };
	struct list *l;
	struct fault f;
	enum flow flow = begin(c, &u, 2);
	const char *s;
	size_t n;
	int rc;

	if (flow != FLOW_MORE)
		return flow;
	s = value_chars(u.text);
	n = value_chars_len(u.text);
	l = list_new(&type_matchcollection, 0);
	rc = regex_match(u.re, s, n, start_of(c, 1, u.text), &m, &f);
	while (rc > 0) {
		list_add_take(l, match_value(u.re, u.text, &m));
		rc = regex_next(u.re, s, n, &m, &f);
	}
	regex_match_clear(&m);
	regex_unref(u.re);
	if (rc < 0) {
		value_unref(list_value(l));
		return timed_out(c, &f);
	}
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
re_replace(struct member_call *c)
{
	struct use u;
	struct regex_match m = { 0 };
	struct buf b = { 0 };
	struct fault f;
	struct value with, piece;
	const char *s;
	size_t n, done = 0, max = 0, count = 0;
	enum flow flow = begin(c, &u, 3);
	int rc;

	if (flow != FLOW_MORE)
		return flow;
	s = value_chars(u.text);
	n = value_chars_len(u.text);
	with = c->args[u.used];
	if (c->self.type != NULL && c->n > 2 && c->args[2].u.i > 0)
		max = (size_t)c->args[2].u.i;
	rc = regex_match(u.re, s, n, 0, &m, &f);
	while (rc > 0 && flow == FLOW_MORE) {
		buf_add(&b, s + done, m.groups[0].start - done);
		if (value_is_string(with)) {
			regex_expand(u.re, s, n, &m, value_chars(with),
			    value_chars_len(with), &b);
		} else {
			struct value match = match_value(u.re, u.text, &m);
			struct value got = VALUE_NULL;

			if (c->run != NULL && c->run->ops != NULL)
				flow = c->run->ops->invoke(c->run, with,
				    &match, 1, &match, true, &got);
			value_unref(match);
			if (flow == FLOW_MORE)
				flow = value_text(c->run, got, &piece);
			value_unref(got);
			if (flow != FLOW_MORE)
				break;
			buf_add(&b, value_chars(piece),
			    value_chars_len(piece));
			value_unref(piece);
		}
		done = m.groups[0].end;
		if (max != 0 && ++count >= max)
			break;
		rc = regex_next(u.re, s, n, &m, &f);
	}
	buf_add(&b, s + done, n - done);
	if (flow == FLOW_MORE)
		c->out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	regex_match_clear(&m);
	regex_unref(u.re);
	return rc < 0 ? timed_out(c, &f) : flow;
}

static enum flow
re_split(struct member_call *c)
{
	struct value how[2];
	struct value re_value, args;
	struct use u;
	enum flow flow = begin(c, &u, 2);

	if (flow != FLOW_MORE)
		return flow;
	re_value = regex_value_take(u.re);
	how[0] = re_value;
	how[1] = value_int(0);
	if (c->self.type != NULL && c->n > 1)
		how[1] = c->args[1];
	args = value_list(how, 2);
	flow = op_split(c->run, u.text, &args, false, &c->out);
	value_unref(args);
	value_unref(re_value);
	return flow;
}

static enum flow
re_escape(struct member_call *c)
{
	struct buf b = { 0 };

	regex_escape(value_chars(c->args[0]), value_chars_len(c->args[0]), &b);
	c->out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static enum flow
re_unescape(struct member_call *c)
{
	struct buf b = { 0 };
	const char *s = value_chars(c->args[0]);

	for (; *s != '\0'; s++) {
		if (*s != '\\' || s[1] == '\0') {
			buf_add_byte(&b, *s);
			continue;
		}
		s++;
		buf_add_byte(&b, *s == 'n' ? '\n' :
			*s == 'r'	   ? '\r' :
			*s == 't'	   ? '\t' :
			*s == 'f'	   ? '\f' :
			*s == 'e'	   ? '\033' :
			*s == 'a'	   ? '\a' :
					     *s);
	}
	c->out = value_string_n(buf_text(&b), b.len);
	buf_clear(&b);
	return FLOW_MORE;
}

static enum flow
re_new(struct member_call *c)
{
	struct fault f;
	struct regex *re = regex_compile(value_chars(c->args[0]),
	    value_chars_len(c->args[0]),
	    c->n > 1 ? (unsigned)c->args[1].u.i : 0, &f);

	if (re == NULL)
		return bad_pattern(c, &f);
	c->out = regex_value_take(re);
	return FLOW_MORE;
}

static enum flow
re_options(struct member_call *c)
{
	c->out = enum_value(&type_regexoptions,
	    regex_options(regex_cell_of(c->self)->re));
	return FLOW_MORE;
}

static enum flow
re_group_names(struct member_call *c)
{
	struct regex *re = regex_cell_of(c->self)->re;
	struct list *l = list_new(types_string_array, 0);
	size_t i;

	for (i = 0; i < regex_group_count(re); i++)
		list_add_take(l, value_string(regex_group_name(re, i)));
	c->out = list_value(l);
	return FLOW_MORE;
}

static enum flow
re_text(struct run *r, struct value v, struct value *textp)
{
	size_t n;
	const char *s = regex_pattern(regex_cell_of(v)->re, &n);

	(void)r;
	*textp = value_string_n(s, n);
	return FLOW_MORE;
}

static enum flow
re_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	(void)r;
	(void)ignore_case;
	*equalp = a.type == b.type &&
	    regex_cell_of(a)->re == regex_cell_of(b)->re &&
	    a.u.p == b.u.p;
	return FLOW_MORE;
}

#define RO "System.Text.RegularExpressions.RegexOptions options"
static const struct member_spec regex_members[] = {
	{ "new(string pattern)", re_new },
	{ "new(string pattern, " RO ")", re_new },
	{ "new(string pattern, " RO ", timespan matchTimeout)", re_new },
	{ "static string Escape(string str)", re_escape },
	{ "static string Unescape(string str)", re_unescape },
	{ "static bool IsMatch(string input, string pattern)", re_is_match },
	{ "static bool IsMatch(string input, string pattern, " RO ")",
	    re_is_match },
	{ "bool IsMatch(string input)", re_is_match },
	{ "bool IsMatch(string input, int startat)", re_is_match },
	{ "static System.Text.RegularExpressions.Match Match(string input, "
	  "string pattern)", re_match },
	{ "static System.Text.RegularExpressions.Match Match(string input, "
	  "string pattern, " RO ")", re_match },
	{ "System.Text.RegularExpressions.Match Match(string input)",
	    re_match },
	{ "System.Text.RegularExpressions.Match Match(string input, "
	  "int startat)", re_match },
	{ "static System.Text.RegularExpressions.MatchCollection "
	  "Matches(string input, string pattern)", re_matches },
	{ "static System.Text.RegularExpressions.MatchCollection "
	  "Matches(string input, string pattern, " RO ")", re_matches },
	{ "System.Text.RegularExpressions.MatchCollection "
	  "Matches(string input)", re_matches },
	{ "System.Text.RegularExpressions.MatchCollection "
	  "Matches(string input, int startat)", re_matches },
	{ "static string Replace(string input, string pattern, string "
	  "replacement)", re_replace },
	{ "static string Replace(string input, string pattern, string "
	  "replacement, " RO ")", re_replace },
	{ "static string Replace(string input, string pattern, "
	  "System.Text.RegularExpressions.MatchEvaluator evaluator)",
	    re_replace },
	{ "static string Replace(string input, string pattern, "
	  "System.Text.RegularExpressions.MatchEvaluator evaluator, " RO ")",
	    re_replace },
	{ "string Replace(string input, string replacement)", re_replace },
	{ "string Replace(string input, string replacement, int count)",
	    re_replace },
	{ "string Replace(string input, System.Text.RegularExpressions."
	  "MatchEvaluator evaluator)", re_replace },
	{ "string Replace(string input, System.Text.RegularExpressions."
	  "MatchEvaluator evaluator, int count)", re_replace },
	{ "static string[] Split(string input, string pattern)", re_split },
	{ "static string[] Split(string input, string pattern, " RO ")",
	    re_split },
	{ "string[] Split(string input)", re_split },
	{ "string[] Split(string input, int count)", re_split },
	{ "System.Text.RegularExpressions.RegexOptions Options get",
	    re_options },
	{ "string[] GetGroupNames()", re_group_names },
	{ NULL },
};

static const struct member_spec capture_members[] = {
	{ "int Index get", get_index },
	{ "int Length get", get_length },
	{ "string Value get", get_value },
	{ NULL },
};

static const struct member_spec group_members[] = {
	{ "bool Success get", get_success },
	{ "string Name get", get_name },
	{ "System.Text.RegularExpressions.CaptureCollection Captures get",
	    get_captures },
	{ NULL },
};

static const struct member_spec match_members[] = {
	{ "System.Text.RegularExpressions.GroupCollection Groups get",
	    get_groups },
	{ "System.Text.RegularExpressions.Match NextMatch()", next_match },
	{ "string Result(string replacement)", match_result },
	{ NULL },
};

static enum flow
collection_count(struct member_call *c)
{
	c->out = value_int((int32_t)list_of(c->self)->count);
	return FLOW_MORE;
}

static const struct member_spec collection_members[] = {
	{ "int Count get", collection_count },
	{ NULL },
};

static const struct type_ops regex_ops = { .text = re_text,
	.equal = re_equal };
static const struct type_ops group_ops = { .text = group_to_text };
static const struct type_ops groups_ops = { .index = groups_index };

void
regex_types_init(void)
{
	type_regex.ops = &regex_ops;
	type_add_members(&type_regex, regex_members);
	type_add(&type_regex);
	type_capture.ops = &group_ops;
	type_add_members(&type_capture, capture_members);
	type_add_members(&type_group, group_members);
	type_add_members(&type_match, match_members);
	type_add(&type_capture);
	type_add(&type_group);
	type_add(&type_match);
	type_groupcollection.ops = &groups_ops;
	type_add_members(&type_matchcollection, collection_members);
	type_add_members(&type_groupcollection, collection_members);
	type_add(&type_matchcollection);
	type_add(&type_groupcollection);
}
