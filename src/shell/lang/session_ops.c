/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session offers through core/run.h. */
#include "config.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/lang/module.h"
#include "shell/lang/pipeline_internal.h"
#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

/* ---- running ---- */

struct emit_sink {
	struct sink sink;
	emit_fn *emit;
	void *arg;
};

static enum flow
emit_put(struct sink *k, struct value v)
{
	struct emit_sink *e = (struct emit_sink *)(void *)k;

	if (v.type == &type_void)
		return FLOW_MORE;
	return e->emit(e->arg, v);
}

/* The session's own frame where C calls in from outside any script. */
static bool
outer_frame(struct session *s, struct frame *f)
{
	if (s->frame != NULL)
		return false;
	memset(f, 0, sizeof(*f));
	f->s = s;
	f->scope = s->global;
	s->frame = f;
	return true;
}

static enum flow
ops_invoke_with(struct run *r, const struct invoke_spec *spec,
    struct value *outp)
{
	struct session *s = session_of(r);
	struct emit_sink e = { { emit_put }, spec->emit, spec->arg };
	struct collector c;
	struct frame outer;
	bool own = outer_frame(s, &outer);
	struct call *call = s->call;
	enum flow flow;

	collector_init(&c);
	flow = block_call(s, spec->command, spec,
	    spec->emit != NULL ? &e.sink :
	    outp != NULL       ? &c.sink :
				 &sink_null);
	s->call = call;
	if (own)
		s->frame = NULL;
	if (outp != NULL) {
		*outp = collector_take(&c);
		if (flow != FLOW_MORE)
			value_clear(outp);
	}
	return flow;
}

static enum flow
ops_invoke(struct run *r, struct value block, const struct value *args,
    size_t n, const struct value *under, bool new_scope, struct value *outp)
{
	struct invoke_spec spec = { .command = block, .args = args,
		.nargs = n, .under = under, .same_scope = !new_scope };

	return ops_invoke_with(r, &spec, outp);
}

static enum flow
ops_run_text(struct run *r, const char *text, size_t len, emit_fn *emit,
    void *arg)
{
	struct session *s = session_of(r);
	struct value block = VALUE_NULL;
	enum flow flow = session_ops.make_block(r, text, len, &block);

	if (flow != FLOW_MORE)
		return flow;
	{
		struct emit_sink e = { { emit_put }, emit, arg };
		struct frame f;
		struct call *call = s->call;

		frame_push(&f, s, block_of(block));
		f.scope = f.caller->scope;
		f.dot = true;
		f.args = value_ref(f.caller->args);
		f.out = emit != NULL ? &e.sink : f.caller->out;
		s->call = NULL;
		flow = run_root(&f, block_of(block)->node, f.out);
		s->call = call;
		frame_pop(&f);
	}
	value_unref(block);
	return flow;
}

static enum flow
ops_make_block(struct run *r, const char *text, size_t len,
    struct value *blockp)
{
	struct script_tree *t;
	enum flow flow = lang_parse(session_of(r), text, len, NULL, &t);

	if (flow != FLOW_MORE)
		return flow;
	*blockp = block_new(t, t->root);
	tree_unref(t);
	return FLOW_MORE;
}

static enum flow
ops_expand(struct run *r, const char *text, size_t len, struct value *textp)
{
	struct session *s = session_of(r);
	struct parse_errors errors;
	struct script_tree *t;
	struct frame f, outer;
	struct value block;
	bool own = outer_frame(s, &outer);
	enum flow flow;

	parse_errors_init(&errors);
	t = parse_expandable(text, len, &errors);
	if (errors.n > 0) {
		struct value record = parse_error_record(s, t, &errors, true);

		flow = error_leave_take(s, record, false);
	} else {
		struct value v = VALUE_NULL;

		block = block_new(t, t->root);
		frame_push(&f, s, block_of(block));
		f.scope = f.caller->scope;
		f.dot = true;
		flow = eval_statement(&f, t->root->end->statements.v[0], &v);
		if (flow == FLOW_MORE)
			flow = value_text(r, v, textp);
		value_unref(v);
		frame_pop(&f);
		value_unref(block);
	}
	if (own)
		s->frame = NULL;
	parse_errors_clear(&errors);
	tree_unref(t);
	return flow;
}

/* ---- errors and streams ---- */

static struct value
ops_make_error(struct run *r, const struct error_spec *spec)
{
	return error_new(session_of(r), spec);
}

