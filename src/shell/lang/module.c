/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modules: scopes with a door. */
#include "config.h"

#include <string.h>

#include "shell/lang/module.h"
#include "shell/lang/objects.h"
#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

static void
list_unref(struct list *l)
{
	if (l != NULL)
		value_unref(list_value(l));
}

static void
module_release(struct cell *c)
{
	struct module *m = (struct module *)(void *)c;

	if (m->scope != NULL)
		m->scope->module = NULL;
	scope_unref(NULL, m->scope);
	value_unref(m->runner);
	value_unref(m->on_remove);
	value_unref(m->private_data);
	mem_free(m->name);
	mem_free(m->path);
	mem_free(m->version);
	mem_free(m->description);
	mem_free(m->author);
	mem_free(m->guid);
	mem_free(m->prefix);
	list_unref(m->functions);
	list_unref(m->variables);
	list_unref(m->aliases);
	list_unref(m->manifest_functions);
	list_unref(m->manifest_variables);
	list_unref(m->manifest_aliases);
	list_unref(m->placed);
	list_unref(m->placed_variables);
	mem_free(m);
}

/* ---- properties ---- */

static struct value
text_or_empty(const char *s)
{
	return value_string(s == NULL ? "" : s);
}

static struct value
get_name(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(module_of(v)->name);
}

static struct value
get_path(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(module_of(v)->path);
}

static struct value
get_base(struct session *s, struct value v)
{
	const char *path = module_of(v)->path;
	const char *slash = path == NULL ? NULL : strrchr(path, '/');

	(void)s;
	return slash == NULL ? value_string("") :
	    value_string_n(path, (size_t)(slash - path));
}

static struct value
get_version(struct session *s, struct value v)
{
	struct value text = value_string(module_of(v)->version == NULL ?
		"0.0" : module_of(v)->version), out = VALUE_NULL;
	const struct type *t = lang_type("version");
	bool ok = false;

	if (t != NULL && value_try_convert(&s->run, text, t, &out, &ok) ==
	    FLOW_MORE && ok) {
		value_unref(text);
		return out;
	}
	return text;
}

static struct value
get_kind(struct session *s, struct value v)
{
	(void)s;
	return value_string(module_of(v)->kind);
}

static struct value
get_description(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(module_of(v)->description);
}

static struct value
get_author(struct session *s, struct value v)
{
	(void)s;
	return text_or_empty(module_of(v)->author);
}

static struct value
get_guid(struct session *s, struct value v)
{
	(void)s;
	return value_string(module_of(v)->guid == NULL ?
		"00000000-0000-0000-0000-000000000000" : module_of(v)->guid);
}

static struct value
get_private_data(struct session *s, struct value v)
{
	(void)s;
	return value_ref(module_of(v)->private_data);
}

static struct value
get_on_remove(struct session *s, struct value v)
{
	(void)s;
	return value_ref(module_of(v)->on_remove);
}

static enum flow
set_on_remove(struct session *s, struct value v, struct value to)
{
	(void)s;
	value_set(&module_of(v)->on_remove, to);
	return FLOW_MORE;
}

static void
add_exports(struct session *s, struct module *m, int kind, struct dict *d)
{
	struct list *names = module_exports(m, kind);

	(void)s;
	for (size_t i = 0; i < names->count; i++) {
		const struct atom *a = atom_str(value_chars(names->items[i]));
		struct variable *v = vartab_find(kind == 0 ?
			&m->scope->functions : kind == 1 ? &m->scope->vars :
							   &m->scope->aliases,
		    a);

		if (v != NULL)
			dict_set(d, names->items[i], v->value);
	}
	list_unref(names);
}

#define EXPORTED(fn, first, last) \
	static struct value \
	fn(struct session *s, struct value v) \
	{ \
		struct dict *d = dict_new(NULL); \
		for (int kind = first; kind <= last; kind += 2) \
			add_exports(s, module_of(v), kind, d); \
		return dict_value(d); \
	}
