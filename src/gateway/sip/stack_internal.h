/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_STACK_INTERNAL_H
#define GATEWAY_SIP_STACK_INTERNAL_H

#include <sys/queue.h>

#include "core/buf.h"
#include "core/chain.h"
#include "gateway/sip/stack.h"
#include "net/conn.h"
#include "net/udp.h"

/* RFC 3261 section 17.1.1.1, in milliseconds. */
#define SIP_T1   500
#define SIP_T2   4000
#define SIP_T4   5000
#define SIP_64T1 (64 * SIP_T1)
/* RFC 4320: when a client's Timer E would reach T2. */
#define SIP_LATE_TRYING 3500

struct sip_listener {
	TAILQ_ENTRY(sip_listener) entry;
	struct sip_stack *stack;
	enum sip_transport transport;
	struct listener *stream;
	struct udp *udp;
	struct addr addr;
};

/* One stream connection. Lives until its conn is closed. */
struct sip_flow {
	TAILQ_ENTRY(sip_flow) entry;
	struct chain_link by_id;
	struct chain_link by_target; /* dialled ones */
	struct chain_link by_peer;   /* accepted ones, for the cap */
	struct sip_stack *stack;
	uint64_t id;
	struct conn *conn;
	struct sip_framer framer;
	struct sip_target target; /* what was dialled */
	enum sip_transport transport;
	struct addr remote, local;
	bool dialled, up, trusted, closed;
	bool pong_seen; /* this peer answers pings */
	bool spoke;	/* a whole message has come */
	struct loop_timer *ping;
	bool ping_open;                   /* sent and not answered */
	struct buf waiting;               /* written before it was up */
	TAILQ_HEAD(, sip_client) clients; /* those that wait for an answer */
};

enum client_state {
	CLIENT_CALLING, /* Trying for other methods */
	CLIENT_PROCEEDING,
	CLIENT_COMPLETED,
	CLIENT_ACCEPTED,
};

struct sip_client {
	struct chain_link by_branch;
	TAILQ_ENTRY(sip_client) by_flow;
	struct sip_flow *flow; /* or NULL */
	struct sip_stack *stack;
	struct sip_msg *request;
	struct buf wire;
	struct sip_target target;
	char branch[SIP_BRANCH_SIZE];
	enum client_state state;
	bool invite, reliable, cancel_wanted, cancel_sent;
	int fail_status; /* what the timer reports: 0, 408, 430, 503 */
	struct loop_timer *timer;
	int64_t interval, resend_at, end_at;
	sip_client_fn *fn;
	void *arg;
};

enum server_state {
	SERVER_TRYING,
	SERVER_PROCEEDING,
	SERVER_COMPLETED,
	SERVER_CONFIRMED,
	SERVER_ACCEPTED,
};

struct sip_server {
	struct chain_link by_key; /* branch, sent-by, method */
	struct chain_link
	    by_call; /* Call-ID, CSeq, From tag: merged requests */
	struct sip_stack *stack;
	struct sip_msg *request;
	struct sip_peer peer;
	struct sip_listener *listener; /* UDP: answers leave from here */
	char tag[SIP_TAG_SIZE];
	char *key;
	size_t key_len;
	struct buf wire; /* last answer */
	enum server_state state;
	bool invite, reliable;
	bool user_done; /* the final answer was given, or nobody waits */
	bool expired;   /* too late: answers are dropped */
	bool acked;
	int status;   /* of the last answer */
	size_t bytes; /* what the request takes */
	struct loop_timer *timer;
	int64_t interval, resend_at, end_at;
	void *arg;
};

/* LIMIT: refusals by UDP to one source (reflection): a second, at once. */
#define SIP_REFUSALS_A_SECOND 100
#define SIP_REFUSALS_BURST    500
#define SIP_BUDGETS	      1024

struct sip_budget {
	uint64_t key;
	int64_t at; /* when it was last looked at */
	int64_t left; /* thousandths */
};

struct sip_stack {
	struct loop *loop;
	struct sip_stack_ops ops;
	void *arg;
	struct sip_stack_opts opts;
	char *product, *host, *trusted_role;
	struct tls_ctx *client_tls, *server_tls;
	TAILQ_HEAD(, sip_listener) listeners;
	TAILQ_HEAD(, sip_flow) flows;
	struct chain flows_by_id, flows_by_target, flows_by_peer;
	struct chain servers, calls, clients;
	uint64_t last_flow;
	struct sip_stack_counts counts;
	size_t request_bytes;
	struct sip_budget budgets[SIP_BUDGETS];
	bool closing;
};

/* transport.c */
int sip_listener_open(struct sip_stack *s, enum sip_transport transport,
    const struct addr *at, int fd, struct fault *f);
void sip_listener_close(struct sip_listener *l);
void sip_flow_close(struct sip_flow *fl);
struct sip_flow *sip_flow_find(const struct sip_stack *s, uint64_t id);
/* An open or new connection to the target; NULL: *statusp says why. */
struct sip_flow *sip_flow_get(
    struct sip_stack *s, const struct sip_target *t, int *statusp);
void sip_flow_write(struct sip_flow *fl, const void *p, size_t n);
struct sip_listener *sip_listener_for(
    const struct sip_stack *s, enum sip_transport transport, int family);

/* stack.c: a message came. */
void sip_stack_input(struct sip_stack *s, const char *p, size_t n,
    enum sip_carrier carrier, const struct sip_peer *peer,
    struct sip_listener *listener);
/* "host:port" others reach us by. */
void sip_stack_sent_by(const struct sip_stack *s, enum sip_transport transport,
    const struct addr *local, struct buf *out);

/* via.c */
void sip_via_note_source(struct sip_msg *m, const struct addr *source);
/* Where the answer goes: to the source, or what Via says. */
void sip_via_return(
    const struct sip_msg *m, const struct sip_peer *peer, struct addr *to);
/* The key of a server transaction; ACK and CANCEL find their INVITE. */
void sip_server_key(
    const struct sip_msg *m, enum sip_method method, struct buf *out);
void sip_call_key(const struct sip_msg *m, struct buf *out);

/* server.c */
void sip_servers_request(struct sip_stack *s, struct sip_msg *m,
    const struct sip_peer *peer, struct sip_listener *listener);
void sip_server_free(struct sip_server *t);
/* Answers without a transaction. */
void sip_stateless_answer(struct sip_stack *s, const struct sip_msg *m,
    int status, const char *reason, const struct sip_peer *peer,
    struct sip_listener *listener);

/* client.c */
void sip_clients_response(struct sip_stack *s, struct sip_msg *m);

void sip_clients_flow_lost(struct sip_flow *fl, int status);
void sip_client_free(struct sip_client *c);

#endif