static enum flow
ops_raise(struct run *r, const struct error_spec *spec)
{
	struct session *s = session_of(r);
	struct value record = error_new(s, spec);
	struct error_record *e = error_record_of(record);

	if (s->call != NULL)
		error_add_suffix(e, s->call);
	if (s->call != NULL && value_is_null(e->activity))
		e->activity = value_string(call_display_name(s->call));
	error_place(s, e);
	return error_leave_take(s, record, false);
}

static enum flow
ops_report(struct run *r, const struct error_spec *spec)
{
	struct session *s = session_of(r);
	struct value record;

	if (s->call != NULL)
		return call_error(s->call, spec);
	record = error_new(s, spec);
	error_place(s, error_record_of(record));
	{
		enum flow flow = error_show(s, s->streams, record);

		value_unref(record);
		return flow;
	}
}

static enum flow
ops_raise_value(struct run *r, struct value v)
{
	struct session *s = session_of(r);

	return error_leave_take(s, throw_record(s->frame, v), true);
}

static enum flow
ops_write(struct run *r, enum stream st, struct value v)
{
	struct session *s = session_of(r);
	struct call c;
	struct stage stage;
	enum flow flow;

	if (st == STREAM_OUTPUT) {
		struct sink *out = s->frame != NULL ? s->frame->out : NULL;

		return out != NULL ? out->put(out, v) : FLOW_MORE;
	}
	if (s->call != NULL)
		return call_write(s->call, st, v);
	if (st == STREAM_ERROR)
		return error_show(s, s->streams, v);
	memset(&c, 0, sizeof(c));
	memset(&stage, 0, sizeof(stage));
	call_init(&c, s);
	stage.streams = *s->streams;
	c.stage = &stage;
	c.caller = s->frame;
	flow = call_stream(&c, st, v);
	return flow;
}

/* ---- variables ---- */

static struct scope *
here(struct session *s)
{
	return s->frame != NULL ? s->frame->scope : s->global;
}

/* "global:x" in a name given as text. */
static struct scope *
split_name(struct session *s, const char **namep, bool *outwardsp)
{
	const char *colon = strchr(*namep, ':');
	size_t len = colon != NULL ? (size_t)(colon - *namep) : 0;
	struct scope *sc = here(s);

	*outwardsp = true;
	if (colon == NULL)
		return sc;
	if (len == 6 && strncasecmp(*namep, "global", 6) == 0)
		sc = scope_global(sc);
	else if (len == 6 && strncasecmp(*namep, "script", 6) == 0)
		sc = scope_script(sc);
	else if (len == 8 && strncasecmp(*namep, "variable", 8) == 0) {
		*namep = colon + 1;
		return sc;
	} else if (!(len == 5 && strncasecmp(*namep, "local", 5) == 0) &&
	    !(len == 7 && strncasecmp(*namep, "private", 7) == 0))
		return sc;
	*namep = colon + 1;
	*outwardsp = false;
	return sc;
}

static bool
ops_get_variable(struct run *r, const char *name, struct value *outp)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc = split_name(s, &name, &outwards);
	const struct atom *a = atom_str(name);
	struct variable *v = outwards ? scope_find(sc, a) : scope_local(sc, a);

	if (a == A.underscore || a == A.psitem) {
		*outp = value_ref(scope_under(sc));
		return true;
	}
	if (a == A.question) {
		*outp = value_bool(s->ok);
		return true;
	}
	if (v == NULL)
		return false;
	*outp = variable_get(s, v);
	return true;
}

static enum flow
ops_set_variable(struct run *r, const char *name, struct value to)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc = split_name(s, &name, &outwards);
	const struct atom *a = atom_str(name);

	if (a == A.underscore) {
		value_set(&sc->under, to);
		sc->has_under = true;
		return FLOW_MORE;
	}
	return variable_assign(s, scope_make(sc, a), to);
}

static enum flow
give_variable(struct session *s, struct variable *v, variable_fn *fn,
    void *arg)
{
	struct variable_info info = {
		.name = v->name->name,
		.value = variable_get(s, v),
		.description = v->description != NULL ? v->description : "",
		.options = v->options,
		.object = value_ref((struct value){ .type = &type_psvariable,
		    .u.p = &v->cell }),
	};
	enum flow flow = fn(arg, &info);

	value_unref(info.value);
	value_unref(info.object);
	return flow;
}

