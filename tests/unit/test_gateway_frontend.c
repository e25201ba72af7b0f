/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A SIP client, RTCSRV, the translator and a proxy in one process: mutual
 * TLS with roles between the services, digest for the client.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/evlog.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/frontend.h"
#include "gateway/gateway.h"
#include "gateway/link.h"
#include "gateway/sip/subscriber.h"
#include "net/conn.h"
#include "net/hash.h"
#include "pki.h"
#include "xml/xml_read.h"

#define KEEP  32
#define REALM "test.realm"

struct rig {
	struct loop *loop;
	struct pki pki;
	struct tls_trust *trust;
	struct frontend *fe;
	struct gateway *gw;

	struct link *proxy;
	char *stanzas[KEEP];
	size_t n_stanzas;
	enum stanza_condition say, result;
	int n_results;

	struct sip_stack *client;
	struct sip_subscribers *subs;
	struct sip_target to_fe;
	int status;
	char reason[128];
	char *messages[KEEP];
	size_t n_messages;
	char state[32];
	char *body;
};

static struct settings *
snapshot(void)
{
	struct dict *d = dict_new(NULL), *edge = dict_new(NULL);
	struct dict *p = dict_new(NULL);
	struct list *partners = list_new(NULL, 2), *sip = list_new(NULL, 1);
	struct usertable_user u = { .address = "ann@sip.example",
		.display_name = "Ann", .policy = "Tag:FedPic",
		.enabled = true, .federation = true, .xmpp = true,
		.outside = true };
	static const char secret[] = "ann:" REALM ":pw";
	char md5[HASH_HEX_SIZE];
	struct usertable_writer *w;
	struct settings *s;
	struct buf b = { 0 };
	struct fault f;
	int fd = usertable_memfd(&f);
	size_t i, k;

	w = usertable_writer_new(fd, 7);
	for (i = 0; i < USERTABLE_LOGINS; i++) {
		u.login[i] = "";
		for (k = 0; k < USERTABLE_DIGESTS; k++)
			u.ha1[i][k] = "";
	}
	u.login[USERTABLE_LOGIN_SAM] = "ann";
	u.ha1[USERTABLE_LOGIN_SAM][USERTABLE_MD5] =
	    hash_hex(HASH_MD5, secret, strlen(secret), md5);
	assert_int_equal(usertable_writer_add(w, &u, &f), 0);
	assert_int_equal(usertable_writer_finish(w, &f), 0);
	usertable_writer_free(w);
	dict_set_str_take(p, "Domain", value_string("xmpp.example"));
	dict_set_str_take(p, "PartnerType", value_string("Federated"));
	list_add_take(partners, dict_value(p));
	list_add_take(sip, value_string("sip.example"));
	dict_set_str_take(edge, "AllowFederatedUsers", value_bool(true));
	dict_set_str_take(d, "Realm", value_string(REALM));
	dict_set_str_take(d, "UserNumber", value_long(7));
	dict_set_str_take(d, "SipDomains", list_value(sip));
	dict_set_str_take(d, "XmppPartners", list_value(partners));
	dict_set_str_take(d, "AccessEdge", dict_value(edge));
	assert_int_equal(codec_write(&b, dict_value(d), &f), 0);
	value_unref(dict_value(d));
	s = settings_read(b.data, b.len, fd, &f);
	assert_non_null(s);
	(void)close(fd);
	buf_clear(&b);
	return s;
}

/* ---- the proxy ---- */

static void
proxy_on_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	struct rig *r = arg;
	char *text = xml_write_text(s->x, NULL), *q;

	for (q = text; *q != '\0'; q++) {
		if (*q == '\'')
			*q = '"';
	}
	assert_true(r->n_stanzas < KEEP);
	r->stanzas[r->n_stanzas++] = text;
	xml_free(s->x);
	link_result(k, s->token, r->say, NULL);
}