EXPORTED(get_functions, 0, 0)
EXPORTED(get_variables, 1, 1)
EXPORTED(get_aliases, 2, 2)
EXPORTED(get_commands, 0, 2)

static struct value
get_empty(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return dict_value(dict_new(NULL));
}

static struct value
get_list(struct session *s, struct value v)
{
	(void)s;
	(void)v;
	return list_value(list_new(NULL, 0));
}

/* SessionState.Module and .PSVariable are all that scripts ask for. */
static struct value
get_state(struct session *s, struct value v)
{
	struct object *o = object_new(SMA "SessionState");

	(void)s;
	object_set(o, "Module", v);
	return object_value(o);
}

static const struct lang_property properties[] = {
	{ "Name", get_name, NULL },
	{ "Path", get_path, NULL },
	{ "Description", get_description, NULL },
	{ "Guid", get_guid, NULL },
	{ "Version", get_version, NULL },
	{ "ModuleBase", get_base, NULL },
	{ "ModuleType", get_kind, NULL },
	{ "Author", get_author, NULL },
	{ "PrivateData", get_private_data, NULL },
	{ "ExportedAliases", get_aliases, NULL },
	{ "ExportedCmdlets", get_empty, NULL },
	{ "ExportedCommands", get_commands, NULL },
	{ "ExportedFunctions", get_functions, NULL },
	{ "ExportedVariables", get_variables, NULL },
	{ "NestedModules", get_list, NULL },
	{ "RequiredModules", get_list, NULL },
	{ "OnRemove", get_on_remove, set_on_remove },
	{ "SessionState", get_state, NULL },
	{ NULL, NULL, NULL },
};

static struct value
bind_block(struct module *m, struct value block)
{
	struct block *b = block_of(value_base(block));
	struct value v = block_new(b->tree, b->node);

	block_of(v)->home = scope_ref(m->scope);
	block_of(v)->in_home = true;
	return v;
}

/* .Invoke({...}, args) */
static enum flow
call_invoke_block(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	if (n == 0 || !lang_is_block(args[0]))
		return FLOW_MORE;
	return module_run(s, module_of(v), args[0], args + 1, n - 1, outp);
}

static enum flow
call_bound_block(struct session *s, struct value v, const struct value *args,
    size_t n, struct value *outp)
{
	(void)s;
	if (n > 0 && lang_is_block(args[0])) {
		*outp = bind_block(module_of(v), args[0]);
		block_of(*outp)->in_home = false;
	}
	return FLOW_MORE;
}

static enum flow
call_custom_object(struct session *s, struct value v,
    const struct value *args, size_t n, struct value *outp)
{
	(void)args;
	(void)n;
	*outp = module_object(s, module_of(v));
	return FLOW_MORE;
}

static const struct lang_method methods[] = {
	{ "Invoke", call_invoke_block },
	{ "NewBoundScriptBlock", call_bound_block },
	{ "AsCustomObject", call_custom_object },
	{ NULL, NULL },
};

static enum flow
module_text(struct run *r, struct value v, struct value *textp)
{
	(void)r;
	*textp = text_or_empty(module_of(v)->name);
	return FLOW_MORE;
}

static const struct lang_members members = { properties, methods };
static const struct type_ops module_ops = {
	.text = module_text,
	.get = lang_object_get,
	.set = lang_object_set,
	.call = lang_object_call,
};

struct type type_module = {
	.name = SMA "PSModuleInfo",
	.short_name = "psmoduleinfo",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = module_release,
	.ops = &module_ops,
	.data = &members,
};

void
module_init(void)
{
	lang_type_add(&type_module);
}

/* ---- making ---- */

struct value
module_value(struct module *m)
{
	return value_ref((struct value){ .type = &type_module,
	    .u.p = &m->cell });
}

