/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pipelines for Lua: asked for one object at a time, or run and shown. */
#include "config.h"

#include "shell/lua/lua_internal.h"

/* The metatable of an open pipeline. */
#define LUA_PULL "fedsh.pipeline"

static struct pull **
pull_slot(lua_State *L, int index)
{
	return luaL_checkudata(L, index, LUA_PULL);
}

/* At the end of a for loop, however it ends, and at the latest by the gc. */
static int
pull_end(lua_State *L)
{
	struct pull **slot = pull_slot(L, 1);
	struct pull *p = *slot;

	*slot = NULL;
	if (p != NULL)
		lua_run_of(L)->ops->pull_close(p);
	return 0;
}

/* Pushes an open pipeline of the text at 1 with the values from first on. */
static void
push_pull(lua_State *L, int first)
{
	struct run *r = lua_run_of(L);
	struct pull **slot;
	struct value args[16];
	const char *text;
	size_t len;
	int i, n = lua_gettop(L) - first + 1;

	text = luaL_checklstring(L, 1, &len);
	lua_check_leaving(L);
	if (n > 16)
		(void)luaL_error(L, "too many arguments");
	luaL_checkstack(L, 40, "too many arguments");
	slot = lua_newuserdatauv(L, sizeof(struct pull *), 0);
	*slot = NULL;
	luaL_setmetatable(L, LUA_PULL);
	for (i = 0; i < n; i++) {
		struct value *v = lua_value_new(L);

		lua_value_read(L, first + i, v);
		args[i] = *v;
	}
	*slot = r->ops->pull_open(r, text, len, args, n > 0 ? (size_t)n : 0);
	lua_pop(L, n > 0 ? n : 0);
	if (*slot == NULL)
		(void)lua_raise_leave(L);
}

/* Pushes the next object; false at the end. A null is not Lua's nil here:
 * that would end a for loop. */
static bool
push_next(lua_State *L, struct pull *p)
{
	struct run *r = lua_run_of(L);
	struct value *item;
	bool more = false;

	lua_check_leaving(L);
	item = lua_value_new(L);
	if (p != NULL && r->ops->pull_next(p, item, &more) != FLOW_MORE)
		(void)lua_raise_leave(L);
	if (!more) {
		lua_pop(L, 1);
		return false;
	}
	if (!value_is_nothing(*item))
		lua_value_unslot(L);
	return true;
}

static int
pull_iterate(lua_State *L)
{
	if (!push_next(L, *pull_slot(L, lua_upvalueindex(1))))
		lua_pushnil(L);
	return 1;
}

/* for user in cs.pipe("Get-CsUser") do ... end */
int
lua_cs_pipe(lua_State *L)
{
	push_pull(L, 2);
	lua_pushvalue(L, -1);
	lua_pushcclosure(L, pull_iterate, 1);
	lua_insert(L, -2);
	lua_pushnil(L);
	lua_insert(L, -2);
	lua_pushnil(L);
	lua_insert(L, -2);
	return 4; /* iterator, state, first value, what the loop closes */
}

/* cs.each("Get-CsUser", function(user) ... end) */
int
lua_cs_each(lua_State *L)
{
	int pull;

	luaL_checktype(L, 2, LUA_TFUNCTION);
	push_pull(L, 3);
	pull = lua_gettop(L);
	lua_toclose(L, pull);
	for (;;) {
		lua_pushvalue(L, 2);
		if (!push_next(L, *pull_slot(L, pull)))
			return 0;
		lua_call(L, 1, 0);
	}
}

/* cs.run(text): output goes where the shell's goes, laid out. */
int
lua_cs_run(lua_State *L)
{
	struct run *r = lua_run_of(L);
	int pull;

	push_pull(L, 2);
	pull = lua_gettop(L);
	lua_toclose(L, pull);
	for (;;) {
		struct value *item;
		bool more;

		lua_check_leaving(L);
		item = lua_value_new(L);
		if (r->ops->pull_next(*pull_slot(L, pull), item, &more) !=
		    FLOW_MORE)
			return lua_raise_leave(L);
		if (!more) {
			r->ops->end_output(r);
			return 0;
		}
		if (r->ops->write(r, STREAM_OUTPUT, *item) != FLOW_MORE)
			return lua_raise_leave(L);
		lua_pop(L, 1);
	}
}

/* cs.write(value...): down the pipeline, to be laid out. */
int
lua_cs_write(lua_State *L)
{
	struct run *r = lua_run_of(L);
	int i, n = lua_gettop(L);

	lua_check_leaving(L);
	for (i = 1; i <= n; i++) {
		struct value *v = lua_value_new(L);

		lua_value_read(L, i, v);
		if (r->ops->write(r, STREAM_OUTPUT, *v) != FLOW_MORE)
			return lua_raise_leave(L);
		lua_pop(L, 1);
	}
	return 0;
}

static const luaL_Reg pull_metamethods[] = {
	{ "__gc", pull_end },
	{ "__close", pull_end },
	{ NULL, NULL },
};

void
lua_pipe_open(lua_State *L)
{
	(void)luaL_newmetatable(L, LUA_PULL);
	luaL_setfuncs(L, pull_metamethods, 0);
	lua_pushliteral(L, "pipeline");
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}
