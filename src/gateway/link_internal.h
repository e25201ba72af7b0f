/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_LINK_INTERNAL_H
#define GATEWAY_LINK_INTERNAL_H

#include <sys/queue.h>

#include "gateway/link.h"
#include "net/conn.h"
#include "net/hash.h"
#include "xml/xml_read.h"

#define NS_LINK "urn:fedsh:link:1"

/* LIMIT: neighbours at once, connected or remembered. */
#define NEIGHBOURS_MAX 64
#define INSTANCE_MAX   64

/* A stanza we hold until its result. Queued, or sent to one neighbour. */
struct held {
	TAILQ_ENTRY(held) entry;
	uint64_t id;
	struct xml *x;
	char *session;
	uint32_t key; /* hash of the order key */
	bool keyed;
	size_t size;
	int64_t deadline;
	bool resent;
	struct wire *sent_to; /* NULL: queued */
	link_fn fn;
	void *arg;
	enum stanza_condition condition;
	char *text;
};
TAILQ_HEAD(held_list, held);

/* A stanza that came, by the id its sender gave it. */
struct seen {
	uint64_t id;
	bool done;
	enum stanza_condition condition;
	char *text;
};

/*
 * Whom we have heard of: outlives connections, so that what it sends again is
 * known again. A ring of the last ids.
 */
struct neighbour {
	LIST_ENTRY(neighbour) entry;
	uint64_t number;             /* in tokens */
	char instance[INSTANCE_MAX + 1];
	struct seen *ring;
	size_t n_ring, next;
	uint64_t highest;
	struct wire *wire; /* the newest connection, or NULL */
	int64_t left;      /* when the last one went */
};
LIST_HEAD(neighbours, neighbour);

/* A connection and what is known of the other end. */
struct wire {
	LIST_ENTRY(wire) entry;
	struct link *k;
	struct conn *c;
	struct xml_reader *reader;
	struct neighbour *n; /* once its header has come */
	bool dialled, up, draining, closing;
	unsigned int window, out; /* stanzas it takes; owes us */
	int64_t last_in;
	struct loop_timer *ping;
	bool pinged;
	struct target *target;
	char address[ADDR_TEXT_SIZE];
	uint32_t hash; /* stands for it in choosing by key */
	int busy;
	bool dead;
};
LIST_HEAD(wires, wire);

/* Somebody to dial for as long as it is on the list. */
struct target {
	LIST_ENTRY(target) entry;
	struct link *k;
	struct addr at;
	struct wire *wire;
	struct loop_timer *retry;
	int delay_ms;
	bool wanted;
};
LIST_HEAD(targets, target);

struct link {
	struct loop *loop;
	const struct link_ops *ops;
	void *arg;
	struct link_limits limits;
	char instance[33];
	struct tls_ctx *server_ctx, *client_ctx;
	char *peer_role;
	struct addr source; /* len 0: any */
	struct listener *listener;
	struct listener **inherited;
	size_t n_inherited;
	struct targets targets;
	struct wires wires;
	struct neighbours neighbours;
	size_t n_neighbours, n_wires;
	uint64_t next_neighbour, next_id;
	struct held_list queue, sent, done;
	size_t n_queue, n_sent, bytes;
	bool done_deferred, closing, draining, was_up;
	struct loop_timer *age;
};

/* link.c: what is held */
void link_pump(struct link *k);
void link_wire_lost(struct link *k, struct wire *w);
void link_wire_result(struct wire *w, uint64_t id, enum stanza_condition c,
    const char *text);
void link_up_changed(struct link *k, const struct fault *why);

/* link_seen.c: what came */
struct neighbour *neighbour_get(struct link *k, const char *instance);
void neighbour_free(struct link *k, struct neighbour *n);
/* A new id: true, a repeat: false and the entry as it stands. */
bool neighbour_take(struct link *k, struct neighbour *n, uint64_t id,
    struct seen **seenp);
uint64_t link_token(const struct neighbour *n, const struct seen *s);
struct seen *link_token_find(
    struct link *k, uint64_t token, struct neighbour **np);

/* link_wire.c: connections */
struct wire *wire_new(struct link *k, struct conn *c, struct target *t);
void wire_end(struct wire *w, const struct fault *why, bool now);
bool wire_takes(const struct wire *w);
void wire_send(struct wire *w, const struct held *h);
void wire_send_result(struct wire *w, uint64_t id, enum stanza_condition c,
    const char *text);
void wire_say_bye(struct wire *w);
void link_on_accept(
    struct listener *ls, int fd, const struct addr *peer, void *arg);
struct target *target_new(struct link *k, const struct addr *at);
void target_free(struct target *t);
void target_retry(struct target *t);

#endif
