/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LUA_LUA_SCRIPT_H
#define SHELL_LUA_LUA_SCRIPT_H

#include <stddef.h>

#include "core/run.h"

/*
 * Runs a Lua script (5.4) with `require "fedsh"`; args become `arg`. What
 * lua/ holds is found below data_dir (NULL: installed place). FLOW_LEAVE with
 * run->leave filled where an error ended it or it called exit.
 */
enum flow lua_script_run(struct run *r, const char *path,
    const char *const *args, size_t nargs, const char *data_dir);

#endif
