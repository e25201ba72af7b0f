/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SETTINGS_H
#define GATEWAY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/usertable.h"

/*
 * A snapshot as typed C (doc/internals/snapshot.md): read once, never
 * edited, swapped whole between two events. Shared by the three services
 * that touch the wire. Strings are never NULL ("" where the snapshot has
 * null); lists carry their count.
 */

enum settings_partner_type {
	SETTINGS_FEDERATED,
	SETTINGS_PUBLIC_VERIFIED,
	SETTINGS_PUBLIC_UNVERIFIED,
};

enum settings_negotiation {
	SETTINGS_REQUIRED,
	SETTINGS_OPTIONAL,
	SETTINGS_NOT_SUPPORTED,
};

struct settings_strings {
	char **items;
	size_t n;
};

struct settings_partner {
	char *domain;
	struct settings_strings additional;
	char *proxy_fqdn;
	enum settings_partner_type type;
	enum settings_negotiation tls, sasl;
	bool dialback, keepalive;
	unsigned int connection_limit; /* the gateway's where it has none */
};

struct settings_domain {
	char *domain;
	char *proxy_fqdn;
	char *verification;
};

struct settings_listener {
	char *service, *name, *transport, *address;
	uint16_t port;
};

struct settings {
	unsigned int refs;
	uint64_t number;
	uint64_t user_number;
	char *realm;
	struct settings_strings sip_domains; /* the default one first */
	char *default_sip_domain;

	struct {
		bool allow_federated, allow_anonymous, allow_outside;
		bool partner_discovery;
		unsigned int tls_count;
		char *routing;
	} edge_policy; /* AccessEdge */

	struct {
		unsigned int connection_limit, partner_connection_limit;
		unsigned int establish_s, inactivity_s, keepalive_s;
		unsigned int refresh_s; /* SubscriptionRefreshInterval */
		bool log_bodies;
		char *dialback_secret;
	} xmpp;

	struct settings_partner *partners;
	size_t n_partners;
	struct settings_domain *allowed;
	size_t n_allowed;
	struct settings_strings blocked;

	struct {
		char *name, *federation_route, *xmpp_route;
	} site;

	struct {
		char *fqdn, *external_fqdn;
		struct settings_strings external, internal; /* addresses */
		uint16_t xmpp_port, link_port;
		struct settings_strings dns;
	} edge;

	struct {
		char *fqdn;
		struct settings_strings addresses;
		uint16_t tcp_port, tls_port, gateway_port;
	} registrar;

	struct {
		bool federation, xmpp, outside, public_cloud;
	} global_policy;

	struct settings_listener *listeners;
	size_t n_listeners;

	struct usertable *users; /* NULL: this service has none */
};

/*
 * From the settings' bytes and, for services that have it, the user table
 * (users_fd -1: none; stays the caller's). NULL and a fault when they are
 * no snapshot; go on with the old one then.
 */
struct settings *settings_read(
    const void *bytes, size_t len, int users_fd, struct fault *f);
/* The same, the bytes read from a descriptor from its start. */
struct settings *settings_read_fd(int fd, int users_fd, struct fault *f);
struct settings *settings_ref(struct settings *s);
void settings_unref(struct settings *s); /* accepts NULL */

/* Domains are compared in lower case U-labels, as jid keeps them. */
bool settings_hosts(const struct settings *s, const char *sip_domain);
/* By domain or additional domain; NULL: not on the list. */
const struct settings_partner *settings_partner_find(
    const struct settings *s, const char *domain);

#endif
