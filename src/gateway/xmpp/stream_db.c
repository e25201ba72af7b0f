/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dialback elements on one stream, in each of the four roles (XEP-0220). */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/dialback.h"
#include "gateway/xmpp/jid.h"
#include "gateway/xmpp/stream_internal.h"

/* LIMIT: a key as text, ours has 64 letters. */
#define KEY_MAX 1024
#define ID_MAX	512

/* An element's two domains, prepared. */
struct ends {
	char *from, *to;
};

static void
ends_clear(struct ends *e)
{
	mem_free(e->from);
	mem_free(e->to);
}

static bool
ends_read(const struct xml *x, struct ends *e)
{
	const char *from = xml_get(x, "from"), *to = xml_get(x, "to");

	e->from = e->to = NULL;
	if (from == NULL || to == NULL ||
	    jid_domain_prepare(from, &e->from, NULL) < 0 ||
	    jid_domain_prepare(to, &e->to, NULL) < 0) {
		ends_clear(e);
		return false;
	}
	return true;
}

static const char *
error_type(const char *condition)
{
	enum stanza_condition c = stanza_condition_find(condition);

	return c != CONDITION_NONE ? stanza_condition_type(c) : "cancel";
}

static void
answer(struct stream *s, const char *name, const char *from, const char *to,
    const char *id, enum stream_db_verdict v, const char *condition)
{
	struct xml *x = xml_new(name, NS_DIALBACK), *error;

	xml_set(x, "from", from);
	xml_set(x, "to", to);
	xml_set(x, "id", id);
	switch (v) {
	case STREAM_DB_VALID:
		xml_set(x, "type", "valid");
		break;
	case STREAM_DB_INVALID:
		xml_set(x, "type", "invalid");
		break;
	case STREAM_DB_ERROR:
		xml_set(x, "type", "error");
		error = xml_add(x, "error", NS_SERVER);
		xml_set(error, "type", error_type(condition));
		(void)xml_add(error, condition, NS_STANZA_ERROR);
		break;
	}
	stream_write_take(s, x);
}

/* The verdict of an answer, and the condition of an error. */
static enum stream_db_verdict
read_answer(const struct xml *x, const char **conditionp)
{
	const struct xml *error, *child;
	const char *type = xml_get(x, "type");

	*conditionp = "";
	if (strcmp(type, "valid") == 0)
		return STREAM_DB_VALID;
	if (strcmp(type, "invalid") == 0)
		return STREAM_DB_INVALID;
	error = xml_child(x, "error", NULL);
	child = error != NULL ? xml_child(error, NULL, NS_STANZA_ERROR) : NULL;
	*conditionp = child != NULL ? child->name : "undefined-condition";
	return STREAM_DB_ERROR;
}

/* in: "here is my key" [D-03, D-07, D-10, D-12, D-17]. */
static void
key_arrived(struct stream *s, const struct xml *x, const struct ends *e)
{
	const char *key = xml_text(x), *refusal = NULL;
	unsigned int pending = 0;
	struct pair *p;
	size_t i;

	for (i = 0; i < s->n_pairs; i++)
		pending += s->pairs[i].state == PAIR_PENDING;
	p = stream_pair(s, e->from, e->to);
	if (p != NULL && p->state == PAIR_PENDING)
		return; /* the first one will be answered */
	if (!s->ops->is_hosted(s->arg, e->to))
		refusal = "item-not-found";
	else if (s->tls && s->methods.external &&
	    s->ops->peer_proves(s->arg, e->from))
		refusal = NULL;
	else if (!s->tls && !s->methods.tcp_dialback)
		refusal = "policy-violation";
	else if (!stream_db_allowed(s))
		refusal = "not-authorized";
	else if (pending >= DB_PENDING_MAX || strlen(key) > KEY_MAX)
		refusal = "resource-constraint";
	if (refusal == NULL && p == NULL) {
		p = stream_pair_add(s, e->from, e->to);
		if (p == NULL)
			refusal = "resource-constraint";
	}
	if (refusal != NULL) {
		answer(s, "result", e->to, e->from, NULL, STREAM_DB_ERROR,
		    refusal);
		return;
	}
	p->state = PAIR_PENDING;
	p->deadline = loop_now(s->loop) + s->limits.dialback_ms;
	if (s->tls && s->methods.external &&
	    s->ops->peer_proves(s->arg, e->from))
		stream_db_answer(s, e->from, e->to, STREAM_DB_VALID, NULL);
	else
		s->ops->on_db_key(s->arg, e->from, e->to, s->id, key);
}

