/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls both ways over a channel. */
#include "config.h"

#include <string.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "svc/args.h"
#include "svc/channel_internal.h"
#include "svc/peer.h"

/* LIMIT: calls of one peer that are answered at the same time. */
#define CALLS_MAX 256

struct peer_call {
	struct peer *peer; /* NULL: gone */
	struct peer_call *next, **prevp;
	uint32_t id;
	struct loop *loop;
	void (*on_gone)(void *);
	void *gone_ctx;
	void (*on_drain)(void *);
	void *drain_ctx;
};

struct peer_request {
	struct peer *peer;
	struct peer_request *next, **prevp;
	uint32_t id;
	const struct peer_answer_ops *ops;
	void *ctx;
	struct loop_timer *timer;
};

struct peer {
	struct loop *loop;
	struct channel *channel;
	const struct peer_ops *ops;
	void *ctx;
	char name[64];
	bool greeted, dead;
	uint32_t last_id;
	struct peer_call *calls;
	size_t n_calls;
	struct peer_request *requests;
};

#define LIST_ADD(head, item)                                                   \
	do {                                                                   \
		(item)->next = (head);                                         \
		(item)->prevp = &(head);                                       \
		if ((item)->next != NULL)                                      \
			(item)->next->prevp = &(item)->next;                   \
		(head) = (item);                                               \
	} while (0)

#define LIST_REMOVE(item)                                                      \
	do {                                                                   \
		*(item)->prevp = (item)->next;                                 \
		if ((item)->next != NULL)                                      \
			(item)->next->prevp = (item)->prevp;                   \
	} while (0)

static void
call_leave(struct peer_call *c)
{
	void (*fn)(void *) = c->on_gone;

	if (c->peer == NULL)
		return;
	LIST_REMOVE(c);
	c->peer->n_calls--;
	c->peer = NULL;
	c->on_gone = NULL;
	c->on_drain = NULL;
	if (fn != NULL)
		fn(c->gone_ctx);
}

static void
request_end(struct peer_request *r, const struct fault *failed)
{
	const struct peer_answer_ops *ops = r->ops;
	void *ctx = r->ctx;

	LIST_REMOVE(r);
	loop_timer_free(r->timer);
	mem_free(r);
	ops->on_end(failed, ctx);
}

static void
peer_free(void *arg)
{
	mem_free(arg);
}

/* Everything that waits is told; memory goes on a later turn. */
static void
peer_end(struct peer *p, const struct fault *why)
{
	if (p->dead)
		return;
	p->dead = true;
	while (p->calls != NULL)
		call_leave(p->calls);
	while (p->requests != NULL)
		request_end(p->requests, why);
	loop_defer(p->loop, peer_free, p);
}

static void
on_closed(struct channel *ch, const struct fault *why, void *ctx)
{
	struct peer *p = ctx;

	(void)ch;
	p->channel = NULL;
	peer_end(p, why);
	p->ops->on_closed(p, why, p->ctx);
}

/* The peer broke the rules: the connection ends, as if it had closed. */
static void
protocol_error(struct peer *p, const char *what)
{
	struct fault f;

	(void)fault_set(&f, FAULT_PROTOCOL, "%s", what);
	log_warn("svc", "connection closed peer=%s reason=\"%s\"", p->name,
	    what);
	channel_close(p->channel);
	on_closed(NULL, &f, p);
}

static struct peer_call *
call_find(const struct peer *p, uint32_t id)
{
	struct peer_call *c;

	for (c = p->calls; c != NULL && c->id != id;)
		c = c->next;
	return c;
}

static struct peer_request *
request_find(const struct peer *p, uint32_t id)
{
	struct peer_request *r;

	for (r = p->requests; r != NULL && r->id != id;)
		r = r->next;
	return r;
}

/* [name, argument]; NULL when it is none. */
static const char *
named(struct value payload, struct value *argp)
{
	const struct list *l;

	if (!value_is_list(payload) || (l = list_of(payload))->count != 2)
		return NULL;
	*argp = l->items[1];
	return value_chars(l->items[0]);
}

static void
got_call(struct peer *p, const struct frame *fr)
{
	struct peer_call *c;
	const char *name;
	struct value arg;
	struct fault f;

	name = named(fr->payload, &arg);
	if (name == NULL || call_find(p, fr->id) != NULL) {
		protocol_error(p, "a call that is none");
		return;
	}
	c = mem_zalloc(sizeof(*c));
	c->peer = p;
	c->id = fr->id;
	c->loop = p->loop;
	LIST_ADD(p->calls, c);
	p->n_calls++;
	if (p->n_calls > CALLS_MAX || p->ops->on_call == NULL) {
		(void)fault_set(&f, FAULT_BUSY, "too many calls at once");
		call_fail(c, &f);
		return;
	}
	p->ops->on_call(p, c, name, arg, p->ctx);
}

