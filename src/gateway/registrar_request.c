/* SPDX-License-Identifier: GPL-3.0-or-later */
/* REGISTER: checked whole, then done whole. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/registrar_internal.h"

#define EXPIRES_MIN     60
#define EXPIRES_MAX     7200
#define EXPIRES_DEFAULT 3600
/* LIMIT: one Contact value. */
#define CONTACT_MAX 1024
/* How often an outbound client should ping (RFC 5626): well below idle. */
#define FLOW_TIMER 120

/* A connection lives as long as the registration on it and a little more. */
#define FLOW_IDLE_MS  900000
#define FLOW_SPARE_MS 60000

/* One Contact of the request, read. */
struct wish {
	struct sip_addr addr;
	struct binding *binding; /* the one it refreshes; NULL: a new one */
	char *instance;
	uint32_t reg_id;
	uint32_t expires;
};

struct wishes {
	struct wish items[REGISTRAR_BINDINGS_MAX];
	unsigned n;
	bool star;
};

static void
wishes_clear(struct wishes *w)
{
	unsigned i;

	for (i = 0; i < w->n; i++)
		mem_free(w->items[i].instance);
}

/* "<urn:uuid:...>" in quotes to the bare urn. */
static char *
instance_of(struct sip_span params)
{
	struct sip_span v;

	if (!sip_param(params, "+sip.instance", &v))
		return mem_strdup("");
	while (v.n != 0 && (v.p[0] == '"' || v.p[0] == '<'))
		v = sip_span_make(v.p + 1, v.n - 1);
	while (v.n != 0 && (v.p[v.n - 1] == '"' || v.p[v.n - 1] == '>'))
		v.n--;
	return sip_span_dup(v);
}

static struct binding *
binding_for(struct aor *a, const struct wish *w)
{
	struct binding *b;

	if (a == NULL)
		return NULL;
	TAILQ_FOREACH (b, &a->bindings, entry) {
		struct sip_uri u;

		if (w->reg_id != 0 && w->instance[0] != '\0' &&
		    b->reg_id == w->reg_id &&
		    strcmp(b->instance, w->instance) == 0)
			return b;
		if (sip_uri_parse(sip_span_of(b->contact), &u, NULL) == 0 &&
		    sip_uri_equal(&u, &w->addr.uri))
			return b;
	}
	return NULL;
}

/* The status that refuses this Contact; 0: fine. */
static int
wish_read(struct aor *a, const struct sip_msg *m, struct sip_span value,
    struct wish *w)
{
	struct sip_span v;
	uint64_t n;

	memset(w, 0, sizeof(*w));
	w->expires = sip_msg_uint(m, SIP_HDR_EXPIRES, EXPIRES_DEFAULT);
	w->instance = mem_strdup("");
	if (value.n > CONTACT_MAX || sip_addr_read(value, &w->addr) != 0 ||
	    (w->addr.uri.scheme != SIP_SCHEME_SIP &&
		w->addr.uri.scheme != SIP_SCHEME_SIPS))
		return 400;
	mem_free(w->instance);
	w->instance = instance_of(w->addr.params);
	if (sip_param(w->addr.params, "reg-id", &v) &&
	    sip_span_uint(v, UINT32_MAX, &n) == 0)
		w->reg_id = (uint32_t)n;
	if (sip_param(w->addr.params, "expires", &v))
		w->expires = sip_span_uint(v, UINT32_MAX, &n) == 0
				 ? (uint32_t)n
				 : EXPIRES_DEFAULT; /* P-05 */
	if (w->expires > EXPIRES_MAX)
		w->expires = EXPIRES_MAX;
	if (w->expires != 0 && w->expires < EXPIRES_MIN)
		return 423;
	w->binding = binding_for(a, w);
	return 0;
}

