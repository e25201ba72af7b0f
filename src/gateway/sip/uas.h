/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_UAS_H
#define GATEWAY_SIP_UAS_H

#include "gateway/sip/msg.h"

/* What an endpoint understands (RFC 3261 section 8.2, U-01). */
struct sip_caps {
	unsigned methods;	   /* bits SIP_CAP(SIP_MESSAGE) ... */
	const char *const *supported; /* option tags, ends with NULL; or NULL */
	/* Bodies taken, "text/plain" or "multipart/" for all of a kind; ends
	 * with NULL. NULL: whatever comes. */
	const char *const *content_types;
	const char *const *events; /* for Allow-Events; or NULL */
};
#define SIP_CAP(method) (1u << (method))

/*
 * The status to refuse a request with, 0 when nothing speaks against it:
 * method 405 or 501, Require 420, body 415, Accept 406. The request has no
 * defect.
 */
int sip_uas_check(const struct sip_msg *m, const struct sip_caps *caps);

/*
 * Adds what such an answer (or a 200 to OPTIONS) has to say: Allow, Accept,
 * Supported, Unsupported, Accept-Encoding, Allow-Events.
 */
void sip_uas_dress(struct sip_msg *response, const struct sip_msg *request,
    const struct sip_caps *caps);

/* Does the body's type fit one of these? No Content-Type fits. */
bool sip_uas_takes(const struct sip_msg *m, const char *const *types);

#endif
