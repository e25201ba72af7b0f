/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request came: who sent it, may it, and whose it is. */
#include "config.h"

#include <string.h>

#include "core/evlog.h"
#include "core/mem.h"
#include "core/precis.h"
#include "gateway/frontend_internal.h"

static const char *const supported[] = { "gruu", "outbound", NULL };
static const char *const packages[] = { "presence", NULL };

const struct sip_caps frontend_caps = {
	.methods = SIP_CAP(SIP_REGISTER) | SIP_CAP(SIP_MESSAGE) |
		   SIP_CAP(SIP_SUBSCRIBE) | SIP_CAP(SIP_NOTIFY) |
		   SIP_CAP(SIP_PUBLISH) | SIP_CAP(SIP_OPTIONS) |
		   SIP_CAP(SIP_ACK) | SIP_CAP(SIP_CANCEL),
	.supported = supported,
	.events = packages,
};

/* -- whose --------------------------------------------------------------- */

char *
frontend_aor(const struct sip_uri *u)
{
	struct buf b = { 0 };

	if ((u->scheme != SIP_SCHEME_SIP && u->scheme != SIP_SCHEME_SIPS) ||
	    sip_uri_aor(u, &b) != 0) {
		buf_clear(&b);
		return NULL;
	}
	return buf_take(&b);
}

bool
frontend_user(
    const struct frontend *fe, const char *aor, struct usertable_user *u)
{
	return fe->settings->users != NULL &&
	       usertable_find_address(fe->settings->users, aor, u) &&
	       u->enabled;
}

bool
frontend_hosts(const struct frontend *fe, struct sip_span host)
{
	char *name = sip_span_dup(host), *labels;
	bool hosts;
	size_t i;

	for (i = 0; name[i] != '\0'; i++)
		name[i] = sip_lower(name[i]);
	/* Settings hold U-labels; URIs carry A-labels. */
	labels = strstr(name, "xn--") == NULL ? NULL : precis_to_u_labels(name);
	hosts = settings_hosts(fe->settings, labels != NULL ? labels : name);
	mem_free(labels);
	mem_free(name);
	return hosts;
}

bool
frontend_is_us(const struct frontend *fe, const struct sip_uri *u,
    const struct sip_peer *peer)
{
	struct sip_target t;

	if (sip_span_is_nocase(u->host, fe->host) ||
	    sip_span_is_nocase(u->host, fe->settings->registrar.fqdn))
		return true;
	return sip_target_from_uri(u, &t) == 0 &&
	       addr_ip_equal(&t.addr, &peer->local);
}

static bool
uri_is_local(const struct frontend *fe, const struct sip_uri *u,
    const struct sip_peer *p)
{
	return frontend_hosts(fe, u->host) || frontend_is_us(fe, u, p);
}

/* -- who ----------------------------------------------------------------- */

static void
challenge(struct frontend *fe, struct sip_server *t, bool stale)
{
	struct sip_msg *r = sip_server_response(t, 401, NULL);

	digest_challenge(fe->digest, sip_server_request(t),
	    &sip_server_peer(t)->remote, r, stale);
	sip_server_respond_take(t, r);
}

/* Answers unless the sender is a local user; *u is who. */
static bool
authenticate(
    struct frontend *fe, struct sip_server *t, struct usertable_user *u)
{
	char ip[ADDR_TEXT_SIZE];
	enum digest_verdict verdict =
	    digest_check(fe->digest, sip_server_request(t), fe->settings->users,
		&sip_server_peer(t)->remote, u);

	switch (verdict) {
	case DIGEST_OK:
		return true;
	case DIGEST_CHALLENGE:
	case DIGEST_STALE:
		fe->unauthorized++;
		challenge(fe, t, verdict == DIGEST_STALE);
		return false;
	case DIGEST_BANNED:
		fe->unauthorized++;
		evlog_write(EVLOG_SIP_AUTHENTICATION_FAILED,
		    "too many wrong passwords from %s",
		    addr_ip_text(&sip_server_peer(t)->remote, ip));
		sip_server_answer(t, 403, "Too many failures");
		return false;
	}
	return false;
}

/* The account's own address of record, as AORs are written. */
static bool
owns(const struct usertable_user *u, const char *aor)
{
	char *uri = mem_printf("sip:%s", u->address);
	struct sip_uri parsed;
	char *own = NULL;
	bool same;

	if (sip_uri_parse(sip_span_of(uri), &parsed, NULL) == 0)
		own = frontend_aor(&parsed);
	same = own != NULL && strcmp(own, aor) == 0;
	mem_free(own);
	mem_free(uri);
	return same;
}

/*
 * U-12: the translator speaks for every domain but ours, a client only for
 * the user it has proved to be. Answers and returns false otherwise.
 */
static bool
identify(struct frontend *fe, struct sip_server *t, struct caller *c)
{
	const struct sip_peer *peer = sip_server_peer(t);
	struct usertable_user u;
	struct sip_addr from;
	bool local;

	memset(c, 0, sizeof(*c));
	if (sip_msg_from(sip_server_request(t), &from) != 0 ||
	    (c->aor = frontend_aor(&from.uri)) == NULL) {
		sip_server_answer(t, 403, "From is nobody");
		return false;
	}
	local = frontend_hosts(fe, from.uri.host);
	c->trusted = peer->trusted;
	if (c->trusted ? local : !local) {
		sip_server_answer(t, 403, "From is not yours");
	} else if (c->trusted) {
		return true;
	} else if (authenticate(fe, t, &u)) {
		if (owns(&u, c->aor))
			return true;
		sip_server_answer(t, 403, "From is not yours");
	}
	mem_free(c->aor);
	c->aor = NULL;
	return false;
}

/* -- methods -------------------------------------------------------------- */

