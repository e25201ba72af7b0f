/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The translator: who sees whom, across restarts and closed gates. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "gateway_rig.h"

/* ---- X watches S: worked flow 1 ---- */

static void
x_sees_s_come_and_go(void **state)
{
	struct rig *r = *state;

	r->document = NULL; /* S's side has not decided */
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, r->n_subscribes == 1);
	wait_ms(r, 1000);
	assert_int_equal(r->n_stanzas, 0);
	r->document = PIDF_AWAY;
	agent_on_refresh(r->dialog, r);
	UNTIL(r, r->n_stanzas == 2);
	assert_non_null(strstr(r->stanzas[0], "type=\"subscribed\""));
	assert_non_null(strstr(r->stanzas[1], "<show>away</show>"));
	assert_non_null(strstr(r->stanzas[1],
	    "from=\"ann@sip.example/sip\""));
	r->document = PIDF_CLOSED;
	agent_on_refresh(r->dialog, r);
	UNTIL(r, r->n_stanzas == 3);
	assert_non_null(strstr(r->stanzas[2], "type=\"unavailable\""));
	x_sends(r, PRESENCE(BARE "type='unsubscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	UNTIL(r, r->dialog == NULL);
}

static void
a_refused_subscription_is_remembered(void **state)
{
	struct rig *r = *state;

	r->refuse_subscribe = 403;
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	forget(r);
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	assert_int_equal(r->n_subscribes, 1);
}

static void
probes_are_answered_for_those_who_may_see(void **state)
{
	struct rig *r = *state;

	x_sends(r, PRESENCE(BARE "type='probe'", ""));
	UNTIL(r, stanza_with(r, "type=\"unsubscribed\"") != NULL);
	forget(r);
	x_subscribes(r);
	forget(r);
	x_sends(r, PRESENCE(BARE "type='probe'", ""));
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
	/* P-02: asked again, it is simply confirmed. */
	forget(r);
	x_sends(r, PRESENCE(BARE "type='subscribe'", ""));
	UNTIL(r, stanza_with(r, "type=\"subscribed\"") != NULL);
	assert_int_equal(r->n_subscribes, 1);
}

/* ---- S watches X: worked flows 3 and 4 ---- */

static void
s_sees_all_devices_of_x_in_one_document(void **state)
{
	struct rig *r = *state;

	s_is_let_in(r);
	assert_non_null(strstr(r->body, "closed"));
	x_sends(r, PRESENCE(FULL, "<show>dnd</show>"));
	UNTIL(r, strstr(r->body, "<rpid:busy/>") != NULL);
	x_sends(r, PRESENCE("from='x@xmpp.example/two'", ""));
	UNTIL(r, strstr(r->body, "ID-two") != NULL);
	assert_non_null(strstr(r->body, "ID-r\""));
	x_sends(r, PRESENCE("from='x@xmpp.example/two' type='unavailable'",
	    ""));
	UNTIL(r, strstr(r->body, "ID-two") == NULL);
	x_sends(r, PRESENCE(FULL "type='unavailable'", ""));
	UNTIL(r, strstr(r->body, "closed") != NULL);
	/* [P8]: the next login asks X for nothing. */
	sip_subscriber_stop(r->watcher);
	UNTIL(r, r->ended[0] != '\0');
	forget(r);
	s_watches(r);
	UNTIL(r, strcmp(r->state, "active") == 0);
	wait_ms(r, 1000);
	assert_null(stanza_with(r, "type=\"subscribe\""));
}

static void
a_contact_that_refuses_is_not_asked_again_for_a_day(void **state)
{
	struct rig *r = *state;

	s_watches(r);
	UNTIL(r, stanza_with(r, "type=\"subscribe\"") != NULL);
	x_sends(r, PRESENCE(BARE "type='unsubscribed'", ""));
	UNTIL(r, strcmp(r->ended, "rejected") == 0);
	forget(r);
	s_watches(r);
	UNTIL(r, strcmp(r->ended, "403") == 0);
	assert_int_equal(r->n_stanzas, 0);
}

/* ---- restarts: worked flow 6 ---- */

static void
subscriptions_survive_a_kill(void **state)
{
	struct rig *r = *state;
	int n;

	x_subscribes(r);
	s_is_let_in(r);
	x_sends(r, PRESENCE(FULL, ""));
	UNTIL(r, strstr(r->body, "ID-r\"") != NULL);
	forget(r);
	r->n_subscribes = 0;
	n = r->n_notifies;
	killed_and_started(r);
	UNTIL(r, r->n_subscribes == 1);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
	UNTIL(r, stanza_with(r, "type=\"probe\"") != NULL);
	assert_null(stanza_with(r, "type=\"subscribe"));
	x_sends(r, PRESENCE(FULL, "<show>xa</show>"));
	UNTIL(r, r->n_notifies > n && strstr(r->body, "xa<") != NULL);
}

static void
what_was_seen_before_a_kill_is_taken_back(void **state)
{
	struct rig *r = *state;

	x_subscribes(r);
	forget(r);
	r->document = PIDF_CLOSED;
	killed_and_started(r);
	UNTIL(r, stanza_with(r, "type=\"unavailable\"") != NULL);
}

/* [A5] */
static void
a_gate_that_closes_withdraws_presence_and_opens_again(void **state)
{
	struct rig *r = *state;
	struct settings *off = snapshot(false), *on = snapshot(true);

	x_subscribes(r);
	s_is_let_in(r);
	x_sends(r, PRESENCE(FULL, ""));
	UNTIL(r, strstr(r->body, "ID-r\"") != NULL);
	forget(r);
	gateway_configure(r->gw, off);
	UNTIL(r, stanza_with(r, "type=\"unavailable\"") != NULL);
	UNTIL(r, strstr(r->body, "closed") != NULL);
	UNTIL(r, r->dialog == NULL);
	x_sends(r, PRESENCE(FULL, "<show>dnd</show>"));
	UNTIL(r, r->n_results == 1);
	forget(r);
	gateway_configure(r->gw, on);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
	UNTIL(r, stanza_with(r, "type=\"probe\"") != NULL);
	assert_null(stanza_with(r, "type=\"subscribed\""));
	settings_unref(off);
	settings_unref(on);
}

static void
count_stop(void *arg)
{
	int *n = arg;

	(*n)++;
}

/* P-09 */
static void
an_orderly_end_says_goodbye(void **state)
{
	struct rig *r = *state;
	int stopped = 0;

	x_subscribes(r);
	forget(r);
	gateway_stop(r->gw, count_stop, &stopped);
	UNTIL(r, stopped == 1);
	assert_non_null(stanza_with(r, "type=\"unavailable\""));
	s_writes(r, "ann@sip.example", "x@xmpp.example", "hi");
	UNTIL(r, r->status == 503);
}

/* [P3] */
static void
who_shows_no_life_is_tested_and_lapses(void **state)
{
	struct rig *r = *state;

	x_subscribes(r);
	forget(r);
	/* X is silent, X's server takes the probe: that is life enough. */
	UNTIL_SLOWLY(r, stanza_with(r, "type=\"probe\"") != NULL);
	forget(r);
	wait_ms(r, 5000);
	assert_non_null(r->dialog);
	assert_null(stanza_with(r, "type=\"probe\""));
	/* The server is not there either. */
	r->say = CONDITION_REMOTE_SERVER_NOT_FOUND;
	UNTIL_SLOWLY(r, stanza_with(r, "type=\"probe\"") != NULL);
	UNTIL(r, r->dialog == NULL);
	/* Any stanza of X: S is watched for it again. */
	r->say = CONDITION_NONE;
	r->n_subscribes = 0;
	x_sends(r, PRESENCE(FULL, ""));
	UNTIL(r, r->n_subscribes == 1);
	UNTIL(r, stanza_with(r, "<show>away</show>") != NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(x_sees_s_come_and_go),
		TEST(a_refused_subscription_is_remembered),
		TEST(probes_are_answered_for_those_who_may_see),
		TEST(s_sees_all_devices_of_x_in_one_document),
		TEST(a_contact_that_refuses_is_not_asked_again_for_a_day),
		TEST(subscriptions_survive_a_kill),
		TEST(what_was_seen_before_a_kill_is_taken_back),
		TEST(who_shows_no_life_is_tested_and_lapses),
		TEST(a_gate_that_closes_withdraws_presence_and_opens_again),
		TEST(an_orderly_end_says_goodbye),
	};

	rig_quiet();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
