/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection between a proxy and a translator: who may, what is said.
 *
 *	<link xmlns='urn:fedsh:link:1' instance='..' window='256'>
 *	  <s id='7' t='trace'> one stanza </s>
 *	  <r id='7'/>  <r id='7' c='item-not-found'>text</r>
 *	  <ping/> <pong/> <drain/>
 *	</link>
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/evlog.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/link_internal.h"

#define RETRY_MIN_MS 200
#define WINDOW_MAX   4096

static const struct xml_context link_ctx = { .default_ns = NS_LINK };

static void
wire_destroy(struct wire *w)
{
	loop_timer_free(w->ping);
	xml_reader_free(w->reader);
	mem_free(w);
}

static void
wire_unlock(struct wire *w)
{
	if (--w->busy == 0 && w->dead)
		wire_destroy(w);
}

/* The end of a connection; why NULL: by us, nothing wrong. */
void
wire_end(struct wire *w, const struct fault *why, bool now)
{
	struct link *k = w->k;
	struct target *t = w->target;

	if (w->dead)
		return;
	w->dead = true;
	w->busy++;
	if (w->c != NULL) {
		if (now)
			conn_abort(w->c);
		else
			conn_close(w->c);
	}
	w->c = NULL;
	LIST_REMOVE(w, entry);
	k->n_wires--;
	if (w->n != NULL && w->n->wire == w) {
		w->n->wire = NULL;
		w->n->left = loop_now(k->loop);
	}
	if (w->up || why != NULL)
		log_info("link", "down address=%s instance=%s why=\"%s\"",
		    w->address, w->n != NULL ? w->n->instance : "",
		    why != NULL ? why->text : "closed");
	if (!w->up && !w->dialled && why != NULL &&
	    (why->code == FAULT_SECURITY || why->code == FAULT_PROTOCOL))
		evlog_write(EVLOG_LINK_REFUSED, "link from %s refused: %s",
		    w->address, why->text);
	if (t != NULL) {
		t->wire = NULL;
		if (w->up)
			t->delay_ms = RETRY_MIN_MS;
		target_retry(t);
	}
	w->up = false;
	link_wire_lost(k, w);
	link_up_changed(k, why);
	wire_unlock(w);
}

static void
fail(struct wire *w, const char *text)
{
	struct fault f;

	fault_set(&f, FAULT_PROTOCOL, "%s", text);
	log_warn("link", "refused address=%s: %s", w->address, text);
	wire_end(w, &f, true);
}

static void
write_text(struct wire *w, const char *text)
{
	if (w->c != NULL)
		(void)conn_write_str(w->c, text);
}

static void
write_take(struct wire *w, struct xml *x)
{
	struct buf b = { 0 };

	xml_write(x, &link_ctx, &b);
	if (w->c != NULL)
		(void)conn_write(w->c, b.data, b.len);
	buf_clear(&b);
	xml_free(x);
}

static void
write_header(struct wire *w)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
	    "<link xmlns='" NS_LINK "' instance='%s' window='%u'>",
	    w->k->instance, w->k->limits.window);
	write_text(w, text);
	if (w->k->draining)
		write_text(w, "<drain/>");
}

void
wire_say_bye(struct wire *w)
{
	write_text(w, "<drain/>");
}

bool
wire_takes(const struct wire *w)
{
	return w->up && !w->draining && w->out < w->window;
}

void
wire_send(struct wire *w, const struct held *h)
{
	struct xml *s = xml_new("s", NS_LINK);
	char id[24];

	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)h->id);
	xml_set(s, "id", id);
	xml_set(s, "t", h->session);
	xml_add_take(s, xml_copy(h->x));
	w->out++;
	write_take(w, s);
}

void
wire_send_result(struct wire *w, uint64_t id, enum stanza_condition c,
    const char *text)
{
	struct xml *r = xml_new("r", NS_LINK);
	char number[24];

	(void)snprintf(number, sizeof(number), "%llu",
	    (unsigned long long)id);
	xml_set(r, "id", number);
	if (c != CONDITION_NONE) {
		xml_set(r, "c", stanza_condition_name(c));
		if (text != NULL)
			xml_add_text(r, text);
	}
	write_take(w, r);
}

static bool
read_id(const struct xml *x, uint64_t *idp)
{
	const char *text = xml_get(x, "id");
	char *end;

	if (text == NULL || *text < '0' || *text > '9' || strlen(text) > 19)
		return false;
	*idp = strtoull(text, &end, 10);
	return *end == '\0' && *idp != 0;
}

