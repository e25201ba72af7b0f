/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_GATEWAY_INTERNAL_H
#define GATEWAY_GATEWAY_INTERNAL_H

#include <sys/queue.h>

#include "core/chain.h"
#include "gateway/admit.h"
#include "gateway/gateway.h"
#include "gateway/link.h"
#include "gateway/map/chat.h"
#include "gateway/map/message.h"
#include "gateway/map/pidf.h"
#include "gateway/map/presence.h"
#include "gateway/sent_id.h"
#include "gateway/sip/notifier.h"
#include "gateway/sip/subscriber.h"
#include "gateway/xmpp/jid.h"

/* LIMIT: pairs known at once; idle ones without state are let go. */
#define CONTACTS_MAX	 200000
#define CONTACT_IDLE_MS	 (30 * 60 * 1000)
/* LIMIT: messages held for one pair and direction. */
#define PAIR_QUEUE_MAX	 50
/* The link's own deadline is 30 s: ours ends before it. */
#define TO_SIP_DEADLINE_MS 25000
/* [M1]: how long S's client waits for the final answer. */
#define TRYING_MS	 3500
#define ACCEPT_MS	 20000
/* LIMIT: S's devices that watch one X. */
#define WATCHERS_MAX	 16
/* [P4]: SUBSCRIBEs and probes after a start, a second. */
#define PACE_A_SECOND	 50
/* LIMIT: stanzas and requests remembered for repeats [O2][O3]. */
#define SEEN_MAX	 16384
#define SEEN_XMPP_MS	 (10 * 60 * 1000)
#define SEEN_SIP_MS	 32000
/* LIMIT: late errors that were told [M5]; none is told twice. */
#define FAILED_MAX	 16384
#define SENT_MS		 (SENT_ID_SECONDS * 1000)
/* S's device as X sees it, where there is no better name [B6]. */
#define PSEUDO_RESOURCE "sip"

/* A ring of fingerprints with a time: what was seen lately. */
struct seen {
	uint64_t *keys;
	int64_t *at;
	int *value;
	size_t n;
};
void seen_init(struct seen *s, size_t n);
void seen_clear(struct seen *s);
/* The value put with key since now - window; -1: not seen. */
int seen_get(const struct seen *s, uint64_t key, int64_t now, int64_t window);
void seen_put(struct seen *s, uint64_t key, int value, int64_t now);
void seen_remove(struct seen *s, uint64_t key);

struct to_sip;	/* a message of X on its way */
struct to_xmpp; /* a message of S on its way */
struct probe;	/* a test that waits for its result */
struct notice;	/* a line to S about what became of a message */

struct gateway {
	struct loop *loop;
	struct settings *settings;
	struct live *live;
	struct link *link;
	struct sip_stack *sip;
	struct sip_subscribers *subs;
	struct sip_notifiers *notifs;
	struct admit_rates *rates;
	struct tls_ctx *server_tls, *client_tls;
	struct sip_target next_hop;
	bool has_next_hop; /* given, not from settings */
	bool hop_lost;	   /* and the event about it was written */
	bool plain;
	void (*on_journal)(const struct fault *failed, void *arg);
	void *arg;
	struct chain contacts;
	TAILQ_HEAD(contact_list, contact) all;
	struct contact *sweep; /* where the next tick goes on */
	struct contact *recheck; /* whose gates are asked next */
	struct seen from_xmpp, from_sip, failed, refused;
	struct sent_id_key id_key;
	struct counters counters;
	struct loop_timer *tick, *down;
	TAILQ_HEAD(, to_xmpp) to_xmpp;
	TAILQ_HEAD(, probe) probes;
	unsigned int n_probes;
	size_t held_to_xmpp, held_to_sip, n_notices;
	/* stopping */
	bool stopping;
	int64_t stop_by;
	void (*stopped)(void *arg);
	void *stopped_arg;
};

/* All that is known of one local user S and one remote user X. */
struct contact {
	struct chain_link link;
	TAILQ_ENTRY(contact) entry;
	struct gateway *g;
	char *local, *remote; /* bare JIDs */
	char *domain;	      /* X's */
	char *local_sip, *remote_sip; /* URIs without ;gr */
	int64_t used;
	struct presence_record rec;

	/* messages */
	struct message_thread thread;
	struct chat_pair chat;
	struct loop_timer *chat_timer;
	bool wrote; /* S's first message went out */
	TAILQ_HEAD(, to_sip) to_sip;
	unsigned int n_to_sip;
	bool sending;
	unsigned int n_to_xmpp;
	TAILQ_HEAD(, notice) notices;
	unsigned int owed; /* while the journal is read */

	/* X watches S */
	enum presence_watch watch;
	struct sip_subscriber *sub;
	struct pidf shown; /* what X has been told */
	bool shown_unknown; /* from before a restart */
	struct loop_timer *retry;
	unsigned int retries;
	int64_t subscribed_at, state_at;

	/* S watches X */
	struct sip_notifier *watchers[WATCHERS_MAX];
	unsigned int n_watchers;
	struct pidf cache;
	int64_t cache_at; /* 0: nothing is known */
	struct loop_timer *answer; /* a probe is out */
	bool closed; /* a gate closed; nothing passes */
	bool resync; /* subscribe or probe when the pace allows */
	bool testing; /* a probe asks whether X's server lives [P3] */
};