static enum flow
ops_find_variable(struct run *r, const char *name, const char *scope,
    variable_fn *fn, void *arg, bool *foundp)
{
	struct session *s = session_of(r);
	bool outwards = true;
	struct scope *sc;
	struct variable *v;

	*foundp = false;
	if (scope != NULL) {
		sc = scope_by_name(s, scope);
		if (sc == NULL)
			return FLOW_LEAVE;
		outwards = false;
	} else {
		sc = split_name(s, &name, &outwards);
	}
	v = outwards ? scope_find(sc, atom_str(name)) :
		       scope_local(sc, atom_str(name));
	if (v == NULL)
		return FLOW_MORE;
	*foundp = true;
	return fn != NULL ? give_variable(s, v, fn, arg) : FLOW_MORE;
}

static int
by_name(const void *a, const void *b)
{
	const struct variable *const *x = a, *const *y = b;

	return strcasecmp((*x)->name->name, (*y)->name->name);
}

/* What is seen from sc outwards, each name once. */
static enum flow
each_seen(struct session *s, struct scope *sc, bool outwards,
    size_t offset, variable_fn *fn, void *arg)
{
	struct variable **all = NULL;
	size_t n = 0;
	enum flow flow = FLOW_MORE;

	for (; sc != NULL; sc = outwards ? sc->parent : NULL) {
		struct vartab *t = offset == 0 ? &sc->vars :
		    offset == 1		       ? &sc->functions :
						 &sc->aliases;

		for (uint32_t i = 0; i < t->n; i++) {
			bool seen = false;

			for (size_t k = 0; k < n && !seen; k++)
				seen = all[k]->name == t->v[i]->name;
			if (seen)
				continue;
			all = mem_array_grow(all, n + 1, sizeof(struct variable *));
			all[n++] = t->v[i];
			t->v[i]->cell.refs++;
		}
	}
	if (n > 1)
		qsort(all, n, sizeof(struct variable *), by_name);
	for (size_t i = 0; i < n; i++) {
		if (flow == FLOW_MORE)
			flow = give_variable(s, all[i], fn, arg);
		value_unref((struct value){ .type = &type_psvariable,
		    .u.p = &all[i]->cell });
	}
	mem_free(all);
	return flow;
}

static enum flow
ops_each_variable(struct run *r, const char *scope, variable_fn *fn,
    void *arg)
{
	struct session *s = session_of(r);
	struct scope *sc = here(s);

	if (scope != NULL && (sc = scope_by_name(s, scope)) == NULL)
		return FLOW_LEAVE;
	return each_seen(s, sc, scope == NULL, 0, fn, arg);
}

static enum flow
ops_put_variable(struct run *r, const char *name, const char *scope,
    const struct value *to, const unsigned *options, const char *description,
    bool force)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc;
	struct variable *v;
	enum flow flow = FLOW_MORE;

	if (scope != NULL) {
		sc = scope_by_name(s, scope);
		if (sc == NULL)
			return FLOW_LEAVE;
	} else {
		sc = split_name(s, &name, &outwards);
	}
	v = scope_make(sc, atom_str(name));
	if (force && (v->options & OPTION_CONSTANT) == 0)
		v->options &= ~(unsigned)OPTION_READONLY;
	if (to != NULL)
		flow = variable_assign(s, v, *to);
	if (flow != FLOW_MORE)
		return flow;
	if (options != NULL)
		v->options = *options;
	if (description != NULL) {
		mem_free(v->description);
		v->description = mem_strdup(description);
	}
	return FLOW_MORE;
}

static enum flow
ops_remove_variable(struct run *r, const char *name, const char *scope,
    bool force)
{
	struct session *s = session_of(r);
	bool outwards = true;
	struct scope *sc;
	const struct atom *a;
	struct variable *v = NULL;

	if (scope != NULL) {
		sc = scope_by_name(s, scope);
		if (sc == NULL)
			return FLOW_LEAVE;
		outwards = false;
	} else {
		sc = split_name(s, &name, &outwards);
	}
	a = atom_str(name);
	for (; sc != NULL; sc = outwards ? sc->parent : NULL)
		if ((v = scope_local(sc, a)) != NULL)
			break;
	if (v == NULL) {
		struct value target = value_string(name);
		enum flow flow = lang_error(s, SMA "ItemNotFoundException",
		    "VariableNotFound", "ObjectNotFound", target,
		    "Cannot find a variable with the name '%s'.", name);

		value_unref(target);
		return flow;
	}
	if ((v->options & OPTION_CONSTANT) ||
	    ((v->options & OPTION_READONLY) && !force))
		return lang_error(s,
		    SMA "SessionStateUnauthorizedAccessException",
		    "VariableNotRemovable", "WriteError", VALUE_NULL,
		    "Cannot remove variable %s because it is constant or "
		    "read-only. If the variable is read-only, try the "
		    "operation again specifying the Force option.", name);
	(void)vartab_remove(&sc->vars, a);
	return FLOW_MORE;
}

