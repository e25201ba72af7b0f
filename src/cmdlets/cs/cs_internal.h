/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_CS_INTERNAL_H
#define CMDLETS_CS_CS_INTERNAL_H

#include "core/cmdlet.h"
#include "core/object.h"
#include "model/instance.h"
#include "model/user.h"
#include "store/store.h"

/*
 * The session's store, opened (and made) on first use, closed at exit. NULL:
 * the call has thrown, return FLOW_LEAVE.
 */
struct store *cs_store(struct call *c);
/* Commits what this pipeline did: end. */
enum flow cs_end(struct call *c);
/* The same where nothing can be said any more: clean. */
void cs_clean(struct call *c);

/* A parameter by name; null and NULL where it is not bound or not there. */
struct value cs_param(struct call *c, const char *name);
bool cs_bound(struct call *c, const char *name);
bool cs_switch(struct call *c, const char *name);
const char *cs_string(struct call *c, const char *name);
/*
 * An identity as text, from a string or from an object with an Identity;
 * owned, NULL where there is none.
 */
char *cs_identity_text(struct value v);

/* Management object not found for identity "X". */
enum flow cs_not_found(struct call *c, const char *identity);
/* What f says about target, in the words administrators know. */
enum flow cs_fault(struct call *c, const struct fault *f, const char *target);

/* LIMIT: how often a change is repeated when others change the same object. */
#define CS_TRIES 8

/* What a guard is asked about. */
enum crud_op { CRUD_NEW, CRUD_SET, CRUD_REMOVE };

/* The verbs of a noun that noun_build.c makes cmdlets of. */
enum crud_verb {
	CRUD_VERB_DISABLE,
	CRUD_VERB_ENABLE,
	CRUD_VERB_GET,
	CRUD_VERB_GRANT,
	CRUD_VERB_NEW,
	CRUD_VERB_REMOVE,
	CRUD_VERB_SET,
	CRUD_VERBS,
};

enum {
	CRUD_LOCAL_STORE = 1 << 0, /* Get- has -LocalStore */
	CRUD_INSTANCE = 1 << 1,    /* Set- takes -Instance, New- -InMemory */
};

/*
 * What administrators do with a noun. The parameters are the noun's
 * properties; a row in new_rows or set_rows takes the place of the property
 * of its name, or stands behind them. They share one of these as their data.
 */
struct crud {
	const struct noun *noun;
	/* A verb's synopsis; NULL: there is no such cmdlet. */
	const char *synopsis[CRUD_VERBS];
	unsigned flags;
	const char *identity_help; /* New- and Set- */
	const char *remove_help;
	const struct param_spec *new_rows, *set_rows;
	/*
	 * Looks at other objects and may change them (inside the same
	 * change). object is what will be stored, or what will be removed.
	 */
	int (*guard)(struct store *s, struct dict *object,
	    const struct identity *id, enum crud_op op, struct fault *f);
	/* What parameters say that are no properties. */
	int (*prepare)(struct call *c, struct dict *object, struct fault *f);
	/* What Set- and Remove- say afterwards, where there is something. */
	enum flow (*after)(struct call *c, struct store *s,
	    const struct identity *id, enum crud_op op);
	/* The attribute of a user, for Grant-. */
	const char *attribute;
	/* The parameter that stands for Identity ("Domain"), or NULL. */
	const char *key_param;
};

extern const struct crud crud_access_edge_configuration;
extern const struct crud crud_allowed_domain;
extern const struct crud crud_blocked_domain;
extern const struct crud crud_edge_server;
extern const struct crud crud_external_access_policy;
extern const struct crud crud_health_monitoring_configuration;
extern const struct crud crud_hosting_provider;
extern const struct crud crud_public_provider;
extern const struct crud crud_registrar;
extern const struct crud crud_sip_domain;
extern const struct crud crud_site;
extern const struct crud crud_xmpp_allowed_partner;
extern const struct crud crud_xmpp_gateway_configuration;

/* Enabled, of the nouns that have it. */
enum flow crud_disable(struct call *c);
enum flow crud_enable(struct call *c);
enum flow crud_get(struct call *c);
enum flow crud_new(struct call *c);
enum flow crud_set(struct call *c);
enum flow crud_remove(struct call *c);
enum flow crud_grant_begin(struct call *c);
enum flow crud_grant(struct call *c);
/* State of Grant-. */
struct grant_state {
	char *asked;  /* the PolicyName that was looked up */
	char *policy; /* its own name; NULL takes the grant away */
	bool known;
};

#define CRUD_GRANT_STATE sizeof(struct grant_state)
void crud_grant_clean(struct call *c);

/* Calls fn for each user an identity parameter means; error if none. */
enum flow users_each(struct call *c, struct value identity,
    enum flow (*fn)(struct call *c, struct store *s, struct store_row *row));
/*
 * Applies a change to one user: asks, writes, emits under -PassThru. apply
 * returns 1 changed, 0 nothing to do, -1.
 */
enum flow user_change(struct call *c, struct store *s, struct store_row *row,
    const char *action,
    int (*apply)(struct call *c, struct store *s, struct dict *user,
	struct fault *f),
    enum user_view view);

/* -Filter {Enabled -eq $True -and RegistrarPool -like "a*"}. */
struct filter;
/* From a script block, a string or NULL; NULL: thrown. */
struct filter *filter_parse(struct call *c, struct value block,
    enum user_view view);
void filter_free(struct filter *f); /* accepts NULL */
bool filter_matches(const struct filter *f, const struct dict *user);

#define CS_MODULE "SkypeForBusiness"
#define CS_FLAGS  (CMDLET_SHOULD_PROCESS | CMDLET_BARE_NAMES)

/* Rows many cmdlets have. */
#define CS_IDENTITY_GET                                                        \
	{ "Identity", "string", NULL, "Identity/0", 0, NULL, 0, 0,             \
	    "Which one; all of them if not said" }
#define CS_FILTER                                                              \
	{ "Filter", "string", NULL, "Filter", 0, NULL, 0, 0,                   \
	    "A wildcard on the identity" }
#define CS_LOCAL_STORE                                                         \
	{ "LocalStore", "switch", NULL, NULL, 0, NULL, 0, 0,                   \
	    "Reads the local replica in place of the central store" }
#define CS_FORCE                                                               \
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0,                        \
	    "Hides messages about errors that do not stop the command" }
/* Taken, checked, and without effect here. */
#define CS_KEPT(name, type)                                                    \
	{ name, type, NULL, NULL, 0, NULL, 0, 0,                               \
	    "Kept for the original's sake" }
#define CS_IN_MEMORY                                                           \
	{ "InMemory", "switch", NULL, NULL, 0, NULL, 0, 0,                     \
	    "Gives the object and does not save it; Set- -Instance does" }
#define CS_PASS_THRU                                                           \
	{ "PassThru", "switch", NULL, NULL, 0, NULL, 0, 0,                     \
	    "Emits the user afterwards" }
#define CS_DOMAIN_CONTROLLER                                                   \
	{ "DomainController", "string", NULL, NULL, 0, NULL, 0, 0,             \
	    "Kept for the original's sake" }
#define CS_USER_IDENTITY                                                       \
	{ "Identity", "object", NULL, "*/0mvp", 0, NULL, 0, 0,                 \
	    "SIP address, user principal name, logon, display name or "        \
	    "distinguished name" }
#define CS_INSTANCE                                                            \
	{ "Instance", "psobject", NULL, "Instance/v", 0, NULL, 0, 0,           \
	    "The whole object, as Get- gave it" }
#define CS_END                                                                 \
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL }

#endif
