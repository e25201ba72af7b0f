/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encodings of text, and a writer of text files. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/text.h"
#include "core/textfile.h"

#define WRITE_AT 65536

static const struct {
	const char *name;
	enum text_encoding e;
} names[] = {
	{ "utf8", TEXT_UTF8 },
	{ "utf8NoBOM", TEXT_UTF8 },
	{ "utf-8", TEXT_UTF8 },
	{ "65001", TEXT_UTF8 },
	{ "default", TEXT_UTF8 },
	{ "utf8BOM", TEXT_UTF8_BOM },
	{ "ascii", TEXT_ASCII },
	{ "us-ascii", TEXT_ASCII },
	{ "20127", TEXT_ASCII },
	{ "utf7", TEXT_ASCII },
	{ "latin1", TEXT_LATIN1 },
	{ "iso-8859-1", TEXT_LATIN1 },
	{ "28591", TEXT_LATIN1 },
	{ "ansi", TEXT_LATIN1 },
	{ "oem", TEXT_LATIN1 },
	{ "windows-1252", TEXT_LATIN1 },
	{ "1252", TEXT_LATIN1 },
	{ "unicode", TEXT_UTF16 },
	{ "string", TEXT_UTF16 },
	{ "utf-16", TEXT_UTF16 },
	{ "utf-16le", TEXT_UTF16 },
	{ "1200", TEXT_UTF16 },
	{ "bigendianunicode", TEXT_UTF16BE },
	{ "utf-16be", TEXT_UTF16BE },
	{ "1201", TEXT_UTF16BE },
	{ "utf32", TEXT_UTF32 },
	{ "utf-32", TEXT_UTF32 },
	{ "12000", TEXT_UTF32 },
	{ "bigendianutf32", TEXT_UTF32BE },
	{ "utf-32be", TEXT_UTF32BE },
	{ "12001", TEXT_UTF32BE },
};

bool
text_encoding_find(const char *name, enum text_encoding *ep)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i].name) == 0) {
			*ep = names[i].e;
			return true;
		}
	return false;
}

static void
put_unit(struct buf *out, uint32_t u, unsigned size, bool big)
{
	for (unsigned i = 0; i < size; i++)
		buf_add_byte(out,
		    (char)(u >> 8 * (big ? size - 1 - i : i) & 0xff));
}

static bool
is_surrogate(uint32_t cp)
{
	return cp >= 0xd800 && cp < 0xe000;
}

static void
put_codepoint(enum text_encoding e, uint32_t cp, struct buf *out)
{
	bool big = e == TEXT_UTF16BE || e == TEXT_UTF32BE;

	if (is_surrogate(cp))
		cp = 0xfffd;
	switch (e) {
	case TEXT_UTF8:
	case TEXT_UTF8_BOM:
		(void)buf_add_utf8(out, cp);
		break;
	case TEXT_ASCII:
		if (cp >= 0x10000)
			buf_add_byte(out, '?'); /* .NET: one a unit */
		buf_add_byte(out, cp < 0x80 ? (char)cp : '?');
		break;
	case TEXT_LATIN1:
		if (cp >= 0x10000)
			buf_add_byte(out, '?');
		buf_add_byte(out, cp < 0x100 ? (char)cp : '?');
		break;
	case TEXT_UTF16:
	case TEXT_UTF16BE:
		if (cp >= 0x10000) {
			put_unit(out, 0xd800 + ((cp - 0x10000) >> 10), 2, big);
			cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
		}
		put_unit(out, cp, 2, big);
		break;
	case TEXT_UTF32:
	case TEXT_UTF32BE:
		put_unit(out, cp, 4, big);
		break;
	}
}

void
text_encode(enum text_encoding e, const char *s, size_t n, struct buf *out)
{
	uint32_t cp;

	if ((e <= TEXT_UTF8_BOM && memchr(s, 0xed, n) == NULL) ||
	    (e <= TEXT_LATIN1 && text_is_ascii(s, n))) {
		buf_add(out, s, n);
		return;
	}
	while (n > 0) {
		size_t k = utf8_decode(s, n, &cp);

		put_codepoint(e, cp, out);
		s += k;
		n -= k;
	}
}

static uint32_t
get_unit(const unsigned char *p, unsigned size, bool big)
{
	uint32_t u = 0;

	for (unsigned i = 0; i < size; i++)
		u |= (uint32_t)p[i] << 8 * (big ? size - 1 - i : i);
	return u;
}

static size_t
decode_wide(const unsigned char *p, size_t n, unsigned size, bool big,
    struct buf *out)
{
	size_t at = 0;

	while (n - at >= size) {
		uint32_t u = get_unit(p + at, size, big), low;

		if (size == 2 && u >= 0xd800 && u < 0xdc00) {
			if (n - at < 4)
				break;
			low = get_unit(p + at + 2, 2, big);
			if (low >= 0xdc00 && low < 0xe000) {
				u = 0x10000 + ((u - 0xd800) << 10) +
				    (low - 0xdc00);
				at += 2;
			}
		}
		if (is_surrogate(u) || u > 0x10ffff)
			u = 0xfffd;
		(void)buf_add_utf8(out, u);
		at += size;
	}
	return at;
}