static void
got_answer(struct peer *p, const struct frame *fr)
{
	struct peer_request *r = request_find(p, fr->id);
	struct fault f;

	if (r == NULL)
		return; /* cancelled meanwhile */
	if (fr->kind == FRAME_OBJECT) {
		if (r->ops->on_object != NULL)
			r->ops->on_object(fr->payload, r->ctx);
	} else if (fr->kind == FRAME_PROGRESS) {
		if (r->ops->on_progress != NULL)
			r->ops->on_progress(fr->payload, r->ctx);
	} else if (fr->kind == FRAME_END) {
		request_end(r, NULL);
	} else {
		frame_value_fault(fr->payload, &f);
		request_end(r, &f);
	}
}

static void
got_hello(struct peer *p, const struct frame *fr)
{
	const char *name = args_text(fr->payload, "Name");
	size_t i;

	if (p->greeted || args_int(fr->payload, "Version", 0) < 1) {
		protocol_error(p, "a hello that is none");
		return;
	}
	p->greeted = true;
	for (i = 0; name != NULL && name[i] != '\0' && i + 1 < sizeof(p->name);
	    i++)
		p->name[i] = name[i];
}

static void
on_frame(struct channel *ch, const struct frame *fr, int *fds, void *ctx)
{
	struct peer *p = ctx;
	struct peer_call *c;
	struct value arg;
	const char *name;

	(void)ch;
	if (!p->greeted && fr->kind != FRAME_HELLO) {
		protocol_error(p, "no hello first");
		return;
	}
	switch (fr->kind) {
	case FRAME_HELLO:
		got_hello(p, fr);
		return;
	case FRAME_CALL:
		got_call(p, fr);
		return;
	case FRAME_OBJECT:
	case FRAME_PROGRESS:
	case FRAME_FAULT:
	case FRAME_END:
		got_answer(p, fr);
		return;
	case FRAME_CANCEL:
		if ((c = call_find(p, fr->id)) != NULL)
			call_leave(c);
		return;
	case FRAME_TELL:
		if ((name = named(fr->payload, &arg)) == NULL)
			protocol_error(p, "a message that is none");
		else if (p->ops->on_tell != NULL)
			p->ops->on_tell(p, name, arg, fds, fr->n_fds, p->ctx);
		return;
	case FRAME_KINDS:
		return;
	}
}

static void
on_drain(struct channel *ch, void *ctx)
{
	struct peer *p = ctx;
	struct peer_call *c, *next;
	void (*fn)(void *);

	(void)ch;
	for (c = p->calls; c != NULL && !p->dead &&
	     peer_pending(p) < CHANNEL_FULL;
	    c = next) {
		next = c->next;
		fn = c->on_drain;
		c->on_drain = NULL;
		if (fn != NULL) {
			/* It may end calls, its own and others: start again. */
			fn(c->drain_ctx);
			next = p->calls;
		}
	}
}

static const struct channel_ops channel_ops = {
	.on_frame = on_frame,
	.on_drain = on_drain,
	.on_closed = on_closed,
};

struct peer *
peer_open_take(struct loop *l, int fd, const char *our_name,
    const struct peer_ops *ops, void *ctx)
{
	struct peer *p = mem_zalloc(sizeof(*p));
	struct dict *hello = dict_new(NULL);

	p->loop = l;
	p->ops = ops;
	p->ctx = ctx;
	p->channel = channel_open_take(l, fd, &channel_ops, p);
	args_set_int(hello, "Version", FRAME_VERSION);
	args_set_text(hello, "Name", our_name);
	(void)channel_send(
	    p->channel, FRAME_HELLO, 0, dict_value(hello), NULL, 0, NULL);
	value_unref(dict_value(hello));
	return p;
}

void
peer_close(struct peer *p)
{
	struct fault f;

	if (p == NULL || p->dead)
		return;
	channel_close(p->channel);
	p->channel = NULL;
	(void)fault_set(&f, FAULT_CLOSED, "the connection was closed");
	peer_end(p, &f);
}

const char *
peer_name(const struct peer *p)
{
	return p->name;
}

size_t
peer_pending(const struct peer *p)
{
	return p->channel == NULL ? 0 : channel_pending(p->channel);
}

