/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matching, replacing and escaping: PCRE2's landing. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/mem.h"
#include "core/regex.h"
#include "core/regex_internal.h"

/* LIMIT: steps of one match, and levels of its stack. */
#define MATCH_LIMIT 20000000
#define DEPTH_LIMIT 1000000
/* LIMIT: patterns kept compiled (a power of two). */
#define CACHE_SIZE 128
/* A pattern that is used this often is worth machine code. */
#define JIT_AFTER 3

struct regex {
	unsigned refs;
	unsigned options;
	unsigned uses;
	char *pattern;
	size_t len;
	pcre2_code *code;
	pcre2_match_data *data;
	struct regex_names names;
	char **texts; /* of .NET's group numbers */
	bool *named;
};

static struct regex *cache[CACHE_SIZE];

static pcre2_match_context *
match_context(void)
{
	static pcre2_match_context *ctx;

	if (ctx == NULL) {
		ctx = pcre2_match_context_create(NULL);
		pcre2_set_match_limit(ctx, MATCH_LIMIT);
		pcre2_set_depth_limit(ctx, DEPTH_LIMIT);
		pcre2_jit_stack_assign(ctx, NULL,
		    pcre2_jit_stack_create(32 * 1024, 1024 * 1024, NULL));
	}
	return ctx;
}

struct regex *
regex_ref(struct regex *re)
{
	re->refs++;
	return re;
}

void
regex_unref(struct regex *re)
{
	size_t i;

	if (re == NULL || --re->refs > 0)
		return;
	for (i = 0; re->texts != NULL && i < re->names.numbers; i++)
		mem_free(re->texts[i]);
	mem_free(re->texts);
	mem_free(re->named);
	regex_names_clear(&re->names);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	mem_free(re->pattern);
	mem_free(re);
}

static uint32_t
pcre_options(unsigned options)
{
	uint32_t o = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;

	if (!(options & REGEX_ECMASCRIPT))
		o |= PCRE2_UCP;
	if (options & REGEX_IGNORE_CASE)
		o |= PCRE2_CASELESS;
	if (options & REGEX_MULTILINE)
		o |= PCRE2_MULTILINE;
	if (options & REGEX_SINGLELINE)
		o |= PCRE2_DOTALL;
	if (options & REGEX_IGNORE_WHITESPACE)
		o |= PCRE2_EXTENDED;
	return o;
}

static void
name_groups(struct regex *re)
{
	size_t i, n = re->names.numbers;

	re->texts = mem_array(n, sizeof(*re->texts));
	re->named = mem_array(n, sizeof(*re->named));
	for (i = 0; i < n; i++) {
		re->texts[i] = NULL;
		re->named[i] = false;
	}
	for (i = 0; i < re->names.count; i++) {
		size_t number = re->names.groups[i].number;
		const char *name = re->names.groups[i].name;

		if (name == NULL || re->texts[number] != NULL)
			continue;
		re->texts[number] = mem_strdup(name);
		re->named[number] = strspn(name, "0123456789") != strlen(name);
	}
	for (i = 0; i < n; i++) {
		if (re->texts[i] == NULL)
			re->texts[i] = mem_printf("%zu", i);
	}
}

static struct regex *
compile(const char *pattern, size_t len, unsigned options, struct fault *f)
{
	struct regex *re = mem_zalloc(sizeof(*re));
	pcre2_compile_context *ctx = NULL;
	struct buf text = { 0 };
	PCRE2_SIZE at;
	int error;
	char why[256];

	re->refs = 1;
	re->options = options;
	re->pattern = mem_strndup(pattern, len);
	re->len = len;
	if (regex_translate(pattern, len, options, &text, &re->names, f) < 0)
		goto fail;
	ctx = pcre2_compile_context_create(NULL);
	pcre2_set_newline(ctx, PCRE2_NEWLINE_LF);
	re->code = pcre2_compile((PCRE2_SPTR)buf_text(&text), text.len,
	    pcre_options(options), &error, &at, ctx);
	pcre2_compile_context_free(ctx);
	if (re->code == NULL) {
		(void)pcre2_get_error_message(error, (PCRE2_UCHAR *)why,
		    sizeof(why));
		fault_set(f, FAULT_INVALID,
		    "Invalid pattern '%s' at offset %zu. %s.", re->pattern,
		    (size_t)at, why);
		goto fail;
	}
	buf_clear(&text);
	re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
	name_groups(re);
	return re;
fail:
	buf_clear(&text);
	regex_unref(re);
	return NULL;
}

