/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names in certificates: reading, making and matching them. */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include "core/mem.h"
#include "net/addr.h"
#include "net/hash.h"
#include "net/san_internal.h"
#include "net/tls.h"

static const struct san_row {
	const char *text;
	enum san_kind kind;
} san_rows[] = {
	{ "dns", SAN_DNS },
	{ "ip", SAN_IP },
	{ "uri", SAN_URI },
	{ "email", SAN_EMAIL },
	{ "srv", SAN_SRV },
	{ "xmpp", SAN_XMPP },
};

const char *
san_kind_text(enum san_kind kind)
{
	return san_rows[kind].text;
}

static void
san_add(struct san_list *l, enum san_kind kind, const char *text, size_t len)
{
	/* A NUL inside would end the name early for us and not for the CA. */
	if (len == 0 || memchr(text, '\0', len) != NULL || l->n == SAN_MAX)
		return;
	l->items = mem_array_grow(l->items, l->n + 1, sizeof(*l->items));
	l->items[l->n].kind = kind;
	l->items[l->n].value = mem_strndup(text, len);
	l->n++;
}

static void
san_add_string(struct san_list *l, enum san_kind kind, const ASN1_STRING *s)
{
	san_add(l, kind, (const char *)ASN1_STRING_get0_data(s),
	    (size_t)ASN1_STRING_length(s));
}

static void
san_add_ip(struct san_list *l, const ASN1_OCTET_STRING *s)
{
	char text[ADDR_TEXT_SIZE];
	struct addr a;

	if (addr_from_bytes(ASN1_STRING_get0_data(s),
		(size_t)ASN1_STRING_length(s), 0, &a) == 0) {
		(void)addr_ip_text(&a, text);
		san_add(l, SAN_IP, text, strlen(text));
	}
}

static void
san_add_other(struct san_list *l, const OTHERNAME *other)
{
	int nid = OBJ_obj2nid(other->type_id);

	if (nid == NID_XmppAddr && other->value->type == V_ASN1_UTF8STRING)
		san_add_string(l, SAN_XMPP, other->value->value.utf8string);
	if (nid == NID_SRVName && other->value->type == V_ASN1_IA5STRING)
		san_add_string(l, SAN_SRV, other->value->value.ia5string);
}

void
san_read(struct san_list *l, const X509 *x509)
{
	GENERAL_NAMES *names;
	const GENERAL_NAME *name;
	int i;

	memset(l, 0, sizeof(*l));
	names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	for (i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++) {
		name = sk_GENERAL_NAME_value(names, i);
		if (name->type == GEN_DNS)
			san_add_string(l, SAN_DNS, name->d.dNSName);
		else if (name->type == GEN_URI)
			san_add_string(
			    l, SAN_URI, name->d.uniformResourceIdentifier);
		else if (name->type == GEN_EMAIL)
			san_add_string(l, SAN_EMAIL, name->d.rfc822Name);
		else if (name->type == GEN_IPADD)
			san_add_ip(l, name->d.iPAddress);
		else if (name->type == GEN_OTHERNAME)
			san_add_other(l, name->d.otherName);
	}
	GENERAL_NAMES_free(names);
	ERR_clear_error();
}

void
san_clear(struct san_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		mem_free(l->items[i].value);
	mem_free(l->items);
	memset(l, 0, sizeof(*l));
}

static GENERAL_NAME *
san_make_other(int nid, int type, const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_STRING *s = ASN1_STRING_type_new(type);
	ASN1_TYPE *value = ASN1_TYPE_new();

	if (name == NULL || s == NULL || value == NULL ||
	    ASN1_STRING_set(s, text, -1) != 1)
		goto fail;
	ASN1_TYPE_set(value, type, s);
	s = NULL;
	if (GENERAL_NAME_set0_othername(name, OBJ_nid2obj(nid), value) != 1)
		goto fail;
	return name;
fail:
	GENERAL_NAME_free(name);
	ASN1_STRING_free(s);
	ASN1_TYPE_free(value);
	return NULL;
}

static GENERAL_NAME *
san_make_string(int type, const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *s = ASN1_IA5STRING_new();

	if (name == NULL || s == NULL || ASN1_STRING_set(s, text, -1) != 1) {
		GENERAL_NAME_free(name);
		ASN1_IA5STRING_free(s);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, type, s);
	return name;
}

static GENERAL_NAME *
san_make_ip(const char *text)
{
	GENERAL_NAME *name;
	ASN1_OCTET_STRING *s = a2i_IPADDRESS(text);

	if (s == NULL || (name = GENERAL_NAME_new()) == NULL) {
		ASN1_OCTET_STRING_free(s);
		return NULL;
	}
	GENERAL_NAME_set0_value(name, GEN_IPADD, s);
	return name;
}

int
san_make(const char *text, GENERAL_NAME **namep, struct fault *f)
{
	const char *value = text, *p;
	enum san_kind kind = SAN_DNS;
	GENERAL_NAME *name = NULL;
	struct addr ip;
	size_t i, len;

	if (addr_from_ip(text, 0, &ip, NULL) == 0) {
		kind = SAN_IP;
	} else {
		for (i = 0; i < sizeof(san_rows) / sizeof(san_rows[0]); i++) {
			len = strlen(san_rows[i].text);
			if (strncasecmp(text, san_rows[i].text, len) == 0 &&
			    text[len] == ':') {
				kind = san_rows[i].kind;
				value = text + len + 1;
				break;
			}
		}
	}
	for (p = value; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' ||
		    (kind != SAN_XMPP && (unsigned char)*p > 126))
			return fault_set(f, FAULT_INVALID,
			    "\"%.200s\" cannot stand in a certificate: write "
			    "the name in ASCII (xn--...) without spaces", text);
	if (*value == '\0')
		return fault_set(
		    f, FAULT_INVALID, "a certificate's name is empty");
	switch (kind) {
	case SAN_DNS:
		name = san_make_string(GEN_DNS, value);
		break;
	case SAN_URI:
		name = san_make_string(GEN_URI, value);
		break;
	case SAN_EMAIL:
		name = san_make_string(GEN_EMAIL, value);
		break;
	case SAN_IP:
		name = san_make_ip(value);
		break;
	case SAN_SRV:
		name = san_make_other(NID_SRVName, V_ASN1_IA5STRING, value);
		break;
	case SAN_XMPP:
		name = san_make_other(NID_XmppAddr, V_ASN1_UTF8STRING, value);
		break;
	}
	if (name == NULL)
		return fault_set(f, FAULT_INVALID,
		    "\"%.200s\" cannot stand in a certificate", text);
	*namep = name;
	return 0;
}

