/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a command's parameters, from rows and from scripts. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/lang_internal.h"

static const struct common_row {
	const char *name;
	const char *alias;
	const char *type;
} common_rows[COMMON_COUNT] = {
	[COMMON_VERBOSE] = { "Verbose", "vb", "switch" },
	[COMMON_DEBUG] = { "Debug", "db", "switch" },
	[COMMON_ERROR_ACTION] = { "ErrorAction", "ea",
	    "System.Management.Automation.ActionPreference" },
	[COMMON_WARNING_ACTION] = { "WarningAction", "wa",
	    "System.Management.Automation.ActionPreference" },
	[COMMON_INFORMATION_ACTION] = { "InformationAction", "infa",
	    "System.Management.Automation.ActionPreference" },
	[COMMON_PROGRESS_ACTION] = { "ProgressAction", "proga",
	    "System.Management.Automation.ActionPreference" },
	[COMMON_ERROR_VARIABLE] = { "ErrorVariable", "ev", "string" },
	[COMMON_WARNING_VARIABLE] = { "WarningVariable", "wv", "string" },
	[COMMON_INFORMATION_VARIABLE] = { "InformationVariable", "iv",
	    "string" },
	[COMMON_OUT_VARIABLE] = { "OutVariable", "ov", "string" },
	[COMMON_OUT_BUFFER] = { "OutBuffer", "ob", "int" },
	[COMMON_PIPELINE_VARIABLE] = { "PipelineVariable", "pv", "string" },
	[COMMON_WHAT_IF] = { "WhatIf", "wi", "switch" },
	[COMMON_CONFIRM] = { "Confirm", "cf", "switch" },
};

const struct type *
bind_type_named(const char *text)
{
	const struct type *t;

	if (text == NULL || string_equal_ci(text, "object") ||
	    string_equal_ci(text, "System.Object"))
		return NULL;
	t = lang_type(text);
	return t == &type_system_object ? NULL : t;
}

static bool
type_is_switch(const struct type *t)
{
	static const struct type *sw;

	if (sw == NULL)
		sw = lang_type("switch");
	return t != NULL && t == sw;
}

/* The bit of a set's name; UINT32_MAX for all of them. */
static uint32_t
set_bit(struct bind_info *info, const char *name, size_t len)
{
	if ((len == 1 && name[0] == '*') ||
	    (len == 18 && strncasecmp(name, "__AllParameterSets", 18) == 0))
		return UINT32_MAX;
	for (size_t i = 0; i < info->nset; i++)
		if (strlen(info->sets[i]) == len &&
		    strncasecmp(info->sets[i], name, len) == 0)
			return UINT32_C(1) << i;
	if (info->nset == CMDLET_SETS_MAX)
		return 0;
	info->sets[info->nset] = atom_get(name, len)->name;
	return UINT32_C(1) << info->nset++;
}

static struct bind_param_set *
param_add_set(struct bind_param *p, uint32_t bit)
{
	struct bind_param_set *set;

	p->sets = mem_array_grow(p->sets, p->nset + 1, sizeof(*p->sets));
	set = &p->sets[p->nset++];
	memset(set, 0, sizeof(*set));
	set->set = bit;
	set->position = -1;
	p->mask |= bit;
	return set;
}

static void
param_name(struct bind_param *p, const char *name, size_t len)
{
	p->atom = atom_get(name, len);
	/* an atom keeps the first spelling met; this one's own is wanted */
	p->name = mem_strndup(name, len);
}

static void
param_aliases(struct bind_param *p, const char *const *names, size_t n)
{
	if (n == 0)
		return;
	p->aliases = mem_array(n + 1, sizeof(*p->aliases));
	for (size_t i = 0; i < n; i++)
		p->aliases[i] = mem_strdup(names[i]);
	p->aliases[n] = NULL;
}

static void
param_split_aliases(struct bind_param *p, const char *text)
{
	size_t n = 0;

	while (text != NULL && *text != '\0') {
		size_t len = strcspn(text, " ");

		p->aliases = mem_array_grow(p->aliases, n + 2,
		    sizeof(*p->aliases));
		p->aliases[n++] = mem_strndup(text, len);
		p->aliases[n] = NULL;
		text += len + strspn(text + len, " ");
	}
}