static void
refuse(struct sip_server *t, int status)
{
	struct sip_msg *r = sip_server_response(t, status, NULL);

	sip_uas_dress(r, sip_server_request(t), &frontend_caps);
	sip_server_respond_take(t, r);
}

static void
on_register(struct frontend *fe, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct usertable_user u;
	struct sip_uri uri;
	struct sip_addr to;
	char *aor = NULL;

	if (sip_uri_parse(sip_msg_uri(m), &uri, NULL) != 0 ||
	    !uri_is_local(fe, &uri, sip_server_peer(t)) ||
	    sip_msg_to(m, &to) != 0 || !frontend_hosts(fe, to.uri.host)) {
		sip_server_answer(t, 404, NULL); /* */
		return;
	}
	if (!authenticate(fe, t, &u))
		return;
	aor = frontend_aor(&to.uri);
	if (aor == NULL || !owns(&u, aor))
		sip_server_answer(t, 403, "Not your address");
	else
		registrar_request(fe->registrar, t, aor);
	mem_free(aor);
}

/* U-02: also how peers see that we are alive. */
static void
on_options(struct frontend *fe, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct usertable_user u;
	struct sip_uri uri;
	char *aor = NULL;

	if (sip_uri_parse(sip_msg_uri(m), &uri, NULL) != 0 ||
	    !uri_is_local(fe, &uri, sip_server_peer(t)))
		refuse(t, 404);
	else if (!uri.has_user || !frontend_hosts(fe, uri.host))
		refuse(t, 200);
	else {
		aor = frontend_aor(&uri);
		refuse(
		    t, aor != NULL && frontend_user(fe, aor, &u) ? 200 : 404);
	}
	mem_free(aor);
}

static void
on_message(struct frontend *fe, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct usertable_user u;
	struct caller c;
	struct sip_uri uri;
	char *aor = NULL;

	if (!identify(fe, t, &c))
		return;
	fe->messages++;
	if (sip_uri_parse(sip_msg_uri(m), &uri, NULL) != 0 ||
	    (aor = frontend_aor(&uri)) == NULL)
		sip_server_answer(t, 404, NULL); /* tel: and the like [B8] */
	else if (!frontend_hosts(fe, uri.host)) {
		if (c.trusted) /* [A4] no way back through us */
			sip_server_answer(t, 482, NULL);
		else if (uri.scheme == SIP_SCHEME_SIPS)
			sip_server_answer(t, 416, NULL); /* L-05, [A3] */
		else
			frontend_route_outside(fe, t);
	} else if (!frontend_user(fe, aor, &u))
		sip_server_answer(t, 404, NULL);
	else
		frontend_route_message(fe, t, &uri, aor);
	mem_free(aor);
	mem_free(c.aor);
}

static void
on_subscribe(struct frontend *fe, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct sip_event event;
	struct caller c;
	struct sip_addr to;

	if (!identify(fe, t, &c))
		return;
	/* In a dialog the Request-URI is a contact; To names whom it is
	 * about in both cases. */
	if (sip_msg_to(m, &to) != 0)
		sip_server_answer(t, 400, NULL);
	else if (frontend_hosts(fe, to.uri.host))
		presence_agent_subscribe(fe->presence, t);
	else if (c.trusted)
		sip_server_answer(t, 482, NULL); /* [A4] */
	else if (to.uri.scheme == SIP_SCHEME_SIPS)
		sip_server_answer(t, 416, NULL);
	else if (sip_event_read(sip_msg_header(m, SIP_HDR_EVENT), &event) !=
		     0 ||
		 !sip_span_is_nocase(event.package, "presence"))
		refuse(t, 489);
	else
		frontend_route_outside(fe, t);
	mem_free(c.aor);
}

static void
on_publish(struct frontend *fe, struct sip_server *t)
{
	const struct sip_msg *m = sip_server_request(t);
	struct caller c;
	struct sip_uri uri;
	char *aor = NULL;

	if (!identify(fe, t, &c))
		return;
	if (sip_uri_parse(sip_msg_uri(m), &uri, NULL) == 0)
		aor = frontend_aor(&uri);
	if (aor == NULL || c.trusted || strcmp(aor, c.aor) != 0)
		sip_server_answer(t, 403, "Not your presence");
	else
		presence_agent_publish(fe->presence, t, aor);
	mem_free(aor);
	mem_free(c.aor);
}

/* 420 before anything else; what is passed on is for the far end to judge. */
static int
general_check(const struct sip_msg *m)
{
	int status = sip_uas_check(m, &frontend_caps);

	if (sip_msg_has(m, SIP_HDR_PROXY_REQUIRE))
		return 420;
	if (status == 420 && m->method == SIP_MESSAGE)
		return 0;
	return status;
}

void
frontend_on_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct frontend *fe = arg;
	int status = general_check(m);

	if (status != 0) {
		refuse(t, status);
		return;
	}
	if (fe->draining) {
		struct sip_msg *r = sip_server_response(t, 503, NULL);

		sip_msg_add_str(r, SIP_HDR_RETRY_AFTER, "5");
		sip_server_respond_take(t, r);
		return;
	}
	switch ((int)m->method) {
	case SIP_REGISTER:
		on_register(fe, t);
		break;
	case SIP_OPTIONS:
		on_options(fe, t);
		break;
	case SIP_MESSAGE:
		on_message(fe, t);
		break;
	case SIP_SUBSCRIBE:
		on_subscribe(fe, t);
		break;
	case SIP_PUBLISH:
		on_publish(fe, t);
		break;
	case SIP_NOTIFY:
		if (peer->trusted)
			frontend_route_notify(fe, t);
		else
			sip_server_answer(t, 481, NULL); /* E-04 */
		break;
	default:
		refuse(t, 405);
		break;
	}
}
