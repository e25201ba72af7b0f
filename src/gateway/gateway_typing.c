/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of a pair's typing notifications [T1]. */
#include "config.h"

#include "gateway/gateway_internal.h"

static void
on_chat_timer(void *arg)
{
	struct contact *c = arg;
	enum chat_typing to_s;
	enum chat_state to_x;

	chat_tick(&c->chat, gateway_now(c->g), &to_s, &to_x);
	contact_send_typing(c, to_s);
	contact_send_state(c, to_x, "typing");
	contact_typing_arm(c);
}

void
contact_typing_arm(struct contact *c)
{
	int64_t due = chat_due(&c->chat), wait;

	if (due == 0) {
		if (c->chat_timer != NULL)
			loop_timer_cancel(c->chat_timer);
		return;
	}
	if (c->chat_timer == NULL)
		c->chat_timer = loop_timer_new(c->g->loop, on_chat_timer, c);
	wait = due - gateway_now(c->g);
	loop_timer_set(c->chat_timer, wait > 0 ? wait : 0);
}
