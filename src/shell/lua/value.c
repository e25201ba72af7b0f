/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as Lua sees them. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "core/dict.h"
#include "core/list.h"
#include "core/string.h"
#include "core/type.h"
#include "shell/lua/lua_internal.h"
#include "types/types.h"

/* LIMIT: nesting of a table that becomes a value. */
#define TABLE_DEPTH_MAX 64

struct value *
lua_value_new(lua_State *L)
{
	struct value *slot = lua_newuserdatauv(L, sizeof(*slot), 0);

	*slot = VALUE_NULL;
	luaL_setmetatable(L, LUA_VALUE);
	return slot;
}

static struct value *
slot_at(lua_State *L, int index)
{
	return luaL_testudata(L, index, LUA_VALUE);
}

/* Pushes v's Lua form where it has one; false leaves the stack alone. */
static bool
push_plain(lua_State *L, struct value v)
{
	v = value_base(v);
	if (value_is_nothing(v)) {
		lua_pushnil(L);
		return true;
	}
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		lua_pushboolean(L, v.u.b);
		return true;
	case TYPE_KIND_INT:
		lua_pushinteger(L, v.u.i);
		return true;
	case TYPE_KIND_FLOAT:
		lua_pushnumber(L, v.u.d);
		return true;
	case TYPE_KIND_STRING:
		(void)lua_pushlstring(L, value_chars(v), value_chars_len(v));
		return true;
	default:
		return false;
	}
}

void
lua_value_unslot(lua_State *L)
{
	const struct value *slot = slot_at(L, -1);

	if (slot != NULL && push_plain(L, *slot))
		lua_remove(L, -2);
}

void
lua_value_push(lua_State *L, struct value v)
{
	*lua_value_new(L) = value_ref(v);
	lua_value_unslot(L);
}

/* --- from Lua --- */

static void read_value(lua_State *L, int index, struct value *slot, int depth);

static bool
is_sequence(lua_State *L, int index)
{
	lua_Integer n = (lua_Integer)lua_rawlen(L, index);
	lua_Integer seen = 0;

	lua_pushnil(L);
	while (lua_next(L, index) != 0) {
		lua_pop(L, 1);
		if (!lua_isinteger(L, -1)) {
			lua_pop(L, 1);
			return false;
		}
		seen++;
	}
	return n > 0 && seen == n;
}

static void
read_table(lua_State *L, int index, struct value *slot, int depth)
{
	struct value *item;
	lua_Integer i, n;

	if (depth >= TABLE_DEPTH_MAX)
		(void)luaL_error(L, "a table is nested too deeply");
	luaL_checkstack(L, 8, "a table is nested too deeply");
	if (is_sequence(L, index)) {
		struct list *l = list_new(NULL, 0);

		*slot = list_value(l);
		n = (lua_Integer)lua_rawlen(L, index);
		for (i = 1; i <= n; i++) {
			item = lua_value_new(L);
			(void)lua_rawgeti(L, index, i);
			read_value(L, lua_gettop(L), item, depth + 1);
			list_add(l, *item);
			lua_pop(L, 2);
		}
		return;
	}
	*slot = dict_value(dict_new(NULL));
	lua_pushnil(L);
	while (lua_next(L, index) != 0) {
		struct value *key = lua_value_new(L);

		item = lua_value_new(L);
		/* key at -4, value at -3, the two slots above */
		read_value(L, lua_gettop(L) - 3, key, depth + 1);
		read_value(L, lua_gettop(L) - 2, item, depth + 1);
		dict_set(dict_of(*slot), *key, *item);
		lua_pop(L, 3);
	}
}

static void
read_value(lua_State *L, int index, struct value *slot, int depth)
{
	const struct value *other;
	const char *s;
	lua_Integer i;
	size_t len;

	switch (lua_type(L, index)) {
	case LUA_TNIL:
		*slot = VALUE_NULL;
		return;
	case LUA_TBOOLEAN:
		*slot = value_bool(lua_toboolean(L, index) != 0);
		return;
	case LUA_TNUMBER:
		if (!lua_isinteger(L, index)) {
			*slot = value_double(lua_tonumber(L, index));
			return;
		}
		i = lua_tointeger(L, index);
		*slot = i >= INT32_MIN && i <= INT32_MAX
		    ? value_int((int32_t)i)
		    : value_long(i);
		return;
	case LUA_TSTRING:
		s = lua_tolstring(L, index, &len);
		*slot = value_string_n(s, len);
		return;
	case LUA_TTABLE:
		read_table(L, index, slot, depth);
		return;
	default:
		break;
	}
	if ((other = slot_at(L, index)) == NULL)
		(void)luaL_error(L, "a %s cannot be given to the shell",
		    luaL_typename(L, index));
	else
		*slot = value_ref(*other);
}

void
lua_value_read(lua_State *L, int index, struct value *slot)
{
	read_value(L, lua_absindex(L, index), slot, 0);
}

/* --- the metatable --- */

static int
value_gc(lua_State *L)
{
	struct value *slot = slot_at(L, 1);

	if (slot != NULL)
		value_clear(slot);
	return 0;
}

static int
value_tostring(lua_State *L)
{
	struct value *slot = luaL_checkudata(L, 1, LUA_VALUE);
	struct value *text = lua_value_new(L);

	if (value_text(lua_run_of(L), *slot, text) != FLOW_MORE)
		return lua_raise_leave(L);
	(void)lua_pushlstring(L, value_chars(*text), value_chars_len(*text));
	return 1;
}

