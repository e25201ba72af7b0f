/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscriber and notifier against each other, over TCP on loopback. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/sip/notifier.h"
#include "gateway/sip/subscriber.h"

struct bed {
	struct loop *loop;
	struct sip_stack *watcher, *presentity;
	struct sip_subscribers *subs;
	struct sip_notifiers *nots;
	struct sip_notifier *n;
	struct sip_target to;
	/* what the owner of the presentity does with a SUBSCRIBE */
	int refuse;
	enum sip_sub_state first;
	int subscribed, refreshed, ended;
	char end_reason[32];
	/* what the watcher saw */
	int notified, over;
	char state[32], body[64], reason[32];
	enum sip_subscriber_end how;
	int status;
};

static void
watcher_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct bed *b = arg;

	(void)peer;
	if (m->method == SIP_NOTIFY)
		sip_subscribers_notify(b->subs, t);
	else
		sip_server_answer(t, 405, NULL);
}

static void
presentity_request(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, void *arg)
{
	struct bed *b = arg;

	(void)peer;
	if (m->method == SIP_SUBSCRIBE)
		sip_notifiers_subscribe(b->nots, t);
	else
		sip_server_answer(t, 405, NULL);
}

static void
on_subscribe(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, uint32_t expires, void *arg)
{
	struct bed *b = arg;

	(void)m;
	(void)peer;
	(void)expires;
	b->subscribed++;
	if (b->refuse != 0)
		sip_server_answer(t, b->refuse, NULL);
	else
		b->n = sip_notifier_accept(
		    b->nots, t, b->first, "text/plain", "one", 3, b);
}

static void
on_refresh(struct sip_notifier *n, void *arg)
{
	((struct bed *)arg)->refreshed++;
	sip_notifier_notify(
	    n, SIP_SUB_ACTIVE, NULL, "text/plain", "again", 5, false);
}

static void
on_notifier_end(struct sip_notifier *n, const char *reason, void *arg)
{
	struct bed *b = arg;

	b->ended++;
	(void)snprintf(b->end_reason, sizeof(b->end_reason), "%s",
	    reason == NULL ? "gone" : reason);
	if (reason != NULL)
		sip_notifier_notify(n, SIP_SUB_TERMINATED, reason, "text/plain",
		    "last", 4, true);
	b->n = NULL;
}

static void
copy(char *out, size_t size, struct sip_span s)
{
	(void)snprintf(out, size, "%.*s", (int)s.n, s.n == 0 ? "" : s.p);
}

static void
on_notify(struct sip_subscriber *s, const struct sip_substate *state,
    const struct sip_msg *m, void *ctx)
{
	struct bed *b = ctx;

	(void)s;
	b->notified++;
	copy(b->state, sizeof(b->state), state->state);
	copy(b->body, sizeof(b->body), sip_msg_body(m));
}

static void
on_end(struct sip_subscriber *s, enum sip_subscriber_end how, int status,
    const struct sip_substate *state, const struct sip_msg *m, void *ctx)
{
	struct bed *b = ctx;

	(void)s;
	b->over++;
	b->how = how;
	b->status = status;
	if (state != NULL)
		copy(b->reason, sizeof(b->reason), state->reason);
	if (m != NULL)
		copy(b->body, sizeof(b->body), sip_msg_body(m));
}

static const struct sip_stack_ops watcher_ops = {
	.on_request = watcher_request,
};
static const struct sip_stack_ops presentity_ops = {
	.on_request = presentity_request,
};
static const struct sip_notifiers_ops notifiers_ops = {
	.on_subscribe = on_subscribe,
	.on_refresh = on_refresh,
	.on_end = on_notifier_end,
};
static const struct sip_subscribers_ops subscribers_ops = {
	.on_notify = on_notify,
	.on_end = on_end,
};
static const char *const events[] = { "presence", NULL };
static const char *const accepts[] = { "text/plain", NULL };
static const struct sip_notifiers_opts notifiers_opts = {
	.events = events,
	.accept = accepts,
	.contact_user = "pa",
};