void
stream_db_answer(struct stream *s, const char *from, const char *to,
    enum stream_db_verdict v, const char *condition)
{
	struct pair *p = stream_pair(s, from, to);
	bool others = false;
	size_t i;

	if (p == NULL || p->state != PAIR_PENDING || stream_is_ending(s))
		return;
	s->busy++;
	log_info("s2s", "dialback s2s=%llu peer=%s local=%s id=%s verdict=%s",
	    (unsigned long long)s->number, from, to, s->id,
	    v == STREAM_DB_VALID ? "valid" :
	    v == STREAM_DB_INVALID ? "invalid" : condition);
	answer(s, "result", to, from, NULL, v, condition);
	p->state = v == STREAM_DB_VALID ? PAIR_VALID : PAIR_FAILED;
	for (i = 0; i < s->n_pairs; i++)
		others = others || s->pairs[i].state != PAIR_FAILED;
	if (v == STREAM_DB_VALID)
		stream_authorise(s, to, from, "dialback");
	else if (v == STREAM_DB_INVALID && !others) /* D-09 */
		stream_end_with(s, STREAM_END_OUR_ERROR, "invalid",
		    "dialback: the key is not of %s", from);
	s->busy--;
	stream_pump(s);
}

/* in: "is this key of yours?" [D-06, D-07]. */
static void
verify_arrived(struct stream *s, const struct xml *x, const struct ends *e)
{
	const char *id = xml_get(x, "id");
	bool good;

	if (id == NULL || strlen(id) > ID_MAX) {
		stream_fail_app(s, "improper-addressing", NULL, NULL, NULL);
		return;
	}
	if (!s->ops->is_hosted(s->arg, e->to) || s->secret == NULL) {
		answer(s, "verify", e->to, e->from, id, STREAM_DB_ERROR,
		    "item-not-found");
		return;
	}
	good = dialback_key_is(xml_text(x), s->secret, e->from, e->to, id);
	log_info("s2s", "verify s2s=%llu peer=%s local=%s id=%s verdict=%s",
	    (unsigned long long)s->number, e->from, e->to, id,
	    good ? "valid" : "invalid");
	answer(s, "verify", e->to, e->from, id,
	    good ? STREAM_DB_VALID : STREAM_DB_INVALID, NULL);
}

void
stream_db_send_key(struct stream *s)
{
	struct xml *x = xml_new("result", NS_DIALBACK);
	char key[DIALBACK_KEY_SIZE];
	struct pair *p;

	dialback_key(s->secret, s->remote, s->local, s->peer_id, key);
	xml_set(x, "from", s->local);
	xml_set(x, "to", s->remote);
	xml_add_text(x, key);
	stream_write_take(s, x);
	p = stream_pair_add(s, s->remote, s->local);
	if (p != NULL)
		p->deadline = loop_now(s->loop) + s->limits.dialback_ms;
}

/* out: the verdict on our key [D-01, D-02, D-04]. */
static void
result_answered(struct stream *s, const struct xml *x, const struct ends *e)
{
	enum stream_db_verdict v;
	const char *condition;
	struct pair *p;

	p = stream_pair(s, e->from, e->to);
	if (p == NULL || p->state != PAIR_PENDING ||
	    s->state != STREAM_DIALBACK) {
		log_info("s2s", "unasked dialback answer s2s=%llu peer=%s",
		    (unsigned long long)s->number, stream_remote(s));
		return;
	}
	v = read_answer(x, &condition);
	p->state = v == STREAM_DB_VALID ? PAIR_VALID : PAIR_FAILED;
	if (v == STREAM_DB_VALID)
		stream_out_proven(s, "dialback");
	else if (v == STREAM_DB_INVALID)
		stream_end_with(s, STREAM_END_REFUSED, "invalid",
		    "dialback: the partner says our key is invalid "
		    "(stream id %s)", s->peer_id);
	else
		stream_end_with(s, STREAM_END_REFUSED, condition,
		    "dialback: the partner answered %s", condition);
}

static void
verify_forget(struct stream *s, size_t i)
{
	mem_free(s->verifies[i].from);
	mem_free(s->verifies[i].to);
	mem_free(s->verifies[i].id);
	s->verifies[i] = s->verifies[--s->n_verifies];
}