struct regex *
regex_compile(const char *pattern, size_t len, unsigned options,
    struct fault *f)
{
	uint32_t h = 2166136261u ^ options;
	struct regex *re, **slot;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)pattern[i]) * 16777619u;
	slot = &cache[(h ^ h >> 16) % CACHE_SIZE];
	re = *slot;
	if (re != NULL && re->options == options && re->len == len &&
	    memcmp(re->pattern, pattern, len) == 0)
		return regex_ref(re);
	re = compile(pattern, len, options, f);
	if (re == NULL)
		return NULL;
	regex_unref(*slot);
	*slot = regex_ref(re);
	return re;
}

const char *
regex_pattern(const struct regex *re, size_t *lenp)
{
	if (lenp != NULL)
		*lenp = re->len;
	return re->pattern;
}

unsigned
regex_options(const struct regex *re)
{
	return re->options;
}

size_t
regex_group_count(const struct regex *re)
{
	return re->names.numbers;
}

const char *
regex_group_name(const struct regex *re, size_t group)
{
	return group < re->names.numbers ? re->texts[group] : "";
}

bool
regex_group_is_named(const struct regex *re, size_t group)
{
	return group < re->names.numbers && re->named[group];
}

int
regex_group_number(const struct regex *re, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < re->names.numbers; i++) {
		if (strlen(re->texts[i]) == len &&
		    memcmp(re->texts[i], name, len) == 0)
			return (int)i;
	}
	return -1;
}

/* --- matching --- */

static void
fill(const struct regex *re, struct regex_match *m)
{
	const PCRE2_SIZE *ov = pcre2_get_ovector_pointer(re->data);
	size_t i, number;

	if (m->groups == NULL || m->count != re->names.numbers) {
		m->groups = mem_array_grow(m->groups, re->names.numbers,
		    sizeof(*m->groups));
		m->count = re->names.numbers;
	}
	m->groups[0].start = ov[0];
	m->groups[0].end = ov[1];
	if (ov[0] > ov[1])
		m->groups[0].start = ov[1]; /* \K in a look-ahead */
	for (i = 1; i < m->count; i++)
		m->groups[i].start = m->groups[i].end = REGEX_UNSET;
	for (i = 0; i < re->names.count; i++) {
		number = re->names.groups[i].number;
		if (ov[2 * i + 2] == PCRE2_UNSET)
			continue;
		m->groups[number].start = ov[2 * i + 2];
		m->groups[number].end = ov[2 * i + 3];
	}
}

static int
match(struct regex *re, const char *text, size_t len, size_t from,
    uint32_t options, struct regex_match *m, struct fault *f)
{
	int rc;

	if (++re->uses == JIT_AFTER)
		(void)pcre2_jit_compile(re->code,
		    PCRE2_JIT_COMPLETE);
	rc = pcre2_match(re->code, (PCRE2_SPTR)text, len, from, options,
	    re->data, match_context());
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(re->code, (PCRE2_SPTR)text, len, from,
		    options | PCRE2_NO_JIT, re->data, match_context());
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	if (rc < 0)
		return fault_set(f, FAULT_LIMIT,
		    "The Regex engine has timed out while trying to match a "
		    "pattern to an input string. This can occur for many "
		    "reasons, including very large inputs or excessive "
		    "backtracking caused by nested quantifiers, "
		    "back-references and other factors.");
	fill(re, m);
	return 1;
}

int
regex_match(struct regex *re, const char *text, size_t len, size_t from,
    struct regex_match *m, struct fault *f)
{
	if (from > len)
		return 0;
	return match(re, text, len, from, 0, m, f);
}

int
regex_next(struct regex *re, const char *text, size_t len,
    struct regex_match *m, struct fault *f)
{
	size_t from = m->groups[0].end;