static bool
has_param(const struct bind_info *info, const char *name)
{
	for (size_t i = 0; i < info->nown; i++)
		if (string_equal_ci(info->params[i].name, name))
			return true;
	return false;
}

static void
add_common(struct bind_info *info)
{
	for (size_t i = 0; i < COMMON_COUNT; i++) {
		const struct common_row *row = &common_rows[i];
		struct bind_param *p;

		info->common_at[i] = -1;
		for (size_t k = 0; k < info->nown; k++)
			if (string_equal_ci(info->params[k].name, row->name))
				info->common_at[i] = (int)k;
		if (!info->advanced || has_param(info, row->name))
			continue;
		if ((i == COMMON_WHAT_IF || i == COMMON_CONFIRM) &&
		    !info->should)
			continue;
		info->params = mem_array_grow(info->params, info->nparam + 1,
		    sizeof(*info->params));
		info->common_at[i] = (int)info->nparam;
		p = &info->params[info->nparam++];
		memset(p, 0, sizeof(*p));
		param_name(p, row->name, strlen(row->name));
		p->type = bind_type_named(row->type);
		p->type_text = row->type;
		p->is_switch = type_is_switch(p->type) ||
		    strcmp(row->type, "switch") == 0;
		p->common = true;
		param_aliases(p, &row->alias, 1);
		param_add_set(p, UINT32_MAX);
	}
}

/* What is asked for every object is found once. */
static void
index_params(struct bind_info *info)
{
	info->piped = mem_array(info->nparam + 1, sizeof(*info->piped));
	info->mandatory = mem_array(info->nparam + 1,
	    sizeof(*info->mandatory));
	for (size_t i = 0; i < info->nparam; i++) {
		unsigned flags = 0;

		for (size_t k = 0; k < info->params[i].nset; k++)
			flags |= info->params[i].sets[k].flags;
		if ((flags & (PARAM_BY_VALUE | PARAM_BY_NAME)) != 0)
			info->piped[info->npiped++] = (uint16_t)i;
		if ((flags & PARAM_MANDATORY) != 0)
			info->mandatory[info->nmandatory++] = (uint16_t)i;
	}
}

static void
info_finish(struct bind_info *info)
{
	info->nown = info->nparam;
	info->all = info->nset == 0 ? UINT32_MAX :
	    info->nset == 32	    ? UINT32_MAX :
				      (UINT32_C(1) << info->nset) - 1;
	add_common(info);
	for (size_t i = 0; i < info->nparam; i++) {
		struct bind_param *p = &info->params[i];

		for (size_t k = 0; k < p->nset; k++) {
			p->flags |= p->sets[k].flags;
			if (p->sets[k].flags & PARAM_REMAINING)
				info->has_remaining = true;
			if (p->sets[k].flags & (PARAM_BY_VALUE | PARAM_BY_NAME))
				info->by_pipeline = true;
		}
	}
	index_params(info);
}

/* ---- cmdlets ---- */

/* "Identity/0mp Instance/v" */
static void
parse_sets(struct bind_info *info, struct bind_param *p, const char *text,
    unsigned flags)
{
	if (text == NULL)
		text = "*";
	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		size_t name = strcspn(text, "/ ");
		struct bind_param_set *set;
		const char *at = text + name;
		const char *end = text + len;

		set = param_add_set(p, set_bit(info, text, name));
		set->flags = flags;
		if (at < end)
			at++;
		if (at < end && *at >= '0' && *at <= '9') {
			char *digits;

			set->position = (int)strtol(at, &digits, 10);
			at = digits;
		}
		for (; at < end; at++) {
			if (*at == 'm')
				set->flags |= PARAM_MANDATORY;
			else if (*at == 'v')
				set->flags |= PARAM_BY_VALUE;
			else if (*at == 'p')
				set->flags |= PARAM_BY_NAME;
			else if (*at == 'r')
				set->flags |= PARAM_REMAINING;
		}
		text = end + strspn(end, " ");
	}
}

