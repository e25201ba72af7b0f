/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's objects as services are told them. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "core/list.h"
#include "core/mem.h"
#include "model/instance.h"
#include "model/resolve.h"
#include "model/snapshot.h"
#include "model/topology.h"
#include "model/user.h"

/* .NET ticks of 1970 and the bit that says UTC (core/value.h). */
#define TICKS_1970 INT64_C(621355968000000000)
#define TICKS_UTC  (INT64_C(1) << 62)

static const char *const access_edge_keys[] = { "AllowFederatedUsers",
	"AllowAnonymousUsers", "AllowOutsideUsers", "EnablePartnerDiscovery",
	"OutgoingTlsCountForFederatedPartners", "RoutingMethod", NULL };
static const char *const gateway_keys[] = { "ConnectionLimit",
	"PartnerConnectionLimit", "StreamEstablishmentTimeout",
	"StreamInactivityTimeout", "KeepAliveInterval",
	"SubscriptionRefreshInterval", "EnableLoggingAllMessageBodies",
	"DialbackPassphrase", NULL };
static const char *const partner_keys[] = { "Domain", "AdditionalDomains",
	"ProxyFqdn", "PartnerType", "TlsNegotiation", "SaslNegotiation",
	"SupportDialbackNegotiation", "EnableKeepAlive", "ConnectionLimit",
	NULL };
static const char *const allowed_keys[] = { "Domain", "ProxyFqdn",
	"VerificationLevel", NULL };
static const char *const policy_keys[] = { "EnableFederationAccess",
	"EnableXmppAccess", "EnablePublicCloudAccess",
	"EnablePublicCloudAudioVideoAccess", "EnableOutsideAccess", NULL };
static const char *const edge_keys[] = { "ExternalIPAddress",
	"InternalIPAddress", "XmppListeningPort", "XmppInternalPort",
	"DnsServer", NULL };
static const char *const registrar_keys[] = { "IPAddress",
	"SipServerTcpPort", "SipPort", "XmppGatewaySipPort", NULL };
static const char *const site_keys[] = { "FederationRoute",
	"XmppFederationRoute", NULL };

/* What the supervisor opens, in the order services count on. */
static const struct listener_row {
	const char *service, *name, *transport;
	const char *part, *addresses, *port;
} listener_rows[] = {
	{ "RTCXMPPTGWPX", "xmpp", "tcp", "Edge", "ExternalIPAddress",
	    "XmppListeningPort" },
	{ "RTCXMPPTGWPX", "link", "tcp", "Edge", "InternalIPAddress",
	    "XmppInternalPort" },
	{ "RTCXMPPTGW", "sip", "tcp", "Registrar", "IPAddress",
	    "XmppGatewaySipPort" },
	{ "RTCSRV", "sip-udp", "udp", "Registrar", "IPAddress",
	    "SipServerTcpPort" },
	{ "RTCSRV", "sip-tcp", "tcp", "Registrar", "IPAddress",
	    "SipServerTcpPort" },
	{ "RTCSRV", "sip-tls", "tcp", "Registrar", "IPAddress", "SipPort" },
};

static struct dict *
pick(const struct noun *n, const struct dict *object,
    const char *const *keys)
{
	struct dict *d = dict_new(NULL);

	for (; *keys != NULL; keys++)
		dict_set_str_take(d, *keys, instance_get(n, object, *keys));
	return d;
}

/* The one object of a single global noun; its defaults where it is missing. */
static int
global_of(struct store *s, const struct noun *n, const char *const *keys,
    struct value *outp, struct fault *f)
{
	struct store_row row = { .key = NULL };
	struct identity id;
	int found = store_get(s, n->class_name, "global", &row, f);

	if (found < 0)
		return -1;
	if (!value_is_dict(row.object)) {
		(void)identity_parse("Global", SCOPE_GLOBAL, NULL, &id, NULL);
		value_set_take(&row.object, dict_value(instance_new(n, &id)));
	}
	*outp = dict_value(pick(n, dict_of(row.object), keys));
	store_row_clear(&row);
	return 0;
}