size_t
text_decode(enum text_encoding e, const char *p, size_t n, struct buf *out)
{
	const unsigned char *u = (const unsigned char *)p;

	switch (e) {
	case TEXT_UTF8:
	case TEXT_UTF8_BOM:
		buf_add(out, p, n);
		return n;
	case TEXT_ASCII:
	case TEXT_LATIN1:
		for (size_t i = 0; i < n; i++)
			(void)buf_add_utf8(out, u[i] < 0x80 ? u[i] :
				e == TEXT_LATIN1	    ? u[i] :
							      0xfffd);
		return n;
	case TEXT_UTF16:
	case TEXT_UTF16BE:
		return decode_wide(u, n, 2, e == TEXT_UTF16BE, out);
	case TEXT_UTF32:
	case TEXT_UTF32BE:
		return decode_wide(u, n, 4, e == TEXT_UTF32BE, out);
	}
	return n;
}

const char *
text_mark(enum text_encoding e, size_t *lenp)
{
	static const struct {
		const char *mark;
		size_t len;
	} marks[] = {
		[TEXT_UTF8] = { "", 0 },
		[TEXT_UTF8_BOM] = { "\xef\xbb\xbf", 3 },
		[TEXT_ASCII] = { "", 0 },
		[TEXT_LATIN1] = { "", 0 },
		[TEXT_UTF16] = { "\xff\xfe", 2 },
		[TEXT_UTF16BE] = { "\xfe\xff", 2 },
		[TEXT_UTF32] = { "\xff\xfe\0", 4 },
		[TEXT_UTF32BE] = { "\0\0\xfe\xff", 4 },
	};

	*lenp = marks[e].len;
	return marks[e].mark;
}

enum text_encoding
text_detect(const char *p, size_t n, enum text_encoding fallback,
    size_t *lenp)
{
	/* the longer mark first: UTF-32's begins as UTF-16's */
	static const enum text_encoding order[] = { TEXT_UTF32, TEXT_UTF32BE,
		TEXT_UTF8_BOM, TEXT_UTF16, TEXT_UTF16BE };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const char *mark = text_mark(order[i], lenp);

		if (n >= *lenp && memcmp(p, mark, *lenp) == 0)
			return order[i];
	}
	*lenp = 0;
	return fallback;
}

struct value
text_value(const char *s, size_t n)
{
	struct value v;
	char *clean;
	size_t len;

	if (text_is_ascii(s, n) || utf8_valid(s, n))
		return value_string_n(s, n);
	clean = utf8_scrub(s, n, &len);
	v = value_string_n(clean, len);
	mem_free(clean);
	return v;
}

/* ---- writing ---- */

struct text_writer {
	int fd;
	enum text_encoding e;
	struct buf out;
	int error;
};

struct text_writer *
text_writer_open(const char *path, unsigned flags, enum text_encoding e)
{
	int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	struct text_writer *w;
	struct stat st;
	int fd;

	how |= (flags & TEXT_APPEND) ? O_APPEND : O_TRUNC;
	if ((flags & TEXT_NO_CLOBBER) && !(flags & TEXT_APPEND))
		how |= O_EXCL;
	if ((flags & TEXT_FORCE) && stat(path, &st) == 0 &&
	    (st.st_mode & 0200) == 0)
		(void)chmod(path, (st.st_mode & 07777) | 0200);
	fd = open(path, how, 0666);
	if (fd < 0)
		return NULL;
	w = mem_zalloc(sizeof(*w));
	w->fd = fd;
	w->e = e;
	if (fstat(fd, &st) == 0 && st.st_size == 0) {
		size_t len;
		const char *mark = text_mark(e, &len);

		buf_add(&w->out, mark, len);
	}
	return w;
}

int
text_writer_flush(struct text_writer *w)
{
	size_t at = 0;

	while (at < w->out.len && w->error == 0) {
		ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			w->error = errno;
		else
			at += (size_t)n;
	}
	buf_reset(&w->out);
	return w->error;
}

int
text_writer_bytes(struct text_writer *w, const void *p, size_t n)
{
	buf_add(&w->out, p, n);
	return w->out.len >= WRITE_AT ? text_writer_flush(w) : w->error;
}

int
text_writer_add(struct text_writer *w, const char *s, size_t n)
{
	text_encode(w->e, s, n, &w->out);
	return w->out.len >= WRITE_AT ? text_writer_flush(w) : w->error;
}

int
text_writer_close(struct text_writer *w)
{
	int error;

	if (w == NULL)
		return 0;
	error = text_writer_flush(w);
	if (close(w->fd) != 0 && error == 0)
		error = errno;
	buf_clear(&w->out);
	mem_free(w);
	return error;
}