/* Same Call-ID: the CSeq has to grow (section 10.3 step 7). */
static bool
is_out_of_order(const struct binding *b, const struct sip_msg *m, uint32_t cseq)
{
	return b != NULL && sip_span_is(sip_msg_call_id(m), b->call_id) &&
	       cseq <= b->cseq;
}

static int
star_check(struct aor *a, const struct sip_msg *m, uint32_t cseq)
{
	struct binding *b;

	if (sip_msg_count(m, SIP_HDR_CONTACT) != 1 ||
	    sip_msg_uint(m, SIP_HDR_EXPIRES, EXPIRES_DEFAULT) != 0)
		return 400;
	if (a != NULL)
		TAILQ_FOREACH (b, &a->bindings, entry)
			if (is_out_of_order(b, m, cseq))
				return 500;
	return 0;
}

/* The same contact or binding twice in one request. */
static bool
is_repeated(const struct wishes *w, const struct wish *one)
{
	const struct wish *other;

	for (other = w->items; other != one; other++)
		if ((one->binding != NULL && one->binding == other->binding) ||
		    sip_uri_equal(&one->addr.uri, &other->addr.uri))
			return true;
	return false;
}

static int
wishes_read(
    struct aor *a, const struct sip_msg *m, uint32_t cseq, struct wishes *w)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_CONTACT);
	struct sip_span value;
	unsigned count = a == NULL ? 0 : a->n;
	int status = 0;

	memset(w, 0, sizeof(*w));
	while (status == 0 && sip_values_next(&it, &value)) {
		struct wish *one = &w->items[w->n];

		if (sip_span_is(value, "*")) {
			w->star = true;
			return star_check(a, m, cseq);
		}
		if (w->n == REGISTRAR_BINDINGS_MAX)
			return 403;
		w->n++;
		status = wish_read(a, m, value, one);
		if (status == 0 && is_repeated(w, one))
			status = 400;
		if (status == 0 && is_out_of_order(one->binding, m, cseq))
			status = 500;
		if (one->binding == NULL && one->expires != 0 &&
		    ++count > REGISTRAR_BINDINGS_MAX)
			status = status == 0 ? 403 : status;
	}
	return status;
}

/* Parameters of the Contact but expires, as written. */
static char *
params_kept(struct sip_span params)
{
	struct buf b = { 0 };
	struct sip_span name, value;

	while (sip_param_next(&params, &name, &value)) {
		if (sip_span_is_nocase(name, "expires"))
			continue;
		buf_add_byte(&b, ';');
		sip_span_add(&b, name);
		if (value.n != 0) {
			buf_add_byte(&b, '=');
			sip_span_add(&b, value);
		}
	}
	return buf_take(&b);
}

static void
text_replace(char **at, char *text)
{
	mem_free(*at);
	*at = text;
}

static void
target_from(struct binding *b, const struct sip_peer *peer)
{
	struct registrar *r = b->aor->registrar;

	chain_remove(&r->flows, &b->by_flow);
	sip_target_from_peer(peer, &b->target);
	b->lost = false;
	if (peer->flow != 0)
		chain_add(&r->flows, &b->by_flow,
		    chain_hash(&r->flows, &peer->flow, sizeof(peer->flow)));
}

static void
wish_apply(struct aor *a, const struct wish *w, const struct sip_msg *m,
    uint32_t cseq, const struct sip_peer *peer)
{
	struct binding *b = w->binding;

	if (w->expires == 0) {
		if (b != NULL)
			registrar_binding_remove(b);
		return;
	}
	if (b == NULL)
		b = registrar_binding_new(a, "");
	else
		registrar_unsave(b); /* an instance may move its contact */
	text_replace(&b->contact, sip_span_dup(w->addr.uri_text));
	text_replace(&b->params, params_kept(w->addr.params));
	text_replace(&b->call_id, sip_span_dup(sip_msg_call_id(m)));
	text_replace(&b->instance, mem_strdup(w->instance));
	b->reg_id = w->reg_id;
	b->cseq = cseq;
	target_from(b, peer);
	registrar_binding_expires(b, (int64_t)w->expires * 1000);
	if (w->expires * 1000 + FLOW_SPARE_MS > FLOW_IDLE_MS)
		sip_stack_flow_idle(a->registrar->stack, peer->flow,
		    (int)w->expires * 1000 + FLOW_SPARE_MS);
	registrar_save(b);
}

