/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wildcards as -like has them: * ? [a-z] and backtick escapes. */
#include "config.h"

#include "types/types_internal.h"

static bool
same(uint32_t a, uint32_t b, bool fold)
{
	return a == b || (fold && codepoint_upper(a) == codepoint_upper(b));
}

static bool
within(uint32_t c, uint32_t lo, uint32_t hi, bool fold)
{
	uint32_t u;

	if (c >= lo && c <= hi)
		return true;
	if (!fold)
		return false;
	u = codepoint_upper(c);
	if (u >= codepoint_upper(lo) && u <= codepoint_upper(hi))
		return true;
	u = codepoint_lower(c);
	return u >= codepoint_lower(lo) && u <= codepoint_lower(hi);
}

/* After '['; the byte after ']' or NULL where the set is not closed. */
static const char *
match_set(const char *p, uint32_t c, bool fold, bool *yesp)
{
	uint32_t lo, hi;
	bool first = true, yes = false;

	for (;; first = false) {
		if (*p == '\0')
			return NULL;
		if (*p == ']' && !first) {
			*yesp = yes;
			return p + 1;
		}
		if (*p == '`' && p[1] != '\0')
			p++;
		p += utf8_decode(p, strlen(p), &lo);
		hi = lo;
		if (*p == '-' && p[1] != ']' && p[1] != '\0') {
			p++;
			if (*p == '`' && p[1] != '\0')
				p++;
			p += utf8_decode(p, strlen(p), &hi);
		}
		if (within(c, lo, hi, fold))
			yes = true;
	}
}

bool
wildcard_match(const char *pattern, const char *text, bool ignore_case)
{
	const char *p = pattern, *s = text, *star = NULL, *from = NULL;
	const char *next;
	uint32_t c, d;
	size_t n;
	bool yes;

	while (*s != '\0') {
		n = utf8_decode(s, strlen(s) > 4 ? 4 : strlen(s), &c);
		if (*p == '*') {
			while (*p == '*')
				p++;
			star = p;
			from = s;
			if (*p == '\0')
				return true;
			continue;
		}
		yes = false;
		next = p;
		if (*p == '?') {
			yes = true;
			next = p + 1;
		} else if (*p == '[') {
			next = match_set(p + 1, c, ignore_case, &yes);
			if (next == NULL) {
				yes = c == '[';
				next = p + 1;
			}
		} else if (*p != '\0') {
			if (*p == '`' && p[1] != '\0')
				p++;
			next = p + utf8_decode(p, strlen(p), &d);
			yes = same(c, d, ignore_case);
		}
		if (yes) {
			p = next;
			s += n;
			continue;
		}
		if (star == NULL)
			return false;
		p = star;
		from += utf8_decode(from, strlen(from), &d);
		s = from;
	}
	while (*p == '*')
		p++;
	return *p == '\0' || (*p == '`' && p[1] == '\0');
}

bool
wildcard_has(const char *pattern)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '`' && pattern[1] != '\0')
			pattern++;
		else if (*pattern == '*' || *pattern == '?' || *pattern == '[')
			return true;
	}
	return false;
}
