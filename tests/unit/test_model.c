/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "model/instance.h"
#include "model/resolve.h"
#include "model/snapshot.h"
#include "model/topology.h"
#include "model/user.h"

static struct dict *
partner(const char *tls, const char *sasl, bool dialback)
{
	struct identity id;
	struct dict *d;
	struct value v;
	struct fault f;

	assert_int_equal(
	    identity_parse("prosody.test", SCOPE_DOMAIN, NULL, &id, &f), 0);
	d = instance_new(&noun_xmpp_allowed_partner, &id);
	v = value_string(tls);
	assert_int_equal(instance_set(&noun_xmpp_allowed_partner, d,
			     "tlsnegotiation", v, &f),
	    0);
	value_unref(v);
	v = value_string(sasl);
	assert_int_equal(instance_set(&noun_xmpp_allowed_partner, d,
			     "SaslNegotiation", v, &f),
	    0);
	value_unref(v);
	assert_int_equal(
	    instance_set(&noun_xmpp_allowed_partner, d,
		"SupportDialbackNegotiation", value_bool(dialback), &f),
	    0);
	return d;
}

static void
five_of_eighteen_ways_to_negotiate_are_refused(void **state)
{
	static const char *const ways[] = { "required", "Optional",
		"NOTSUPPORTED" };
	unsigned bad = 0, warned = 0, i;
	struct buf b;
	struct fault f;

	(void)state;
	buf_init(&b);
	for (i = 0; i < 18; i++) {
		struct dict *d =
		    partner(ways[i % 3], ways[i / 3 % 3], i >= 9);

		buf_reset(&b);
		if (instance_check(&noun_xmpp_allowed_partner, d, &b, &f) != 0)
			bad++;
		if (b.len > 0)
			warned++;
		value_unref(dict_value(d));
	}
	assert_int_equal(bad, 5);
	assert_int_equal(warned, 7);
	buf_clear(&b);
}

static struct value
texts(const char *a, const char *b)
{
	struct list *l = list_new(NULL, 2);

	list_add_take(l, value_string(a));
	if (b != NULL)
		list_add_take(l, value_string(b));
	return list_value(l);
}

static void
set_domains(struct dict *d, const char *verb, const char *a, const char *b)
{
	struct value v = texts(a, b), m;
	struct fault f;

	if (verb != NULL) {
		m = dict_value(dict_new(NULL));
		dict_set_str_take(dict_of(m), verb, v);
		v = m;
	}
	assert_int_equal(instance_set(&noun_xmpp_allowed_partner, d,
			     "AdditionalDomains", v, &f),
	    0);
	value_unref(v);
}

static size_t
domains(const struct dict *d)
{
	return list_of(dict_peek(d, "AdditionalDomains"))->count;
}

static void
a_list_is_replaced_added_to_and_emptied(void **state)
{
	struct dict *d = partner("Required", "Optional", true);
	struct value v;
	struct fault f;

	(void)state;
	set_domains(d, NULL, "A.test", "b.test");
	assert_int_equal(domains(d), 2);
	set_domains(d, "Add", "c.test", "a.test");
	assert_int_equal(domains(d), 3);
	set_domains(d, "remove", "a.test", NULL);
	assert_int_equal(domains(d), 2);
	set_domains(d, "Replace", "z.test", NULL);
	assert_int_equal(domains(d), 1);
	assert_int_equal(instance_set(&noun_xmpp_allowed_partner, d,
			     "AdditionalDomains", VALUE_NULL, &f),
	    0);
	assert_int_equal(domains(d), 0);
	v = value_string("not a domain");
	assert_int_equal(instance_set(&noun_xmpp_allowed_partner, d,
			     "AdditionalDomains", v, &f),
	    -1);
	assert_non_null(strstr(f.text, "AdditionalDomains"));
	value_unref(v);
	v = value_string("Sometimes");
	assert_int_equal(instance_set(&noun_xmpp_allowed_partner, d,
			     "TlsNegotiation", v, &f),
	    -1);
	assert_string_equal(f.text,
	    "TlsNegotiation takes one of Required, Optional, NotSupported, "
	    "not \"Sometimes\"");
	value_unref(v);
	value_unref(dict_value(d));
}

static void
what_is_shown_can_be_taken_back(void **state)
{
	const struct noun *n = &noun_xmpp_gateway_configuration;
	struct identity id;
	struct dict *d;
	struct value shown;
	struct fault f;
	int64_t version;

	(void)state;
	assert_int_equal(
	    identity_parse("Global", SCOPE_GLOBAL, NULL, &id, &f), 0);
	d = instance_new(n, &id);
	dict_set_str_take(d, "DialbackPassphrase", value_string("s3cr3t"));
	shown = instance_show(n, d, 42);
	assert_string_equal(
	    value_chars(object_peek(object_of(shown), "DialbackPassphrase")),
	    PROP_MASK);
	object_set_take(
	    object_of(shown), "KeepAliveInterval", value_int(77));
	assert_int_equal(
	    instance_take_over(n, d, object_of(shown), &version, &f), 0);
	assert_int_equal(version, 42);
	assert_int_equal(dict_peek(d, "KeepAliveInterval").u.i, 77);
	assert_string_equal(instance_text(d, "DialbackPassphrase"), "s3cr3t");
	assert_true(instance_is_a(n, shown));
	assert_false(instance_is_a(&noun_site, shown));
	value_unref(shown);
	value_unref(dict_value(d));
}