struct module *
module_new(struct session *s, const char *name, const char *path,
    const char *kind)
{
	static const char text[] = "$block, $rest = $args; . $block @rest";
	struct module *m = mem_zalloc(sizeof(*m));
	struct script_tree *t = parse_script(text, sizeof(text) - 1, NULL,
	    NULL);

	m->cell.refs = 1;
	m->cell.type = &type_module;
	m->scope = scope_new(s->global);
	m->scope->is_script = true;
	m->scope->module = m;
	m->name = mem_strdup(name);
	m->path = path == NULL ? NULL : mem_strdup(path);
	m->kind = kind;
	m->runner = block_new(t, t->root);
	block_of(m->runner)->home = scope_ref(m->scope);
	tree_unref(t);
	m->next = s->modules;
	s->modules = m;
	return m;
}

enum flow
module_run(struct session *s, struct module *m, struct value block,
    const struct value *args, size_t n, struct value *outp)
{
	struct value body = bind_block(m, block);
	struct invoke_spec spec = { .command = body, .args = args,
		.nargs = n, .same_scope = true };
	enum flow flow = session_ops.invoke_with(&s->run, &spec, outp);

	value_unref(body);
	return flow;
}

/* ---- what others see ---- */

static bool
matches_any(struct list *patterns, const char *name)
{
	for (size_t i = 0; patterns != NULL && i < patterns->count; i++)
		if (value_is_string(patterns->items[i]) &&
		    wildcard_match(value_chars(patterns->items[i]), name,
			true))
			return true;
	return false;
}

struct list *
module_exports(struct module *m, int kind)
{
	struct vartab *t = kind == 0 ? &m->scope->functions :
	    kind == 1		     ? &m->scope->vars :
				       &m->scope->aliases;
	struct list *own = kind == 0 ? m->functions : kind == 1 ?
	    m->variables : m->aliases;
	struct list *allowed = kind == 0 ? m->manifest_functions :
	    kind == 1			 ? m->manifest_variables :
					   m->manifest_aliases;
	struct list *out = list_new(NULL, 8);

	for (uint32_t i = 0; i < t->n; i++) {
		const char *name = t->v[i]->name->name;

		/* all functions where nothing was chosen */
		if (m->chose ? !matches_any(own, name) :
		    kind != 0 && (kind == 1 || allowed == NULL))
			continue;
		if (allowed != NULL && !matches_any(allowed, name))
			continue;
		list_add_take(out, value_string(name));
	}
	return out;
}

/* Get-It becomes Get-MyIt. Owned. */
static char *
prefixed(const char *name, const char *prefix)
{
	const char *dash = strchr(name, '-');

	if (prefix == NULL || *prefix == '\0')
		return mem_strdup(name);
	if (dash == NULL)
		return mem_printf("%s%s", prefix, name);
	return mem_printf("%.*s%s%s", (int)(dash - name) + 1, name, prefix,
	    dash + 1);
}

/* The same variable in both scopes: what one sets the other sees. */
static void
share_variable(struct scope *to, struct variable *v)
{
	struct variable *mine = scope_make(to, v->name);

	if (mine == v)
		return;
	for (uint32_t i = 0; i < to->vars.n; i++)
		if (to->vars.v[i] == mine) {
			v->cell.refs++;
			to->vars.v[i] = v;
			value_unref((struct value){ .type = &type_psvariable,
			    .u.p = &mine->cell });
			return;
		}
}

static enum flow
place_functions(struct session *s, struct module *m, const char *prefix)
{
	struct list *names = module_exports(m, 0);
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < names->count && flow == FLOW_MORE; i++) {
		const char *name = value_chars(names->items[i]);
		struct variable *v = vartab_find(&m->scope->functions,
		    atom_str(name));
		char *as = prefixed(name, prefix);

		flow = define_function(s, m->into, atom_str(as), v->value, 0);
		list_add_take(m->placed, value_string_take(as));
	}
	list_unref(names);
	return flow;
}

