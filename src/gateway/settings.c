/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots as typed C; the keys are those of doc/internals/snapshot.md. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "gateway/settings.h"
#include "gateway/xmpp/jid.h"

/* LIMIT: a snapshot's settings; partners are the long part. */
#define SETTINGS_BYTES_MAX ((off_t)16 * 1024 * 1024)

static struct value
peek(struct value v, const char *key)
{
	return value_is_dict(v) ? dict_peek(dict_of(v), key) : VALUE_NULL;
}

static char *
read_string(struct value v, const char *key)
{
	struct value s = peek(v, key);

	return mem_strdup(value_is_string(s) ? value_chars(s) : "");
}

static bool
read_bool(struct value v, const char *key)
{
	struct value b = peek(v, key);

	return b.type == &type_bool && b.u.b;
}

static int64_t
read_int(struct value v, const char *key, int64_t least, int64_t most,
    int64_t fallback)
{
	struct value i = peek(v, key);

	if (i.type != &type_int && i.type != &type_long)
		return fallback;
	if (i.u.i < least || i.u.i > most)
		return fallback;
	return i.u.i;
}

static unsigned int
read_count(struct value v, const char *key, unsigned int fallback)
{
	return (unsigned int)read_int(v, key, 0, INT32_MAX, fallback);
}

static uint16_t
read_port(struct value v, const char *key, uint16_t fallback)
{
	return (uint16_t)read_int(v, key, 0, UINT16_MAX, fallback);
}

static size_t
items_of(struct value v, struct value **itemsp)
{
	if (!value_is_list(v)) {
		*itemsp = NULL;
		return 0;
	}
	*itemsp = list_of(v)->items;
	return list_of(v)->count;
}

static void
read_strings(struct value v, const char *key, struct settings_strings *out)
{
	struct value *items;
	size_t n = items_of(peek(v, key), &items), i;

	out->items = mem_zalloc((n + 1) * sizeof(char *));
	out->n = 0;
	for (i = 0; i < n; i++) {
		if (value_is_string(items[i]))
			out->items[out->n++] =
			    mem_strdup(value_chars(items[i]));
	}
}

/* As a jid keeps it, so that comparing is strcmp. */
static char *
domain_take(char *text)
{
	char *out;

	if (text[0] == '\0' || jid_domain_prepare(text, &out, NULL) < 0)
		return text;
	mem_free(text);
	return out;
}

static void
domains_prepare(struct settings_strings *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		s->items[i] = domain_take(s->items[i]);
}

static unsigned int
read_choice(struct value v, const char *key, const char *const *names,
    unsigned int fallback)
{
	struct value s = peek(v, key);
	unsigned int i;

	for (i = 0; value_is_string(s) && names[i] != NULL; i++) {
		if (strcasecmp(value_chars(s), names[i]) == 0)
			return i;
	}
	return fallback;
}

static void
read_partner(struct value v, unsigned int limit, struct settings_partner *p)
{
	static const char *const types[] = { "Federated", "PublicVerified",
		"PublicUnverified", NULL };
	static const char *const levels[] = { "Required", "Optional",
		"NotSupported", NULL };

	p->domain = domain_take(read_string(v, "Domain"));
	read_strings(v, "AdditionalDomains", &p->additional);
	domains_prepare(&p->additional);
	p->proxy_fqdn = read_string(v, "ProxyFqdn");
	p->type = (enum settings_partner_type)read_choice(v, "PartnerType",
	    types, SETTINGS_PUBLIC_UNVERIFIED);
	p->tls = (enum settings_negotiation)read_choice(v, "TlsNegotiation",
	    levels, SETTINGS_REQUIRED);
	p->sasl = (enum settings_negotiation)read_choice(v, "SaslNegotiation",
	    levels, SETTINGS_REQUIRED);
	p->dialback = read_bool(v, "SupportDialbackNegotiation");
	p->keepalive = read_bool(v, "EnableKeepAlive");
	p->connection_limit = read_count(v, "ConnectionLimit", limit);
}

static void
read_partners(struct value v, struct settings *s)
{
	struct value *items;
	size_t n = items_of(peek(v, "XmppPartners"), &items), i;

	s->partners = mem_zalloc((n + 1) * sizeof(*s->partners));
	s->n_partners = n;
	for (i = 0; i < n; i++)
		read_partner(items[i], s->xmpp.partner_connection_limit,
		    &s->partners[i]);
}

