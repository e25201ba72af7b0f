/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A .NET pattern becomes one of PCRE2: names are taken out (numbers are
 * assigned as .NET does), class subtraction and the escapes that differ are
 * written otherwise, what .NET refuses is refused with its words.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/regex_internal.h"
#include "core/text.h"

/* LIMIT: how deep groups may nest. */
#define DEPTH_MAX 250

struct reader {
	const char *pattern;
	size_t len;
	size_t at;
	struct buf *out;
	struct regex_names *names;
	bool explicit_capture;
	bool extended;
	bool fold; /* asked for as an option, not inline */
	struct {
		bool explicit_capture;
		bool extended;
	} stack[DEPTH_MAX];
	size_t depth;
	bool quantifiable; /* an atom stands before */
	struct fault *f;
	/* back references, to be numbered when all groups are known */
	struct {
		size_t out_at;
		size_t name_at;
		size_t name_len;
	} refs[128];
	size_t nrefs;
};

static int refuse(struct reader *r, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int
refuse(struct reader *r, size_t at, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return fault_set(r->f, FAULT_INVALID,
	    "Invalid pattern '%.*s' at offset %zu. %s", (int)r->len, r->pattern,
	    at, why);
}

static bool
is_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

static int
peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->len ?
	    (unsigned char)r->pattern[r->at + ahead] :
	    -1;
}

static void
add_group(struct reader *r, const char *name, size_t len)
{
	struct regex_names *n = r->names;

	if (n->count == n->cap) {
		n->cap = n->cap == 0 ? 8 : n->cap * 2;
		n->groups =
		    mem_array_grow(n->groups, n->cap, sizeof(*n->groups));
	}
	n->groups[n->count].name = name == NULL ? NULL : mem_strndup(name, len);
	n->groups[n->count++].number = 0;
}

static int
hex_run(struct reader *r, size_t digits)
{
	char text[8];
	size_t i;

	for (i = 0; i < digits; i++) {
		int c = peek(r, i);

		if (c < 0 || strchr("0123456789abcdefABCDEF", c) == NULL)
			return refuse(r, r->at + i,
			    "Insufficient hexadecimal digits.");
		text[i] = (char)c;
	}
	text[digits] = '\0';
	buf_printf(r->out, "\\x{%s}", text);
	r->at += digits;
	return 0;
}

/* \k<name>, \k'name'; the number follows later. */
static int
named_reference(struct reader *r)
{
	int open = peek(r, 0);
	char close = open == '<' ? '>' : '\'';
	size_t start = r->at + 1, end = start;

	if (open != '<' && open != '\'')
		return refuse(r, r->at, "Malformed \\k<...> named back reference.");
	while (end < r->len && is_word((unsigned char)r->pattern[end]))
		end++;
	if (end >= r->len || r->pattern[end] != close || end == start)
		return refuse(r, r->at, "Malformed \\k<...> named back reference.");
	if (r->nrefs == sizeof(r->refs) / sizeof(r->refs[0]))
		return refuse(r, r->at, "Too many back references.");
	r->refs[r->nrefs].out_at = r->out->len;
	r->refs[r->nrefs].name_at = start;
	r->refs[r->nrefs++].name_len = end - start;
	r->at = end + 1;
	return 0;
}

static int
numbered_reference(struct reader *r)
{
	size_t start = r->at;

	while (peek(r, 0) >= '0' && peek(r, 0) <= '9' && r->at - start < 3)
		r->at++;
	if (r->nrefs == sizeof(r->refs) / sizeof(r->refs[0]))
		return refuse(r, r->at, "Too many back references.");
	r->refs[r->nrefs].out_at = r->out->len;
	r->refs[r->nrefs].name_at = start;
	r->refs[r->nrefs++].name_len = r->at - start;
	return 0;
}

/* .NET's blocks that scripts use; the others are PCRE2's own names. */
static const struct {
	const char *name;
	const char *range;
} blocks[] = {
	{ "IsBasicLatin", "\\x{0}-\\x{7f}" },
	{ "IsLatin-1Supplement", "\\x{80}-\\x{ff}" },
	{ "IsLatinExtended-A", "\\x{100}-\\x{17f}" },
	{ "IsGreek", "\\x{370}-\\x{3ff}" },
	{ "IsGreekandCoptic", "\\x{370}-\\x{3ff}" },
	{ "IsCyrillic", "\\x{400}-\\x{4ff}" },
	{ "IsHebrew", "\\x{590}-\\x{5ff}" },
	{ "IsArabic", "\\x{600}-\\x{6ff}" },
	{ "IsHiragana", "\\x{3040}-\\x{309f}" },
	{ "IsKatakana", "\\x{30a0}-\\x{30ff}" },
	{ "IsCJKUnifiedIdeographs", "\\x{4e00}-\\x{9fff}" },
};

