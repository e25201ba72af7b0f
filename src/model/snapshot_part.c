/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which service is told what: a table, so that review sees a change. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/dict.h"
#include "core/list.h"
#include "model/snapshot.h"

#define PROXY	   "RTCXMPPTGWPX"
#define TRANSLATOR "RTCXMPPTGW"
#define FRONT_END  "RTCSRV"

const struct snapshot_service snapshot_services[] = {
	{ FRONT_END, SNAPSHOT_USERS_SECRET },
	{ TRANSLATOR, SNAPSHOT_USERS },
	{ PROXY, SNAPSHOT_NO_USERS },
	{ NULL, SNAPSHOT_NO_USERS },
};

/* fields NULL: the value as it is; else what is kept of it, or of each
 * dictionary in it. */
static const struct part_row {
	const char *service, *key;
	const char *const *fields;
} part_rows[] = {
#define FIELDS(...) (const char *const[]){ __VA_ARGS__, NULL }
	/* The internet's side: domains, limits, how to reach partners. */
	{ PROXY, "SipDomains", NULL },
	{ PROXY, "XmppGateway", FIELDS("ConnectionLimit",
	    "PartnerConnectionLimit", "StreamEstablishmentTimeout",
	    "StreamInactivityTimeout", "KeepAliveInterval",
	    "DialbackPassphrase") },
	{ PROXY, "XmppPartners", FIELDS("Domain", "AdditionalDomains",
	    "ProxyFqdn", "TlsNegotiation", "SaslNegotiation",
	    "SupportDialbackNegotiation", "EnableKeepAlive",
	    "ConnectionLimit") },
	{ PROXY, "Edge", FIELDS("Fqdn", "ExternalIPAddress",
	    "XmppListeningPort", "DnsServer") },

	/* Between both: the gates, where both neighbours are. */
	{ TRANSLATOR, "SipDomains", NULL },
	{ TRANSLATOR, "DefaultSipDomain", NULL },
	{ TRANSLATOR, "AccessEdge", FIELDS("AllowFederatedUsers") },
	{ TRANSLATOR, "XmppGateway", FIELDS("SubscriptionRefreshInterval",
	    "EnableLoggingAllMessageBodies") },
	{ TRANSLATOR, "XmppPartners", FIELDS("Domain", "AdditionalDomains",
	    "PartnerType") },
	{ TRANSLATOR, "Edge", FIELDS("Fqdn", "InternalIPAddress",
	    "XmppInternalPort") },
	{ TRANSLATOR, "Registrar", FIELDS("Fqdn", "IPAddress", "SipPort",
	    "XmppGatewaySipPort") },
	{ TRANSLATOR, "UserNumber", NULL },

	/* Inside: who signs in, and the way to the translator. */
	{ FRONT_END, "Realm", NULL },
	{ FRONT_END, "SipDomains", NULL },
	{ FRONT_END, "DefaultSipDomain", NULL },
	{ FRONT_END, "AccessEdge", FIELDS("AllowFederatedUsers") },
	{ FRONT_END, "Registrar", FIELDS("Fqdn", "IPAddress",
	    "SipServerTcpPort", "SipPort", "XmppGatewaySipPort") },
	{ FRONT_END, "UserNumber", NULL },
#undef FIELDS
};

static struct value
fields_of(struct value v, const char *const *fields)
{
	struct dict *d = dict_new(NULL);

	for (; *fields != NULL; fields++)
		dict_set_str_take(d, *fields,
		    value_ref(dict_peek(dict_of(v), *fields)));
	return dict_value(d);
}

static struct value
kept_of(struct value v, const char *const *fields)
{
	struct list *l;
	size_t i;

	if (fields == NULL)
		return value_ref(v);
	if (value_is_dict(v))
		return fields_of(v, fields);
	if (!value_is_list(v))
		return VALUE_NULL;
	l = list_new(NULL, list_of(v)->count);
	for (i = 0; i < list_of(v)->count; i++) {
		if (value_is_dict(list_of(v)->items[i]))
			list_add_take(l,
			    fields_of(list_of(v)->items[i], fields));
	}
	return list_value(l);
}

/* A service that starts without a supervisor opens its listeners itself. */
static struct value
listeners_of(struct value all, const char *service)
{
	struct list *l = list_new(NULL, 4);
	struct value row, name;
	size_t i;

	for (i = 0; value_is_list(all) && i < list_of(all)->count; i++) {
		row = list_of(all)->items[i];
		name = dict_peek(dict_of(row), "Service");
		if (value_is_string(name) &&
		    strcmp(value_chars(name), service) == 0)
			list_add(l, row);
	}
	return list_value(l);
}

struct value
snapshot_part(struct value settings, const char *service)
{
	static const char *const common[] = { "Number", "Created" };
	const struct dict *all = dict_of(settings);
	struct dict *d = dict_new(NULL);
	size_t i;

	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		dict_set_str_take(d, common[i],
		    value_ref(dict_peek(all, common[i])));
	for (i = 0; i < sizeof(part_rows) / sizeof(part_rows[0]); i++) {
		const struct part_row *row = &part_rows[i];

		if (strcmp(row->service, service) == 0)
			dict_set_str_take(d, row->key, kept_of(
			    dict_peek(all, row->key), row->fields));
	}
	dict_set_str_take(d, "Listeners",
	    listeners_of(dict_peek(all, "Listeners"), service));
	return dict_value(d);
}
