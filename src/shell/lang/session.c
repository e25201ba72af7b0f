/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session: what it starts with, and running scripts in it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shell/lang/module.h"
#include "shell/lang/pipeline_internal.h"

/* The shell's own stack. LIMIT: how deep scripts may call. */
#define LARGE_STACK (256u * 1024 * 1024)

struct session *
session_of(struct run *r)
{
	return (struct session *)(void *)r;
}

struct run *
session_run(struct session *s)
{
	return &s->run;
}

struct host *
session_host(struct session *s)
{
	return s->host;
}

void
lang_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
#define X(id, text) A.id = atom_str(text);
	LANG_ATOMS(X)
#undef X
	lang_objects_init();
}

static void
find_location(struct session *s)
{
	char room[PATH_MAX];

	buf_reset(&s->location);
	if (getcwd(room, sizeof(room)) != NULL)
		buf_add_str(&s->location, room);
	else
		buf_add_str(&s->location, "/");
}

struct session *
session_new(const struct session_options *o)
{
	struct session *s = mem_zalloc(sizeof(*s));
	static const struct streams none;

	lang_init();
	s->run.ops = &session_ops;
	s->run.session = s;
	s->host = o->host;
	s->formatter_kind = o->formatter;
	s->version = o->version;
	s->global = scope_new(NULL);
	s->global->is_global = true;
	s->global->is_script = true;
	s->streams = &none;
	s->ok = true;
	s->generation = 1;
	s->wake[0] = s->wake[1] = -1;
	if (pipe2(s->wake, O_CLOEXEC | O_NONBLOCK) != 0)
		s->wake[0] = s->wake[1] = -1;
	find_location(s);
	for (size_t i = 0; o->cmdlets != NULL && o->cmdlets[i] != NULL; i++)
		command_add_table(s, o->cmdlets[i]);
	command_add_table(s, cmdlets_lang);
	session_variables(s, o);
	return s;
}

void
session_close(struct session *s)
{
	if (s == NULL)
		return;
	value_unref(list_value(s->errors));
	/* a variable's value may keep the scope: empty it first */
	vartab_clear(&s->global->vars);
	vartab_clear(&s->global->functions);
	modules_close(s);
	scope_unref(s, s->global);
	for (size_t i = 0; i < s->cmdlets.cap; i++)
		if (s->cmdlets.info[i] != NULL)
			bind_info_free(s->cmdlets.info[i]);
	mem_free(s->cmdlets.name);
	mem_free(s->cmdlets.cmdlet);
	mem_free(s->cmdlets.info);
	run_leave_clear(&s->run);
	buf_clear(&s->location);
	buf_clear(&s->scratch);
	if (s->wake[0] >= 0) {
		(void)close(s->wake[0]);
		(void)close(s->wake[1]);
	}
	mem_free(s);
}

void
session_interrupt(struct session *s)
{
	ssize_t n;

	s->run.stop = 1;
	if (s->wake[1] >= 0) {
		n = write(s->wake[1], "", 1);
		(void)n;
	}
}

void
session_first_mistake_only(struct session *s, bool yes)
{
	s->parse_errors_once = yes;
}

int
session_last_exit(struct session *s)
{
	struct variable *v = scope_local(s->global, A.lastexit);

	return v != NULL && v->value.type == &type_int ? (int)v->value.u.i : 0;
}

/* ---- output that nobody captures ---- */

struct default_sink {
	struct sink sink;
	struct session *s;
};

static enum flow
default_put(struct sink *k, struct value v)
{
	struct session *s = ((struct default_sink *)(void *)k)->s;
	struct value text = VALUE_NULL;
	struct call *call = s->call;
	enum flow flow;

	if (v.type == &type_void)
		return FLOW_MORE;
	s->call = NULL;
	if (s->formatter != NULL) {
		flow = s->formatter->process(s->formatter, &s->run, v);
		s->call = call;
		return flow;
	}
	if (value_is_null(v)) {
		s->call = call;
		return FLOW_MORE;
	}
	flow = value_text_culture(&s->run, v, &text);
	if (flow == FLOW_MORE) {
		s->host->write(s->host, value_chars(text),
		    value_chars_len(text));
		s->host->write(s->host, "\n", 1);
	}
	value_unref(text);
	s->call = call;
	return flow;
}

static void
formatter_open(struct session *s, struct formatter **wasp)
{
	*wasp = s->formatter;
	if (s->formatter_kind == NULL)
		return;
	s->formatter = s->formatter_kind->open(s->formatter_kind);
	if (s->formatter->begin(s->formatter, &s->run, s->host) != FLOW_MORE)
		run_leave_clear(&s->run);
}