static int
property(struct reader *r, char which, bool in_class)
{
	size_t start = r->at + 1, end = start, i;

	if (peek(r, 0) != '{')
		return refuse(r, r->at, "Incomplete \\p{X} character escape.");
	while (end < r->len && r->pattern[end] != '}')
		end++;
	if (end >= r->len)
		return refuse(r, r->len, "Incomplete \\p{X} character escape.");
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (strlen(blocks[i].name) == end - start &&
		    memcmp(blocks[i].name, r->pattern + start, end - start) ==
			0) {
			if (in_class)
				buf_add_str(r->out, blocks[i].range);
			else
				buf_printf(r->out, "[%s%s]",
				    which == 'P' ? "^" : "", blocks[i].range);
			r->at = end + 1;
			return 0;
		}
	}
	/* .NET finds the other case of a letter whose case is asked for */
	if (r->fold && end - start == 2 &&
	    (memcmp(r->pattern + start, "Lu", 2) == 0 ||
		memcmp(r->pattern + start, "Ll", 2) == 0)) {
		buf_printf(r->out, "\\%c{L&}", which);
		r->at = end + 1;
		return 0;
	}
	if (end - start > 2)
		return refuse(r, end + 1, "Unknown property '%.*s'.",
		    (int)(end - start), r->pattern + start);
	buf_printf(r->out, "\\%c%.*s", which, (int)(end + 1 - r->at),
	    r->pattern + r->at);
	r->at = end + 1;
	return 0;
}

/* After the backslash. */
static int
escape(struct reader *r, bool in_class)
{
	int c = peek(r, 0);

	if (c < 0)
		return refuse(r, r->len, "Illegal \\ at end of pattern.");
	if (c >= '1' && c <= '9' && !in_class)
		return numbered_reference(r);
	r->at++;
	switch (c) {
	case 'k':
		if (!in_class)
			return named_reference(r);
		break;
	case 'u':
		return hex_run(r, 4);
	case 'x':
		return hex_run(r, 2);
	case 'p':
	case 'P':
		return property(r, (char)c, in_class);
	case 'w':
	case 'W':
		/* marks and connectors are letters of words too */
		if (!in_class || c == 'w')
			buf_printf(r->out, in_class ? "%s" : "[%s%s]",
			    in_class	 ? "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}" :
				c == 'W' ? "^" :
					   "",
			    "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}");
		else
			buf_add_str(r->out, "\\W");
		return 0;
	case 'd':
	case 'D':
	case 's':
	case 'S':
	case 'b':
	case 'n':
	case 'r':
	case 't':
	case 'f':
	case 'a':
	case 'e':
	case '0':
		buf_printf(r->out, "\\%c", c);
		return 0;
	case 'v':
		buf_add_str(r->out, "\\x{b}");
		return 0;
	case 'c':
		c = peek(r, 0);
		if (c < 0)
			return refuse(r, r->at, "Missing control character.");
		buf_printf(r->out, "\\x{%x}", (unsigned)c & 0x1f);
		r->at++;
		return 0;
	case 'A':
	case 'B':
	case 'G':
	case 'Z':
	case 'z':
		if (!in_class) {
			buf_printf(r->out, "\\%c", c);
			return 0;
		}
		break;
	default:
		break;
	}
	if (is_word(c) && !(c & 0x80))
		return refuse(r, r->at, "Unrecognized escape sequence \\%c.", c);
	if (!(c & 0x80))
		buf_add_byte(r->out, '\\');
	buf_add_byte(r->out, (char)c);
	return 0;
}

/* After '['. Subtraction becomes a look-ahead that refuses. */
static int
class(struct reader *r)
{
	struct buf body = { 0 }, *out = r->out;
	bool first = true;
	int c;

