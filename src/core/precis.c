/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PRECIS (RFC 8264, 8265) and IDNA on ICU's tables. No packaged C library
 * for PRECIS was found; the classes below are section 9 of RFC 8264.
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>


#include "core/icu.h"
#include "core/mem.h"
#include "core/precis.h"

/* LIMIT: UTF-16 units of one name, before and after mapping. */
#define NAME_MAX_UNITS 4096
#define DOMAIN_MAX_BYTES 1024

enum class {
	CLASS_VALID,
	CLASS_FREE_ONLY,
	CLASS_CONTEXT,
	CLASS_DISALLOWED,
};

/* RFC 5892 section 2.6. */
static const struct exception {
	UChar32 first;
	UChar32 last;
	enum class class;
} exceptions[] = {
	{ 0x00b7, 0x00b7, CLASS_CONTEXT }, { 0x00df, 0x00df, CLASS_VALID },
	{ 0x0375, 0x0375, CLASS_CONTEXT }, { 0x03c2, 0x03c2, CLASS_VALID },
	{ 0x05f3, 0x05f4, CLASS_CONTEXT }, { 0x0640, 0x0640, CLASS_DISALLOWED },
	{ 0x0660, 0x0669, CLASS_CONTEXT }, { 0x06f0, 0x06f9, CLASS_CONTEXT },
	{ 0x06fd, 0x06fe, CLASS_VALID }, { 0x07fa, 0x07fa, CLASS_DISALLOWED },
	{ 0x0f0b, 0x0f0b, CLASS_VALID }, { 0x3007, 0x3007, CLASS_VALID },
	{ 0x302e, 0x302f, CLASS_DISALLOWED },
	{ 0x3031, 0x3035, CLASS_DISALLOWED },
	{ 0x303b, 0x303b, CLASS_DISALLOWED },
	{ 0x30fb, 0x30fb, CLASS_CONTEXT },
};

static bool
has_compat(UChar32 c)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = icu()->unorm2_getNFKCInstance(&status);
	UChar in[2], out[32];
	int32_t n = 0, len;
	UBool bad = false;

	U16_APPEND(in, n, 2, c, bad);
	if (bad || U_FAILURE(status))
		return true;
	len = icu()->unorm2_normalize(nfkc, in, n, out, 32, &status);
	return U_FAILURE(status) || len != n ||
	    memcmp(in, out, (size_t)n * sizeof(UChar)) != 0;
}

static bool
is_old_jamo(UChar32 c)
{
	int32_t t = icu()->u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);

	return t == U_HST_LEADING_JAMO || t == U_HST_VOWEL_JAMO ||
	    t == U_HST_TRAILING_JAMO;
}

static bool
is_ignorable(UChar32 c)
{
	return icu()->u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
	    icu()->u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT);
}

#define MASK_LETTER_DIGITS                                                 \
	(U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK |      \
	    U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK)
#define MASK_FREE_ONLY                                                     \
	(U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK |      \
	    U_GC_ZS_MASK | U_GC_S_MASK | U_GC_P_MASK)

static enum class
class_of(UChar32 c)
{
	size_t i;

	for (i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		if (c >= exceptions[i].first && c <= exceptions[i].last)
			return exceptions[i].class;
	}
	if (icu()->u_charType(c) == U_UNASSIGNED)
		return CLASS_DISALLOWED;
	if (c >= 0x21 && c <= 0x7e)
		return CLASS_VALID;
	if (icu()->u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL))
		return CLASS_CONTEXT;
	if (is_old_jamo(c) || is_ignorable(c) || icu()->u_charType(c) == U_CONTROL_CHAR)
		return CLASS_DISALLOWED;
	if (has_compat(c))
		return CLASS_FREE_ONLY;
	if (U_MASK(icu()->u_charType(c)) & MASK_LETTER_DIGITS)
		return CLASS_VALID;
	if (U_MASK(icu()->u_charType(c)) & MASK_FREE_ONLY)
		return CLASS_FREE_ONLY;
	return CLASS_DISALLOWED;
}

