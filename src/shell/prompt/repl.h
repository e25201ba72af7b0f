/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_PROMPT_REPL_H
#define SHELL_PROMPT_REPL_H

#include "shell/lang/session.h"

/* The interactive shell, until exit or the end of input; the exit code. */
int repl_main(const struct session_options *o);

#endif