static int
bed_setup(void **state)
{
	struct bed *b = mem_zalloc(sizeof(*b));
	struct addr any;
	struct fault f;

	b->loop = loop_new(&f);
	loop_clock_fake(b->loop, 5000000, 1700000000000);
	b->first = SIP_SUB_ACTIVE;
	b->watcher = sip_stack_new(b->loop, NULL, &watcher_ops, b);
	b->presentity = sip_stack_new(b->loop, NULL, &presentity_ops, b);
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &any, &f), 0);
	assert_int_equal(
	    sip_stack_listen(b->presentity, SIP_TCP, &any, NULL, &f), 0);
	b->to.transport = SIP_TCP;
	b->to.addr = *sip_stack_listener(b->presentity, 0, NULL);
	b->nots = sip_notifiers_new(
	    b->presentity, &notifiers_opts, &notifiers_ops, b);
	b->subs = sip_subscribers_new(b->watcher, &subscribers_ops);
	*state = b;
	return 0;
}

static int
bed_teardown(void **state)
{
	struct bed *b = *state;

	sip_notifiers_free(b->nots);
	sip_subscribers_free(b->subs);
	sip_stack_free(b->watcher);
	sip_stack_free(b->presentity);
	loop_free(b->loop);
	mem_free(b);
	return 0;
}

static void
turns(struct bed *b)
{
	int i;

	for (i = 0; i < 30; i++) {
		if (!loop_turn(b->loop, 2) && i > 6)
			break;
		loop_clock_advance(b->loop, 0);
	}
}

static void
advance(struct bed *b, int seconds)
{
	while (seconds > 0) {
		int step = seconds > 5 ? 5 : seconds;

		loop_clock_advance(b->loop, step * 1000);
		turns(b);
		seconds -= step;
	}
}

static struct sip_subscriber *
subscribe(
    struct bed *b, const char *event, const char *accept, uint32_t expires)
{
	struct sip_subscribe what = { .uri = "sip:romeo@h",
		.from = "<sip:juliet@x>",
		.to = "<sip:romeo@h>",
		.contact_user = "juliet",
		.event = event,
		.accept = accept,
		.expires = expires,
		.target = b->to };
	struct sip_subscriber *s = sip_subscriber_new(b->subs, &what, b);

	turns(b);
	return s;
}

/* E-01, E-02 */
static void
a_notify_follows_every_subscribe(void **state)
{
	struct bed *b = *state;

	(void)subscribe(b, "presence", "text/plain", 300);
	assert_int_equal(b->notified, 1);
	assert_string_equal(b->state, "active");
	assert_string_equal(b->body, "one");
	assert_non_null(b->n);
	assert_int_equal(sip_notifier_left(b->n), 300);
	/* refresh comes at 80 to 90 % */
	advance(b, 235);
	assert_int_equal(b->refreshed, 0);
	advance(b, 40);
	assert_int_equal(b->refreshed, 1);
	assert_int_equal(b->notified, 2);
	assert_string_equal(b->body, "again");
	assert_true(sip_notifier_left(b->n) > 240);
}

static void
unsubscribing_brings_the_last_state_and_ends(void **state)
{
	struct bed *b = *state;
	struct sip_subscriber *s = subscribe(b, "presence", "text/plain", 600);

	sip_subscriber_stop(s);
	turns(b);
	assert_int_equal(b->ended, 1);
	assert_int_equal(b->over, 1);
	assert_int_equal(b->how, SIP_SUB_END_DONE);
	assert_string_equal(b->reason, "timeout");
	assert_string_equal(b->body, "last");
	turns(b);
	assert_int_equal(sip_notifiers_count(b->nots), 0);
}

static void
a_fetch_leaves_nothing_behind(void **state)
{
	struct bed *b = *state;

	(void)subscribe(b, "presence", "text/plain", 0);
	assert_int_equal(b->subscribed, 1);
	assert_null(b->n);
	assert_int_equal(b->over, 1);
	assert_int_equal(b->how, SIP_SUB_END_DONE);
	assert_string_equal(b->body, "one");
	turns(b);
	assert_int_equal(sip_notifiers_count(b->nots), 0);
}

/* E-03, E-05 */
static void
what_is_not_served_is_refused_with_its_status(void **state)
{
	struct bed *b = *state;

	(void)subscribe(b, "dialog", "text/plain", 600);
	assert_int_equal(b->status, 489);
	(void)subscribe(b, "presence", "application/x", 600);
	assert_int_equal(b->status, 406);
	assert_int_equal(b->subscribed, 0);
	b->refuse = 403;
	(void)subscribe(b, "presence", "text/plain", 600);
	assert_int_equal(b->status, 403);
	assert_int_equal(b->how, SIP_SUB_END_REFUSED);
}

