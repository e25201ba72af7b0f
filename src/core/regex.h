/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_REGEX_H
#define CORE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/fault.h"

/*
 * Regular expressions as .NET writes them, matched by PCRE2. Positions are
 * bytes of UTF-8 text. Groups are numbered as .NET numbers them: the unnamed
 * from left to right, then the named.
 *
 * Not there: look-behind of unbounded length, balancing groups, matching
 * from right to left, the list of all captures of a group (the last stays).
 */
enum { /* RegexOptions' numbers */
	REGEX_IGNORE_CASE = 1,
	REGEX_MULTILINE = 2,
	REGEX_EXPLICIT_CAPTURE = 4,
	REGEX_COMPILED = 8,
	REGEX_SINGLELINE = 16,
	REGEX_IGNORE_WHITESPACE = 32,
	REGEX_RIGHT_TO_LEFT = 64,
	REGEX_ECMASCRIPT = 256,
	REGEX_CULTURE_INVARIANT = 512,
	REGEX_NON_BACKTRACKING = 1024,
};

struct regex; /* counted */

/*
 * From a cache where it was compiled lately. NULL with a FAULT_INVALID whose
 * text is .NET's ("Invalid pattern '*' at offset 1. Quantifier '*' following
 * nothing.").
 */
struct regex *regex_compile(const char *pattern, size_t len, unsigned options,
    struct fault *f);
struct regex *regex_ref(struct regex *re);
void regex_unref(struct regex *re);
const char *regex_pattern(const struct regex *re, size_t *lenp);
unsigned regex_options(const struct regex *re);

size_t regex_group_count(const struct regex *re); /* with group 0 */
/* The group's name ("1" for an unnamed); borrowed. */
const char *regex_group_name(const struct regex *re, size_t group);
bool regex_group_is_named(const struct regex *re, size_t group);
/* -1 if there is none. */
int regex_group_number(const struct regex *re, const char *name, size_t len);

#define REGEX_UNSET ((size_t)-1)
struct regex_span {
	size_t start; /* REGEX_UNSET: took no part */
	size_t end;
};

struct regex_match {
	size_t count; /* groups */
	struct regex_span *groups;
};

/*
 * 1: matched (fill *m, clear it with regex_match_clear; it may be used
 * again), 0: no, -1: the limits were hit.
 */
int regex_match(struct regex *re, const char *text, size_t len, size_t from,
    struct regex_match *m, struct fault *f);
/* The next after m; steps over an empty match. */
int regex_next(struct regex *re, const char *text, size_t len,
    struct regex_match *m, struct fault *f);
void regex_match_clear(struct regex_match *m);

/* Adds replacement to out with $1 ${name} $& $$ $` $' $+ $_ put in. */
void regex_expand(const struct regex *re, const char *text, size_t len,
    const struct regex_match *m, const char *replacement, size_t rlen,
    struct buf *out);
/* Replaces up to max matches (0: all). Returns how many, or -1. */
int regex_replace(struct regex *re, const char *text, size_t len,
    const char *replacement, size_t rlen, size_t max, struct buf *out,
    struct fault *f);

/* Adds text to out with what means something in a pattern escaped. */
void regex_escape(const char *text, size_t len, struct buf *out);

#endif
