/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gates: one verdict with the name of the gate that closed [A5]. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/admit.h"

/* LIMIT: G-07, requests for presence a remote domain may make a minute. */
#define SUBSCRIBES_A_MINUTE 30
/* LIMIT: G-06, local users one remote sender may write to in a minute. */
#define RECIPIENTS_A_MINUTE 60
/* LIMIT: G-11, errors a domain that is shut out gets in a minute. */
#define REFUSALS_A_MINUTE 60
#define MINUTE		    60000
/* LIMIT: domains and senders remembered; SETS * WAYS of each. */
#define SETS 512
#define WAYS 4

struct rate {
	uint64_t key; /* 0: free */
	int64_t since; /* this minute began */
	int64_t seen;
	unsigned int n;
	uint32_t recipients[RECIPIENTS_A_MINUTE];
};

struct admit_rates {
	uint64_t seed;
	struct rate domains[SETS][WAYS];
	struct rate senders[SETS][WAYS];
	struct rate refusals[SETS][WAYS];
};

/* clang-format off */
static const struct {
	const char *name;
	int status;
	const char *reason;
	enum stanza_condition condition;
	const char *text;
} gates[ADMIT_GATES] = {
	[ADMIT_OPEN] = { "Open", 200, "OK", CONDITION_NONE, NULL },
	[ADMIT_FEDERATION_OFF] = { "AllowFederatedUsers", 403,
	    "Federation is switched off", CONDITION_POLICY_VIOLATION,
	    "federation with this domain is not enabled" },
	[ADMIT_PARTNER] = { "AllowedPartner", 403,
	    "The domain is not an allowed XMPP partner",
	    CONDITION_POLICY_VIOLATION,
	    "federation with this domain is not enabled" },
	[ADMIT_USER_UNKNOWN] = { "User", 403,
	    "The sender is not an enabled user",
	    CONDITION_SERVICE_UNAVAILABLE, NULL },
	[ADMIT_USER_FEDERATION] = { "EnableFederationAccess", 403,
	    "Your external access policy does not allow federation",
	    CONDITION_SERVICE_UNAVAILABLE, NULL },
	[ADMIT_USER_XMPP] = { "EnableXmppAccess", 403,
	    "Your external access policy does not allow XMPP partners",
	    CONDITION_SERVICE_UNAVAILABLE, NULL },
	[ADMIT_PARTNER_TYPE] = { "PartnerType", 403,
	    "Add the contact before you write",
	    CONDITION_SERVICE_UNAVAILABLE, NULL },
	[ADMIT_RATE] = { "Rate", 500, "Too many requests",
	    CONDITION_RESOURCE_CONSTRAINT, "too many requests" },
};
/* clang-format on */

struct admit_rates *
admit_rates_new(uint64_t seed)
{
	struct admit_rates *r = mem_zalloc(sizeof(*r));

	r->seed = seed;
	return r;
}

void
admit_rates_free(struct admit_rates *r)
{
	mem_free(r);
}

static uint64_t
hash_text(uint64_t seed, const char *text)
{
	uint64_t h = seed ^ UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++) {
		h = (h ^ (unsigned char)*text) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	h ^= h >> 32;
	return h != 0 ? h : 1;
}

static struct rate *
rate_of(struct rate (*table)[WAYS], uint64_t key, int64_t now)
{
	struct rate *set = table[key % SETS], *r = &set[0];
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (set[i].key == key) {
			r = &set[i];
			break;
		}
		if (set[i].key == 0 || set[i].seen < r->seen)
			r = &set[i];
	}
	if (r->key != key || now - r->since >= MINUTE) {
		r->key = key;
		r->since = now;
		r->n = 0;
	}
	r->seen = now;
	return r;
}

static bool
too_many_subscribes(
    struct admit_rates *rates, int64_t now, const char *domain)
{
	struct rate *r = rate_of(rates->domains,
	    hash_text(rates->seed, domain), now);

	if (r->n >= SUBSCRIBES_A_MINUTE)
		return true;
	r->n++;
	return false;
}

bool
admit_may_answer(struct admit_rates *rates, int64_t now, enum admit_gate g,
    const char *domain)
{
	struct rate *r;

	if (g != ADMIT_FEDERATION_OFF && g != ADMIT_PARTNER && g != ADMIT_RATE)
		return true;
	r = rate_of(rates->refusals, hash_text(rates->seed, domain), now);
	return r->n++ < REFUSALS_A_MINUTE;
}

static bool
too_many_recipients(struct admit_rates *rates, int64_t now,
    const char *remote, const char *local)
{
	struct rate *r = rate_of(rates->senders,
	    hash_text(rates->seed, remote), now);
	uint32_t who = (uint32_t)hash_text(rates->seed, local);
	unsigned int i;

	for (i = 0; i < r->n; i++) {
		if (r->recipients[i] == who)
			return false;
	}
	if (r->n >= RECIPIENTS_A_MINUTE)
		return true;
	r->recipients[r->n++] = who;
	return false;
}

static bool
rate_closed(struct admit_rates *rates, int64_t now,
    const struct admit_request *rq)
{
	if (rates == NULL || !rq->inbound)
		return false;
	if (rq->what == ADMIT_SUBSCRIBE)
		return too_many_subscribes(rates, now, rq->domain);
	if (rq->what == ADMIT_MESSAGE)
		return too_many_recipients(rates, now, rq->remote, rq->local);
	return false;
}

static enum admit_gate
user_gate(const struct settings *s, const char *local,
    struct admit_verdict *v)
{
	struct usertable_user u;

	if (s->users == NULL || !usertable_find_address(s->users, local, &u) ||
	    !u.enabled)
		return ADMIT_USER_UNKNOWN;
	(void)snprintf(v->policy, sizeof(v->policy), "%s", u.policy);
	if (!u.federation)
		return ADMIT_USER_FEDERATION;
	if (!u.xmpp)
		return ADMIT_USER_XMPP;
	return ADMIT_OPEN;
}

/* PublicUnverified: X may subscribe or write only after S added X. */
static bool
type_closed(const struct settings_partner *p, const struct admit_request *rq)
{
	if (p->type != SETTINGS_PUBLIC_UNVERIFIED || !rq->inbound || rq->added)
		return false;
	return rq->what == ADMIT_MESSAGE || rq->what == ADMIT_SUBSCRIBE;
}

void
admit_check(const struct settings *s, struct admit_rates *rates, int64_t now,
    const struct admit_request *rq, struct admit_verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->partner = settings_partner_find(s, rq->domain);
	if (!s->edge_policy.allow_federated)
		v->gate = ADMIT_FEDERATION_OFF;
	else if (v->partner == NULL)
		v->gate = ADMIT_PARTNER;
	else if ((v->gate = user_gate(s, rq->local, v)) != ADMIT_OPEN)
		return;
	else if (type_closed(v->partner, rq))
		v->gate = ADMIT_PARTNER_TYPE;
	else if (rate_closed(rates, now, rq))
		v->gate = ADMIT_RATE;
}

const char *
admit_gate_name(enum admit_gate g)
{
	return gates[g].name;
}

bool
admit_sees_notes(const struct settings_partner *p)
{
	return p != NULL && p->type == SETTINGS_FEDERATED;
}

void
admit_answer(enum admit_gate g, struct admit_answer *a)
{
	a->status = gates[g].status;
	a->reason = gates[g].reason;
	a->condition = gates[g].condition;
	a->text = gates[g].text;
}