static void
on_result(void *arg, enum stanza_condition c, const char *text)
{
	struct rig *r = arg;

	(void)text;
	r->result = c;
	r->n_results++;
}

static void
x_sends(struct rig *r, const char *text)
{
	struct xml *x = xml_parse(text, strlen(text), NULL, NULL);

	assert_non_null(x);
	link_send_take(r->proxy, x, "k", "t1", on_result, r);
}

static const char *
stanza_with(struct rig *r, const char *text)
{
	size_t i;

	for (i = 0; i < r->n_stanzas; i++) {
		if (strstr(r->stanzas[i], text) != NULL)
			return r->stanzas[i];
	}
	return NULL;
}

/* ---- the client ---- */

static char *
param(const struct sip_auth *a, const char *name)
{
	struct sip_span v;

	return sip_auth_param(a, name, &v) ? sip_span_dup(v) : mem_strdup("");
}

/* RFC 2617 with MD5 and qop=auth: what every client can. */
static struct sip_msg *
with_credentials(const struct sip_msg *m, const struct sip_msg *challenge)
{
	bool proxy = challenge->status == 407;
	struct sip_values it = sip_values_of(challenge,
	    proxy ? SIP_HDR_PROXY_AUTHENTICATE : SIP_HDR_WWW_AUTHENTICATE);
	char a1[HASH_HEX_SIZE], a2[HASH_HEX_SIZE], rsp[HASH_HEX_SIZE];
	char *algorithm, *nonce, *text;
	struct sip_msg *copy = NULL;
	struct sip_span value;
	struct sip_auth a;
	struct sip_cseq cseq;

	while (copy == NULL && sip_values_next(&it, &value)) {
		if (sip_auth_read(value, &a) < 0)
			continue;
		algorithm = param(&a, "algorithm");
		if (algorithm[0] == '\0' || strcmp(algorithm, "MD5") == 0) {
			nonce = param(&a, "nonce");
			copy = sip_msg_copy(m);
			(void)sip_msg_cseq(m, &cseq);
			sip_msg_setf(copy, SIP_HDR_CSEQ, "%u %.*s",
			    cseq.number + 1, (int)cseq.method.n,
			    cseq.method.p);
			sip_msg_remove(copy, SIP_HDR_VIA);
			text = mem_printf("ann:" REALM ":pw");
			(void)hash_hex(HASH_MD5, text, strlen(text), a1);
			mem_free(text);
			text = mem_printf("%.*s:%.*s",
			    (int)sip_msg_method_text(m).n,
			    sip_msg_method_text(m).p, (int)sip_msg_uri(m).n,
			    sip_msg_uri(m).p);
			(void)hash_hex(HASH_MD5, text, strlen(text), a2);
			mem_free(text);
			text = mem_printf("%s:%s:00000001:abcd:auth:%s", a1,
			    nonce, a2);
			(void)hash_hex(HASH_MD5, text, strlen(text), rsp);
			mem_free(text);
			sip_msg_addf(copy, proxy ? SIP_HDR_PROXY_AUTHORIZATION :
			    SIP_HDR_AUTHORIZATION, "Digest username=\"ann\","
			    "realm=\"" REALM "\",nonce=\"%s\",uri=\"%.*s\","
			    "response=\"%s\",algorithm=MD5,qop=auth,"
			    "nc=00000001,cnonce=\"abcd\"", nonce,
			    (int)sip_msg_uri(m).n, sip_msg_uri(m).p, rsp);
			mem_free(nonce);
		}
		mem_free(algorithm);
	}
	return copy;
}