/* Every object of a noun; keys NULL: just the domain. */
static int
all_of(struct store *s, const struct noun *n, const char *const *keys,
    struct value *outp, struct fault *f)
{
	struct list *l = list_new(NULL, 8);
	struct store_row *row;
	struct walk w;
	int rc;

	walk_begin(&w, s, n->class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		if (!value_is_dict(row->object))
			continue;
		if (keys == NULL)
			list_add_take(l,
			    instance_get(n, dict_of(row->object), "Domain"));
		else
			list_add_take(l,
			    dict_value(pick(n, dict_of(row->object), keys)));
	}
	walk_end(&w);
	*outp = list_value(l);
	return rc;
}

static int
add_global(struct dict *d, struct store *s, const char *key,
    const struct noun *n, const char *const *keys, struct fault *f)
{
	struct value v;

	if (global_of(s, n, keys, &v, f) != 0)
		return -1;
	dict_set_str_take(d, key, v);
	return 0;
}

static int
add_all(struct dict *d, struct store *s, const char *key,
    const struct noun *n, const char *const *keys, struct fault *f)
{
	struct value v;
	int rc = all_of(s, n, keys, &v, f);

	dict_set_str_take(d, key, v);
	return rc;
}

/* The default first. */
static int
add_sip_domains(struct dict *d, struct store *s, struct fault *f)
{
	struct list *l = list_new(NULL, 4);
	struct store_row *row;
	struct walk w;
	int rc;

	dict_set_str_take(d, "DefaultSipDomain", VALUE_NULL);
	walk_begin(&w, s, noun_sip_domain.class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		const struct dict *o = dict_of(row->object);
		struct value name = dict_peek(o, "Name");

		if (instance_bool(&noun_sip_domain, o, "IsDefault")) {
			dict_set_str_take(
			    d, "DefaultSipDomain", value_ref(name));
			list_insert(l, 0, name);
		} else
			list_add(l, name);
	}
	walk_end(&w);
	dict_set_str_take(d, "SipDomains", list_value(l));
	return rc;
}

/* The first object of a class, or its defaults. */
static int
first_of(struct store *s, const struct noun *n, struct value *outp,
    struct fault *f)
{
	struct store_row row = { .key = NULL };
	struct identity id;
	size_t got = 0;

	if (store_page(s, n->class_name, 0, &row, 1, &got, f) != 0)
		return -1;
	if (got == 0) {
		if (identity_parse("localhost", n->scopes, n->role, &id, f) !=
		    0)
			return -1;
		*outp = dict_value(instance_new(n, &id));
		return 0;
	}
	*outp = value_ref(row.object);
	store_row_clear(&row);
	return 0;
}

/* The edge a site's XMPP route names; the first one where it names none. */
static int
routed_edge(struct store *s, const struct dict *site, struct value *outp,
    struct fault *f)
{
	const char *route = instance_text(site, "XmppFederationRoute");
	struct store_row row = { .key = NULL };
	struct identity id;

	if (route != NULL &&
	    identity_parse(route, SCOPE_ROLE, "EdgeServer", &id, f) == 0 &&
	    store_get(s, "EdgeServer", id.key, &row, f) == 1) {
		*outp = row.object;
		row.object = VALUE_NULL;
		store_row_clear(&row);
		return 0;
	}
	return first_of(s, &noun_edge_server, outp, f);
}

static void
add_names(struct dict *to, const struct dict *service)
{
	struct value external = dict_peek(service, "AccessEdgeExternalFqdn");
	struct value pool = dict_peek(service, "PoolFqdn");

	dict_set_str_take(to, "Fqdn", value_ref(pool));
	dict_set_str_take(to, "ExternalFqdn",
	    value_ref(value_is_null(external) ? pool : external));
}

