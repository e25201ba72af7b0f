/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_CONN_INTERNAL_H
#define NET_CONN_INTERNAL_H

#include "net/conn.h"
#include "net/loop_internal.h"
#include "net/tls_internal.h"

enum conn_state {
	CONN_CONNECTING,
	CONN_TLS_FLUSH, /* clear bytes go out before the handshake */
	CONN_HANDSHAKE,
	CONN_OPEN,
	CONN_FLUSHING,  /* conn_close was called: output first */
	CONN_LINGERING, /* FIN sent, waiting for the peer's */
	CONN_DEAD,
};

struct conn {
	struct loop_orphan orphan; /* while it flushes; first member */
	struct loop *loop;
	int fd;
	enum conn_state state;
	const struct conn_ops *ops;
	void *arg;
	struct loop_watch *watch;
	struct loop_timer *deadline; /* connecting, handshake, lingering */
	struct loop_timer *idle;
	int64_t last_read;

	int handshake_ms, idle_ms, linger_ms;
	size_t read_max, high_water, write_max;

	struct buf in, out;
	size_t out_done;  /* sent bytes at the front of out */
	size_t out_clear; /* CONN_TLS_FLUSH: so many still go in clear */
	struct tls_session *tls;
	bool tls_is_up;
	bool tls_accepts;
	bool read_wants_write, write_wants_read;

	bool paused;
	bool want_drain;
	bool cleanly;
	bool work_deferred; /* conn_work is on its way */
	bool deliver_again; /* resumed, or decrypted bytes are left */
	bool failed;        /* why is filled; conn_work reports it */
	struct fault why;

	struct addr local, remote;
	uint64_t bytes_in, bytes_out;
};

/* Bytes moved, or one of these. */
enum {
	IO_AGAIN = -1,
	IO_EOF = -2,
	IO_ERROR = -3, /* the fault is filled */
};

/* conn_io.c: one read or write on the wire, through TLS when it is up. */
long conn_io_read(struct conn *c, void *p, size_t n, struct fault *f);
long conn_io_write(struct conn *c, const void *p, size_t n, struct fault *f);
/* 1: done, IO_AGAIN: waits, IO_ERROR. */
int conn_io_handshake(struct conn *c, struct fault *f);
bool conn_io_has_decrypted(const struct conn *c);
/* The events to wait for, by state. */
int conn_io_mask(const struct conn *c);
int conn_io_socket(
    const struct addr *to, const struct addr *source, struct fault *f);
void conn_io_set_options(int fd, int family, int user_timeout_ms);

#endif
