/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_REPORT_H
#define TYPES_REPORT_H

#include "core/cmdlet.h"

/* How commands say what went wrong: an error record in one call. */

/* Non-terminating; FLOW_LEAVE where -ErrorAction Stop. */
enum flow call_errorf(struct call *c, const char *exception, const char *id,
    const char *category, struct value target, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* Terminating; always FLOW_LEAVE. */
enum flow call_throwf(struct call *c, const char *exception, const char *id,
    const char *category, struct value target, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/*
 * Where the run is leaving with an error, tells it as this command's own
 * (its id gets the command's suffix) and goes on. Other ways to leave stay.
 */
enum flow call_retell(struct call *c);
/* The same, but the error ends the command. */
enum flow call_rethrow(struct call *c);

/* Whether text matches one of the wildcards of a list (or a single one). */
bool list_has_match(struct value patterns, const char *text);

#endif
