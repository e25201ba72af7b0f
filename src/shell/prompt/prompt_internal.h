/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_PROMPT_PROMPT_INTERNAL_H
#define SHELL_PROMPT_PROMPT_INTERNAL_H

#include "shell/lang/session.h"

/* History: one file a user, appended after every command. */
void history_load(void);
/* Adds a command; what looks like a secret stays in memory only. */
void history_keep(const char *text);
/* Whether the text names a password or token and so is not written. */
bool history_is_secret(const char *text);

/* Makes Tab complete for this session. */
void complete_install(struct session *s);

#endif
