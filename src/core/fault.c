/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What went wrong, on the caller's stack. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAULT_C
#include "core/fault.h"

static const struct fault_row {
	const char *exception_type;
	const char *id;
	const char *category;
} fault_rows[] = {
#define FAULT(code, type, id, category) { type, id, category },
#include "core/errors.def"
#undef FAULT
};

int
fault_setv(struct fault *f, enum fault_code code, const char *fmt, va_list ap)
{
	if (f == NULL)
		return -1;
	f->code = code;
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	return -1;
}

int
fault_set(struct fault *f, enum fault_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)fault_setv(f, code, fmt, ap);
	va_end(ap);
	return -1;
}

static enum fault_code
fault_code_from_errno(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return FAULT_NOT_FOUND;
	case EEXIST:
		return FAULT_EXISTS;
	case EACCES:
	case EPERM:
	case EROFS:
		return FAULT_DENIED;
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* ulimit -f, or the file system's own limit */
		return FAULT_DISK_FULL;
	case EBUSY:
	case EADDRINUSE:
		return FAULT_BUSY;
	case ETIMEDOUT:
		return FAULT_TIMEOUT;
	case ECONNRESET:
	case EPIPE:
		return FAULT_CLOSED;
	case ECONNREFUSED:
	case ENETUNREACH:
	case EHOSTUNREACH:
		return FAULT_UNAVAILABLE;
	default:
		return FAULT_SYSTEM;
	}
}

int
fault_errno(struct fault *f, int error, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	if (f == NULL)
		return -1;
	va_start(ap, fmt);
	(void)fault_setv(f, fault_code_from_errno(error), fmt, ap);
	va_end(ap);
	len = strlen(f->text);
	(void)snprintf(f->text + len, sizeof(f->text) - len, ": %s%s",
	    strerror(error),
	    f->code == FAULT_DISK_FULL ? "; free some space and try again"
				       : "");
	return -1;
}

int
fault_within(struct fault *f, const char *fmt, ...)
{
	char inner[FAULT_TEXT_SIZE];
	va_list ap;
	size_t len;

	if (f == NULL)
		return -1;
	memcpy(inner, f->text, sizeof(inner));
	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	len = strlen(f->text);
	(void)snprintf(f->text + len, sizeof(f->text) - len, ": %s", inner);
	return -1;
}

const char *
fault_exception_type(enum fault_code code)
{
	return fault_rows[code].exception_type;
}

const char *
fault_id(enum fault_code code)
{
	return fault_rows[code].id;
}

const char *
fault_category(enum fault_code code)
{
	return fault_rows[code].category;
}
