/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside connection: what is held, for whom, until which result. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/link_internal.h"

static void on_age(void *arg);

static void
limits_fill(struct link_limits *l)
{
#define FILL(field, value)                                                     \
	if (l->field == 0)                                                     \
		l->field = (value)
	FILL(window, 256);
	FILL(queue_count, 10000);
	FILL(queue_bytes, 16u << 20);
	FILL(max_stanza, 524288);
	FILL(seen, 4096);
	FILL(deadline_ms, 30000);
	FILL(ping_ms, 15000);
	FILL(retry_max_ms, 10000);
#undef FILL
}

struct link *
link_open(struct loop *l, const struct link_limits *limits,
    const struct link_ops *ops, void *arg)
{
	struct link *k = mem_zalloc(sizeof(*k));

	k->loop = l;
	k->ops = ops;
	k->arg = arg;
	if (limits != NULL)
		k->limits = *limits;
	limits_fill(&k->limits);
	(void)hash_random_hex(16, k->instance);
	TAILQ_INIT(&k->queue);
	TAILQ_INIT(&k->sent);
	TAILQ_INIT(&k->done);
	k->age = loop_timer_new(l, on_age, k);
	return k;
}

int
link_set_tls(struct link *k, struct tls_identity *identity,
    struct tls_trust *trust, const char *peer_role, struct fault *f)
{
	struct tls_setup t = {
		.identities = &identity,
		.n_identities = identity != NULL ? 1 : 0,
		.trust = trust,
		.verify = TLS_VERIFY_REQUIRE,
		.purpose = TLS_PURPOSE_ANY,
	};
	struct tls_ctx *server, *client;

	if (trust == NULL)
		return 0;
	server = tls_ctx_new_server(&t, f);
	if (server == NULL)
		return -1;
	client = tls_ctx_new_client(&t, f);
	if (client == NULL) {
		tls_ctx_unref(server);
		return -1;
	}
	tls_ctx_unref(k->server_ctx);
	tls_ctx_unref(k->client_ctx);
	mem_free(k->peer_role);
	k->server_ctx = server;
	k->client_ctx = client;
	k->peer_role = mem_strdup(peer_role);
	return 0;
}

static const struct listener_ops listener_ops = {
	.on_accept = link_on_accept,
};

int
link_listen(struct link *k, const struct addr *at, struct fault *f)
{
	struct listener *ls;

	if (k->listener != NULL && addr_equal(listener_addr(k->listener), at))
		return 0;
	ls = listener_open(k->loop, at, &listener_ops, k, f);
	if (ls == NULL)
		return -1;
	if (k->listener != NULL)
		listener_close(k->listener);
	k->listener = ls;
	return 0;
}

int
link_listen_fd_take(struct link *k, int fd, struct fault *f)
{
	struct listener *ls = listener_from_fd_take(k->loop, fd,
	    &listener_ops, k, f);

	if (ls == NULL)
		return -1;
	k->inherited = mem_array_grow(k->inherited, k->n_inherited + 1,
	    sizeof(*k->inherited));
	k->inherited[k->n_inherited++] = ls;
	return 0;
}

void
link_unlisten(struct link *k, const struct addr *at)
{
	size_t i;

	for (i = 0; i < k->n_inherited; i++) {
		if (!addr_equal(listener_addr(k->inherited[i]), at))
			continue;
		listener_close(k->inherited[i]);
		k->inherited[i] = k->inherited[--k->n_inherited];
		return;
	}
}

const struct addr *
link_listen_addr(const struct link *k)
{
	if (k->listener != NULL)
		return listener_addr(k->listener);
	return k->n_inherited > 0 ? listener_addr(k->inherited[0]) : NULL;
}

void
link_connect(struct link *k, const struct addr *at, size_t n)
{
	struct target *t, *next;
	size_t i;

	LIST_FOREACH(t, &k->targets, entry)
	{
		t->wanted = false;
	}
	for (i = 0; i < n; i++) {
		LIST_FOREACH(t, &k->targets, entry)
		{
			if (addr_equal(&t->at, &at[i]))
				break;
		}
		if (t != NULL)
			t->wanted = true;
		else
			(void)target_new(k, &at[i]);
	}
	for (t = LIST_FIRST(&k->targets); t != NULL; t = next) {
		next = LIST_NEXT(t, entry);
		if (!t->wanted)
			target_free(t);
	}
}

void
link_set_source(struct link *k, const struct addr *from)
{
	memset(&k->source, 0, sizeof(k->source));
	if (from != NULL)
		k->source = *from;
}

size_t
link_count(const struct link *k)
{
	const struct wire *w;
	size_t n = 0;

	LIST_FOREACH(w, &k->wires, entry)
	{
		n += w->up && !w->draining;
	}
	return n;
}

bool
link_is_up(const struct link *k)
{
	return link_count(k) > 0;
}

size_t
link_held(const struct link *k)
{
	return k->n_queue + k->n_sent;
}

