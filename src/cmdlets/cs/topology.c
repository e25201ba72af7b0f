/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-CsService, Get-CsPool, Get-CsComputer, Get-CsTopology. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "cmdlets/cs/topology_document.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "model/walk.h"

#define XDS "Microsoft.Rtc.Management.Xds."

/* Roles with objects, front ends first: so pools list. */
static const struct noun *const service_nouns[] = { &noun_registrar,
	&noun_edge_server, NULL };

/* Calls fn for each service; stops where it does not say FLOW_MORE. */
static enum flow
services_each(struct call *c, const struct noun *only,
    enum flow (*fn)(struct call *c, const struct noun *n,
	const struct store_row *row, void *arg),
    void *arg)
{
	struct store *s = cs_store(c);
	enum flow flow = FLOW_MORE;
	struct store_row *row;
	struct walk w;
	struct fault f;
	size_t i;
	int rc;

	if (s == NULL)
		return FLOW_LEAVE;
	for (i = 0; service_nouns[i] != NULL && flow == FLOW_MORE; i++) {
		if (only != NULL && only != service_nouns[i])
			continue;
		walk_begin(&w, s, service_nouns[i]->class_name, NULL, NULL);
		while (flow == FLOW_MORE &&
		    (rc = walk_next(&w, &row, &f)) != 0) {
			if (rc < 0)
				flow = cs_fault(c, &f, NULL);
			else if (value_is_dict(row->object))
				flow = fn(c, service_nouns[i], row, arg);
		}
		walk_end(&w);
	}
	return flow;
}

/* --- Get-CsService --- */

struct service_query {
	const char *identity, *pool, *filter;
	size_t found;
};

static enum flow
emit_service(struct call *c, const struct noun *n,
    const struct store_row *row, void *arg)
{
	struct service_query *q = arg;
	const struct dict *d = dict_of(row->object);
	const char *identity = instance_text(d, "Identity");
	const char *pool = instance_text(d, "PoolFqdn");

	if (identity == NULL || pool == NULL ||
	    (q->identity != NULL && strcasecmp(identity, q->identity) != 0) ||
	    (q->pool != NULL && strcasecmp(pool, q->pool) != 0) ||
	    (q->filter != NULL && !identity_matches(q->filter, identity)))
		return FLOW_MORE;
	q->found++;
	return call_emit_take(c, instance_show(n, d, row->version));
}

static enum flow
service_process(struct call *c)
{
	struct service_query q = { .identity = cs_string(c, "Identity"),
		.pool = cs_string(c, "PoolFqdn"),
		.filter = cs_string(c, "Filter") };
	const struct param_spec *p = call_cmdlet(c)->params;
	const struct noun *only = NULL;
	bool other_role = false;
	enum flow flow;
	size_t i;

	if (q.identity != NULL && strncasecmp(q.identity, "service:", 8) == 0)
		q.identity += 8;
	for (i = 0; p[i].name != NULL; i++) {
		if (p[i].type == NULL || strcmp(p[i].type, "switch") != 0 ||
		    !call_switch(c, i))
			continue;
		if (string_equal_ci(p[i].name, "EdgeServer"))
			only = &noun_edge_server;
		else if (string_equal_ci(p[i].name, "Registrar"))
			only = &noun_registrar;
		else
			other_role = true;
	}
	if (other_role) /* a role this topology never has */
		return FLOW_MORE;
	flow = services_each(c, only, emit_service, &q);
	if (flow == FLOW_MORE && q.identity != NULL && q.found == 0)
		return cs_not_found(c, q.identity);
	return flow;
}

#define ROLE(name)                                                             \
	{ name, "switch", NULL, name "/m", 0, NULL, 0, 0,                      \
	    "Only services of this role" }

