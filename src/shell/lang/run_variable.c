/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables in expressions: reading, assigning, ++, drives. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

const struct atom *
variable_atom(struct node_variable *n)
{
	if (n->node.slot == NULL)
		n->node.slot = (void *)(uintptr_t)atom_get(n->name.s,
		    n->name.len);
	return n->node.slot;
}

/* ---- automatic variables of an activation ---- */

/* The innermost frame that is an activation and not a dotted block. */
static struct frame *
own_frame(struct frame *f)
{
	while (f->dot && f->call == NULL && f->caller != NULL &&
	    f->caller->scope == f->scope)
		f = f->caller;
	return f;
}

static struct value
file_variable(struct frame *f, bool folder)
{
	const char *file = f->tree != NULL ? f->tree->file : NULL;
	const char *slash;

	if (file == NULL)
		return value_string("");
	if (!folder)
		return value_string(file);
	slash = strrchr(file, '/');
	return slash == NULL ? value_string("") :
	    value_string_n(file, slash == file ? 1 : (size_t)(slash - file));
}

struct value
frame_bound(struct frame *f)
{
	f = own_frame(f);
	if (value_is_null(f->bound))
		f->bound = f->call != NULL ? call_bound_parameters(f->call) :
					     dict_value(dict_new(NULL));
	return value_ref(f->bound);
}

static struct value
frame_invocation(struct frame *f)
{
	struct invocation_info *i;
	struct value v;

	f = own_frame(f);
	if (f->call != NULL)
		return call_invocation(f->call);
	i = mem_zalloc(sizeof(*i));
	i->cell.refs = 1;
	i->cell.type = &type_invocation_info;
	i->name = value_string("");
	i->tree = f->tree != NULL ? tree_ref(f->tree) : NULL;
	v = (struct value){ .type = &type_invocation_info, .u.p = &i->cell };
	return v;
}

/* Where the name is automatic: true, and its value. */
static bool
automatic(struct frame *f, const struct atom *a, struct value *outp)
{
	if (a == A.underscore || a == A.psitem)
		*outp = value_ref(scope_under(f->scope));
	else if (a == A.null)
		*outp = VALUE_NULL;
	else if (a == A.yes)
		*outp = value_bool(true);
	else if (a == A.no)
		*outp = value_bool(false);
	else if (a == A.question)
		*outp = value_bool(f->s->ok);
	else if (a == A.args)
		*outp = value_is_null(f->args) ?
		    list_value(list_new(NULL, 0)) : value_ref(f->args);
	else if (a == A.input)
		*outp = value_is_null(own_frame(f)->input) ?
		    enumerator_new(list_new(NULL, 0)) :
		    value_ref(own_frame(f)->input);
	else if (a == A.psbound)
		*outp = frame_bound(f);
	else if (a == A.myinvocation)
		*outp = frame_invocation(f);
	else if (a == A.psscriptroot || a == A.pscommandpath)
		*outp = file_variable(f, a == A.psscriptroot);
	else if (a == A.pscmdlet) {
		struct frame *o = own_frame(f);

		while (o != NULL && (o->call == NULL || o->call->info == NULL ||
		    !o->call->info->advanced))
			o = o->caller;
		*outp = o != NULL ? pscmdlet_new(o->call) : VALUE_NULL;
	} else
		return false;
	return true;
}

/* Atoms of automatic() are few; a bit on a table by atom would be no faster. */
static bool
maybe_automatic(const struct atom *a)
{
	switch (a->len) {
	case 1:
		return a == A.underscore || a == A.question;
	case 4:
		return a == A.null || a == A.yes || a == A.args;
	case 5:
		return a == A.no || a == A.input;
	case 6:
		return a == A.psitem;
	case 8:
		return a == A.pscmdlet;
	case 12:
	case 13:
	case 17:
		return a == A.myinvocation || a == A.psbound ||
		    a == A.psscriptroot || a == A.pscommandpath;
	}
	return false;
}

static struct scope *
scope_of(struct frame *f, struct node_variable *n)
{
	switch (n->scope) {
	case TREE_SCOPE_GLOBAL:
		return scope_global(f->scope);
	case TREE_SCOPE_SCRIPT:
		return scope_script(f->scope);
	case TREE_SCOPE_NONE:
	case TREE_SCOPE_LOCAL:
	case TREE_SCOPE_PRIVATE:
	case TREE_SCOPE_WORKFLOW:
	case TREE_SCOPE_USING:
	case TREE_SCOPE_VARIABLE:
	case TREE_SCOPE_DRIVE:
		break;
	}
	return f->scope;
}

