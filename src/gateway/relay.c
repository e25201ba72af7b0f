/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request passed on to one or several places, the best answer back. */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/frontend_internal.h"

/*
 * Our client gives up after 32 s as we would, and would not hear us then. The
 * translator holds an answer for 20 s at most ([M1]).
 */
#define RELAY_MS 28000

struct branch {
	struct relay *relay;
	struct sip_client *client; /* NULL: it has answered */
	char *contact;
};

struct relay {
	TAILQ_ENTRY(relay) entry;
	struct frontend *fe;
	struct sip_server *server; /* NULL: answered */
	struct sip_msg *best;
	char *aor;
	bool outside, message;
	unsigned n, pending;
	struct branch branches[REGISTRAR_BINDINGS_MAX];
	struct loop_timer *timer;
};

/* Hop by hop or made anew; everything else of an answer is passed on. */
static bool
is_ours_to_write(enum sip_header id)
{
	switch ((int)id) {
	case SIP_HDR_VIA:
	case SIP_HDR_FROM:
	case SIP_HDR_TO:
	case SIP_HDR_CALL_ID:
	case SIP_HDR_CSEQ:
	case SIP_HDR_TIMESTAMP:
	case SIP_HDR_CONTENT_LENGTH:
	case SIP_HDR_CONTENT_TYPE:
		return true;
	default:
		return false;
	}
}

/* What a client may see: 408 never to a non-INVITE (4320), no 503 (16.7). */
static int
status_back(const struct relay *r, int status)
{
	if (r->outside)
		return status == 408 || status == 503 || status == 430 ? 504
								       : status;
	if (status == 408 || status == 430 || status == 503 ||
	    status / 100 == 3)
		return 480;
	return status;
}

static struct sip_msg *
answer_make(const struct relay *r, const struct sip_server *t,
    const struct sip_msg *from)
{
	int status = status_back(r, from->status);
	char *reason = sip_span_dup(sip_msg_reason(from));
	struct sip_msg *m = sip_response_new(sip_server_request(t), status,
	    status == from->status && reason[0] != '\0' ? reason : NULL);
	struct sip_span body = sip_msg_body(from);
	char *type = sip_span_dup(sip_msg_header(from, SIP_HDR_CONTENT_TYPE));
	unsigned i;

	sip_msg_set(m, SIP_HDR_TO, sip_msg_header(from, SIP_HDR_TO));
	for (i = 0; i < from->nfields; i++) {
		const struct sip_field *f = &from->fields[i];
		enum sip_header id = f->id;

		if (is_ours_to_write(id))
			continue;
		if (id != SIP_HDR_OTHER) {
			sip_msg_add(m, id, sip_field_value(from, f));
		} else {
			char *name = sip_span_dup(sip_field_name(from, f));

			sip_msg_add_named(m, name, sip_field_value(from, f));
			mem_free(name);
		}
	}
	if (body.n != 0)
		sip_msg_set_body(m, type, body.p, body.n);
	mem_free(type);
	mem_free(reason);
	return m;
}

static void
relay_free(struct relay *r)
{
	struct frontend *fe = r->fe;
	unsigned i;

	for (i = 0; i < r->n; i++) {
		sip_client_forget(r->branches[i].client);
		mem_free(r->branches[i].contact);
	}
	TAILQ_REMOVE(&fe->relays, r, entry);
	fe->n_relays--;
	loop_timer_free(r->timer);
	sip_msg_unref(r->best);
	mem_free(r->aor);
	mem_free(r);
}

void
relay_free_all(struct frontend *fe)
{
	struct relay *r;

	while ((r = TAILQ_FIRST(&fe->relays)) != NULL)
		relay_free(r);
}

static void
relay_done(struct relay *r)
{
	struct frontend *fe = r->fe;

	relay_free(r);
	if (fe->n_relays == 0 && fe->drained != NULL) {
		void (*fn)(void *arg) = fe->drained;

		fe->drained = NULL;
		loop_defer(fe->loop, fn, fe->drained_arg);
	}
}

/* With the best so far, or that nobody answered. */
static void
relay_answer(struct relay *r)
{
	struct sip_server *t = r->server;

	r->server = NULL;
	if (r->message && (r->best == NULL || r->best->status >= 300))
		r->fe->messages_failed++;
	if (r->best == NULL)
		sip_server_answer(t, r->outside ? 504 : 480, NULL);
	else
		sip_server_respond_take(t, answer_make(r, t, r->best));
}

/* Smaller is better: success, then what a person decided, then the rest. */
static int
rank(int status)
{
	switch (status) {
	case 415:
	case 420:
	case 484:
		return 2;
	case 408:
	case 430:
	case 503:
		return 9;
	default:
		break;
	}
	switch (status / 100) {
	case 2:
		return 0;
	case 6:
		return 1;
	case 4:
		return 3;
	case 3:
		return 5;
	default:
		return 4;
	}
}

static void
branch_on_answer(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct branch *b = arg;
	struct relay *r = b->relay;

	(void)c;
	if (m->status < 200)
		return; /* 100 is between neighbours */
	b->client = NULL;
	r->pending--;
	if (r->outside)
		frontend_translator_seen(
		    r->fe, outcome == SIP_OUTCOME_RESPONSE);
	if (outcome != SIP_OUTCOME_RESPONSE) {
		log_info("sip", "request not delivered status=%d to=%s",
		    m->status, b->contact != NULL ? b->contact : "gateway");
		if (m->status == 430 && r->aor != NULL && b->contact != NULL)
			registrar_drop(r->fe->registrar, r->aor, b->contact);
	}
	if (r->best == NULL || rank(m->status) < rank(r->best->status)) {
		sip_msg_unref(r->best);
		r->best = sip_msg_copy(m);
	}
	if (r->server != NULL && (r->pending == 0 || m->status / 100 == 2))
		relay_answer(r);
	if (r->pending == 0)
		relay_done(r);
}

static void
relay_on_timer(void *arg)
{
	struct relay *r = arg;

	if (r->server != NULL)
		relay_answer(r);
	relay_done(r);
}

void
relay_start(struct frontend *fe, struct sip_server *t, const struct sip_msg *m,
    const char *aor, bool outside, const struct relay_branch *branches,
    unsigned n)
{
	struct relay *r = mem_zalloc(sizeof(*r));
	unsigned i;

	r->fe = fe;
	r->server = t;
	r->outside = outside;
	r->message = m->method == SIP_MESSAGE;
	r->aor = aor == NULL ? NULL : mem_strdup(aor);
	r->n = r->pending = n;
	r->timer = loop_timer_new(fe->loop, relay_on_timer, r);
	loop_timer_set(r->timer, RELAY_MS);
	TAILQ_INSERT_TAIL(&fe->relays, r, entry);
	fe->n_relays++;
	for (i = 0; i < n; i++) {
		struct branch *b = &r->branches[i];
		struct sip_msg *copy = sip_msg_copy(m);

		b->relay = r;
		if (branches[i].contact != NULL) {
			b->contact = mem_strdup(branches[i].contact);
			sip_msg_set_uri(copy, sip_span_of(b->contact));
		}
		b->client = sip_stack_request(
		    fe->stack, copy, &branches[i].target, branch_on_answer, b);
		sip_msg_unref(copy);
	}
}
