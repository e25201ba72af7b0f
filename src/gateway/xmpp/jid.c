/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XMPP addresses: splitting, preparation, XEP-0106 escapes. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/precis.h"
#include "gateway/xmpp/jid.h"

/* What PRECIS allows and RFC 7622 section 3.3.1 takes away again [A-03]. */
#define LOCAL_EXCLUDED "\"&'/:<>@"

/* The ten characters of XEP-0106; the backslash stands last. */
static const struct escape {
	char plain;
	char code[3];
} escapes[] = {
	{ ' ', "20" }, { '"', "22" }, { '&', "26" }, { '\'', "27" },
	{ '/', "2f" }, { ':', "3a" }, { '<', "3c" }, { '>', "3e" },
	{ '@', "40" }, { '\\', "5c" },
};

#define N_ESCAPES (sizeof(escapes) / sizeof(escapes[0]))

static bool
is_ascii(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s >= 0x80)
			return false;
	}
	return true;
}

static int
part_check_length(const char *what, const char *text, struct fault *f)
{
	size_t n = strlen(text);

	if (n == 0)
		return fault_set(f, FAULT_INVALID, "address: empty %s", what);
	if (n > JID_PART_MAX)
		return fault_set(f, FAULT_INVALID,
		    "address: %s longer than %d octets", what, JID_PART_MAX);
	return 0;
}

int
jid_local_prepare(const char *text, char **outp, struct fault *f)
{
	char *out, *p;

	/* Mapping makes text three times as long at most: refuse early. */
	if (strlen(text) > 3 * JID_PART_MAX)
		return fault_set(f, FAULT_INVALID,
		    "address: local part too long");
	if (is_ascii(text)) {
		out = mem_strdup(text);
		for (p = out; *p != '\0'; p++) {
			if (*p >= 'A' && *p <= 'Z')
				*p += 'a' - 'A';
			if (*p <= ' ' || *p == 0x7f)
				goto bad;
		}
	} else {
		out = precis_username(text);
		if (out == NULL)
			return fault_set(f, FAULT_INVALID,
			    "address: local part has characters that are "
			    "not allowed");
	}
	if (strpbrk(out, LOCAL_EXCLUDED) != NULL)
		goto bad;
	if (part_check_length("local part", out, f) < 0) {
		mem_free(out);
		return -1;
	}
	*outp = out;
	return 0;
bad:
	mem_free(out);
	return fault_set(f, FAULT_INVALID,
	    "address: local part has a character that is not allowed");
}

/* [v6] in brackets, or four dotted decimals. */
bool
jid_domain_is_ip(const char *domain)
{
	int dots = 0;

	if (*domain == '[')
		return true;
	for (; *domain != '\0'; domain++) {
		if (*domain == '.')
			dots++;
		else if (*domain < '0' || *domain > '9')
			return false;
	}
	return dots == 3;
}

static int
literal_check(const char *text, struct fault *f)
{
	size_t n = strlen(text);

	if (n < 4 || text[n - 1] != ']' ||
	    strspn(text + 1, "0123456789abcdefABCDEF:.") != n - 2)
		return fault_set(f, FAULT_INVALID,
		    "address: malformed address literal");
	return 0;
}

/* Letters, digits, hyphen; 63 a label; labels neither empty nor hyphen-ended */
static int
domain_check_ascii(const char *text, struct fault *f)
{
	const char *p = text;
	size_t n;

	if (strlen(text) > 253)
		return fault_set(f, FAULT_INVALID, "address: domain too long");
	for (;;) {
		n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-_");
		if (n == 0 || n > 63 || p[0] == '-' || p[n - 1] == '-')
			return fault_set(f, FAULT_INVALID,
			    "address: malformed domain");
		if (p[n] == '\0')
			return 0;
		if (p[n] != '.')
			return fault_set(f, FAULT_INVALID,
			    "address: malformed domain");
		p += n + 1;
	}
}

static void
ascii_lower(char *p)
{
	for (; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	}
}

/* A-labels anywhere in it: the U-label form has to be found [A-05]. */
static bool
has_a_label(const char *text)
{
	const char *p = text;

	for (;;) {
		if (strncmp(p, "xn--", 4) == 0)
			return true;
		p = strchr(p, '.');
		if (p == NULL)
			return false;
		p++;
	}
}

