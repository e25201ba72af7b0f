/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions, deadlines and the order to try; who answers is a backend. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "net/resolver.h"
#include "net/resolver_internal.h"

/* LIMIT: open questions of a process (G-08 bounds what peers may cause). */
#define QUERIES_MAX 4096

static const char *const status_texts[] = {
	"answered",
	"the name has no such record",
	"the name does not exist",
	"no usable answer",
	"no answer in time",
	"DNSSEC validation failed",
};

const char *
resolver_status_text(enum resolver_status s)
{
	return status_texts[s];
}

struct resolver *
resolver_make(struct loop *l, const struct resolver_backend *backend,
    void *data, int timeout_ms)
{
	struct resolver *r = mem_zalloc(sizeof(*r));

	r->loop = l;
	r->backend = backend;
	r->data = data;
	r->timeout_ms = timeout_ms > 0 ? timeout_ms : 5000;
	return r;
}

static void
query_unlink(struct resolver_query *q)
{
	if (q->resolver == NULL)
		return;
	*q->prevp = q->next;
	if (q->next != NULL)
		q->next->prevp = q->prevp;
	q->resolver->n_queries--;
	q->resolver = NULL;
}

static void
query_free(struct resolver_query *q)
{
	query_unlink(q);
	loop_timer_free(q->timer);
	dns_answer_clear(&q->answer);
	mem_free(q);
}

/* Tells once; the query lives on while its backend may still call. */
static void
deliver(struct resolver_query *q, enum resolver_status status)
{
	struct resolver_answer a = { 0 };
	resolver_fn fn = q->fn;

	loop_timer_cancel(q->timer);
	q->fn = NULL;
	if (fn == NULL)
		return;
	a.status = status;
	a.type = q->type;
	if (status == RESOLVER_OK) {
		a.secure = q->answer.secure;
		a.ttl = q->answer.ttl;
		a.n = q->answer.n;
		a.srv = q->answer.srv;
		a.addrs = q->answer.addrs;
		a.tlsa = q->answer.tlsa;
		if (q->type == RESOLVER_SRV)
			resolver_srv_order(
			    q->resolver->loop, q->answer.srv, q->answer.n);
	} else {
		(void)snprintf(a.text, sizeof(a.text), "%.120s: %.120s",
		    q->name, *q->text != '\0' && status == q->status
			? q->text
			: resolver_status_text(status));
	}
	fn(&a, q->arg);
}

static void
on_done(void *arg)
{
	struct resolver_query *q = arg;

	if (q->resolver != NULL)
		deliver(q, q->status);
	query_free(q);
}

static void
on_timeout(void *arg)
{
	deliver(arg, RESOLVER_TIMEOUT);
}

void
resolver_done(
    struct resolver_query *q, enum resolver_status status, const char *text)
{
	if (q->backend_done || q->resolver->closing)
		return;
	q->backend_done = true;
	if (status == RESOLVER_OK && q->answer.n == 0)
		status = RESOLVER_NODATA;
	q->status = status;
	(void)snprintf(
	    q->text, sizeof(q->text), "%s", text == NULL ? "" : text);
	loop_timer_cancel(q->timer);
	loop_defer(q->resolver->loop, on_done, q);
}

struct resolver_query *
resolver_ask(struct resolver *r, enum resolver_type type, const char *name,
    resolver_fn fn, void *arg)
{
	struct resolver_query *q = mem_zalloc(sizeof(*q));
	size_t len = strlen(name);

	q->resolver = r;
	q->type = type;
	q->fn = fn;
	q->arg = arg;
	q->next = r->queries;
	if (q->next != NULL)
		q->next->prevp = &q->next;
	q->prevp = &r->queries;
	r->queries = q;
	r->n_queries++;
	q->timer = loop_timer_new(r->loop, on_timeout, q);
	if (len > 1 && name[len - 1] == '.')
		len--;
	if (len == 0 || len > 253) {
		resolver_done(q, RESOLVER_FAILED, "this is no domain name");
		return q;
	}
	memcpy(q->name, name, len);
	if (r->n_queries > QUERIES_MAX) {
		resolver_done(q, RESOLVER_FAILED, "too many questions at once");
		return q;
	}
	loop_timer_set(q->timer, r->timeout_ms);
	r->backend->ask(r, q);
	return q;
}

void
resolver_cancel(struct resolver_query *q)
{
	if (q == NULL)
		return;
	q->fn = NULL;
	if (!q->backend_done)
		loop_timer_cancel(q->timer);
}

void
resolver_free(struct resolver *r)
{
	struct resolver_query *q;

	if (r == NULL)
		return;
	r->closing = true;
	r->backend->free(r);
	while ((q = r->queries) != NULL) {
		if (q->backend_done)
			query_unlink(q); /* on_done is on its way */
		else
			query_free(q);
	}
	mem_free(r);
}

/* Of the first n, all of one priority, one by its weight (RFC 2782). */
static size_t
draw(struct loop *l, const struct resolver_srv *srv, size_t n)
{
	uint32_t sum = 0, at;
	size_t i;

	for (i = 0; i < n; i++)
		sum += srv[i].weight;
	at = loop_random_below(l, sum + 1);
	for (i = 0; i + 1 < n; i++) {
		if (at <= srv[i].weight)
			return i;
		at -= srv[i].weight;
	}
	return n - 1;
}

static void
swap(struct resolver_srv *a, struct resolver_srv *b)
{
	struct resolver_srv t = *a;

	*a = *b;
	*b = t;
}

/* By priority; inside one weight 0 first, as the draw wants it. */
static void
sort(struct resolver_srv *srv, size_t n)
{
	size_t i, j;

	for (i = 1; i < n; i++)
		for (j = i; j > 0 &&
		    (srv[j - 1].priority > srv[j].priority ||
			(srv[j - 1].priority == srv[j].priority &&
			    srv[j - 1].weight != 0 && srv[j].weight == 0));
		    j--)
			swap(&srv[j - 1], &srv[j]);
}

void
resolver_srv_order(struct loop *l, struct resolver_srv *srv, size_t n)
{
	size_t i, same;

	sort(srv, n);
	for (i = 0; i + 1 < n; i++) {
		for (same = 1; i + same < n &&
		    srv[i + same].priority == srv[i].priority;)
			same++;
		if (same > 1) {
			size_t chosen = i + draw(l, srv + i, same);

			/* The rest keeps its order: zeros stay in front. */
			for (; chosen > i; chosen--)
				swap(&srv[chosen - 1], &srv[chosen]);
		}
	}
}

bool
resolver_says_none(const struct resolver_answer *a)
{
	return a->status == RESOLVER_OK && a->type == RESOLVER_SRV &&
	    a->n == 1 && strcmp(a->srv[0].target, ".") == 0;
}
