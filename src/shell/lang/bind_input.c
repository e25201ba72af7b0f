/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pipeline objects to parameters, and the choice of a parameter set. */
#include "config.h"

#include <string.h>

#include "shell/lang/bind_internal.h"

#define SMA "System.Management.Automation."
#define BINDING SMA "ParameterBindingException"

static size_t
bit_count(uint32_t m)
{
	return (size_t)__builtin_popcount(m);
}

static unsigned
flags_in(const struct bind_param *p, uint32_t sets)
{
	unsigned flags = 0;

	for (size_t k = 0; k < p->nset; k++)
		if ((p->sets[k].set & sets) != 0)
			flags |= p->sets[k].flags;
	return flags;
}

/* Whether the set needs something that is not there. */
static bool
set_misses(struct call *c, uint32_t set, bool input_may_bring)
{
	for (size_t k = 0; k < c->info->nmandatory; k++) {
		size_t i = c->info->mandatory[k];
		unsigned flags;

		if (c->bound[i] != 0)
			continue;
		flags = flags_in(&c->info->params[i], set);
		if ((flags & PARAM_MANDATORY) == 0)
			continue;
		if (input_may_bring &&
		    (flags & (PARAM_BY_VALUE | PARAM_BY_NAME)) != 0)
			continue;
		return true;
	}
	return false;
}

/* Among several sets that fit: the default, or the one that lacks nothing. */
static enum flow
choose_set(struct call *c, bool expects_input)
{
	struct bind_info *info = c->info;
	uint32_t sets = c->sets & info->all, complete = 0;

	if (info->nset == 0)
		return FLOW_MORE;
	if (sets == 0)
		return bind_error(c, BINDING, "AmbiguousParameterSet",
		    "Parameter set cannot be resolved using the specified "
		    "named parameters. One or more parameters issued cannot "
		    "be used together or an insufficient number of parameters "
		    "were provided.");
	if (bit_count(sets) == 1) {
		c->sets = sets;
		return FLOW_MORE;
	}
	if ((info->preset & sets) != 0 &&
	    (!set_misses(c, info->preset, expects_input) || expects_input)) {
		if (!expects_input)
			c->sets = info->preset;
		return FLOW_MORE;
	}
	for (size_t i = 0; i < info->nset; i++) {
		uint32_t bit = UINT32_C(1) << i;

		if ((sets & bit) != 0 && !set_misses(c, bit, expects_input))
			complete |= bit;
	}
	if (expects_input && info->by_pipeline)
		return FLOW_MORE;
	if ((info->preset & sets) != 0 && complete == 0) {
		c->sets = info->preset;
		return FLOW_MORE;
	}
	if (bit_count(complete) == 1) {
		c->sets = complete;
		return FLOW_MORE;
	}
	if ((info->preset & complete) != 0) {
		c->sets = info->preset;
		return FLOW_MORE;
	}
	/* a set named nowhere but in the default: everything unnamed */
	if (info->preset == 0 && complete == sets && c->info->cmdlet == NULL) {
		bool any = false;

		for (size_t i = 0; i < info->nparam; i++)
			if (c->bound[i] != 0 &&
			    info->params[i].mask != UINT32_MAX)
				any = true;
		(void)any;
	}
	return bind_error(c, BINDING, "AmbiguousParameterSet",
	    "Parameter set cannot be resolved using the specified named "
	    "parameters. One or more parameters issued cannot be used "
	    "together or an insufficient number of parameters were provided.");
}

