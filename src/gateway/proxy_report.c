/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the shell may ask the proxy: streams, pairs, status, counters. */
#include "config.h"

#include <string.h>

#include "core/object.h"
#include "core/string.h"
#include "core/value.h"
#include "gateway/proxy_internal.h"

struct report {
	void (*emit)(struct value v, void *arg);
	void *arg;
};

static void
set_text(struct object *o, const char *name, const char *text)
{
	object_set_take(o, name, value_string(text));
}

static void
set_count(struct object *o, const char *name, uint64_t n)
{
	object_set_take(o, name, value_long((int64_t)n));
}

static void
give(const struct report *r, struct object *o)
{
	struct value v = object_value(o);

	r->emit(v, r->arg);
	value_unref(v);
}

static void
on_stream(const struct s2s_stream_info *i, void *arg)
{
	struct object *o = object_new("Fedsh.XmppStream");

	set_count(o, "Number", i->number);
	set_text(o, "Direction", i->direction);
	set_text(o, "State", i->state);
	set_text(o, "LocalDomain", i->local);
	set_text(o, "PartnerDomain", i->remote);
	set_text(o, "Address", i->address);
	set_text(o, "Authentication", i->method);
	set_text(o, "Tls", i->tls);
	set_text(o, "Certificate", i->certificate);
	set_text(o, "CertificateProblem", i->certificate_reason);
	object_set_take(o, "Acknowledged", value_bool(i->acknowledges));
	set_count(o, "Stanzas", i->stanzas);
	set_count(o, "Seconds", (uint64_t)(i->age_ms / 1000));
	give(arg, o);
}

static void
on_pair(const struct s2s_pair_info *i, void *arg)
{
	struct object *o = object_new("Fedsh.XmppPair");

	set_text(o, "LocalDomain", i->local);
	set_text(o, "PartnerDomain", i->remote);
	set_text(o, "State", i->state);
	set_text(o, "LastResult", i->last_result);
	set_text(o, "Address", i->address);
	set_count(o, "Queued", i->queued);
	set_count(o, "Unacknowledged", i->unacknowledged);
	object_set_take(o, "SecondsSinceAttempt",
	    i->last_attempt_ms < 0 ? VALUE_NULL :
	    value_long(i->last_attempt_ms / 1000));
	give(arg, o);
}

static void
report_streams(const struct proxy *p, const struct report *r)
{
	struct report copy = *r;

	s2s_each_stream(p->s2s, on_stream, &copy);
}

static void
report_pairs(const struct proxy *p, const struct report *r)
{
	struct report copy = *r;

	s2s_each_pair(p->s2s, on_pair, &copy);
}

static void
report_status(const struct proxy *p, const struct report *r)
{
	struct object *o = object_new("Fedsh.XmppProxyStatus");

	object_set_take(o, "LinkUp", value_bool(link_is_up(p->link)));
	set_count(o, "Translators", link_count(p->link));
	set_count(o, "WaitingForTranslator", link_held(p->link));
	set_count(o, "WaitingForPartners", s2s_held(p->s2s));
	set_count(o, "InboundStreams",
	    s2s_stream_count(p->s2s, STREAM_IN));
	set_count(o, "OutboundStreams",
	    s2s_stream_count(p->s2s, STREAM_OUT));
	set_count(o, "Certificates",
	    p->config != NULL ? p->config->n_identities : 0);
	set_text(o, "DomainWithoutCertificate",
	    p->without_certificate != NULL ? p->without_certificate : "");
	give(r, o);
}

static void
report_counters(const struct proxy *p, const struct report *r)
{
	const struct s2s_counters *c = s2s_counters(p->s2s);
	struct object *o = object_new("Fedsh.Counters");

	set_count(o, "Inbound streams opened", c->in_opened);
	set_count(o, "Failed inbound stream establishes", c->in_failed);
	set_count(o, "Outbound streams opened", c->out_opened);
	set_count(o, "Failed outbound stream establishes", c->out_failed);
	set_count(o, "Stanzas received", c->stanzas_in);
	set_count(o, "Stanzas sent", c->stanzas_out);
	set_count(o, "Stanzas returned", c->bounced);
	set_count(o, "Partners refused", c->refused);
	set_count(o, "Dialback keys not confirmed", c->dialback_failed);
	set_count(o, "Stanzas to the translator", p->link_stanzas_in);
	set_count(o, "Stanzas from the translator", p->link_stanzas_out);
	set_count(o, "IQ requests answered", p->iq_answered);
	give(r, o);
}

static const struct report_row {
	const char *name;
	void (*fn)(const struct proxy *p, const struct report *r);
} rows[] = {
	{ "counters", report_counters },
	{ "pairs", report_pairs },
	{ "status", report_status },
	{ "streams", report_streams },
};

int
proxy_report(const struct proxy *p, const char *name,
    void (*emit)(struct value v, void *arg), void *arg, struct fault *f)
{
	struct report r = { emit, arg };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			rows[i].fn(p, &r);
			return 0;
		}
	}
	return fault_set(f, FAULT_NOT_FOUND, "the proxy has no report %s",
	    name);
}
