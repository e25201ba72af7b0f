/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -WhatIf and -Confirm. */
#include "config.h"

#include <string.h>

#include "shell/lang/bind_internal.h"

static const char *const choices[] = { "&Yes", "Yes to &All", "&No",
	"No to A&ll", "&Suspend" };

static bool
variable_is_true(struct session *s, const struct atom *name)
{
	struct variable *v = scope_find(s->frame->scope, name);
	bool yes = false;

	if (v == NULL)
		return false;
	if (value_truth(&s->run, v->value, &yes) != FLOW_MORE)
		run_leave_clear(&s->run);
	return yes;
}

bool
call_whatif(struct call *c)
{
	if (c->whatif >= 0)
		return c->whatif != 0;
	return variable_is_true(c->s, A.whatif);
}

static int
confirm_level(struct session *s)
{
	static const char *const names[] = { "None", "Low", "Medium", "High" };
	struct variable *v = scope_find(s->frame->scope, A.cp);
	int level = 3;
	char *text;

	if (v == NULL)
		return level;
	if (v->value.type == &type_bool)
		return v->value.u.b ? 1 : 0;
	text = value_text_plain(v->value);
	for (int i = 0; i < 4; i++)
		if (string_equal_ci(text, names[i]))
			level = i;
	mem_free(text);
	return level;
}

static void
host_line(struct session *s, const char *text, size_t len)
{
	if (s->formatter != NULL && s->formatter->flush != NULL)
		s->formatter->flush(s->formatter, &s->run);
	s->host->write(s->host, text, len);
}

static enum flow
ask(struct call *c, const char *caption, const char *message, bool *yesp)
{
	struct session *s = c->s;
	size_t chosen = 0;
	enum flow flow;

	if (c->yes_to_all || c->no_to_all) {
		*yesp = c->yes_to_all;
		return FLOW_MORE;
	}
	flow = session_ops.choose(&s->run, caption, message, choices, 4, 0,
	    &chosen);
	if (flow != FLOW_MORE)
		return flow;
	c->yes_to_all = chosen == 1;
	c->no_to_all = chosen == 3;
	*yesp = chosen < 2;
	return FLOW_MORE;
}

enum flow
call_should_ask(struct call *c, const char *target, const char *action,
    const char *caption, bool *yesp)
{
	struct buf b = { 0 };
	enum flow flow = FLOW_MORE;
	int level;

	*yesp = true;
	if (target == NULL)
		buf_printf(&b, "%s", action);
	else
		buf_printf(&b,
		    "Performing the operation \"%s\" on target \"%s\".",
		    action != NULL ? action : call_display_name(c), target);
	if (call_whatif(c)) {
		struct buf line = { 0 };

		buf_printf(&line, "What if: %s\n", buf_text(&b));
		host_line(c->s, line.data, line.len);
		buf_clear(&line);
		*yesp = false;
		buf_clear(&b);
		return FLOW_MORE;
	}
	level = c->confirm >= 0 ? (c->confirm ? 1 : 0) : confirm_level(c->s);
	if (level > 0 && c->info->impact >= level && c->info->impact > 0)
		flow = ask(c, caption != NULL ? caption :
		    "Confirm\nAre you sure you want to perform this action?",
		    buf_text(&b), yesp);
	else
		flow = call_verbose(c, "%s", buf_text(&b));
	buf_clear(&b);
	return flow;
}

enum flow
call_should(struct call *c, const char *target, const char *action,
    bool *yesp)
{
	return call_should_ask(c, target, action, NULL, yesp);
}

enum flow
call_should_continue(struct call *c, const char *query, const char *caption,
    bool *yesp)
{
	return ask(c, caption != NULL ? caption : "Confirm", query, yesp);
}
