/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_TLS_INTERNAL_H
#define NET_TLS_INTERNAL_H

#include <openssl/ssl.h>

#include "net/tls.h"

/* One connection's TLS: made on a descriptor, driven by conn.c. */
struct tls_session {
	SSL *ssl;
	struct tls_ctx *ctx;
	char *name; /* SNI to send, or the identity to choose without SNI */
	struct tls_peer *peer; /* once the handshake is done */
	const char *local_error; /* why our side refused, if it did */
};

struct tls_session *tls_session_new(struct tls_ctx *ctx, bool server, int fd,
    const char *name, struct tls_identity *identity, struct fault *f);
void tls_session_free(struct tls_session *s);
/* After the handshake: fills s->peer. */
void tls_session_done(struct tls_session *s);
/* What went wrong in the last SSL_ call, as a fault. Returns -1. */
int tls_session_fault(
    struct tls_session *s, const char *doing, struct fault *f);

#endif
