/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The receiving side: header, features, STARTTLS, EXTERNAL, and the check of
 * each stanza against the pairs that were proven here.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/xmpp/jid.h"
#include "gateway/xmpp/stream_internal.h"

/* Prepared; NULL when absent. -1: there, but no domain. */
static int
header_domain(const struct xml *x, const char *name, char **outp)
{
	const char *text = xml_get(x, name);

	*outp = NULL;
	if (text == NULL || *text == '\0')
		return 0;
	return jid_domain_prepare(text, outp, NULL);
}

/* S-06: compared as integers. 0: the header is from before XMPP 1.0. */
static unsigned int
major_version(const struct xml *x)
{
	const char *text = xml_get(x, "version");
	unsigned int major;

	if (text == NULL || sscanf(text, "%5u", &major) != 1)
		return 0;
	return major;
}

static void
add_limits(struct stream *s, struct xml *features)
{
	struct xml *x = xml_add(features, "limits", NS_LIMITS);
	char text[24];

	(void)snprintf(text, sizeof(text), "%zu", s->authenticated != NULL ||
	    s->state == STREAM_OPEN ? s->limits.max_after :
				      s->limits.max_before);
	(void)xml_add_with_text(x, "max-bytes", NULL, text);
	if (s->limits.inactivity_ms > 0) {
		(void)snprintf(text, sizeof(text), "%d",
		    s->limits.inactivity_ms / 1000);
		(void)xml_add_with_text(x, "idle-seconds", NULL, text);
	}
}

static void
send_features(struct stream *s)
{
	struct xml *x = xml_new("features", NS_STREAMS), *child;

	if (!s->tls && s->methods.tls && s->has_certificate) {
		child = xml_add(x, "starttls", NS_TLS);
		if (s->methods.tls_required)
			(void)xml_add(child, "required", NULL);
	}
	mem_free(s->external);
	s->external = NULL;
	if (s->tls && s->authenticated == NULL && s->methods.external &&
	    s->remote != NULL && s->ops->peer_proves(s->arg, s->remote)) {
		s->external = mem_strdup(s->remote); /* C-08 */
		child = xml_add(x, "mechanisms", NS_SASL);
		(void)xml_add_with_text(child, "mechanism", NULL, "EXTERNAL");
	}
	if (stream_db_allowed(s)) { /* S-13 */
		child = xml_add(x, "dialback", NS_DB_FEATURE);
		(void)xml_add(child, "errors", NULL);
	}
	if (s->authenticated != NULL)
		(void)xml_add(x, "sm", NS_SM); /* M-01 */
	add_limits(s, x);
	stream_write_take(s, x);
}

/* Answers the header and says what is wrong with it [S-07]. */
static void
refuse_header(struct stream *s, const char *condition, const char *text)
{
	stream_fail_app(s, condition, text, NULL, NULL);
}

static bool
header_form_is_good(struct stream *s, const struct xml_event *ev)
{
	if (strcmp(ev->x->name, "stream") != 0) {
		refuse_header(s, "bad-format", NULL);
		return false;
	}
	if (strcmp(ev->x->ns, NS_STREAMS) != 0 ||
	    strcmp(ev->content_ns, NS_SERVER) != 0) {
		refuse_header(s, "invalid-namespace", NULL);
		return false;
	}
	return true;
}

static bool
header_names_are_good(struct stream *s, const struct xml *x)
{
	char *from = NULL, *to = NULL;
	bool good = true;

	if (header_domain(x, "from", &from) < 0 ||
	    header_domain(x, "to", &to) < 0) {
		refuse_header(s, "improper-addressing", NULL);
		mem_free(from);
		mem_free(to);
		return false;
	}
	mem_free(s->remote); /* S-16: only the latest header counts */
	mem_free(s->local);
	s->remote = from;
	s->local = NULL;
	if (to == NULL || !s->ops->is_hosted(s->arg, to)) {
		refuse_header(s, "host-unknown", to == NULL ?
		    "the stream header names no host" : NULL);
		good = false;
	}
	if (good)
		s->local = to;
	else
		mem_free(to);
	return good;
}