	if (m->groups[0].start == m->groups[0].end) {
		if (from >= len)
			return 0;
		do
			from++;
		while (from < len && (text[from] & 0xc0) == 0x80);
	}
	return match(re, text, len, from, 0, m, f);
}

void
regex_match_clear(struct regex_match *m)
{
	mem_free(m->groups);
	m->groups = NULL;
	m->count = 0;
}

/* --- replacing --- */

static void
add_group_text(const char *text, const struct regex_match *m, size_t group,
    struct buf *out)
{
	const struct regex_span *g = &m->groups[group];

	if (g->start != REGEX_UNSET)
		buf_add(out, text + g->start, g->end - g->start);
}

/* $1, ${1}, ${name} at r; bytes taken, 0 if it is no group. */
static size_t
expand_group(const struct regex *re, const char *text,
    const struct regex_match *m, const char *r, size_t n, struct buf *out)
{
	size_t start = 1, end, number = 0;
	int group;

	if (n > 1 && r[1] == '{') {
		start = end = 2;
		while (end < n && r[end] != '}')
			end++;
		if (end >= n)
			return 0;
		group = regex_group_number(re, r + start, end - start);
		if (group < 0)
			return 0;
		add_group_text(text, m, (size_t)group, out);
		return end + 1;
	}
	end = start;
	while (end < n && r[end] >= '0' && r[end] <= '9' && end < 6)
		number = number * 10 + (size_t)(r[end++] - '0');
	if (end == start || number >= m->count)
		return 0;
	add_group_text(text, m, number, out);
	return end;
}

void
regex_expand(const struct regex *re, const char *text, size_t len,
    const struct regex_match *m, const char *r, size_t n, struct buf *out)
{
	size_t i = 0, used;

	while (i < n) {
		const char *dollar = memchr(r + i, '$', n - i);

		if (dollar == NULL) {
			buf_add(out, r + i, n - i);
			return;
		}
		buf_add(out, r + i, (size_t)(dollar - r) - i);
		i = (size_t)(dollar - r);
		used = 2;
		switch (i + 1 < n ? r[i + 1] : '\0') {
		case '$':
			buf_add_byte(out, '$');
			break;
		case '&':
			add_group_text(text, m, 0, out);
			break;
		case '`':
			buf_add(out, text, m->groups[0].start);
			break;
		case '\'':
			buf_add(out, text + m->groups[0].end,
			    len - m->groups[0].end);
			break;
		case '_':
			buf_add(out, text, len);
			break;
		case '+':
			/* the last group; without groups the match */
			add_group_text(text, m, m->count - 1, out);
			break;
		default:
			used = expand_group(re, text, m, r + i, n - i, out);
			if (used == 0) {
				buf_add_byte(out, '$');
				used = 1;
			}
			break;
		}
		i += used;
	}
}

int
regex_replace(struct regex *re, const char *text, size_t len,
    const char *replacement, size_t rlen, size_t max, struct buf *out,
    struct fault *f)
{
	struct regex_match m = { 0 };
	size_t done = 0;
	int count = 0, rc;

	rc = regex_match(re, text, len, 0, &m, f);
	while (rc > 0) {
		buf_add(out, text + done, m.groups[0].start - done);
		regex_expand(re, text, len, &m, replacement, rlen, out);
		done = m.groups[0].end;
		count++;
		if (max != 0 && (size_t)count >= max)
			break;
		rc = regex_next(re, text, len, &m, f);
	}
	regex_match_clear(&m);
	if (rc < 0)
		return -1;
	buf_add(out, text + done, len - done);
	return count;
}

void
regex_escape(const char *text, size_t len, struct buf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		switch (text[i]) {
		case '\n':
			buf_add_str(out, "\\n");
			break;
		case '\r':
			buf_add_str(out, "\\r");
			break;
		case '\t':
			buf_add_str(out, "\\t");
			break;
		case '\f':
			buf_add_str(out, "\\f");
			break;
		default:
			if (text[i] != '\0' &&
			    strchr("\\*+?|{[()^$.# ", text[i]) != NULL)
				buf_add_byte(out, '\\');
			buf_add_byte(out, text[i]);
			break;
		}
	}
}