static void
a_time_too_brief_is_raised_as_told(void **state)
{
	struct bed *b = *state;

	(void)subscribe(b, "presence", "text/plain", 10);
	assert_int_equal(b->notified, 1);
	assert_int_equal(sip_notifier_left(b->n), 60);
}

/* E-06 and [P9] */
static void
changes_in_a_hurry_become_one_notify(void **state)
{
	struct bed *b = *state;
	int i;

	(void)subscribe(b, "presence", "text/plain", 600);
	for (i = 0; i < 10; i++) {
		char text[16];

		(void)snprintf(text, sizeof(text), "n%d", i);
		sip_notifier_notify(
		    b->n, SIP_SUB_ACTIVE, NULL, "text/plain", text, 2, false);
		turns(b);
	}
	assert_int_equal(b->notified, 1);
	advance(b, 5);
	assert_int_equal(b->notified, 2);
	assert_string_equal(b->body, "n9");
	sip_notifier_notify(
	    b->n, SIP_SUB_ACTIVE, NULL, "text/plain", "now", 3, true);
	turns(b);
	assert_int_equal(b->notified, 3);
}

static void
pending_then_rejected_ends_it(void **state)
{
	struct bed *b = *state;

	b->first = SIP_SUB_PENDING;
	(void)subscribe(b, "presence", "text/plain", 600);
	assert_string_equal(b->state, "pending");
	sip_notifier_notify(
	    b->n, SIP_SUB_TERMINATED, "rejected", NULL, NULL, 0, true);
	turns(b);
	assert_int_equal(b->how, SIP_SUB_END_TERMINATED);
	assert_string_equal(b->reason, "rejected");
	assert_int_equal(b->ended, 0);
	turns(b);
	assert_int_equal(sip_notifiers_count(b->nots), 0);
}

static void
a_notify_nobody_knows_ends_the_subscription(void **state)
{
	struct bed *b = *state;
	struct sip_subscriber *s = subscribe(b, "presence", "text/plain", 600);

	sip_subscriber_free(s);
	sip_notifier_notify(
	    b->n, SIP_SUB_ACTIVE, NULL, "text/plain", "x", 1, true);
	turns(b);
	assert_int_equal(b->ended, 1);
	assert_string_equal(b->end_reason, "gone");
	assert_int_equal(sip_notifiers_count(b->nots), 0);
}

static void
nobody_answering_is_a_timeout(void **state)
{
	struct bed *b = *state;

	addr_set_port(&b->to.addr, 1);
	(void)subscribe(b, "presence", "text/plain", 600);
	advance(b, 33);
	assert_int_equal(b->over, 1);
	assert_int_equal(b->how, SIP_SUB_END_TIMEOUT);
}

static void
a_subscription_survives_being_written_down(void **state)
{
	struct bed *b = *state;
	struct buf line = { 0 }, again = { 0 };
	struct sip_notifier *n;

	(void)subscribe(b, "presence", "text/plain", 600);
	sip_notifier_save(b->n, &line);
	/* one that lived on a connection of a client does not come back */
	assert_null(sip_notifier_restore(b->nots, buf_text(&line), b));
	assert_null(sip_notifier_restore(b->nots, "1 nonsense", b));
	assert_null(sip_notifier_restore(b->nots, "", b));
	((struct sip_dialog *)(uintptr_t)sip_notifier_dialog(b->n))
	    ->target.flow_only = false;
	buf_reset(&line);
	sip_notifier_save(b->n, &line);
	n = sip_notifier_restore(b->nots, buf_text(&line), b);
	assert_non_null(n);
	assert_int_equal(sip_notifier_left(n), 600);
	assert_string_equal(sip_notifier_dialog(n)->remote, "<sip:juliet@x>");
	assert_int_equal(sip_notifier_dialog(n)->local_cseq, 1001);
	sip_notifier_save(n, &again);
	buf_clear(&line);
	buf_clear(&again);
}

#define BED(t) cmocka_unit_test_setup_teardown(t, bed_setup, bed_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BED(a_notify_follows_every_subscribe),
		BED(unsubscribing_brings_the_last_state_and_ends),
		BED(a_fetch_leaves_nothing_behind),
		BED(what_is_not_served_is_refused_with_its_status),
		BED(a_time_too_brief_is_raised_as_told),
		BED(changes_in_a_hurry_become_one_notify),
		BED(pending_then_rejected_ends_it),
		BED(a_notify_nobody_knows_ends_the_subscription),
		BED(nobody_answering_is_a_timeout),
		BED(a_subscription_survives_being_written_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
