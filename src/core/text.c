/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8, width, casing, comparison and normalisation: ICU's landing. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/icu.h"
#include "core/mem.h"
#include "core/text.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Primary weights of ASCII in ICU's root order; 0 is ignored altogether. */
static const uint8_t primary[128] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	6, 12, 16, 28, 38, 29, 27, 15, 17, 18, 24, 32, 9, 8, 14, 25,
	39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 11, 10, 33, 34, 35, 13,
	23, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
	64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 19, 26, 20, 31, 7,
	30, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
	64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 21, 36, 22, 37, 0,
};

/* --- UTF-8 --- */

static size_t
decode(const unsigned char *s, size_t n, uint32_t *cp)
{
	uint32_t c = s[0];

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0 && n >= 2 && (s[1] & 0xc0) == 0x80) {
		*cp = (c & 0x1f) << 6 | (s[1] & 0x3fu);
		return 2;
	}
	if (c >= 0xe0 && c < 0xf0 && n >= 3 && (s[1] & 0xc0) == 0x80 &&
	    (s[2] & 0xc0) == 0x80) {
		*cp = (c & 0xf) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
		if (*cp >= 0x800)
			return 3;
	}
	if (c >= 0xf0 && c < 0xf5 && n >= 4 && (s[1] & 0xc0) == 0x80 &&
	    (s[2] & 0xc0) == 0x80 && (s[3] & 0xc0) == 0x80) {
		*cp = (c & 7) << 18 | (s[1] & 0x3fu) << 12 |
		    (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
		if (*cp >= 0x10000 && *cp <= 0x10ffff)
			return 4;
	}
	*cp = 0xfffd;
	return 0;
}

size_t
utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	size_t len = decode((const unsigned char *)s, n, cp);

	return len > 0 ? len : 1;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

bool
text_is_ascii(const char *s, size_t n)
{
	uint64_t word;

	for (; n >= 8; s += 8, n -= 8) {
		memcpy(&word, s, 8);
		if (word & 0x8080808080808080u)
			return false;
	}
	for (; n > 0; s++, n--) {
		if (*s & 0x80)
			return false;
	}
	return true;
}

bool
utf8_valid(const char *s, size_t n)
{
	uint32_t cp;
	size_t len;

	while (n > 0) {
		len = decode((const unsigned char *)s, n, &cp);
		if (len == 0 || (cp >= 0xd800 && cp < 0xe000))
			return false;
		s += len;
		n -= len;
	}
	return true;
}

char *
utf8_scrub(const char *s, size_t n, size_t *lenp)
{
	struct buf b = { 0 };
	uint32_t cp;
	size_t len;

	buf_reserve(&b, n + 1);
	while (n > 0) {
		len = utf8_decode(s, n, &cp);
		if (cp >= 0xd800 && cp < 0xe000)
			cp = 0xfffd;
		buf_add_utf8(&b, cp);
		s += len;
		n -= len;
	}
	if (lenp != NULL)
		*lenp = b.len;
	return buf_take(&b);
}

/* --- width --- */

static const struct range {
	uint32_t first;
	uint32_t last;
} wide[] = {
	{ 0x1100, 0x115f }, { 0x2329, 0x232a }, { 0x2e80, 0x303e },
	{ 0x3040, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
	{ 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
};

unsigned
codepoint_width(uint32_t cp)
{
	size_t i;

	if (cp >= 0x10000)
		return 2; /* two units of one column each */
	for (i = 0; i < LEN(wide); i++) {
		if (cp < wide[i].first)
			return 1;
		if (cp <= wide[i].last)
			return 2;
	}
	return 1;
}

size_t
text_width(const char *s, size_t n)
{
	size_t width = 0, len;
	uint32_t cp;

	if (text_is_ascii(s, n))
		return n;
	while (n > 0) {
		len = utf8_decode(s, n, &cp);
		width += codepoint_width(cp);
		s += len;
		n -= len;
	}
	return width;
}

/* --- casing and classes --- */

uint32_t
codepoint_upper(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'a' && cp <= 'z' ? cp - 32 : cp;
	/* .NET leaves these two alone, so that ASCII stays ASCII. */
	if (cp == 0x131 || cp == 0x17f)
		return cp;
	return (uint32_t)icu()->u_toupper((UChar32)cp);
}

uint32_t
codepoint_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	if (cp == 0x130)
		return cp;
	return (uint32_t)icu()->u_tolower((UChar32)cp);
}

uint32_t
codepoint_title(uint32_t cp)
{
	if (cp < 0x80)
		return codepoint_upper(cp);
	return (uint32_t)icu()->u_totitle((UChar32)cp);
}

uint32_t
codepoint_fold(uint32_t cp)
{
	if (cp < 0x80)
		return codepoint_lower(cp);
	return (uint32_t)icu()->u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT);
}

