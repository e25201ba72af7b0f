/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots as typed settings, and the gates in their order [A5]. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "gateway/admit.h"

static struct dict *
partner(const char *domain, const char *other, const char *type)
{
	struct dict *d = dict_new(NULL);
	struct list *more = list_new(NULL, 1);

	if (other != NULL)
		list_add_take(more, value_string(other));
	dict_set_str_take(d, "Domain", value_string(domain));
	dict_set_str_take(d, "AdditionalDomains", list_value(more));
	dict_set_str_take(d, "PartnerType", value_string(type));
	dict_set_str_take(d, "TlsNegotiation", value_string("Optional"));
	dict_set_str_take(d, "SupportDialbackNegotiation", value_bool(true));
	return d;
}

static void
add_user(struct usertable_writer *w, const char *address, bool enabled,
    bool federation, bool xmpp)
{
	struct usertable_user u = { .address = address, .display_name = "",
		.policy = "Tag:FedPic", .enabled = enabled,
		.federation = federation, .xmpp = xmpp };
	size_t i, k;

	for (i = 0; i < USERTABLE_LOGINS; i++) {
		u.login[i] = "";
		for (k = 0; k < USERTABLE_DIGESTS; k++)
			u.ha1[i][k] = "";
	}
	assert_int_equal(usertable_writer_add(w, &u, NULL), 0);
}

static struct settings *
snapshot(bool federated)
{
	struct dict *d = dict_new(NULL), *edge = dict_new(NULL);
	struct list *partners = list_new(NULL, 2), *sip = list_new(NULL, 1);
	struct usertable_writer *w;
	struct settings *s;
	struct buf b = { 0 };
	struct fault f;
	int fd = usertable_memfd(&f);

	w = usertable_writer_new(fd, 7);
	add_user(w, "ann@sip.example", true, true, true);
	add_user(w, "off@sip.example", false, true, true);
	add_user(w, "nofed@sip.example", true, false, true);
	add_user(w, "noxmpp@sip.example", true, true, false);
	assert_int_equal(usertable_writer_finish(w, &f), 0);
	usertable_writer_free(w);

	list_add_take(partners, dict_value(partner("XMPP.example",
	    "also.example", "Federated")));
	list_add_take(partners, dict_value(partner("public.example", NULL,
	    "PublicUnverified")));
	list_add_take(partners, dict_value(partner("verified.example", NULL,
	    "PublicVerified")));
	list_add_take(sip, value_string("sip.example"));
	dict_set_str_take(edge, "AllowFederatedUsers", value_bool(federated));
	dict_set_str_take(d, "Number", value_int(42));
	dict_set_str_take(d, "SipDomains", list_value(sip));
	dict_set_str_take(d, "XmppPartners", list_value(partners));
	dict_set_str_take(d, "AccessEdge", dict_value(edge));
	assert_int_equal(codec_write(&b, dict_value(d), &f), 0);
	value_unref(dict_value(d));
	s = settings_read(b.data, b.len, fd, &f);
	if (s == NULL)
		fail_msg("%s", f.text);
	(void)close(fd);
	buf_clear(&b);
	return s;
}

static void
a_snapshot_becomes_typed_settings_with_defaults(void **state)
{
	struct settings *s = snapshot(true);
	const struct settings_partner *p;

	(void)state;
	assert_int_equal(s->number, 42);
	assert_true(settings_hosts(s, "sip.example"));
	assert_false(settings_hosts(s, "xmpp.example"));
	p = settings_partner_find(s, "also.example");
	assert_non_null(p);
	assert_string_equal(p->domain, "xmpp.example");
	assert_int_equal(p->tls, SETTINGS_OPTIONAL);
	assert_int_equal(p->sasl, SETTINGS_REQUIRED);
	assert_int_equal(p->connection_limit, 20);
	assert_string_equal(p->proxy_fqdn, "");
	assert_int_equal(s->edge.xmpp_port, 5269);
	assert_int_equal(s->registrar.gateway_port, 5098);
	assert_null(settings_partner_find(s, "other.example"));
	settings_unref(s);
}

static void
what_is_no_snapshot_is_refused(void **state)
{
	struct fault f;
	struct buf b = { 0 };

	(void)state;
	assert_null(settings_read("garbage", 7, -1, &f));
	assert_int_equal(codec_write(&b, value_int(1), NULL), 0);
	assert_null(settings_read(b.data, b.len, -1, &f));
	buf_clear(&b);
}