void
link_up_changed(struct link *k, const struct fault *why)
{
	bool up = link_is_up(k);

	if (up == k->was_up || k->closing)
		return;
	k->was_up = up;
	if (up && k->ops->on_up != NULL)
		k->ops->on_up(k, k->arg);
	else if (!up && k->ops->on_down != NULL)
		k->ops->on_down(k, why, k->arg);
}

static void
held_free(struct held *h)
{
	xml_free(h->x);
	mem_free(h->session);
	mem_free(h->text);
	mem_free(h);
}

static void
tell_done(void *arg)
{
	struct link *k = arg;
	struct held_list batch = TAILQ_HEAD_INITIALIZER(batch);
	struct held *h;

	k->done_deferred = false;
	TAILQ_CONCAT(&batch, &k->done, entry);
	while ((h = TAILQ_FIRST(&batch)) != NULL) {
		TAILQ_REMOVE(&batch, h, entry);
		if (h->fn != NULL && !k->closing)
			h->fn(h->arg, h->condition, h->text);
		held_free(h);
	}
}

/* h is on no list any more; its result is told on the next turn. */
static void
held_done(struct link *k, struct held *h, enum stanza_condition c,
    const char *text)
{
	h->condition = c;
	h->text = text != NULL ? mem_strdup(text) : NULL;
	TAILQ_INSERT_TAIL(&k->done, h, entry);
	if (k->done_deferred)
		return;
	k->done_deferred = true;
	loop_defer(k->loop, tell_done, k);
}

static void
queue_remove(struct link *k, struct held *h)
{
	TAILQ_REMOVE(&k->queue, h, entry);
	k->n_queue--;
	k->bytes -= h->size;
}

static void
sent_remove(struct link *k, struct held *h)
{
	TAILQ_REMOVE(&k->sent, h, entry);
	k->n_sent--;
	k->bytes -= h->size;
}

/* Both lists are in order of id, and nearly of deadline. */
static void
set_age(struct link *k)
{
	const struct held *h;
	int64_t soonest = INT64_MAX, left;

	h = TAILQ_FIRST(&k->queue);
	if (h != NULL)
		soonest = h->deadline;
	h = TAILQ_FIRST(&k->sent);
	if (h != NULL && h->deadline < soonest)
		soonest = h->deadline;
	if (soonest == INT64_MAX) {
		loop_timer_cancel(k->age);
		return;
	}
	left = soonest - loop_now(k->loop);
	loop_timer_set(k->age, left > 0 ? left : 0);
}

static void
on_age(void *arg)
{
	struct link *k = arg;
	int64_t now = loop_now(k->loop);
	struct held *h, *next;

	for (h = TAILQ_FIRST(&k->queue); h != NULL; h = next) {
		next = TAILQ_NEXT(h, entry);
		if (h->deadline > now)
			continue;
		queue_remove(k, h);
		held_done(k, h, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "the gateway was not reachable in time");
	}
	for (h = TAILQ_FIRST(&k->sent); h != NULL; h = next) {
		next = TAILQ_NEXT(h, entry);
		if (h->deadline > now)
			continue;
		if (h->sent_to != NULL && h->sent_to->out > 0)
			h->sent_to->out--;
		sent_remove(k, h);
		held_done(k, h, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "the gateway gave no answer in time");
	}
	set_age(k);
	link_pump(k);
}

/*
 * The neighbour for a key: the highest of the hashes of both, so that a key
 * keeps its neighbour while that is there (rendezvous).
 */
static struct wire *
choose(struct link *k, const struct held *h)
{
	struct wire *w, *best = NULL;
	uint32_t score, high = 0;
	size_t i;

	LIST_FOREACH(w, &k->wires, entry)
	{
		if (!w->up || w->draining)
			continue;
		score = h->keyed ? h->key : (uint32_t)h->id * 2654435761u;
		for (i = 0; w->n->instance[i] != '\0'; i++)
			score = (score ^ (unsigned char)w->n->instance[i]) *
			    16777619u;
		score ^= score >> 15;
		if (best == NULL || score > high) {
			best = w;
			high = score;
		}
	}
	return best;
}

static bool
some_window(const struct link *k)
{
	const struct wire *w;

	LIST_FOREACH(w, &k->wires, entry)
	{
		if (wire_takes(w))
			return true;
	}
	return false;
}

/* Sends what can be sent; a full neighbour only holds up its own. */
void
link_pump(struct link *k)
{
	struct held *h, *next;
	struct wire *w;

	if (k->closing)
		return;
	for (h = TAILQ_FIRST(&k->queue); h != NULL && some_window(k);
	    h = next) {
		next = TAILQ_NEXT(h, entry);
		w = choose(k, h);
		if (w == NULL || !wire_takes(w))
			continue;
		TAILQ_REMOVE(&k->queue, h, entry);
		k->n_queue--;
		TAILQ_INSERT_TAIL(&k->sent, h, entry);
		k->n_sent++;
		h->sent_to = w;
		wire_send(w, h);
	}
	set_age(k);
}

