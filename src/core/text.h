/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Unicode text: UTF-8, width, casing, comparison, normalisation. ASCII is
 * dealt with here; ICU is opened only for what lies beyond. Names on the
 * network (PRECIS, IDNA) are in core/precis.h.
 */

/* Whether s is UTF-8 as RFC 3629 has it (no surrogates, no overlongs). */
bool utf8_valid(const char *s, size_t n);
/*
 * The code point at s (n > 0 bytes left) and its length in bytes. Surrogates
 * in three bytes are taken; a byte that starts nothing is U+FFFD of length 1.
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
/* Up to 4 bytes into out; returns how many. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* The caller's own copy with U+FFFD for what is not UTF-8. */
char *utf8_scrub(const char *s, size_t n, size_t *lenp);
bool text_is_ascii(const char *s, size_t n);

/* Columns on a terminal, as PowerShell counts them. */
unsigned codepoint_width(uint32_t cp);
size_t text_width(const char *s, size_t n);

/* Simple mappings, as .NET's ToUpper and ToLower. */
uint32_t codepoint_upper(uint32_t cp);
uint32_t codepoint_lower(uint32_t cp);
uint32_t codepoint_title(uint32_t cp);
uint32_t codepoint_fold(uint32_t cp);
char *text_upper(const char *s, size_t n, size_t *lenp);
char *text_lower(const char *s, size_t n, size_t *lenp);
char *text_fold(const char *s, size_t n, size_t *lenp);

/* In the order of .NET's UnicodeCategory (and ICU's, moved by one). */
enum text_category {
	TEXT_LU, TEXT_LL, TEXT_LT, TEXT_LM, TEXT_LO, TEXT_MN, TEXT_MC,
	TEXT_ME, TEXT_ND, TEXT_NL, TEXT_NO, TEXT_ZS, TEXT_ZL, TEXT_ZP,
	TEXT_CC, TEXT_CF, TEXT_CS, TEXT_CO, TEXT_PC, TEXT_PD, TEXT_PS,
	TEXT_PE, TEXT_PI, TEXT_PF, TEXT_PO, TEXT_SM, TEXT_SC, TEXT_SK,
	TEXT_SO, TEXT_CN,
};
enum text_category codepoint_category(uint32_t cp);
bool codepoint_is_letter(uint32_t cp);
bool codepoint_is_digit(uint32_t cp); /* decimal digit */
bool codepoint_is_space(uint32_t cp); /* Char.IsWhiteSpace */

/* Linguistic order as .NET has it (ICU, en-US): <0, 0, >0. */
int text_compare(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case);
/* By UTF-16 units; ignore_case maps to upper case first. */
int text_compare_ordinal(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case);
/* Equal by text_compare; quick where both are ASCII. */
bool text_equal(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case);
/* Alike for what text_equal calls equal. */
uint32_t text_hash(const char *s, size_t n, bool ignore_case);

#define TEXT_NONE ((size_t)-1)
/*
 * Byte offset of needle in s at or after from; TEXT_NONE. ignore_case maps
 * simply, code point by code point; *lenp (may be NULL) is how many bytes
 * matched.
 */
size_t text_find(const char *s, size_t n, size_t from, const char *needle,
    size_t needle_len, bool ignore_case, size_t *lenp);
size_t text_find_last(const char *s, size_t n, const char *needle,
    size_t needle_len, bool ignore_case, size_t *lenp);

enum text_form { TEXT_NFC, TEXT_NFD, TEXT_NFKC, TEXT_NFKD };
/* The caller's own; NULL where s is not valid UTF-8. */
char *text_normalize(const char *s, size_t n, enum text_form form,
    size_t *lenp);
bool text_is_normalized(const char *s, size_t n, enum text_form form);

#endif
