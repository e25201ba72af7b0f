/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_IQ_H
#define GATEWAY_XMPP_IQ_H

#include <stdint.h>

#include "xml/xml.h"

/* What the answers say about us. Strings are borrowed. */
struct iq_facts {
	const char *name;    /* "fedsh" */
	const char *version; /* NULL: jabber:iq:version is not answered */
	int64_t uptime_s;
	int64_t wall_ms; /* since 1970 */
};

/*
 * The answer one of our domains owes to an IQ (reference section 15): disco,
 * ping, version, time, last activity; service-unavailable for what it does not
 * know. A pure function. NULL: nothing is answered (results and errors).
 */
struct xml *iq_answer(const struct xml *iq, const struct iq_facts *facts);

#endif