/* Matching. */

static size_t
length_without_dot(const char *s)
{
	size_t len = strlen(s);

	return len > 1 && s[len - 1] == '.' ? len - 1 : len;
}

static bool
names_equal(const char *a, const char *b)
{
	size_t len = length_without_dot(a);

	return len > 0 && len == length_without_dot(b) &&
	    strncasecmp(a, b, len) == 0;
}

bool
tls_name_matches(const char *pattern, const char *name, bool wildcard)
{
	const char *dot;

	if (strchr(pattern, '*') == NULL)
		return names_equal(pattern, name);
	/* Only "*." in front, for exactly one label (C-02). */
	if (!wildcard || strncmp(pattern, "*.", 2) != 0 ||
	    strchr(pattern + 1, '*') != NULL)
		return false;
	dot = strchr(name, '.');
	return dot != NULL && dot != name && names_equal(pattern + 2, dot + 1);
}

bool
san_matches_dns(const struct san_list *l, const char *name)
{
	struct addr ip;
	bool is_ip = addr_from_ip(name, 0, &ip, NULL) == 0;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (is_ip ? l->items[i].kind == SAN_IP &&
			    strcasecmp(l->items[i].value, name) == 0
			  : l->items[i].kind == SAN_DNS &&
			    tls_name_matches(l->items[i].value, name, true))
			return true;
	}
	return false;
}

bool
san_matches_xmpp(const struct san_list *l, const char *domain)
{
	static const char service[] = "_xmpp-server.";
	const struct san *s;
	size_t i;

	for (i = 0; i < l->n; i++) {
		s = &l->items[i];
		if (s->kind == SAN_DNS &&
		    tls_name_matches(s->value, domain, true))
			return true;
		if (s->kind == SAN_XMPP && names_equal(s->value, domain))
			return true;
		if (s->kind == SAN_SRV &&
		    strncasecmp(s->value, service, sizeof(service) - 1) == 0 &&
		    tls_name_matches(
			s->value + sizeof(service) - 1, domain, false))
			return true;
	}
	return false;
}

/* RFC 5922 7.1: a SIP URI without user part names a domain. */
static const char *
sip_uri_domain(const struct san *s)
{
	if (s->kind != SAN_URI || strncasecmp(s->value, "sip:", 4) != 0 ||
	    strchr(s->value, '@') != NULL)
		return NULL;
	return s->value + 4;
}

bool
san_matches_sip(const struct san_list *l, const char *domain, bool wildcard)
{
	const char *uri;
	bool any = false;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if ((uri = sip_uri_domain(&l->items[i])) == NULL)
			continue;
		any = true;
		if (names_equal(uri, domain))
			return true;
	}
	for (i = 0; i < l->n && !any; i++)
		if (l->items[i].kind == SAN_DNS &&
		    tls_name_matches(l->items[i].value, domain, wildcard))
			return true;
	return false;
}

/* Small things both certificates and handshakes need. */

int64_t
san_time(const ASN1_TIME *t)
{
	struct tm tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

char *
san_name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL, *out;
	long len;

	if (bio == NULL)
		return mem_strdup("");
	(void)X509_NAME_print_ex(bio, name, 0,
	    (XN_FLAG_RFC2253 & ~XN_FLAG_SEP_MASK & ~ASN1_STRFLGS_ESC_MSB) |
		XN_FLAG_SEP_CPLUS_SPC);
	len = BIO_get_mem_data(bio, &text);
	out = mem_strndup(text == NULL ? "" : text, len > 0 ? (size_t)len : 0);
	BIO_free(bio);
	return out;
}

void
san_key_hash(EVP_PKEY *key, char out[65])
{
	char hex[HASH_HEX_SIZE];
	unsigned char *der = NULL;
	int len = key == NULL ? -1 : i2d_PUBKEY(key, &der);

	out[0] = '\0';
	if (len > 0) {
		(void)hash_hex(HASH_SHA256, der, (size_t)len, hex);
		memcpy(out, hex, 65);
	}
	OPENSSL_free(der);
}

int
san_read_pem(
    const char *pem, size_t len, STACK_OF(X509) *into, struct fault *f)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	unsigned long e;
	X509 *x509;

	if (bio == NULL)
		return fault_set(f, FAULT_SYSTEM, "out of memory");
	while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
		if (sk_X509_push(into, x509) == 0)
			X509_free(x509);
	BIO_free(bio);
	e = ERR_peek_last_error();
	if (ERR_GET_LIB(e) == ERR_LIB_PEM &&
	    ERR_GET_REASON(e) == PEM_R_NO_START_LINE) {
		ERR_clear_error();
		return 0;
	}
	return fault_set(f, FAULT_INVALID_DATA,
	    "certificate number %d cannot be read: %s", sk_X509_num(into) + 1,
	    san_crypto_reason());
}

const char *
san_crypto_reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return text == NULL ? "unknown reason" : text;
}