static char *
map_text(const char *s, size_t n, uint32_t (*map)(uint32_t), size_t *lenp)
{
	struct buf b = { 0 };
	uint32_t cp;
	size_t len;

	buf_reserve(&b, n + 1);
	while (n > 0) {
		len = decode((const unsigned char *)s, n, &cp);
		if (len == 0) {
			buf_add_byte(&b, *s);
			len = 1;
		} else {
			buf_add_utf8(&b, map(cp));
		}
		s += len;
		n -= len;
	}
	if (lenp != NULL)
		*lenp = b.len;
	return buf_take(&b);
}

char *
text_upper(const char *s, size_t n, size_t *lenp)
{
	return map_text(s, n, codepoint_upper, lenp);
}

char *
text_lower(const char *s, size_t n, size_t *lenp)
{
	return map_text(s, n, codepoint_lower, lenp);
}

char *
text_fold(const char *s, size_t n, size_t *lenp)
{
	return map_text(s, n, codepoint_fold, lenp);
}

/* ICU's order of general categories to .NET's. */
static const uint8_t categories[] = {
	TEXT_CN, TEXT_LU, TEXT_LL, TEXT_LT, TEXT_LM, TEXT_LO, TEXT_MN, TEXT_ME,
	TEXT_MC, TEXT_ND, TEXT_NL, TEXT_NO, TEXT_ZS, TEXT_ZL, TEXT_ZP, TEXT_CC,
	TEXT_CF, TEXT_CO, TEXT_CS, TEXT_PD, TEXT_PS, TEXT_PE, TEXT_PC, TEXT_PO,
	TEXT_SM, TEXT_SC, TEXT_SK, TEXT_SO, TEXT_PI, TEXT_PF,
};

static enum text_category
ascii_category(uint32_t cp)
{
	static const char punct[] = "!\"#%&'*,./:;?@\\";

	if (cp < 0x20 || cp == 0x7f)
		return TEXT_CC;
	if (cp == ' ')
		return TEXT_ZS;
	if (cp >= '0' && cp <= '9')
		return TEXT_ND;
	if (cp >= 'A' && cp <= 'Z')
		return TEXT_LU;
	if (cp >= 'a' && cp <= 'z')
		return TEXT_LL;
	if (strchr(punct, (int)cp) != NULL)
		return TEXT_PO;
	if (strchr("([{", (int)cp) != NULL)
		return TEXT_PS;
	if (strchr(")]}", (int)cp) != NULL)
		return TEXT_PE;
	if (cp == '-')
		return TEXT_PD;
	if (cp == '_')
		return TEXT_PC;
	if (cp == '$')
		return TEXT_SC;
	return cp == '^' || cp == '`' ? TEXT_SK : TEXT_SM;
}

enum text_category
codepoint_category(uint32_t cp)
{
	int c;

	if (cp < 0x80)
		return ascii_category(cp);
	c = icu()->u_charType((UChar32)cp);
	return c >= 0 && c < (int)LEN(categories) ? categories[c] : TEXT_CN;
}

bool
codepoint_is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp | 32) >= 'a' && (cp | 32) <= 'z';
	return codepoint_category(cp) <= TEXT_LO;
}

bool
codepoint_is_digit(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= '0' && cp <= '9';
	return codepoint_category(cp) == TEXT_ND;
}

