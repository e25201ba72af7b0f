/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include <signal.h>
#include <stdarg.h>

#include "core/fault.h"
#include "core/value.h"

/* How a call that may run script code came back. */
enum flow {
	FLOW_MORE,          /* go on */
	FLOW_STOP_UPSTREAM, /* run->stopper has had enough */
	FLOW_LEAVE,         /* run->leave says why */
};

enum leave_kind {
	LEAVE_NONE,
	LEAVE_BREAK,    /* label may be NULL */
	LEAVE_CONTINUE,
	LEAVE_RETURN,
	LEAVE_THROW,   /* value is the ErrorRecord */
	LEAVE_EXIT,    /* code */
	LEAVE_STOPPED, /* Ctrl-C, or a stage that was stopped */
};

/* Owned by the run; filled by whoever leaves, emptied by who catches. */
struct leave {
	enum leave_kind kind;
	char *label;
	struct value value;
	int code;
};

enum stream {
	STREAM_OUTPUT = 1,
	STREAM_ERROR = 2,
	STREAM_WARNING = 3,
	STREAM_VERBOSE = 4,
	STREAM_DEBUG = 5,
	STREAM_INFORMATION = 6,
	STREAM_PROGRESS = 7,
};

struct run;

/* What becomes an ErrorRecord. Strings are borrowed for the call. */
struct error_spec {
	const char *exception; /* type name; NULL: RuntimeException */
	const char *id;        /* FullyQualifiedErrorId up to the comma */
	const char *category;  /* ErrorCategory's name; NULL: NotSpecified */
	struct value target;
	struct value inner; /* an exception, or null */
	const char *message;
};

/* What a running script offers to whoever may reach its code. */
struct run_ops {
	/*
	 * Runs a script block. under is $_ (VALUE_NULL: not set, see
	 * INVOKE_UNDER); what it writes is collected in *outp: nothing, the
	 * one value, or Object[]. new_scope false: dot-sourced.
	 */
	enum flow (*invoke)(struct run *r, struct value block,
	    const struct value *args, size_t n, const struct value *under,
	    bool new_scope, struct value *outp);
	/* Makes the record and leaves: always returns FLOW_LEAVE. */
	enum flow (*raise)(struct run *r, const struct error_spec *spec);
	/* A record on the error stream, as -ErrorAction says. */
	enum flow (*report)(struct run *r, const struct error_spec *spec);
	/* A record or value on a stream. */
	enum flow (*write)(struct run *r, enum stream s, struct value v);
	/* Variables by name ("ErrorActionPreference", "global:x"). */
	bool (*get_variable)(struct run *r, const char *name,
	    struct value *outp);
	enum flow (*set_variable)(struct run *r, const char *name,
	    struct value v);
	/* The current location, absolute; borrowed until it changes. */
	const char *(*location)(struct run *r);
	/*
	 * Waits until fd is ready (events as in poll), the deadline (ms, -1:
	 * none) passes or the run is stopped. 1 ready, 0 time, -1 stopped.
	 */
	int (*wait)(struct run *r, int fd, short events, int timeout_ms);
	/* Calls a member that only a script knows; see types/member.h. */
};

/*
 * A run is one session's execution: shell, script or recorder. Services have
 * none. NULL is a legal run for the codec's types, which call nobody.
 */
struct run {
	const struct run_ops *ops;
	struct leave leave;
	const void *stopper; /* the stage that has had enough */
	volatile sig_atomic_t stop; /* set by Ctrl-C; looked at when emitting */
	void *session; /* shell/lang's */
};

/* Raise with a formatted message. Always FLOW_LEAVE. */
enum flow run_throw(struct run *r, const char *exception, const char *id,
    const char *category, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The same from a fault (exception type, id and category by its code). */
enum flow run_throw_fault(struct run *r, const struct fault *f);
/* Leaves as stopped where Ctrl-C was pressed. */
enum flow run_check_stop(struct run *r);
/* Forgets why the run left (a catch does). */
void run_leave_clear(struct run *r);

/*
 * How much of the stack is left is enough for one more level? The shell runs
 * on a large stack of its own; parser, evaluator, codec, JSON and release of
 * values ask before going deeper.
 */
void run_stack_limit(const void *base, size_t size);
bool run_stack_ok(void);

#endif
