/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Growable bytes; also text: data is always followed by a NUL that len does
 * not count (data is never NULL after buf_init). Zeroed memory is a valid
 * empty buf whose data is NULL until something is added; use buf_text().
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;
};

void buf_init(struct buf *b);
void buf_clear(struct buf *b); /* frees; the buf can be used again */
void buf_reset(struct buf *b); /* empties, keeps the memory */
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_str(struct buf *b, const char *s);
void buf_add_byte(struct buf *b, char c);
void buf_add_fill(struct buf *b, char c, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* A Unicode scalar (or lone surrogate) as UTF-8; returns the bytes added. */
size_t buf_add_utf8(struct buf *b, uint32_t codepoint);

/* Removes n bytes from the front. */
void buf_consume(struct buf *b, size_t n);
void buf_truncate(struct buf *b, size_t len);

/* The text; "" where nothing was added. Borrowed. */
const char *buf_text(const struct buf *b);

/* The text as the caller's own string; the buf is empty afterwards. */
char *buf_take(struct buf *b);

#endif
