/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The providers without folders: environment, variables, functions, aliases;
 * and the certificates, which can only be looked at. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/item/item_internal.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "types/types.h"

extern char **environ;

struct found {
	struct value object;
	struct value value;
	struct file_names *names;
};

static enum flow
on_variable(void *arg, const struct variable_info *v)
{
	struct found *f = arg;

	if (f->names != NULL) {
		f->names->v = mem_array_grow(f->names->v, f->names->n + 1,
		    sizeof(char *));
		f->names->v[f->names->n++] = mem_strdup(v->name);
		return FLOW_MORE;
	}
	value_set(&f->object, v->object);
	value_set(&f->value, v->value);
	return FLOW_MORE;
}

static enum flow
on_command(void *arg, const struct command_info *v)
{
	struct found *f = arg;

	if (f->names != NULL) {
		f->names->v = mem_array_grow(f->names->v, f->names->n + 1,
		    sizeof(char *));
		f->names->v[f->names->n++] = mem_strdup(v->name);
		return FLOW_MORE;
	}
	if (v->kind == COMMAND_ALIAS)
		value_set_take(&f->value, value_string(v->definition));
	else
		value_set(&f->value, v->block);
	return FLOW_MORE;
}

static unsigned
kind_of_place(const struct place *p)
{
	return p->provider == PROVIDER_ALIAS ? COMMAND_ALIAS :
					       COMMAND_FUNCTION | COMMAND_FILTER;
}

bool
flat_exists(struct call *c, const struct place *p)
{
	struct run *r = call_run(c);
	bool found = false;

	switch (p->provider) {
	case PROVIDER_ENVIRONMENT:
		return getenv(p->path) != NULL;
	case PROVIDER_VARIABLE:
		(void)r->ops->find_variable(r, p->path, NULL, NULL, NULL,
		    &found);
		return found;
	case PROVIDER_ALIAS:
	case PROVIDER_FUNCTION:
		return r->ops->find_command(r, p->path, kind_of_place(p), NULL,
		    NULL);
	case PROVIDER_CERTIFICATE:
	case PROVIDER_FILESYSTEM:
	case PROVIDERS:
		break;
	}
	return false;
}

static struct value
environment_entry(const char *name)
{
	struct object *o = object_new("System.Collections.DictionaryEntry");
	const char *text = getenv(name);

	object_set_take(o, "Name", value_string(name));
	object_set_take(o, "Key", value_string(name));
	object_set_take(o, "Value", value_string(text == NULL ? "" : text));
	return object_value(o);
}

enum flow
flat_item(struct call *c, const struct place *p, struct value *outp)
{
	struct run *r = call_run(c);
	struct found f = { .names = NULL };
	bool found;
	enum flow flow;

	switch (p->provider) {
	case PROVIDER_ENVIRONMENT:
		*outp = environment_entry(p->path);
		return FLOW_MORE;
	case PROVIDER_VARIABLE:
		flow = r->ops->find_variable(r, p->path, NULL, on_variable, &f,
		    &found);
		value_unref(f.value);
		*outp = f.object;
		return flow;
	case PROVIDER_ALIAS:
	case PROVIDER_FUNCTION:
		*outp = r->ops->get_command(r, p->path, kind_of_place(p));
		return FLOW_MORE;
	case PROVIDER_CERTIFICATE:
	case PROVIDER_FILESYSTEM:
	case PROVIDERS:
		break;
	}
	return FLOW_MORE;
}

static int
by_name(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

enum flow
flat_names(struct call *c, const struct place *p, struct file_names *out)
{
	struct run *r = call_run(c);
	struct found f = { .names = out };
	enum flow flow = FLOW_MORE;

	memset(out, 0, sizeof(*out));
	switch (p->provider) {
	case PROVIDER_ENVIRONMENT:
		for (char **e = environ; *e != NULL; e++) {
			const char *eq = strchr(*e, '=');

			if (eq == NULL)
				continue;
			out->v = mem_array_grow(out->v, out->n + 1,
			    sizeof(char *));
			out->v[out->n++] = mem_strndup(*e,
			    (size_t)(eq - *e));
		}
		break;
	case PROVIDER_VARIABLE:
		flow = r->ops->each_variable(r, NULL, on_variable, &f);
		break;
	case PROVIDER_ALIAS:
	case PROVIDER_FUNCTION:
		flow = r->ops->each_command(r, NULL, kind_of_place(p),
		    on_command, &f);
		break;
	case PROVIDER_CERTIFICATE:
	case PROVIDER_FILESYSTEM:
	case PROVIDERS:
		break;
	}
	if (out->n > 1)
		qsort(out->v, out->n, sizeof(char *), by_name);
	return flow;
}

enum flow
flat_set(struct call *c, const struct place *p, struct value v, bool force)
{
	struct run *r = call_run(c);
	struct value text = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (p->provider == PROVIDER_VARIABLE)
		return r->ops->put_variable(r, p->path, NULL, &v, NULL, NULL,
		    force);
	if (p->provider == PROVIDER_FUNCTION)
		return r->ops->set_function(r, p->path, NULL, v, 0);
	if (!value_is_nothing(v)) {
		flow = value_text(r, v, &text);
		if (flow != FLOW_MORE)
			return flow;
	}
	if (p->provider == PROVIDER_ALIAS)
		flow = r->ops->set_alias(r, p->path, value_chars(text), NULL,
		    0, NULL);
	else if (p->provider == PROVIDER_ENVIRONMENT &&
	    value_is_string(text) && value_chars_len(text) > 0)
		(void)setenv(p->path, value_chars(text), 1);
	else if (p->provider == PROVIDER_ENVIRONMENT)
		(void)unsetenv(p->path);
	value_unref(text);
	return flow;
}

enum flow
flat_remove(struct call *c, const struct place *p, bool force)
{
	struct run *r = call_run(c);

	switch (p->provider) {
	case PROVIDER_ENVIRONMENT:
		(void)unsetenv(p->path);
		return FLOW_MORE;
	case PROVIDER_VARIABLE:
		return r->ops->remove_variable(r, p->path, NULL, force);
	case PROVIDER_ALIAS:
		return r->ops->set_alias(r, p->path, NULL, NULL, 0, NULL);
	case PROVIDER_FUNCTION:
		return r->ops->set_function(r, p->path, NULL, VALUE_NULL, 0);
	case PROVIDER_CERTIFICATE:
	case PROVIDER_FILESYSTEM:
	case PROVIDERS:
		break;
	}
	return FLOW_MORE;
}

enum flow
flat_content(struct call *c, const struct place *p, struct value *outp)
{
	struct run *r = call_run(c);
	struct found f = { .names = NULL };
	const char *text;
	bool found;
	enum flow flow = FLOW_MORE;

	if (p->provider == PROVIDER_ENVIRONMENT) {
		text = getenv(p->path);
		*outp = value_string(text == NULL ? "" : text);
		return FLOW_MORE;
	}
	if (p->provider == PROVIDER_VARIABLE) {
		flow = r->ops->find_variable(r, p->path, NULL, on_variable, &f,
		    &found);
		value_unref(f.object);
	} else {
		(void)r->ops->find_command(r, p->path, kind_of_place(p),
		    on_command, &f);
	}
	*outp = f.value;
	return flow;
}
