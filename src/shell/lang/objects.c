/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects of the language: members by table; variables, references, paths. */
#include "config.h"

#include <string.h>

#include "shell/lang/module.h"
#include "shell/lang/objects.h"
#include "shell/lang/run_internal.h"
#include "types/drives.h"

#define SMA "System.Management.Automation."

static const struct lang_members *
members_of(struct value v)
{
	return v.type->data;
}

enum flow
lang_object_get(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	const struct lang_property *p = members_of(v)->properties;

	*foundp = false;
	for (; p != NULL && p->name != NULL; p++)
		if (string_equal_ci(p->name, name)) {
			*foundp = true;
			*outp = p->get(session_of(r), v);
			return FLOW_MORE;
		}
	return FLOW_MORE;
}

enum flow
lang_object_set(struct run *r, struct value v, const char *name,
    struct value to, bool *foundp)
{
	const struct lang_property *p = members_of(v)->properties;

	*foundp = false;
	for (; p != NULL && p->name != NULL; p++)
		if (p->set != NULL && string_equal_ci(p->name, name)) {
			*foundp = true;
			return p->set(session_of(r), v, to);
		}
	return FLOW_MORE;
}

enum flow
lang_object_call(struct run *r, struct value v, const char *name,
    const struct value *args, size_t n, struct value *outp, bool *foundp)
{
	const struct lang_method *m = members_of(v)->methods;

	*foundp = false;
	for (; m != NULL && m->name != NULL; m++)
		if (string_equal_ci(m->name, name)) {
			*foundp = true;
			*outp = value_nothing();
			return m->call(session_of(r), v, args, n, outp);
		}
	return FLOW_MORE;
}

const struct type_ops lang_object_ops = {
	.get = lang_object_get,
	.set = lang_object_set,
	.call = lang_object_call,
};

/* ---- PSVariable ---- */

static struct variable *
variable_of(struct value v)
{
	return (struct variable *)(void *)v.u.p;
}

static struct value
variable_name(struct session *s, struct value v)
{
	(void)s;
	return value_string(variable_of(v)->name->name);
}

static struct value
variable_value(struct session *s, struct value v)
{
	return variable_get(s, variable_of(v));
}

static enum flow
variable_set_value(struct session *s, struct value v, struct value to)
{
	return variable_assign(s, variable_of(v), to);
}

static struct value
variable_description(struct session *s, struct value v)
{
	const char *d = variable_of(v)->description;

	(void)s;
	return value_string(d != NULL ? d : "");
}

struct value
options_value(unsigned options)
{
	const struct type *t = lang_type(SMA "ScopedItemOptions");
	int64_t bits = 0;

	if (options & OPTION_READONLY)
		bits |= 1;
	if (options & OPTION_CONSTANT)
		bits |= 2;
	if (options & OPTION_PRIVATE)
		bits |= 4;
	if (options & OPTION_ALLSCOPE)
		bits |= 8;
	if (t == NULL)
		return value_string(bits == 0 ? "None" : bits & 1 ? "ReadOnly"
		    : bits & 2 ? "Constant" : bits & 4 ? "Private" :
							 "AllScope");
	return (struct value){ .type = t, .u.i = bits };
}

static struct value
variable_options(struct session *s, struct value v)
{
	(void)s;
	return options_value(variable_of(v)->options);
}

static struct value
nothing(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return VALUE_NULL;
}

static struct value
empty_text(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return value_string("");
}

static struct value
visibility(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return value_string("Public");
}

static struct value
empty_list(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return list_value(list_new(NULL, 0));
}