/* Asks for what must be there, or says what is missing. */
static enum flow
missing_mandatory(struct call *c, bool expects_input)
{
	struct session *s = c->s;
	struct buf names = { 0 };
	uint32_t sets = c->sets & c->info->all;
	enum flow flow = FLOW_MORE;

	if ((sets & c->info->preset) != 0)
		sets = c->info->preset;
	for (size_t k = 0; k < c->info->nmandatory && flow == FLOW_MORE;
	     k++) {
		size_t i = c->info->mandatory[k];
		struct bind_param *p = &c->info->params[i];
		unsigned flags;

		if (c->bound[i] != 0 ||
		    (p->mask & sets) != (p->mask == UINT32_MAX ? sets :
		    c->info->nset > 0 ? sets : p->mask & sets))
			continue;
		flags = flags_in(p, sets);
		if ((flags & PARAM_MANDATORY) == 0)
			continue;
		if (expects_input &&
		    (flags & (PARAM_BY_VALUE | PARAM_BY_NAME)) != 0)
			continue;
		if (s->host->interactive) {
			char *prompt = mem_printf("%s: ", p->name);
			struct value line;

			flow = session_ops.read_line(&s->run, prompt, false,
			    &line);
			mem_free(prompt);
			if (flow != FLOW_MORE)
				break;
			flow = bind_value(c, i, line, BOUND_GIVEN);
			value_unref(line);
			continue;
		}
		buf_printf(&names, " %s", p->name);
	}
	if (flow == FLOW_MORE && names.len > 0)
		flow = bind_error(c, BINDING, "MissingMandatoryParameter",
		    "Cannot process command because of one or more missing "
		    "mandatory parameters:%s.", buf_text(&names));
	buf_clear(&names);
	return flow;
}

enum flow
bind_finish(struct call *c, bool expects_input)
{
	enum flow flow = choose_set(c, expects_input);

	if (flow == FLOW_MORE)
		flow = missing_mandatory(c,
		    expects_input && c->info->by_pipeline);
	return flow;
}

/* ---- objects ---- */

static bool
fits_as_is(const struct bind_param *p, struct value v)
{
	const struct type *t = value_type(v);

	if (p->type == NULL)
		return true;
	return t != NULL && type_is_a(t, p->type);
}

/* Tries; a failed conversion is no error here but no match. */
static enum flow
try_bind(struct call *c, size_t i, struct value v, bool coerce, bool *okp)
{
	struct bind_param *p = &c->info->params[i];
	enum flow flow;

	*okp = false;
	if (!coerce && !fits_as_is(p, v))
		return FLOW_MORE;
	flow = bind_value(c, i, v, BOUND_PIPELINE);
	if (flow == FLOW_MORE) {
		*okp = true;
		return FLOW_MORE;
	}
	if (flow == FLOW_LEAVE && c->s->run.leave.kind == LEAVE_THROW) {
		struct error_record *e =
		    error_record_of(c->s->run.leave.value);
		const char *id = value_chars(e->id);

		if (strncmp(id, "ParameterArgumentTransformation", 31) == 0 ||
		    strncmp(id, "CannotConvertArgument", 21) == 0) {
			run_leave_clear(&c->s->run);
			return FLOW_MORE;
		}
	}
	return flow;
}

static enum flow
by_property(struct call *c, size_t i, struct value v, bool coerce, bool *okp)
{
	struct bind_param *p = &c->info->params[i];
	struct value got = VALUE_NULL;
	bool found = false;
	enum flow flow;

	*okp = false;
	flow = value_get_member(&c->s->run, v, p->name, &got, &found);
	for (size_t k = 0; flow == FLOW_MORE && !found && p->aliases != NULL &&
	    p->aliases[k] != NULL; k++)
		flow = value_get_member(&c->s->run, v, p->aliases[k], &got,
		    &found);
	if (flow == FLOW_LEAVE && c->s->run.leave.kind == LEAVE_THROW) {
		run_leave_clear(&c->s->run);
		return FLOW_MORE;
	}
	if (flow == FLOW_MORE && found)
		flow = try_bind(c, i, got, coerce, okp);
	value_unref(got);
	return flow;
}

static enum flow
bind_phase(struct call *c, struct value v, bool by_value, bool coerce,
    bool preset_only, bool *anyp)
{
	unsigned wanted = by_value ? PARAM_BY_VALUE : PARAM_BY_NAME;
	uint32_t sets = preset_only ? c->sets & c->info->preset : c->sets;

	for (size_t k = 0; sets != 0 && k < c->info->npiped; k++) {
		size_t i = c->info->piped[k];
		struct bind_param *p = &c->info->params[i];
		bool ok = false;
		enum flow flow;

		if (c->bound[i] != 0 ||
		    (flags_in(p, sets & c->sets) & wanted) == 0)
			continue;
		flow = by_value ? try_bind(c, i, v, coerce, &ok) :
				  by_property(c, i, v, coerce, &ok);
		if (flow != FLOW_MORE)
			return flow;
		*anyp |= ok;
	}
	return FLOW_MORE;
}

