/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cmdlets written in Lua. cs.cmdlet{name=..., parameters={...}, process=
 * function(call) ... end} makes a row as one in C would be, so that binding,
 * help, completion and common parameters are the shell's own.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/mem.h"
#include "core/object.h"
#include "shell/lua/lua_internal.h"
#include "types/types.h"

/* The metatable of what process is given. */
#define LUA_CALL "fedsh.call"

/* LIMIT: elements of a list in a definition. */
#define NAMES_MAX 64

enum step { STEP_BEGIN, STEP_PROCESS, STEP_END, STEPS };

/*
 * A definition lives as long as the process: a session keeps what it learned
 * of a command. L is NULL once its script has ended.
 */
struct lua_cmdlet {
	struct cmdlet cmdlet; /* first */
	struct param_spec *params;
	size_t nparams;
	lua_State *L;
	int steps[STEPS]; /* references to functions */
	const struct cmdlet *table[2];
	struct lua_cmdlet *next;
};
static struct lua_cmdlet *defined;

/* What a call is to Lua; call is NULL between the steps. */
struct proxy {
	struct call *call;
	enum flow flow; /* how the last thing it asked for came back */
};

/*
 * Each call has a Lua stack of its own: a pipeline may be left while process
 * is emitting, and the loop that asked for its object goes on on another.
 */
struct lua_call {
	lua_State *L;
	struct proxy *proxy;
	int thread_ref, proxy_ref;
};

/* --- what a call offers --- */

static struct proxy *
proxy_at(lua_State *L, int index)
{
	struct proxy *p = luaL_checkudata(L, index, LUA_CALL);

	if (p->call == NULL)
		(void)luaL_error(L, "the call is over");
	return p;
}

static int
flow_result(lua_State *L, struct proxy *p, enum flow flow)
{
	p->flow = flow;
	if (flow == FLOW_MORE)
		return 0;
	lua_pushliteral(L, "the pipeline ends here");
	return lua_error(L);
}

static int
proxy_emit(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	int i, n = lua_gettop(L);

	for (i = 2; i <= n; i++) {
		struct value *v = lua_value_new(L);

		lua_value_read(L, i, v);
		(void)flow_result(L, p, call_emit(p->call, *v));
		lua_pop(L, 1);
	}
	return 0;
}

static int
proxy_warn(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	const char *text = luaL_checkstring(L, 2);

	return flow_result(L, p, call_warn(p->call, "%s", text));
}

static int
proxy_verbose(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	const char *text = luaL_checkstring(L, 2);

	return flow_result(L, p, call_verbose(p->call, "%s", text));
}

static int
proxy_debug(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	const char *text = luaL_checkstring(L, 2);

	return flow_result(L, p, call_debug(p->call, "%s", text));
}

static const char *
field_text(lua_State *L, int index, const char *name, const char *fallback)
{
	const char *s;

	/* The string stays on the stack: it must live as long as the spec. */
	if (lua_getfield(L, index, name) == LUA_TNIL)
		return fallback;
	s = lua_tostring(L, -1);
	if (s == NULL)
		(void)luaL_error(L, "%s must be a string", name);
	return s;
}

/* "text", or {message=, id=, category=, exception=, target=} at 2. */
static void
read_error(lua_State *L, struct error_spec *e)
{
	struct value *target = lua_value_new(L);

	memset(e, 0, sizeof(*e));
	e->id = "LuaError";
	if (!lua_istable(L, 2)) {
		e->message = luaL_checkstring(L, 2);
		return;
	}
	e->message = field_text(L, 2, "message", "");
	e->id = field_text(L, 2, "id", e->id);
	e->category = field_text(L, 2, "category", NULL);
	e->exception = field_text(L, 2, "exception", NULL);
	(void)lua_getfield(L, 2, "target");
	lua_value_read(L, -1, target);
	e->target = *target;
}

static int
proxy_error(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	struct error_spec e;

	read_error(L, &e);
	return flow_result(L, p, call_error(p->call, &e));
}

static int
proxy_throw(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	struct error_spec e;

	read_error(L, &e);
	return flow_result(L, p, call_throw(p->call, &e));
}

static int
proxy_should(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	const char *target = luaL_checkstring(L, 2);
	const char *action = luaL_optstring(L, 3, NULL);
	bool yes = false;

	(void)flow_result(
	    L, p, call_should(p->call, target, action, &yes));
	lua_pushboolean(L, yes);
	return 1;
}

static size_t
param_index(lua_State *L, const struct call *c, const char *name)
{
	const struct lua_cmdlet *d =
	    (const struct lua_cmdlet *)(const void *)call_cmdlet(c);
	size_t i;

	for (i = 0; i < d->nparams; i++)
		if (strcasecmp(d->params[i].name, name) == 0)
			return i;
	(void)luaL_error(L, "%s has no parameter %s", d->cmdlet.name, name);
	return 0;
}

