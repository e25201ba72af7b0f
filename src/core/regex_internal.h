/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_REGEX_INTERNAL_H
#define CORE_REGEX_INTERNAL_H

#include "core/regex.h"

/* PCRE2's groups in their order; groups[i] is its group i + 1. */
struct regex_names {
	size_t count;
	size_t cap;
	size_t numbers; /* .NET's groups, with 0 */
	struct {
		char *name; /* NULL: unnamed */
		size_t number; /* .NET's */
	} *groups;
};

int regex_translate(const char *pattern, size_t len, unsigned options,
    struct buf *out, struct regex_names *names, struct fault *f);
void regex_names_clear(struct regex_names *n);

#endif