bool
codepoint_is_space(uint32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= 9 && cp <= 13);
	return cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
	    (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	    cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

/* --- order --- */

static UCollator *
collator(bool ignore_case)
{
	static UCollator *both[2];
	UErrorCode status = U_ZERO_ERROR;
	UCollator *c = both[ignore_case];

	if (c == NULL) {
		c = icu()->ucol_open("en_US", &status);
		if (U_FAILURE(status))
			return NULL;
		if (ignore_case)
			icu()->ucol_setStrength(c, UCOL_SECONDARY);
		both[ignore_case] = c;
	}
	return c;
}

static UChar *
to_units(const char *s, size_t n, int32_t *lenp, UChar *room, size_t size)
{
	UChar *out = n <= size ? room : mem_array(n, sizeof(UChar));
	int32_t o = 0;
	uint32_t cp;
	size_t len;

	while (n > 0) {
		len = utf8_decode(s, n, &cp);
		if (cp >= 0x10000) {
			out[o++] = (UChar)(0xd7c0 + (cp >> 10));
			out[o++] = (UChar)(0xdc00 | (cp & 0x3ff));
		} else {
			out[o++] = (UChar)cp;
		}
		s += len;
		n -= len;
	}
	*lenp = o;
	return out;
}

static int
compare_icu(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case)
{
	UChar ar[256], br[256], *au, *bu;
	UCollator *c = collator(ignore_case);
	int32_t al, bl;
	int order;

	if (c == NULL || an > INT32_MAX || bn > INT32_MAX)
		return text_compare_ordinal(a, an, b, bn, ignore_case);
	au = to_units(a, an, &al, ar, LEN(ar));
	bu = to_units(b, bn, &bl, br, LEN(br));
	order = icu()->ucol_strcoll(c, au, al, bu, bl);
	if (au != ar)
		mem_free(au);
	if (bu != br)
		mem_free(bu);
	return order;
}

int
text_compare(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case)
{
	const char *ap = a, *bp = b, *ae = a + an, *be = b + bn;
	int third = 0;
	unsigned x, y;

	for (;;) {
		for (x = 0; ap < ae && x == 0; ap++) {
			if (*ap & 0x80)
				return compare_icu(a, an, b, bn, ignore_case);
			x = primary[(unsigned char)*ap];
		}
		for (y = 0; bp < be && y == 0; bp++) {
			if (*bp & 0x80)
				return compare_icu(a, an, b, bn, ignore_case);
			y = primary[(unsigned char)*bp];
		}
		if (x != y) {
			/* A mark that follows may still change what differs. */
			if (!text_is_ascii(ap, (size_t)(ae - ap)) ||
			    !text_is_ascii(bp, (size_t)(be - bp)))
				return compare_icu(a, an, b, bn, ignore_case);
			return x < y ? -1 : 1;
		}
		if (x == 0)
			return ignore_case ? 0 : third;
		/* Small before capital. */
		if (third == 0 && ap[-1] != bp[-1])
			third = ap[-1] > bp[-1] ? -1 : 1;
	}
}

int
text_compare_ordinal(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case)
{
	const char *ae = a + an, *be = b + bn;
	uint32_t x, y;

	while (a < ae && b < be) {
		a += utf8_decode(a, (size_t)(ae - a), &x);
		b += utf8_decode(b, (size_t)(be - b), &y);
		if (x == y)
			continue;
		if (ignore_case) {
			x = codepoint_upper(x);
			y = codepoint_upper(y);
			if (x == y)
				continue;
		}
		/* Surrogates stand before U+E000 in UTF-16. */
		if ((x >= 0x10000) != (y >= 0x10000) && x >= 0xd800 &&
		    y >= 0xd800)
			return x >= 0x10000 ? (y < 0xe000 ? 1 : -1) :
			    x < 0xe000	    ? -1 :
					      1;
		return x < y ? -1 : 1;
	}
	return a < ae ? 1 : b < be ? -1 : 0;
}

bool
text_equal(const char *a, size_t an, const char *b, size_t bn,
    bool ignore_case)
{
	if (an == bn && memcmp(a, b, an) == 0)
		return true;
	return text_compare(a, an, b, bn, ignore_case) == 0;
}

static uint32_t
hash_bytes(uint32_t h, const uint8_t *p, size_t n)
{
	while (n-- > 0)
		h = (h ^ *p++) * 16777619u;
	return h;
}

uint32_t
text_hash(const char *s, size_t n, bool ignore_case)
{
	uint32_t h = 2166136261u;
	uint8_t key[1024];
	UChar room[256], *u;
	int32_t len;
	size_t k;
	bool wide_text = false;

	for (k = 0; k < n && !wide_text; k++) {
		unsigned char c = (unsigned char)s[k];

		if (c & 0x80) {
			wide_text = true;
		} else if (primary[c] != 0) {
			uint8_t w = primary[c];

			h = hash_bytes(h, &w, 1);
		}
	}
	if (!wide_text || collator(ignore_case) == NULL)
		return h;
	/* Ignorable characters aside, ASCII never equals what is not. */
	u = to_units(s, n, &len, room, LEN(room));
	len = icu()->ucol_getSortKey(collator(ignore_case), u, len, key,
	    (int32_t)sizeof(key));
	if (u != room)
		mem_free(u);
	if (len > (int32_t)sizeof(key))
		len = (int32_t)sizeof(key);
	return hash_bytes(2166136261u, key, (size_t)len);
}

/* --- searching --- */

/* Bytes of s that match needle from its start; TEXT_NONE. */
static size_t
prefix(const char *s, size_t n, const char *needle, size_t needle_len,
    bool ignore_case)
{
	const char *start = s, *se = s + n, *ne = needle + needle_len;
	uint32_t x, y;

	if (!ignore_case) {
		if (n < needle_len || memcmp(s, needle, needle_len) != 0)
			return TEXT_NONE;
		return needle_len;
	}
	while (needle < ne) {
		if (s >= se)
			return TEXT_NONE;
		s += utf8_decode(s, (size_t)(se - s), &x);
		needle += utf8_decode(needle, (size_t)(ne - needle), &y);
		if (x != y && codepoint_upper(x) != codepoint_upper(y))
			return TEXT_NONE;
	}
	return (size_t)(s - start);
}

size_t
text_find(const char *s, size_t n, size_t from, const char *needle,
    size_t needle_len, bool ignore_case, size_t *lenp)
{
	const char *hit;
	size_t at, len;

	if (from > n)
		return TEXT_NONE;
	if (!ignore_case) {
		hit = memmem(s + from, n - from, needle, needle_len);
		if (hit == NULL)
			return TEXT_NONE;
		if (lenp != NULL)
			*lenp = needle_len;
		return (size_t)(hit - s);
	}
	for (at = from; at <= n; at++) {
		if (at < n && (s[at] & 0xc0) == 0x80)
			continue;
		len = prefix(s + at, n - at, needle, needle_len, true);
		if (len != TEXT_NONE) {
			if (lenp != NULL)
				*lenp = len;
			return at;
		}
	}
	return TEXT_NONE;
}

size_t
text_find_last(const char *s, size_t n, const char *needle, size_t needle_len,
    bool ignore_case, size_t *lenp)
{
	size_t at = n + 1, len;

	while (at-- > 0) {
		if (at < n && (s[at] & 0xc0) == 0x80)
			continue;
		len = prefix(s + at, n - at, needle, needle_len, ignore_case);
		if (len != TEXT_NONE) {
			if (lenp != NULL)
				*lenp = len;
			return at;
		}
	}
	return TEXT_NONE;
}

/* --- normalisation --- */

static const UNormalizer2 *
normalizer(enum text_form form)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *norm = NULL;

	switch (form) {
	case TEXT_NFC:
		norm = icu()->unorm2_getNFCInstance(&status);
		break;
	case TEXT_NFD:
		norm = icu()->unorm2_getNFDInstance(&status);
		break;
	case TEXT_NFKC:
		norm = icu()->unorm2_getNFKCInstance(&status);
		break;
	case TEXT_NFKD:
		norm = icu()->unorm2_getNFKDInstance(&status);
		break;
	}
	return U_SUCCESS(status) ? norm : NULL;
}

