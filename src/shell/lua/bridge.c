/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cmdlets for Lua; errors both ways; running a script. */
#include "config.h"

#include <string.h>

#include <lualib.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/string.h"
#include "core/type.h"
#include "shell/lua/lua_internal.h"
#include "shell/lua/lua_script.h"
#include "types/types.h"

/* Its address is the registry key of the run. */
static const char run_key;

struct run *
lua_run_of(lua_State *L)
{
	struct run *r;

	(void)lua_rawgetp(L, LUA_REGISTRYINDEX, &run_key);
	r = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return r;
}

int
lua_raise_leave(lua_State *L)
{
	struct run *r = lua_run_of(L);

	if (r->leave.kind == LEAVE_THROW) {
		struct value *slot = lua_value_new(L);

		*slot = value_ref(r->leave.value);
		run_leave_clear(r);
		return lua_error(L);
	}
	/* exit, Ctrl-C: r->leave stays as it is for whoever catches. */
	lua_pushliteral(L, "the script is ending");
	return lua_error(L);
}

void
lua_check_leaving(lua_State *L)
{
	struct run *r = lua_run_of(L);

	if (r->leave.kind != LEAVE_NONE || run_check_stop(r) != FLOW_MORE)
		(void)lua_raise_leave(L);
}

/* --- cs["Get-CsUser"]{...} --- */

/*
 * Names go to the dictionary, 1..n to positions. Both live in slots the
 * caller made.
 */
static void
read_arguments(lua_State *L, int index, struct value *named,
    struct value *positional)
{
	*named = dict_value(dict_new(NULL));
	*positional = list_value(list_new(NULL, 0));
	if (lua_isnoneornil(L, index))
		return;
	luaL_checktype(L, index, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, index) != 0) {
		struct value *key = lua_value_new(L);
		struct value *item = lua_value_new(L);

		lua_value_read(L, -4, key);
		lua_value_read(L, -3, item);
		if (value_is_string(*key))
			dict_set(dict_of(*named), *key, *item);
		lua_pop(L, 3);
	}
	for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, index); i++) {
		struct value *item = lua_value_new(L);

		(void)lua_rawgeti(L, index, i);
		lua_value_read(L, -1, item);
		list_add(list_of(*positional), *item);
		lua_pop(L, 2);
	}
}

static int
cmdlet_call(lua_State *L)
{
	bool has_input;
	struct value *command;
	struct value *named, *positional, *input, *out;
	struct invoke_spec spec = { 0 };

	lua_settop(L, 2);
	has_input = !lua_isnil(L, 2);
	command = lua_value_new(L);
	named = lua_value_new(L);
	positional = lua_value_new(L);
	input = lua_value_new(L);
	out = lua_value_new(L);
	lua_check_leaving(L);
	*command = value_string(lua_tostring(L, lua_upvalueindex(1)));
	read_arguments(L, 1, named, positional);
	spec.command = *command;
	spec.args = list_of(*positional)->items;
	spec.nargs = list_of(*positional)->count;
	spec.named = *named;
	if (has_input) {
		lua_value_read(L, 2, input);
		spec.input = input;
	}
	if (lua_run_of(L)->ops->invoke_with(lua_run_of(L), &spec, out) !=
	    FLOW_MORE)
		return lua_raise_leave(L);
	lua_value_unslot(L);
	return 1;
}

static int
cs_index(lua_State *L)
{
	(void)luaL_checkstring(L, 2);
	lua_pushvalue(L, 2);
	lua_pushcclosure(L, cmdlet_call, 1);
	return 1;
}

/* --- the rest of the table --- */

static int
cs_exit(lua_State *L)
{
	struct run *r = lua_run_of(L);

	run_leave_clear(r);
	r->leave.kind = LEAVE_EXIT;
	r->leave.code = (int)luaL_optinteger(L, 1, 0);
	return lua_raise_leave(L);
}

