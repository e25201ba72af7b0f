/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_NOUN_H
#define MODEL_NOUN_H

#include "core/buf.h"
#include "core/dict.h"
#include "core/fault.h"
#include "model/identity.h"
#include "store/store.h"

/* What a property holds. */
enum prop_kind {
	PROP_END,
	PROP_STRING,
	PROP_BOOL,
	PROP_UINT,    /* min .. max */
	PROP_PORT,    /* 0 .. 65535 */
	PROP_ENUM,    /* one of values, in their case */
	PROP_DOMAIN,  /* identity_domain's form */
	PROP_DOMAINS, /* list of them */
	PROP_STRINGS,
	PROP_ADDRESSES, /* list of IP addresses */
	PROP_SERVERS,   /* list of address or address@port */
	PROP_ROUTE,     /* EdgeServer:FQDN */
	PROP_SECRET,    /* stored, shown as MASK */
	PROP_DATE,
};

enum {
	PROP_KEY = 1 << 0,   /* the identity without its prefix */
	PROP_FIXED = 1 << 1, /* New- says it, Set- cannot */
	PROP_SHOWN = 1 << 2, /* filled in by code, no parameter changes it */
	PROP_HIDDEN = 1 << 3, /* Select-Object * shows it, views do not */
	PROP_INTERNAL = 1 << 4, /* never leaves the store */
};

#define PROP_MASK "********"

struct prop_spec {
	const char *name;
	enum prop_kind kind;
	unsigned flags;
	const char *initial; /* NULL: null, or the empty list */
	const char *help;
	const char *const *values; /* PROP_ENUM */
	int64_t min, max;          /* PROP_UINT; both 0: UInt32 */
};

/*
 * A kind of object an administrator knows, described once: defaults,
 * validation, what Get- shows and in which order.
 */
struct noun {
	const char *name;       /* "CsExternalAccessPolicy" */
	const char *class_name; /* in the store */
	const char *type_name;  /* first of .PSTypeNames */
	const char *summary;
	unsigned scopes;
	const char *role; /* SCOPE_ROLE */
	const struct prop_spec *props;
	/*
	 * What one property alone cannot tell. A sentence in warning is said
	 * and the change goes on.
	 */
	int (*check)(const struct dict *object, struct buf *warning,
	    struct fault *f);
};

extern const struct noun noun_access_edge_configuration;
extern const struct noun noun_allowed_domain;
extern const struct noun noun_blocked_domain;
extern const struct noun noun_edge_server;
extern const struct noun noun_external_access_policy;
extern const struct noun noun_health_monitoring_configuration;
extern const struct noun noun_hosting_provider;
extern const struct noun noun_public_provider;
extern const struct noun noun_registrar;
extern const struct noun noun_sip_domain;
extern const struct noun noun_site;
extern const struct noun noun_xmpp_allowed_partner;
extern const struct noun noun_xmpp_gateway_configuration;

/* Every noun, by name; ends with NULL. */
extern const struct noun *const noun_table[];

/* What the store can look users up by. */
extern const struct store_index model_indexes[];

const struct prop_spec *noun_prop(const struct noun *n, const char *name);

/* The negotiation matrix (cmdlets.md 4.1), for the partner's check. */
/* By its Domain or AdditionalDomains, without case. */
bool partner_has_domain(const struct dict *partner, const char *domain);
int noun_check_partner(const struct dict *object, struct buf *warning,
    struct fault *f);

#endif
