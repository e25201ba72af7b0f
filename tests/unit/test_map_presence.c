/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nine states of RFC 6121 Appendix A (P-01 to P-05), tables 9.2, 9.3. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/map/presence.h"

/*
 * The oracle says it another way than the table: each state is four bits,
 * each stanza changes one of them under a condition.
 */
enum { TO = 1, FROM = 2, OUT = 4, IN = 8 };

static const unsigned int bits[PRESENCE_STATES] = { 0, OUT, IN, OUT | IN, TO,
	TO | IN, FROM, FROM | OUT, TO | FROM };

static enum presence_state
state_of(unsigned int b)
{
	int s;

	for (s = 0; s < PRESENCE_STATES; s++) {
		if (bits[s] == b)
			return (enum presence_state)s;
	}
	fail_msg("no state has bits %u", b);
	return PRESENCE_NONE;
}

static void
check(enum presence_state s, struct presence_step got, unsigned int want,
    bool pass)
{
	if (got.next != state_of(want) || got.pass != pass)
		fail_msg("%s became %s, expected %s", presence_state_name(s),
		    presence_state_name(got.next),
		    presence_state_name(state_of(want)));
}

static void
outbound_stanzas_follow_appendix_a2(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < PRESENCE_STATES; i++) {
		enum presence_state s = (enum presence_state)i;
		unsigned int b = bits[i];

		check(s, presence_outbound(s, STANZA_TYPE_SUBSCRIBE),
		    b & TO ? b : b | OUT, true);
		check(s, presence_outbound(s, STANZA_TYPE_UNSUBSCRIBE),
		    b & ~(unsigned int)(TO | OUT), true);
		check(s, presence_outbound(s, STANZA_TYPE_SUBSCRIBED),
		    b & IN ? (b & ~(unsigned int)IN) | FROM : b, b & IN);
		check(s, presence_outbound(s, STANZA_TYPE_UNSUBSCRIBED),
		    b & ~(unsigned int)(FROM | IN), b & (FROM | IN));
		assert_int_equal(presence_outbound(s,
		    STANZA_TYPE_AVAILABLE).next, s);
	}
}

static void
inbound_stanzas_follow_appendix_a3(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < PRESENCE_STATES; i++) {
		enum presence_state s = (enum presence_state)i;
		unsigned int b = bits[i];

		check(s, presence_inbound(s, STANZA_TYPE_SUBSCRIBE),
		    b & FROM ? b : b | IN, !(b & (FROM | IN)));
		check(s, presence_inbound(s, STANZA_TYPE_UNSUBSCRIBE),
		    b & ~(unsigned int)(FROM | IN), b & (FROM | IN));
		check(s, presence_inbound(s, STANZA_TYPE_SUBSCRIBED),
		    b & OUT ? (b & ~(unsigned int)OUT) | TO : b, b & OUT);
		check(s, presence_inbound(s, STANZA_TYPE_UNSUBSCRIBED),
		    b & ~(unsigned int)(TO | OUT), b & (TO | OUT));
		assert_int_equal(presence_sees(s), (b & TO) != 0);
		assert_int_equal(presence_is_seen(s), (b & FROM) != 0);
		assert_int_equal(presence_has_asked(s), (b & OUT) != 0);
		assert_int_equal(presence_is_asked(s), (b & IN) != 0);
	}
}

#define W(x) PRESENCE_WATCH_##x
#define E(x) PRESENCE_EV_##x
#define D(x) PRESENCE_DO_##x

static const struct {
	enum presence_watch from;
	enum presence_event event;
	int status;
	enum presence_watch next;
	unsigned int what;
} watch[] = {
	{ W(NONE), E(SUBSCRIBE), 0, W(TRYING), D(SUBSCRIBE) },
	{ W(ACTIVE), E(SUBSCRIBE), 0, W(ACTIVE), 0 },
	{ W(TRYING), E(PENDING), 0, W(PENDING), 0 },
	{ W(TRYING), E(ACTIVE), 0, W(ACTIVE), D(APPROVE) | D(STATES) },
	{ W(PENDING), E(ACTIVE), 0, W(ACTIVE), D(APPROVE) | D(STATES) },
	{ W(TRYING), E(REFUSED), 403, W(NONE),
	    D(UNAVAILABLE) | D(UNSUBSCRIBED) | D(REMEMBER) },
	{ W(PENDING), E(REJECTED), 0, W(NONE),
	    D(UNAVAILABLE) | D(UNSUBSCRIBED) | D(REMEMBER) },
	{ W(TRYING), E(REFUSED), 404, W(NONE),
	    D(UNAVAILABLE) | D(UNSUBSCRIBED) },
	{ W(TRYING), E(TIMEOUT), 0, W(RETRY), D(WAIT) | D(UNAVAILABLE) },
	{ W(RETRY), E(RETRY), 0, W(TRYING), D(SUBSCRIBE) },
	{ W(ACTIVE), E(REFUSED), 481, W(TRYING), D(SUBSCRIBE) },
	{ W(ACTIVE), E(REFUSED), 489, W(NONE),
	    D(UNAVAILABLE) | D(UNSUBSCRIBED) | D(REMEMBER) },
	{ W(ACTIVE), E(REFUSED), 500, W(RETRY), D(WAIT) },
	{ W(ACTIVE), E(DEACTIVATED), 0, W(TRYING), D(SUBSCRIBE) },
	{ W(PENDING), E(DEACTIVATED), 0, W(TRYING), D(SUBSCRIBE) },
	{ W(ACTIVE), E(PROBATION), 0, W(RETRY), D(WAIT) | D(UNAVAILABLE) },
	{ W(ACTIVE), E(NORESOURCE), 0, W(NONE),
	    D(UNAVAILABLE) | D(UNSUBSCRIBED) },
	{ W(ACTIVE), E(INVARIANT), 0, W(FROZEN), D(STATES) },
	{ W(ACTIVE), E(UNSUBSCRIBE), 0, W(NONE),
	    D(STOP) | D(UNAVAILABLE) | D(UNSUBSCRIBED) },
	{ W(ACTIVE), E(X_GONE), 0, W(LAPSED), D(STOP) },
	{ W(LAPSED), E(X_ALIVE), 0, W(TRYING), D(SUBSCRIBE) },
	{ W(ACTIVE), E(X_ALIVE), 0, W(ACTIVE), 0 },
};