struct bind_info *
bind_info_cmdlet(struct session *s, const struct cmdlet *c)
{
	struct bind_info *info = mem_zalloc(sizeof(*info));
	size_t n = 0;

	(void)s;
	info->cmdlet = c;
	info->advanced = true;
	info->positional = true;
	info->should = (c->flags & CMDLET_SHOULD_PROCESS) != 0;
	info->impact = c->flags & CMDLET_CONFIRM_HIGH ? 3 :
	    c->flags & CMDLET_CONFIRM_LOW	      ? 1 :
							2;
	info->cmdlet_flags = c->flags;
	while (c->params != NULL && c->params[n].name != NULL)
		n++;
	info->params = mem_zalloc((n + 1) * sizeof(*info->params));
	info->nparam = n;
	for (size_t i = 0; i < n; i++) {
		const struct param_spec *spec = &c->params[i];
		struct bind_param *p = &info->params[i];

		param_name(p, spec->name, strlen(spec->name));
		p->spec = spec;
		p->type = bind_type_named(spec->type);
		p->type_text = spec->type;
		p->is_switch = type_is_switch(p->type) ||
		    (spec->type != NULL &&
			string_equal_ci(spec->type, "switch"));
		p->help = spec->help;
		param_split_aliases(p, spec->aliases);
		parse_sets(info, p, spec->sets, spec->flags);
	}
	if (c->default_set != NULL && c->default_set[0] != '\0') {
		info->preset = set_bit(info, c->default_set,
		    strlen(c->default_set));
		if (info->preset == UINT32_MAX)
			info->preset = 0;
	}
	info_finish(info);
	return info;
}

/* ---- script blocks ---- */

static bool
name_is(struct tree_text t, const char *name)
{
	return t.len == strlen(name) && strncasecmp(t.s, name, t.len) == 0;
}

/* [Parameter()] and [ParameterAttribute()] alike, with any namespace. */
bool
attribute_is(const struct node_attribute *n, const char *name)
{
	struct tree_text t = n->name->full;
	static const char suffix[] = "Attribute";

	for (size_t i = t.len; i > 0; i--)
		if (t.s[i - 1] == '.') {
			t.s += i;
			t.len -= i;
			break;
		}
	if (name_is(t, name))
		return true;
	if (t.len <= sizeof(suffix) - 1 ||
	    strncasecmp(t.s + t.len - (sizeof(suffix) - 1), suffix,
		sizeof(suffix) - 1) != 0)
		return false;
	t.len -= sizeof(suffix) - 1;
	return name_is(t, name);
}

/* The value of a named argument; *foundp false where it is not there. */
static enum flow
attribute_get(struct session *s, const struct node_attribute *n,
    const char *name, struct value *outp, bool *foundp)
{
	*foundp = false;
	*outp = VALUE_NULL;
	for (size_t i = 0; i < n->nnamed; i++) {
		if (!name_is(n->named[i].name, name))
			continue;
		*foundp = true;
		if (n->named[i].value == NULL) {
			*outp = value_bool(true);
			return FLOW_MORE;
		}
		return eval(s->frame, n->named[i].value, outp);
	}
	return FLOW_MORE;
}

static enum flow
attribute_bool(struct session *s, const struct node_attribute *n,
    const char *name, bool *outp)
{
	struct value v;
	bool found;
	enum flow flow = attribute_get(s, n, name, &v, &found);

	if (flow != FLOW_MORE || !found)
		return flow;
	flow = value_truth(&s->run, v, outp);
	value_unref(v);
	return flow;
}

static enum flow
read_cmdlet_binding(struct session *s, struct bind_info *info,
    const struct node_attribute *n)
{
	struct value v;
	bool found = false;
	enum flow flow;

	info->advanced = true;
	flow = attribute_bool(s, n, "SupportsShouldProcess", &info->should);
	if (flow == FLOW_MORE)
		flow = attribute_bool(s, n, "PositionalBinding",
		    &info->positional);
	if (flow == FLOW_MORE)
		flow = attribute_get(s, n, "ConfirmImpact", &v, &found);
	if (flow == FLOW_MORE && found) {
		static const char *const names[] = { "None", "Low", "Medium",
			"High" };
		char *text = value_text_plain(v);

		for (int i = 0; i < 4; i++)
			if (string_equal_ci(text, names[i]))
				info->impact = i;
		mem_free(text);
		value_unref(v);
	}
	if (flow == FLOW_MORE)
		flow = attribute_get(s, n, "DefaultParameterSetName", &v,
		    &found);
	if (flow == FLOW_MORE && found && value_is_string(v)) {
		info->preset = set_bit(info, value_chars(v),
		    value_chars_len(v));
		if (info->preset == UINT32_MAX)
			info->preset = 0;
		value_unref(v);
	}
	return flow;
}

