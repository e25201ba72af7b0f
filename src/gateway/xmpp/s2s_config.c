/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration of the stream manager: counted, sealed, looked up. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s.h"
#include "net/hash.h"

struct s2s_config *
s2s_config_new(void)
{
	struct s2s_config *c = mem_zalloc(sizeof(*c));

	c->refs = 1;
	c->keepalive_s = 300;
	c->establish_s = 60;
	c->inactivity_s = 600;
	return c;
}

struct s2s_config *
s2s_config_ref(struct s2s_config *c)
{
	c->refs++;
	return c;
}

static void
partner_clear(struct s2s_partner *p)
{
	size_t i;

	for (i = 0; i < p->n_additional; i++)
		mem_free(p->additional[i]);
	mem_free(p->additional);
	mem_free(p->domain);
	mem_free(p->proxy_fqdn);
	mem_free(p->pin);
}

void
s2s_config_unref(struct s2s_config *c)
{
	size_t i;

	if (c == NULL || --c->refs > 0)
		return;
	for (i = 0; i < c->n_hosted; i++)
		mem_free(c->hosted[i]);
	for (i = 0; i < c->n_partners; i++)
		partner_clear(&c->partners[i]);
	for (i = 0; i < c->n_identities; i++)
		tls_identity_unref(c->identities[i]);
	tls_trust_unref(c->trust);
	mem_free(c->hosted);
	mem_free(c->partners);
	mem_free(c->identities);
	mem_free(c->listen);
	mem_free(c->index);
	mem_free(c->dns);
	mem_free_secret(c->secret);
	mem_free(c);
}

void
s2s_config_add_hosted(struct s2s_config *c, const char *domain)
{
	c->hosted = mem_array_grow(c->hosted, c->n_hosted + 1,
	    sizeof(*c->hosted));
	c->hosted[c->n_hosted++] = mem_strdup(domain);
}

struct s2s_partner *
s2s_config_add_partner(struct s2s_config *c, const char *domain)
{
	struct s2s_partner *p;

	c->partners = mem_array_grow(c->partners, c->n_partners + 1,
	    sizeof(*c->partners));
	p = &c->partners[c->n_partners++];
	memset(p, 0, sizeof(*p));
	p->domain = mem_strdup(domain);
	p->policy.tls = STREAM_REQUIRED;
	p->policy.sasl = STREAM_REQUIRED;
	p->policy.dialback = true;
	p->keepalive = true;
	return p;
}

void
s2s_partner_add_domain(struct s2s_partner *p, const char *domain)
{
	p->additional = mem_array_grow(p->additional, p->n_additional + 1,
	    sizeof(*p->additional));
	p->additional[p->n_additional++] = mem_strdup(domain);
}

void
s2s_config_add_identity(struct s2s_config *c, struct tls_identity *id)
{
	c->identities = mem_array_grow(c->identities, c->n_identities + 1,
	    sizeof(*c->identities));
	c->identities[c->n_identities++] = tls_identity_ref(id);
}

void
s2s_config_add_listen(struct s2s_config *c, const struct addr *a)
{
	c->listen = mem_array_grow(c->listen, c->n_listen + 1,
	    sizeof(*c->listen));
	c->listen[c->n_listen++] = *a;
}

/* In place; a domain that is none becomes "", which nobody can be. */
static void
prepare(char **domainp, const char *what)
{
	struct fault f;
	char *out;

	if (jid_domain_prepare(*domainp, &out, &f) < 0) {
		log_warn("s2s", "%s left out domain=%s: %s", what, *domainp,
		    f.text);
		out = mem_strdup("");
	}
	mem_free(*domainp);
	*domainp = out;
}

static int
by_domain(const void *a, const void *b)
{
	const struct s2s_index *x = a, *y = b;

	return strcmp(x->domain, y->domain);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
index_add(struct s2s_config *c, const char *domain,
    const struct s2s_partner *p)
{
	if (*domain == '\0')
		return;
	c->index[c->n_index].domain = domain;
	c->index[c->n_index++].partner = p;
}

static void
limits_fill(struct s2s_config *c)
{
#define FILL(field, value)                                                     \
	if (c->field == 0)                                                     \
		c->field = (value)
	FILL(connection_limit, 1000);
	FILL(partner_limit, 20);
	FILL(address_limit, 20);
	FILL(address_rate, 60);
	FILL(unauthenticated_limit, 200);
	FILL(queue_count, 1000);
	FILL(queue_bytes, 4u << 20);
	FILL(queue_age_s, 60);
#undef FILL
	if (c->establish_s > 0)
		c->stream.establish_ms = c->establish_s * 1000;
}

void
s2s_config_seal(struct s2s_config *c)
{
	struct s2s_partner *p;
	size_t i, j, n = 0;

	for (i = 0; i < c->n_hosted; i++)
		prepare(&c->hosted[i], "hosted domain");
	if (c->n_hosted > 0)
		qsort(c->hosted, c->n_hosted, sizeof(*c->hosted), by_text);
	for (i = 0; i < c->n_partners; i++)
		n += 1 + c->partners[i].n_additional;
	mem_free(c->index);
	c->n_index = 0;
	c->index = mem_array(n, sizeof(*c->index));
	for (i = 0; i < c->n_partners; i++) {
		p = &c->partners[i];
		prepare(&p->domain, "partner");
		index_add(c, p->domain, p);
		for (j = 0; j < p->n_additional; j++) {
			prepare(&p->additional[j], "partner");
			index_add(c, p->additional[j], p);
		}
	}
	if (c->n_index > 0)
		qsort(c->index, c->n_index, sizeof(*c->index), by_domain);
	limits_fill(c);
}

const struct s2s_partner *
s2s_config_partner(const struct s2s_config *c, const char *domain)
{
	struct s2s_index key = { .domain = domain }, *found;

	if (c->n_index == 0 || *domain == '\0')
		return NULL;
	found = bsearch(&key, c->index, c->n_index, sizeof(*c->index),
	    by_domain);
	return found != NULL ? found->partner : NULL;
}

bool
s2s_config_hosts(const struct s2s_config *c, const char *domain)
{
	if (c->n_hosted == 0 || *domain == '\0')
		return false;
	return bsearch(&domain, c->hosted, c->n_hosted, sizeof(*c->hosted),
	    by_text) != NULL;
}