static int
add_topology(struct dict *d, struct store *s, struct fault *f)
{
	struct value site, edge = VALUE_NULL, registrar = VALUE_NULL;
	struct dict *o;
	int rc = -1;

	if (first_of(s, &noun_site, &site, f) != 0)
		return -1;
	o = pick(&noun_site, dict_of(site), site_keys);
	dict_set_str_take(
	    o, "Name", value_ref(dict_peek(dict_of(site), "DisplayName")));
	dict_set_str_take(d, "Site", dict_value(o));
	if (routed_edge(s, dict_of(site), &edge, f) != 0 ||
	    first_of(s, &noun_registrar, &registrar, f) != 0)
		goto out;
	o = pick(&noun_edge_server, dict_of(edge), edge_keys);
	add_names(o, dict_of(edge));
	dict_set_str_take(d, "Edge", dict_value(o));
	o = pick(&noun_registrar, dict_of(registrar), registrar_keys);
	add_names(o, dict_of(registrar));
	dict_set_str_take(d, "Registrar", dict_value(o));
	rc = 0;
out:
	value_unref(site);
	value_unref(edge);
	value_unref(registrar);
	return rc;
}

static void
add_listeners(struct dict *d)
{
	struct list *l = list_new(NULL, 16);
	size_t i, k;

	for (i = 0; i < sizeof(listener_rows) / sizeof(listener_rows[0]);
	     i++) {
		const struct listener_row *row = &listener_rows[i];
		const struct dict *part = dict_of(dict_peek(d, row->part));
		struct value addresses = dict_peek(part, row->addresses);
		struct value port = dict_peek(part, row->port);

		if (!value_is_list(addresses) || port.u.i == 0)
			continue;
		for (k = 0; k < list_of(addresses)->count; k++) {
			struct dict *o = dict_new(NULL);

			dict_set_str_take(
			    o, "Service", value_string(row->service));
			dict_set_str_take(o, "Name", value_string(row->name));
			dict_set_str_take(
			    o, "Transport", value_string(row->transport));
			dict_set_str_take(o, "Address",
			    value_ref(list_of(addresses)->items[k]));
			dict_set_str_take(o, "Port", value_ref(port));
			list_add_take(l, dict_value(o));
		}
	}
	dict_set_str_take(d, "Listeners", list_value(l));
}

int
snapshot_settings(struct store *s, int64_t number, int64_t user_number,
    struct value *settingsp, struct fault *f)
{
	struct dict *d = dict_new(NULL);
	char *realm;

	dict_set_str_take(d, "Number", value_long(number));
	dict_set_str_take(d, "Created",
	    value_datetime((TICKS_1970 + (int64_t)time(NULL) * 10000000) |
		TICKS_UTC));
	dict_set_str_take(d, "UserNumber", value_long(user_number));
	if ((realm = topology_realm(s, f)) == NULL)
		goto fail;
	dict_set_str_take(d, "Realm", value_string(realm));
	mem_free(realm);
	if (add_sip_domains(d, s, f) != 0 ||
	    add_global(d, s, "AccessEdge", &noun_access_edge_configuration,
		access_edge_keys, f) != 0 ||
	    add_global(d, s, "XmppGateway", &noun_xmpp_gateway_configuration,
		gateway_keys, f) != 0 ||
	    add_all(d, s, "XmppPartners", &noun_xmpp_allowed_partner,
		partner_keys, f) != 0 ||
	    add_all(d, s, "AllowedDomains", &noun_allowed_domain,
		allowed_keys, f) != 0 ||
	    add_all(d, s, "BlockedDomains", &noun_blocked_domain, NULL, f) !=
		0 ||
	    add_global(d, s, "GlobalPolicy", &noun_external_access_policy,
		policy_keys, f) != 0 ||
	    add_topology(d, s, f) != 0)
		goto fail;
	add_listeners(d);
	*settingsp = dict_value(d);
	return 0;
fail:
	value_unref(dict_value(d));
	return fault_within(f, "making a snapshot");
}