static void
add_policy(struct store *s, const char *identity, bool xmpp)
{
	const struct noun *n = &noun_external_access_policy;
	struct identity id;
	struct dict *d;
	struct fault f;

	assert_int_equal(identity_parse(identity, n->scopes, NULL, &id, &f), 0);
	d = instance_new(n, &id);
	dict_set_str_take(d, "EnableXmppAccess", value_bool(xmpp));
	assert_int_equal(store_put(s, n->class_name, id.key, dict_value(d),
			     STORE_ANY, NULL, &f),
	    0);
	value_unref(dict_value(d));
}

static void
add_user(struct store *s, const char *sam, const char *policy)
{
	struct dict *d = dict_new(NULL);
	char guid[37];
	struct fault f;

	dict_set_str_take(d, USER_GUID, value_string(user_new_guid(guid)));
	dict_set_str_take(d, USER_SAM, value_string(sam));
	dict_set_str_take(d, USER_UPN, value_printf("%s@a.test", sam));
	dict_set_str_take(d, USER_SIP, value_printf("sip:%s@a.test", sam));
	dict_set_str_take(d, USER_DISPLAY, value_printf("User %s", sam));
	dict_set_str_take(d, USER_POOL, value_string("pool.a.test"));
	dict_set_str_take(d, USER_CS_ENABLED, value_bool(true));
	dict_set_str_take(d, USER_AD_ENABLED, value_bool(true));
	if (policy != NULL)
		dict_set_str_take(d, USER_ACCESS, value_string(policy));
	assert_int_equal(store_put(s, USER_CLASS, guid, dict_value(d),
			     STORE_NEW, NULL, &f),
	    0);
	value_unref(dict_value(d));
}

static bool
may_xmpp(struct store *s, const char *address, const char *policy)
{
	struct usertable_user u;
	struct usertable *t;
	struct fault f;
	bool may;
	int fd = usertable_memfd(&f);

	assert_int_equal(snapshot_users(s, fd, 1, SNAPSHOT_USERS_SECRET, &f), 0);
	t = usertable_open(fd, &f);
	assert_non_null(t);
	assert_true(usertable_find_address(t, address, &u));
	assert_string_equal(u.policy, policy);
	may = u.enabled && u.xmpp;
	usertable_close(t);
	(void)close(fd);
	return may;
}

static void
a_user_gets_the_tag_then_the_site_then_global(void **state)
{
	struct store *s = store_open_memory(model_indexes);
	struct fault f;

	(void)state;
	assert_int_equal(topology_make(s, "pool.a.test", &f), 0);
	add_policy(s, "FedPic", true);
	add_user(s, "ken", NULL);
	add_user(s, "pat", "FEDPIC");
	add_user(s, "eve", "Gone");
	assert_false(may_xmpp(s, "ken@a.test", "Global"));
	assert_true(may_xmpp(s, "pat@a.test", "Tag:FedPic"));
	assert_false(may_xmpp(s, "eve@a.test", "Global"));
	add_policy(s, "site:Site1", true);
	assert_true(may_xmpp(s, "ken@a.test", "Site:Site1"));
	assert_true(may_xmpp(s, "eve@a.test", "Site:Site1"));
	add_policy(s, "FedPic", false);
	assert_false(may_xmpp(s, "pat@a.test", "Tag:FedPic"));
	store_close(s);
}

static void
users_are_found_by_every_form_of_identity(void **state)
{
	static const char *const forms[] = { "ken", "KEN@a.test",
		"sip:ken@a.test", "A\\ken", "User ken", NULL };
	struct store *s = store_open_memory(model_indexes);
	struct store_row row = { .key = NULL };
	struct user_query q;
	struct store_row *found;
	struct fault f;
	unsigned n = 0;
	size_t i;

	(void)state;
	add_user(s, "ken", NULL);
	add_user(s, "pat", NULL);
	for (i = 0; forms[i] != NULL; i++) {
		if (user_find(s, forms[i], &row, &f) != 1)
			fail_msg("%s", forms[i]);
		assert_string_equal(
		    instance_text(dict_of(row.object), USER_SAM), "ken");
		store_row_clear(&row);
	}
	assert_int_equal(user_find(s, "nobody", &row, &f), 0);
	assert_int_equal(user_find(s, "user *", &row, &f), -1);
	assert_int_equal(user_query_begin(&q, s, "user *", &f), 0);
	while (user_query_next(&q, &found, &f) == 1)
		n++;
	assert_int_equal(n, 2);
	user_query_end(&q);
	store_close(s);
}

