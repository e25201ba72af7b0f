/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader of text files, piece by piece. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/textfile.h"

#define READ_AT 65536

/* LIMIT: a file read whole. */
#define WHOLE_MAX ((size_t)1 << 31)

struct text_reader {
	int fd;
	enum text_encoding e;
	bool started; /* the mark has been looked for */
	bool ended;
	struct buf raw;  /* bytes that are not yet a whole unit */
	struct buf text; /* decoded; the next piece begins at `at` */
	size_t at;
	char chunk[READ_AT];
};

struct text_reader *
text_reader_open(const char *path, enum text_encoding e)
{
	struct text_reader *r;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd);
		errno = EISDIR;
		return NULL;
	}
	r = mem_zalloc(sizeof(*r));
	r->fd = fd;
	r->e = e;
	return r;
}

void
text_reader_close(struct text_reader *r)
{
	if (r == NULL)
		return;
	(void)close(r->fd);
	buf_clear(&r->raw);
	buf_clear(&r->text);
	mem_free(r);
}

void
text_reader_again(struct text_reader *r)
{
	r->ended = false;
}

ssize_t
text_reader_bytes(struct text_reader *r, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(r->fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

/* What was read becomes text; the mark at the start is dropped. */
static void
take(struct text_reader *r)
{
	size_t skip = 0, used;

	if (!r->started) {
		if (r->raw.len < 4 && !r->ended)
			return;
		r->e = text_detect(buf_text(&r->raw), r->raw.len, r->e, &skip);
		r->started = true;
	}
	used = text_decode(r->e, buf_text(&r->raw) + skip, r->raw.len - skip,
	    &r->text);
	buf_consume(&r->raw, skip + used);
	if (r->ended && r->raw.len > 0) {
		(void)buf_add_utf8(&r->text, 0xfffd);
		buf_reset(&r->raw);
	}
}

/* 1 more text (or the end is known now), -1 errno. */
static int
more(struct text_reader *r)
{
	ssize_t n = text_reader_bytes(r, r->chunk, sizeof(r->chunk));

	if (n < 0)
		return -1;
	if (r->at > 0) {
		buf_consume(&r->text, r->at);
		r->at = 0;
	}
	if (n == 0)
		r->ended = true;
	else
		buf_add(&r->raw, r->chunk, (size_t)n);
	take(r);
	return 1;
}

/* The end of the piece at r->at: its length, and what stands after it. */
static bool
find_line(struct text_reader *r, size_t from, size_t *lenp, size_t *endp)
{
	const char *s = buf_text(&r->text) + r->at;
	size_t n = r->text.len - r->at, upto;
	const char *lf = memchr(s + from, '\n', n - from), *cr;

	upto = lf != NULL ? (size_t)(lf - s) : n;
	cr = memchr(s + from, '\r', upto - from);
	if (cr == NULL && lf == NULL)
		return false;
	if (cr == NULL) {
		*lenp = upto;
		*endp = upto + 1;
		return true;
	}
	*lenp = (size_t)(cr - s);
	if (*lenp + 1 == n && !r->ended)
		return false; /* a \n may follow */
	*endp = *lenp + (*lenp + 1 < n && cr[1] == '\n' ? 2 : 1);
	return true;
}

static bool
find_piece(struct text_reader *r, const char *delimiter, size_t from,
    size_t *lenp, size_t *endp)
{
	size_t len = strlen(delimiter);
	const char *s = buf_text(&r->text) + r->at, *hit;
	size_t n = r->text.len - r->at;

	from = from > len ? from - len : 0;
	hit = memmem(s + from, n - from, delimiter, len);
	if (hit == NULL)
		return false;
	*lenp = (size_t)(hit - s);
	*endp = *lenp + len;
	return true;
}

int
text_reader_next(struct text_reader *r, const char *delimiter,
    const char **sp, size_t *np)
{
	size_t from = 0, end = 0;

	for (;;) {
		size_t have = r->text.len - r->at;

		if (have > 0 && (delimiter == NULL ?
			find_line(r, from, np, &end) :
			find_piece(r, delimiter, from, np, &end))) {
			*sp = r->text.data + r->at;
			r->at += end;
			return 1;
		}
		if (r->ended)
			break;
		from = have > 0 && delimiter == NULL ? have - 1 : have;
		if (more(r) < 0)
			return -1;
	}
	*np = r->text.len - r->at;
	if (*np == 0)
		return 0;
	*sp = r->text.data + r->at;
	r->at = r->text.len;
	return 1;
}

int
text_reader_rest(struct text_reader *r, struct buf *out)
{
	while (!r->ended) {
		if (r->text.len > WHOLE_MAX) {
			errno = EFBIG;
			return -1;
		}
		if (more(r) < 0)
			return -1;
	}
	buf_add(out, buf_text(&r->text) + r->at, r->text.len - r->at);
	r->at = r->text.len;
	return 0;
}

/*
 * Bytes from `at` hold the wanted pieces: count delimiters from the end, the
 * last of which may end the file.
 */
static bool
tail_begins(const char *p, size_t n, const char *delimiter, size_t count,
    size_t *atp)
{
	size_t len = strlen(delimiter), at = n;

	if (n >= len && memcmp(p + n - len, delimiter, len) == 0)
		at -= len;
	while (at >= len) {
		const char *hit = memrchr(p, delimiter[len - 1], at);

		if (hit == NULL || (size_t)(hit - p) + 1 < len)
			return false;
		at = (size_t)(hit - p) + 1 - len;
		if (memcmp(p + at, delimiter, len) != 0) {
			at = (size_t)(hit - p);
			continue;
		}
		if (--count == 0) {
			*atp = at + len;
			return true;
		}
	}
	return false;
}

/* Wide encodings: read all and go back within the text. */
static int
tail_decoded(struct text_reader *r, const char *delimiter, size_t count)
{
	struct buf all = { 0 };
	size_t at = 0;

	if (text_reader_rest(r, &all) < 0) {
		buf_clear(&all);
		return -1;
	}
	if (!tail_begins(buf_text(&all), all.len, delimiter, count, &at))
		at = 0;
	buf_clear(&r->text);
	r->text = all;
	r->at = count == 0 ? all.len : at;
	return 0;
}

int
text_reader_tail(struct text_reader *r, const char *delimiter, size_t count)
{
	const char *d = delimiter == NULL ? "\n" : delimiter;
	struct buf part = { 0 };
	off_t size = lseek(r->fd, 0, SEEK_END), from = size;
	size_t at = 0;
	bool found = false;

	if (size < 0 || r->e > TEXT_LATIN1 || size < 4)
		return (size >= 0 && lseek(r->fd, 0, SEEK_SET) < 0) ? -1 :
		    tail_decoded(r, d, count);
	if (pread(r->fd, r->chunk, 4, 0) == 4) {
		size_t mark;

		r->e = text_detect(r->chunk, 4, r->e, &mark);
		if (r->e > TEXT_LATIN1)
			return lseek(r->fd, 0, SEEK_SET) < 0 ? -1 :
			    tail_decoded(r, d, count);
	}
	while (!found && from > 0 && count > 0) {
		size_t step = from > READ_AT ? READ_AT : (size_t)from;
		struct buf bigger = { 0 };
		ssize_t n;

		from -= (off_t)step;
		n = pread(r->fd, r->chunk, step, from);
		if (n != (ssize_t)step) {
			buf_clear(&part);
			return -1;
		}
		buf_add(&bigger, r->chunk, step);
		buf_add(&bigger, buf_text(&part), part.len);
		buf_clear(&part);
		part = bigger;
		found = tail_begins(part.data, part.len, d, count, &at);
	}
	buf_clear(&part);
	r->started = from > 0 || found;
	return lseek(r->fd, count == 0 ? size : from + (off_t)at, SEEK_SET) < 0 ?
	    -1 : 0;
}