static uint32_t
key_hash(const char *key)
{
	uint32_t h = 2166136261u;

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h;
}

void
link_send_take(struct link *k, struct xml *x, const char *key,
    const char *session, link_fn fn, void *arg)
{
	struct held *h = mem_zalloc(sizeof(*h));

	h->x = x;
	h->id = ++k->next_id;
	h->session = session != NULL ? mem_strdup(session) : NULL;
	h->keyed = key != NULL;
	h->key = key != NULL ? key_hash(key) : 0;
	h->size = xml_size(x, NULL);
	h->fn = fn;
	h->arg = arg;
	h->deadline = loop_now(k->loop) + k->limits.deadline_ms;
	if (h->size + 256 > k->limits.max_stanza) {
		held_done(k, h, CONDITION_POLICY_VIOLATION,
		    "the stanza is too large");
		return;
	}
	if (link_held(k) >= k->limits.queue_count ||
	    k->bytes + h->size > k->limits.queue_bytes) {
		held_done(k, h, CONDITION_RESOURCE_CONSTRAINT,
		    "too many stanzas are waiting");
		return;
	}
	TAILQ_INSERT_TAIL(&k->queue, h, entry);
	k->n_queue++;
	k->bytes += h->size;
	link_pump(k);
}

void
link_wire_result(struct wire *w, uint64_t id, enum stanza_condition c,
    const char *text)
{
	struct link *k = w->k;
	struct held *h;

	/* Results come in about the order of sending: near the front. */
	TAILQ_FOREACH(h, &k->sent, entry)
	{
		if (h->id == id)
			break;
	}
	if (h == NULL || h->sent_to != w)
		return; /* too late, or never ours */
	if (w->out > 0)
		w->out--;
	sent_remove(k, h);
	held_done(k, h, c, text);
	link_pump(k);
}

/* Back into the queue by id, so that order is kept; once. */
static void
requeue(struct link *k, struct held *h)
{
	struct held *before;

	TAILQ_REMOVE(&k->sent, h, entry);
	k->n_sent--;
	h->sent_to = NULL;
	if (h->resent) {
		k->bytes -= h->size;
		held_done(k, h, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "the gateway was lost twice");
		return;
	}
	h->resent = true;
	TAILQ_FOREACH(before, &k->queue, entry)
	{
		if (before->id > h->id)
			break;
	}
	if (before != NULL)
		TAILQ_INSERT_BEFORE(before, h, entry);
	else
		TAILQ_INSERT_TAIL(&k->queue, h, entry);
	k->n_queue++;
}

void
link_wire_lost(struct link *k, struct wire *w)
{
	struct held *h, *next;

	if (k->closing)
		return;
	for (h = TAILQ_FIRST(&k->sent); h != NULL; h = next) {
		next = TAILQ_NEXT(h, entry);
		if (h->sent_to == w)
			requeue(k, h);
	}
	w->out = 0;
	link_pump(k);
}

void
link_result(struct link *k, uint64_t token, enum stanza_condition c,
    const char *text)
{
	struct neighbour *n;
	struct seen *s = link_token_find(k, token, &n);

	if (s == NULL || s->done)
		return;
	s->done = true;
	s->condition = c;
	if (c != CONDITION_NONE && text != NULL)
		s->text = mem_strdup(text);
	if (n->wire != NULL)
		wire_send_result(n->wire, s->id, c, text);
}

void
link_drain(struct link *k)
{
	struct wire *w;

	if (k->draining)
		return;
	k->draining = true;
	LIST_FOREACH(w, &k->wires, entry)
	{
		if (w->up)
			wire_say_bye(w);
	}
}

static void
free_list(struct held_list *list)
{
	struct held *h;

	while ((h = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, h, entry);
		held_free(h);
	}
}

static void
free_later(void *arg)
{
	struct link *k = arg;

	free_list(&k->done);
	mem_free(k);
}

void
link_close(struct link *k)
{
	struct target *t;
	struct wire *w;

	if (k == NULL)
		return;
	k->closing = true;
	if (k->listener != NULL)
		listener_close(k->listener);
	while (k->n_inherited > 0)
		listener_close(k->inherited[--k->n_inherited]);
	while ((t = LIST_FIRST(&k->targets)) != NULL)
		target_free(t);
	while ((w = LIST_FIRST(&k->wires)) != NULL)
		wire_end(w, NULL, false);
	while (!LIST_EMPTY(&k->neighbours))
		neighbour_free(k, LIST_FIRST(&k->neighbours));
	free_list(&k->queue);
	free_list(&k->sent);
	loop_timer_free(k->age);
	tls_ctx_unref(k->server_ctx);
	tls_ctx_unref(k->client_ctx);
	mem_free(k->peer_role);
	mem_free(k->inherited);
	/* After what has been put off, which finds k closing. */
	loop_defer(k->loop, free_later, k);
}
