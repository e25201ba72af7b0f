/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_NOTIFIER_INTERNAL_H
#define GATEWAY_SIP_NOTIFIER_INTERNAL_H

#include "core/buf.h"
#include "core/chain.h"
#include "gateway/sip/notifier.h"

struct sip_notifiers {
	struct sip_stack *stack;
	struct sip_notifiers_opts opts;
	struct sip_notifiers_ops ops;
	void *arg;
	struct chain table; /* by Call-ID and our tag */
};

struct sip_notifier {
	struct chain_link link;
	struct sip_notifiers *all;
	struct sip_dialog *dialog;
	char *event, *event_id;
	char *contact; /* ours */
	enum sip_sub_state state;
	char *reason;
	char *content_type; /* of the last body; NULL: none */
	struct buf body;
	int64_t expires_at;
	struct loop_timer *expiry, *pace;
	int64_t last_sent;
	struct sip_client *client; /* the NOTIFY on its way */
	bool wanted;               /* another one waits */
	bool urgent;               /* and it is not paced */
	bool ownerless;            /* the owner has let go */
	bool final_sent;           /* terminated is on its way */
	void *ctx;
};

struct sip_notifier *sip_notifier_make(struct sip_notifiers *all,
    struct sip_dialog *dialog, const char *event, const char *event_id,
    const char *contact, void *ctx);
void sip_notifier_expires_set(struct sip_notifier *n, uint32_t seconds);

#endif
