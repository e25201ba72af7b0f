/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_NUMBER_H
#define SHELL_LANG_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "shell/lang/tree.h"

/* A number taken apart by the lexer. */
struct number_text {
	const char *digits; /* without sign; with dot and exponent if real */
	size_t len;
	int base;           /* 10, 16, 2 */
	bool negative;
	bool real;
	bool is_unsigned;   /* u, uy, us, ul */
	char suffix;        /* y s l d n, or 0 */
	unsigned shift;     /* kb: 10, mb: 20 ... */
};

/*
 * The value, in the narrowest type the language gives it. False where it does
 * not fit the type its suffix names. arena takes the digits of a big integer.
 */
bool number_value(struct tree_arena *arena, const struct number_text *nt,
    struct tree_number *np);

#endif
