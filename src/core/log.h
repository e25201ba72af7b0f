/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_LOG_H
#define CORE_LOG_H

/*
 * Our own log, for maintainers: one line, a short sentence and key=value
 * pairs ("stream opened s2s=41 peer=example.org"). No message bodies, no
 * secrets. Bytes below 0x20 in the text are written as \xHH, so a peer
 * cannot forge a line. The admin's event log is core/evlog.h.
 */
enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_NONE,
};

/* Standard error and LOG_LEVEL_WARN until set. fd -1 turns the log off. */
void log_open_fd(int fd, enum log_level least);
enum log_level log_level_parse(const char *name);
/* What FEDSH_LOG asks for: for supervisor and services. */
enum log_level log_level_wanted(enum log_level otherwise);

void log_debug(const char *component, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *component, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *component, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_error(const char *component, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