void
stream_in_header(struct stream *s, const struct xml_event *ev)
{
	struct stream_verdict v = { .policy = s->policy };

	if (!header_form_is_good(s, ev) || !header_names_are_good(s, ev->x))
		return;
	s->version_1 = major_version(ev->x) >= 1;
	if (s->authenticated != NULL) { /* C-12 */
		if (s->remote == NULL)
			s->remote = mem_strdup(s->authenticated);
		if (strcmp(s->remote, s->authenticated) != 0) {
			refuse_header(s, "invalid-from", NULL);
			return;
		}
	}
	s->ops->on_header(s->arg, s->remote, s->local, &v);
	if (stream_is_ending(s))
		return;
	s->policy = v.policy;
	s->methods = stream_policy_methods(&v.policy);
	s->limits.keepalive_ms = v.keepalive_ms;
	s->limits.inactivity_ms = v.inactivity_ms;
	if (v.condition != NULL) {
		refuse_header(s, v.condition, v.text);
		return;
	}
	stream_write_header(s);
	if (!s->version_1 && !stream_db_allowed(s)) {
		stream_fail_app(s, "unsupported-version", NULL, NULL, NULL);
		return;
	}
	if (s->version_1)
		send_features(s);
	if (s->authenticated == NULL) {
		stream_enter(s, STREAM_AUTH);
		return;
	}
	xml_reader_set_max_bytes(s->reader, s->limits.max_after);
	stream_enter(s, STREAM_OPEN);
	s->last_stanza = loop_now(s->loop);
	stream_authorise(s, NULL, s->authenticated, "EXTERNAL");
}

static void
starttls(struct stream *s)
{
	if (s->tls || !s->methods.tls || !s->has_certificate ||
	    s->state != STREAM_AUTH || s->n_pairs > 0) { /* T-03 */
		stream_write_take(s, xml_new("failure", NS_TLS));
		stream_end_with(s, STREAM_END_OUR_ERROR, NULL,
		    "starttls out of place");
		return;
	}
	stream_write_take(s, xml_new("proceed", NS_TLS));
	stream_enter(s, STREAM_TLS);
	xml_reader_reset(s->reader, false); /* T-04 */
	if (s->ops->start_tls(s->arg, s->local) < 0)
		stream_end_with(s, STREAM_END_OUR_ERROR, NULL,
		    "cannot begin TLS");
}

static void
sasl_failure(struct stream *s, const char *condition)
{
	struct xml *x = xml_new("failure", NS_SASL);

	(void)xml_add(x, condition, NULL);
	stream_write_take(s, x);
}

static void
sasl_element(struct stream *s, const struct xml *x)
{
	const char *condition;

	if (s->state != STREAM_AUTH) {
		stream_fail_app(s, "not-authorized", NULL, NULL, NULL);
		return;
	}
	switch (sasl_server_step(&s->sasl, x, s->external, &condition)) {
	case SASL_SUCCESS:
		stream_write_take(s, xml_new("success", NS_SASL));
		s->authenticated = s->external;
		s->external = NULL;
		stream_restart(s, true);
		break;
	case SASL_CHALLENGE:
		stream_write_take(s, xml_new("challenge", NS_SASL));
		break;
	case SASL_FAILURE:
		sasl_failure(s, condition);
		break;
	case SASL_GIVE_UP: /* C-13 */
		sasl_failure(s, condition);
		stream_fail_app(s, "policy-violation",
		    "too many failed authentications", NULL, NULL);
		break;
	case SASL_FOREIGN:
		break;
	}
}

struct pair *
stream_pair(struct stream *s, const char *remote, const char *local)
{
	size_t i;

	for (i = 0; i < s->n_pairs; i++) {
		if (strcmp(s->pairs[i].remote, remote) == 0 &&
		    s->pairs[i].local != NULL &&
		    strcmp(s->pairs[i].local, local) == 0)
			return &s->pairs[i];
	}
	return NULL;
}

struct pair *
stream_pair_add(struct stream *s, const char *remote, const char *local)
{
	struct pair *p;

	if (s->n_pairs == PAIRS_MAX)
		return NULL;
	s->pairs = mem_array_grow(s->pairs, s->n_pairs + 1,
	    sizeof(*s->pairs));
	p = &s->pairs[s->n_pairs++];
	memset(p, 0, sizeof(*p));
	p->remote = mem_strdup(remote);
	p->local = local != NULL ? mem_strdup(local) : NULL;
	return p;
}

