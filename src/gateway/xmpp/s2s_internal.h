/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_S2S_INTERNAL_H
#define GATEWAY_XMPP_S2S_INTERNAL_H

#include <sys/queue.h>

#include "gateway/xmpp/dial.h"
#include "gateway/xmpp/s2s.h"
#include "net/conn.h"

#define BUCKETS 256
/* LIMIT: pairs of domains, addresses remembered, keys being verified. */
#define SESSIONS_MAX	4096
#define ADDRESSES_MAX	4096
#define VERIFY_JOBS_MAX 256
#define VERIFY_DIALS_MAX 64 /* G-08 */

/* A stanza on its way out. */
struct item {
	TAILQ_ENTRY(item) entry;
	struct xml *x;
	size_t size;
	int64_t deadline;
	bool resent; /* went once over a stream that broke [M-04] */
	s2s_fn fn;
	void *arg;
	/* When it is over. */
	enum stanza_condition condition;
	char text[160];
};
TAILQ_HEAD(items, item);

/* A key of an inbound stream, to be verified with the sender's server. */
struct job {
	TAILQ_ENTRY(job) entry;
	uint64_t stream; /* the inbound one, by number [D-05] */
	char *id, *key;
	bool asked;
	int64_t deadline;
};
TAILQ_HEAD(jobs, job);

/* One connection with its stream. */
struct peer {
	LIST_ENTRY(peer) all, bucket;
	struct s2s *m;
	uint64_t number;
	struct conn *c;
	struct stream *st;
	struct session *session; /* out; NULL: nobody's any more */
	const char *address;     /* text, below */
	char address_text[ADDR_TEXT_SIZE];
	uint64_t key;            /* of the address, inbound */
	bool opened;             /* was authorised */
	char *partner;           /* first authorised remote domain */
	int64_t since;
};
LIST_HEAD(peers, peer);

/* What goes from one of our domains to one remote domain. */
struct session {
	LIST_ENTRY(session) all, bucket;
	struct s2s *m;
	char *local, *remote;
	struct items queue, sent;
	size_t n_queue, n_sent, bytes;
	struct jobs jobs;
	struct dial *dial;
	struct peer *out;
	bool verify_only; /* the dial counts for G-08 */
	unsigned int failures;
	struct loop_timer *t_retry, *t_age, *t_spare;
	int64_t last_attempt; /* -1 never */
	char last_result[256];
	char address[ADDR_TEXT_SIZE];
};
LIST_HEAD(sessions, session);

struct address {
	LIST_ENTRY(address) bucket;
	uint64_t key;
	unsigned int open, attempts;
	int64_t window; /* start of the minute attempts are counted in */
};
LIST_HEAD(addresses, address);

struct s2s {
	struct loop *loop;
	struct resolver *resolver;
	bool own_resolver;
	char *resolver_dns;
	const struct s2s_ops *ops;
	void *arg;
	struct s2s_config *config;
	struct tls_ctx *server_ctx, *client_ctx;
	char *secret;
	struct listener **listeners; /* of the configuration */
	size_t n_listeners;
	struct listener **inherited;
	size_t n_inherited;
	uint64_t next_number;
	struct peers peers;
	struct peers peer_buckets[BUCKETS];
	struct sessions sessions;
	struct sessions session_buckets[BUCKETS];
	size_t n_sessions, n_in, n_out, n_unauthenticated, n_jobs;
	unsigned int n_verify_dials;
	struct addresses address_buckets[BUCKETS];
	size_t n_addresses;
	struct items done; /* results to be told */
	bool done_deferred, closing, shutting_down;
	int64_t shutdown_until;
	struct loop_timer *t_sweep, *t_shutdown;
	struct s2s_counters counters;
};

/* s2s.c */
void s2s_tell(struct s2s *m, enum s2s_event_kind kind, const char *local,
    const char *remote, const char *address, uint64_t stream,
    const char *method, const char *condition, const char *fmt, ...)
    __attribute__((format(printf, 9, 10)));
/* The same for the end of a stream. */
void s2s_tell_end(struct s2s *m, enum s2s_event_kind kind, const char *local,
    const char *remote, const struct peer *p, const struct stream_end *end);
struct peer *s2s_peer_find(const struct s2s *m, uint64_t number);
bool s2s_cert_proves(
    const struct s2s *m, const struct conn *c, const char *domain);
/* A partner's streams, both directions, authorised. */
unsigned int s2s_partner_streams(
    const struct s2s *m, const struct s2s_partner *p);
unsigned int s2s_partner_limit(
    const struct s2s *m, const struct s2s_partner *p);

/* s2s_peer.c: what both directions share. */
struct peer *peer_new(struct s2s *m, struct conn *c,
    const struct stream_setup *setup, struct session *session);
void peer_free(struct peer *p);
extern const struct stream_ops peer_stream_ops;

/* s2s_in.c */
void s2s_on_accept(
    struct listener *ls, int fd, const struct addr *from, void *arg);
void in_header(struct peer *p, const char *from, const char *to,
    struct stream_verdict *v);
void in_opened(struct peer *p, const char *local, const char *remote,
    const char *method);
void in_key(struct peer *p, const char *from, const char *to, const char *id,
    const char *key);
void in_closed(struct peer *p, const struct stream_end *end);
/* Whether some inbound stream proves remote by certificate. */
bool in_has_proven(const struct s2s *m, const char *remote);
void address_sweep(struct s2s *m);

/* s2s_out.c */
struct session *session_get(
    struct s2s *m, const char *local, const char *remote);
void s2s_session_free(struct session *ss);
void session_go(struct session *ss);
void session_flush(struct session *ss);
void session_ready(struct session *ss);
void session_acked(struct session *ss, unsigned int n);
void session_opened(struct session *ss, const char *method);
void session_closed(struct session *ss, struct peer *p,
    const struct stream_end *end);
void session_bounce(struct session *ss, enum stanza_condition c,
    const char *text);
bool session_is_idle(const struct session *ss);
void item_done(struct s2s *m, struct item *i, enum stanza_condition c,
    const char *text);

/* s2s_verify.c */
void verify_start(struct session *ss, uint64_t stream, const char *id,
    const char *key);
void verify_flush(struct session *ss);
void verify_answered(struct session *ss, const char *id,
    enum stream_db_verdict v, const char *condition);
void verify_fail(struct session *ss, const char *condition);

#endif