/* ---- gateway_contact.c ---- */
struct contact *contact_find(
    struct gateway *g, const char *local, const char *remote);
/* NULL: too many, or an address that cannot be mapped (why: f). */
struct contact *contact_get(struct gateway *g, const struct jid *local,
    const struct jid *remote, struct fault *f);
void contact_free(struct contact *c);
bool contact_is_idle(const struct contact *c);
void contact_save(struct contact *c);
void contact_save_watcher(struct contact *c, struct sip_notifier *n);
void contact_forget_watcher(struct contact *c, struct sip_notifier *n);
/* By bare JIDs as text; NULL: they are none, or too many contacts. */
struct contact *contact_of_texts(
    struct gateway *g, const char *local, const char *remote);
void gateway_load(struct gateway *g);

/* ---- gateway.c ---- */
int64_t gateway_now(const struct gateway *g);  /* ms */
int64_t gateway_wall(const struct gateway *g); /* s */
/* Sends for a pair, in its order. fn may be NULL: nobody waits. */
void gateway_send_take(struct gateway *g, struct contact *c, struct xml *x,
    const char *session, link_fn fn, void *arg);
void gateway_ignore_result(
    void *arg, enum stanza_condition c, const char *text);
/* Asks the gates, and writes what a refusal leaves behind. */
bool gateway_admit(struct gateway *g, const char *local, const char *remote,
    const char *domain, enum admit_what what, bool inbound,
    const char *session, struct admit_verdict *v);
/* The next hop answered, or could not be reached: an event for changes. */
void gateway_note_hop(struct gateway *g, bool reached);
/* For EnableLoggingAllMessageBodies; nothing of a body is logged else. */
void gateway_log_body(
    const struct gateway *g, const char *session, const struct buf *body);
/* Of a SIP request: S from From, X from Request-URI; 0 or the status. */
int gateway_pair(struct gateway *g, const struct sip_msg *m,
    struct jid *local, struct jid *remote, const char **reasonp);

/* ---- gateway_to_sip.c ---- */
void gateway_message_from_xmpp(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st);
/* The final answer to a line; 0: none came. Perhaps inside the call. */
typedef void (*line_fn)(void *arg, int status);
/* A MESSAGE from the contact to S with a line of ours. */
void contact_send_line(
    struct contact *c, const char *text, line_fn fn, void *arg);
void contact_send_typing(struct contact *c, enum chat_typing t);
void contact_messages_clear(struct contact *c);

/* ---- gateway_to_xmpp.c ---- */
void gateway_message_from_sip(struct gateway *g, struct sip_server *t);
void contact_send_state(
    struct contact *c, enum chat_state s, const char *session);
void gateway_messages_clear(struct gateway *g);

/* ---- gateway_typing.c ---- */
void contact_typing_arm(struct contact *c);

/* ---- gateway_notice.c: what S is owed, across a crash ---- */
/* False: the journal cannot be written, so nothing may be promised. */
bool contact_keep_accepted(struct contact *c, const char *id);
void contact_forget_accepted(struct contact *c, const char *id);
/* A line of the contact to S, tried until S has it [M2]. */
void contact_notice(struct contact *c, const char *text);
void contact_notices_clear(struct contact *c);
bool gateway_is_owed(const char *key, size_t key_len);
/* False: the record is to be removed after gateway_owed_loaded. */
bool gateway_load_owed(struct gateway *g, const char *key, size_t key_len,
    const void *value, size_t len);
void gateway_owed_loaded(struct gateway *g);

/* ---- gateway_watch.c: X watches S ---- */
void gateway_watch_ops(struct sip_subscribers_ops *ops);
void contact_watch_event(
    struct contact *c, enum presence_event e, int status);
/* X asks for the last states. */
void contact_probed(struct contact *c);
void contact_unshow(struct contact *c); /* unavailable, of what X has seen */
void contact_watch_stop(struct contact *c);
void contact_watch_clear(struct contact *c);

/* ---- gateway_presence.c: stanzas, and S watches X ---- */
void gateway_presence_from_xmpp(struct gateway *g,
    const struct link_stanza *s, const struct stanza *st);
void gateway_notifier_ops(struct sip_notifiers_ops *ops);
void contact_notify(struct contact *c, bool urgent);
void contact_probe(struct contact *c);
/* Everything a closed gate takes back; and its opening. */
void contact_close_gate(struct contact *c, enum admit_gate gate);
void contact_open_gate(struct contact *c);
/* A subscription stanza of S, after the state machine said so. */
void contact_send_presence(struct contact *c, enum stanza_type type);

/* ---- gateway_life.c: is X still there? [P3] ---- */
/* X, or X's server, has shown life. */
void contact_note_life(struct contact *c);
/* Nothing was heard for SubscriptionRefreshInterval. */
bool contact_is_silent(const struct contact *c);
void contact_test_life(struct contact *c);

/* ---- gateway_probe.c ---- */
void gateway_probes_clear(struct gateway *g);

/* ---- gateway_iq.c ---- */
void gateway_iq_from_xmpp(struct gateway *g, const struct link_stanza *s,
    const struct stanza *st);

#endif
