/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolver that answers from what a test put into it. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "net/resolver.h"
#include "net/resolver_internal.h"

struct fake_name {
	struct fake_name *next;
	char *name;
	bool secure, fails;
	enum resolver_status status;
	struct dns_answer srv, a, aaaa, tlsa;
	unsigned int asked_srv, asked_a, asked_aaaa, asked_tlsa;
};

struct fake {
	struct fake_name *names;
};

static struct fake_name *
find(const struct resolver *r, const char *name)
{
	const struct fake *fake = r->data;
	struct fake_name *n;

	for (n = fake->names; n != NULL; n = n->next)
		if (strcasecmp(n->name, name) == 0)
			return n;
	return NULL;
}

static struct fake_name *
find_or_add(struct resolver *r, const char *name)
{
	struct fake_name *n = find(r, name);
	struct fake *fake = r->data;

	if (n != NULL)
		return n;
	n = mem_zalloc(sizeof(*n));
	n->name = mem_strdup(name);
	n->status = RESOLVER_OK;
	n->next = fake->names;
	fake->names = n;
	return n;
}

static struct dns_answer *
records(struct fake_name *n, enum resolver_type type, unsigned int **askedp)
{
	switch (type) {
	case RESOLVER_A:
		*askedp = &n->asked_a;
		return &n->a;
	case RESOLVER_AAAA:
		*askedp = &n->asked_aaaa;
		return &n->aaaa;
	case RESOLVER_SRV:
		*askedp = &n->asked_srv;
		return &n->srv;
	case RESOLVER_TLSA:
		*askedp = &n->asked_tlsa;
		return &n->tlsa;
	}
	*askedp = &n->asked_a;
	return &n->a;
}

static void
copy_records(const struct dns_answer *from, struct dns_answer *to)
{
	size_t i;

	for (i = 0; i < from->n; i++) {
		if (from->srv != NULL)
			dns_answer_add_srv(to, &from->srv[i]);
		else if (from->addrs != NULL)
			dns_answer_add_addr(to, &from->addrs[i]);
		else
			dns_answer_add_tlsa(to, &from->tlsa[i]);
	}
}

static void
fake_ask(struct resolver *r, struct resolver_query *q)
{
	struct fake_name *n = find(r, q->name);
	const struct dns_answer *from;
	unsigned int *asked;

	if (n == NULL) {
		/* Counted too: a test may ask that nobody asked. */
		n = find_or_add(r, q->name);
		n->fails = true;
		n->status = RESOLVER_NXDOMAIN;
	}
	from = records(n, q->type, &asked);
	++*asked;
	if (n->fails) {
		if (n->status != RESOLVER_TIMEOUT)
			resolver_done(q, n->status, NULL);
		return;
	}
	copy_records(from, &q->answer);
	q->answer.ttl = 60;
	q->answer.secure = n->secure;
	resolver_done(q, RESOLVER_OK, NULL);
}

static void
fake_free(struct resolver *r)
{
	struct fake *fake = r->data;
	struct fake_name *n;

	while ((n = fake->names) != NULL) {
		fake->names = n->next;
		dns_answer_clear(&n->srv);
		dns_answer_clear(&n->a);
		dns_answer_clear(&n->aaaa);
		dns_answer_clear(&n->tlsa);
		mem_free(n->name);
		mem_free(n);
	}
	mem_free(fake);
}

static const struct resolver_backend fake_backend = { fake_ask, fake_free };

struct resolver *
resolver_fake_new(struct loop *l)
{
	return resolver_make(
	    l, &fake_backend, mem_zalloc(sizeof(struct fake)), 0);
}

void
resolver_fake_srv(struct resolver *r, const char *name, uint16_t priority,
    uint16_t weight, uint16_t port, const char *target)
{
	struct resolver_srv srv = { priority, weight, port, "" };
	struct fake_name *n = find_or_add(r, name);

	n->fails = false;
	memcpy(srv.target, target,
	    strnlen(target, sizeof(srv.target) - 1));
	dns_answer_add_srv(&n->srv, &srv);
}

void
resolver_fake_addr(struct resolver *r, const char *name, const char *ip)
{
	struct fake_name *n = find_or_add(r, name);
	struct addr a;

	n->fails = false;
	if (addr_from_ip(ip, 0, &a, NULL) == 0)
		dns_answer_add_addr(
		    addr_family(&a) == AF_INET ? &n->a : &n->aaaa, &a);
}

void
resolver_fake_tlsa(
    struct resolver *r, const char *name, const struct resolver_tlsa *t)
{
	struct fake_name *n = find_or_add(r, name);

	n->fails = false;
	dns_answer_add_tlsa(&n->tlsa, t);
}

void
resolver_fake_secure(struct resolver *r, const char *name)
{
	find_or_add(r, name)->secure = true;
}

void
resolver_fake_fail(
    struct resolver *r, const char *name, enum resolver_status status)
{
	struct fake_name *n = find_or_add(r, name);

	n->fails = true;
	n->status = status;
}

unsigned int
resolver_fake_count(
    const struct resolver *r, const char *name, enum resolver_type type)
{
	struct fake_name *n = find(r, name);
	unsigned int *asked;

	if (n == NULL)
		return 0;
	(void)records(n, type, &asked);
	return *asked;
}
