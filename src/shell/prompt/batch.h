/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_PROMPT_BATCH_H
#define SHELL_PROMPT_BATCH_H

#include "shell/lang/session.h"

/* The host of runs without a person: standard output, standard error. */
void batch_host_init(struct host *h);
/* The text of a record of any stream as it is shown; owned string. */
struct value batch_record_text(struct host *h, struct run *r, enum stream s,
    struct value record);

/* Lays out what nobody captures (shell/format). Static. */
extern const struct formatter batch_formatter;

/*
 * `fedsh -Command ...` and all that; the exit code. interact is called where
 * there is a terminal and nothing to run.
 */
int startup_main(int argc, char **argv,
    const struct cmdlet *const *const *cmdlets,
    int (*interact)(const struct session_options *o));

#endif
