/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_DIGEST_H
#define GATEWAY_DIGEST_H

#include "core/usertable.h"
#include "gateway/sip/msg.h"
#include "net/addr.h"
#include "net/loop.h"

/*
 * Digest authentication of SIP clients (RFC 3261 section 22, 7616, 8760):
 * challenges best first, nonces this process has made, replay by count,
 * failures throttled. Passwords never come here, only HA1.
 */
struct digest;

enum digest_verdict {
	DIGEST_OK,        /* *u is who it is */
	DIGEST_CHALLENGE, /* no credentials for us, or wrong ones: 401 */
	DIGEST_STALE,     /* right, but the nonce is old: 401 with stale */
	DIGEST_BANNED,    /* too many failures: 403 */
};

struct digest *digest_new(struct loop *l);
void digest_free(struct digest *d);
/* One realm a deployment. */
void digest_set_realm(struct digest *d, const char *realm);

/*
 * Who sent this request. users may be NULL (nobody). The strings of *u live
 * as long as the table.
 */
enum digest_verdict digest_check(struct digest *d, const struct sip_msg *m,
    const struct usertable *users, const struct addr *from,
    struct usertable_user *u);

/*
 * Adds WWW-Authenticate to the answer to m for each algorithm, the better one
 * first. A client that stumbles over what it does not know is offered
 * MD5 alone: one of a known kind at once, any other when it comes again with
 * the same Call-ID and still without credentials.
 */
void digest_challenge(struct digest *d, const struct sip_msg *m,
    const struct addr *from, struct sip_msg *response, bool stale);

#endif