static int
proxy_bound(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	size_t at = param_index(L, p->call, luaL_checkstring(L, 2));

	lua_pushboolean(L, call_bound(p->call, at));
	return 1;
}

static int
proxy_param(lua_State *L)
{
	struct proxy *p = proxy_at(L, 1);
	size_t at = param_index(L, p->call, luaL_checkstring(L, 2));
	const char *type =
	    ((const struct lua_cmdlet *)(const void *)call_cmdlet(p->call))
		->params[at]
		.type;

	if (strcasecmp(type, "switch") == 0)
		lua_pushboolean(L, call_switch(p->call, at));
	else
		lua_value_push(L, call_param(p->call, at));
	return 1;
}

static const luaL_Reg proxy_methods[] = {
	{ "bound", proxy_bound },
	{ "debug", proxy_debug },
	{ "emit", proxy_emit },
	{ "error", proxy_error },
	{ "param", proxy_param },
	{ "should", proxy_should },
	{ "throw", proxy_throw },
	{ "verbose", proxy_verbose },
	{ "warn", proxy_warn },
	{ NULL, NULL },
};

/* call.Name is the parameter; call.state a table for the steps to share. */
static int
proxy_index(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);

	(void)luaL_checkudata(L, 1, LUA_CALL);
	if (strcmp(name, "state") == 0) {
		(void)lua_getiuservalue(L, 1, 1);
		return 1;
	}
	if (lua_getfield(L, lua_upvalueindex(1), name) != LUA_TNIL)
		return 1;
	lua_settop(L, 2);
	return proxy_param(L);
}

void
lua_define_open(lua_State *L)
{
	(void)luaL_newmetatable(L, LUA_CALL);
	luaL_newlib(L, proxy_methods);
	lua_pushcclosure(L, proxy_index, 1);
	lua_setfield(L, -2, "__index");
	lua_pushliteral(L, "call");
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}

void
lua_define_close(lua_State *L)
{
	struct lua_cmdlet *d;

	for (d = defined; d != NULL; d = d->next)
		if (d->L == L)
			d->L = NULL;
}

/* --- a call --- */

/* Runs protected: what a call needs in Lua. */
static int
make_call(lua_State *L)
{
	struct lua_call *state = lua_touserdata(L, 1);

	state->proxy = lua_newuserdatauv(L, sizeof(struct proxy), 1);
	memset(state->proxy, 0, sizeof(*state->proxy));
	luaL_setmetatable(L, LUA_CALL);
	lua_newtable(L);
	(void)lua_setiuservalue(L, -2, 1);
	state->proxy_ref = luaL_ref(L, LUA_REGISTRYINDEX);
	state->L = lua_newthread(L);
	state->thread_ref = luaL_ref(L, LUA_REGISTRYINDEX);
	return 0;
}

static enum flow
ended(struct call *c)
{
	struct error_spec e = { .id = "LuaScriptEnded",
		.category = "InvalidOperation",
		.message = "the Lua script that defined this command has "
			   "ended. Load it again." };

	return call_throw(c, &e);
}

static enum flow
step_run(struct call *c, enum step step)
{
	const struct lua_cmdlet *d =
	    (const struct lua_cmdlet *)(const void *)call_cmdlet(c);
	struct lua_call *state = call_state(c);
	enum flow flow = FLOW_MORE;
	lua_State *L;

	if (d->L == NULL)
		return ended(c);
	if (state->L == NULL) {
		lua_State *fresh = d->L;

		lua_pushcfunction(fresh, make_call);
		lua_pushlightuserdata(fresh, state);
		if (lua_pcall(fresh, 1, 0, 0) != LUA_OK) {
			lua_pop(fresh, 1);
			return ended(c);
		}
	}
	if (d->steps[step] == LUA_NOREF)
		return FLOW_MORE;
	L = state->L;
	(void)lua_rawgeti(L, LUA_REGISTRYINDEX, d->steps[step]);
	(void)lua_rawgeti(L, LUA_REGISTRYINDEX, state->proxy_ref);
	state->proxy->call = c;
	state->proxy->flow = FLOW_MORE;
	if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
		/* A flow that ended it goes on; else it failed by itself. */
		flow = state->proxy->flow != FLOW_MORE
		    ? state->proxy->flow
		    : lua_leave_with_error(L, call_run(c));
	} else if (call_run(c)->leave.kind != LEAVE_NONE) {
		flow = FLOW_LEAVE;
	}
	state->proxy->call = NULL;
	lua_settop(L, 0);
	return flow;
}

static enum flow
step_begin(struct call *c)
{
	return step_run(c, STEP_BEGIN);
}