void
stream_authorise(struct stream *s, const char *local, const char *remote,
    const char *method)
{
	struct pair *p = local != NULL ? stream_pair(s, remote, local) : NULL;

	if (p == NULL)
		p = stream_pair_add(s, remote, local);
	if (p == NULL)
		return;
	p->state = PAIR_VALID;
	if (*s->method == '\0')
		s->method = method;
	if (s->state == STREAM_AUTH) {
		xml_reader_set_max_bytes(s->reader, s->limits.max_after);
		stream_enter(s, STREAM_OPEN);
		s->last_stanza = loop_now(s->loop);
	}
	s->ops->on_open(s->arg, local != NULL ? local : s->local, remote,
	    method);
}

bool
stream_is_authorised(
    const struct stream *s, const char *remote, const char *local)
{
	const struct pair *p;
	size_t i;

	for (i = 0; i < s->n_pairs; i++) {
		p = &s->pairs[i];
		if (p->state != PAIR_VALID || strcmp(p->remote, remote) != 0)
			continue;
		if (p->local == NULL ? s->ops->is_hosted(s->arg, local) :
				       strcmp(p->local, local) == 0)
			return true;
	}
	return false;
}

static bool
knows_sender(const struct stream *s, const char *remote)
{
	size_t i;

	for (i = 0; i < s->n_pairs; i++) {
		if (s->pairs[i].state == PAIR_VALID &&
		    strcmp(s->pairs[i].remote, remote) == 0)
			return true;
	}
	return false;
}

/* Z-01, Z-02, A-06. The condition to end the stream with, or NULL. */
static const char *
check_stanza(struct stream *s, const struct xml *x)
{
	const char *from = xml_get(x, "from"), *to = xml_get(x, "to");
	const char *condition = NULL;
	char *remote = NULL, *local = NULL;
	struct jid j = { 0 };

	/* An error may come from the very address that was no good. */
	if (from == NULL || to == NULL ||
	    jid_domain_of(from, &remote, NULL) < 0 ||
	    (stanza_type(x) != STANZA_TYPE_ERROR &&
	    jid_parse(from, &j, NULL) < 0)) {
		mem_free(remote);
		return "improper-addressing";
	}
	jid_clear(&j);
	if (jid_domain_of(to, &local, NULL) < 0)
		condition = "improper-addressing";
	else if (!knows_sender(s, remote))
		condition = "invalid-from";
	else if (!stream_is_authorised(s, remote, local))
		condition = "host-unknown";
	mem_free(remote);
	mem_free(local);
	return condition;
}

static void
accept_stanza(struct stream *s, struct xml_event *ev)
{
	const char *condition = check_stanza(s, ev->x);
	struct xml *x = ev->x;

	if (condition != NULL) {
		stream_fail_app(s, condition, NULL, NULL, NULL);
		return;
	}
	ev->x = NULL;
	s->stanzas_in++;
	s->last_stanza = loop_now(s->loop);
	s->seq_in++;
	if (s->seq_in - s->done_in >= s->limits.pending && !s->blocked) {
		s->blocked = true;
		s->ops->pause(s->arg, true);
	}
	s->ops->on_stanza(s->arg, x, s->seq_in);
}

void
stream_in_element(struct stream *s, struct xml_event *ev)
{
	const struct xml *x = ev->x;

	if (xml_is(x, "starttls", NS_TLS)) {
		starttls(s);
	} else if (strcmp(x->ns, NS_SASL) == 0) {
		sasl_element(s, x);
	} else if (stream_db_element(s, x) || stream_sm_element(s, x)) {
		return;
	} else if (s->state != STREAM_OPEN) { /* S-11 */
		stream_fail_app(s, "not-authorized", NULL, NULL, NULL);
	} else if (strcmp(x->ns, NS_SERVER) == 0 &&
	    stanza_kind(x) != STANZA_NONE) {
		accept_stanza(s, ev);
	} else { /* S-15 */
		stream_fail_app(s, "unsupported-stanza-type", NULL, NULL,
		    NULL);
	}
}
