/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One stream's life: state, bytes in and out, errors, the end. What is said
 * before a stream is open stands in stream_in.c and stream_out.c.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/stream_internal.h"
#include "net/hash.h"

/* LIMIT: how long a peer may take to read our stream error. */
#define ERROR_LINGER_MS 2000

static const char *const state_names[] = {
	[STREAM_NEW] = "new",
	[STREAM_HEADER] = "header",
	[STREAM_FEATURES] = "features",
	[STREAM_STARTTLS] = "starttls",
	[STREAM_TLS] = "tls",
	[STREAM_READY] = "ready",
	[STREAM_SASL] = "sasl",
	[STREAM_DIALBACK] = "dialback",
	[STREAM_SM] = "sm",
	[STREAM_AUTH] = "auth",
	[STREAM_OPEN] = "open",
	[STREAM_CLOSING] = "closing",
	[STREAM_CLOSED] = "closed",
};

static const struct stream_limits default_limits = {
	.max_before = 65536,
	.max_after = 262144,
	.pending = 256,
	.unacked = 256,
	.bytes_per_s = 262144,
	.stanzas_per_s = 200,
	.establish_ms = 60000,
	.first_byte_ms = 10000,
	.close_ms = 5000,
	.dialback_ms = 30000,
	.liveness_ms = 60000,
};

const char *
stream_state_name(enum stream_state st)
{
	return state_names[st];
}

struct stream_methods
stream_policy_methods(const struct stream_policy *p)
{
	struct stream_methods m = { 0 };

	m.tls = p->tls != STREAM_NOT_SUPPORTED;
	m.tls_required = p->tls == STREAM_REQUIRED;
	m.external = m.tls && p->sasl != STREAM_NOT_SUPPORTED;
	m.tls_dialback = p->dialback && m.tls &&
	    !(p->tls == STREAM_REQUIRED && p->sasl == STREAM_REQUIRED);
	m.tcp_dialback = p->dialback && !m.tls_required;
	return m;
}

void
stream_enter(struct stream *s, enum stream_state st)
{
	if (s->state == st)
		return;
	log_debug("s2s", "state s2s=%llu dir=%s local=%s peer=%s from=%s to=%s",
	    (unsigned long long)s->number,
	    s->direction == STREAM_IN ? "in" : "out",
	    stream_local(s), stream_remote(s), state_names[s->state],
	    state_names[st]);
	s->state = st;
}

/*
 * What is left of the owner once it has freed the stream from inside one of
 * its own callbacks: nobody.
 */
static bool
nobody_write(void *arg, const void *data, size_t len)
{
	(void)arg;
	(void)data;
	(void)len;
	return true;
}

static int
nobody_tls(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return -1;
}

static void
nobody_bool(void *arg, bool b)
{
	(void)arg;
	(void)b;
}

static bool
nobody_asks(void *arg, const char *domain)
{
	(void)arg;
	(void)domain;
	return false;
}

static void
nobody_header(void *arg, const char *from, const char *to,
    struct stream_verdict *v)
{
	(void)arg;
	(void)from;
	(void)to;
	v->condition = "internal-server-error";
}

static void
nobody_hears(void *arg)
{
	(void)arg;
}

static void
nobody_opens(void *arg, const char *local, const char *remote,
    const char *method)
{
	(void)arg;
	(void)local;
	(void)remote;
	(void)method;
}

static void
nobody_stanza(void *arg, struct xml *x, uint32_t seq)
{
	(void)arg;
	(void)seq;
	xml_free(x);
}

static void
nobody_key(void *arg, const char *from, const char *to, const char *id,
    const char *key)
{
	(void)arg;
	(void)from;
	(void)to;
	(void)id;
	(void)key;
}

static void
nobody_verified(void *arg, const char *from, const char *to, const char *id,
    enum stream_db_verdict v, const char *condition)
{
	(void)arg;
	(void)from;
	(void)to;
	(void)id;
	(void)v;
	(void)condition;
}

static void
nobody_acked(void *arg, unsigned int n)
{
	(void)arg;
	(void)n;
}