/* v:Method(...): the bound method is a closure over value and name. */
static int
method_call(lua_State *L)
{
	struct value *self = luaL_checkudata(L, lua_upvalueindex(1), LUA_VALUE);
	const char *name = lua_tostring(L, lua_upvalueindex(2));
	int n = lua_gettop(L), i, first = 1;
	struct value args[16];
	struct value *slot, *out;
	const struct value *given;

	/* v:Method() passes v itself in front. */
	given = n >= 1 ? slot_at(L, 1) : NULL;
	if (given != NULL && given->type == self->type &&
	    given->u.p == self->u.p)
		first = 2;
	if (n - first + 1 > 16)
		return luaL_error(L, "too many arguments");
	luaL_checkstack(L, 20, "too many arguments");
	for (i = first; i <= n; i++) {
		slot = lua_value_new(L);
		lua_value_read(L, i, slot);
		args[i - first] = *slot;
	}
	out = lua_value_new(L);
	if (value_call_member(lua_run_of(L), *self, name, args,
		(size_t)n + 1 - (size_t)first, out) != FLOW_MORE)
		return lua_raise_leave(L);
	lua_value_unslot(L);
	return 1;
}

static int
value_index_key(lua_State *L)
{
	struct value *slot = luaL_checkudata(L, 1, LUA_VALUE);
	struct value *out = lua_value_new(L);
	struct value at;
	bool found = false;
	const char *name;

	if (lua_isinteger(L, 2)) {
		/* Lua counts from one. */
		at = value_int((int32_t)(lua_tointeger(L, 2) - 1));
		if (!value_unrolls(*slot)) {
			lua_pushnil(L);
			return 1;
		}
		if (value_index(lua_run_of(L), *slot, &at, 1, out) != FLOW_MORE)
			return lua_raise_leave(L);
		lua_value_unslot(L);
		return 1;
	}
	name = luaL_checkstring(L, 2);
	if (value_get_member(lua_run_of(L), *slot, name, out, &found) !=
	    FLOW_MORE)
		return lua_raise_leave(L);
	if (found) {
		lua_value_unslot(L);
		return 1;
	}
	lua_pushvalue(L, 1);
	lua_pushvalue(L, 2);
	lua_pushcclosure(L, method_call, 2);
	return 1;
}

static int
value_newindex(lua_State *L)
{
	struct value *slot = luaL_checkudata(L, 1, LUA_VALUE);
	const char *name = luaL_checkstring(L, 2);
	struct value *to = lua_value_new(L);

	lua_value_read(L, 3, to);
	if (value_set_member(lua_run_of(L), *slot, name, *to) != FLOW_MORE)
		return lua_raise_leave(L);
	return 0;
}

static int
value_len(lua_State *L)
{
	struct value *slot = luaL_checkudata(L, 1, LUA_VALUE);
	struct value v = value_base(*slot);

	if (value_is_list(v))
		lua_pushinteger(L, (lua_Integer)list_of(v)->count);
	else if (value_is_dict(v))
		lua_pushinteger(L, (lua_Integer)dict_of(v)->count);
	else
		lua_pushinteger(L, 1);
	return 1;
}

static int
value_eq(lua_State *L)
{
	struct value *a = luaL_checkudata(L, 1, LUA_VALUE);
	struct value *b = luaL_checkudata(L, 2, LUA_VALUE);
	bool equal = false;

	if (value_equal(lua_run_of(L), *a, *b, false, &equal) != FLOW_MORE)
		return lua_raise_leave(L);
	lua_pushboolean(L, equal);
	return 1;
}

static int
value_lt(lua_State *L)
{
	struct value *a = lua_value_new(L), *b = lua_value_new(L);
	int order = 0;

	lua_value_read(L, 1, a);
	lua_value_read(L, 2, b);
	if (value_compare(lua_run_of(L), *a, *b, false, &order) != FLOW_MORE)
		return lua_raise_leave(L);
	lua_pushboolean(L, order < 0);
	return 1;
}

/* for i, v in ipairs(list) works by __index; for v in list() by __call. */
static int
list_next(lua_State *L)
{
	struct value *over = luaL_checkudata(L, lua_upvalueindex(1), LUA_VALUE);
	lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
	struct list *l = list_of(*over);

	if (at >= (lua_Integer)l->count) {
		lua_pushnil(L);
		return 1;
	}
	lua_pushinteger(L, at + 1);
	lua_replace(L, lua_upvalueindex(2));
	*lua_value_new(L) = value_ref(l->items[at]);
	lua_value_unslot(L);
	return 1;
}

static int
value_call_each(lua_State *L)
{
	struct value *slot = luaL_checkudata(L, 1, LUA_VALUE);
	struct value *items = lua_value_new(L);

	if (value_is_list(value_base(*slot)))
		*items = value_ref(value_base(*slot));
	else
		*items = value_list(slot, 1);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, list_next, 2);
	return 1;
}

static const luaL_Reg value_metamethods[] = {
	{ "__gc", value_gc },
	{ "__tostring", value_tostring },
	{ "__index", value_index_key },
	{ "__newindex", value_newindex },
	{ "__len", value_len },
	{ "__eq", value_eq },
	{ "__lt", value_lt },
	{ "__call", value_call_each },
	{ NULL, NULL },
};

void
lua_value_open(lua_State *L)
{
	(void)luaL_newmetatable(L, LUA_VALUE);
	luaL_setfuncs(L, value_metamethods, 0);
	lua_pushliteral(L, "value");
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}
