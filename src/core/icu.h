/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_ICU_H
#define CORE_ICU_H

#include <unicode/ucol.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/*
 * ICU's functions, opened on first use: loading the libraries costs more
 * than the rest of the start, and most commands stay within ASCII. For the
 * landing files (text.c, precis.c) only.
 */
#define ICU_UC_FUNCTIONS(X)                                                    \
	X(u_charDirection) X(u_charType) X(u_foldCase)                         \
	X(u_getIntPropertyValue) X(u_hasBinaryProperty) X(u_isUWhiteSpace)     \
	X(u_strFromUTF8) X(u_strToLower) X(u_strToUTF8)                        \
	X(u_tolower) X(u_totitle) X(u_toupper) X(uidna_nameToASCII_UTF8)       \
	X(uidna_nameToUnicodeUTF8) X(uidna_openUTS46)                          \
	X(unorm2_getNFCInstance) X(unorm2_getNFDInstance)                      \
	X(unorm2_getNFKCInstance) X(unorm2_getNFKDInstance)                    \
	X(unorm2_isNormalized) X(unorm2_normalize)
#define ICU_I18N_FUNCTIONS(X)                                                  \
	X(ucol_getSortKey) X(ucol_open) X(ucol_setStrength) X(ucol_strcoll)

#define ICU_MEMBER(name) __typeof__(&name) name;
struct icu {
	ICU_UC_FUNCTIONS(ICU_MEMBER)
	ICU_I18N_FUNCTIONS(ICU_MEMBER)
};
#undef ICU_MEMBER

/* Ends the process where the libraries it was built with are missing. */
const struct icu *icu(void);

#endif