static void
nobody_closed(void *arg, const struct stream_end *end)
{
	(void)arg;
	(void)end;
}

static const struct stream_ops nobody = {
	.write = nobody_write,
	.start_tls = nobody_tls,
	.pause = nobody_bool,
	.close = nobody_bool,
	.peer_proves = nobody_asks,
	.is_hosted = nobody_asks,
	.on_header = nobody_header,
	.on_ready = nobody_hears,
	.on_open = nobody_opens,
	.on_stanza = nobody_stanza,
	.on_db_key = nobody_key,
	.on_db_verified = nobody_verified,
	.on_acked = nobody_acked,
	.on_writable = nobody_hears,
	.on_closed = nobody_closed,
};

static char *
dup_or_null(const char *text)
{
	return text != NULL ? mem_strdup(text) : NULL;
}

static void
limits_fill(struct stream_limits *l)
{
	const struct stream_limits *d = &default_limits;

#define FILL(field)                                                            \
	if (l->field == 0)                                                     \
		l->field = d->field
	FILL(max_before);
	FILL(max_after);
	FILL(pending);
	FILL(unacked);
	FILL(bytes_per_s);
	FILL(stanzas_per_s);
	FILL(establish_ms);
	FILL(first_byte_ms);
	FILL(close_ms);
	FILL(dialback_ms);
	FILL(liveness_ms);
#undef FILL
}

static void
set_policy(struct stream *s, const struct stream_policy *p)
{
	s->policy = *p;
	s->methods = stream_policy_methods(p);
}

struct stream *
stream_open(struct loop *l, const struct stream_setup *setup,
    const struct stream_ops *ops, void *arg)
{
	struct stream *s = mem_zalloc(sizeof(*s));
	struct xml_limits xl = { 0 };

	s->loop = l;
	s->ops = ops;
	s->arg = arg;
	s->direction = setup->direction;
	s->number = setup->number;
	s->limits = setup->limits;
	limits_fill(&s->limits);
	set_policy(s, &setup->policy);
	if (s->direction == STREAM_OUT) {
		s->local = dup_or_null(setup->local);
		s->remote = dup_or_null(setup->remote);
	} else {
		s->fallback = dup_or_null(setup->local);
	}
	s->secret = dup_or_null(setup->secret);
	s->has_certificate = setup->has_certificate;
	s->method = "";
	s->done = mem_zalloc(s->limits.pending);
	xl.max_bytes = s->limits.max_before;
	s->reader = xml_reader_new(&xl);
	s->prefixes[0] = (struct xml_prefix){ NS_STREAMS, "stream" };
	s->ctx.default_ns = NS_SERVER;
	s->ctx.prefixes = s->prefixes;
	s->opened = loop_now(l);
	s->tokens_bytes = 4.0 * s->limits.bytes_per_s;
	s->tokens_stanzas = s->limits.stanzas_per_s;
	s->tokens_at = s->opened;
	return s;
}

static void
destroy(struct stream *s)
{
	size_t i;

	stream_timers_free(s);
	xml_reader_free(s->reader);
	for (i = 0; i < s->n_pairs; i++) {
		mem_free(s->pairs[i].local);
		mem_free(s->pairs[i].remote);
	}
	for (i = 0; i < s->n_verifies; i++) {
		mem_free(s->verifies[i].from);
		mem_free(s->verifies[i].to);
		mem_free(s->verifies[i].id);
	}
	mem_free(s->pairs);
	mem_free(s->verifies);
	mem_free(s->local);
	mem_free(s->remote);
	mem_free(s->fallback);
	mem_free(s->peer_id);
	mem_free(s->external);
	mem_free(s->authenticated);
	mem_free(s->done);
	mem_free_secret(s->secret);
	mem_free(s);
}

static void
lock(struct stream *s)
{
	s->busy++;
}

static void
unlock(struct stream *s)
{
	if (--s->busy > 0)
		return;
	if (s->dead)
		destroy(s);
	else
		stream_timers_open(s);
}