static const struct {
	bool federated;
	struct admit_request rq;
	enum admit_gate gate;
} rows[] = {
	{ true, { "ann@sip.example", "x@xmpp.example", "xmpp.example", true,
	    ADMIT_MESSAGE, false }, ADMIT_OPEN },
	{ true, { "ann@sip.example", "x@also.example", "also.example", false,
	    ADMIT_SUBSCRIBE, false }, ADMIT_OPEN },
	/* Everything is closed: the first gate names itself. */
	{ false, { "nobody@sip.example", "x@other.example", "other.example",
	    true, ADMIT_MESSAGE, false }, ADMIT_FEDERATION_OFF },
	{ true, { "nobody@sip.example", "x@other.example", "other.example",
	    true, ADMIT_MESSAGE, false }, ADMIT_PARTNER },
	{ true, { "nobody@sip.example", "x@xmpp.example", "xmpp.example",
	    true, ADMIT_MESSAGE, false }, ADMIT_USER_UNKNOWN },
	{ true, { "off@sip.example", "x@xmpp.example", "xmpp.example", true,
	    ADMIT_MESSAGE, false }, ADMIT_USER_UNKNOWN },
	{ true, { "nofed@sip.example", "x@xmpp.example", "xmpp.example",
	    true, ADMIT_IQ, false }, ADMIT_USER_FEDERATION },
	{ true, { "noxmpp@sip.example", "x@public.example", "public.example",
	    true, ADMIT_MESSAGE, false }, ADMIT_USER_XMPP },
	{ true, { "ann@sip.example", "x@public.example", "public.example",
	    true, ADMIT_MESSAGE, false }, ADMIT_PARTNER_TYPE },
	{ true, { "ann@sip.example", "x@public.example", "public.example",
	    true, ADMIT_SUBSCRIBE, false }, ADMIT_PARTNER_TYPE },
	{ true, { "ann@sip.example", "x@public.example", "public.example",
	    true, ADMIT_MESSAGE, true }, ADMIT_OPEN },
	{ true, { "ann@sip.example", "x@public.example", "public.example",
	    false, ADMIT_MESSAGE, false }, ADMIT_OPEN },
	{ true, { "ann@sip.example", "x@public.example", "public.example",
	    true, ADMIT_PRESENCE, false }, ADMIT_OPEN },
	{ true, { "ann@sip.example", "x@verified.example",
	    "verified.example", true, ADMIT_MESSAGE, false }, ADMIT_OPEN },
};

static void
the_first_gate_that_is_closed_is_the_verdict(void **state)
{
	struct settings *on = snapshot(true), *off = snapshot(false);
	struct admit_verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		admit_check(rows[i].federated ? on : off, NULL, 0, &rows[i].rq,
		    &v);
		if (v.gate != rows[i].gate)
			fail_msg("row %zu: %s, expected %s", i,
			    admit_gate_name(v.gate),
			    admit_gate_name(rows[i].gate));
	}
	admit_check(on, NULL, 0, &rows[7].rq, &v);
	assert_string_equal(v.policy, "Tag:FedPic");
	settings_unref(on);
	settings_unref(off);
}

static void
rates_close_for_the_rest_of_a_minute(void **state)
{
	struct settings *s = snapshot(true);
	struct admit_rates *r = admit_rates_new(1);
	struct admit_request rq = { "ann@sip.example", "x@xmpp.example",
		"xmpp.example", true, ADMIT_SUBSCRIBE, false };
	struct admit_verdict v;
	int i;

	(void)state;
	for (i = 0; i < 30; i++) {
		admit_check(s, r, 1000, &rq, &v);
		assert_int_equal(v.gate, ADMIT_OPEN);
	}
	admit_check(s, r, 2000, &rq, &v);
	assert_int_equal(v.gate, ADMIT_RATE);
	admit_check(s, r, 61001, &rq, &v);
	assert_int_equal(v.gate, ADMIT_OPEN);
	/* What we begin is not counted; nor is a second message to one. */
	rq.inbound = false;
	for (i = 0; i < 100; i++) {
		admit_check(s, r, 61001, &rq, &v);
		assert_int_equal(v.gate, ADMIT_OPEN);
	}
	rq.inbound = true;
	rq.what = ADMIT_MESSAGE;
	for (i = 0; i < 100; i++) {
		admit_check(s, r, 61001, &rq, &v);
		assert_int_equal(v.gate, ADMIT_OPEN);
	}
	admit_rates_free(r);
	settings_unref(s);
}

/* xmpp-s2s.md section 10 */
static void
a_remote_sender_cannot_tell_who_exists(void **state)
{
	struct admit_answer unknown, federation, xmpp, type;

	(void)state;
	admit_answer(ADMIT_USER_UNKNOWN, &unknown);
	admit_answer(ADMIT_USER_FEDERATION, &federation);
	admit_answer(ADMIT_USER_XMPP, &xmpp);
	admit_answer(ADMIT_PARTNER_TYPE, &type);
	assert_int_equal(unknown.condition, CONDITION_SERVICE_UNAVAILABLE);
	assert_int_equal(federation.condition, unknown.condition);
	assert_int_equal(xmpp.condition, unknown.condition);
	assert_int_equal(type.condition, unknown.condition);
	assert_ptr_equal(unknown.text, federation.text);
	assert_ptr_equal(unknown.text, xmpp.text);
	assert_ptr_equal(unknown.text, type.text);
	/* Our own sender is told in words. */
	assert_string_not_equal(federation.reason, xmpp.reason);
}

/* G-11 */
static void
a_domain_that_is_shut_out_gets_few_errors(void **state)
{
	struct admit_rates *r = admit_rates_new(7);
	int i, answered = 0;

	(void)state;
	for (i = 0; i < 1000; i++)
		answered += admit_may_answer(
		    r, 1000 + i, ADMIT_PARTNER, "x.example");
	assert_int_equal(answered, 60);
	assert_true(admit_may_answer(r, 2000, ADMIT_PARTNER, "y.example"));
	assert_true(admit_may_answer(r, 62000, ADMIT_PARTNER, "x.example"));
	/* What only a user's gate refuses is always answered. */
	for (i = 0; i < 1000; i++)
		assert_true(admit_may_answer(
		    r, 1000, ADMIT_USER_XMPP, "x.example"));
	admit_rates_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_domain_that_is_shut_out_gets_few_errors),
		cmocka_unit_test(
		    a_snapshot_becomes_typed_settings_with_defaults),
		cmocka_unit_test(what_is_no_snapshot_is_refused),
		cmocka_unit_test(the_first_gate_that_is_closed_is_the_verdict),
		cmocka_unit_test(rates_close_for_the_rest_of_a_minute),
		cmocka_unit_test(a_remote_sender_cannot_tell_who_exists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