static enum flow
read_parameter_attribute(struct session *s, struct bind_info *info,
    struct bind_param *p, const struct node_attribute *n)
{
	static const struct {
		const char *name;
		unsigned flag;
	} bits[] = {
		{ "Mandatory", PARAM_MANDATORY },
		{ "ValueFromPipeline", PARAM_BY_VALUE },
		{ "ValueFromPipelineByPropertyName", PARAM_BY_NAME },
		{ "ValueFromRemainingArguments", PARAM_REMAINING },
		{ "DontShow", PARAM_HIDDEN },
	};
	struct bind_param_set *set;
	struct value v;
	bool found;
	uint32_t bit = UINT32_MAX;
	enum flow flow;

	flow = attribute_get(s, n, "ParameterSetName", &v, &found);
	if (flow != FLOW_MORE)
		return flow;
	if (found && value_is_string(v))
		bit = set_bit(info, value_chars(v), value_chars_len(v));
	value_unref(v);
	set = param_add_set(p, bit);
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		bool on = false;

		flow = attribute_bool(s, n, bits[i].name, &on);
		if (flow != FLOW_MORE)
			return flow;
		if (on)
			set->flags |= bits[i].flag;
	}
	flow = attribute_get(s, n, "Position", &v, &found);
	if (flow == FLOW_MORE && found) {
		int64_t at = -1;

		flow = value_to_int(&s->run, v, &at);
		set->position = (int)at;
		value_unref(v);
	}
	if (flow == FLOW_MORE)
		flow = attribute_get(s, n, "HelpMessage", &v, &found);
	if (flow == FLOW_MORE && found && value_is_string(v)) {
		p->help = value_chars(v);
		tree_keep(info->block->tree, v);
	}
	return flow;
}

static enum flow
read_alias_attribute(struct session *s, struct bind_param *p,
    const struct node_attribute *n)
{
	const char *names[16];
	struct value values[16];
	size_t count = 0;
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < n->positional.n && count < 16; i++) {
		flow = eval(s->frame, n->positional.v[i], &values[count]);
		if (flow != FLOW_MORE)
			break;
		if (value_is_string(values[count]))
			names[count] = value_chars(values[count]);
		else
			names[count] = "";
		count++;
	}
	if (flow == FLOW_MORE)
		param_aliases(p, names, count);
	for (size_t i = 0; i < count; i++)
		value_unref(values[i]);
	return flow;
}

static enum flow
read_param(struct session *s, struct bind_info *info, struct bind_param *p,
    struct node_parameter *n)
{
	unsigned extra = 0;
	enum flow flow = FLOW_MORE;

	param_name(p, n->name->name.s, n->name->name.len);
	p->node = n;
	for (size_t i = 0; i < n->attributes.n && flow == FLOW_MORE; i++) {
		struct node *a = n->attributes.v[i];

		if (a->kind == NODE_TYPE_CONSTRAINT) {
			const struct type *t;

			flow = eval_type_or_fail(s->frame,
			    node_type_constraint(a)->name, &t);
			if (flow == FLOW_MORE && p->type == NULL)
				p->type = t;
			continue;
		}
		if (a->kind != NODE_ATTRIBUTE)
			continue;
		if (attribute_is(node_attribute(a), "Parameter")) {
			info->advanced = true;
			flow = read_parameter_attribute(s, info, p,
			    node_attribute(a));
		} else if (attribute_is(node_attribute(a), "Alias")) {
			flow = read_alias_attribute(s, p, node_attribute(a));
		} else if (attribute_is(node_attribute(a), "AllowNull")) {
			extra |= PARAM_ALLOW_NULL;
		} else if (attribute_is(node_attribute(a),
			       "AllowEmptyString") ||
		    attribute_is(node_attribute(a), "AllowEmptyCollection")) {
			extra |= PARAM_ALLOW_EMPTY;
		}
	}
	if (p->type == &type_system_object)
		p->type = NULL;
	p->is_switch = type_is_switch(p->type);
	if (p->nset == 0 && flow == FLOW_MORE)
		param_add_set(p, UINT32_MAX);
	for (size_t i = 0; i < p->nset; i++)
		p->sets[i].flags |= extra;
	return flow;
}