static const struct param_spec service_params[] = {
	{ "Identity", "string", NULL, "Identity/0", 0, NULL, 0, 0,
	    "ROLE:FQDN" },
	{ "PoolFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Only services of this pool" },
	{ "Filter", "string", NULL, "Filter", 0, NULL, 0, 0,
	    "A wildcard on the identity" },
	ROLE("ApplicationDatabase"),
	ROLE("ApplicationServer"),
	ROLE("ArchivingDatabase"),
	ROLE("ArchivingServer"),
	ROLE("BackupServer"),
	ROLE("CentralManagement"),
	ROLE("CentralManagementDatabase"),
	{ "ConferencingServer", "switch", "ConferenceServer",
	    "ConferenceServer/m", 0, NULL, 0, 0,
	    "Only services of this role" },
	ROLE("Director"),
	ROLE("EdgeServer"),
	ROLE("FileStore"),
	ROLE("LegalInterceptServer"),
	ROLE("ManagementServer"),
	ROLE("MediationServer"),
	ROLE("MonitoringDatabase"),
	ROLE("MonitoringServer"),
	ROLE("PersistentChatComplianceDatabase"),
	ROLE("PersistentChatDatabase"),
	ROLE("PersistentChatServer"),
	ROLE("ProvisionDatabase"),
	ROLE("ProvisionServer"),
	ROLE("PstnGateway"),
	ROLE("Registrar"),
	{ "TrustedApplicationPool", "switch", "ExternalServer",
	    "TrustedApplicationPool/m", 0, NULL, 0, 0,
	    "Only services of this role" },
	ROLE("UserDatabase"),
	ROLE("UserServer"),
	ROLE("VideoGateway"),
	ROLE("VideoInteropServer"),
	ROLE("WacServer"),
	ROLE("WebServer"),
	CS_END,
};

const struct cmdlet cmdlet_get_cs_service = {
	.name = "Get-CsService",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = service_params,
	.synopsis = "Shows services of the topology",
	.process = service_process,
};

/* --- Get-CsPool --- */

static struct value
one_text(const char *text)
{
	struct list *l = list_new(NULL, 1);

	list_add_take(l, value_string(text));
	return list_value(l);
}

static void
add_text(struct object *o, const char *name, const char *text)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = text != NULL ? value_string(text) : VALUE_NULL;
}