	/* cppcheck-suppress autoVariables ; each way out puts "out" back */
	r->out = &body;
	buf_add_byte(&body, '[');
	if (peek(r, 0) == '^') {
		buf_add_byte(&body, '^');
		r->at++;
	}
	for (;; first = false) {
		c = peek(r, 0);
		if (c < 0) {
			r->out = out;
			buf_clear(&body);
			return refuse(r, r->len, "Unterminated [] set.");
		}
		r->at++;
		if (c == ']' && !first)
			break;
		if (c == '-' && peek(r, 0) == '[' && !first) {
			r->at++;
			buf_add_str(out, "(?:(?!");
			r->out = out;
			if (class(r) < 0) {
				buf_clear(&body);
				return -1;
			}
			buf_add_byte(out, ')');
			buf_add_byte(&body, ']');
			buf_add(out, body.data, body.len);
			buf_add_byte(out, ')');
			buf_clear(&body);
			if (peek(r, 0) != ']')
				return refuse(r, r->at,
				    "A subtraction must be the last element "
				    "in a character class.");
			r->at++;
			return 0;
		}
		if (c == '\\') {
			if (escape(r, true) < 0) {
				r->out = out;
				buf_clear(&body);
				return -1;
			}
			continue;
		}
		if (c == '[' || (c == ']' && first))
			buf_add_byte(&body, '\\');
		if (peek(r, 0) == '-' && r->at + 1 < r->len &&
		    r->pattern[r->at + 1] != ']' && r->pattern[r->at + 1] != '[' &&
		    r->pattern[r->at + 1] != '\\' && !(c & 0x80) &&
		    !(r->pattern[r->at + 1] & 0x80) &&
		    (unsigned char)r->pattern[r->at + 1] < (unsigned)c) {
			r->out = out;
			buf_clear(&body);
			return refuse(r, r->at + 2,
			    "[x-y] range in reverse order.");
		}
		buf_add_byte(&body, (char)c);
	}
	buf_add_byte(&body, ']');
	r->out = out;
	buf_add(out, body.data, body.len);
	buf_clear(&body);
	return 0;
}

static int
push(struct reader *r)
{
	if (r->depth == DEPTH_MAX)
		return refuse(r, r->at, "Groups are nested too deeply.");
	r->stack[r->depth].explicit_capture = r->explicit_capture;
	r->stack[r->depth++].extended = r->extended;
	r->quantifiable = false;
	return 0;
}

/* (?imnsx-imnsx) and (?imnsx-imnsx: */
static int
inline_options(struct reader *r)
{
	bool on = true, explicit_capture = r->explicit_capture;
	bool extended = r->extended;
	struct buf flags = { 0 };
	int c;

	for (;; r->at++) {
		c = peek(r, 0);
		if (c == '-') {
			on = false;
			buf_add_byte(&flags, '-');
		} else if (c == 'n') {
			explicit_capture = on;
		} else if (c == 'x') {
			extended = on;
			buf_add_byte(&flags, 'x');
		} else if (c == 'i' || c == 'm' || c == 's') {
			buf_add_byte(&flags, (char)c);
		} else {
			break;
		}
	}
	if (c != ')' && c != ':') {
		buf_clear(&flags);
		return refuse(r, r->at, "Unrecognized grouping construct.");
	}
	r->at++;
	buf_printf(r->out, "(?%s%c", buf_text(&flags), c);
	buf_clear(&flags);
	if (c == ':' && push(r) < 0)
		return -1;
	r->explicit_capture = explicit_capture;
	r->extended = extended;
	return 0;
}

/* After "(?<" or "(?'". */
static int
named_group(struct reader *r, char close)
{
	size_t start = r->at;

	while (r->at < r->len && is_word((unsigned char)r->pattern[r->at]))
		r->at++;
	if (peek(r, 0) == '-')
		return refuse(r, r->at, "Balancing groups are not supported.");
	if (r->at == start || peek(r, 0) != close)
		return refuse(r, r->at,
		    "Invalid group name: Group names must begin with a word "
		    "character.");
	add_group(r, r->pattern + start, r->at - start);
	r->at++;
	buf_add_byte(r->out, '(');
	return push(r);
}