static void
read_domains(struct value v, struct settings *s)
{
	struct value *items;
	size_t n = items_of(peek(v, "AllowedDomains"), &items), i;

	s->allowed = mem_zalloc((n + 1) * sizeof(*s->allowed));
	s->n_allowed = n;
	for (i = 0; i < n; i++) {
		s->allowed[i].domain =
		    domain_take(read_string(items[i], "Domain"));
		s->allowed[i].proxy_fqdn = read_string(items[i], "ProxyFqdn");
		s->allowed[i].verification =
		    read_string(items[i], "VerificationLevel");
	}
	read_strings(v, "BlockedDomains", &s->blocked);
	domains_prepare(&s->blocked);
}

static void
read_listeners(struct value v, struct settings *s)
{
	struct value *items;
	size_t n = items_of(peek(v, "Listeners"), &items), i;
	struct settings_listener *ls;

	s->listeners = mem_zalloc((n + 1) * sizeof(*s->listeners));
	s->n_listeners = n;
	for (i = 0; i < n; i++) {
		ls = &s->listeners[i];
		ls->service = read_string(items[i], "Service");
		ls->name = read_string(items[i], "Name");
		ls->transport = read_string(items[i], "Transport");
		ls->address = read_string(items[i], "Address");
		ls->port = read_port(items[i], "Port", 0);
	}
}

static void
read_edge(struct value v, struct settings *s)
{
	struct value e = peek(v, "Edge"), r = peek(v, "Registrar");
	struct value site = peek(v, "Site");

	s->site.name = read_string(site, "Name");
	s->site.federation_route = read_string(site, "FederationRoute");
	s->site.xmpp_route = read_string(site, "XmppFederationRoute");
	s->edge.fqdn = read_string(e, "Fqdn");
	s->edge.external_fqdn = read_string(e, "ExternalFqdn");
	read_strings(e, "ExternalIPAddress", &s->edge.external);
	read_strings(e, "InternalIPAddress", &s->edge.internal);
	s->edge.xmpp_port = read_port(e, "XmppListeningPort", 5269);
	s->edge.link_port = read_port(e, "XmppInternalPort", 23456);
	read_strings(e, "DnsServer", &s->edge.dns);
	s->registrar.fqdn = read_string(r, "Fqdn");
	read_strings(r, "IPAddress", &s->registrar.addresses);
	s->registrar.tcp_port = read_port(r, "SipServerTcpPort", 5060);
	s->registrar.tls_port = read_port(r, "SipPort", 5061);
	s->registrar.gateway_port = read_port(r, "XmppGatewaySipPort", 5098);
}

static void
read_policies(struct value v, struct settings *s)
{
	struct value a = peek(v, "AccessEdge"), x = peek(v, "XmppGateway");
	struct value g = peek(v, "GlobalPolicy");

	s->edge_policy.allow_federated = read_bool(a, "AllowFederatedUsers");
	s->edge_policy.allow_anonymous = read_bool(a, "AllowAnonymousUsers");
	s->edge_policy.allow_outside = read_bool(a, "AllowOutsideUsers");
	s->edge_policy.partner_discovery =
	    read_bool(a, "EnablePartnerDiscovery");
	s->edge_policy.tls_count =
	    read_count(a, "OutgoingTlsCountForFederatedPartners", 4);
	s->edge_policy.routing = read_string(a, "RoutingMethod");
	s->xmpp.connection_limit = read_count(x, "ConnectionLimit", 1000);
	s->xmpp.partner_connection_limit =
	    read_count(x, "PartnerConnectionLimit", 20);
	s->xmpp.establish_s = read_count(x, "StreamEstablishmentTimeout", 60);
	s->xmpp.inactivity_s = read_count(x, "StreamInactivityTimeout", 600);
	s->xmpp.keepalive_s = read_count(x, "KeepAliveInterval", 300);
	s->xmpp.refresh_s =
	    read_count(x, "SubscriptionRefreshInterval", 28800);
	s->xmpp.log_bodies = read_bool(x, "EnableLoggingAllMessageBodies");
	s->xmpp.dialback_secret = read_string(x, "DialbackPassphrase");
	s->global_policy.federation = read_bool(g, "EnableFederationAccess");
	s->global_policy.xmpp = read_bool(g, "EnableXmppAccess");
	s->global_policy.outside = read_bool(g, "EnableOutsideAccess");
	s->global_policy.public_cloud =
	    read_bool(g, "EnablePublicCloudAccess");
}

static struct settings *
settings_make(struct value v)
{
	struct settings *s = mem_zalloc(sizeof(*s));

	s->refs = 1;
	s->number = (uint64_t)read_int(v, "Number", 0, INT64_MAX, 0);
	s->user_number = (uint64_t)read_int(v, "UserNumber", 0, INT64_MAX, 0);
	s->realm = read_string(v, "Realm");
	read_strings(v, "SipDomains", &s->sip_domains);
	domains_prepare(&s->sip_domains);
	s->default_sip_domain =
	    domain_take(read_string(v, "DefaultSipDomain"));
	read_policies(v, s);
	read_partners(v, s);
	read_domains(v, s);
	read_edge(v, s);
	read_listeners(v, s);
	return s;
}