void
stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	if (s->busy > 0) {
		s->dead = true;
		s->ops = &nobody;
		s->state = STREAM_CLOSED;
		return;
	}
	destroy(s);
}

bool
stream_is_ending(const struct stream *s)
{
	return s->dead || s->state >= STREAM_CLOSING;
}

void
stream_write(struct stream *s, const char *text, size_t len)
{
	if (!s->ops->write(s->arg, text, len))
		s->full = true;
	s->last_out = loop_now(s->loop);
}

void
stream_write_xml(struct stream *s, const struct xml *x)
{
	struct buf b = { 0 };

	xml_write(x, &s->ctx, &b);
	stream_write(s, b.data, b.len);
	buf_clear(&b);
}

void
stream_write_take(struct stream *s, struct xml *x)
{
	stream_write_xml(s, x);
	xml_free(x);
}

static void
add_attribute(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(b, " %s='", name);
	xml_escape(b, value, strlen(value), true);
	buf_add_byte(b, '\'');
}

bool
stream_db_allowed(const struct stream *s)
{
	return s->tls ? s->methods.tls_dialback : s->methods.tcp_dialback;
}

/* S-01, S-04, S-05, S-12: prefixes, both names, a fresh id, dialback. */
void
stream_write_header(struct stream *s)
{
	bool dialback = s->methods.tls_dialback || s->methods.tcp_dialback;
	struct buf b = { 0 };

	buf_add_str(&b, "<?xml version='1.0'?><stream:stream"
	    " xmlns='" NS_SERVER "' xmlns:stream='" NS_STREAMS "'");
	if (dialback)
		buf_add_str(&b, " xmlns:db='" NS_DIALBACK "'");
	s->prefixes[1] = dialback ?
	    (struct xml_prefix){ NS_DIALBACK, "db" } :
	    (struct xml_prefix){ NULL, NULL };
	if (s->direction == STREAM_IN) {
		add_attribute(&b, "id", hash_random_hex(16, s->id));
		add_attribute(&b, "from",
		    s->local != NULL ? s->local : s->fallback);
	} else {
		add_attribute(&b, "from", s->local);
	}
	add_attribute(&b, "to", s->remote);
	buf_add_str(&b, " version='1.0' xml:lang='en'>");
	s->header_sent = true;
	stream_write(s, b.data, b.len);
	buf_clear(&b);
}

static void
note_end(struct stream *s, enum stream_end_kind kind, const char *condition,
    const char *text)
{
	if (s->end.kind != STREAM_END_NONE)
		return;
	s->end.kind = kind;
	(void)snprintf(s->end.condition, sizeof(s->end.condition), "%s",
	    condition != NULL ? condition : "");
	(void)snprintf(s->end.text, sizeof(s->end.text), "%s",
	    text != NULL ? text : "");
	log_info("s2s", "ending s2s=%llu dir=%s local=%s peer=%s state=%s "
	    "condition=%s text=\"%s\"", (unsigned long long)s->number,
	    s->direction == STREAM_IN ? "in" : "out", stream_local(s),
	    stream_remote(s), state_names[s->state], s->end.condition,
	    s->end.text);
}

void
stream_finish(struct stream *s, bool now)
{
	if (s->told)
		return;
	s->told = true;
	stream_enter(s, STREAM_CLOSED);
	stream_timers_free(s);
	s->ops->close(s->arg, now);
	s->ops->on_closed(s->arg, &s->end);
}

/* The last words; then the peer has ms to say its own. */
static void
say_goodbye(struct stream *s, int ms)
{
	if (!s->close_sent) {
		s->close_sent = true;
		stream_write(s, "</stream:stream>", 16);
	}
	stream_enter(s, STREAM_CLOSING);
	stream_unblock(s);
	stream_timers_closing(s, ms);
}

