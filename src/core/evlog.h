/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_EVLOG_H
#define CORE_EVLOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"

/*
 * The admin's event log: numbered, documented rows (evlog.def), kept in
 * $FEDSH_HOME/log/events by the supervisor, read by Get-WinEvent. Addresses
 * and domains may stand in an event; bodies and secrets never.
 */
enum evlog_id {
#define EVLOG(id, name, level, source, text, action) EVLOG_##name = id,
#include "core/evlog.def"
#undef EVLOG
};

enum evlog_level { EVLOG_ERROR = 2, EVLOG_WARNING = 3, EVLOG_INFO = 4 };

struct evlog_row {
	unsigned int id;
	const char *name; /* "PARTNER_REFUSED" */
	enum evlog_level level;
	const char *source;
	const char *text;
	const char *action;
};

/* By id, ascending; ends with id 0. */
extern const struct evlog_row evlog_rows[];
const struct evlog_row *evlog_row(unsigned int id); /* NULL: none */
const char *evlog_level_text(enum evlog_level l);   /* "Warning" ... */

/* LIMIT: an event's sentence is cut here. */
#define EVLOG_TEXT_SIZE 1024

/*
 * Tells one event. Goes to the process's sink: a service's is its
 * supervisor; without one it is a line in our own log. Never blocks on a
 * peer, never fails. Repeating: the same id with the same text within a
 * minute is counted and told once more with the count (4.8 of the style:
 * once, then a counter).
 */
void evlog_write(enum evlog_id id, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void evlog_writev(enum evlog_id id, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

typedef void (*evlog_sink)(unsigned int id, const char *text, void *arg);
void evlog_set_sink(evlog_sink sink, void *arg); /* NULL: our own log */

/* One event as it is kept. Strings are borrowed. */
struct evlog_event {
	uint64_t record; /* counts from 1, over rotations */
	int64_t time;    /* ms since 1970 */
	unsigned int id;
	enum evlog_level level;
	const char *service; /* who told: "RTCXMPPTGWPX" */
	const char *text;
};

/* The file's writer: the supervisor. Rotates at 4 MiB, keeps 3 old ones. */
struct evlog_file;
struct evlog_file *evlog_file_open(const char *path, struct fault *f);
int evlog_file_add(struct evlog_file *e, int64_t time, const char *service,
    unsigned int id, const char *text, struct fault *f);
void evlog_file_close(struct evlog_file *e);

/*
 * Reads path and its old ones, oldest first (or newest first), until fn
 * returns false. Lines that are damaged are skipped. A missing file is an
 * empty log.
 */
int evlog_file_read(const char *path, bool newest_first,
    bool (*fn)(const struct evlog_event *e, void *arg), void *arg,
    struct fault *f);

#endif
