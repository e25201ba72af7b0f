/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_HOST_SYNTAX_H
#define CMDLETS_HOST_SYNTAX_H

#include "core/buf.h"
#include "core/run.h"

/*
 * "Get-CsUser [[-Identity] <string>] [-Filter <Object>] ...": a line a
 * parameter set, blank lines around, as Get-Command -Syntax shows it.
 */
enum flow syntax_of_command(struct run *r, const char *name, struct buf *b);

#endif
