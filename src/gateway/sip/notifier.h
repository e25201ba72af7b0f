/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_NOTIFIER_H
#define GATEWAY_SIP_NOTIFIER_H

#include "gateway/sip/dialog.h"

/*
 * The notifier's side of RFC 6665: dialogs made by SUBSCRIBE, their expiry,
 * the NOTIFYs. Which state to tell and who may see it is the owner's; the
 * rules of the wire (E-02..E-06) are kept here: a NOTIFY at once after every
 * 2xx, Subscription-State with expires, one NOTIFY outstanding a dialog,
 * coalescing, answers that end the dialog.
 */
struct sip_notifiers; /* all of an endpoint */
struct sip_notifier;  /* one subscription */

enum sip_sub_state {
	SIP_SUB_PENDING,
	SIP_SUB_ACTIVE,
	SIP_SUB_TERMINATED,
};

struct sip_notifiers_ops {
	/*
	 * A SUBSCRIBE outside dialogs that passed the general checks (event
	 * known, Accept, Expires). Decide with sip_notifier_accept or by
	 * answering t with an error. expires 0: a fetch.
	 */
	void (*on_subscribe)(struct sip_server *t, const struct sip_msg *m,
	    const struct sip_peer *peer, uint32_t expires, void *arg);
	/* In-dialog refresh was answered: tell the whole state now. */
	void (*on_refresh)(struct sip_notifier *n, void *arg);
	/*
	 * It ends: by the peer's Expires 0 or by expiry (reason "timeout": a
	 * last sip_notifier_notify may be made from here to give the body of
	 * the final NOTIFY), or failed (reason NULL: the peer is gone). n is
	 * freed after the call.
	 */
	void (*on_end)(struct sip_notifier *n, const char *reason, void *arg);
};

struct sip_notifiers_opts {
	const char *const *events;	/* packages served, ends with NULL */
	const char *const *accept;	/* body types, ends with NULL */
	const char *contact_user;	/* our Contact's user part */
	uint32_t expires_min, expires_max, expires_default; /* 60 7200 3600 */
	int pace_ms; /* least time between NOTIFYs of a dialog: 5000 (E-06) */
	unsigned max; /* subscriptions: 100 000; beyond: 503 */
	/* NOTIFYs to a trusted peer's subscriptions go here instead of back
	 * on the connection the SUBSCRIBE came by; addr.len 0: not so. */
	struct sip_target next_hop;
};

struct sip_notifiers *sip_notifiers_new(struct sip_stack *s,
    const struct sip_notifiers_opts *opts, const struct sip_notifiers_ops *ops,
    void *arg);
void sip_notifiers_free(struct sip_notifiers *all); /* no NOTIFYs, no calls */
/* For subscriptions made or refreshed from now on. */
void sip_notifiers_set_next_hop(
    struct sip_notifiers *all, const struct sip_target *next_hop);

/*
 * Hand every SUBSCRIBE here. Answers it (489, 406, 423, 481, 500 ...) or
 * calls the owner.
 */
void sip_notifiers_subscribe(
    struct sip_notifiers *all, struct sip_server *t);

/*
 * Makes the dialog: 2xx (200) with Expires and Contact, then the first NOTIFY
 * with this state and body. ctx is the owner's pointer. NULL: it was a fetch
 * (or could not be made) and all is done.
 */
struct sip_notifier *sip_notifier_accept(struct sip_notifiers *all,
    struct sip_server *t, enum sip_sub_state state, const char *content_type,
    const void *body, size_t len, void *ctx);

/*
 * Tells a new state; the body replaces one that still waits (coalescing).
 * urgent: not paced (first, final, open/closed edges: [P9]). content_type
 * NULL: no body. TERMINATED (reason "rejected", "noresource",
 * "deactivated" ...) ends the subscription; n is not to be used after.
 */
void sip_notifier_notify(struct sip_notifier *n, enum sip_sub_state state,
    const char *reason, const char *content_type, const void *body, size_t len,
    bool urgent);

/* Where its NOTIFYs go from now on, where that is not the connection the
 * SUBSCRIBE came by: a fixed next hop outlives connections and restarts. */
void sip_notifier_set_target(
    struct sip_notifier *n, const struct sip_target *target);

void *sip_notifier_ctx(const struct sip_notifier *n);
enum sip_sub_state sip_notifier_state(const struct sip_notifier *n);
const struct sip_dialog *sip_notifier_dialog(const struct sip_notifier *n);
const char *sip_notifier_event(const struct sip_notifier *n); /* package */
uint32_t sip_notifier_left(const struct sip_notifier *n);     /* seconds */
unsigned sip_notifiers_count(const struct sip_notifiers *all);

/*
 * For a restart: the subscription as text (one line, no line ends) and back.
 * Restored ones send a NOTIFY when the owner says so.
 */
void sip_notifier_save(const struct sip_notifier *n, struct buf *out);
struct sip_notifier *sip_notifier_restore(
    struct sip_notifiers *all, const char *text, void *ctx);

#endif