/* (?(name)yes|no) and (?(expression)yes|no), after "(?(". */
static int
conditional(struct reader *r)
{
	size_t start = r->at, i;
	const struct regex_names *n = r->names;

	while (r->at < r->len && is_word((unsigned char)r->pattern[r->at]))
		r->at++;
	if (peek(r, 0) == ')' && r->at > start) {
		for (i = 0; i < n->count; i++) {
			if (n->groups[i].name != NULL &&
			    strlen(n->groups[i].name) == r->at - start &&
			    memcmp(n->groups[i].name, r->pattern + start,
				r->at - start) == 0)
				break;
		}
		if (i < n->count) {
			buf_printf(r->out, "(?(%zu)", i + 1);
			r->at++;
			return push(r);
		}
		if (r->pattern[start] >= '0' && r->pattern[start] <= '9') {
			buf_printf(r->out, "(?(%.*s)", (int)(r->at - start),
			    r->pattern + start);
			r->at++;
			return push(r);
		}
	}
	r->at = start;
	buf_add_str(r->out, "(?(?=");
	if (push(r) < 0)
		return -1;
	return push(r);
}

/* After '('. */
static int
group(struct reader *r)
{
	int c, d;

	if (peek(r, 0) != '?') {
		if (r->explicit_capture) {
			buf_add_str(r->out, "(?:");
		} else {
			add_group(r, NULL, 0);
			buf_add_byte(r->out, '(');
		}
		return push(r);
	}
	c = peek(r, 1);
	d = peek(r, 2);
	if (c == '#') {
		while (peek(r, 0) >= 0 && peek(r, 0) != ')')
			r->at++;
		if (peek(r, 0) < 0)
			return refuse(r, r->len, "Unterminated (?#...) comment.");
		r->at++;
		return 0;
	}
	if ((c == '<' && d != '=' && d != '!') || c == '\'') {
		r->at += 2;
		return named_group(r, c == '<' ? '>' : '\'');
	}
	if (c == '(') {
		r->at += 2;
		return conditional(r);
	}
	if (c == ':' || c == '=' || c == '!' || c == '>') {
		buf_printf(r->out, "(?%c", c);
		r->at += 2;
		return push(r);
	}
	if (c == '<') {
		buf_printf(r->out, "(?<%c", d);
		r->at += 3;
		return push(r);
	}
	r->at++;
	return inline_options(r);
}

/* Length of {n}, {n,} or {n,m} at the reader; 0 if it is none. */
static size_t
counted(const struct reader *r)
{
	size_t i = 1, digits = 0;
	int c;

	while ((c = peek(r, i)) >= '0' && c <= '9') {
		i++;
		digits++;
	}
	if (digits == 0)
		return 0;
	if (peek(r, i) == ',') {
		i++;
		while ((c = peek(r, i)) >= '0' && c <= '9')
			i++;
	}
	return peek(r, i) == '}' ? i + 1 : 0;
}

static int
quantifier(struct reader *r)
{
	size_t len = peek(r, 0) == '{' ? counted(r) : 1;

	if (!r->quantifiable && r->at > 0 && r->out->len > 0) {
		char before = r->pattern[r->at - 1];

		if (strchr("*+?}", before) != NULL && before != '\0')
			return refuse(r, r->at + len,
			    "Nested quantifier '%.*s'.", (int)len,
			    r->pattern + r->at);
	}
	if (!r->quantifiable)
		return refuse(r, r->at + len,
		    "Quantifier '%.*s' following nothing.", (int)len,
		    r->pattern + r->at);
	buf_add(r->out, r->pattern + r->at, len);
	r->at += len;
	if (peek(r, 0) == '?') {
		buf_add_byte(r->out, '?');
		r->at++;
	}
	r->quantifiable = false;
	return 0;
}

static int
step(struct reader *r)
{
	int c = peek(r, 0);

	if (r->extended && (c == ' ' || (c >= 9 && c <= 13))) {
		r->at++;
		return 0;
	}
	if (r->extended && c == '#') {
		while (peek(r, 0) >= 0 && peek(r, 0) != '\n')
			r->at++;
		return 0;
	}
	if (c == '*' || c == '+' || c == '?' || (c == '{' && counted(r) > 0))
		return quantifier(r);
	r->at++;
	switch (c) {
	case '\\':
		r->quantifiable = true;
		return escape(r, false);
	case '[':
		r->quantifiable = true;
		return class(r);
	case '(':
		return group(r);
	case ')':
		if (r->depth == 0)
			return refuse(r, r->at, "Too many )'s.");
		r->depth--;
		r->explicit_capture = r->stack[r->depth].explicit_capture;
		r->extended = r->stack[r->depth].extended;
		r->quantifiable = true;
		break;
	case '|':
		r->quantifiable = false;
		break;
	case '{':
	case '}':
		r->quantifiable = true;
		buf_add_byte(r->out, '\\');
		break;
	default:
		r->quantifiable = true;
		break;
	}
	buf_add_byte(r->out, (char)c);
	return 0;
}