static void
watching_follows_table_9_2(void **state)
{
	struct presence_move m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(watch) / sizeof(watch[0]); i++) {
		m = presence_watch_step(watch[i].from, watch[i].event,
		    watch[i].status);
		if (m.next != watch[i].next || m.what != watch[i].what)
			fail_msg("row %zu: next %d what %#x", i, (int)m.next,
			    m.what);
	}
}

static const struct {
	struct presence_record record;
	bool fetch, fresh;
	struct presence_reply reply;
} asked[] = {
	{ { PRESENCE_NONE, 0, 0, 0, 0 }, false, false,
	    { 200, false, PRESENCE_BODY_NONE, true, false } },
	/* [P8]: every login subscribes again; X hears nothing of it. */
	{ { PRESENCE_NONE_OUT, 99000, 0, 0, 0 }, false, false,
	    { 200, false, PRESENCE_BODY_NONE, false, false } },
	{ { PRESENCE_NONE_OUT, 1000, 0, 0, 0 }, false, false,
	    { 200, false, PRESENCE_BODY_NONE, true, false } },
	{ { PRESENCE_NONE, 0, 99000, 0, 0 }, false, false,
	    { 403, false, PRESENCE_BODY_NONE, false, false } },
	{ { PRESENCE_NONE, 0, 1000, 0, 0 }, false, false,
	    { 200, false, PRESENCE_BODY_NONE, true, false } },
	{ { PRESENCE_TO, 0, 0, 0, 0 }, false, true,
	    { 200, true, PRESENCE_BODY_STATE, false, false } },
	{ { PRESENCE_BOTH, 0, 0, 0, 0 }, false, false,
	    { 200, true, PRESENCE_BODY_NONE, false, true } },
	/* [9.7]: a fetch never asks for authorisation. */
	{ { PRESENCE_NONE, 0, 0, 0, 0 }, true, false,
	    { 200, false, PRESENCE_BODY_NONE, false, false } },
	{ { PRESENCE_TO, 0, 0, 0, 0 }, true, false,
	    { 200, true, PRESENCE_BODY_STATE, false, true } },
};

static void
a_subscriber_is_answered_by_table_9_3(void **state)
{
	struct presence_asked a;
	struct presence_reply r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		a = (struct presence_asked){ .record = &asked[i].record,
			.fetch = asked[i].fetch, .cache_fresh = asked[i].fresh,
			.wall = 100000 };
		presence_reply(&a, &r);
		if (r.status != asked[i].reply.status ||
		    r.active != asked[i].reply.active ||
		    r.body != asked[i].reply.body ||
		    r.subscribe != asked[i].reply.subscribe ||
		    r.probe != asked[i].reply.probe)
			fail_msg("row %zu differs", i);
	}
}

static void
records_survive_writing(void **state)
{
	struct presence_record r = { PRESENCE_FROM_OUT, 1, 2, 3, 4 }, q;
	struct buf b = { 0 };

	(void)state;
	presence_record_write(&r, &b);
	assert_int_equal(presence_record_read(b.data, b.len, &q), 0);
	assert_int_equal(q.state, r.state);
	assert_int_equal(q.denied_by_s, 3);
	assert_int_equal(q.seen_at, 4);
	assert_int_equal(presence_record_read("9 1", 3, &q), -1);
	assert_int_equal(presence_record_read("1 99 0 0 0 0", 12, &q), -1);
	r = (struct presence_record){ .denied_by_x = 1000 };
	assert_false(presence_record_is_empty(&r, 2000));
	assert_true(presence_record_is_empty(&r, 1000 + PRESENCE_DENIED_S));
	buf_clear(&b);
}

static void
unknown_reasons_may_be_tried_again(void **state)
{
	(void)state;
	assert_int_equal(presence_reason_event("rejected"),
	    PRESENCE_EV_REJECTED);
	assert_int_equal(presence_reason_event("GiveUp"),
	    PRESENCE_EV_PROBATION);
	assert_int_equal(presence_reason_event(""), PRESENCE_EV_DEACTIVATED);
	assert_int_equal(presence_retry_s(0), 60);
	assert_int_equal(presence_retry_s(9), 1800);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outbound_stanzas_follow_appendix_a2),
		cmocka_unit_test(inbound_stanzas_follow_appendix_a3),
		cmocka_unit_test(watching_follows_table_9_2),
		cmocka_unit_test(a_subscriber_is_answered_by_table_9_3),
		cmocka_unit_test(records_survive_writing),
		cmocka_unit_test(unknown_reasons_may_be_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
