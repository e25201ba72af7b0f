/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own log: component, level, one line. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/log.h"

static int log_fd = STDERR_FILENO;
static enum log_level log_least = LOG_LEVEL_WARN;

static const char *const log_level_names[] = {
	"debug",
	"info",
	"warn",
	"error",
	"none",
};

void
log_open_fd(int fd, enum log_level least)
{
	log_fd = fd;
	log_least = least;
}

enum log_level
log_level_parse(const char *name)
{
	int i;

	for (i = LOG_LEVEL_DEBUG; i <= LOG_LEVEL_NONE; i++)
		if (strcasecmp(name, log_level_names[i]) == 0)
			return (enum log_level)i;
	return LOG_LEVEL_WARN;
}

enum log_level
log_level_wanted(enum log_level otherwise)
{
	const char *name = getenv("FEDSH_LOG");

	return name == NULL || *name == '\0' ? otherwise
					     : log_level_parse(name);
}

/* Control bytes never reach the log as they are: one call, one line. */
static void
log_add_safe(struct buf *line, const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			buf_printf(line, "\\x%02x", (unsigned char)*p);
		else
			buf_add_byte(line, *p);
	}
}

static void __attribute__((format(printf, 3, 0)))
log_line(enum log_level level, const char *component, const char *fmt,
    va_list ap)
{
	struct buf line, text;
	struct timespec now;
	struct tm tm;
	char stamp[40];

	if (level < log_least || log_fd < 0)
		return;
	buf_init(&line);
	buf_init(&text);
	buf_vprintf(&text, fmt, ap);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(&line, "%s.%03ldZ %s %s: ", stamp, now.tv_nsec / 1000000,
	    log_level_names[level], component);
	log_add_safe(&line, buf_text(&text));
	buf_add_byte(&line, '\n');
	/* A full disk loses a line; only a reader that is gone ends the log. */
	if (write(log_fd, line.data, line.len) < 0 &&
	    (errno == EPIPE || errno == EBADF))
		log_fd = -1;
	buf_clear(&text);
	buf_clear(&line);
}

#define LOG_FUNCTION(name, level)                                              \
	void name(const char *component, const char *fmt, ...)                 \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		log_line(level, component, fmt, ap);                           \
		va_end(ap);                                                    \
	}

LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