static char *
from_units(const UChar *u, int32_t n, size_t *lenp)
{
	struct buf b = { 0 };
	int32_t i = 0;
	UChar32 c;

	while (i < n) {
		U16_NEXT(u, i, n, c);
		buf_add_utf8(&b, (uint32_t)c);
	}
	if (lenp != NULL)
		*lenp = b.len;
	buf_reserve(&b, 1);
	return buf_take(&b);
}

char *
text_normalize(const char *s, size_t n, enum text_form form, size_t *lenp)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *in, *out, none[1];
	int32_t in_len, out_len, size;
	char *result = NULL;

	if (text_is_ascii(s, n)) {
		if (lenp != NULL)
			*lenp = n;
		return mem_strndup(s, n);
	}
	if (!utf8_valid(s, n) || n > INT32_MAX / 32 || normalizer(form) == NULL)
		return NULL;
	in = to_units(s, n, &in_len, none, 0);
	size = in_len * 4 + 32;
	out = mem_array((size_t)size, sizeof(UChar));
	out_len = icu()->unorm2_normalize(normalizer(form), in, in_len, out,
	    size, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR) {
		status = U_ZERO_ERROR;
		size = out_len;
		out = mem_array_grow(out, (size_t)size, sizeof(UChar));
		out_len = icu()->unorm2_normalize(normalizer(form), in, in_len,
		    out, size, &status);
	}
	if (U_SUCCESS(status))
		result = from_units(out, out_len, lenp);
	mem_free(in);
	mem_free(out);
	return result;
}

bool
text_is_normalized(const char *s, size_t n, enum text_form form)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *u, none[1];
	int32_t len;
	bool yes;

	if (text_is_ascii(s, n))
		return true;
	if (normalizer(form) == NULL || n > INT32_MAX)
		return false;
	u = to_units(s, n, &len, none, 0);
	yes = icu()->unorm2_isNormalized(normalizer(form), u, len, &status);
	mem_free(u);
	return U_SUCCESS(status) && yes;
}
