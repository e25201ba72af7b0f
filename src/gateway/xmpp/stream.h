/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_STREAM_H
#define GATEWAY_XMPP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "net/loop.h"
#include "xml/xml.h"

/*
 * One server-to-server stream from header to close: a state machine between
 * bytes and stanzas. It owns no socket: bytes come in by stream_input, go out
 * by ops->write. Authorisation belongs to domain pairs, never to the
 * connection (reference section 1).
 */
struct stream;

enum stream_direction { STREAM_IN, STREAM_OUT };

enum stream_state {
	STREAM_NEW,
	STREAM_HEADER,   /* waits for the peer's header */
	STREAM_FEATURES, /* out: waits for features */
	STREAM_STARTTLS, /* out: asked, waits for proceed */
	STREAM_TLS,      /* the handshake runs */
	STREAM_READY,    /* out: could prove itself or verify keys */
	STREAM_SASL,     /* out: EXTERNAL under way */
	STREAM_DIALBACK, /* out: key sent, waits for the verdict */
	STREAM_SM,       /* out: asked for acknowledgements */
	STREAM_AUTH,     /* in: features sent, waits for a proof */
	STREAM_OPEN,
	STREAM_CLOSING,
	STREAM_CLOSED,
};

const char *stream_state_name(enum stream_state st);

/* TlsNegotiation, SaslNegotiation. */
enum stream_need {
	STREAM_NOT_SUPPORTED,
	STREAM_OPTIONAL,
	STREAM_REQUIRED,
};

struct stream_policy {
	enum stream_need tls, sasl;
	bool dialback;
};

/* What the negotiation matrix leaves (cmdlets section 4.1). */
struct stream_methods {
	bool tls;          /* TLS may be used */
	bool tls_required;
	bool external;     /* SASL over TLS */
	bool tls_dialback;
	bool tcp_dialback;
};
struct stream_methods stream_policy_methods(const struct stream_policy *p);

/* Zero means the default; for the timers of keep-alive it means never. */
struct stream_limits {
	size_t max_before;        /* bytes an element, K-01: 65 536 */
	size_t max_after;         /* 262 144 */
	unsigned int pending;     /* stanzas without a report: 256 */
	unsigned int unacked;     /* sent and not acknowledged: 256 */
	unsigned int bytes_per_s; /* G-04: 262 144, burst four times that */
	unsigned int stanzas_per_s; /* 200 */
	int establish_ms;         /* K-11: 60 000 */
	int first_byte_ms;        /* 10 000 */
	int close_ms;             /* K-08: 5 000 */
	int dialback_ms;          /* D-13: 30 000 */
	int liveness_ms;          /* K-06: 60 000 */
	int keepalive_ms;         /* K-05 */
	int inactivity_ms;        /* K-07 */
};

/* Everything borrowed is copied by stream_open. */
struct stream_setup {
	enum stream_direction direction;
	uint64_t number;      /* s2s=41 in the log */
	const char *local;    /* out: our domain; in: what "from" says when
				 the header asks for an unknown host */
	const char *remote;   /* out only */
	const char *secret;   /* of dialback keys */
	bool has_certificate; /* in: TLS can be offered; out: EXTERNAL tried */
	struct stream_policy policy; /* in: until on_header sets one */
	struct stream_limits limits;
};

/* Why it ended. */
enum stream_end_kind {
	STREAM_END_NONE,
	STREAM_END_CLOSED,   /* in agreement */
	STREAM_END_OUR_ERROR,
	STREAM_END_PEER_ERROR,
	STREAM_END_LOST,     /* the connection went away */
	STREAM_END_TIMEOUT,
	STREAM_END_NO_METHOD, /* nothing both sides accept */
	STREAM_END_REFUSED,  /* the peer did not accept our proof */
};

struct stream_end {
	enum stream_end_kind kind;
	char condition[48]; /* stream error, SASL failure, dialback verdict */
	char text[256];     /* for the log and the admin */
};

/* What the owner says about an inbound header. */
struct stream_verdict {
	struct stream_policy policy;
	int keepalive_ms, inactivity_ms;
	const char *condition; /* stream error to refuse with; NULL: go on */
	const char *text;
};

enum stream_db_verdict { STREAM_DB_VALID, STREAM_DB_INVALID, STREAM_DB_ERROR };