static void
header(struct wire *w, const struct xml *x)
{
	const char *instance = xml_get(x, "instance");
	const char *window = xml_get(x, "window");
	struct link *k = w->k;

	if (!xml_is(x, "link", NS_LINK) || instance == NULL ||
	    *instance == '\0' || strlen(instance) > INSTANCE_MAX) {
		fail(w, "not the header of a link");
		return;
	}
	w->n = neighbour_get(k, instance);
	if (w->n == NULL) {
		fail(w, "too many neighbours");
		return;
	}
	if (w->n->wire != NULL)
		wire_end(w->n->wire, NULL, true); /* a newer one replaces it */
	w->n->wire = w;
	w->window = window != NULL ? (unsigned int)atoi(window) : 1;
	if (w->window < 1 || w->window > WINDOW_MAX)
		w->window = w->window < 1 ? 1 : WINDOW_MAX;
	if (!w->dialled)
		write_header(w);
	w->up = true;
	log_info("link", "up address=%s instance=%s", w->address, instance);
	link_up_changed(k, NULL);
	link_pump(k);
}

static void
stanza(struct wire *w, struct xml *x)
{
	struct link_stanza s = { 0 };
	struct link *k = w->k;
	struct seen *seen;
	uint64_t id;

	s.x = xml_child(x, NULL, NULL);
	if (!read_id(x, &id) || s.x == NULL ||
	    stanza_kind(s.x) == STANZA_NONE) {
		fail(w, "a stanza without id or content");
		return;
	}
	if (!neighbour_take(k, w->n, id, &seen)) {
		log_info("link", "repeat dropped id=%llu instance=%s",
		    (unsigned long long)id, w->n->instance);
		if (seen->done)
			wire_send_result(w, id, seen->condition, seen->text);
		return;
	}
	xml_detach(s.x);
	s.token = link_token(w->n, seen);
	s.session = xml_get(x, "t");
	if (s.session == NULL)
		s.session = "";
	k->ops->on_stanza(k, &s, k->arg);
}

static void
result(struct wire *w, const struct xml *x)
{
	const char *name = xml_get(x, "c");
	enum stanza_condition c = CONDITION_NONE;
	uint64_t id;

	if (!read_id(x, &id)) {
		fail(w, "a result without id");
		return;
	}
	if (name != NULL) {
		c = stanza_condition_find(name);
		if (c == CONDITION_NONE)
			c = CONDITION_UNDEFINED_CONDITION;
	}
	link_wire_result(w, id, c, *xml_text(x) != '\0' ? xml_text(x) : NULL);
}

static void
element(struct wire *w, struct xml *x)
{
	if (!w->up) {
		fail(w, "data before the header");
	} else if (xml_is(x, "s", NS_LINK)) {
		stanza(w, x);
	} else if (xml_is(x, "r", NS_LINK)) {
		result(w, x);
	} else if (xml_is(x, "ping", NS_LINK)) {
		write_text(w, "<pong/>");
	} else if (xml_is(x, "drain", NS_LINK)) {
		w->draining = true;
		link_up_changed(w->k, NULL);
	}
	/* Others are of a later version: ignored. */
}

static void
handle(struct wire *w, struct xml_event *ev)
{
	char text[192];

	switch (ev->kind) {
	case XML_EVENT_NONE:
		break;
	case XML_EVENT_HEADER:
		header(w, ev->x);
		break;
	case XML_EVENT_ELEMENT:
		element(w, ev->x);
		break;
	case XML_EVENT_END:
		wire_end(w, NULL, false);
		break;
	case XML_EVENT_ERROR:
		(void)snprintf(text, sizeof(text), "unreadable: %s",
		    ev->detail);
		fail(w, text);
		break;
	}
}

static void
on_read(struct conn *c, struct buf *in, void *arg)
{
	struct wire *w = arg;
	struct xml_event ev;

	(void)c;
	w->busy++;
	w->last_in = loop_now(w->k->loop);
	w->pinged = false;
	xml_reader_push(w->reader, in->data, in->len);
	buf_consume(in, in->len);
	while (!w->dead && xml_reader_next(w->reader, &ev) > 0) {
		handle(w, &ev);
		xml_event_clear(&ev);
	}
	wire_unlock(w);
}

/* The right certificate with the right role, or nothing is said. */
static void
on_tls(struct conn *c, void *arg)
{
	struct wire *w = arg;
	const struct tls_peer *tp = conn_tls_peer(c);
	char text[192];

	if (!tls_peer_trusted(tp)) {
		(void)snprintf(text, sizeof(text), "certificate: %s",
		    tls_peer_reason(tp));
		fail(w, text);
		return;
	}
	if (!tls_peer_has_role(tp, w->k->peer_role)) {
		(void)snprintf(text, sizeof(text),
		    "certificate of %.80s has no role %.40s",
		    tls_peer_subject(tp), w->k->peer_role);
		fail(w, text);
		return;
	}
	if (w->dialled)
		write_header(w);
}

static void
on_connected(struct conn *c, void *arg)
{
	struct wire *w = arg;
	struct fault f;

	if (w->k->client_ctx == NULL)
		write_header(w);
	else if (conn_tls_connect(c, w->k->client_ctx, NULL, NULL, &f) < 0)
		wire_end(w, &f, true);
}