/* Without any Position of their own, parameters stand as declared. */
static void
number_positions(struct bind_info *info)
{
	int at = 0;

	for (size_t i = 0; i < info->nparam; i++)
		for (size_t k = 0; k < info->params[i].nset; k++)
			if (info->params[i].sets[k].position >= 0)
				return;
	if (!info->positional)
		return;
	for (size_t i = 0; i < info->nparam; i++) {
		struct bind_param *p = &info->params[i];

		if (p->is_switch)
			continue;
		for (size_t k = 0; k < p->nset; k++)
			p->sets[k].position = at;
		at++;
	}
}

struct bind_info *
bind_info_block(struct session *s, struct block *b)
{
	struct bind_info *info = mem_zalloc(sizeof(*info));
	struct node_list *params = NULL, *attributes = &b->node->attributes;
	enum flow flow = FLOW_MORE;

	info->block = b;
	info->positional = true;
	info->impact = 2;
	if (b->node->params != NULL) {
		params = &b->node->params->params;
		attributes = &b->node->params->attributes;
	} else if (b->function != NULL) {
		params = &b->function->params;
	} else if (b->method != NULL) {
		params = &b->method->params;
	}
	for (size_t i = 0; i < attributes->n && flow == FLOW_MORE; i++)
		if (attributes->v[i]->kind == NODE_ATTRIBUTE &&
		    attribute_is(node_attribute(attributes->v[i]),
			"CmdletBinding"))
			flow = read_cmdlet_binding(s, info,
			    node_attribute(attributes->v[i]));
	if (params != NULL && flow == FLOW_MORE) {
		info->params = mem_zalloc((params->n + 1) *
		    sizeof(*info->params));
		for (size_t i = 0; i < params->n && flow == FLOW_MORE; i++) {
			flow = read_param(s, info, &info->params[i],
			    node_parameter(params->v[i]));
			info->nparam++;
		}
	}
	if (flow != FLOW_MORE) {
		bind_info_free(info);
		return NULL;
	}
	number_positions(info);
	info_finish(info);
	return info;
}

void
bind_info_free(struct bind_info *info)
{
	for (size_t i = 0; i < info->nparam; i++) {
		struct bind_param *p = &info->params[i];

		mem_free((void *)(uintptr_t)p->name);
		for (size_t k = 0; p->aliases != NULL && p->aliases[k]; k++)
			mem_free((void *)(uintptr_t)p->aliases[k]);
		mem_free(p->aliases);
		mem_free(p->sets);
	}
	mem_free(info->piped);
	mem_free(info->mandatory);
	mem_free(info->params);
	mem_free(info);
}

struct bind_param *
bind_find_param(struct bind_info *info, const char *name, size_t *nmatchp)
{
	struct bind_param *found = NULL;
	size_t len = strlen(name), n = 0, own = 0;
	struct bind_param *found_own = NULL;

	for (size_t i = 0; i < info->nparam; i++) {
		struct bind_param *p = &info->params[i];

		*nmatchp = 1;
		if (string_equal_ci(p->name, name))
			return p;
		for (size_t k = 0; p->aliases != NULL && p->aliases[k]; k++)
			if (string_equal_ci(p->aliases[k], name))
				return p;
	}
	for (size_t i = 0; len > 0 && i < info->nparam; i++) {
		struct bind_param *p = &info->params[i];
		bool match = strncasecmp(p->name, name, len) == 0;

		for (size_t k = 0; !match && p->aliases && p->aliases[k]; k++)
			match = strncasecmp(p->aliases[k], name, len) == 0;
		if (!match)
			continue;
		found = p;
		n++;
		if (!p->common) {
			found_own = p;
			own++;
		}
	}
	/* a command's own parameter beats a common one */
	if (n > 1 && own == 1) {
		*nmatchp = 1;
		return found_own;
	}
	*nmatchp = n;
	return n == 1 ? found : NULL;
}

struct bind_info *
bind_info_none(void)
{
	static struct bind_info none = { .all = UINT32_MAX,
		.positional = true, .impact = 2 };

	for (size_t i = 0; i < COMMON_COUNT; i++)
		none.common_at[i] = -1;
	return &none;
}
