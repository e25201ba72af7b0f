/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/fault.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/tls.h"

/*
 * One stream connection (TCP or unix), TLS on top when asked.
 *
 * Life: conn_dial or conn_from_fd, callbacks, then exactly one of: on_closed
 * is called (peer, network, deadline or TLS ended it), or the owner calls
 * conn_close or conn_abort. After either no callback comes any more and the
 * owner forgets the pointer; memory is freed on a later turn, so both may be
 * called from any callback. Calling conn_close inside on_closed is harmless.
 * No callback runs before the call that made the connection has returned.
 */
struct conn;

struct conn_ops {
	/* TCP is up (dialled connections only). Not required. */
	void (*on_connected)(struct conn *c, void *arg);
	/* The handshake is done; conn_tls_peer tells with whom. */
	void (*on_tls)(struct conn *c, void *arg);
	/*
	 * in holds everything read and not yet consumed: take what you can
	 * use with buf_consume and leave the rest. Called again when more
	 * has come. in full (read_max) and nothing consumed closes the
	 * connection with FAULT_LIMIT.
	 */
	void (*on_read)(struct conn *c, struct buf *in, void *arg);
	/* Output fell below half of high_water after conn_write said full. */
	void (*on_drain)(struct conn *c, void *arg);
	/*
	 * The end. FAULT_CLOSED: the peer closed (TLS: with close_notify or
	 * not, conn_closed_cleanly tells); FAULT_TIMEOUT: a deadline;
	 * FAULT_SECURITY: TLS refused, the text says why (alert, reason);
	 * FAULT_UNAVAILABLE: connecting failed; others by errno.
	 */
	void (*on_closed)(
	    struct conn *c, const struct fault *why, void *arg);
};

/* Zero means the default. */
struct conn_opts {
	int connect_ms;   /* 10 000 */
	int handshake_ms; /* 15 000 */
	int idle_ms;      /* nothing read for so long; default none */
	int linger_ms;    /* conn_close flushes at most so long: 5 000 */
	size_t read_max;  /* bytes kept unread: 64 KiB */
	size_t high_water; /* bytes unwritten: 1 MiB */
	size_t write_max; /* beyond it the connection dies: 8 MiB */
	int user_timeout_ms; /* TCP_USER_TIMEOUT: 60 000 */
	const struct addr *source; /* bind here first; only read by the call */
};

/*
 * Starts connecting. Success means on_connected or on_closed will come.
 * Fails at once only for what is wrong here (no descriptors, bad address).
 */
struct conn *conn_dial(struct loop *l, const struct addr *to,
    const struct conn_opts *o, const struct conn_ops *ops, void *arg,
    struct fault *f);

/* Takes over a connected descriptor (always: closed on failure too). */
struct conn *conn_from_fd_take(struct loop *l, int fd,
    const struct conn_opts *o, const struct conn_ops *ops, void *arg,
    struct fault *f);

/* New owner: other callbacks from now on. */
void conn_set_ops(struct conn *c, const struct conn_ops *ops, void *arg);

/*
 * Puts TLS on top, right after connecting (direct TLS) or later (STARTTLS).
 * What was written before goes out in clear first; what was received in
 * clear and not consumed, and what comes in clear after, is thrown away or
 * fails the handshake, never delivered (T-04). The handshake deadline runs.
 * Writes made before on_tls wait for the handshake.
 *
 * Client: name is the server name indication (NULL or an address: none);
 * identity overrides the context's default (NULL: that).
 * Server: name chooses the identity when the peer sends no SNI.
 */
int conn_tls_connect(struct conn *c, struct tls_ctx *ctx, const char *name,
    struct tls_identity *identity, struct fault *f);
int conn_tls_accept(
    struct conn *c, struct tls_ctx *ctx, const char *name, struct fault *f);

bool conn_is_tls(const struct conn *c); /* after on_tls */
const struct tls_peer *conn_tls_peer(const struct conn *c); /* NULL before */

/*
 * Queues and sends as soon as possible. Returns whether the sum of unwritten
 * bytes is still below high_water; if not, on_drain will be called (the
 * bytes are queued all the same). Over write_max the connection ends with
 * FAULT_LIMIT.
 */
bool conn_write(struct conn *c, const void *data, size_t len);
bool conn_write_str(struct conn *c, const char *s);
size_t conn_pending(const struct conn *c);

/* Back pressure: nothing is read (nor any idle deadline kept) until resumed.
 * Resuming delivers what is in the buffer on the next turn. */
void conn_pause(struct conn *c);
void conn_resume(struct conn *c);
bool conn_is_paused(const struct conn *c);

/* 0 switches it off; counts from the last byte read (or this call). */
void conn_set_idle(struct conn *c, int ms);
void conn_set_read_max(struct conn *c, size_t max);
void conn_set_nodelay(struct conn *c, bool on); /* on from the start */

/* Flushes (linger_ms at most), close_notify, FIN; then it is gone. */
void conn_close(struct conn *c);
/* Now; unsent bytes are lost. */
void conn_abort(struct conn *c);

/* Ends: never fail; len 0 for a unix socket's or where unknown. */
const struct addr *conn_local(const struct conn *c);
const struct addr *conn_remote(const struct conn *c);
/* Counts on the wire side of us (before encryption). */
uint64_t conn_bytes_in(const struct conn *c);
uint64_t conn_bytes_out(const struct conn *c);
/* Inside on_closed: TLS peer said close_notify, TCP peer FIN. */
bool conn_closed_cleanly(const struct conn *c);
struct loop *conn_loop(const struct conn *c);
void *conn_arg(const struct conn *c);

/*
 * A listening socket. on_accept gets a descriptor that is its own (non-
 * blocking, close-on-exec): conn_from_fd_take it or close it. When the
 * process has no descriptors left the listener rests for a second.
 */
struct listener;

struct listener_ops {
	void (*on_accept)(struct listener *ls, int fd, const struct addr *peer,
	    void *arg);
};

struct listener *listener_open(struct loop *l, const struct addr *at,
    const struct listener_ops *ops, void *arg, struct fault *f);
/* A descriptor that listens already (inherited). Taken in any case. */
struct listener *listener_from_fd_take(struct loop *l, int fd,
    const struct listener_ops *ops, void *arg, struct fault *f);
void listener_pause(struct listener *ls);
void listener_resume(struct listener *ls);
const struct addr *listener_addr(const struct listener *ls);
void listener_close(struct listener *ls); /* any time, callbacks included */

/* Who has a port; pid 0: this user may not see it. */
struct net_holder {
	pid_t pid;
	char name[32];
};

/* Looks through /proc; false: nobody is seen there. */
bool net_find_holder(
    const struct addr *at, bool stream, struct net_holder *h);

/*
 * Only the socket, for whoever hands it on: TCP (stream) or UDP, bound,
 * listening when TCP, v6-only for v6. Returns the descriptor or -1.
 */
int net_bind(const struct addr *at, bool stream, struct fault *f);

#endif
