/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_TEXTFILE_H
#define CORE_TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/buf.h"
#include "core/fault.h"
#include "core/value.h"

/*
 * Text in files: what Get-Content, Set-Content, Out-File, redirections and
 * System.IO.File share. Inside it is UTF-8; a byte order mark that is found
 * wins over the encoding that was asked for.
 */
enum text_encoding {
	TEXT_UTF8,
	TEXT_UTF8_BOM,
	TEXT_ASCII,
	TEXT_LATIN1,
	TEXT_UTF16,
	TEXT_UTF16BE,
	TEXT_UTF32,
	TEXT_UTF32BE,
};

/* Names -Encoding takes, .NET's names and code pages; false: unknown. */
bool text_encoding_find(const char *name, enum text_encoding *ep);

/* UTF-8 (lone surrogates allowed) as bytes of an encoding, and back. */
void text_encode(enum text_encoding e, const char *s, size_t n,
    struct buf *out);
/* Whole units only; returns how many bytes were used. */
size_t text_decode(enum text_encoding e, const char *p, size_t n,
    struct buf *out);
/* The mark a file of the encoding starts with. */
const char *text_mark(enum text_encoding e, size_t *lenp);
/* The encoding a mark at the start of p says; *lenp its length or 0. */
enum text_encoding text_detect(const char *p, size_t n,
    enum text_encoding fallback, size_t *lenp);

/* A string of bytes that ought to be UTF-8: U+FFFD where they are not. */
struct value text_value(const char *s, size_t n);

enum {
	TEXT_APPEND = 1 << 0,
	TEXT_NO_CLOBBER = 1 << 1,
	TEXT_FORCE = 1 << 2, /* takes write protection off first */
};

struct text_writer;
/* NULL with errno set where it cannot be opened. */
struct text_writer *text_writer_open(const char *path, unsigned flags,
    enum text_encoding e);
/* 0, or the errno of the first write that failed. */
int text_writer_add(struct text_writer *w, const char *s, size_t n);
int text_writer_bytes(struct text_writer *w, const void *p, size_t n);
int text_writer_flush(struct text_writer *w);
/* Writes what is left and frees; accepts NULL. */
int text_writer_close(struct text_writer *w);

struct text_reader;
struct text_reader *text_reader_open(const char *path, enum text_encoding e);
/*
 * The next piece, borrowed until the next call: up to a line end (\n, \r\n,
 * \r) or up to delimiter (may be NULL), neither of which belongs to it. 1 a
 * piece, 0 the end, -1 errno is set.
 */
int text_reader_next(struct text_reader *r, const char *delimiter,
    const char **sp, size_t *np);
/* All that is left, decoded, added to out. 0 or -1. */
int text_reader_rest(struct text_reader *r, struct buf *out);
/* Bytes as they lie in the file; as read(). */
ssize_t text_reader_bytes(struct text_reader *r, void *p, size_t n);
/*
 * Moves to where the last `count` pieces begin. 0 or -1 (a pipe: errno).
 */
int text_reader_tail(struct text_reader *r, const char *delimiter,
    size_t count);
/* Forgets that the end was seen: more may have been written since. */
void text_reader_again(struct text_reader *r);
void text_reader_close(struct text_reader *r);

#endif