static void
on_answer(struct sip_client *c, enum sip_outcome outcome,
    const struct sip_msg *m, void *arg)
{
	struct rig *r = arg;
	struct sip_msg *again;

	(void)outcome;
	if (m->status < 200)
		return;
	if ((m->status == 401 || m->status == 407) && !sip_msg_has(
	    sip_client_request(c), SIP_HDR_AUTHORIZATION) && !sip_msg_has(
	    sip_client_request(c), SIP_HDR_PROXY_AUTHORIZATION)) {
		again = with_credentials(sip_client_request(c), m);
		assert_non_null(again);
		(void)sip_stack_request(r->client, again, &r->to_fe, on_answer,
		    r);
		sip_msg_unref(again);
		return;
	}
	r->status = m->status;
	(void)snprintf(r->reason, sizeof(r->reason), "%.*s",
	    (int)sip_msg_reason(m).n, sip_msg_reason(m).p);
}

static void
client_on_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct rig *r = arg;
	struct sip_substate ss;

	(void)peer;
	if (m->method == SIP_NOTIFY) {
		if (sip_substate_read(sip_msg_header(m,
		    SIP_HDR_SUBSCRIPTION_STATE), &ss) == 0)
			(void)snprintf(r->state, sizeof(r->state), "%.*s",
			    (int)ss.state.n, ss.state.p);
		mem_free(r->body);
		r->body = sip_span_dup(sip_msg_body(m));
	} else if (m->method == SIP_MESSAGE) {
		assert_true(r->n_messages < KEEP);
		r->messages[r->n_messages++] = sip_msg_text(m);
	}
	sip_server_answer(t, 200, NULL);
}

static void
client_sends_take(struct rig *r, struct sip_msg *m)
{
	struct buf contact = { 0 };

	if (m->method != SIP_MESSAGE) {
		sip_stack_contact(r->client, SIP_TCP, "ann", &contact);
		sip_msg_set(m, SIP_HDR_CONTACT,
		    sip_span_make(contact.data, contact.len));
		buf_clear(&contact);
	}
	r->status = 0;
	(void)sip_stack_request(r->client, m, &r->to_fe, on_answer, r);
	sip_msg_unref(m);
}

static struct sip_msg *
request(enum sip_method method, const char *uri, const char *to)
{
	return sip_request_make(method, sip_span_of(uri),
	    "<sip:ann@sip.example>", to, NULL, 1);
}

/* ---- the rig ---- */

static void
turn(struct rig *r)
{
	(void)loop_turn(r->loop, 2);
	loop_clock_advance(r->loop, 10);
}