void
stream_fail_app(struct stream *s, const char *condition, const char *text,
    const char *app_ns, const char *app)
{
	struct xml *x;

	if (stream_is_ending(s))
		return;
	note_end(s, STREAM_END_OUR_ERROR, condition, text);
	if (s->state == STREAM_TLS || s->state == STREAM_NEW) {
		stream_finish(s, true); /* T-05: no close tag */
		return;
	}
	if (!s->header_sent)
		stream_write_header(s);
	x = xml_new("error", NS_STREAMS);
	(void)xml_add(x, condition, NS_STREAM_ERROR);
	if (text != NULL && *text != '\0')
		(void)xml_add_with_text(x, "text", NS_STREAM_ERROR, text);
	if (app != NULL)
		(void)xml_add(x, app, app_ns);
	stream_write_take(s, x);
	say_goodbye(s, ERROR_LINGER_MS);
}

void
stream_fail(struct stream *s, const char *condition, const char *text)
{
	lock(s);
	stream_fail_app(s, condition, text, NULL, NULL);
	unlock(s);
}

void
stream_end_with(struct stream *s, enum stream_end_kind kind,
    const char *condition, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (stream_is_ending(s))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	note_end(s, kind, condition, text);
	if (s->state == STREAM_TLS || !s->header_sent)
		stream_finish(s, true);
	else
		say_goodbye(s, s->limits.close_ms);
}

void
stream_close(struct stream *s)
{
	lock(s);
	stream_end_with(s, STREAM_END_CLOSED, NULL, "closed by us");
	unlock(s);
}

/* A new header comes, after TLS or SASL [S-09]; sent: ours goes first. */
void
stream_restart(struct stream *s, bool keep)
{
	xml_reader_reset(s->reader, keep);
	s->header_sent = false;
	stream_enter(s, STREAM_HEADER);
	if (s->direction == STREAM_OUT)
		stream_write_header(s);
}

void
stream_start(struct stream *s)
{
	lock(s);
	stream_timers_start(s);
	stream_enter(s, STREAM_HEADER);
	if (s->direction == STREAM_OUT)
		stream_write_header(s);
	unlock(s);
}

void
stream_tls_done(struct stream *s)
{
	lock(s);
	if (s->state == STREAM_TLS) {
		s->tls = true;
		stream_restart(s, false);
	}
	unlock(s);
}

static void
peer_error(struct stream *s, const struct xml *x)
{
	const struct xml *child;
	const char *condition = "undefined-condition", *text = "";

	XML_EACH(child, x) {
		if (strcmp(child->ns, NS_STREAM_ERROR) != 0)
			continue;
		if (strcmp(child->name, "text") == 0)
			text = xml_text(child);
		else
			condition = child->name;
	}
	note_end(s, STREAM_END_PEER_ERROR, condition, text);
	say_goodbye(s, ERROR_LINGER_MS);
}

/* The parser's verdicts as stream errors [X-01..X-05, K-04]. */
static void
parse_error(struct stream *s, const struct xml_event *ev)
{
	char text[192];

	log_info("s2s", "parse error s2s=%llu peer=%s detail=\"%s\"",
	    (unsigned long long)s->number, stream_remote(s), ev->detail);
	(void)snprintf(text, sizeof(text), "%s", xml_error_text(ev->error));
	if (ev->error == XML_ERROR_TOO_BIG)
		stream_fail_app(s, "policy-violation", text, NS_ERRORS,
		    "stanza-too-big");
	else
		stream_fail_app(s, xml_error_condition(ev->error), text, NULL,
		    NULL);
}

/* While closing only the end counts, and what acknowledges. */
static void
closing_event(struct stream *s, const struct xml_event *ev)
{
	switch (ev->kind) {
	case XML_EVENT_END:
	case XML_EVENT_ERROR:
		stream_finish(s, false);
		break;
	case XML_EVENT_ELEMENT:
		if (s->end.kind == STREAM_END_CLOSED)
			(void)stream_sm_element(s, ev->x);
		break;
	case XML_EVENT_NONE:
	case XML_EVENT_HEADER:
		break;
	}
}