void *
peer_ctx(const struct peer *p)
{
	return p->ctx;
}

int
peer_tell(struct peer *p, const char *name, struct value arg, const int *fds,
    size_t n_fds, struct fault *f)
{
	struct value pair = args_pair_take(name, value_ref(arg));
	int rc;

	if (p->channel == NULL)
		rc = fault_set(f, FAULT_CLOSED, "the process is gone");
	else
		rc = channel_send(
		    p->channel, FRAME_TELL, 0, pair, fds, n_fds, f);
	value_unref(pair);
	return rc;
}

static void
on_timeout(void *arg)
{
	struct peer_request *r = arg;
	struct fault f;

	(void)fault_set(
	    &f, FAULT_TIMEOUT, "the service did not answer in time");
	if (r->peer->channel != NULL)
		(void)channel_send(r->peer->channel, FRAME_CANCEL, r->id,
		    VALUE_NULL, NULL, 0, NULL);
	request_end(r, &f);
}

static void
on_not_sent(void *arg)
{
	struct peer_request *r = arg;
	struct fault f;

	(void)fault_set(&f, FAULT_CLOSED, "the service cannot be asked");
	request_end(r, &f);
}

struct peer_request *
peer_call(struct peer *p, const char *name, struct value arg,
    int64_t timeout_ms, const struct peer_answer_ops *ops, void *ctx)
{
	struct peer_request *r = mem_zalloc(sizeof(*r));
	struct value pair = args_pair_take(name, value_ref(arg));

	r->peer = p;
	r->id = ++p->last_id;
	r->ops = ops;
	r->ctx = ctx;
	LIST_ADD(p->requests, r);
	if (p->channel == NULL ||
	    channel_send(
		p->channel, FRAME_CALL, r->id, pair, NULL, 0, NULL) == -1) {
		r->timer = loop_timer_new(p->loop, on_not_sent, r);
		loop_timer_set(r->timer, 0);
	} else if (timeout_ms > 0) {
		r->timer = loop_timer_new(p->loop, on_timeout, r);
		loop_timer_set(r->timer, timeout_ms);
	}
	value_unref(pair);
	return r;
}

void
peer_request_cancel(struct peer_request *r)
{
	if (r == NULL)
		return;
	if (r->peer->channel != NULL)
		(void)channel_send(r->peer->channel, FRAME_CANCEL, r->id,
		    VALUE_NULL, NULL, 0, NULL);
	LIST_REMOVE(r);
	loop_timer_free(r->timer);
	mem_free(r);
}

static void
answer(struct peer_call *c, enum frame_kind kind, struct value v)
{
	struct fault f;

	if (c->peer == NULL || c->peer->channel == NULL)
		return;
	if (channel_send(c->peer->channel, kind, c->id, v, NULL, 0, &f) == -1)
		log_warn("svc", "answer not sent peer=%s reason=\"%s\"",
		    c->peer->name, f.text);
}

static void
call_finish(struct peer_call *c)
{
	c->on_gone = NULL;
	call_leave(c);
	mem_free(c);
}

void
peer_call_emit(struct peer_call *c, struct value v)
{
	answer(c, FRAME_OBJECT, v);
}

void
call_progress(
    struct peer_call *c, const char *activity, const char *status, int percent)
{
	struct dict *d = dict_new(NULL);

	args_set_text(d, "Activity", activity);
	args_set_text(d, "Status", status);
	args_set_int(d, "Percent", percent);
	answer(c, FRAME_PROGRESS, dict_value(d));
	value_unref(dict_value(d));
}

void
call_end(struct peer_call *c)
{
	answer(c, FRAME_END, VALUE_NULL);
	call_finish(c);
}

void
call_fail(struct peer_call *c, const struct fault *f)
{
	struct value v = frame_fault_value(f);

	answer(c, FRAME_FAULT, v);
	value_unref(v);
	call_finish(c);
}

bool
call_is_gone(const struct peer_call *c)
{
	return c->peer == NULL;
}

void
call_on_gone(struct peer_call *c, void (*fn)(void *), void *ctx)
{
	c->on_gone = fn;
	c->gone_ctx = ctx;
}

bool
call_is_full(const struct peer_call *c)
{
	return c->peer != NULL && peer_pending(c->peer) >= CHANNEL_FULL;
}

void
call_on_drain(struct peer_call *c, void (*fn)(void *), void *ctx)
{
	c->on_drain = fn;
	c->drain_ctx = ctx;
}