/* print and io.write end at the same place as the shell's own output. */
static int
lua_print(lua_State *L)
{
	struct run *r = lua_run_of(L);
	int i, n = lua_gettop(L);
	luaL_Buffer b;
	size_t len;

	luaL_buffinit(L, &b);
	for (i = 1; i <= n; i++) {
		if (i > 1)
			luaL_addchar(&b, '\t');
		(void)luaL_tolstring(L, i, NULL);
		luaL_addvalue(&b);
	}
	luaL_addchar(&b, '\n');
	luaL_pushresult(&b);
	{
		const char *s = lua_tolstring(L, -1, &len);

		r->ops->host_write(r, s, len);
	}
	return 0;
}

static const luaL_Reg cs_functions[] = {
	{ "cmdlet", lua_cs_cmdlet },
	{ "each", lua_cs_each },
	{ "exit", cs_exit },
	{ "pipe", lua_cs_pipe },
	{ "run", lua_cs_run },
	{ "write", lua_cs_write },
	{ NULL, NULL },
};

static int
open_fedsh(lua_State *L)
{
	luaL_newlib(L, cs_functions);
	(void)lua_value_new(L);
	lua_setfield(L, -2, "null");
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, cs_index);
	lua_setfield(L, -2, "__index");
	(void)lua_setmetatable(L, -2);
	return 1;
}

/* --- a script --- */

struct script {
	struct run *run;
	const char *path;
	const char *const *args;
	size_t nargs;
	const char *data_dir;
};

static void
set_paths(lua_State *L, const char *data_dir)
{
	(void)lua_getglobal(L, "package");
	(void)lua_getfield(L, -1, "path");
	lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", data_dir, data_dir,
	    lua_tostring(L, -1));
	lua_setfield(L, -3, "path");
	lua_pop(L, 1);
	(void)lua_getfield(L, -1, "preload");
	lua_pushcfunction(L, open_fedsh);
	lua_setfield(L, -2, "fedsh");
	lua_pop(L, 2);
}

static int
script_main(lua_State *L)
{
	const struct script *s = lua_touserdata(L, 1);
	size_t i;

	lua_pushlightuserdata(L, s->run);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &run_key);
	luaL_openlibs(L);
	lua_value_open(L);
	lua_pipe_open(L);
	lua_define_open(L);
	set_paths(L, s->data_dir == NULL ? FEDSH_DATADIR : s->data_dir);
	lua_pushcfunction(L, lua_print);
	lua_setglobal(L, "print");
	lua_createtable(L, (int)s->nargs, 1);
	lua_pushstring(L, s->path);
	lua_rawseti(L, -2, 0);
	for (i = 0; i < s->nargs; i++) {
		lua_pushstring(L, s->args[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setglobal(L, "arg");
	if (luaL_loadfile(L, s->path) != LUA_OK)
		return lua_error(L);
	lua_call(L, 0, 0);
	return 0;
}

enum flow
lua_leave_with_error(lua_State *L, struct run *r)
{
	const struct value *slot = luaL_testudata(L, -1, LUA_VALUE);
	const char *message;
	struct value record;

	if (r->leave.kind == LEAVE_EXIT || r->leave.kind == LEAVE_STOPPED)
		return FLOW_LEAVE;
	run_leave_clear(r);
	if (slot != NULL && slot->type != NULL) {
		record = value_ref(*slot);
		(void)r->ops->raise_value(r, record);
		value_unref(record);
		return FLOW_LEAVE;
	}
	message = luaL_tolstring(L, -1, NULL);
	return run_throw(r, "System.Management.Automation.RuntimeException",
	    "LuaError", "OperationStopped", "%s",
	    message);
}

enum flow
lua_script_run(struct run *r, const char *path, const char *const *args,
    size_t nargs, const char *data_dir)
{
	struct script s = { r, path, args, nargs, data_dir };
	lua_State *L = luaL_newstate();
	enum flow flow = FLOW_MORE;

	if (L == NULL)
		return run_throw(r, NULL, "LuaState", "ResourceUnavailable",
		    "no memory for a Lua state");
	lua_pushcfunction(L, script_main);
	lua_pushlightuserdata(L, &s);
	if (lua_pcall(L, 1, 0, 0) != LUA_OK)
		flow = lua_leave_with_error(L, r);
	else if (r->leave.kind != LEAVE_NONE)
		flow = FLOW_LEAVE;
	lua_define_close(L);
	lua_close(L);
	return flow;
}