/* out: the answer to our question; the pair is told by to and from. */
static void
verify_answered(struct stream *s, const struct xml *x, const struct ends *e)
{
	const char *id = xml_get(x, "id"), *condition;
	enum stream_db_verdict v;
	size_t i;

	for (i = 0; i < s->n_verifies; i++) {
		if (id != NULL && strcmp(s->verifies[i].id, id) == 0 &&
		    strcmp(s->verifies[i].from, e->to) == 0 &&
		    strcmp(s->verifies[i].to, e->from) == 0)
			break;
	}
	if (i == s->n_verifies) {
		log_info("s2s", "unasked verify answer s2s=%llu peer=%s",
		    (unsigned long long)s->number, stream_remote(s));
		return;
	}
	v = read_answer(x, &condition);
	verify_forget(s, i);
	s->ops->on_db_verified(s->arg, e->to, e->from, id, v, condition);
}

void
stream_verify(struct stream *s, const char *from, const char *to,
    const char *id, const char *key)
{
	struct xml *x;
	struct verify *v;

	if (stream_is_ending(s) || s->n_verifies == VERIFY_MAX) {
		s->ops->on_db_verified(s->arg, from, to, id, STREAM_DB_ERROR,
		    "resource-constraint");
		return;
	}
	s->busy++;
	s->verifies = mem_array_grow(s->verifies, s->n_verifies + 1,
	    sizeof(*s->verifies));
	v = &s->verifies[s->n_verifies++];
	v->from = mem_strdup(from);
	v->to = mem_strdup(to);
	v->id = mem_strdup(id);
	v->deadline = loop_now(s->loop) + s->limits.dialback_ms;
	x = xml_new("verify", NS_DIALBACK);
	xml_set(x, "from", from);
	xml_set(x, "to", to);
	xml_set(x, "id", id);
	xml_add_text(x, key);
	stream_write_take(s, x);
	s->busy--;
	stream_pump(s);
}

/* D-13: an answer that does not come is an error. */
void
stream_db_tick(struct stream *s)
{
	int64_t now = loop_now(s->loop);
	struct verify v;
	struct pair *p;
	size_t i;

	for (i = 0; i < s->n_pairs && !stream_is_ending(s); i++) {
		p = &s->pairs[i];
		if (p->state != PAIR_PENDING || now < p->deadline)
			continue;
		if (s->direction == STREAM_IN)
			stream_db_answer(s, p->remote, p->local,
			    STREAM_DB_ERROR, "remote-server-timeout");
		else
			stream_end_with(s, STREAM_END_TIMEOUT,
			    "remote-server-timeout",
			    "dialback: the partner gave no verdict in time");
	}
	for (i = s->n_verifies; i-- > 0 && !s->dead;) {
		if (now < s->verifies[i].deadline)
			continue;
		v = s->verifies[i];
		s->verifies[i] = s->verifies[--s->n_verifies];
		s->ops->on_db_verified(s->arg, v.from, v.to, v.id,
		    STREAM_DB_ERROR, "remote-server-timeout");
		mem_free(v.from);
		mem_free(v.to);
		mem_free(v.id);
	}
}

bool
stream_db_element(struct stream *s, const struct xml *x)
{
	bool result = xml_is(x, "result", NS_DIALBACK);
	bool answered = xml_get(x, "type") != NULL;
	bool in = s->direction == STREAM_IN;
	struct ends e;

	if (!result && !xml_is(x, "verify", NS_DIALBACK))
		return false;
	if (in && s->state != STREAM_AUTH && s->state != STREAM_OPEN)
		return false;
	if (!ends_read(x, &e)) { /* D-18 */
		stream_fail_app(s, "improper-addressing", NULL, NULL, NULL);
		return true;
	}
	if (in && !answered && result)
		key_arrived(s, x, &e);
	else if (in && !answered)
		verify_arrived(s, x, &e);
	else if (!in && answered && result)
		result_answered(s, x, &e);
	else if (!in && answered)
		verify_answered(s, x, &e);
	else /* D-04: not for this direction; nothing was asked for */
		log_info("s2s", "dialback element out of place s2s=%llu "
		    "peer=%s", (unsigned long long)s->number,
		    stream_remote(s));
	ends_clear(&e);
	return true;
}
