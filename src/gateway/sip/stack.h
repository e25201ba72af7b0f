/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_STACK_H
#define GATEWAY_SIP_STACK_H

#include "core/fault.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg.h"
#include "gateway/sip/msg_write.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/tls.h"

/*
 * One SIP endpoint of a process: listeners, connections and the four
 * transaction machines of RFC 3261 section 17 (with 4320 and 6026). It adds
 * and removes Via, retransmits, matches, absorbs; it knows no dialogs
 * (dialog.h) and decides nothing.
 */
struct sip_stack;
struct sip_server; /* a request that came and is not finished */
struct sip_client; /* a request that went out and is not finished */

enum sip_transport {
	SIP_UDP,
	SIP_TCP,
	SIP_TLS,
};
const char *sip_transport_name(enum sip_transport t); /* "UDP" ... */
int sip_transport_find(struct sip_span name, enum sip_transport *tp);

/* The other end of a request that came. Copy it; tls is for the callback. */
struct sip_peer {
	enum sip_transport transport;
	struct addr remote, local;
	uint64_t flow; /* this connection's number, never used again; 0: UDP */
	/* Showed a certificate of our own CA with opts.trusted_role. */
	bool trusted;
	const struct tls_peer *tls; /* or NULL; only during the callback */
};

/* Where a request goes. */
struct sip_target {
	enum sip_transport transport;
	struct addr addr;
	/* Use this connection; if it is gone: dial addr, or fail when
	 * flow_only (a client behind NAT cannot be dialled; 430). */
	uint64_t flow;
	bool flow_only;
	/* TLS, dialled: the peer must be trusted with opts.trusted_role
	 * (internal), or its certificate must be for tls_name; neither: any
	 * peer whose chain the client context accepts. */
	bool internal;
	char tls_name[256];
};

/* From the URI's IP literal, port and transport; -1 for host names. */
int sip_target_from_uri(const struct sip_uri *u, struct sip_target *t);
/* The way back to where a request came from. */
void sip_target_from_peer(const struct sip_peer *p, struct sip_target *t);

struct sip_stack_ops {
	/*
	 * A new request. Whoever gets it owes exactly one final
	 * sip_server_respond (or _answer), now or later; t is good until
	 * then. m belongs to t. Not called for retransmissions, CANCEL,
	 * merged requests (482) and what cannot be read (400 ...).
	 */
	void (*on_request)(struct sip_server *t, const struct sip_msg *m,
	    const struct sip_peer *peer, void *arg);
	/* ACK to a 2xx. Not required. */
	void (*on_ack)(
	    const struct sip_msg *m, const struct sip_peer *peer, void *arg);
	/* CANCEL came for t, which was answered 200: send 487. Not required:
	 * the stack answers 487 itself then, and t is gone. */
	void (*on_cancel)(struct sip_server *t, void *arg);
	/* A connection that carried requests ended. Not required. */
	void (*on_flow_closed)(uint64_t flow, void *arg);
};

/* Zero means the default. Strings are copied. */
struct sip_caps;

struct sip_stack_opts {
	const char *product;  /* Server and User-Agent; NULL: none */
	const char *host;     /* sent-by and Contact; NULL: the local address */
	const char *trusted_role; /* NULL: nobody is trusted by certificate */
	unsigned max_transactions;  /* 65 536; beyond: 503 + Retry-After */
	unsigned max_connections;   /* 16 384 */
	unsigned max_connections_per_ip; /* 256; trusted peers do not count */
	int idle_ms;	/* streams: 900 000 (T-13) */
	int ping_ms;	/* keepalive on dialled streams: 60 000 (T-14) */
	bool udp_only_small; /* never move large UDP requests to TCP */
	/* Of requests under way, in bytes: 64 MiB; beyond: as too many. */
	size_t max_request_bytes;
	/* An INVITE that these do not allow is refused without state; NULL:
	 * the user decides. */
	const struct sip_caps *caps;
};

struct sip_stack *sip_stack_new(struct loop *l,
    const struct sip_stack_opts *opts, const struct sip_stack_ops *ops,
    void *arg);
/* Pending requests fail without a callback; open ones are dropped. */
void sip_stack_free(struct sip_stack *s);
struct loop *sip_stack_loop(const struct sip_stack *s);

/* tls: for SIP_TLS, a server context (a reference is taken). */
int sip_stack_listen(struct sip_stack *s, enum sip_transport transport,
    const struct addr *at, struct tls_ctx *tls, struct fault *f);