struct settings *
settings_read(const void *bytes, size_t len, int users_fd, struct fault *f)
{
	struct usertable *users = NULL;
	struct settings *s;
	struct value v;

	if (codec_read(bytes, len, NULL, &v, f) < 0) {
		fault_within(f, "reading the snapshot");
		return NULL;
	}
	if (!value_is_dict(v)) {
		value_unref(v);
		fault_set(f, FAULT_INVALID_DATA,
		    "reading the snapshot: it is no dictionary");
		return NULL;
	}
	if (users_fd >= 0 && (users = usertable_open(users_fd, f)) == NULL) {
		value_unref(v);
		fault_within(f, "reading the snapshot's users");
		return NULL;
	}
	s = settings_make(v);
	s->users = users;
	value_unref(v);
	return s;
}

struct settings *
settings_read_fd(int fd, int users_fd, struct fault *f)
{
	struct settings *s = NULL;
	struct stat st;
	char *bytes;
	off_t at = 0;
	ssize_t n;

	if (fstat(fd, &st) < 0) {
		fault_errno(f, errno, "reading the snapshot");
		return NULL;
	}
	if (st.st_size > SETTINGS_BYTES_MAX) {
		fault_set(f, FAULT_LIMIT, "the snapshot is too big");
		return NULL;
	}
	bytes = mem_alloc((size_t)st.st_size + 1);
	while (at < st.st_size) {
		n = pread(fd, bytes + at, (size_t)(st.st_size - at), at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		at += n;
	}
	if (at < st.st_size)
		fault_set(f, FAULT_SYSTEM, "the snapshot could not be read");
	else
		s = settings_read(bytes, (size_t)at, users_fd, f);
	mem_wipe(bytes, (size_t)st.st_size);
	mem_free(bytes);
	return s;
}

struct settings *
settings_ref(struct settings *s)
{
	s->refs++;
	return s;
}

static void
strings_clear(struct settings_strings *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		mem_free(s->items[i]);
	mem_free(s->items);
}

static void
partners_free(struct settings *s)
{
	size_t i;

	for (i = 0; i < s->n_partners; i++) {
		mem_free(s->partners[i].domain);
		mem_free(s->partners[i].proxy_fqdn);
		strings_clear(&s->partners[i].additional);
	}
	mem_free(s->partners);
	for (i = 0; i < s->n_allowed; i++) {
		mem_free(s->allowed[i].domain);
		mem_free(s->allowed[i].proxy_fqdn);
		mem_free(s->allowed[i].verification);
	}
	mem_free(s->allowed);
}

void
settings_unref(struct settings *s)
{
	size_t i;

	if (s == NULL || --s->refs > 0)
		return;
	partners_free(s);
	for (i = 0; i < s->n_listeners; i++) {
		mem_free(s->listeners[i].service);
		mem_free(s->listeners[i].name);
		mem_free(s->listeners[i].transport);
		mem_free(s->listeners[i].address);
	}
	mem_free(s->listeners);
	strings_clear(&s->sip_domains);
	strings_clear(&s->blocked);
	strings_clear(&s->edge.external);
	strings_clear(&s->edge.internal);
	strings_clear(&s->edge.dns);
	strings_clear(&s->registrar.addresses);
	mem_free(s->realm);
	mem_free(s->default_sip_domain);
	mem_free(s->edge_policy.routing);
	mem_free_secret(s->xmpp.dialback_secret);
	mem_free(s->site.name);
	mem_free(s->site.federation_route);
	mem_free(s->site.xmpp_route);
	mem_free(s->edge.fqdn);
	mem_free(s->edge.external_fqdn);
	mem_free(s->registrar.fqdn);
	usertable_close(s->users);
	mem_free(s);
}

bool
settings_hosts(const struct settings *s, const char *sip_domain)
{
	size_t i;

	for (i = 0; i < s->sip_domains.n; i++) {
		if (strcmp(s->sip_domains.items[i], sip_domain) == 0)
			return true;
	}
	return false;
}

const struct settings_partner *
settings_partner_find(const struct settings *s, const char *domain)
{
	size_t i, k;

	for (i = 0; i < s->n_partners; i++) {
		const struct settings_partner *p = &s->partners[i];

		if (strcmp(p->domain, domain) == 0)
			return p;
		for (k = 0; k < p->additional.n; k++) {
			if (strcmp(p->additional.items[k], domain) == 0)
				return p;
		}
	}
	return NULL;
}
