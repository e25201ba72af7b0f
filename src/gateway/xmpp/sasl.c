/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL EXTERNAL in both roles [C-08..C-13]. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "gateway/xmpp/jid.h"
#include "gateway/xmpp/sasl.h"
#include "gateway/xmpp/stanza.h"
#include "net/hash.h"

static enum sasl_step
failed(struct sasl_server *s, const char *condition, const char **conditionp)
{
	*conditionp = condition;
	s->challenged = false;
	return ++s->failures >= SASL_TRIES ? SASL_GIVE_UP : SASL_FAILURE;
}

/* text is base64 of the authorisation id, "=" for an empty one. */
static enum sasl_step
check_authzid(struct sasl_server *s, const char *text, const char *domain,
    const char **conditionp)
{
	struct buf b = { 0 };
	char *prepared = NULL;
	bool fits;

	if (strcmp(text, "=") != 0 &&
	    hash_base64_decode(text, strlen(text), &b) < 0) {
		buf_clear(&b);
		return failed(s, "incorrect-encoding", conditionp);
	}
	if (b.len == 0) {
		fits = true;
	} else {
		fits = strlen(buf_text(&b)) == b.len &&
		    jid_domain_prepare(buf_text(&b), &prepared, NULL) == 0 &&
		    strcmp(prepared, domain) == 0;
	}
	mem_free(prepared);
	buf_clear(&b);
	if (!fits)
		return failed(s, "invalid-authzid", conditionp);
	s->challenged = false;
	return SASL_SUCCESS;
}

enum sasl_step
sasl_server_step(struct sasl_server *s, const struct xml *x,
    const char *domain, const char **conditionp)
{
	const char *mechanism, *text;

	*conditionp = NULL;
	if (strcmp(x->ns, NS_SASL) != 0)
		return SASL_FOREIGN;
	text = xml_text(x);
	if (strcmp(x->name, "auth") == 0) {
		mechanism = xml_get(x, "mechanism");
		if (domain == NULL || mechanism == NULL ||
		    strcmp(mechanism, "EXTERNAL") != 0)
			return failed(s, "invalid-mechanism", conditionp);
		if (*text == '\0') { /* no initial response [C-10] */
			s->challenged = true;
			return SASL_CHALLENGE;
		}
		return check_authzid(s, text, domain, conditionp);
	}
	if (strcmp(x->name, "response") == 0) {
		if (!s->challenged || domain == NULL)
			return failed(s, "malformed-request", conditionp);
		return check_authzid(s, text, domain, conditionp);
	}
	if (strcmp(x->name, "abort") == 0)
		return failed(s, "aborted", conditionp);
	return failed(s, "malformed-request", conditionp);
}

static struct xml *
with_authzid(const char *name, const char *domain)
{
	struct xml *x = xml_new(name, NS_SASL);
	struct buf b = { 0 };

	hash_base64_encode(domain, strlen(domain), &b);
	xml_add_text(x, buf_text(&b));
	buf_clear(&b);
	return x;
}

struct xml *
sasl_client_auth(const char *domain)
{
	struct xml *x = with_authzid("auth", domain);

	xml_set(x, "mechanism", "EXTERNAL");
	return x;
}

struct xml *
sasl_client_response(const char *domain)
{
	return with_authzid("response", domain);
}

enum sasl_step
sasl_client_step(const struct xml *x, const char **conditionp)
{
	const struct xml *child;

	*conditionp = NULL;
	if (strcmp(x->ns, NS_SASL) != 0)
		return SASL_FOREIGN;
	if (strcmp(x->name, "success") == 0)
		return SASL_SUCCESS;
	if (strcmp(x->name, "challenge") == 0)
		return SASL_CHALLENGE;
	child = xml_child(x, NULL, NULL);
	*conditionp = child != NULL ? child->name : "not-authorized";
	return SASL_FAILURE;
}

bool
sasl_offers_external(const struct xml *features)
{
	const struct xml *list, *m;

	list = xml_child(features, "mechanisms", NS_SASL);
	if (list == NULL)
		return false;
	for (m = xml_child(list, "mechanism", NS_SASL); m != NULL;
	    m = xml_next(m, "mechanism", NS_SASL)) {
		if (strcmp(xml_text(m), "EXTERNAL") == 0)
			return true;
	}
	return false;
}
