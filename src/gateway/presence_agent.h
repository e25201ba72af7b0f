/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_PRESENCE_AGENT_H
#define GATEWAY_PRESENCE_AGENT_H

#include "gateway/sip/stack.h"
#include "live/live.h"

/*
 * The presence of local users: what their devices publish (RFC 3903) and
 * that they are registered, composed to one document (E-08), told to whoever
 * may watch, local or through the translator. Keys are AORs as sip_uri_aor
 * writes them.
 */
struct presence_agent;

struct presence_agent_ops {
	/*
	 * May the sender of this SUBSCRIBE watch aor? 0, or the status to
	 * refuse with (403, 404). m NULL: a subscription that runs, watcher
	 * is its AOR; asked again when policies change (A5).
	 */
	int (*may_watch)(
	    const char *aor, const char *watcher, bool trusted, void *arg);
};

/* journal may be NULL; it stays the owner's. */
struct presence_agent *presence_agent_new(struct sip_stack *s,
    struct live *journal, const struct presence_agent_ops *ops, void *arg);
void presence_agent_free(struct presence_agent *pa);
/* Publications and subscriptions from the journal, once at start. */
void presence_agent_restore(struct presence_agent *pa);
/* Where the translator listens: its watchers' NOTIFYs go there. */
void presence_agent_set_next_hop(
    struct presence_agent *pa, const struct sip_target *t);

/* Answers a PUBLISH whose sender is aor. */
void presence_agent_publish(
    struct presence_agent *pa, struct sip_server *t, const char *aor);
/* Answers a SUBSCRIBE to a local user, in dialogs too. */
void presence_agent_subscribe(struct presence_agent *pa, struct sip_server *t);
/* The registrar says how many contacts an AOR has. */
void presence_agent_registered(
    struct presence_agent *pa, const char *aor, unsigned bindings);
/* Policies or users changed: ends what may no longer be. */
void presence_agent_recheck(struct presence_agent *pa);
/* The user is gone: watchers hear noresource. */
void presence_agent_forget(struct presence_agent *pa, const char *aor);

/* What watchers of aor see now: a whole PIDF document. */
void presence_agent_document(
    struct presence_agent *pa, const char *aor, struct buf *out);
unsigned presence_agent_watchers(const struct presence_agent *pa);
unsigned presence_agent_publications(const struct presence_agent *pa);

#endif