static void
formatter_close(struct session *s, struct formatter *was)
{
	struct formatter *f = s->formatter;
	struct leave kept = s->run.leave;

	if (s->formatter_kind == NULL)
		return;
	memset(&s->run.leave, 0, sizeof(s->run.leave));
	if (f->end(f, &s->run) != FLOW_MORE)
		run_leave_clear(&s->run);
	s->run.leave = kept;
	f->free(f);
	s->formatter = was;
}

void
session_end_output(struct run *r)
{
	struct session *s = session_of(r);
	struct formatter *was;

	if (s->formatter == NULL)
		return;
	formatter_close(s, NULL);
	formatter_open(s, &was);
}

/* What is left of a run that came to the top. */
static void
finish(struct session *s, enum flow flow, struct session_result *r)
{
	r->parsed = true;
	r->ok = s->ok;
	if (flow != FLOW_LEAVE) {
		run_leave_clear(&s->run);
		return;
	}
	switch (s->run.leave.kind) {
	case LEAVE_THROW: {
		struct value record = error_catch(s);

		r->failed = true;
		r->ok = false;
		s->ok = false;
		(void)error_show(s, NULL, record);
		value_unref(record);
		break;
	}
	case LEAVE_EXIT:
		r->exited = true;
		r->code = s->run.leave.code;
		break;
	case LEAVE_STOPPED:
		r->failed = true;
		r->ok = false;
		break;
	case LEAVE_NONE:
	case LEAVE_BREAK:
	case LEAVE_CONTINUE:
	case LEAVE_RETURN:
		break;
	}
	run_leave_clear(&s->run);
}

/* A frame of the global scope for the top level. */
static void
top_frame(struct session *s, struct frame *f, struct script_tree *t)
{
	memset(f, 0, sizeof(*f));
	f->s = s;
	f->scope = s->global;
	f->tree = t;
	f->caller = s->frame;
	s->frame = f;
}

static void
show_parse_errors(struct session *s, struct script_tree *t,
    const struct parse_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++) {
		struct parse_errors one = { .v = &errors->v[i], .n = 1 };
		struct value record = parse_error_record(s, t, &one, true);

		(void)error_show(s, NULL, record);
		value_unref(record);
		if (s->parse_errors_once)
			break;
	}
}

void
session_run_text(struct session *s, const char *text, size_t len,
    struct session_result *result)
{
	struct default_sink k = { { default_put }, s };
	struct sink *sink_was = s->default_sink;
	struct parse_errors errors;
	struct script_tree *t;
	struct formatter *was;
	struct frame f;
	enum flow flow;

	memset(result, 0, sizeof(*result));
	parse_errors_init(&errors);
	t = parse_script(text, len, NULL, &errors);
	top_frame(s, &f, t);
	if (errors.n > 0) {
		show_parse_errors(s, t, &errors);
		parse_errors_clear(&errors);
		s->frame = f.caller;
		tree_unref(t);
		s->ok = false;
		return;
	}
	parse_errors_clear(&errors);
	formatter_open(s, &was);
	s->default_sink = &k.sink;
	f.out = &k.sink;
	flow = run_root(&f, t->root, &k.sink);
	formatter_close(s, was);
	s->default_sink = sink_was;
	finish(s, flow, result);
	s->frame = f.caller;
	value_unref(f.args);
	value_unref(f.input);
	value_unref(f.bound);
	tree_unref(t);
}

/* What a script says of itself: using, classes, enums. */
enum flow
prepare_root(struct frame *f, struct node_script_block *n)
{
	enum flow flow = FLOW_MORE;

	for (size_t i = 0; i < n->usings.n && flow == FLOW_MORE; i++)
		flow = run_using(f, node_using(n->usings.v[i]));
	if (flow == FLOW_MORE)
		flow = define_types(f, n);
	return flow;
}

/* A script's text as typed: its blocks one after another, no parameters. */
enum flow
run_root(struct frame *f, struct node_script_block *n, struct sink *out)
{
	struct session *s = f->s;
	enum flow flow = prepare_root(f, n);

	if (flow == FLOW_MORE && n->begin != NULL)
		flow = run_block(f, n->begin, out);
	if (flow == FLOW_MORE && n->process != NULL)
		flow = run_block(f, n->process, out);
	if (flow == FLOW_MORE && n->end != NULL)
		flow = run_block(f, n->end, out);
	if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_RETURN) {
		run_leave_clear(&s->run);
		flow = FLOW_MORE;
	}
	return flow;
}