/* ---- commands ---- */

static void
command_describe(const struct command *c, struct command_info *info)
{
	memset(info, 0, sizeof(*info));
	info->kind = c->kind;
	info->name = c->name;
	info->definition = c->path;
	info->module = c->cmdlet != NULL && c->cmdlet->module != NULL ?
	    c->cmdlet->module : "";
	if (lang_is_block(c->block)) {
		struct scope *home = block_of(value_base(c->block))->home;

		if (home != NULL && home->module != NULL)
			info->module = home->module->name;
	}
	info->description = "";
	info->cmdlet = c->cmdlet;
	info->block = c->block;
}

static bool
ops_find_command(struct run *r, const char *name, unsigned kinds,
    command_fn *fn, void *arg)
{
	struct command c;
	struct command_info info;

	if (!command_find(session_of(r), name, kinds, &c))
		return false;
	command_describe(&c, &info);
	if (fn != NULL)
		(void)fn(arg, &info);
	command_clear(&c);
	return true;
}

struct each_command {
	struct session *s;
	const char *pattern;
	struct command *v;
	size_t n;
};

static bool
matches(const char *pattern, const char *name)
{
	return pattern == NULL || wildcard_match(pattern, name, true);
}

static void
gather(struct each_command *e, const struct command *c)
{
	e->v = mem_array_grow(e->v, e->n + 1, sizeof(*e->v));
	e->v[e->n] = *c;
	value_ref(c->block);
	e->v[e->n].path = c->path != NULL ? mem_strdup(c->path) : NULL;
	e->n++;
}

static enum flow
gather_function(void *arg, const struct variable_info *v)
{
	struct each_command *e = arg;
	struct command c = { .type = CT_BLOCK, .kind = COMMAND_FUNCTION,
		.name = atom_str(v->name)->name, .block = v->value };

	if (matches(e->pattern, v->name) && lang_is_block(v->value)) {
		if (block_of(value_base(v->value))->is_filter)
			c.kind = COMMAND_FILTER;
		gather(e, &c);
	}
	return FLOW_MORE;
}

static enum flow
gather_alias(void *arg, const struct variable_info *v)
{
	struct each_command *e = arg;
	char *target = value_text_plain(v->value);
	struct command c = { .kind = COMMAND_ALIAS,
		.name = atom_str(v->name)->name, .path = target };

	if (matches(e->pattern, v->name))
		gather(e, &c);
	mem_free(target);
	return FLOW_MORE;
}

static int
command_order(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	return strcasecmp(x->name, y->name);
}

static enum flow
ops_each_command(struct run *r, const char *pattern, unsigned kinds,
    command_fn *fn, void *arg)
{
	struct session *s = session_of(r);
	struct each_command e = { s, pattern, NULL, 0 };
	enum flow flow = FLOW_MORE;

	if (kinds & COMMAND_ALIAS)
		(void)each_seen(s, here(s), true, 2, gather_alias, &e);
	if (kinds & (COMMAND_FUNCTION | COMMAND_FILTER))
		(void)each_seen(s, here(s), true, 1, gather_function, &e);
	for (size_t i = 0; (kinds & COMMAND_CMDLET) && i < s->cmdlets.cap; i++) {
		struct command c = { .type = CT_CMDLET,
			.kind = COMMAND_CMDLET };

		if (s->cmdlets.name[i] == NULL)
			continue;
		c.cmdlet = s->cmdlets.cmdlet[i];
		c.name = c.cmdlet->name;
		if (matches(pattern, c.name))
			gather(&e, &c);
	}
	if (kinds & (COMMAND_APPLICATION | COMMAND_EXTERNAL_SCRIPT))
		command_each_program(s, pattern, kinds, &e.v, &e.n);
	if (e.n > 1)
		qsort(e.v, e.n, sizeof(*e.v), command_order);
	for (size_t i = 0; i < e.n; i++) {
		struct command_info info;

		command_describe(&e.v[i], &info);
		if (flow == FLOW_MORE)
			flow = fn(arg, &info);
		command_clear(&e.v[i]);
	}
	mem_free(e.v);
	return flow;
}