static void
a_snapshot_has_every_key_and_fits_the_codec(void **state)
{
	static const char *const keys[] = { "Number", "Created", "UserNumber",
		"Realm", "SipDomains", "AccessEdge", "XmppGateway",
		"XmppPartners", "AllowedDomains", "BlockedDomains", "Site",
		"Edge", "Registrar", "GlobalPolicy", "Listeners", NULL };
	struct store *s = store_open_memory(model_indexes);
	struct value settings, edge;
	struct buf b;
	struct fault f;
	size_t i;

	(void)state;
	assert_int_equal(topology_make(s, "pool.a.test", &f), 0);
	assert_int_equal(topology_make(s, "other.test", &f), 0);
	if (snapshot_settings(s, 5, 3, &settings, &f) != 0)
		fail_msg("%s", f.text);
	for (i = 0; keys[i] != NULL; i++)
		if (value_is_null(dict_peek(dict_of(settings), keys[i])))
			fail_msg("%s", keys[i]);
	assert_string_equal(
	    value_chars(dict_peek(dict_of(settings), "Realm")), "pool.a.test");
	edge = dict_peek(dict_of(settings), "Edge");
	assert_string_equal(
	    value_chars(dict_peek(dict_of(edge), "Fqdn")), "edge.pool.a.test");
	assert_int_equal(
	    dict_peek(dict_of(edge), "XmppInternalPort").u.i, 23456);
	assert_int_equal(
	    list_of(dict_peek(dict_of(settings), "Listeners"))->count, 12);
	buf_init(&b);
	assert_int_equal(codec_write(&b, settings, &f), 0);
	buf_clear(&b);
	value_unref(settings);
	store_close(s);
}

/* architecture.md: the proxy faces the internet and knows least. */
static void
each_service_is_told_what_it_needs(void **state)
{
	static const struct {
		const char *service, *key;
		bool told;
	} rows[] = {
		{ "RTCXMPPTGWPX", "XmppPartners", true },
		{ "RTCXMPPTGWPX", "SipDomains", true },
		{ "RTCXMPPTGWPX", "Realm", false },
		{ "RTCXMPPTGWPX", "AccessEdge", false },
		{ "RTCXMPPTGWPX", "GlobalPolicy", false },
		{ "RTCXMPPTGWPX", "Registrar", false },
		{ "RTCXMPPTGWPX", "BlockedDomains", false },
		{ "RTCXMPPTGWPX", "UserNumber", false },
		{ "RTCXMPPTGW", "AccessEdge", true },
		{ "RTCXMPPTGW", "Realm", false },
		{ "RTCSRV", "Realm", true },
		{ "RTCSRV", "XmppPartners", false },
		{ "RTCSRV", "XmppGateway", false },
		{ "RTCSRV", "Edge", false },
	};
	struct store *s = store_open_memory(model_indexes);
	struct value all, own, part;
	struct fault f;
	size_t i;

	(void)state;
	assert_int_equal(topology_make(s, "pool.a.test", &f), 0);
	assert_int_equal(snapshot_settings(s, 5, 3, &all, &f), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		own = snapshot_part(all, rows[i].service);
		if (!value_is_null(dict_peek(dict_of(own), rows[i].key)) !=
		    rows[i].told)
			fail_msg("%s: %s", rows[i].service, rows[i].key);
		value_unref(own);
	}
	own = snapshot_part(all, "RTCXMPPTGW");
	part = dict_peek(dict_of(own), "XmppGateway");
	assert_true(value_is_null(
	    dict_peek(dict_of(part), "DialbackPassphrase")));
	assert_false(value_is_null(
	    dict_peek(dict_of(part), "SubscriptionRefreshInterval")));
	assert_int_equal(
	    list_of(dict_peek(dict_of(own), "Listeners"))->count, 2);
	value_unref(own);
	own = snapshot_part(all, "RTCXMPPTGWPX");
	part = dict_peek(dict_of(own), "Edge");
	assert_true(value_is_null(
	    dict_peek(dict_of(part), "InternalIPAddress")));
	value_unref(own);
	value_unref(all);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_service_is_told_what_it_needs),
		cmocka_unit_test(five_of_eighteen_ways_to_negotiate_are_refused),
		cmocka_unit_test(a_list_is_replaced_added_to_and_emptied),
		cmocka_unit_test(what_is_shown_can_be_taken_back),
		cmocka_unit_test(a_user_gets_the_tag_then_the_site_then_global),
		cmocka_unit_test(users_are_found_by_every_form_of_identity),
		cmocka_unit_test(a_snapshot_has_every_key_and_fits_the_codec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
