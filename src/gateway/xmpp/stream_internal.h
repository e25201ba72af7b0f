/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_STREAM_INTERNAL_H
#define GATEWAY_XMPP_STREAM_INTERNAL_H

#include "gateway/xmpp/sasl.h"
#include "gateway/xmpp/stanza.h"
#include "gateway/xmpp/stream.h"
#include "xml/xml_read.h"

/* LIMIT: domain pairs on one inbound stream, keys under verification. */
#define PAIRS_MAX	64
#define DB_PENDING_MAX	8
/* LIMIT: verifications asked on one outbound stream. */
#define VERIFY_MAX	64

enum pair_state { PAIR_PENDING, PAIR_VALID, PAIR_FAILED };

/* in: remote may send to local; local NULL: to any domain of ours. */
struct pair {
	char *local, *remote;
	enum pair_state state;
	int64_t deadline; /* of a pending one */
};

/* out: a verification whose answer is awaited [D-04]. */
struct verify {
	char *from, *to, *id;
	int64_t deadline;
};

struct stream {
	struct loop *loop;
	const struct stream_ops *ops;
	void *arg;
	enum stream_direction direction;
	enum stream_state state;
	uint64_t number;
	struct stream_limits limits;
	struct stream_policy policy;
	struct stream_methods methods;

	char *local, *remote, *secret;
	char *fallback; /* in: our name towards those who ask for another */
	bool has_certificate;
	struct stream_end end;

	struct xml_reader *reader;
	struct xml_prefix prefixes[3];
	struct xml_context ctx;
	int busy;    /* inside a public call: freeing waits */
	bool dead;
	bool full;   /* the channel has enough for now */
	bool header_sent, tls, close_sent, told;
	bool blocked; /* reading paused */
	bool throttled;

	char id[33]; /* in: ours; out: the peer's, of any length, below */
	char *peer_id;
	bool version_1; /* the peer speaks XMPP 1.0 */
	const char *method;

	/* in */
	char *external; /* domain EXTERNAL was offered for */
	char *authenticated; /* proven by EXTERNAL */
	struct sasl_server sasl;
	struct pair *pairs;
	size_t n_pairs;

	/* out */
	bool offers_external, offers_dialback, offers_sm, offers_starttls;
	bool external_failed, authenticating, ready_told;
	size_t send_max;
	struct verify *verifies;
	size_t n_verifies;

	/* acknowledgements */
	bool sm_in;       /* the peer counts on our <a/> */
	bool sm_in_live;  /* what came before <enable/> is reported */
	bool sm_out;      /* we count on the peer's */
	uint32_t seq_in;  /* stanzas received */
	uint32_t done_in; /* the contiguous ones reported */
	uint32_t sm_in_base; /* received before <enable/> */
	unsigned char *done;  /* ring of limits.pending flags */
	uint32_t ack_target; /* an <r/> asked up to here */
	uint32_t ack_sent;
	uint32_t sent_out;   /* since <enabled/> */
	uint32_t acked_out;
	bool r_open;         /* our <r/> has no answer yet */
	int64_t r_since;

	/* counts, clocks */
	uint64_t stanzas_in, stanzas_out;
	int64_t opened, last_in, last_out, last_stanza;
	double tokens_bytes, tokens_stanzas;
	int64_t tokens_at;
	struct loop_timer *t_limit;    /* establishment, closing */
	struct loop_timer *t_tick;     /* everything slow */
	struct loop_timer *t_throttle;
};

/* The one place where the state changes. */
void stream_enter(struct stream *s, enum stream_state st);

void stream_write(struct stream *s, const char *text, size_t len);
void stream_write_xml(struct stream *s, const struct xml *x);
void stream_write_take(struct stream *s, struct xml *x);
void stream_write_header(struct stream *s);

/* Ends it: fail with an application condition (ns, name), or may be NULL. */
void stream_fail_app(struct stream *s, const char *condition,
    const char *text, const char *app_ns, const char *app);
/* Without a stream error: close tag with a reason of ours. */
void stream_end_with(struct stream *s, enum stream_end_kind kind,
    const char *condition, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void stream_finish(struct stream *s, bool now);

void stream_restart(struct stream *s, bool keep);
bool stream_is_ending(const struct stream *s);
void stream_pump(struct stream *s);
void stream_unblock(struct stream *s);

/* stream_in.c */
void stream_in_header(struct stream *s, const struct xml_event *ev);
void stream_in_element(struct stream *s, struct xml_event *ev);
void stream_authorise(struct stream *s, const char *local,
    const char *remote, const char *method);
struct pair *stream_pair(
    struct stream *s, const char *remote, const char *local);
struct pair *stream_pair_add(
    struct stream *s, const char *remote, const char *local);

/* stream_out.c */
void stream_out_header(struct stream *s, const struct xml_event *ev);
void stream_out_element(struct stream *s, struct xml_event *ev);
void stream_out_proven(struct stream *s, const char *method);

/* stream_db.c */
bool stream_db_element(struct stream *s, const struct xml *x);
void stream_db_send_key(struct stream *s);
void stream_db_tick(struct stream *s);
bool stream_db_allowed(const struct stream *s);

/* stream_sm.c */
bool stream_sm_element(struct stream *s, const struct xml *x);
void stream_sm_enable(struct stream *s);
void stream_sm_sent(struct stream *s);
void stream_sm_tick(struct stream *s);

/* stream_timer.c */
void stream_timers_start(struct stream *s);
void stream_timers_closing(struct stream *s, int ms);
void stream_timers_open(struct stream *s);
void stream_timers_free(struct stream *s);
void stream_count_in(struct stream *s, size_t bytes, bool stanza);

#endif
