/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_COUNTERS_H
#define GATEWAY_COUNTERS_H

#include <stdint.h>

/* COUNTER(enum, name an admin sees): totals since the service started. */
#define GATEWAY_COUNTERS(COUNTER)                                              \
	COUNTER(MESSAGES_FROM_XMPP, "Messages received from XMPP")             \
	COUNTER(MESSAGES_TO_SIP, "Messages accepted by SIP")                   \
	COUNTER(MESSAGES_FROM_SIP, "Messages received from SIP")               \
	COUNTER(MESSAGES_TO_XMPP, "Messages accepted by XMPP")                 \
	COUNTER(BOUNCED_TO_XMPP, "Messages returned to XMPP")                  \
	COUNTER(BOUNCED_TO_SIP, "Messages refused to SIP")                     \
	COUNTER(LATE_FAILURES, "Failures reported after acceptance")           \
	COUNTER(DUPLICATES, "Repeated messages dropped")                       \
	COUNTER(PRESENCE_FROM_XMPP, "Presence stanzas received")               \
	COUNTER(PRESENCE_TO_XMPP, "Presence stanzas sent")                     \
	COUNTER(NOTIFIES_TO_SIP, "Presence documents sent to SIP")             \
	COUNTER(SUBSCRIBES_TO_SIP, "Subscriptions begun at SIP")               \
	COUNTER(SUBSCRIBES_FROM_SIP, "Subscriptions begun by SIP")             \
	COUNTER(IQ_FROM_XMPP, "IQ requests received")                          \
	COUNTER(REFUSED_FEDERATION, "Refused: AllowFederatedUsers")            \
	COUNTER(REFUSED_PARTNER, "Refused: allowed partners")                  \
	COUNTER(REFUSED_USER, "Refused: unknown user")                         \
	COUNTER(REFUSED_POLICY, "Refused: external access policy")             \
	COUNTER(REFUSED_TYPE, "Refused: partner type")                         \
	COUNTER(REFUSED_RATE, "Refused: too often")

enum counter {
#define COUNTER(name, text) COUNTER_##name,
	GATEWAY_COUNTERS(COUNTER)
#undef COUNTER
	    COUNTERS
};

struct counters {
	uint64_t n[COUNTERS];
};

const char *counter_name(enum counter c);

static inline void
counter_add(struct counters *c, enum counter which)
{
	c->n[which]++;
}

#endif