static enum flow
step_process(struct call *c)
{
	return step_run(c, STEP_PROCESS);
}

static enum flow
step_end(struct call *c)
{
	return step_run(c, STEP_END);
}

static void
step_clean(struct call *c)
{
	const struct lua_cmdlet *d =
	    (const struct lua_cmdlet *)(const void *)call_cmdlet(c);
	struct lua_call *state = call_state(c);

	if (d->L == NULL || state->L == NULL)
		return;
	luaL_unref(d->L, LUA_REGISTRYINDEX, state->proxy_ref);
	luaL_unref(d->L, LUA_REGISTRYINDEX, state->thread_ref);
	state->L = NULL;
}

/* --- a definition --- */

static bool
field_true(lua_State *L, int index, const char *name)
{
	bool yes;

	(void)lua_getfield(L, index, name);
	yes = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return yes;
}

/* A field that is a string or nil, copied. */
static char *
field_copy(lua_State *L, int index, const char *name)
{
	const char *s = field_text(L, index, name, NULL);
	char *copy = s == NULL ? NULL : mem_strdup(s);

	lua_pop(L, 1);
	return copy;
}

/* A field that is a string or a list of strings, as an array to keep. */
static const char **
field_names(lua_State *L, int index, const char *name)
{
	const char **names;
	lua_Integer i, n;

	if (lua_getfield(L, index, name) == LUA_TNIL) {
		lua_pop(L, 1);
		return NULL;
	}
	if (lua_isstring(L, -1)) {
		names = mem_array(2, sizeof(*names));
		names[0] = mem_strdup(lua_tostring(L, -1));
		names[1] = NULL;
		lua_pop(L, 1);
		return names;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	n = (lua_Integer)lua_rawlen(L, -1);
	if (n > NAMES_MAX)
		(void)luaL_error(L, "%s has more than %d elements", name,
		    NAMES_MAX);
	for (i = 1; i <= n; i++) {
		(void)lua_rawgeti(L, -1, i);
		(void)luaL_checkstring(L, -1);
		lua_pop(L, 1);
	}
	names = mem_array((size_t)n + 1, sizeof(*names));
	for (i = 1; i <= n; i++) {
		(void)lua_rawgeti(L, -1, i);
		names[i - 1] = mem_strdup(lua_tostring(L, -1));
		lua_pop(L, 1);
	}
	names[n] = NULL;
	lua_pop(L, 1);
	return names;
}

static void
names_free(const char **names)
{
	size_t i;

	for (i = 0; names != NULL && names[i] != NULL; i++)
		mem_free((char *)(uintptr_t)names[i]);
	mem_free(names);
}

static char *
names_joined(const char **names)
{
	struct buf b;
	char *text;
	size_t i;

	if (names == NULL)
		return NULL;
	buf_init(&b);
	for (i = 0; names[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : " ", names[i]);
	text = mem_strdup(buf_text(&b));
	buf_clear(&b);
	return text;
}

/* "*" or the sets by name, each with /POSITION and flags (core/cmdlet.h). */
static char *
read_sets(lua_State *L, int index)
{
	const char **sets = field_names(L, index, "sets");
	const char *all[] = { "*", NULL };
	struct buf b;
	char *text, tail[32];
	lua_Integer position = -1;
	size_t i, n = 0;

	if (lua_getfield(L, index, "position") != LUA_TNIL)
		position = luaL_checkinteger(L, -1);
	lua_pop(L, 1);
	if (position >= 0 && position < 100)
		n = (size_t)snprintf(
		    tail, sizeof(tail), "%d", (int)position);
	if (field_true(L, index, "mandatory"))
		tail[n++] = 'm';
	if (field_true(L, index, "by_value"))
		tail[n++] = 'v';
	if (field_true(L, index, "by_name"))
		tail[n++] = 'p';
	if (field_true(L, index, "remaining"))
		tail[n++] = 'r';
	tail[n] = '\0';
	buf_init(&b);
	for (i = 0; (sets == NULL ? (const char **)all : sets)[i] != NULL; i++)
		buf_printf(&b, "%s%s%s%s", i == 0 ? "" : " ",
		    (sets == NULL ? (const char **)all : sets)[i],
		    n == 0 ? "" : "/", tail);
	text = mem_strdup(buf_text(&b));
	buf_clear(&b);
	names_free(sets);
	return text;
}

static void
read_param(lua_State *L, int index, struct param_spec *p)
{
	const char **aliases;

	luaL_checktype(L, index, LUA_TTABLE);
	p->name = field_copy(L, index, "name");
	if (p->name == NULL || p->name[0] == '\0')
		(void)luaL_error(L, "a parameter needs a name");
	p->type = field_copy(L, index, "type");
	if (p->type == NULL)
		p->type = mem_strdup("string");
	if (strcasecmp(p->type, "switch") != 0 &&
	    type_find(p->type, strlen(p->type)) == NULL)
		(void)luaL_error(L, "parameter %s: there is no type %s",
		    p->name, p->type);
	aliases = field_names(L, index, "aliases");
	p->aliases = names_joined(aliases);
	names_free(aliases);
	p->sets = read_sets(L, index);
	p->values = field_names(L, index, "values");
	p->help = field_copy(L, index, "help");
	if (field_true(L, index, "hidden"))
		p->flags |= PARAM_HIDDEN;
	if (field_true(L, index, "allow_null"))
		p->flags |= PARAM_ALLOW_NULL | PARAM_ALLOW_EMPTY;
}

static void
read_params(lua_State *L, struct lua_cmdlet *d)
{
	lua_Integer i, n = 0;
	int list;

	if (lua_getfield(L, 1, "parameters") != LUA_TNIL) {
		luaL_checktype(L, -1, LUA_TTABLE);
		n = (lua_Integer)lua_rawlen(L, -1);
	}
	list = lua_gettop(L);
	if (n > CMDLET_PARAMS_MAX)
		(void)luaL_error(L, "%s has more than %d parameters",
		    d->cmdlet.name, CMDLET_PARAMS_MAX);
	d->params = mem_zalloc(((size_t)n + 1) * sizeof(*d->params));
	d->cmdlet.params = d->params;
	for (i = 1; i <= n; i++) {
		(void)lua_rawgeti(L, list, i);
		read_param(L, lua_gettop(L), &d->params[i - 1]);
		d->nparams++;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void
read_steps(lua_State *L, struct lua_cmdlet *d)
{
	static const char *const names[STEPS] = { "begin", "process", "end" };
	size_t i;

	for (i = 0; i < STEPS; i++) {
		d->steps[i] = LUA_NOREF;
		if (lua_getfield(L, 1, names[i]) == LUA_TNIL) {
			lua_pop(L, 1);
			continue;
		}
		if (!lua_isfunction(L, -1))
			(void)luaL_error(L, "%s of %s must be a function",
			    names[i], d->cmdlet.name);
		d->steps[i] = luaL_ref(L, LUA_REGISTRYINDEX);
	}
	if (d->steps[STEP_BEGIN] == LUA_NOREF &&
	    d->steps[STEP_PROCESS] == LUA_NOREF &&
	    d->steps[STEP_END] == LUA_NOREF)
		(void)luaL_error(L, "%s does nothing: give it a process "
		    "function", d->cmdlet.name);
}

/* Verb-Noun, as every command that is not netstat. */
static bool
name_ok(const char *name)
{
	const char *dash = name == NULL ? NULL : strchr(name, '-');

	return dash != NULL && dash > name && dash[1] != '\0' &&
	    strlen(name) < 128 && strpbrk(name, " \t\r\n\"'`$|;&(){}") == NULL;
}

/*
 * cs.cmdlet{...}. The definition is in the list before it is complete: a Lua
 * error may leave at any point, and what it holds stays reachable.
 */
int
lua_cs_cmdlet(lua_State *L)
{
	struct run *r = lua_run_of(L);
	struct lua_cmdlet *d;

	luaL_checktype(L, 1, LUA_TTABLE);
	d = mem_zalloc(sizeof(*d));
	d->next = defined;
	defined = d;
	d->cmdlet.name = field_copy(L, 1, "name");
	if (!name_ok(d->cmdlet.name))
		return luaL_error(L, "a cmdlet's name is Verb-Noun");
	d->cmdlet.module = "Lua";
	d->cmdlet.default_set = field_copy(L, 1, "default_set");
	d->cmdlet.synopsis = field_copy(L, 1, "synopsis");
	if (d->cmdlet.synopsis == NULL)
		d->cmdlet.synopsis = mem_strdup("");
	d->cmdlet.state_size = sizeof(struct lua_call);
	if (field_true(L, 1, "should_process"))
		d->cmdlet.flags |= CMDLET_SHOULD_PROCESS;
	if (field_true(L, 1, "confirm_high"))
		d->cmdlet.flags |= CMDLET_CONFIRM_HIGH | CMDLET_SHOULD_PROCESS;
	d->cmdlet.begin = step_begin;
	d->cmdlet.process = step_process;
	d->cmdlet.end = step_end;
	d->cmdlet.clean = step_clean;
	read_params(L, d);
	read_steps(L, d);
	/* The main state: the thread that runs this may end sooner. */
	(void)lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
	d->L = lua_tothread(L, -1);
	lua_pop(L, 1);
	d->table[0] = &d->cmdlet;
	r->ops->add_cmdlets(r, d->table);
	return 0;
}