/* The unnamed come first, then names in their order; a name keeps its number. */
static void
number_groups(struct regex_names *n)
{
	size_t next = 1, i, k;

	for (i = 0; i < n->count; i++) {
		if (n->groups[i].name == NULL)
			n->groups[i].number = next++;
	}
	for (i = 0; i < n->count; i++) {
		const char *name = n->groups[i].name;

		if (name == NULL)
			continue;
		if (strspn(name, "0123456789") == strlen(name)) {
			n->groups[i].number = (size_t)atol(name) & 0xff;
			if (n->groups[i].number >= next)
				next = n->groups[i].number + 1;
			continue;
		}
		for (k = 0; k < i; k++) {
			if (n->groups[k].name != NULL &&
			    strcmp(n->groups[k].name, name) == 0)
				break;
		}
		n->groups[i].number = k < i ? n->groups[k].number : next++;
	}
	n->numbers = next;
}

/* Index in PCRE2 of what a back reference names; 0 if nothing. */
static size_t
resolve(const struct regex_names *n, const char *name, size_t len)
{
	size_t i, number = 0;

	for (i = 0; i < n->count; i++) {
		if (n->groups[i].name != NULL &&
		    strlen(n->groups[i].name) == len &&
		    memcmp(n->groups[i].name, name, len) == 0)
			return i + 1;
	}
	for (i = 0; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		number = number * 10 + (size_t)(name[i] - '0');
	}
	for (i = 0; i < n->count; i++) {
		if (n->groups[i].number == number)
			return i + 1;
	}
	return 0;
}

static int
place_references(struct reader *r, struct buf *out)
{
	size_t done = 0, i, index;
	const char *name;

	for (i = 0; i < r->nrefs; i++) {
		buf_add(out, r->out->data + done, r->refs[i].out_at - done);
		done = r->refs[i].out_at;
		name = r->pattern + r->refs[i].name_at;
		index = resolve(r->names, name, r->refs[i].name_len);
		if (index == 0 && name[0] >= '0' && name[0] <= '9')
			return refuse(r, r->refs[i].name_at + r->refs[i].name_len,
			    "Reference to undefined group number %.*s.",
			    (int)r->refs[i].name_len, name);
		if (index == 0)
			return refuse(r, r->refs[i].name_at + r->refs[i].name_len +
			    1, "Reference to undefined group name '%.*s'.",
			    (int)r->refs[i].name_len, name);
		buf_printf(out, "\\g{%zu}", index);
	}
	buf_add(out, r->out->data + done, r->out->len - done);
	return 0;
}

int
regex_translate(const char *pattern, size_t len, unsigned options,
    struct buf *out, struct regex_names *names, struct fault *f)
{
	struct reader *r = mem_zalloc(sizeof(*r));
	struct buf raw = { 0 };
	int rc = 0;

	r->pattern = pattern;
	r->len = len;
	r->out = &raw;
	r->names = names;
	r->f = f;
	r->explicit_capture = (options & REGEX_EXPLICIT_CAPTURE) != 0;
	r->extended = (options & REGEX_IGNORE_WHITESPACE) != 0;
	r->fold = (options & REGEX_IGNORE_CASE) != 0;
	buf_reserve(&raw, len + 1);
	while (rc == 0 && r->at < r->len)
		rc = step(r);
	if (rc == 0 && r->depth > 0)
		rc = refuse(r, r->len, "Not enough )'s.");
	number_groups(names);
	if (rc == 0)
		rc = place_references(r, out);
	buf_clear(&raw);
	mem_free(r);
	return rc;
}

void
regex_names_clear(struct regex_names *n)
{
	size_t i;

	for (i = 0; i < n->count; i++)
		mem_free(n->groups[i].name);
	mem_free(n->groups);
	memset(n, 0, sizeof(*n));
}