static void
element(struct stream *s, struct xml_event *ev)
{
	bool stanza = strcmp(ev->x->ns, NS_SERVER) == 0;

	if (stanza)
		stream_count_in(s, 0, true);
	if (xml_is(ev->x, "error", NS_STREAMS)) {
		peer_error(s, ev->x);
		return;
	}
	if (s->direction == STREAM_IN)
		stream_in_element(s, ev);
	else
		stream_out_element(s, ev);
}

static void
event(struct stream *s, struct xml_event *ev)
{
	if (s->state == STREAM_CLOSING) {
		closing_event(s, ev);
		return;
	}
	switch (ev->kind) {
	case XML_EVENT_NONE:
		break;
	case XML_EVENT_HEADER:
		if (s->state != STREAM_HEADER)
			stream_fail_app(s, "bad-format", NULL, NULL, NULL);
		else if (s->direction == STREAM_IN)
			stream_in_header(s, ev);
		else
			stream_out_header(s, ev);
		break;
	case XML_EVENT_ELEMENT:
		element(s, ev);
		break;
	case XML_EVENT_END: /* K-09 */
		note_end(s, STREAM_END_CLOSED, NULL, "closed by the peer");
		if (!s->close_sent && s->header_sent)
			stream_write(s, "</stream:stream>", 16);
		s->close_sent = true;
		stream_finish(s, false);
		break;
	case XML_EVENT_ERROR:
		parse_error(s, ev);
		break;
	}
}

void
stream_pump(struct stream *s)
{
	struct xml_event ev;

	if (s->busy > 0)
		return; /* whoever is inside goes on */
	lock(s);
	while (!s->dead && !s->blocked && s->state != STREAM_CLOSED &&
	    s->state != STREAM_TLS && xml_reader_next(s->reader, &ev) > 0) {
		event(s, &ev);
		xml_event_clear(&ev);
	}
	unlock(s);
}

void
stream_push(struct stream *s, const void *data, size_t len)
{
	if (s->state == STREAM_CLOSED || s->state == STREAM_TLS)
		return;
	s->last_in = loop_now(s->loop);
	xml_reader_push(s->reader, data, len);
	stream_count_in(s, len, false); /* white space too (K-05) */
}

void
stream_run(struct stream *s)
{
	stream_pump(s);
}

void
stream_unblock(struct stream *s)
{
	if (!s->blocked)
		return;
	s->blocked = false;
	s->ops->pause(s->arg, false);
}

void
stream_drained(struct stream *s)
{
	lock(s);
	s->full = false;
	if (s->state == STREAM_OPEN)
		s->ops->on_writable(s->arg);
	unlock(s);
}

void
stream_lost(struct stream *s, const struct fault *why)
{
	char text[256];

	lock(s);
	(void)snprintf(text, sizeof(text), "%s: %.200s",
	    state_names[s->state], why != NULL ? why->text : "lost");
	note_end(s, STREAM_END_LOST, NULL, text);
	stream_finish(s, true);
	unlock(s);
}

enum stream_state
stream_state(const struct stream *s)
{
	return s->state;
}

enum stream_direction
stream_direction(const struct stream *s)
{
	return s->direction;
}

const char *
stream_local(const struct stream *s)
{
	return s->local != NULL ? s->local : "";
}

const char *
stream_remote(const struct stream *s)
{
	return s->remote != NULL ? s->remote : "";
}

const char *
stream_id(const struct stream *s)
{
	if (s->direction == STREAM_IN)
		return s->id;
	return s->peer_id != NULL ? s->peer_id : "";
}

bool
stream_is_tls(const struct stream *s)
{
	return s->tls;
}

bool
stream_has_sm(const struct stream *s)
{
	return s->direction == STREAM_IN ? s->sm_in : s->sm_out;
}

uint64_t
stream_number(const struct stream *s)
{
	return s->number;
}

uint64_t
stream_stanzas_in(const struct stream *s)
{
	return s->stanzas_in;
}

uint64_t
stream_stanzas_out(const struct stream *s)
{
	return s->stanzas_out;
}

int64_t
stream_last_stanza(const struct stream *s)
{
	return s->last_stanza;
}

const char *
stream_method(const struct stream *s)
{
	return s->method;
}