/* --- users --- */

static const char *
text_or_none(const struct dict *d, const char *key)
{
	const char *text = instance_text(d, key);

	return text != NULL ? text : "";
}

static void
fill_user(const struct dict *user, const struct dict *policy,
    enum snapshot_users_kind kind, struct usertable_user *u)
{
	const struct noun *n = &noun_external_access_policy;
	struct value ha1 = dict_peek(user, USER_HA1);
	static const char *const keys[USERTABLE_LOGINS][USERTABLE_DIGESTS] = {
		[USERTABLE_LOGIN_SAM] = { USER_HA1_SAM_MD5,
		    USER_HA1_SAM_SHA256 },
		[USERTABLE_LOGIN_UPN] = { USER_HA1_UPN_MD5,
		    USER_HA1_UPN_SHA256 },
	};
	static const char *const logins[USERTABLE_LOGINS] = {
		[USERTABLE_LOGIN_SAM] = USER_SAM,
		[USERTABLE_LOGIN_UPN] = USER_UPN,
	};
	struct value ad = dict_peek(user, USER_AD_ENABLED);
	size_t i, k;

	memset(u, 0, sizeof(*u));
	u->address = text_or_none(user, USER_SIP);
	if (strncmp(u->address, "sip:", 4) == 0)
		u->address += 4;
	u->display_name = text_or_none(user, USER_DISPLAY);
	u->policy = text_or_none(policy, "Identity");
	for (i = 0; i < USERTABLE_LOGINS; i++) {
		u->login[i] = kind == SNAPSHOT_USERS_SECRET
		    ? text_or_none(user, logins[i]) : "";
		for (k = 0; k < USERTABLE_DIGESTS; k++)
			u->ha1[i][k] = kind == SNAPSHOT_USERS_SECRET &&
				value_is_dict(ha1)
			    ? text_or_none(dict_of(ha1), keys[i][k])
			    : "";
	}
	u->enabled = user_is_enabled(user) &&
	    ad.type == &type_bool && ad.u.b;
	u->federation = instance_bool(n, policy, "EnableFederationAccess");
	u->xmpp = instance_bool(n, policy, "EnableXmppAccess");
	u->outside = instance_bool(n, policy, "EnableOutsideAccess");
	u->public_cloud = instance_bool(n, policy, "EnablePublicCloudAccess");
}

int
snapshot_users(struct store *s, int fd, int64_t number,
    enum snapshot_users_kind kind, struct fault *f)
{
	struct resolver *r =
	    resolver_open(s, &noun_external_access_policy, f);
	struct usertable_writer *w;
	struct usertable_user u;
	struct store_row *row;
	struct walk walk;
	int rc;

	if (r == NULL)
		return -1;
	w = usertable_writer_new(fd, (uint64_t)number);
	walk_begin(&walk, s, USER_CLASS, NULL, NULL);
	while ((rc = walk_next(&walk, &row, f)) == 1) {
		const struct dict *user;

		if (!value_is_dict(row->object))
			continue;
		user = dict_of(row->object);
		if (!user_is_known(user))
			continue;
		fill_user(user, resolver_for(r, user, USER_ACCESS), kind,
		    &u);
		if (usertable_writer_add(w, &u, f) != 0) {
			rc = -1;
			break;
		}
	}
	walk_end(&walk);
	if (rc == 0)
		rc = usertable_writer_finish(w, f);
	usertable_writer_free(w);
	resolver_close(r);
	return rc;
}

int64_t
snapshot_users_number(struct store *s, struct fault *f)
{
	static const char *const classes[] = { USER_CLASS,
		"ExternalAccessPolicy", "Registrar" };
	int64_t most = 0, number;
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if ((number = store_number(s, classes[i], f)) < 0)
			return -1;
		if (number > most)
			most = number;
	}
	return most;
}