static struct value
ops_get_command(struct run *r, const char *name, unsigned kinds)
{
	return command_value(session_of(r), name, kinds);
}

static enum flow
give_parameter(struct bind_info *info, struct bind_param *p,
    parameter_fn *fn, void *arg)
{
	for (size_t k = 0; k < p->nset; k++) {
		struct parameter_info out = {
			.name = p->name,
			.type = p->type,
			.aliases = (const char *const *)p->aliases,
			.set = "__AllParameterSets",
			.position = p->sets[k].position,
			.flags = p->sets[k].flags,
			.is_switch = p->is_switch,
			.common = p->common,
			.help = p->help,
			.values = p->spec != NULL ? p->spec->values : NULL,
		};
		enum flow flow;

		for (size_t i = 0; i < info->nset; i++)
			if (p->sets[k].set == UINT32_C(1) << i)
				out.set = info->sets[i];
		flow = fn(arg, &out);
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

static enum flow
ops_each_parameter(struct run *r, const char *name, parameter_fn *fn,
    void *arg)
{
	struct session *s = session_of(r);
	struct bind_info *info = NULL;
	struct command c;
	bool found;
	enum flow flow = command_resolve(s, name, &c, &found);

	if (flow != FLOW_MORE || !found) {
		run_leave_clear(r);
		return FLOW_MORE;
	}
	if (c.cmdlet != NULL) {
		info = command_bind_info(s, c.cmdlet);
	} else if (!value_is_null(c.block)) {
		struct frame outer;
		bool own = outer_frame(s, &outer);
		struct block_info *bi = block_info(s, block_of(c.block));

		info = bi != NULL ? bi->bind : NULL;
		if (bi == NULL)
			run_leave_clear(r);
		if (own)
			s->frame = NULL;
	}
	for (size_t i = 0; info != NULL && i < info->nparam &&
	     flow == FLOW_MORE; i++)
		flow = give_parameter(info, &info->params[i], fn, arg);
	command_clear(&c);
	return flow;
}

static enum flow
ops_set_function(struct run *r, const char *name, const char *scope,
    struct value block, unsigned options)
{
	struct session *s = session_of(r);
	bool outwards;
	struct scope *sc = split_name(s, &name, &outwards);
	struct value made = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (scope != NULL && (sc = scope_by_name(s, scope)) == NULL)
		return FLOW_LEAVE;
	if (value_is_nothing(block)) {
		for (; sc != NULL; sc = sc->parent)
			if (vartab_remove(&sc->functions, atom_str(name)))
				break;
		s->generation++;
		return FLOW_MORE;
	}
	if (!lang_is_block(block)) {
		char *text = value_text_plain(block);

		flow = ops_make_block(r, text, strlen(text), &made);
		mem_free(text);
		block = made;
	}
	if (flow == FLOW_MORE)
		flow = define_function(s, sc, atom_str(name),
		    value_base(block), options);
	value_unref(made);
	return flow;
}

static enum flow
ops_set_alias(struct run *r, const char *name, const char *target,
    const char *description, unsigned options, const char *scope)
{
	struct session *s = session_of(r);
	struct scope *sc = here(s);
	struct variable *v;

	if (scope != NULL && (sc = scope_by_name(s, scope)) == NULL)
		return FLOW_LEAVE;
	s->generation++;
	if (target == NULL) {
		for (; sc != NULL; sc = sc->parent)
			if (vartab_remove(&sc->aliases, atom_str(name)))
				break;
		return FLOW_MORE;
	}
	v = scope_make_in(sc, &sc->aliases, atom_str(name));
	if (v->options & (OPTION_READONLY | OPTION_CONSTANT))
		return lang_error(s,
		    SMA "SessionStateUnauthorizedAccessException",
		    "AliasNotWritable", "WriteError", VALUE_NULL,
		    "Alias is not writeable because alias %s is read-only or "
		    "constant and cannot be written to.", name);
	value_set_take(&v->value, value_string(target));
	v->options = options;
	if (description != NULL) {
		mem_free(v->description);
		v->description = mem_strdup(description);
	}
	if (!sc->is_global && !sc->counted) {
		sc->counted = true;
		s->local_functions++;
	}
	return FLOW_MORE;
}

static void
ops_add_cmdlets(struct run *r, const struct cmdlet *const *table)
{
	command_add_table(session_of(r), table);
}

/* ---- location, waiting, the host ---- */

static const char *
ops_location(struct run *r)
{
	return buf_text(&session_of(r)->location);
}

static void
ops_set_location(struct run *r, const char *path)
{
	struct session *s = session_of(r);
	char *copy = mem_strdup(path);

	buf_reset(&s->location);
	buf_add_str(&s->location, copy);
	mem_free(copy);
	if (chdir(path) != 0)
		return; /* gone again; names stay absolute all the same */
}

static int
ops_wait(struct run *r, int fd, short events, int timeout_ms)
{
	struct session *s = session_of(r);
	struct pollfd p[2] = { { fd, events, 0 }, { s->wake[0], POLLIN, 0 } };
	int n;

	if (r->stop)
		return -1;
	n = poll(p, s->wake[0] >= 0 ? 2 : 1, timeout_ms);
	if (r->stop)
		return -1;
	return n > 0 && p[0].revents != 0 ? 1 : 0;
}

static int
ops_width(struct run *r)
{
	struct host *h = session_of(r)->host;

	return h->width(h);
}

static bool
ops_interactive(struct run *r)
{
	return session_of(r)->host->interactive;
}

static enum flow
nobody(struct session *s, const char *what)
{
	return lang_error(s, SMA "PSInvalidOperationException",
	    "InvalidOperation", "InvalidOperation", VALUE_NULL,
	    "PowerShell is in NonInteractive mode. Read and Prompt "
	    "functionality is not available.%s", what);
}

static void
flush_before(struct session *s)
{
	if (s->formatter != NULL && s->formatter->flush != NULL)
		s->formatter->flush(s->formatter, &s->run);
}

static enum flow
ops_read_line(struct run *r, const char *prompt, bool secret,
    struct value *linep)
{
	struct session *s = session_of(r);
	char *line = NULL;

	flush_before(s);
	if (s->host->read_line == NULL ||
	    s->host->read_line(s->host, prompt, secret, &line) != 0)
		return r->stop ? run_check_stop(r) : nobody(s, "");
	*linep = value_string_take(line);
	return FLOW_MORE;
}

static enum flow
ops_choose(struct run *r, const char *caption, const char *message,
    const char *const *choices, size_t n, size_t preset, size_t *chosenp)
{
	struct session *s = session_of(r);
	int at = -1;

	flush_before(s);
	if (s->host->choose != NULL)
		at = s->host->choose(s->host, caption, message, choices, n,
		    preset);
	if (at < 0)
		return r->stop ? run_check_stop(r) : nobody(s, "");
	*chosenp = (size_t)at;
	return FLOW_MORE;
}

static void
ops_host_write(struct run *r, const char *text, size_t len)
{
	struct session *s = session_of(r);

	flush_before(s);
	s->host->write(s->host, text, len);
}

const struct run_ops session_ops = {
	.invoke = ops_invoke,
	.raise = ops_raise,
	.report = ops_report,
	.write = ops_write,
	.get_variable = ops_get_variable,
	.set_variable = ops_set_variable,
	.location = ops_location,
	.wait = ops_wait,
	.invoke_with = ops_invoke_with,
	.run_text = ops_run_text,
	.pull_open = pull_open,
	.pull_next = pull_next,
	.pull_close = pull_close,
	.make_block = ops_make_block,
	.expand = ops_expand,
	.make_error = ops_make_error,
	.raise_value = ops_raise_value,
	.find_variable = ops_find_variable,
	.each_variable = ops_each_variable,
	.put_variable = ops_put_variable,
	.remove_variable = ops_remove_variable,
	.find_command = ops_find_command,
	.each_command = ops_each_command,
	.get_command = ops_get_command,
	.each_parameter = ops_each_parameter,
	.set_function = ops_set_function,
	.set_alias = ops_set_alias,
	.add_cmdlets = ops_add_cmdlets,
	.set_location = ops_set_location,
	.width = ops_width,
	.interactive = ops_interactive,
	.read_line = ops_read_line,
	.choose = ops_choose,
	.end_output = session_end_output,
	.host_write = ops_host_write,
};