static enum flow
bind_delayed(struct call *c, struct value v, bool *anyp)
{
	for (size_t n = 0; n < c->info->npiped; n++) {
		size_t i = c->info->piped[n];
		struct invoke_spec spec = { .under = &v, .args = &v,
			.nargs = 1, .same_scope = true };
		struct collector k;
		struct value block, got;
		enum flow flow;

		if (c->bound[i] != BOUND_DELAYED)
			continue;
		block = value_ref(c->values[i]);
		collector_init(&k);
		flow = block_call(c->s, block, &spec, &k.sink);
		got = collector_take(&k);
		if (flow == FLOW_MORE)
			flow = bind_value(c, i, got, BOUND_PIPELINE);
		value_unref(got);
		c->delayed = mem_array_grow(c->delayed, c->ndelayed + 1,
		    sizeof(*c->delayed));
		c->delayed[c->ndelayed].at = i;
		c->delayed[c->ndelayed++].block = block;
		if (flow != FLOW_MORE)
			return flow;
		*anyp = true;
	}
	return FLOW_MORE;
}

/* Forgets what the last object brought. */
void
bind_input_done(struct call *c)
{
	for (size_t k = 0; k < c->info->npiped; k++) {
		size_t i = c->info->piped[k];

		if (c->bound[i] == BOUND_PIPELINE) {
			value_clear(&c->values[i]);
			c->bound[i] = BOUND_NO;
		}
	}
	for (size_t i = 0; i < c->ndelayed; i++) {
		value_set_take(&c->values[c->delayed[i].at],
		    c->delayed[i].block);
		c->bound[c->delayed[i].at] = BOUND_DELAYED;
	}
	c->ndelayed = 0;
}

static enum flow
report(struct call *c, bool *okp)
{
	struct value record;

	*okp = false;
	if (c->s->run.leave.kind != LEAVE_THROW)
		return FLOW_LEAVE;
	record = error_catch(c->s);
	return call_report_take(c, record);
}

enum flow
bind_input(struct call *c, struct value v, bool *okp)
{
	uint32_t sets = c->sets;
	bool any = false;
	enum flow flow;

	*okp = true;
	if (!c->info->by_pipeline) {
		if (!c->info->advanced)
			return FLOW_MORE;
		goto unbound;
	}
	flow = bind_delayed(c, v, &any);
	if (flow == FLOW_MORE && c->info->preset != 0)
		flow = bind_phase(c, v, true, false, true, &any);
	if (flow == FLOW_MORE)
		flow = bind_phase(c, v, true, false, false, &any);
	if (flow == FLOW_MORE)
		flow = bind_phase(c, v, false, false, false, &any);
	if (flow == FLOW_MORE && c->info->preset != 0 && !any)
		flow = bind_phase(c, v, true, true, true, &any);
	if (flow == FLOW_MORE)
		flow = bind_phase(c, v, true, true, false, &any);
	if (flow == FLOW_MORE)
		flow = bind_phase(c, v, false, true, false, &any);
	if (flow == FLOW_MORE && !any)
		goto unbound_restore;
	if (flow == FLOW_MORE)
		flow = bind_finish(c, false);
	c->chosen = c->sets;
	c->sets = sets;
	if (flow == FLOW_MORE)
		return FLOW_MORE;
	bind_input_done(c);
	if (flow == FLOW_LEAVE)
		return report(c, okp);
	return flow;
unbound_restore:
	c->sets = sets;
unbound:
	(void)bind_error(c, BINDING, "InputObjectNotBound",
	    "The input object cannot be bound to any parameters for the "
	    "command either because the command does not take pipeline input "
	    "or the input and its properties do not match any of the "
	    "parameters that take pipeline input.");
	{
		struct error_record *e = error_record_of(c->s->run.leave.value);

		value_set(&e->target, v);
	}
	bind_input_done(c);
	return report(c, okp);
}