/* "-Name", "-Name:value" and values, as on a command line. */
static void
add_words(struct stage *st, char *const *args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct argument *a = arguments_add(&st->arguments);
		const char *s = args[i];
		const char *colon = strchr(s, ':');

		if (s[0] == '-' && ((s[1] >= 'a' && s[1] <= 'z') ||
		    (s[1] >= 'A' && s[1] <= 'Z') || s[1] == '_')) {
			if (colon != NULL && colon[1] != '\0') {
				const char *v = colon + 1;

				a->name = atom_get(s + 1,
				    (size_t)(colon - s - 1))->name;
				a->value = string_equal_ci(v, "$true") ?
				    value_bool(true) :
				    string_equal_ci(v, "$false") ?
				    value_bool(false) : value_string(v);
				a->has_value = true;
			} else {
				a->name = atom_str(s + 1)->name;
			}
			continue;
		}
		a->value = value_string(s);
		a->has_value = true;
	}
}

static enum flow
run_file(struct session *s, struct frame *f, const char *path,
    char *const *args, size_t n, const struct value *input,
    struct sink *out, int *codep, bool *exitedp)
{
	struct pipeline p = { .s = s, .f = f, .out = out };
	struct stage *st = pipeline_add(&p);
	enum flow flow;

	st->out = out;
	st->call.dot = true;
	flow = command_of_name(s, path, &st->call.command);
	if (flow == FLOW_MORE) {
		st->call.name = path;
		st->call.tree = block_of(st->call.command.block)->tree;
		add_words(st, args, n);
		p.has_input = input != NULL;
		p.input = input;
		flow = pipeline_run(&p);
		*exitedp = st->exited;
		*codep = session_last_exit(s);
	}
	pipeline_clear(&p);
	return flow;
}

void
session_run_file(struct session *s, const char *path, char *const *args,
    size_t n, const struct value *input, struct session_result *result)
{
	struct default_sink k = { { default_put }, s };
	struct sink *sink_was = s->default_sink;
	struct formatter *was;
	struct frame f;
	bool exited = false;
	int code = 0;
	enum flow flow;

	memset(result, 0, sizeof(*result));
	top_frame(s, &f, NULL);
	formatter_open(s, &was);
	s->default_sink = &k.sink;
	f.out = &k.sink;
	flow = run_file(s, &f, path, args, n, input, &k.sink, &code, &exited);
	formatter_close(s, was);
	s->default_sink = sink_was;
	finish(s, flow, result);
	if (exited) {
		result->exited = true;
		result->code = code;
	}
	s->frame = f.caller;
	value_unref(f.bound);
}

void
session_run_with(struct session *s, enum flow (*fn)(struct run *r, void *arg),
    void *arg, struct session_result *result)
{
	struct default_sink k = { { default_put }, s };
	struct sink *sink_was = s->default_sink;
	struct formatter *was;
	struct frame f;
	enum flow flow;

	memset(result, 0, sizeof(*result));
	top_frame(s, &f, NULL);
	formatter_open(s, &was);
	s->default_sink = &k.sink;
	f.out = &k.sink;
	flow = fn(&s->run, arg);
	formatter_close(s, was);
	s->default_sink = sink_was;
	finish(s, flow, result);
	s->frame = f.caller;
	value_unref(f.args);
	value_unref(f.input);
	value_unref(f.bound);
}

/* ---- the large stack ---- */

struct large {
	void (*fn)(void *arg);
	void *arg;
	void *base;
};

static void *
large_main(void *p)
{
	struct large *l = p;

	run_stack_limit((char *)l->base + LARGE_STACK, LARGE_STACK);
	l->fn(l->arg);
	return NULL;
}

/* Where no large one can be had: the usual one, and less depth. */
static void
on_this_stack(void (*fn)(void *arg), void *arg)
{
	char here = 0;

	run_stack_limit(&here, 4u * 1024 * 1024);
	fn(arg);
}

/*
 * LIMIT: what is asked of the system at a time. What runs on a thread of its
 * own (for its stack) would get a heap of glibc's that grows by single pages.
 */
#define HEAP_STEP (1 << 20)

static void
tune_heap(void)
{
	(void)mallopt(M_ARENA_MAX, 1);
	(void)mallopt(M_TOP_PAD, HEAP_STEP);
	(void)mallopt(M_TRIM_THRESHOLD, 16 * HEAP_STEP);
}

void
session_on_large_stack(void (*fn)(void *arg), void *arg)
{
	struct large l = { fn, arg, NULL };
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	pthread_attr_t attr;
	pthread_t thread;
	char *map = mmap(NULL, LARGE_STACK + guard, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	tune_heap();
	if (map == MAP_FAILED) {
		on_this_stack(fn, arg);
		return;
	}
	(void)mprotect(map, guard, PROT_NONE);
	l.base = map + guard;
	(void)pthread_attr_init(&attr);
	if (pthread_attr_setstack(&attr, l.base, LARGE_STACK) == 0 &&
	    pthread_create(&thread, &attr, large_main, &l) == 0)
		(void)pthread_join(thread, NULL);
	else
		on_this_stack(fn, arg);
	(void)pthread_attr_destroy(&attr);
	(void)munmap(map, LARGE_STACK + guard);
}