/*
 * Of the contextual characters only the Arabic-Indic digits are let through,
 * and never both kinds; the others are refused in names.
 */
static bool
context_allows(UChar32 c, bool *arabicp, bool *extendedp)
{
	if (c >= 0x0660 && c <= 0x0669)
		*arabicp = true;
	else if (c >= 0x06f0 && c <= 0x06f9)
		*extendedp = true;
	else
		return false;
	return !(*arabicp && *extendedp);
}

static bool
class_allows(const UChar *s, int32_t n, bool freeform)
{
	bool arabic = false, extended = false;
	int32_t i = 0;
	UChar32 c;

	while (i < n) {
		U16_NEXT(s, i, n, c);
		switch (class_of(c)) {
		case CLASS_VALID:
			break;
		case CLASS_FREE_ONLY:
			if (!freeform)
				return false;
			break;
		case CLASS_CONTEXT:
			if (!context_allows(c, &arabic, &extended))
				return false;
			break;
		case CLASS_DISALLOWED:
			return false;
		}
	}
	return true;
}

#define DIR(d) (1u << (d))
#define DIRS_NEUTRAL                                                       \
	(DIR(U_EUROPEAN_NUMBER) | DIR(U_EUROPEAN_NUMBER_SEPARATOR) |       \
	    DIR(U_COMMON_NUMBER_SEPARATOR) |                               \
	    DIR(U_EUROPEAN_NUMBER_TERMINATOR) | DIR(U_OTHER_NEUTRAL) |     \
	    DIR(U_BOUNDARY_NEUTRAL) | DIR(U_DIR_NON_SPACING_MARK))
#define DIRS_RIGHT (DIR(U_RIGHT_TO_LEFT) | DIR(U_RIGHT_TO_LEFT_ARABIC))

/* RFC 5893 section 2, for text that has a right-to-left character. */
static bool
bidi_allows(const UChar *s, int32_t n)
{
	unsigned int seen = 0, first = 0, last = 0, d;
	int32_t i = 0;
	UChar32 c;

	while (i < n) {
		U16_NEXT(s, i, n, c);
		d = DIR(icu()->u_charDirection(c));
		if (first == 0)
			first = d;
		if (d != DIR(U_DIR_NON_SPACING_MARK))
			last = d;
		seen |= d;
	}
	if ((seen & (DIRS_RIGHT | DIR(U_ARABIC_NUMBER))) == 0)
		return true;
	if (first & DIRS_RIGHT)
		return (seen & ~(DIRS_NEUTRAL | DIRS_RIGHT |
		    DIR(U_ARABIC_NUMBER))) == 0 &&
		    (last & (DIRS_RIGHT | DIR(U_EUROPEAN_NUMBER) |
		    DIR(U_ARABIC_NUMBER))) != 0 &&
		    !((seen & DIR(U_EUROPEAN_NUMBER)) &&
		    (seen & DIR(U_ARABIC_NUMBER)));
	return false; /* starts left to right, yet has the other kind */
}

/* Full and half width forms become what they are forms of. */
static int32_t
map_width(UChar *s, int32_t n)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkc = icu()->unorm2_getNFKCInstance(&status);
	int32_t i = 0, o = 0, start, len, w;
	UChar out[32];
	UChar32 c;

	while (i < n && U_SUCCESS(status)) {
		start = i;
		U16_NEXT(s, i, n, c);
		w = icu()->u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
		len = i - start;
		if (w == U_EA_FULLWIDTH || w == U_EA_HALFWIDTH) {
			len = icu()->unorm2_normalize(nfkc, s + start, i - start, out,
			    32, &status);
			if (U_FAILURE(status) || len > i - start)
				return -1;
			memcpy(s + o, out, (size_t)len * sizeof(UChar));
		} else {
			memmove(s + o, s + start,
			    (size_t)len * sizeof(UChar));
		}
		o += len;
	}
	return U_SUCCESS(status) ? o : -1;
}

