/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIP addresses and JIDs; [Bn]: doc/internals/interworking.md. */
#include "config.h"

#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/map/address.h"

/* What precedes the endpoint's id in a Microsoft GRUU [B7]. */
#define EPID "user:epid:"

/* -1 for bytes that no XMPP address may hold: NUL, controls. */
static int
refuse_controls(const struct buf *b, struct fault *f)
{
	size_t i;

	for (i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if (c < 0x20 || c == 0x7f)
			return fault_set(f, FAULT_NOT_FOUND,
			    "the address holds a control character");
	}
	return 0;
}

/* Escapes of a URI resolved, as a string of the caller's own. */
static int
decoded(struct sip_span s, char **outp, struct fault *f)
{
	struct buf b = { 0 };

	if (sip_unescape(s, &b) < 0) {
		buf_clear(&b);
		return fault_set(f, FAULT_INVALID, "broken %% escape");
	}
	if (refuse_controls(&b, f) < 0) {
		buf_clear(&b);
		return -1;
	}
	buf_add(&b, "", 0);
	*outp = mem_strdup(buf_text(&b));
	buf_clear(&b);
	return 0;
}

/* *outp stays NULL where the URI names no device. */
static int
resource_of(const struct sip_uri *u, char **outp, struct fault *f)
{
	struct sip_span v;

	*outp = NULL;
	if (sip_uri_param(u, "gr", &v) && v.n > 0)
		return decoded(v, outp, f);
	if (sip_uri_param(u, "gruu", NULL) && sip_uri_param(u, "opaque", &v) &&
	    v.n > strlen(EPID) && memcmp(v.p, EPID, strlen(EPID)) == 0)
		return decoded(sip_span_make(v.p + strlen(EPID),
		    v.n - strlen(EPID)), outp, f);
	return 0;
}

int
address_from_uri(const struct sip_uri *u, struct jid *j, struct fault *f)
{
	char *user = NULL, *local = NULL, *resource = NULL, *host = NULL;
	struct sip_span phone;
	struct fault why;
	int rc = -1;

	memset(j, 0, sizeof(*j));
	if (u->scheme == SIP_SCHEME_TEL ||
	    (sip_uri_param(u, "user", &phone) &&
	    sip_span_is_nocase(phone, "phone")))
		return fault_set(f, FAULT_NOT_FOUND,
		    "a telephone number has no XMPP address"); /* [B8] */
	if (u->scheme == SIP_SCHEME_OTHER)
		return fault_set(f, FAULT_INVALID, "not a SIP address");
	if (!u->has_user)
		return fault_set(f, FAULT_NOT_FOUND, "no user in the address");
	if (decoded(u->user, &user, f) < 0 || resource_of(u, &resource, f) < 0)
		goto out;
	host = sip_span_dup(u->host);
	if (jid_escape(user, &local, &why) < 0 ||
	    jid_make(local, host, resource, j, &why) < 0) {
		fault_set(f, FAULT_NOT_FOUND, "no XMPP address: %s", why.text);
		goto out;
	}
	rc = 0;
out:
	mem_free(user);
	mem_free(local);
	mem_free(resource);
	mem_free(host);
	return rc;
}

int
address_from_sip(const char *uri, struct jid *j, struct fault *f)
{
	struct sip_uri u;

	memset(j, 0, sizeof(*j));
	if (sip_uri_parse(sip_span_of(uri), &u, f) < 0) {
		if (f != NULL)
			f->code = FAULT_INVALID;
		return -1;
	}
	return address_from_uri(&u, j, f);
}

static int
write_uri(const char *scheme, const struct jid *j, bool with_resource,
    char **urip, struct fault *f)
{
	struct buf b = { 0 };
	char *user, *host = NULL;

	if (j->local == NULL)
		return fault_set(f, FAULT_NOT_FOUND,
		    "the address names no user");
	if (!jid_local_is_canonical(j->local))
		return fault_set(f, FAULT_NOT_FOUND,
		    "the local part is escaped where it need not be"); /* [B11] */
	if (jid_domain_ascii(j->domain, &host, f) < 0) {
		if (f != NULL)
			f->code = FAULT_NOT_FOUND;
		return -1;
	}
	user = jid_unescape(j->local);
	buf_add_str(&b, scheme);
	sip_escape_user(sip_span_of(user), &b);
	buf_printf(&b, "@%s", host);
	if (with_resource && j->resource != NULL) {
		buf_add_str(&b, ";gr=");
		sip_escape_param(sip_span_of(j->resource), &b);
	}
	mem_free(user);
	mem_free(host);
	*urip = buf_take(&b);
	return 0;
}

int
address_to_sip(const struct jid *j, char **urip, struct fault *f)
{
	return write_uri("sip:", j, true, urip, f);
}

int
address_to_sip_bare(const struct jid *j, char **urip, struct fault *f)
{
	return write_uri("sip:", j, false, urip, f);
}

int
address_to_pres(const struct jid *j, char **urip, struct fault *f)
{
	return write_uri("pres:", j, false, urip, f);
}

int
address_from_iri(const char *iri, struct jid *j, struct fault *f)
{
	char *text;
	size_t n;
	int rc;

	memset(j, 0, sizeof(*j));
	if (strncmp(iri, "xmpp:", 5) != 0)
		return fault_set(f, FAULT_INVALID, "not an xmpp: address");
	iri += 5;
	if (strncmp(iri, "//", 2) == 0) { /* an account to send from: skip */
		iri = strchr(iri + 2, '/');
		if (iri == NULL)
			return fault_set(f, FAULT_INVALID,
			    "no address behind the authority");
		iri++;
	}
	n = strcspn(iri, "?#");
	if (decoded(sip_span_make(iri, n), &text, f) < 0)
		return -1;
	rc = jid_parse(text, j, f);
	mem_free(text);
	return rc;
}
