/* SPDX-License-Identifier: GPL-3.0-or-later */
/* $PSDefaultParameterValues: what a session gives where nobody gave. */
#include "config.h"

#include <string.h>

#include "shell/lang/bind_internal.h"

static enum flow
bind_default(struct call *c, struct bind_param *p, struct value v)
{
	struct value got = value_ref(v);
	enum flow flow;

	if (lang_is_block(v)) {
		struct invoke_spec spec = { .command = v };
		struct collector k;

		collector_init(&k);
		flow = block_call(c->s, v, &spec, &k.sink);
		value_unref(got);
		got = collector_take(&k);
		if (flow != FLOW_MORE) {
			value_unref(got);
			return flow;
		}
	}
	flow = bind_given(c, p, got);
	value_unref(got);
	return flow;
}

enum flow
bind_session_defaults(struct call *c)
{
	struct variable *var;
	struct dict_entry *e;
	struct value base;
	size_t pos;

	if (!c->info->advanced)
		return FLOW_MORE;
	var = scope_find(c->s->frame->scope, A.psdefaults);
	base = var != NULL ? value_base(var->value) : VALUE_NULL;
	if (!value_is_dict(base) || dict_of(base)->count == 0)
		return FLOW_MORE;
	{
		bool off = false;

		if (value_truth(&c->s->run, dict_peek(dict_of(base),
			"Disabled"), &off) == FLOW_MORE && off)
			return FLOW_MORE;
	}
	DICT_EACH(e, dict_of(base), pos) {
		const char *key = value_chars(value_base(e->key));
		const char *colon = key != NULL ? strrchr(key, ':') : NULL;
		struct bind_param *p;
		char *pattern;
		size_t n;
		bool match;
		enum flow flow;

		if (colon == NULL)
			continue;
		pattern = mem_strndup(key, (size_t)(colon - key));
		match = wildcard_match(pattern, call_display_name(c), true);
		mem_free(pattern);
		if (!match)
			continue;
		p = bind_find_param(c->info, colon + 1, &n);
		if (p == NULL || c->bound[p - c->info->params] != 0 ||
		    (p->mask & c->sets) == 0)
			continue;
		flow = bind_default(c, p, e->value);
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}
