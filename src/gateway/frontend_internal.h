/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_FRONTEND_INTERNAL_H
#define GATEWAY_FRONTEND_INTERNAL_H

#include <sys/queue.h>

#include "gateway/digest.h"
#include "gateway/frontend.h"
#include "gateway/presence_agent.h"
#include "gateway/registrar.h"
#include "gateway/sip/uas.h"
#include "live/live.h"

struct frontend {
	struct loop *loop;
	struct sip_stack *stack;
	struct settings *settings;
	struct digest *digest;
	struct registrar *registrar;
	struct presence_agent *presence;
	struct live *journal;
	struct loop_timer *tick;
	void (*on_translator)(bool reachable, void *arg);
	void (*on_journal)(const struct fault *failed, void *arg);
	void *arg;
	bool translator_lost;
	char *host;
	struct sip_target translator;
	bool translator_fixed;
	struct tls_ctx *server_tls, *client_tls;
	TAILQ_HEAD(, relay) relays;
	unsigned n_relays;
	bool draining;
	void (*drained)(void *arg); /* NULL: told already */
	void *drained_arg;
	uint64_t messages, messages_failed, unauthorized;
	uint64_t overload_told;
};

/* Who sent a request: a local user, or the translator for somebody. */
struct caller {
	bool trusted;
	char *aor; /* of From */
};

/* frontend_request.c */
void frontend_on_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg);
extern const struct sip_caps frontend_caps;
/* An enabled local user of this AOR. */
bool frontend_user(
    const struct frontend *fe, const char *aor, struct usertable_user *u);
/* Is it one of our SIP domains? */
bool frontend_hosts(const struct frontend *fe, struct sip_span host);
/* Is it this endpoint itself: a name or address of ours? */
bool frontend_is_us(const struct frontend *fe, const struct sip_uri *u,
    const struct sip_peer *peer);
char *frontend_aor(const struct sip_uri *u); /* NULL: has none */

/* frontend_route.c */
void frontend_route_message(struct frontend *fe, struct sip_server *t,
    const struct sip_uri *uri, const char *aor);
void frontend_route_outside(struct frontend *fe, struct sip_server *t);
void frontend_route_notify(struct frontend *fe, struct sip_server *t);

/* relay.c */
struct relay_branch {
	struct sip_target target;
	const char *contact; /* Request-URI; NULL: as it is */
};
/*
 * Sends m (borrowed) to every branch and answers t with the best that comes
 * back. aor (may be NULL): whose bindings they are; dead ones are dropped.
 * outside: towards the translator.
 */
void relay_start(struct frontend *fe, struct sip_server *t,
    const struct sip_msg *m, const char *aor, bool outside,
    const struct relay_branch *branches, unsigned n);
void relay_free_all(struct frontend *fe);
/* frontend.c: an answer came from the translator, or none could. */
void frontend_translator_seen(struct frontend *fe, bool reachable);

#endif