static void
add_value(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

/* A pool is what services run on; here each has one. */
static enum flow
emit_pool(struct call *c, const struct noun *n, const struct store_row *row,
    void *arg)
{
	struct service_query *q = arg;
	const struct dict *d = dict_of(row->object);
	const char *fqdn = instance_text(d, "PoolFqdn");
	const char *site = instance_text(d, "SiteId");
	struct object *o;

	(void)n;
	if (fqdn == NULL ||
	    (q->identity != NULL && strcasecmp(fqdn, q->identity) != 0) ||
	    (q->filter != NULL && !identity_wildcard(q->filter, fqdn)) ||
	    (q->pool != NULL &&
		(site == NULL || strncasecmp(site, "Site:", 5) != 0 ||
		    strcasecmp(site + 5, q->pool) != 0)))
		return FLOW_MORE;
	q->found++;
	o = object_new(XDS "DisplayPool");
	add_text(o, "Identity", fqdn);
	add_value(o, "Services", one_text(instance_text(d, "Identity")));
	add_value(o, "Computers", one_text(fqdn));
	add_text(o, "Fqdn", fqdn);
	add_text(o, "Site", site);
	return call_emit_take(c, object_value(o));
}

static enum flow
pool_process(struct call *c)
{
	struct service_query q = { .identity = cs_string(c, "Identity"),
		.pool = cs_string(c, "Site"),
		.filter = cs_string(c, "Filter") };
	enum flow flow = services_each(c, NULL, emit_pool, &q);

	if (flow == FLOW_MORE && q.identity != NULL && q.found == 0)
		return cs_not_found(c, q.identity);
	return flow;
}

static const char *const pool_output[] = { XDS "DisplayPool", NULL };

static const struct param_spec pool_params[] = {
	CS_IDENTITY_GET,
	{ "Site", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Only pools of the site with this display name" },
	CS_FILTER,
	CS_END,
};

const struct cmdlet cmdlet_get_cs_pool = {
	.name = "Get-CsPool",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = pool_params,
	.output = pool_output,
	.synopsis = "Shows pools of the topology",
	.process = pool_process,
};

/* --- Get-CsComputer --- */

static enum flow
emit_computer(struct call *c, const struct noun *n,
    const struct store_row *row, void *arg)
{
	struct service_query *q = arg;
	const char *fqdn = instance_text(dict_of(row->object), "PoolFqdn");
	struct object *o;

	(void)n;
	if (fqdn == NULL ||
	    (q->identity != NULL && strcasecmp(fqdn, q->identity) != 0) ||
	    (q->filter != NULL && !identity_wildcard(q->filter, fqdn)) ||
	    (q->pool != NULL && strcasecmp(fqdn, q->pool) != 0))
		return FLOW_MORE;
	q->found++;
	o = object_new(XDS "DisplayComputer");
	add_text(o, "Identity", fqdn);
	add_text(o, "Pool", fqdn);
	add_text(o, "Fqdn", fqdn);
	return call_emit_take(c, object_value(o));
}

static enum flow
computer_process(struct call *c)
{
	struct service_query q = { .identity = cs_string(c, "Identity"),
		.pool = cs_string(c, "Pool"),
		.filter = cs_string(c, "Filter") };
	enum flow flow = services_each(c, NULL, emit_computer, &q);

	if (flow == FLOW_MORE && q.identity != NULL && q.found == 0)
		return cs_not_found(c, q.identity);
	return flow;
}

static const char *const computer_output[] = { XDS "DisplayComputer", NULL };

static const struct param_spec computer_params[] = {
	CS_IDENTITY_GET,
	{ "Pool", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Only computers of this pool" },
	{ "Local", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "Only this computer: all of them, where one machine has all "
	    "roles" },
	CS_FILTER,
	CS_END,
};

const struct cmdlet cmdlet_get_cs_computer = {
	.name = "Get-CsComputer",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = computer_params,
	.output = computer_output,
	.synopsis = "Shows computers of the topology",
	.process = computer_process,
};

/* --- Get-CsTopology --- */

struct texts {
	struct list *services, *pools;
};

static enum flow
gather(struct call *c, const struct noun *n, const struct store_row *row,
    void *arg)
{
	const struct dict *d = dict_of(row->object);
	struct texts *t = arg;

	(void)c;
	(void)n;
	list_add(t->services, dict_peek(d, "Identity"));
	list_add(t->pools, dict_peek(d, "PoolFqdn"));
	return FLOW_MORE;
}

static struct value
keys_of(struct store *s, const char *class_name, const char *property)
{
	struct list *l = list_new(NULL, 4);
	struct store_row *row;
	struct walk w;
	struct fault f;

	walk_begin(&w, s, class_name, NULL, NULL);
	while (walk_next(&w, &row, &f) == 1)
		if (value_is_dict(row->object))
			list_add(
			    l, dict_peek(dict_of(row->object), property));
	walk_end(&w);
	return list_value(l);
}

static enum flow
emit_document(struct call *c, struct store *s)
{
	struct buf b = { .data = NULL };
	struct fault f;

	if (topology_document_write(s, &b, &f) != 0) {
		buf_clear(&b);
		return cs_fault(c, &f, NULL);
	}
	return call_emit_take(c, value_string_take(buf_take(&b)));
}

static enum flow
topology_process(struct call *c)
{
	struct store *s = cs_store(c);
	struct texts t;
	struct value sites, domains;
	struct object *o;
	enum flow flow;

	if (s == NULL)
		return FLOW_LEAVE;
	if (cs_switch(c, "AsXml"))
		return emit_document(c, s);
	t.services = list_new(NULL, 4);
	t.pools = list_new(NULL, 4);
	flow = services_each(c, NULL, gather, &t);
	sites = keys_of(s, noun_site.class_name, "Identity");
	domains = keys_of(s, noun_sip_domain.class_name, "Name");
	if (flow != FLOW_MORE) {
		value_unref(list_value(t.services));
		value_unref(list_value(t.pools));
		value_unref(sites);
		value_unref(domains);
		return flow;
	}
	o = object_new("Microsoft.Rtc.Management.Deploy.Topology");
	add_value(o, "SipDomains", domains);
	add_value(o, "Sites", sites);
	add_value(o, "Pools", list_value(t.pools));
	add_value(o, "Services", list_value(t.services));
	return call_emit_take(c, object_value(o));
}

static const struct param_spec topology_params[] = {
	{ "AsXml", "switch", NULL, NULL, 0, NULL, 0, 0,
	    "As XML text in place of an object" },
	CS_LOCAL_STORE,
	CS_END,
};

const struct cmdlet cmdlet_get_cs_topology = {
	.name = "Get-CsTopology",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = topology_params,
	.synopsis = "Shows an overview of the topology",
	.process = topology_process,
};