#define UNTIL(r, cond)                                                         \
	do {                                                                   \
		int left_ = 2500;                                              \
		while (!(cond) && left_-- > 0)                                 \
			turn(r);                                               \
		if (!(cond))                                                   \
			fail_msg("line %d: never: %s (status %d %s)",          \
			    __LINE__, #cond, (r)->status, (r)->reason);        \
	} while (0)

static struct tls_identity *
identity(struct rig *r, const char *role)
{
	struct cert_want w = { .server_auth = true, .client_auth = true };

	return pki_identity_as(&r->pki, &w, role, "127.0.0.1");
}

/* A port nobody has: bound once and let go. */
static struct addr
free_port(void)
{
	struct addr a, got;
	int fd;

	(void)addr_from_ip("127.0.0.1", 0, &a, NULL);
	fd = net_bind(&a, true, NULL);
	assert_int_equal(addr_of_socket(fd, &got), 0);
	(void)close(fd);
	return got;
}

static void
open_services(struct rig *r)
{
	struct settings *s = snapshot();
	struct addr gw_at = free_port(), any;
	struct tls_identity *id;
	enum sip_transport t;
	struct sip_target hop = { .transport = SIP_TLS, .internal = true };
	struct frontend_opts fo = { .loop = r->loop, .product = "fe",
		.host = "127.0.0.1" };
	struct gateway_opts go = { .loop = r->loop, .settings = s };
	struct fault f;

	(void)addr_from_ip("127.0.0.1", 0, &any, NULL);
	fo.translator.transport = SIP_TLS;
	fo.translator.internal = true;
	fo.translator.addr = gw_at;
	r->fe = frontend_open(&fo, s);
	assert_non_null(r->fe);
	id = identity(r, "uri:urn:fedsh:role:RTCSRV");
	assert_int_equal(frontend_set_tls(r->fe, id, id, r->trust, &f), 0);
	tls_identity_unref(id);
	assert_int_equal(frontend_listen(r->fe, SIP_TCP, &any, &f), 0);
	assert_int_equal(frontend_listen(r->fe, SIP_TLS, &any, &f), 0);
	frontend_restore(r->fe);
	r->to_fe.transport = SIP_TCP;
	r->to_fe.addr = *frontend_listener(r->fe, 0, &t);
	hop.addr = *frontend_listener(r->fe, 1, &t);
	go.next_hop = &hop;
	r->gw = gateway_open(&go);
	settings_unref(s);
	id = identity(r, "uri:urn:fedsh:role:RTCXMPPTGW");
	assert_int_equal(gateway_set_tls(r->gw, id, r->trust, &f), 0);
	tls_identity_unref(id);
	if (gateway_listen(r->gw, SIP_TLS, &gw_at, &f) < 0)
		fail_msg("%s", f.text);
	gateway_connect(r->gw, link_listen_addr(r->proxy), 1);
	UNTIL(r, link_is_up(r->proxy));
}

static int
setup(void **state)
{
	static const struct link_ops lops = { .on_stanza = proxy_on_stanza };
	static const struct sip_stack_ops cops = {
		.on_request = client_on_request };
	struct rig *r = mem_zalloc(sizeof(*r));
	struct tls_identity *id;
	struct sip_msg *m;
	struct addr any;
	struct fault f;

	*state = r;
	r->loop = loop_new(&f);
	loop_clock_fake(r->loop, 1000000, time(NULL) * INT64_C(1000));
	if (pki_open(&r->pki) < 0)
		return -1;
	r->trust = pki_trust(&r->pki);
	(void)addr_from_ip("127.0.0.1", 0, &any, NULL);
	r->proxy = link_open(r->loop, NULL, &lops, r);
	id = identity(r, "uri:urn:fedsh:role:RTCXMPPTGWPX");
	if (link_set_tls(r->proxy, id, r->trust, "RTCXMPPTGW", &f) < 0 ||
	    link_listen(r->proxy, &any, &f) < 0)
		return -1;
	tls_identity_unref(id);
	open_services(r);
	r->client = sip_stack_new(r->loop, NULL, &cops, r);
	if (sip_stack_listen(r->client, SIP_TCP, &any, NULL, &f) < 0)
		return -1;
	m = request(SIP_REGISTER, "sip:sip.example", "<sip:ann@sip.example>");
	sip_msg_add_str(m, SIP_HDR_EXPIRES, "600");
	client_sends_take(r, m);
	UNTIL(r, r->status != 0);
	assert_int_equal(r->status, 200);
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;
	size_t i;

	gateway_close(r->gw);
	frontend_close(r->fe);
	sip_stack_free(r->client);
	link_close(r->proxy);
	(void)loop_turn(r->loop, 0);
	loop_free(r->loop);
	tls_trust_unref(r->trust);
	pki_close(&r->pki);
	for (i = 0; i < r->n_stanzas; i++)
		mem_free(r->stanzas[i]);
	for (i = 0; i < r->n_messages; i++)
		mem_free(r->messages[i]);
	mem_free(r->body);
	mem_free(r);
	return 0;
}

/* ---- the way through ---- */

static void
a_message_reaches_the_client_and_its_answer_comes_back(void **state)
{
	struct rig *r = *state;
	struct sip_msg *m;

	x_sends(r, "<message xmlns='jabber:server' type='chat' id='1' "
	    "from='x@xmpp.example/r' to='ann@sip.example'>"
	    "<body>gr\xc3\xbc\xc3\x9f dich</body></message>");
	UNTIL(r, r->n_results == 1);
	assert_int_equal(r->result, CONDITION_NONE);
	assert_int_equal(r->n_messages, 1);
	assert_non_null(strstr(r->messages[0], "gr\xc3\xbc\xc3\x9f dich"));
	m = request(SIP_MESSAGE, "sip:x@xmpp.example", "<sip:x@xmpp.example>");
	sip_msg_set_body(m, "text/plain", "hello", 5);
	client_sends_take(r, m);
	UNTIL(r, r->status != 0);
	assert_int_equal(r->status, 202);
	assert_non_null(stanza_with(r, "<body>hello</body>"));
	assert_non_null(stanza_with(r, "from=\"ann@sip.example/sip\""));
}

static void
a_failure_beyond_reaches_the_client_with_its_reason(void **state)
{
	struct rig *r = *state;
	struct sip_msg *m;

	r->say = CONDITION_REMOTE_SERVER_NOT_FOUND;
	m = request(SIP_MESSAGE, "sip:x@xmpp.example", "<sip:x@xmpp.example>");
	sip_msg_set_body(m, "text/plain", "hello", 5);
	client_sends_take(r, m);
	UNTIL(r, r->status != 0);
	assert_int_equal(r->status, 404);
	m = request(SIP_MESSAGE, "sip:x@other.example",
	    "<sip:x@other.example>");
	sip_msg_set_body(m, "text/plain", "hello", 5);
	client_sends_take(r, m);
	UNTIL(r, r->status != 0);
	assert_int_equal(r->status, 403);
}

static void
x_sees_the_client_by_its_registration(void **state)
{
	struct rig *r = *state;
	struct sip_msg *m;

	x_sends(r, "<presence xmlns='jabber:server' type='subscribe' "
	    "from='x@xmpp.example' to='ann@sip.example'/>");
	UNTIL(r, stanza_with(r, "type=\"subscribed\"") != NULL);
	UNTIL(r, stanza_with(r, "ann@sip.example/") != NULL);
	m = request(SIP_REGISTER, "sip:sip.example", "<sip:ann@sip.example>");
	sip_msg_add_str(m, SIP_HDR_EXPIRES, "0");
	client_sends_take(r, m);
	UNTIL(r, r->status == 200);
	UNTIL(r, stanza_with(r, "type=\"unavailable\"") != NULL);
}

static void
the_client_sees_x(void **state)
{
	struct rig *r = *state;
	struct sip_msg *m;

	m = request(SIP_SUBSCRIBE, "sip:x@xmpp.example",
	    "<sip:x@xmpp.example>");
	sip_msg_add_str(m, SIP_HDR_EVENT, "presence");
	sip_msg_add_str(m, SIP_HDR_ACCEPT, "application/pidf+xml");
	sip_msg_add_str(m, SIP_HDR_EXPIRES, "600");
	client_sends_take(r, m);
	UNTIL(r, r->status != 0);
	assert_int_equal(r->status, 200);
	UNTIL(r, strcmp(r->state, "pending") == 0);
	UNTIL(r, stanza_with(r, "type=\"subscribe\"") != NULL);
	x_sends(r, "<presence xmlns='jabber:server' type='subscribed' "
	    "from='x@xmpp.example' to='ann@sip.example'/>");
	UNTIL(r, strcmp(r->state, "active") == 0);
	x_sends(r, "<presence xmlns='jabber:server' from='x@xmpp.example/r' "
	    "to='ann@sip.example'><show>dnd</show></presence>");
	UNTIL(r, strstr(r->body, "<rpid:busy/>") != NULL);
}

static void
no_event(unsigned int id, const char *text, void *arg)
{
	(void)id;
	(void)text;
	(void)arg;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_reaches_the_client_and_its_answer_comes_back),
		TEST(a_failure_beyond_reaches_the_client_with_its_reason),
		TEST(x_sees_the_client_by_its_registration),
		TEST(the_client_sees_x),
	};

	log_open_fd(getenv("FEDSH_TEST_LOG") != NULL ? 2 : -1,
	    LOG_LEVEL_DEBUG);
	evlog_set_sink(no_event, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
