/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts of addresses of record: the table and its life. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/registrar_internal.h"

/* A client whose connection broke has so long to come back. */
#define LOST_MS 10000

static void binding_on_timer(void *arg);

struct registrar *
registrar_new(struct sip_stack *s, struct live *journal,
    const struct registrar_ops *ops, void *arg)
{
	struct registrar *r = mem_zalloc(sizeof(*r));
	uint64_t seed[2];

	r->stack = s;
	r->journal = journal;
	r->ops = *ops;
	r->arg = arg;
	loop_random(sip_stack_loop(s), seed, sizeof(seed));
	chain_init(&r->aors, seed);
	chain_init(&r->flows, seed);
	return r;
}

struct aor *
registrar_aor(struct registrar *r, const char *name, bool make)
{
	uint64_t hash = chain_hash(&r->aors, name, strlen(name));
	struct chain_link *l = chain_first(&r->aors, hash);
	struct aor *a;

	for (; l != NULL; l = chain_again(l)) {
		a = CHAIN_OF(l, struct aor, link);
		if (strcmp(a->name, name) == 0)
			return a;
	}
	if (!make)
		return NULL;
	a = mem_zalloc(sizeof(*a));
	a->registrar = r;
	a->name = mem_strdup(name);
	TAILQ_INIT(&a->bindings);
	chain_add(&r->aors, &a->link, hash);
	return a;
}

struct binding *
registrar_binding_new(struct aor *a, const char *contact)
{
	struct binding *b = mem_zalloc(sizeof(*b));

	b->aor = a;
	b->contact = mem_strdup(contact);
	b->params = mem_strdup("");
	b->call_id = mem_strdup("");
	b->instance = mem_strdup("");
	b->timer = loop_timer_new(
	    sip_stack_loop(a->registrar->stack), binding_on_timer, b);
	TAILQ_INSERT_TAIL(&a->bindings, b, entry);
	a->n++;
	return b;
}

static void
binding_free(struct binding *b)
{
	TAILQ_REMOVE(&b->aor->bindings, b, entry);
	b->aor->n--;
	chain_remove(&b->aor->registrar->flows, &b->by_flow);
	loop_timer_free(b->timer);
	mem_free(b->contact);
	mem_free(b->params);
	mem_free(b->call_id);
	mem_free(b->instance);
	mem_free(b);
}

void
registrar_binding_remove(struct binding *b)
{
	registrar_unsave(b);
	binding_free(b);
}

static void
aor_free(struct aor *a)
{
	struct binding *b;

	while ((b = TAILQ_FIRST(&a->bindings)) != NULL)
		binding_free(b);
	chain_remove(&a->registrar->aors, &a->link);
	mem_free(a->name);
	mem_free(a);
}

void
registrar_settle(struct aor *a)
{
	struct registrar *r = a->registrar;

	/* One that may come back counts for presence, not for messages. */
	if (a->n != a->told) {
		a->told = a->n;
		r->ops.on_change(a->name, a->n, r->arg);
	}
	if (a->n == 0)
		aor_free(a);
}

void
registrar_free(struct registrar *r)
{
	struct chain_link *l;

	if (r == NULL)
		return;
	while ((l = chain_any(&r->aors)) != NULL)
		aor_free(CHAIN_OF(l, struct aor, link));
	chain_clear(&r->aors);
	chain_clear(&r->flows);
	mem_free(r);
}

void
registrar_binding_expires(struct binding *b, int64_t ms)
{
	b->expires_at = loop_now(sip_stack_loop(b->aor->registrar->stack)) + ms;
	loop_timer_set(b->timer, ms);
}

static void
binding_on_timer(void *arg)
{
	struct binding *b = arg;
	struct aor *a = b->aor;

	registrar_binding_remove(b);
	registrar_settle(a);
}

bool
registrar_dialable(
    const char *contact, const struct addr *source, struct sip_target *t)
{
	struct sip_uri u;

	return sip_uri_parse(sip_span_of(contact), &u, NULL) == 0 &&
	       sip_target_from_uri(&u, t) == 0 && t->transport == SIP_TCP &&
	       addr_ip_equal(&t->addr, source);
}

/* -- asking -------------------------------------------------------------- */

static bool
gr_fits(const struct binding *b, const struct sip_span *gr)
{
	struct buf raw = { 0 };
	bool fits;

	if (gr == NULL)
		return true;
	fits = sip_unescape(*gr, &raw) == 0 && b->instance[0] != '\0' &&
	       sip_span_is_nocase(
		   sip_span_make(buf_text(&raw), raw.len), b->instance);
	buf_clear(&raw);
	return fits;
}

unsigned
registrar_find(struct registrar *r, const char *aor, const struct sip_span *gr,
    struct registrar_target out[REGISTRAR_BINDINGS_MAX])
{
	struct aor *a = registrar_aor(r, aor, false);
	struct binding *b;
	unsigned n = 0;

	if (a == NULL)
		return 0;
	TAILQ_FOREACH (b, &a->bindings, entry) {
		if (b->lost || !gr_fits(b, gr) || n == REGISTRAR_BINDINGS_MAX)
			continue;
		out[n].contact = b->contact;
		out[n++].target = b->target;
	}
	return n;
}

unsigned
registrar_count(const struct registrar *r, const char *aor)
{
	uint64_t hash = chain_hash(&r->aors, aor, strlen(aor));
	struct chain_link *l = chain_first(&r->aors, hash);

	for (; l != NULL; l = chain_again(l)) {
		const struct aor *a = CHAIN_OF(l, struct aor, link);

		if (strcmp(a->name, aor) == 0)
			return a->n;
	}
	return 0;
}

unsigned
registrar_total(const struct registrar *r)
{
	return (unsigned)r->aors.count;
}

void
registrar_each(const struct registrar *r,
    void (*fn)(const char *aor, void *arg), void *arg)
{
	struct chain_walk w = { 0 };
	struct chain_link *l;

	while ((l = chain_next(&r->aors, &w)) != NULL)
		fn(CHAIN_OF(l, struct aor, link)->name, arg);
}

/* -- losing -------------------------------------------------------------- */

static void
binding_lose(struct binding *b)
{
	struct sip_target t;

	chain_remove(&b->aor->registrar->flows, &b->by_flow);
	b->target.flow = 0;
	if (registrar_dialable(b->contact, &b->target.addr, &t)) {
		b->target = t;
		return;
	}
	b->lost = true;
	registrar_binding_expires(b, LOST_MS);
}

void
registrar_flow_closed(struct registrar *r, uint64_t flow)
{
	uint64_t hash = chain_hash(&r->flows, &flow, sizeof(flow));
	struct chain_link *l = chain_first(&r->flows, hash);

	while (l != NULL) {
		struct binding *b = CHAIN_OF(l, struct binding, by_flow);

		l = chain_again(l);
		if (b->target.flow == flow)
			binding_lose(b);
	}
}

void
registrar_drop(struct registrar *r, const char *aor, const char *contact)
{
	struct aor *a = registrar_aor(r, aor, false);
	struct binding *b;

	if (a == NULL)
		return;
	TAILQ_FOREACH (b, &a->bindings, entry) {
		if (strcmp(b->contact, contact) != 0)
			continue;
		if (b->target.flow_only)
			binding_lose(b);
		return;
	}
}

void
registrar_forget(struct registrar *r, const char *aor)
{
	struct aor *a = registrar_aor(r, aor, false);
	struct binding *b;

	if (a == NULL)
		return;
	while ((b = TAILQ_FIRST(&a->bindings)) != NULL)
		registrar_binding_remove(b);
	registrar_settle(a);
}