/* A bound (and for streams listening) descriptor; taken in any case. */
int sip_stack_listen_fd_take(struct sip_stack *s, enum sip_transport transport,
    int fd, struct tls_ctx *tls, struct fault *f);
/* Closes the listener of that address; connections it took go on. */
void sip_stack_unlisten(struct sip_stack *s, enum sip_transport transport,
    const struct addr *at);
/* For what is dialled with TLS, and new contexts after a renewal. */
void sip_stack_set_client_tls(struct sip_stack *s, struct tls_ctx *tls);
void sip_stack_set_server_tls(struct sip_stack *s, struct tls_ctx *tls);
/* The i-th listener: its bound address. NULL: no such. */
const struct addr *sip_stack_listener(const struct sip_stack *s, unsigned i,
    enum sip_transport *transportp);
/* "<sip:user@host:port;transport=tls>" by which peers reach us that way. */
void sip_stack_contact(const struct sip_stack *s, enum sip_transport transport,
    const char *user, struct buf *out);
/* The same by the very address a peer has reached us at (peer->local): it
 * works for peers that have no DNS for our name. */
void sip_stack_contact_at(const struct sip_stack *s,
    const struct sip_peer *peer, const char *user, struct buf *out);

/* This connection may be silent for so long before it is closed: one that a
 * registration hangs on outlives opts.idle_ms. Unknown flows are ignored. */
void sip_stack_flow_idle(struct sip_stack *s, uint64_t flow, int ms);

struct sip_stack_counts {
	unsigned connections, servers, clients;
	uint64_t requests_in, responses_in, requests_out, responses_out;
	uint64_t retransmissions, refused_overload, bad_messages, dropped;
};
void sip_stack_count(const struct sip_stack *s, struct sip_stack_counts *c);

/* -- answering ---------------------------------------------------------- */

const struct sip_msg *sip_server_request(const struct sip_server *t);
/* The same for keeping it beyond the answer: a reference of the caller's. */
struct sip_msg *sip_server_request_ref(const struct sip_server *t);
const struct sip_peer *sip_server_peer(const struct sip_server *t); /* no tls */
/* One To tag a transaction: the same in every answer. */
const char *sip_server_tag(const struct sip_server *t);

/* A response made from the request, with our To tag, to be filled. */
struct sip_msg *sip_server_response(
    struct sip_server *t, int status, const char *reason);
/*
 * Sends; takes the message. After a final one t is not the caller's any
 * more. 1xx other than 100 to a non-INVITE is not sent.
 */
void sip_server_respond_take(struct sip_server *t, struct sip_msg *response);
/* Response without further headers; reason NULL: the usual phrase. */
void sip_server_answer(struct sip_server *t, int status, const char *reason);
/* The user's own pointer, for whoever holds t over time. */
void sip_server_set_arg(struct sip_server *t, void *arg);
void *sip_server_arg(const struct sip_server *t);

/* -- asking ------------------------------------------------------------- */

enum sip_outcome {
	SIP_OUTCOME_RESPONSE, /* m is there */
	SIP_OUTCOME_TIMEOUT,  /* timer B or F */
	SIP_OUTCOME_FAILED,   /* transport: could not be sent */
};

/*
 * Called for each response and once at the end: a final response, a timeout
 * or a failure is the last call (for INVITE further 2xx may follow while the
 * transaction lives: forks). c is gone after it. For non-RESPONSE outcomes m
 * is a response made here (408 or 503) so that a relay can go on with it.
 */
typedef void sip_client_fn(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg);

/*
 * Sends m (complete but for Via and Content-Length; borrowed: a copy is
 * kept). Never fails at once: the callback tells, on a later turn.
 */
struct sip_client *sip_stack_request(struct sip_stack *s,
    const struct sip_msg *m, const struct sip_target *to, sip_client_fn *fn,
    void *arg);
/* The caller's interest ends; no callback comes. Accepts NULL. */
void sip_client_forget(struct sip_client *c);
/* INVITE: CANCEL as soon as allowed; the 487 comes to the callback. */
void sip_client_cancel(struct sip_client *c);
const struct sip_msg *sip_client_request(const struct sip_client *c);
/* The connection it went by (0: UDP or not yet). */
uint64_t sip_client_flow(const struct sip_client *c);

/* ACK to a 2xx: no transaction. */
int sip_stack_send_ack(
    struct sip_stack *s, const struct sip_msg *ack, const struct sip_target *to);

#endif