static void
map_spaces(UChar *s, int32_t n)
{
	int32_t i;

	for (i = 0; i < n; i++) {
		if (icu()->u_charType(s[i]) == U_SPACE_SEPARATOR)
			s[i] = ' ';
	}
}

static int32_t
read_utf8(const char *text, UChar *s)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t n = 0;

	icu()->u_strFromUTF8(s, NAME_MAX_UNITS, &n, text, -1, &status);
	return U_SUCCESS(status) && n < NAME_MAX_UNITS ? n : -1;
}

/* NFC, the class, then UTF-8 again. */
static char *
finish(const UChar *s, int32_t n, bool freeform)
{
	static UChar nfc[NAME_MAX_UNITS];
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *norm = icu()->unorm2_getNFCInstance(&status);
	int32_t len, size = 0;
	char *out;

	len = icu()->unorm2_normalize(norm, s, n, nfc, NAME_MAX_UNITS, &status);
	if (U_FAILURE(status) || len == 0 || len >= NAME_MAX_UNITS)
		return NULL;
	if (!class_allows(nfc, len, freeform))
		return NULL;
	if (!freeform && !bidi_allows(nfc, len))
		return NULL;
	out = mem_alloc((size_t)len * 3 + 1);
	icu()->u_strToUTF8(out, len * 3 + 1, &size, nfc, len, &status);
	if (U_FAILURE(status)) {
		mem_free(out);
		return NULL;
	}
	out[size] = '\0';
	return out;
}

char *
precis_username(const char *text)
{
	static UChar s[NAME_MAX_UNITS], lower[NAME_MAX_UNITS];
	UErrorCode status = U_ZERO_ERROR;
	int32_t n;

	n = read_utf8(text, s);
	if (n <= 0)
		return NULL;
	n = map_width(s, n);
	if (n <= 0)
		return NULL;
	n = icu()->u_strToLower(lower, NAME_MAX_UNITS, s, n, "", &status);
	if (U_FAILURE(status) || n >= NAME_MAX_UNITS)
		return NULL;
	return finish(lower, n, false);
}

char *
precis_opaque(const char *text)
{
	static UChar s[NAME_MAX_UNITS];
	int32_t n;

	n = read_utf8(text, s);
	if (n <= 0)
		return NULL;
	map_spaces(s, n);
	/* U+0020 is free-form and the class check sees it as a space. */
	return finish(s, n, true);
}

static const UIDNA *
idna(void)
{
	static UIDNA *table;
	UErrorCode status = U_ZERO_ERROR;

	if (table == NULL)
		table = icu()->uidna_openUTS46(UIDNA_USE_STD3_RULES |
		    UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
		    UIDNA_NONTRANSITIONAL_TO_ASCII |
		    UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
	return U_SUCCESS(status) ? table : NULL;
}

static char *
convert(const char *domain, bool to_ascii)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode status = U_ZERO_ERROR;
	const UIDNA *table = idna();
	char out[DOMAIN_MAX_BYTES];
	int32_t n;

	if (table == NULL || strlen(domain) >= DOMAIN_MAX_BYTES)
		return NULL;
	if (to_ascii)
		n = icu()->uidna_nameToASCII_UTF8(table, domain, -1, out, sizeof(out),
		    &info, &status);
	else
		n = icu()->uidna_nameToUnicodeUTF8(table, domain, -1, out,
		    sizeof(out), &info, &status);
	if (U_FAILURE(status) || info.errors != 0 || n <= 0 ||
	    (size_t)n >= sizeof(out))
		return NULL;
	return mem_strndup(out, (size_t)n);
}

char *
precis_to_a_labels(const char *domain)
{
	return convert(domain, true);
}

char *
precis_to_u_labels(const char *domain)
{
	return convert(domain, false);
}