static void
on_closed(struct conn *c, const struct fault *why, void *arg)
{
	struct wire *w = arg;

	(void)c;
	w->c = NULL;
	wire_end(w, why, true);
}

static const struct conn_ops wire_ops = {
	.on_connected = on_connected,
	.on_tls = on_tls,
	.on_read = on_read,
	.on_closed = on_closed,
};

/* Silence is asked about once, then believed. */
static void
on_ping(void *arg)
{
	struct wire *w = arg;
	int64_t now = loop_now(w->k->loop);
	struct fault f;

	if (w->pinged && now - w->last_in >= 2 * w->k->limits.ping_ms) {
		fault_set(&f, FAULT_TIMEOUT, "no answer in %d s",
		    2 * w->k->limits.ping_ms / 1000);
		wire_end(w, &f, true);
		return;
	}
	if (!w->up) {
		if (now - w->last_in >= 2 * w->k->limits.ping_ms) {
			fault_set(&f, FAULT_TIMEOUT, "no header in time");
			wire_end(w, &f, true);
			return;
		}
	} else if (now - w->last_in >= w->k->limits.ping_ms) {
		w->pinged = true;
		write_text(w, "<ping/>");
	}
	loop_timer_set(w->ping, w->k->limits.ping_ms);
}

struct wire *
wire_new(struct link *k, struct conn *c, struct target *t)
{
	struct wire *w = mem_zalloc(sizeof(*w));
	struct xml_limits limits = { .max_bytes = k->limits.max_stanza };

	w->k = k;
	w->c = c;
	w->target = t;
	w->dialled = t != NULL;
	w->last_in = loop_now(k->loop);
	w->reader = xml_reader_new(&limits);
	w->ping = loop_timer_new(k->loop, on_ping, w);
	loop_timer_set(w->ping, k->limits.ping_ms);
	(void)addr_text(conn_remote(c), w->address);
	LIST_INSERT_HEAD(&k->wires, w, entry);
	k->n_wires++;
	conn_set_ops(c, &wire_ops, w);
	return w;
}

void
link_on_accept(
    struct listener *ls, int fd, const struct addr *peer, void *arg)
{
	struct conn_opts opts = { .write_max = 64u << 20 };
	struct link *k = arg;
	struct conn *c;
	struct wire *w;
	struct fault f;

	(void)ls;
	(void)peer;
	if (k->n_wires >= NEIGHBOURS_MAX) {
		(void)close(fd);
		return;
	}
	c = conn_from_fd_take(k->loop, fd, &opts, &wire_ops, NULL, &f);
	if (c == NULL) {
		log_warn("link", "cannot take a connection: %s", f.text);
		return;
	}
	w = wire_new(k, c, NULL);
	if (k->server_ctx != NULL &&
	    conn_tls_accept(c, k->server_ctx, NULL, &f) < 0)
		wire_end(w, &f, true);
}

static void
on_retry(void *arg)
{
	struct conn_opts opts = { .write_max = 64u << 20 };
	struct target *t = arg;
	struct link *k = t->k;
	struct conn *c;
	struct fault f;

	if (t->wire != NULL || !t->wanted || k->closing)
		return;
	if (k->source.len != 0 &&
	    addr_family(&k->source) == addr_family(&t->at))
		opts.source = &k->source;
	c = conn_dial(k->loop, &t->at, &opts, &wire_ops, NULL, &f);
	if (c == NULL) {
		log_warn("link", "cannot dial: %s", f.text);
		target_retry(t);
		return;
	}
	t->wire = wire_new(k, c, t);
}

/* Each failure waits longer, with some chance in it. */
void
target_retry(struct target *t)
{
	struct link *k = t->k;

	if (!t->wanted || k->closing)
		return;
	loop_timer_set(t->retry, t->delay_ms +
	    loop_random_below(k->loop, (uint32_t)t->delay_ms / 2 + 1));
	t->delay_ms *= 2;
	if (t->delay_ms > k->limits.retry_max_ms)
		t->delay_ms = k->limits.retry_max_ms;
}

struct target *
target_new(struct link *k, const struct addr *at)
{
	struct target *t = mem_zalloc(sizeof(*t));

	t->k = k;
	t->at = *at;
	t->wanted = true;
	t->delay_ms = RETRY_MIN_MS;
	t->retry = loop_timer_new(k->loop, on_retry, t);
	LIST_INSERT_HEAD(&k->targets, t, entry);
	loop_timer_set(t->retry, 0);
	return t;
}

void
target_free(struct target *t)
{
	struct wire *w = t->wire;

	t->wanted = false;
	if (w != NULL) {
		w->target = NULL;
		wire_end(w, NULL, false);
	}
	loop_timer_free(t->retry);
	LIST_REMOVE(t, entry);
	mem_free(t);
}
