/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-, Set-, Push- and Pop-Location. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/item/item_internal.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

/* LIMIT: remembered places of a stack, stacks. */
#define DEPTH_MAX 1000
#define STACKS_MAX 64

struct stack {
	char *name;
	struct place *v;
	size_t n;
};

/* Of the process, as the drives are. */
static struct stack stacks[STACKS_MAX];
static size_t stack_count;
static struct stack back, forward; /* cd -, cd + */

static struct stack *
stack_named(const char *name, bool make)
{
	if (name == NULL || *name == '\0')
		name = "default";
	for (size_t i = 0; i < stack_count; i++)
		if (strcasecmp(stacks[i].name, name) == 0)
			return &stacks[i];
	if (!make || stack_count == STACKS_MAX)
		return NULL;
	stacks[stack_count].name = mem_strdup(name);
	return &stacks[stack_count++];
}

static void
push(struct stack *s, const struct place *p)
{
	if (s->n == DEPTH_MAX) {
		place_clear(&s->v[0]);
		memmove(s->v, s->v + 1, (s->n - 1) * sizeof(struct place));
		s->n--;
	}
	s->v = mem_array_grow(s->v, s->n + 1, sizeof(struct place));
	place_init(&s->v[s->n]);
	place_copy(&s->v[s->n++], p);
}

static void
here(struct call *c, struct place *p)
{
	struct drive *d = drive_here();

	place_init(p);
	p->provider = d->provider;
	p->drive = d;
	(void)drive_value(d);
	p->path = mem_strdup(d->provider == PROVIDER_FILESYSTEM ?
		call_run(c)->ops->location(call_run(c)) : d->current);
}

static struct value
info(const struct place *p)
{
	char *text = place_text(p);
	struct value v = path_info_new(text, p->path, p->drive, p->provider);

	mem_free(text);
	return v;
}

static void
enter(struct call *c, const struct place *p)
{
	struct drive *d = p->drive;
	const char *below;

	if (d == NULL)
		d = drive_find(p->provider == PROVIDER_FILESYSTEM ? "/" :
			p->provider == PROVIDER_ENVIRONMENT ? "Env" :
			provider_name(p->provider));
	if (d == NULL)
		return;
	below = p->path;
	if (d->provider == PROVIDER_FILESYSTEM) {
		below += strlen(d->root);
		while (*below == '/')
			below++;
		call_run(c)->ops->set_location(call_run(c), p->path);
	}
	mem_free(d->current);
	d->current = mem_strdup(below);
	drive_set_here(d);
}

/* ---- Get-Location ---- */

enum {
	G_PSPROVIDER,
	G_PSDRIVE,
	G_STACK,
	G_STACK_NAME,
};

