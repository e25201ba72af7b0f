/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The objects a fresh topology has. */
#include "config.h"

#include <sys/random.h>

#include <stdio.h>
#include <string.h>

#include "core/host.h"
#include "core/list.h"
#include "core/mem.h"
#include "model/instance.h"
#include "model/topology.h"

#define SITE_NAME "Site1"

static void
set_text(struct dict *d, const char *name, const char *text)
{
	dict_set_str_take(d, name, value_string(text));
}

static void
set_texts(struct dict *d, const char *name, const char *a, const char *b)
{
	struct value both[2] = { value_string(a), value_string(b) };

	dict_set_str_take(d, name, value_list(both, 2));
	value_unref(both[0]);
	value_unref(both[1]);
}

static int
put(struct store *s, const struct noun *n, const struct identity *id,
    struct dict *d, struct fault *f)
{
	int rc = store_put(
	    s, n->class_name, id->key, dict_value(d), STORE_NEW, NULL, f);

	value_unref(dict_value(d));
	return rc;
}

static int
put_global(struct store *s, const struct noun *n, struct fault *f)
{
	struct identity id;
	unsigned char secret[24];
	char hex[2 * sizeof(secret) + 1];
	struct dict *d;
	size_t i;

	if (identity_parse("Global", SCOPE_GLOBAL, NULL, &id, f) != 0)
		return -1;
	d = instance_new(n, &id);
	if (n == &noun_xmpp_gateway_configuration) {
		/* D-15: keys of dialback need a secret from the first day. */
		if (getrandom(secret, sizeof(secret), 0) < 0) {
			value_unref(dict_value(d));
			return fault_set(f, FAULT_SYSTEM, "no random bytes");
		}
		for (i = 0; i < sizeof(secret); i++)
			(void)snprintf(hex + 2 * i, 3, "%02x", secret[i]);
		set_text(d, "DialbackPassphrase", hex);
	}
	return put(s, n, &id, d, f);
}

static int
put_site(struct store *s, const char *pool, const char *edge, struct fault *f)
{
	char *route = mem_printf("EdgeServer:%s", edge);
	char *registrar = mem_printf("Registrar:%s", pool);
	struct identity id;
	struct dict *d;
	int rc = -1;

	if (identity_parse(SITE_NAME, SCOPE_NAME, NULL, &id, f) == 0) {
		d = instance_new(&noun_site, &id);
		set_text(d, "Identity", "Site:" SITE_NAME);
		set_text(d, "DisplayName", SITE_NAME);
		set_text(d, "FederationRoute", route);
		set_text(d, "XmppFederationRoute", route);
		set_texts(d, "Services", registrar, route);
		set_texts(d, "Pools", pool, edge);
		rc = put(s, &noun_site, &id, d, f);
	}
	mem_free(registrar);
	mem_free(route);
	return rc;
}

static int
put_service(struct store *s, const struct noun *n, const char *fqdn,
    const char *other, struct fault *f)
{
	struct identity id;
	struct dict *d;
	char *text;

	if (identity_parse(fqdn, SCOPE_ROLE, n->role, &id, f) != 0)
		return -1;
	d = instance_new(n, &id);
	set_text(d, "SiteId", "Site:" SITE_NAME);
	text = mem_printf("1-%s-1", n->role);
	set_text(d, "ServiceId", text);
	mem_free(text);
	if (n == &noun_registrar) {
		text = mem_printf("EdgeServer:%s", other);
		set_text(d, "EdgeServer", text);
	} else {
		text = mem_printf("Registrar:%s", other);
		set_text(d, "Registrar", text);
		set_text(d, "AccessEdgeExternalFqdn", fqdn);
		set_text(d, "InternalInterfaceFqdn", fqdn);
	}
	mem_free(text);
	return put(s, n, &id, d, f);
}

static int
put_deployment(struct store *s, const char *pool, struct fault *f)
{
	struct dict *d = dict_new(NULL);
	int rc;

	set_text(d, "Realm", pool);
	set_text(d, "Pool", pool);
	rc = store_put(s, TOPOLOGY_CLASS, TOPOLOGY_KEY, dict_value(d),
	    STORE_NEW, NULL, f);
	value_unref(dict_value(d));
	return rc;
}

static int
make(struct store *s, const char *pool, struct fault *f)
{
	char *edge = mem_printf("edge.%s", pool);
	int rc = -1;

	if (put_global(s, &noun_external_access_policy, f) == 0 &&
	    put_global(s, &noun_access_edge_configuration, f) == 0 &&
	    put_global(s, &noun_xmpp_gateway_configuration, f) == 0 &&
	    put_site(s, pool, edge, f) == 0 &&
	    put_service(s, &noun_registrar, pool, edge, f) == 0 &&
	    put_service(s, &noun_edge_server, edge, pool, f) == 0 &&
	    put_deployment(s, pool, f) == 0)
		rc = 0;
	mem_free(edge);
	return rc;
}

int
topology_make(struct store *s, const char *fqdn, struct fault *f)
{
	int found = store_get(s, TOPOLOGY_CLASS, TOPOLOGY_KEY, NULL, f);
	char *own = NULL;

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (fqdn == NULL)
		fqdn = own = host_fqdn();
	/* Somebody else may be making it too: look again inside. */
	if (store_begin(s, f) != 0)
		goto fail;
	found = store_get(s, TOPOLOGY_CLASS, TOPOLOGY_KEY, NULL, f);
	if (found < 0 || (found == 0 && make(s, fqdn, f) != 0)) {
		store_undo(s);
		goto fail;
	}
	if (store_settle(s, f) != 0 || store_commit(s, f) != 0)
		goto fail;
	mem_free(own);
	return 0;
fail:
	mem_free(own);
	return fault_within(f, "making the first topology");
}

char *
topology_realm(struct store *s, struct fault *f)
{
	struct store_row row = { .key = NULL };
	const char *text = NULL;
	char *realm = NULL;
	int found = store_get(s, TOPOLOGY_CLASS, TOPOLOGY_KEY, &row, f);

	if (found == 1 && value_is_dict(row.object))
		text = value_chars(dict_peek(dict_of(row.object), "Realm"));
	if (text != NULL)
		realm = mem_strdup(text);
	else if (found >= 0)
		fault_set(f, FAULT_INVALID_DATA,
		    "the store has no digest realm; restore it from a backup");
	store_row_clear(&row);
	return realm;
}