enum flow
module_import(struct session *s, struct module *m, const char *prefix)
{
	struct scope *here = s->frame != NULL ? s->frame->scope : s->global;
	struct list *names;
	enum flow flow;

	m->into = here->module != NULL && here->module != m ?
	    here->module->scope : s->global;
	m->loaded = true;
	list_unref(m->placed);
	list_unref(m->placed_variables);
	m->placed = list_new(NULL, 8);
	m->placed_variables = list_new(NULL, 4);
	flow = place_functions(s, m, prefix);
	names = module_exports(m, 1);
	for (size_t i = 0; i < names->count; i++) {
		const struct atom *a = atom_str(value_chars(names->items[i]));

		share_variable(m->into, vartab_find(&m->scope->vars, a));
		list_add(m->placed_variables, names->items[i]);
	}
	list_unref(names);
	names = module_exports(m, 2);
	for (size_t i = 0; i < names->count; i++) {
		const struct atom *a = atom_str(value_chars(names->items[i]));
		struct variable *v = vartab_find(&m->scope->aliases, a);
		char *as = prefixed(a->name, prefix);
		struct variable *to = scope_make_in(m->into,
		    &m->into->aliases, atom_str(as));

		value_set(&to->value, v->value);
		list_add_take(m->placed, value_string_take(as));
	}
	list_unref(names);
	s->generation++;
	return flow;
}

void
module_remove(struct session *s, struct module *m)
{
	struct value out = VALUE_NULL;

	if (!value_is_nothing(m->on_remove) &&
	    module_run(s, m, m->on_remove, NULL, 0, &out) != FLOW_MORE)
		run_leave_clear(&s->run);
	value_unref(out);
	for (size_t i = 0; m->placed != NULL && m->into != NULL &&
	     i < m->placed->count; i++) {
		const struct atom *a =
		    atom_str(value_chars(m->placed->items[i]));

		(void)vartab_remove(&m->into->functions, a);
		(void)vartab_remove(&m->into->aliases, a);
	}
	for (size_t i = 0; m->placed_variables != NULL && m->into != NULL &&
	     i < m->placed_variables->count; i++)
		(void)vartab_remove(&m->into->vars,
		    atom_str(value_chars(m->placed_variables->items[i])));
	m->loaded = false;
	m->into = NULL;
	s->generation++;
}

struct module *
module_find(struct session *s, const char *name)
{
	for (struct module *m = s->modules; m != NULL; m = m->next)
		if (m->loaded && string_equal_ci(m->name, name))
			return m;
	return NULL;
}

struct value
module_object(struct session *s, struct module *m)
{
	struct object *o = object_new(NULL);
	struct list *names = module_exports(m, 0);

	for (size_t i = 0; i < names->count; i++) {
		const char *name = value_chars(names->items[i]);
		struct variable *v = vartab_find(&m->scope->functions,
		    atom_str(name));
		struct member *one = object_add(o, name,
		    MEMBER_SCRIPT_METHOD);

		value_set(&one->value, v->value);
	}
	list_unref(names);
	names = module_exports(m, 1);
	for (size_t i = 0; i < names->count; i++) {
		const char *name = value_chars(names->items[i]);
		char *text = mem_printf("${script:%s}", name);
		char *set = mem_printf("param($value) ${script:%s} = $value",
		    name);
		struct member *one = object_add(o, name, MEMBER_SCRIPT);
		struct value get = VALUE_NULL, put = VALUE_NULL;

		(void)session_ops.make_block(&s->run, text, strlen(text),
		    &get);
		(void)session_ops.make_block(&s->run, set, strlen(set), &put);
		one->value = bind_block(m, get);
		one->extra = bind_block(m, put);
		block_of(one->value)->in_home = false;
		block_of(one->extra)->in_home = false;
		value_unref(get);
		value_unref(put);
		mem_free(text);
		mem_free(set);
	}
	list_unref(names);
	return object_value(o);
}

void
modules_close(struct session *s)
{
	/* a module's functions keep its scope: empty it first */
	while (s->modules != NULL) {
		struct module *m = s->modules;

		s->modules = m->next;
		value_clear(&m->runner);
		if (m->scope != NULL) {
			vartab_clear(&m->scope->vars);
			vartab_clear(&m->scope->functions);
			vartab_clear(&m->scope->aliases);
		}
		value_unref((struct value){ .type = &type_module,
		    .u.p = &m->cell });
	}
}