struct stream_ops {
	/* Bytes for the peer; false: enough for now (stream_drained later). */
	bool (*write)(void *arg, const void *data, size_t len);
	/* Do the handshake, then stream_tls_done. name: in: the host the
	 * peer asked for; out: the remote domain. -1: cannot. */
	int (*start_tls)(void *arg, const char *name);
	void (*pause)(void *arg, bool paused);
	/* Flush and close, or (now) abort. */
	void (*close)(void *arg, bool now);
	/* Is the peer's certificate valid and for this domain? */
	bool (*peer_proves)(void *arg, const char *domain);
	/* One of our domains? */
	bool (*is_hosted)(void *arg, const char *domain);

	/* in: a header (prepared domains; from NULL: absent). */
	void (*on_header)(void *arg, const char *from, const char *to,
	    struct stream_verdict *v);
	/* out: the features are complete: stream_authenticate, stream_verify */
	void (*on_ready)(void *arg);
	/* out: stanzas may go. in: the pair's first or next authorisation. */
	void (*on_open)(void *arg, const char *local, const char *remote,
	    const char *method);
	/* in: a stanza of an authorised pair. x is the owner's. Report it by
	 * stream_stanza_done. */
	void (*on_stanza)(void *arg, struct xml *x, uint32_t seq);
	/* in: a key to be verified; stream_db_answer later. */
	void (*on_db_key)(void *arg, const char *from, const char *to,
	    const char *id, const char *key);
	/* out: the answer to stream_verify. condition is "" unless error. */
	void (*on_db_verified)(void *arg, const char *from, const char *to,
	    const char *id, enum stream_db_verdict v, const char *condition);
	/* out: the n oldest stanzas not yet acknowledged are with the peer. */
	void (*on_acked)(void *arg, unsigned int n);
	/* May send again. */
	void (*on_writable)(void *arg);
	/* Once; nothing follows. The owner frees the stream, here or later. */
	void (*on_closed)(void *arg, const struct stream_end *end);
};

struct stream *stream_open(struct loop *l, const struct stream_setup *setup,
    const struct stream_ops *ops, void *arg);
/* From anywhere, its own callbacks included; calls none. NULL too. */
void stream_free(struct stream *s);

/* The connection stands: out sends its header, in waits for one. */
void stream_start(struct stream *s);
/* Copies the bytes; stream_run then works through them. */
void stream_push(struct stream *s, const void *data, size_t len);
void stream_run(struct stream *s);
void stream_tls_done(struct stream *s);
void stream_drained(struct stream *s);
void stream_lost(struct stream *s, const struct fault *why);

enum stream_state stream_state(const struct stream *s);
enum stream_direction stream_direction(const struct stream *s);
const char *stream_local(const struct stream *s);  /* "" unknown yet */
const char *stream_remote(const struct stream *s); /* in: as claimed */
const char *stream_id(const struct stream *s);
bool stream_is_tls(const struct stream *s);
bool stream_has_sm(const struct stream *s);
uint64_t stream_number(const struct stream *s);
/* Stanzas that came and went; when the last one did (loop_now). */
uint64_t stream_stanzas_in(const struct stream *s);
uint64_t stream_stanzas_out(const struct stream *s);
int64_t stream_last_stanza(const struct stream *s);
/* "EXTERNAL", "dialback", "" */
const char *stream_method(const struct stream *s);

/* in: is stanzas' sender domain proven here, for this domain of ours? */
bool stream_is_authorised(
    const struct stream *s, const char *remote, const char *local);

/* out: prove the pair, by the best method both sides accept. */
void stream_authenticate(struct stream *s);

/* out: ask whether the key is theirs; from is our domain (D-03). */
void stream_verify(struct stream *s, const char *from, const char *to,
    const char *id, const char *key);

/* in: the verdict on a key; error names a condition of D-08. */
void stream_db_answer(struct stream *s, const char *from, const char *to,
    enum stream_db_verdict v, const char *condition);

/* out: in state OPEN, neither full nor at the cap of unacknowledged ones. */
bool stream_can_send(const struct stream *s);
/* The largest stanza the peer takes (K-03); 0: it did not say. */
size_t stream_send_max(const struct stream *s);
void stream_send(struct stream *s, const struct xml *x);

/* in: the owner has the result of stanza seq, whatever it is. */
void stream_stanza_done(struct stream *s, uint32_t seq);

/* Close tag, wait for the peer's, then the connection. */
void stream_close(struct stream *s);
/* Stream error (6120 section 4.9.3), close. text may be NULL. */
void stream_fail(struct stream *s, const char *condition, const char *text);

#endif