static int
domain_prepare_unicode(char *text, char **outp, struct fault *f)
{
	char *ascii, *out;

	ascii = precis_to_a_labels(text);
	mem_free(text);
	if (ascii == NULL)
		return fault_set(f, FAULT_INVALID,
		    "address: domain is no internationalised name");
	ascii_lower(ascii);
	if (domain_check_ascii(ascii, f) < 0) {
		mem_free(ascii);
		return -1;
	}
	out = precis_to_u_labels(ascii);
	mem_free(ascii);
	if (out == NULL)
		return fault_set(f, FAULT_INVALID,
		    "address: domain is no internationalised name");
	*outp = out;
	return 0;
}

int
jid_domain_prepare(const char *text, char **outp, struct fault *f)
{
	size_t n = strlen(text);
	char *out;

	if (n > 0 && text[n - 1] == '.')
		n--;
	if (n == 0 || n > JID_PART_MAX)
		return fault_set(f, FAULT_INVALID,
		    "address: domain empty or too long");
	out = mem_strndup(text, n);
	if (!is_ascii(out))
		return domain_prepare_unicode(out, outp, f);
	ascii_lower(out);
	if (out[0] == '[') {
		if (literal_check(out, f) < 0)
			goto fail;
	} else {
		if (domain_check_ascii(out, f) < 0)
			goto fail;
		if (has_a_label(out))
			return domain_prepare_unicode(out, outp, f);
	}
	*outp = out;
	return 0;
fail:
	mem_free(out);
	return -1;
}

int
jid_domain_ascii(const char *domain, char **outp, struct fault *f)
{
	char *out;

	if (is_ascii(domain)) {
		*outp = mem_strdup(domain);
		return 0;
	}
	out = precis_to_a_labels(domain);
	if (out == NULL)
		return fault_set(f, FAULT_INVALID,
		    "%s: no internationalised name", domain);
	*outp = out;
	return 0;
}

int
jid_resource_prepare(const char *text, char **outp, struct fault *f)
{
	const char *p;
	char *out;

	if (strlen(text) > 3 * JID_PART_MAX)
		return fault_set(f, FAULT_INVALID,
		    "address: resource too long");
	if (is_ascii(text)) {
		for (p = text; *p != '\0'; p++) {
			if (*p < ' ' || *p == 0x7f)
				return fault_set(f, FAULT_INVALID,
				    "address: control character in resource");
		}
		out = mem_strdup(text);
	} else {
		out = precis_opaque(text);
		if (out == NULL)
			return fault_set(f, FAULT_INVALID,
			    "address: resource has characters that are not "
			    "allowed");
	}
	if (part_check_length("resource", out, f) < 0) {
		mem_free(out);
		return -1;
	}
	*outp = out;
	return 0;
}

int
jid_make(const char *local, const char *domain, const char *resource,
    struct jid *j, struct fault *f)
{
	memset(j, 0, sizeof(*j));
	if (jid_domain_prepare(domain, &j->domain, f) < 0)
		goto fail;
	if (local != NULL && jid_local_prepare(local, &j->local, f) < 0)
		goto fail;
	if (resource != NULL &&
	    jid_resource_prepare(resource, &j->resource, f) < 0)
		goto fail;
	return 0;
fail:
	jid_clear(j);
	return -1;
}

int
jid_parse(const char *text, struct jid *j, struct fault *f)
{
	const char *slash, *at, *end;
	char *local = NULL, *domain;
	int rc;

	memset(j, 0, sizeof(*j));
	/* Raw text may shrink in preparation, but not without end. */
	if (strlen(text) > 3 * JID_TEXT_MAX)
		return fault_set(f, FAULT_INVALID, "address: too long");
	slash = strchr(text, '/');
	end = slash != NULL ? slash : text + strlen(text);
	at = memchr(text, '@', (size_t)(end - text));
	if (at != NULL)
		local = mem_strndup(text, (size_t)(at - text));
	domain = at != NULL ? mem_strndup(at + 1, (size_t)(end - at - 1)) :
			      mem_strndup(text, (size_t)(end - text));
	rc = jid_make(local, domain, slash != NULL ? slash + 1 : NULL, j, f);
	mem_free(local);
	mem_free(domain);
	return rc;
}

