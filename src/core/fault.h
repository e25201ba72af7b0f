/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <stdarg.h>

enum fault_code {
#define FAULT(code, type, id, category) FAULT_##code,
#include "core/errors.def"
#undef FAULT
	FAULT_CODES
};

/* LIMIT: a fault's sentence is cut here. */
#define FAULT_TEXT_SIZE 1024

/*
 * What went wrong, on the caller's stack: a code for programs, one sentence
 * for people (it names the thing and what to do; lower case, no full stop).
 * Costs no allocation; nothing to free.
 */
struct fault {
	enum fault_code code;
	char text[FAULT_TEXT_SIZE];
};

/* Fill f (which may be NULL) and return -1, so that failing is one statement. */
int fault_set(struct fault *f, enum fault_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int fault_setv(struct fault *f, enum fault_code code, const char *fmt,
    va_list ap) __attribute__((format(printf, 3, 0)));

/*
 * From errno: the code follows the number (ENOENT is NOT_FOUND, ENOSPC and
 * EDQUOT are DISK_FULL, EACCES is DENIED ...), ": strerror" is appended.
 */
int fault_errno(struct fault *f, int error, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "doing what: " in front of what f says already; returns -1. */
int fault_within(struct fault *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The row of errors.def. Static text. */
const char *fault_exception_type(enum fault_code code);
const char *fault_id(enum fault_code code);
const char *fault_category(enum fault_code code);

#if defined(__clang_analyzer__) && !defined(FAULT_C)
/* One file is analysed at a time: say what these return. */
#define fault_set(...)	  ((void)(fault_set)(__VA_ARGS__), -1)
#define fault_setv(...)	  ((void)(fault_setv)(__VA_ARGS__), -1)
#define fault_errno(...)  ((void)(fault_errno)(__VA_ARGS__), -1)
#define fault_within(...) ((void)(fault_within)(__VA_ARGS__), -1)
#endif

#endif
