/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LUA_LUA_INTERNAL_H
#define SHELL_LUA_LUA_INTERNAL_H

#include <lauxlib.h>
#include <lua.h>

#include "core/run.h"
#include "core/value.h"

/* The metatable of values that have no Lua form of their own. */
#define LUA_VALUE "fedsh.value"

/*
 * Pushes an empty slot and returns it. Take the slot first and fill it
 * second: any Lua call may longjmp, and what sits in a slot is freed then.
 */
struct value *lua_value_new(lua_State *L);

/*
 * Pushes v: null as nil; bool, numbers and strings as Lua's own; the rest in
 * a slot. lua_value_push_taken replaces the slot on top by what it holds in
 * the same way.
 */
void lua_value_push(lua_State *L, struct value v);
void lua_value_unslot(lua_State *L);

/*
 * Fills the slot from the Lua value at index: a table whose keys are 1..n
 * becomes Object[], another a hashtable. A function is refused by a Lua error.
 */
void lua_value_read(lua_State *L, int index, struct value *slot);

/* Makes the metatable; once for a state. */
void lua_value_open(lua_State *L);

/* The run a state belongs to. */
struct run *lua_run_of(lua_State *L);

/*
 * Raises why the run left as a Lua error: the ErrorRecord of a throw. exit
 * and Ctrl-C pass through as errors no pcall of a script keeps (they are
 * raised again by the next call into the shell).
 */
int lua_raise_leave(lua_State *L);

/* A script that caught an exit or Ctrl-C with pcall gets it again here. */
void lua_check_leaving(lua_State *L);
/*
 * The run leaves with the Lua error on top of the stack: an ErrorRecord that
 * passed through Lua as it was, anything else as its text. Never a longjmp
 * unless memory ends.
 */
enum flow lua_leave_with_error(lua_State *L, struct run *r);

/* pipe.c: cs.pipe, cs.each, cs.run, cs.write */
void lua_pipe_open(lua_State *L);
int lua_cs_pipe(lua_State *L);
int lua_cs_each(lua_State *L);
int lua_cs_run(lua_State *L);
int lua_cs_write(lua_State *L);

/* define.c: cs.cmdlet; once the state closes its cmdlets say so */
void lua_define_open(lua_State *L);
void lua_define_close(lua_State *L);
int lua_cs_cmdlet(lua_State *L);

#endif
