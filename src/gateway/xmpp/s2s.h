/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_XMPP_S2S_H
#define GATEWAY_XMPP_S2S_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "gateway/xmpp/stanza.h"
#include "gateway/xmpp/stream.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/tls.h"

/* A partner we federate with: one CsXmppAllowedPartner. */
struct s2s_partner {
	char *domain;      /* prepared by s2s_config_seal, as are the others */
	char **additional; /* AdditionalDomains, each like the first */
	size_t n_additional;
	struct stream_policy policy;
	bool keepalive;
	unsigned int connection_limit; /* 0: partner_limit of all */
	char *proxy_fqdn;    /* or NULL; name or address, ":port" allowed */
	char *pin;           /* SHA-256 of the peer's key, hex; or NULL */
};

/*
 * What the manager runs by. Made new for each change, filled, sealed, handed
 * over; never changed afterwards. Counted; everything in it is its own.
 */
struct s2s_config {
	int refs;
	char **hosted; /* our domains */
	size_t n_hosted;
	struct s2s_partner *partners;
	size_t n_partners;
	char *secret; /* of dialback keys; NULL: one made up at start */
	struct tls_identity **identities;
	size_t n_identities;
	struct tls_trust *trust;
	char *dns; /* "ip" or "ip@port"; NULL: the system's */
	struct addr *listen;
	size_t n_listen;
	/* Outbound connections come from here, by family; len 0: from any. */
	struct addr source4, source6;
	/* Seconds; 0: never. */
	int keepalive_s, establish_s, inactivity_s;
	/* G-01..G-03, G-05; 0: the default of the reference. */
	unsigned int connection_limit; /* 1000 */
	unsigned int partner_limit;    /* 20 */
	unsigned int address_limit;    /* 20 */
	unsigned int address_rate;     /* 60 a minute */
	unsigned int unauthenticated_limit; /* 200 */
	unsigned int queue_count;      /* 1000 */
	size_t queue_bytes;            /* 4 MiB */
	int queue_age_s;               /* 60 */
	struct stream_limits stream;   /* sizes and rates */
	/* Sealed: every partner domain, sorted. */
	struct s2s_index {
		const char *domain;
		const struct s2s_partner *partner;
	} *index;
	size_t n_index;
};

struct s2s_config *s2s_config_new(void);
struct s2s_config *s2s_config_ref(struct s2s_config *c);
void s2s_config_unref(struct s2s_config *c);
/* All strings are copied. */
void s2s_config_add_hosted(struct s2s_config *c, const char *domain);
/* Zeroed but for the policy Required, Required, True; the caller fills it
 * in (with strings of its own making: the config frees them). The pointer
 * holds until the next call. */
struct s2s_partner *s2s_config_add_partner(
    struct s2s_config *c, const char *domain);
void s2s_partner_add_domain(struct s2s_partner *p, const char *domain);
/* Takes a reference. */
void s2s_config_add_identity(struct s2s_config *c, struct tls_identity *id);
void s2s_config_add_listen(struct s2s_config *c, const struct addr *a);
/* Prepares the domains (dropping what is none, with a warning) and sorts. */
void s2s_config_seal(struct s2s_config *c);
const struct s2s_partner *s2s_config_partner(
    const struct s2s_config *c, const char *domain);
bool s2s_config_hosts(const struct s2s_config *c, const char *domain);

/* The streams of this process, by domain pair. */
struct s2s;

/* A stanza taken in; s2s_result closes it. By value. */
struct s2s_receipt {
	uint64_t stream;
	uint32_t seq;
	bool acknowledged; /* the peer keeps it until our <a/> */
};

enum s2s_event_kind {
	S2S_IN_OPENED,
	S2S_OUT_OPENED,
	S2S_IN_FAILED,  /* ended before it was authorised */
	S2S_OUT_FAILED,
	S2S_DNS_FAILED, /* no server found for remote */
	S2S_IN_CLOSED,
	S2S_OUT_CLOSED,
	S2S_PARTNER_REFUSED, /* not on the list */
	S2S_LIMIT_REACHED,   /* text says which */
	S2S_DIALBACK_FAILED, /* a peer's key was not confirmed */
	S2S_NO_CERTIFICATE,  /* for a hosted domain (local) */
	S2S_LISTEN_FAILED,
	S2S_EVENTS
};

