/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Test-CsXmppIM and Test-CsFederatedPartner ask the translator: one
 * message as if a user had written it, or a ping from one of our domains
 * (XEP-0199), and what became of it: the gate that said no, or the link's
 * result.
 */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "gateway/map/address.h"
#include "gateway/map/message.h"

/* LIMIT: tests that wait for their result at once. */
#define PROBES_MAX 8

struct probe {
	TAILQ_ENTRY(probe) entry;
	struct gateway *g;
	gateway_probe_fn *fn;
	void *arg;
};

static void
probe_free(struct probe *p)
{
	TAILQ_REMOVE(&p->g->probes, p, entry);
	p->g->n_probes--;
	mem_free(p);
}

static void
on_result(void *arg, enum stanza_condition why, const char *text)
{
	struct gateway_probe_result r = { .reached = why == CONDITION_NONE,
		.condition = why == CONDITION_NONE
		    ? NULL
		    : stanza_condition_name(why),
		.text = text };
	struct probe *p = arg;

	p->fn(p->arg, &r);
	probe_free(p);
}

static struct probe *
probe_new(struct gateway *g, gateway_probe_fn *fn, void *arg)
{
	struct probe *p = mem_zalloc(sizeof(*p));

	p->g = g;
	p->fn = fn;
	p->arg = arg;
	TAILQ_INSERT_TAIL(&g->probes, p, entry);
	g->n_probes++;
	return p;
}

static void
send_message(struct gateway *g, struct contact *c, const char *to,
    const char *text, gateway_probe_fn *fn, void *arg)
{
	char *from = mem_printf("%s/test", c->local);
	char *id = stanza_new_id();
	struct xml *x = stanza_message(STANZA_TYPE_CHAT, from, to, id);

	(void)xml_add_with_text(x, "body", NULL, text);
	gateway_send_take(g, c, x, id, on_result, probe_new(g, fn, arg));
	mem_free(from);
	mem_free(id);
}

static int
probe_message(struct gateway *g, const struct jid *from, const struct jid *to,
    const char *text, gateway_probe_fn *fn, void *arg, struct fault *f)
{
	char *local = jid_bare_text(from), *remote = jid_bare_text(to);
	struct gateway_probe_result r = { 0 };
	struct admit_verdict v;
	struct admit_answer a;
	struct contact *c;
	int rc = 0;

	if (!gateway_admit(g, local, remote, to->domain, ADMIT_MESSAGE, false,
		"test", &v)) {
		admit_answer(v.gate, &a);
		r.gate = admit_gate_name(v.gate);
		r.policy = v.policy;
		r.text = a.reason;
		fn(arg, &r);
	} else if ((c = contact_get(g, from, to, f)) == NULL) {
		rc = -1;
	} else {
		send_message(g, c, remote, text, fn, arg);
	}
	mem_free(local);
	mem_free(remote);
	return rc;
}

static void
probe_ping(struct gateway *g, const struct jid *from, const struct jid *to,
    gateway_probe_fn *fn, void *arg)
{
	char *id = stanza_new_id();
	struct xml *x =
	    stanza_iq(STANZA_TYPE_GET, from->domain, to->domain, id);

	(void)xml_add(x, "ping", NS_PING);
	link_send_take(g->link, x, NULL, id, on_result, probe_new(g, fn, arg));
	mem_free(id);
}

int
gateway_probe(struct gateway *g, const char *from, const char *to,
    const char *text, gateway_probe_fn *fn, void *arg, struct fault *f)
{
	struct jid local, remote;
	int rc = 0;

	if (g->n_probes >= PROBES_MAX)
		return fault_set(f, FAULT_BUSY,
		    "%d tests are running already", PROBES_MAX);
	if (jid_parse(from, &local, f) != 0)
		return -1;
	if (jid_parse(to, &remote, f) != 0) {
		jid_clear(&local);
		return -1;
	}
	if (!settings_hosts(g->settings, local.domain))
		rc = fault_set(f, FAULT_INVALID,
		    "\"%.200s\" is not in a SIP domain of this organization",
		    from);
	else if (settings_hosts(g->settings, remote.domain))
		rc = fault_set(f, FAULT_INVALID,
		    "\"%.200s\" is in a SIP domain of this organization and "
		    "not at an XMPP partner", to);
	else if (text != NULL && (local.local == NULL || remote.local == NULL))
		rc = fault_set(f, FAULT_INVALID,
		    "a message goes from user@domain to user@domain");
	else if (text != NULL)
		rc = probe_message(g, &local, &remote, text, fn, arg, f);
	else
		probe_ping(g, &local, &remote, fn, arg);
	jid_clear(&local);
	jid_clear(&remote);
	return rc;
}

void
gateway_probes_clear(struct gateway *g)
{
	struct gateway_probe_result r = { .text = "the service was stopped" };
	struct probe *p;

	while ((p = TAILQ_FIRST(&g->probes)) != NULL) {
		p->fn(p->arg, &r);
		probe_free(p);
	}
}