static const struct param_spec get_params[] = {
	{ "PSProvider", "string[]", NULL,
	    "Location/p", 0, NULL, 0, 0,
	    "the provider" },
	{ "PSDrive", "string[]", NULL,
	    "Location/p", 0, NULL, 0, 0,
	    "the drive" },
	{ "Stack", "switch", NULL,
	    "Stack/", 0, NULL, 0, 0,
	    "stack" },
	{ "StackName", "string[]", NULL,
	    "Stack/p", 0, NULL, 0, 0,
	    "the stack of locations" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
get_stack(struct call *c, const char *name)
{
	struct stack *s = stack_named(name, false);
	enum flow flow = FLOW_MORE;

	if (s == NULL) {
		if (name == NULL || strcasecmp(name, "default") == 0)
			return FLOW_MORE;
		return call_faultf(c, FAULT_NOT_FOUND,
		    "GetLocationStackNotFound", VALUE_NULL,
		    "Cannot find location stack '%s'. It does not exist or it "
		    "is not a container.", name);
	}
	for (size_t i = s->n; i > 0 && flow == FLOW_MORE; i--)
		flow = call_emit_take(c, info(&s->v[i - 1]));
	return flow;
}

static enum flow
get_drives(struct call *c, struct value names)
{
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < list_of(names)->count && flow == FLOW_MORE;
	     i++) {
		const char *name = value_chars(list_of(names)->items[i]);
		struct drive *d = drive_find(name);
		struct place p;
		bool ok;
		char *text = mem_printf("%s:", name);

		if (d == NULL) {
			flow = place_parse(c, text, &p, &ok);
			place_clear(&p);
		} else {
			place_init(&p);
			p.provider = d->provider;
			p.drive = d;
			(void)drive_value(d);
			p.path = d->provider == PROVIDER_FILESYSTEM ?
			    mem_printf("%s/%s", d->root, d->current) :
			    mem_strdup(d->current);
			flow = call_emit_take(c, info(&p));
			place_clear(&p);
		}
		mem_free(text);
	}
	return flow;
}

static enum flow
get_process(struct call *c)
{
	struct value names = value_base(call_param(c, G_STACK_NAME));
	struct value drives = value_base(call_param(c, G_PSDRIVE));
	struct place p;
	enum flow flow = FLOW_MORE;

	if (value_is_list(names)) {
		for (size_t i = 0; i < list_of(names)->count &&
		     flow == FLOW_MORE; i++)
			flow = get_stack(c,
			    value_chars(list_of(names)->items[i]));
		return flow;
	}
	if (call_switch(c, G_STACK))
		return get_stack(c, NULL);
	if (value_is_list(drives))
		return get_drives(c, drives);
	here(c, &p);
	flow = call_emit_take(c, info(&p));
	place_clear(&p);
	return flow;
}

const struct cmdlet cmdlet_get_location = {
	.name = "Get-Location",
	.class_name = "Microsoft.PowerShell.Commands.GetLocationCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Location",
	.params = get_params,
	.synopsis = "Gives the present location",
	.process = get_process,
};

/* ---- going ---- */

struct going {
	struct place to;
	size_t n;
	bool leaf;
};

static enum flow
found(struct call *c, const struct place *p, void *arg)
{
	struct going *g = arg;

	(void)c;
	if (g->n++ == 0)
		place_copy(&g->to, p);
	return FLOW_MORE;
}

/* Goes to what the text names. *wentp false: an error was reported. */
static enum flow
go(struct call *c, const char *text, bool literal, bool *wentp)
{
	struct going g = { .n = 0 };
	enum flow flow = place_each(c, text,
	    GLOB_HIDDEN | (literal ? GLOB_LITERAL : 0), NULL, found, &g);

	*wentp = false;
	if (flow == FLOW_MORE && g.n > 1) {
		struct value target = value_string(text);
		char *message = mem_printf("Cannot set the location because "
					   "path '%s' resolved to multiple "
					   "containers. You can only set the "
					   "location to a single container at "
					   "a time.", text);
		struct error_spec spec = {
			.exception = "System.Management.Automation."
				     "PSArgumentException",
			.id = "Argument", .category = "InvalidArgument",
			.target = target, .message = message };

		flow = call_error(c, &spec);
		value_unref(target);
		mem_free(message);
	} else if (flow == FLOW_MORE && g.n == 1) {
		if (!place_is_container(c, &g.to)) {
			flow = place_missing(c, &g.to);
		} else {
			enter(c, &g.to);
			*wentp = true;
		}
	} else if (flow == FLOW_MORE && glob_has(text)) {
		struct place p;
		bool ok;

		flow = place_parse(c, text, &p, &ok);
		if (flow == FLOW_MORE && ok)
			flow = place_missing(c, &p);
		place_clear(&p);
	}
	place_clear(&g.to);
	return flow;
}

enum {
	S_PATH,
	S_LITERAL_PATH,
	S_PASS_THRU,
	S_STACK_NAME,
};

static const struct param_spec set_params[] = {
	{ "Path", "string", NULL,
	    "Path/0vp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "StackName", "string", NULL,
	    "Stack/p", 0, NULL, 0, 0,
	    "the stack of locations" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
retrace(struct call *c, struct stack *from, struct stack *to,
    const char *direction, bool *wentp)
{
	struct place now;
	char *message;
	struct error_spec spec = {
		.exception = "System.InvalidOperationException",
		.id = "System.InvalidOperationException",
		.category = "InvalidOperation" };
	enum flow flow;

	*wentp = false;
	if (from->n == 0) {
		message = mem_printf("There is no location history left to "
				     "navigate %s.", direction);
		spec.message = message;
		flow = call_error(c, &spec);
		mem_free(message);
		return flow;
	}
	here(c, &now);
	push(to, &now);
	place_clear(&now);
	from->n--;
	enter(c, &from->v[from->n]);
	place_clear(&from->v[from->n]);
	*wentp = true;
	return FLOW_MORE;
}

static enum flow
set_process(struct call *c)
{
	bool literal = call_bound(c, S_LITERAL_PATH), went = false;
	const char *text = call_string(c, literal ? S_LITERAL_PATH : S_PATH);
	struct place before;
	enum flow flow = FLOW_MORE;

	if (call_bound(c, S_STACK_NAME)) {
		/* the named stack becomes the one that is meant */
		return stack_named(call_string(c, S_STACK_NAME), true) != NULL ?
		    FLOW_MORE : FLOW_MORE;
	}
	here(c, &before);
	if (!literal && text != NULL && strcmp(text, "-") == 0) {
		flow = retrace(c, &back, &forward, "backwards", &went);
	} else if (!literal && text != NULL && strcmp(text, "+") == 0) {
		flow = retrace(c, &forward, &back, "forwards", &went);
	} else {
		flow = go(c, text == NULL || *text == '\0' ? "~" : text,
		    literal, &went);
		if (went)
			push(&back, &before);
	}
	place_clear(&before);
	if (flow == FLOW_MORE && went && call_switch(c, S_PASS_THRU)) {
		here(c, &before);
		flow = call_emit_take(c, info(&before));
		place_clear(&before);
	}
	return flow;
}

const struct cmdlet cmdlet_set_location = {
	.name = "Set-Location",
	.class_name = "Microsoft.PowerShell.Commands.SetLocationCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = set_params,
	.synopsis = "Goes to another location",
	.process = set_process,
};

enum {
	P_PATH,
	P_LITERAL_PATH,
	P_PASS_THRU,
	P_STACK_NAME,
};

static const struct param_spec push_params[] = {
	{ "Path", "string", NULL,
	    "Path/0vp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string", "PSPath LP",
	    "LiteralPath/p", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "StackName", "string", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the stack of locations" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
push_process(struct call *c)
{
	bool literal = call_bound(c, P_LITERAL_PATH), went = true;
	const char *text = call_string(c, literal ? P_LITERAL_PATH : P_PATH);
	struct stack *s = stack_named(call_string(c, P_STACK_NAME), true);
	struct place before;
	enum flow flow = FLOW_MORE;

	if (s == NULL)
		return FLOW_MORE;
	here(c, &before);
	if (text != NULL)
		flow = go(c, text, literal, &went);
	if (went)
		push(s, &before);
	place_clear(&before);
	if (flow == FLOW_MORE && went && call_switch(c, P_PASS_THRU)) {
		here(c, &before);
		flow = call_emit_take(c, info(&before));
		place_clear(&before);
	}
	return flow;
}

const struct cmdlet cmdlet_push_location = {
	.name = "Push-Location",
	.class_name = "Microsoft.PowerShell.Commands.PushLocationCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = push_params,
	.synopsis = "Remembers the location and goes to another",
	.process = push_process,
};

enum {
	O_PASS_THRU,
	O_STACK_NAME,
};

static const struct param_spec pop_params[] = {
	{ "PassThru", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "gives what was changed" },
	{ "StackName", "string", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "the stack of locations" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
pop_process(struct call *c)
{
	const char *name = call_string(c, O_STACK_NAME);
	struct stack *s = stack_named(name, false);

	if (s == NULL || s->n == 0) {
		if (s == NULL && name != NULL)
			return call_faultf(c, FAULT_INVALID, "Argument",
			    VALUE_NULL, "Cannot find location stack '%s'. It "
			    "does not exist or it is not a container.", name);
		return FLOW_MORE;
	}
	s->n--;
	enter(c, &s->v[s->n]);
	if (call_switch(c, O_PASS_THRU)) {
		enum flow flow = call_emit_take(c, info(&s->v[s->n]));

		place_clear(&s->v[s->n]);
		return flow;
	}
	place_clear(&s->v[s->n]);
	return FLOW_MORE;
}

const struct cmdlet cmdlet_pop_location = {
	.name = "Pop-Location",
	.class_name = "Microsoft.PowerShell.Commands.PopLocationCommand",
	.module = "Microsoft.PowerShell.Management",
	.params = pop_params,
	.synopsis = "Goes back to the remembered location",
	.process = pop_process,
};