int
jid_domain_of(const char *text, char **outp, struct fault *f)
{
	const char *end = text + strcspn(text, "/");
	const char *at = memchr(text, '@', (size_t)(end - text));
	char *domain;
	int rc;

	if (at != NULL)
		text = at + 1;
	if (end - text > JID_PART_MAX + 1)
		return fault_set(f, FAULT_INVALID, "address: domain too long");
	domain = mem_strndup(text, (size_t)(end - text));
	rc = jid_domain_prepare(domain, outp, f);
	mem_free(domain);
	return rc;
}

static char *
dup_or_null(const char *s)
{
	return s != NULL ? mem_strdup(s) : NULL;
}

void
jid_copy(struct jid *to, const struct jid *from)
{
	to->local = dup_or_null(from->local);
	to->domain = dup_or_null(from->domain);
	to->resource = dup_or_null(from->resource);
}

void
jid_clear(struct jid *j)
{
	mem_free(j->local);
	mem_free(j->domain);
	mem_free(j->resource);
	memset(j, 0, sizeof(*j));
}

char *
jid_bare_text(const struct jid *j)
{
	if (j->local == NULL)
		return mem_strdup(j->domain);
	return mem_printf("%s@%s", j->local, j->domain);
}

char *
jid_text(const struct jid *j)
{
	if (j->resource == NULL)
		return jid_bare_text(j);
	if (j->local == NULL)
		return mem_printf("%s/%s", j->domain, j->resource);
	return mem_printf("%s@%s/%s", j->local, j->domain, j->resource);
}

bool
jid_is_bare(const struct jid *j)
{
	return j->resource == NULL;
}

bool
jid_is_domain(const struct jid *j)
{
	return j->local == NULL && j->resource == NULL;
}

static bool
same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
jid_bare_equal(const struct jid *a, const struct jid *b)
{
	return same(a->local, b->local) && same(a->domain, b->domain);
}

bool
jid_equal(const struct jid *a, const struct jid *b)
{
	return jid_bare_equal(a, b) && same(a->resource, b->resource);
}

/* The row whose code stands at p (behind a backslash), or NULL. */
static const struct escape *
escape_at(const char *p)
{
	size_t i;

	for (i = 0; i < N_ESCAPES; i++) {
		if (p[0] == escapes[i].code[0] && p[1] == escapes[i].code[1])
			return &escapes[i];
	}
	return NULL;
}

static const struct escape *
escape_for(char c)
{
	size_t i;

	for (i = 0; i < N_ESCAPES; i++) {
		if (c == escapes[i].plain)
			return &escapes[i];
	}
	return NULL;
}

int
jid_escape(const char *text, char **outp, struct fault *f)
{
	struct buf b = { 0 };
	const struct escape *e;
	size_t n = strlen(text);

	if (n == 0 || text[0] == ' ' || text[n - 1] == ' ')
		return fault_set(f, FAULT_INVALID,
		    "address: empty, or a space at its start or end");
	for (; *text != '\0'; text++) {
		e = escape_for(*text);
		if (e != NULL && *text == '\\' && escape_at(text + 1) == NULL)
			e = NULL;
		if (e != NULL)
			buf_printf(&b, "\\%s", e->code);
		else
			buf_add_byte(&b, *text);
	}
	*outp = buf_take(&b);
	return 0;
}

char *
jid_unescape(const char *local)
{
	struct buf b = { 0 };
	const struct escape *e;

	while (*local != '\0') {
		e = *local == '\\' ? escape_at(local + 1) : NULL;
		buf_add_byte(&b, e != NULL ? e->plain : *local);
		local += e != NULL ? 3 : 1;
	}
	return buf_take(&b);
}

bool
jid_local_is_canonical(const char *local)
{
	char *plain, *again = NULL;
	bool canonical;

	plain = jid_unescape(local);
	canonical = jid_escape(plain, &again, NULL) == 0 &&
	    strcmp(again, local) == 0;
	mem_free(plain);
	mem_free(again);
	return canonical;
}
