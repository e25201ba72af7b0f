/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_DIALBACK_H
#define GATEWAY_XMPP_DIALBACK_H

#include <stdbool.h>

#define DIALBACK_KEY_SIZE 65

/*
 * XEP-0185: HMAC-SHA256 keyed with the hexadecimal SHA-256 of the secret over
 * "receiving originating stream-id". Domains are A-labels or as they stand on
 * the wire; both sides of one process have to use the same form.
 */
void dialback_key(const char *secret, const char *receiving,
    const char *originating, const char *id, char out[DIALBACK_KEY_SIZE]);

/* In constant time; white space around the key is ignored [D-06, D-18]. */
bool dialback_key_is(const char *key, const char *secret,
    const char *receiving, const char *originating, const char *id);

#endif