static const struct lang_property variable_properties[] = {
	{ "Name", variable_name, NULL },
	{ "Description", variable_description, NULL },
	{ "Value", variable_value, variable_set_value },
	{ "Visibility", visibility, NULL },
	{ "Module", nothing, NULL },
	{ "ModuleName", empty_text, NULL },
	{ "Options", variable_options, NULL },
	{ "Attributes", empty_list, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_members variable_members = { variable_properties,
	NULL };

/* ---- PSReference ---- */

struct reference {
	struct cell cell;
	struct variable *variable; /* a reference, or NULL */
	struct value plain;
};

static void
reference_release(struct cell *c)
{
	struct reference *r = (struct reference *)(void *)c;

	if (r->variable != NULL)
		value_unref((struct value){ .type = &type_psvariable,
		    .u.p = &r->variable->cell });
	value_unref(r->plain);
	mem_free(r);
}

static struct value
reference_get(struct session *s, struct value v)
{
	struct reference *r = (struct reference *)(void *)v.u.p;

	return r->variable != NULL ? variable_get(s, r->variable) :
				     value_ref(r->plain);
}

static enum flow
reference_set(struct session *s, struct value v, struct value to)
{
	struct reference *r = (struct reference *)(void *)v.u.p;

	if (r->variable != NULL)
		return variable_assign(s, r->variable, to);
	value_set(&r->plain, to);
	return FLOW_MORE;
}

static const struct lang_property reference_properties[] = {
	{ "Value", reference_get, reference_set },
	{ NULL, NULL, NULL },
};
static const struct lang_members reference_members = { reference_properties,
	NULL };

static struct type type_reference = {
	.name = SMA "PSReference",
	.short_name = "ref",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = reference_release,
	.ops = &lang_object_ops,
	.data = &reference_members,
};

struct value
reference_new(struct variable *v, struct value plain)
{
	struct reference *r = mem_zalloc(sizeof(*r));

	r->cell.refs = 1;
	r->cell.type = &type_reference;
	if (v != NULL) {
		(void)value_ref((struct value){ .type = &type_psvariable,
		    .u.p = &v->cell });
		r->variable = v;
	}
	r->plain = value_ref(plain);
	return (struct value){ .type = &type_reference, .u.p = &r->cell };
}

/* ---- PathInfo ---- */

struct value
session_path_info(struct session *s)
{
	return path_info_here(buf_text(&s->location));
}

/* ---- enumerators ---- */

struct enumerator {
	struct cell cell;
	struct list *list;
	size_t at; /* the one after Current */
};

static struct enumerator *
enumerator_of(struct value v)
{
	return (struct enumerator *)(void *)v.u.p;
}

static void
enumerator_release(struct cell *c)
{
	value_unref(list_value(((struct enumerator *)(void *)c)->list));
	mem_free(c);
}

static struct value
enumerator_current(struct session *s, struct value v)
{
	struct enumerator *e = enumerator_of(v);

	(void)s;
	return e->at > 0 && e->at <= e->list->count ?
	    value_ref(e->list->items[e->at - 1]) : VALUE_NULL;
}

static enum flow
enumerator_move(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	struct enumerator *e = enumerator_of(v);

	(void)s;
	(void)args;
	(void)n;
	if (e->at <= e->list->count)
		e->at++;
	*outp = value_bool(e->at <= e->list->count);
	return FLOW_MORE;
}

static enum flow
enumerator_reset(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	(void)s;
	(void)args;
	(void)n;
	(void)outp;
	enumerator_of(v)->at = 0;
	return FLOW_MORE;
}

static enum flow
enumerator_step(struct run *r, struct iter *it, struct value *outp,
    bool *morep)
{
	(void)r;
	*morep = enumerator_next(it->over, outp);
	return FLOW_MORE;
}

static enum flow
enumerator_iterate(struct run *r, struct value v, struct iter *it)
{
	(void)r;
	(void)v;
	it->next = enumerator_step;
	return FLOW_MORE;
}

static const struct lang_property enumerator_properties[] = {
	{ "Current", enumerator_current, NULL },
	{ NULL, NULL, NULL },
};
static const struct lang_method enumerator_methods[] = {
	{ "MoveNext", enumerator_move },
	{ "Reset", enumerator_reset },
	{ NULL, NULL },
};
static const struct lang_members enumerator_members = {
	enumerator_properties, enumerator_methods
};
static const struct type_ops enumerator_ops = {
	.get = lang_object_get,
	.call = lang_object_call,
	.iterate = enumerator_iterate,
};

static struct type type_enumerator = {
	.name = "System.Collections.ArrayList+ArrayListEnumeratorSimple",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED | TYPE_UNROLLS,
	.base = &type_system_object,
	.release = enumerator_release,
	.ops = &enumerator_ops,
	.data = &enumerator_members,
};

bool
enumerator_next(struct value v, struct value *outp)
{
	struct enumerator *e = enumerator_of(v);

	if (e->at >= e->list->count) {
		e->at = e->list->count + 1;
		return false;
	}
	*outp = value_ref(e->list->items[e->at++]);
	return true;
}

struct value
enumerator_new(struct list *take)
{
	struct enumerator *e = mem_zalloc(sizeof(*e));

	e->cell.refs = 1;
	e->cell.type = &type_enumerator;
	e->list = take;
	return (struct value){ .type = &type_enumerator, .u.p = &e->cell };
}

/* ---- the names ---- */

void
lang_objects_init(void)
{
	type_psvariable.ops = &lang_object_ops;
	type_psvariable.data = &variable_members;
	lang_type_add(&type_psvariable);
	lang_type_add(&type_reference);
	lang_type_add(&type_enumerator);
	lang_type_add(&type_script_block);
	lang_type_add(&type_warning_record);
	lang_type_add(&type_verbose_record);
	lang_type_add(&type_debug_record);
	lang_type_add(&type_information_record);
	lang_type_add(&type_progress_record);
	objects_init_error();
	objects_init_command();
	objects_init_engine();
	module_init();
}
