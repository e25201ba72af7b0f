/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IQ requests of X to a local user (xmpp-s2s.md section 15). What a domain
 * owes is answered by the proxy. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"

/* disco#info of a bare address: somebody with an account lives there. */
static void
fill_disco(const struct xml *request, struct xml *result)
{
	const struct xml *asked = stanza_iq_payload(request);
	const char *node = asked != NULL ? xml_get(asked, "node") : NULL;
	struct xml *q = xml_add(result, "query", NS_DISCO_INFO), *i;

	if (node != NULL)
		xml_set(q, "node", node);
	i = xml_add(q, "identity", NULL);
	xml_set(i, "category", "account");
	xml_set(i, "type", "registered");
	i = xml_add(q, "feature", NULL);
	xml_set(i, "var", NS_DISCO_INFO);
	i = xml_add(q, "feature", NULL);
	xml_set(i, "var", NS_PING);
}

static void
fill_items(const struct xml *request, struct xml *result)
{
	(void)request;
	(void)xml_add(result, "query", NS_DISCO_ITEMS);
}

static void
fill_nothing(const struct xml *request, struct xml *result)
{
	(void)request;
	(void)result;
}

static const struct {
	const char *name, *ns;
	void (*fill)(const struct xml *request, struct xml *result);
} answers[] = {
	{ "query", NS_DISCO_INFO, fill_disco },
	{ "query", NS_DISCO_ITEMS, fill_items },
	{ "ping", NS_PING, fill_nothing },
};

/* [12]: the name of the directory, nothing else. */
static bool
fill_vcard(struct gateway *g, const char *local, struct xml *result)
{
	struct usertable_user u;
	struct xml *v;

	if (g->settings->users == NULL ||
	    !usertable_find_address(g->settings->users, local, &u) ||
	    u.display_name[0] == '\0')
		return false;
	v = xml_add(result, "vCard", NS_VCARD);
	(void)xml_add_with_text(v, "FN", NULL, u.display_name);
	return true;
}

/* The result for who may see S; NULL: nothing of the kind is offered. */
static struct xml *
result_for(struct gateway *g, const struct stanza *st, const char *local)
{
	const struct xml *payload = stanza_iq_payload(st->x);
	struct xml *result;
	size_t i;

	if (payload == NULL || st->type != STANZA_TYPE_GET)
		return NULL;
	result = stanza_iq_result(st->x);
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (xml_is(payload, answers[i].name, answers[i].ns)) {
			answers[i].fill(st->x, result);
			return result;
		}
	}
	if (xml_is(payload, "vCard", NS_VCARD) &&
	    fill_vcard(g, local, result))
		return result;
	xml_free(result);
	return NULL;
}

void
gateway_iq_from_xmpp(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st)
{
	char *local = jid_bare_text(&st->to), *remote = jid_bare_text(&st->from);
	struct contact *c = contact_find(g, local, remote);
	enum stanza_condition why = CONDITION_NONE;
	const char *text = NULL;
	struct admit_verdict v;
	struct admit_answer a;
	struct xml *result;

	counter_add(&g->counters, COUNTER_IQ_FROM_XMPP);
	if (st->type != STANZA_TYPE_GET && st->type != STANZA_TYPE_SET)
		goto out; /* a result, or an error: nobody here asked (Z-05) */
	if (stanza_iq_payload(st->x) == NULL) {
		why = CONDITION_BAD_REQUEST;
		goto out;
	}
	if (st->to.local != NULL && !gateway_admit(g, local, remote,
	    st->from.domain, ADMIT_IQ, true, s->session, &v)) {
		admit_answer(v.gate, &a);
		if (admit_may_answer(g->rates, gateway_now(g), v.gate,
		    st->from.domain))
			why = a.condition;
		text = a.text;
		goto out;
	}
	/* Z-10: who may not see S learns nothing, not even that S exists. */
	if (c == NULL || c->closed || !presence_is_seen(c->rec.state) ||
	    (result = result_for(g, st, local)) == NULL) {
		why = CONDITION_SERVICE_UNAVAILABLE;
		goto out;
	}
	gateway_send_take(g, c, result, s->session, NULL, NULL);
out:
	link_result(g->link, s->token, why, text);
	mem_free(local);
	mem_free(remote);
}