/* -- answering ----------------------------------------------------------- */

static void
answer_add_contact(const struct binding *b, struct sip_msg *r, bool gruu)
{
	int64_t left =
	    b->expires_at - loop_now(sip_stack_loop(b->aor->registrar->stack));
	struct buf v = { 0 };

	buf_printf(&v, "<%s>%s;expires=%lld", b->contact, b->params,
	    (long long)(left <= 0 ? 0 : (left + 500) / 1000));
	if (gruu && b->instance[0] != '\0') {
		buf_printf(&v, ";pub-gruu=\"sip:%s;gr=", b->aor->name);
		sip_escape_param(sip_span_of(b->instance), &v);
		buf_add_byte(&v, '"');
	}
	sip_msg_add(r, SIP_HDR_CONTACT, sip_span_make(v.data, v.len));
	buf_clear(&v);
}

static void
answer_ok(
    struct registrar *r, struct sip_server *t, const char *aor, bool outbound)
{
	struct aor *a = registrar_aor(r, aor, false);
	bool gruu =
	    sip_msg_lists(sip_server_request(t), SIP_HDR_SUPPORTED, "gruu");
	struct sip_msg *m = sip_server_response(t, 200, NULL);
	struct binding *b;

	if (a != NULL)
		TAILQ_FOREACH (b, &a->bindings, entry)
			answer_add_contact(b, m, gruu);
	if (outbound) { /* */
		sip_msg_add_str(m, SIP_HDR_REQUIRE, "outbound");
		sip_msg_addf(m, SIP_HDR_FLOW_TIMER, "%d", FLOW_TIMER);
	}
	sip_server_respond_take(t, m);
}

static void
answer_refuse(struct sip_server *t, int status)
{
	struct sip_msg *m = sip_server_response(t, status,
	    status == 403   ? "Too many contacts"
	    : status == 500 ? "Out of order"
			    : NULL);

	if (status == 423)
		sip_msg_addf(m, SIP_HDR_MIN_EXPIRES, "%d", EXPIRES_MIN);
	sip_server_respond_take(t, m);
}

static void
star_apply(struct aor *a)
{
	struct binding *b;

	while ((b = TAILQ_FIRST(&a->bindings)) != NULL)
		registrar_binding_remove(b);
}

void
registrar_request(struct registrar *r, struct sip_server *t, const char *aor)
{
	const struct sip_msg *m = sip_server_request(t);
	const struct sip_peer *peer = sip_server_peer(t);
	struct aor *a = registrar_aor(r, aor, false);
	struct sip_cseq cseq;
	struct wishes w;
	bool outbound = false;
	unsigned i;
	int status;

	(void)sip_msg_cseq(m, &cseq);
	status = wishes_read(a, m, cseq.number, &w);
	if (status != 0) {
		wishes_clear(&w);
		answer_refuse(t, status);
		return;
	}
	if (a == NULL && w.n != 0)
		a = registrar_aor(r, aor, true);
	if (w.star && a != NULL)
		star_apply(a);
	for (i = 0; i < w.n; i++) {
		outbound = outbound ||
			   (w.items[i].reg_id != 0 && peer->flow != 0 &&
			       sip_msg_lists(m, SIP_HDR_SUPPORTED, "outbound"));
		wish_apply(a, &w.items[i], m, cseq.number, peer);
	}
	wishes_clear(&w);
	/* The answer first: a NOTIFY about it may go the same way. */
	answer_ok(r, t, aor, outbound);
	if (a != NULL)
		registrar_settle(a);
}