struct s2s_event {
	enum s2s_event_kind kind;
	const char *local, *remote; /* "" unknown */
	const char *address;        /* of the peer, "" unknown */
	const char *method;         /* "EXTERNAL", "dialback", "" */
	const char *condition;      /* "" none */
	const char *text;
	uint64_t stream;
	enum stream_end_kind end; /* of FAILED and CLOSED */
};

struct s2s_ops {
	/* x is the owner's. session names the stream for traces. */
	void (*on_stanza)(struct s2s *m, struct xml *x,
	    const struct s2s_receipt *r, const char *session, void *arg);
	void (*on_event)(struct s2s *m, const struct s2s_event *e, void *arg);
	/* After s2s_shutdown: the last stream is gone. Not required. */
	void (*on_shutdown)(struct s2s *m, void *arg);
};

/* resolver NULL: one of its own, by the configuration. */
struct s2s *s2s_open(struct loop *l, struct resolver *resolver,
    const struct s2s_ops *ops, void *arg);
/* At once: connections are aborted, nobody is told. */
void s2s_close(struct s2s *m);

/*
 * The configuration from now on (a reference is taken). Listeners that are no
 * longer in it close, streams it no longer allows end with reset, host-gone or
 * policy-violation. Fails where a context or listener cannot be made; what can
 * be applied is applied all the same.
 */
int s2s_configure(struct s2s *m, struct s2s_config *c, struct fault *f);
/* A listening descriptor (inherited), beside those of the configuration. */
int s2s_listen_fd_take(struct s2s *m, int fd, struct fault *f);
/* Lets the inherited one with this address go. */
void s2s_unlisten(struct s2s *m, const struct addr *at);
/* The i-th listener's address, NULL: no more. */
const struct addr *s2s_listen_addr(const struct s2s *m, size_t i);

/* CONDITION_NONE: with the peer. text borrowed, may be NULL. */
typedef void (*s2s_fn)(
    void *arg, enum stanza_condition c, const char *text);

/*
 * Sends x (taken; from one of our domains to a partner's). fn comes exactly
 * once, never inside this call, never after s2s_close. deadline_ms 0: the
 * queue's own age. With acknowledgements it comes when the peer has the stanza,
 * without when it is written to an authorised stream.
 */
void s2s_send_take(struct s2s *m, struct xml *x, int deadline_ms, s2s_fn fn,
    void *arg);

/* The result of a stanza is known; its stream acknowledges it. */
void s2s_result(struct s2s *m, const struct s2s_receipt *r);

/* system-shutdown to those who send, drain what is on its way [K-12]. */
void s2s_shutdown(struct s2s *m);

/* Stanzas waiting or unacknowledged; streams that are authorised. */
size_t s2s_held(const struct s2s *m);
size_t s2s_stream_count(const struct s2s *m, enum stream_direction d);

struct s2s_counters {
	uint64_t in_opened, in_failed, out_opened, out_failed;
	uint64_t stanzas_in, stanzas_out, bounced, refused, dialback_failed;
};
const struct s2s_counters *s2s_counters(const struct s2s *m);

/* For diagnosis: each stream, and each pair's last attempt. Borrowed. */
struct s2s_stream_info {
	uint64_t number;
	const char *direction, *state, *local, *remote, *address, *method;
	const char *tls; /* "TLSv1.3 ...", "" in clear */
	const char *certificate; /* subject; "" none */
	const char *certificate_reason; /* why it is not trusted, "" */
	bool acknowledges;
	uint64_t stanzas;
	int64_t age_ms;
};
void s2s_each_stream(const struct s2s *m,
    void (*fn)(const struct s2s_stream_info *i, void *arg), void *arg);
struct s2s_pair_info {
	const char *local, *remote, *state, *last_result, *address;
	size_t queued, unacknowledged;
	int64_t last_attempt_ms; /* ago; -1 never */
};
void s2s_each_pair(const struct s2s *m,
    void (*fn)(const struct s2s_pair_info *i, void *arg), void *arg);

#endif
