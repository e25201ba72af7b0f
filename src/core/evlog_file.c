/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event log's file: a line an event, tabs between record, time, id,
 * service and text; rotated by size.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/evlog.h"
#include "core/mem.h"

/* LIMIT: a file's size and how many old ones are kept. */
#define FILE_MAX (4 * 1024 * 1024)
#define OLD_FILES 3
#define LINE_SIZE (2 * EVLOG_TEXT_SIZE + 256)

struct evlog_file {
	char *path;
	int fd;
	size_t size;
	uint64_t last; /* record */
};

/* Control bytes and the backslash as \xHH: one event stays one line. */
static void
add_escaped(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '\\')
			buf_printf(b, "\\x%02x", (unsigned char)*s);
		else
			buf_add_byte(b, *s);
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] == 'x' && hex_digit(s[2]) >= 0 &&
		    hex_digit(s[3]) >= 0) {
			*to++ = (char)(hex_digit(s[2]) * 16 + hex_digit(s[3]));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Cuts line in place; false for a damaged one. */
static bool
line_read(char *line, struct evlog_event *e)
{
	char *field[5], *end;
	const struct evlog_row *row;
	size_t i;

	for (i = 0; i < 5; i++) {
		field[i] = line;
		if (i == 4)
			break;
		if ((line = strchr(line, '\t')) == NULL)
			return false;
		*line++ = '\0';
	}
	e->record = strtoull(field[0], &end, 10);
	if (end == field[0] || *end != '\0')
		return false;
	e->time = strtoll(field[1], &end, 10);
	if (end == field[1] || *end != '\0')
		return false;
	e->id = (unsigned int)strtoul(field[2], &end, 10);
	if (end == field[2] || *end != '\0')
		return false;
	row = evlog_row(e->id);
	e->level = row == NULL ? EVLOG_INFO : row->level;
	unescape(field[3]);
	unescape(field[4]);
	e->service = field[3];
	e->text = field[4];
	return true;
}

/* The whole of one file of the log; a missing one is empty. */
static int
file_load(const char *path, struct buf *b, struct fault *f)
{
	char chunk[16384];
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno == ENOENT ? 0 : fault_errno(f, errno, "%s", path);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 &&
	    b->len <= 2 * FILE_MAX)
		buf_add(b, chunk, (size_t)n);
	if (n == -1)
		(void)fault_errno(f, errno, "%s", path);
	(void)close(fd);
	return n == -1 ? -1 : 0;
}

/* Splits into lines; returns their number, *linesp is the caller's. */
static size_t
lines_split(struct buf *b, char ***linesp)
{
	size_t n = 0, cap = 0;
	char **lines = NULL, *p, *end;

	for (p = b->data; p != NULL && (end = strchr(p, '\n')) != NULL;
	    p = end + 1) {
		*end = '\0';
		if (n == cap) {
			cap = cap == 0 ? 256 : cap * 2;
			lines = mem_array_grow(lines, cap, sizeof(char *));
		}
		lines[n++] = p;
	}
	*linesp = lines;
	return n;
}

/* 1: all of it was given to fn, 0: fn had enough, -1: a fault. */
static int
file_walk(const char *path, bool newest_first,
    bool (*fn)(const struct evlog_event *, void *), void *arg,
    struct fault *f)
{
	struct evlog_event e;
	struct buf b;
	char **lines;
	size_t i, n;
	int rc = 1;

	buf_init(&b);
	if (file_load(path, &b, f) == -1) {
		buf_clear(&b);
		return -1;
	}
	n = lines_split(&b, &lines);
	for (i = 0; i < n && rc == 1; i++)
		if (line_read(lines[newest_first ? n - 1 - i : i], &e) &&
		    !fn(&e, arg))
			rc = 0;
	mem_free(lines);
	buf_clear(&b);
	return rc;
}

static char *
old_path(const char *path, int n)
{
	return n == 0 ? mem_strdup(path) : mem_printf("%s.%d", path, n);
}

int
evlog_file_read(const char *path, bool newest_first,
    bool (*fn)(const struct evlog_event *e, void *arg), void *arg,
    struct fault *f)
{
	int i, rc = 1;
	char *one;

	for (i = 0; i <= OLD_FILES && rc == 1; i++) {
		one = old_path(path, newest_first ? i : OLD_FILES - i);
		rc = file_walk(one, newest_first, fn, arg, f);
		mem_free(one);
	}
	return rc == -1 ? -1 : 0;
}

static bool
keep_last(const struct evlog_event *e, void *arg)
{
	*(uint64_t *)arg = e->record;
	return false;
}

static int
file_start(struct evlog_file *e, struct fault *f)
{
	off_t size;
	char end;

	e->fd = open(e->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (e->fd == -1)
		return fault_errno(f, errno, "event log %s", e->path);
	size = lseek(e->fd, 0, SEEK_END);
	e->size = size > 0 ? (size_t)size : 0;
	/* A line torn by a crash must not swallow the next one. */
	if (e->size > 0 && pread(e->fd, &end, 1, size - 1) == 1 &&
	    end != '\n' && write(e->fd, "\n", 1) == 1)
		e->size++;
	return 0;
}

struct evlog_file *
evlog_file_open(const char *path, struct fault *f)
{
	struct evlog_file *e = mem_zalloc(sizeof(*e));

	e->path = mem_strdup(path);
	e->fd = -1;
	if (evlog_file_read(path, true, keep_last, &e->last, f) == -1 ||
	    file_start(e, f) == -1) {
		evlog_file_close(e);
		return NULL;
	}
	return e;
}

void
evlog_file_close(struct evlog_file *e)
{
	if (e == NULL)
		return;
	if (e->fd != -1)
		(void)close(e->fd);
	mem_free(e->path);
	mem_free(e);
}

static int
rotate(struct evlog_file *e, struct fault *f)
{
	char *from, *to;
	int i;

	for (i = OLD_FILES; i > 0; i--) {
		from = old_path(e->path, i - 1);
		to = old_path(e->path, i);
		(void)rename(from, to);
		mem_free(from);
		mem_free(to);
	}
	(void)close(e->fd);
	return file_start(e, f);
}

int
evlog_file_add(struct evlog_file *e, int64_t time, const char *service,
    unsigned int id, const char *text, struct fault *f)
{
	struct buf b;
	ssize_t n;
	int rc = 0;

	if (e->size >= FILE_MAX && rotate(e, f) == -1)
		return -1;
	buf_init(&b);
	buf_printf(&b, "%" PRIu64 "\t%" PRId64 "\t%u\t", e->last + 1, time, id);
	add_escaped(&b, service);
	buf_add_byte(&b, '\t');
	add_escaped(&b, text);
	if (b.len > LINE_SIZE)
		buf_truncate(&b, LINE_SIZE);
	buf_add_byte(&b, '\n');
	n = write(e->fd, b.data, b.len);
	if (n == (ssize_t)b.len) {
		e->last++;
		e->size += b.len;
	} else {
		rc = fault_errno(
		    f, n == -1 ? errno : ENOSPC, "event log %s", e->path);
		/* Half a line is taken back. */
		if (n > 0)
			(void)!ftruncate(e->fd, (off_t)e->size);
	}
	buf_clear(&b);
	return rc;
}
