/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_TASK_OUTPUT_H
#define CMDLETS_CS_TASK_OUTPUT_H

#include <stdint.h>

#include "core/buf.h"
#include "core/cmdlet.h"

/*
 * What a Test- cmdlet emits (cmdlets.md 6): TargetFqdn, Result, Latency,
 * Error, Diagnosis; the last is one sentence that names the repair.
 */
#define TASK_OUTPUT_TYPE "Microsoft.Rtc.SyntheticTransactions.TaskOutput"

struct task {
	struct call *call;
	const char *target; /* borrowed; "" where there is none */
	int64_t started_us;
	struct buf log; /* for -OutVerboseVariable and -OutLoggerVariable */
};

void task_begin(struct task *t, struct call *c, const char *target);
/* A step was done: said under -Verbose, too. */
enum flow task_step(struct task *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* error NULL: success. Emits, and ends the task. */
enum flow task_end(struct task *t, const char *error, const char *diagnosis);

#define TASK_ROWS                                                              \
	{ "OutVerboseVariable", "string", "ovv", NULL, 0, NULL, 0, 0,          \
	    "Name of a variable for what was done, as text" },                 \
	    { "OutLoggerVariable", "string", "olv", NULL, 0, NULL, 0, 0,       \
		"Name of a variable for the same, with ToHTML() and ToXML()" }

extern const char *const task_output[];

#endif
