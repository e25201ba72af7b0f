/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_HOST_H
#define SHELL_LANG_HOST_H

#include "core/run.h"
#include "core/value.h"

/*
 * What stands between a session and people: a terminal, pipes, or a program
 * that records. The session owns none of it.
 */
struct host {
	/* Rendered output (formatter, Write-Host, native programs). */
	void (*write)(struct host *h, const char *text, size_t len);
	/*
	 * A record that reached the end of its stream: ErrorRecord,
	 * WarningRecord, VerboseRecord, DebugRecord, InformationRecord.
	 */
	void (*record)(struct host *h, struct run *r, enum stream s,
	    struct value record);
	/* Columns. */
	int (*width)(struct host *h);
	/* -1 where nobody can answer; *linep is the caller's. */
	int (*read_line)(struct host *h, const char *prompt, bool secret,
	    char **linep);
	/* One of n; -1 where nobody can answer. */
	int (*choose)(struct host *h, const char *caption,
	    const char *message, const char *const *choices, size_t n,
	    size_t preset);
	/* Everything written so far is out (a program is about to write to
	 * the same descriptor); may be NULL. */
	void (*flush)(struct host *h);
	bool interactive; /* prompts are allowed */
	/*
	 * Native programs inherit descriptors 0, 1, 2 (a terminal, or the
	 * pipes we were started with). Else their output comes to write().
	 */
	bool passes_descriptors;
	/* -s for the child's own process group: a terminal is there. */
	bool terminal;
	bool colour;
};

/*
 * The last stage of everything that is not captured: lays out objects and
 * writes text to the host. One from begin to end is one "Out-Default".
 * shell/format brings one; NULL members are not called.
 */
struct formatter {
	enum flow (*begin)(struct formatter *f, struct run *r,
	    struct host *h);
	enum flow (*process)(struct formatter *f, struct run *r,
	    struct value v);
	enum flow (*end)(struct formatter *f, struct run *r);
	/* Something else is about to write: what must come out first? */
	void (*flush)(struct formatter *f, struct run *r);
	/* Another of the same kind (Out-String, nested use); freed by free. */
	struct formatter *(*open)(const struct formatter *f);
	void (*free)(struct formatter *f);
};

#endif