enum flow
eval_variable(struct frame *f, struct node_variable *n, struct value *outp)
{
	const struct atom *a = variable_atom(n);
	struct variable *v;
	struct scope *sc;

	if (n->scope == TREE_SCOPE_DRIVE) {
		char *drive = mem_strndup(n->drive.s, n->drive.len);
		enum flow flow = drive_get(f->s, drive, n->name.s, outp);

		mem_free(drive);
		return flow;
	}
	if (maybe_automatic(a) && automatic(f, a, outp))
		return FLOW_MORE;
	sc = scope_of(f, n);
	if (n->scope == TREE_SCOPE_NONE || n->scope == TREE_SCOPE_USING ||
	    n->scope == TREE_SCOPE_VARIABLE || n->scope == TREE_SCOPE_WORKFLOW)
		v = scope_find(sc, a);
	else
		v = scope_local(sc, a);
	if (v == NULL && n->scope == TREE_SCOPE_PRIVATE)
		v = scope_local(f->scope, a);
	if (v != NULL) {
		*outp = v->get != NULL ? v->get(f->s) : value_ref(v->value);
		return FLOW_MORE;
	}
	*outp = VALUE_NULL;
	if (scope_strict(f->scope) > 0) {
		struct node *at = f->at;
		enum flow flow;

		f->at = &n->node;
		flow = lang_error(f->s, NULL, "VariableIsUndefined",
		    "InvalidOperation", VALUE_NULL,
		    "The variable '$%.*s' cannot be retrieved because it has "
		    "not been set.", (int)n->path.len, n->path.s);
		f->at = at;
		return flow;
	}
	return FLOW_MORE;
}

/* ---- assigning ---- */

/* Names that assignment treats in a way of its own; true where it did. */
static bool
assign_automatic(struct frame *f, const struct atom *a, struct value v,
    enum flow *flowp)
{
	*flowp = FLOW_MORE;
	if (a == A.null)
		return true;
	if (a == A.underscore || a == A.psitem) {
		value_set(&f->scope->under, v);
		f->scope->has_under = true;
		return true;
	}
	if (a == A.args) {
		value_set(&f->args, v);
		return true;
	}
	if (a == A.input) {
		value_set(&f->input, v);
		return true;
	}
	if (a == A.yes || a == A.no || a == A.question) {
		*flowp = lang_error(f->s,
		    SMA "SessionStateUnauthorizedAccessException",
		    "VariableNotWritable", "WriteError",
		    VALUE_NULL, "Cannot overwrite variable %s because it is "
		    "read-only or constant.", a->name);
		return true;
	}
	return false;
}

enum flow
assign_variable(struct frame *f, struct node_variable *n, struct value v,
    const struct type *type, struct node_list *checks)
{
	const struct atom *a = variable_atom(n);
	struct variable *var;
	struct scope *sc;
	enum flow flow;

	if (n->scope == TREE_SCOPE_DRIVE) {
		char *drive = mem_strndup(n->drive.s, n->drive.len);

		flow = drive_set(f->s, drive, n->name.s, v);
		mem_free(drive);
		return flow;
	}
	if (maybe_automatic(a) && assign_automatic(f, a, v, &flow))
		return flow;
	sc = scope_of(f, n);
	var = scope_local(sc, a);
	if (var == NULL) {
		/* AllScope and constants of the session are one everywhere */
		struct variable *outer = sc->parent != NULL ?
		    scope_find(sc->parent, a) : NULL;

		if (outer != NULL &&
		    (outer->options & (OPTION_ALLSCOPE | OPTION_CONSTANT)))
			var = outer;
		else
			var = scope_make(sc, a);
	}
	if (n->scope == TREE_SCOPE_PRIVATE)
		var->options |= OPTION_PRIVATE;
	if (type != NULL)
		var->type = type == &type_system_object ? NULL : type;
	if (checks != NULL) {
		var->checks = checks;
		tree_unref(var->tree);
		var->tree = tree_ref(f->tree);
	}
	if (var->type == NULL && var->checks == NULL && var->options == 0 &&
	    var->get == NULL) {
		value_set(&var->value, v);
		return FLOW_MORE;
	}
	return variable_assign(f->s, var, v);
}

/* ---- ++ and -- ---- */

bool
run_increment(struct frame *f, struct node_unary *n)
{
	struct node_variable *child;
	const struct atom *a;
	struct variable *v;
	int step = n->op == TREE_OP_PRE_INC || n->op == TREE_OP_POST_INC ? 1 :
									 -1;

	if (n->child->kind != NODE_VARIABLE)
		return false;
	child = node_variable(n->child);
	a = variable_atom(child);
	if (child->scope != TREE_SCOPE_NONE || maybe_automatic(a))
		return false;
	v = scope_local(f->scope, a);
	if (v == NULL || v->value.type != &type_int || v->type != NULL ||
	    v->checks != NULL || v->options != 0 || v->get != NULL ||
	    v->value.u.i == INT32_MAX || v->value.u.i == INT32_MIN)
		return false;
	v->value.u.i += step;
	return true;
}

enum flow
eval_increment(struct frame *f, struct node_unary *n, struct value *outp)
{
	bool up = n->op == TREE_OP_PRE_INC || n->op == TREE_OP_POST_INC;
	bool post = n->op == TREE_OP_POST_INC || n->op == TREE_OP_POST_DEC;
	struct node *child = n->child;
	struct value old = VALUE_NULL, now = VALUE_NULL;
	enum flow flow;

	while (child->kind == NODE_PAREN &&
	    node_paren(child)->pipeline->kind == NODE_PIPELINE)
		child = node_command_expression(node_pipeline(
		    node_paren(child)->pipeline)->elements.v[0])->expression;
	flow = eval(f, child, &old);
	if (flow == FLOW_MORE && old.type == &type_int &&
	    old.u.i < INT32_MAX && old.u.i > INT32_MIN)
		now = value_int((int32_t)(old.u.i + (up ? 1 : -1)));
	else if (flow == FLOW_MORE)
		flow = value_unary(&f->s->run, up ? UN_INC : UN_DEC, old, &now);
	if (flow == FLOW_MORE)
		flow = assign_node(f, child, now);
	if (flow == FLOW_MORE) {
		if (!post)
			*outp = value_ref(now);
		else if (value_is_nothing(old))
			*outp = value_int(0);
		else
			*outp = value_ref(old);
	}
	value_unref(old);
	value_unref(now);
	return flow;
}

/* ---- drives ---- */

static enum flow
no_drive(struct session *s, const char *drive)
{
	struct value target = value_string(drive);
	enum flow flow = lang_error(s, SMA "DriveNotFoundException",
	    "DriveNotFound", "ObjectNotFound", target,
	    "Cannot find drive. A drive with the name '%s' does not exist.",
	    drive);

	value_unref(target);
	return flow;
}

enum flow
drive_get(struct session *s, const char *drive, const char *name,
    struct value *outp)
{
	struct scope *sc = s->frame != NULL ? s->frame->scope : s->global;
	struct variable *v;

	*outp = VALUE_NULL;
	if (string_equal_ci(drive, "env")) {
		const char *text = getenv(name);

		if (text != NULL)
			*outp = value_string(text);
		return FLOW_MORE;
	}
	if (string_equal_ci(drive, "function")) {
		v = scope_function(sc, atom_str(name));
		if (v != NULL)
			*outp = value_ref(v->value);
		return FLOW_MORE;
	}
	if (string_equal_ci(drive, "alias")) {
		v = scope_alias(sc, atom_str(name));
		if (v != NULL)
			*outp = value_ref(v->value);
		return FLOW_MORE;
	}
	if (string_equal_ci(drive, "variable")) {
		v = scope_find(sc, atom_str(name));
		if (v != NULL)
			*outp = variable_get(s, v);
		return FLOW_MORE;
	}
	{
		/* ${c:/path}: a file's content */
		struct value args[1] = { value_printf("%s:%s", drive, name) };
		struct invoke_spec spec = {
			.command = value_string("Get-Content"),
			.args = args, .nargs = 1 };
		enum flow flow;

		if (drive[0] == '\0')
			flow = no_drive(s, drive);
		else
			flow = session_ops.invoke_with(&s->run, &spec, outp);
		value_unref(args[0]);
		value_unref(spec.command);
		return flow;
	}
}

enum flow
drive_set(struct session *s, const char *drive, const char *name,
    struct value v)
{
	struct value text = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (string_equal_ci(drive, "env")) {
		if (value_is_nothing(v)) {
			(void)unsetenv(name);
			return FLOW_MORE;
		}
		flow = value_text(&s->run, v, &text);
		if (flow == FLOW_MORE)
			(void)setenv(name, value_chars(text), 1);
		value_unref(text);
		return flow;
	}
	if (string_equal_ci(drive, "function"))
		return session_ops.set_function(&s->run, name, NULL, v, 0);
	if (string_equal_ci(drive, "alias")) {
		flow = value_text(&s->run, v, &text);
		if (flow == FLOW_MORE)
			flow = session_ops.set_alias(&s->run, name,
			    value_chars(text), NULL, 0, NULL);
		value_unref(text);
		return flow;
	}
	if (string_equal_ci(drive, "variable"))
		return session_ops.set_variable(&s->run, name, v);
	{
		struct value args[2] = { value_printf("%s:%s", drive, name),
			value_ref(v) };
		struct invoke_spec spec = {
			.command = value_string("Set-Content"),
			.args = args, .nargs = 2 };

		flow = session_ops.invoke_with(&s->run, &spec, NULL);
		value_unref(args[0]);
		value_unref(args[1]);
		value_unref(spec.command);
	}
	return flow;
}
