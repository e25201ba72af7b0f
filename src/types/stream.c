/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MemoryStream, FileStream, and readers and writers of text on them. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "types/encoding.h"
#include "types/enums.h"
#include "types/fileinfo.h"
#include "types/member.h"
#include "types/tables.h"

#define IO "System.IO."

/* LIMIT: bytes kept in memory. */
#define MEMORY_MAX ((size_t)1 << 30)

struct io_stream {
	struct cell cell;
	int fd; /* -1: in memory */
	bool closed, reads, writes;
	char *name;
	struct buf mem;
	size_t at;
};

struct reader {
	struct cell cell;
	struct text_reader *file;
	struct value stream; /* read whole when first asked */
	enum text_encoding e;
	struct buf text;
	size_t at;
	bool loaded, closed;
};

struct writer {
	struct cell cell;
	struct text_writer *file;
	struct value stream;
	enum text_encoding e;
	struct buf text; /* a StringWriter's; what a stream has not yet */
	bool closed, flush;
};

static void
stream_release(struct cell *c)
{
	struct io_stream *s = (struct io_stream *)(void *)c;

	if (s->fd >= 0)
		(void)close(s->fd);
	buf_clear(&s->mem);
	mem_free(s->name);
	mem_free(s);
}

static void
reader_release(struct cell *c)
{
	struct reader *r = (struct reader *)(void *)c;

	text_reader_close(r->file);
	value_unref(r->stream);
	buf_clear(&r->text);
	mem_free(r);
}

static void
writer_release(struct cell *c)
{
	struct writer *w = (struct writer *)(void *)c;

	(void)text_writer_close(w->file);
	value_unref(w->stream);
	buf_clear(&w->text);
	mem_free(w);
}

static enum flow
writer_text(struct run *r, struct value v, struct value *textp)
{
	struct writer *w = (struct writer *)(void *)v.u.p;

	(void)r;
	*textp = strcmp(v.type->name, IO "StringWriter") == 0 ?
	    value_string_n(buf_text(&w->text), w->text.len) :
	    value_string(v.type->name);
	return FLOW_MORE;
}

static const struct type_ops writer_ops = { .text = writer_text };

#define CLASS(var, full, parent, rel, operations) \
	static struct type var = { \
		.name = full, \
		.kind = TYPE_KIND_CLASS, \
		.flags = TYPE_COUNTED, \
		.base = parent, \
		.release = rel, \
		.ops = operations, \
	}
CLASS(type_stream, IO "Stream", &type_system_object, stream_release, NULL);
CLASS(type_memorystream, IO "MemoryStream", &type_stream, stream_release,
    NULL);
CLASS(type_filestream, IO "FileStream", &type_stream, stream_release, NULL);
CLASS(type_textreader, IO "TextReader", &type_system_object, reader_release,
    NULL);
CLASS(type_streamreader, IO "StreamReader", &type_textreader, reader_release,
    NULL);
CLASS(type_stringreader, IO "StringReader", &type_textreader, reader_release,
    NULL);
CLASS(type_textwriter, IO "TextWriter", &type_system_object, writer_release,
    &writer_ops);
CLASS(type_streamwriter, IO "StreamWriter", &type_textwriter, writer_release,
    &writer_ops);
CLASS(type_stringwriter, IO "StringWriter", &type_textwriter, writer_release,
    &writer_ops);

static struct io_stream *
stream_of(struct value v)
{
	return (struct io_stream *)(void *)value_base(v).u.p;
}

static bool
is_stream(struct value v)
{
	v = value_base(v);
	return v.type == &type_memorystream || v.type == &type_filestream;
}

static enum flow
closed_error(struct member_call *c, const char *what)
{
	return member_throw(c, "System.ObjectDisposedException",
	    "Cannot access a closed %s.", what);
}

/* ---- streams ---- */

static enum flow
memory_new(struct member_call *c)
{
	struct io_stream *s = cell_new(&type_memorystream, sizeof(*s));

	s->fd = -1;
	s->reads = s->writes = true;
	if (c->n > 0 && c->args[0].type == &type_bytes)
		buf_add(&s->mem, bytes_of(c->args[0])->data,
		    bytes_of(c->args[0])->len);
	c->out = cell_value(s);
	return FLOW_MORE;
}

static enum flow
file_stream_new(struct member_call *c)
{
	static const int modes[] = { 0, O_CREAT | O_EXCL, O_CREAT | O_TRUNC, 0,
		O_CREAT, O_TRUNC, O_CREAT | O_APPEND };
	char *path = fileinfo_full(c->run, value_chars(c->args[0]));
	int64_t mode = c->n > 1 ? c->args[1].u.i : 3;
	int64_t access = c->n > 2 ? c->args[2].u.i : mode == 6 ? 2 : 3;
	int fd;
	struct io_stream *s;
	enum flow flow;

	if (mode < 1 || mode > 6)
		mode = 3;
	fd = open(path, modes[mode] | O_CLOEXEC | O_NOCTTY |
		(access == 1 ? O_RDONLY : access == 2 ? O_WRONLY : O_RDWR),
	    0666);
	if (fd < 0) {
		flow = fileinfo_throw(c, errno, path, false);
		mem_free(path);
		return flow;
	}
	s = cell_new(&type_filestream, sizeof(*s));
	s->fd = fd;
	s->reads = (access & 1) != 0;
	s->writes = (access & 2) != 0;
	s->name = path;
	c->out = cell_value(s);
	return FLOW_MORE;
}

static size_t
stream_length(const struct io_stream *s)
{
	struct stat st;

	if (s->fd < 0)
		return s->mem.len;
	return fstat(s->fd, &st) == 0 ? (size_t)st.st_size : 0;
}

static enum flow
stream_get(struct member_call *c)
{
	struct io_stream *s = stream_of(c->self);
	const char *n = c->name;

	if (strcasecmp(n, "CanRead") == 0)
		c->out = value_bool(!s->closed && s->reads);
	else if (strcasecmp(n, "CanWrite") == 0)
		c->out = value_bool(!s->closed && s->writes);
	else if (strcasecmp(n, "CanSeek") == 0)
		c->out = value_bool(!s->closed);
	else if (s->closed)
		return closed_error(c, s->fd < 0 ? "Stream" : "file");
	else if (strcasecmp(n, "Length") == 0)
		c->out = value_long((int64_t)stream_length(s));
	else if (strcasecmp(n, "Name") == 0)
		c->out = value_string(s->name);
	else if (strcasecmp(n, "Capacity") == 0)
		c->out = value_int((int32_t)s->mem.cap);
	else
		c->out = value_long(s->fd < 0 ? (int64_t)s->at :
			(int64_t)lseek(s->fd, 0, SEEK_CUR));
	return FLOW_MORE;
}

static enum flow
stream_seek(struct member_call *c)
{
	struct io_stream *s = stream_of(c->self);
	int64_t to = c->args[0].u.i;
	int64_t from = c->n > 1 ? c->args[1].u.i : 0;

	if (s->closed)
		return closed_error(c, s->fd < 0 ? "Stream" : "file");
	if (s->fd >= 0) {
		to = lseek(s->fd, to, from == 1 ? SEEK_CUR :
			from == 2 ? SEEK_END : SEEK_SET);
	} else {
		to += from == 1 ? (int64_t)s->at :
		    from == 2	? (int64_t)s->mem.len : 0;
		if (to >= 0 && (size_t)to <= MEMORY_MAX)
			s->at = (size_t)to;
		else
			to = -1;
	}
	if (to < 0)
		return member_throw(c, IO "IOException", "An attempt was made "
			"to move the position before the beginning of the "
			"stream.");
	if (c->n > 1)
		c->out = value_long(to);
	return FLOW_MORE;
}

static ssize_t
take(struct io_stream *s, void *p, size_t n)
{
	if (s->fd >= 0)
		return read(s->fd, p, n);
	if (s->at >= s->mem.len)
		return 0;
	if (n > s->mem.len - s->at)
		n = s->mem.len - s->at;
	memcpy(p, s->mem.data + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static int
put(struct io_stream *s, const void *p, size_t n)
{
	if (s->fd >= 0) {
		const char *at = p;

		while (n > 0) {
			ssize_t k = write(s->fd, at, n);

			if (k < 0)
				return errno;
			at += k;
			n -= (size_t)k;
		}
		return 0;
	}
	if (n > MEMORY_MAX - s->at)
		return EFBIG;
	if (s->at > s->mem.len)
		buf_add_fill(&s->mem, '\0', s->at - s->mem.len);
	if (s->at + n > s->mem.len)
		buf_add_fill(&s->mem, '\0', s->at + n - s->mem.len);
	if (n > 0)
		memcpy(s->mem.data + s->at, p, n);
	s->at += n;
	return 0;
}

static enum flow
stream_read(struct member_call *c)
{
	struct io_stream *s = stream_of(c->self);
	struct bytes *b;
	unsigned char one;
	size_t from = 0, n;
	ssize_t got;

	if (s->closed)
		return closed_error(c, s->fd < 0 ? "Stream" : "file");
	if (!s->reads)
		return member_throw(c, "System.NotSupportedException",
		    "Stream does not support reading.");
	if (strcmp(c->name, "ReadByte") == 0) {
		c->out = value_int(take(s, &one, 1) == 1 ? one : -1);
		return FLOW_MORE;
	}
	if (c->args[0].type != &type_bytes)
		return member_throw(c, "System.ArgumentException",
		    "The buffer must be a byte[].");
	b = bytes_of(c->args[0]);
	n = b->len;
	if (c->n == 3) {
		if (c->args[1].u.i < 0 || c->args[2].u.i < 0 ||
		    (uint64_t)c->args[1].u.i + (uint64_t)c->args[2].u.i >
			b->len)
			return member_throw(c, "System.ArgumentException",
			    "Offset and length were out of bounds for the "
			    "array or count is greater than the number of "
			    "elements from index to the end of the source "
			    "collection.");
		from = (size_t)c->args[1].u.i;
		n = (size_t)c->args[2].u.i;
	}
	got = take(s, b->data + from, n);
	if (got < 0)
		return fileinfo_throw(c, errno, s->name, false);
	c->out = value_int((int32_t)got);
	return FLOW_MORE;
}

static enum flow
stream_write(struct member_call *c)
{
	struct io_stream *s = stream_of(c->self);
	unsigned char one;
	const uint8_t *p = &one;
	size_t n = 1;
	int error;

	if (s->closed)
		return closed_error(c, s->fd < 0 ? "Stream" : "file");
	if (!s->writes)
		return member_throw(c, "System.NotSupportedException",
		    "Stream does not support writing.");
	if (strcmp(c->name, "WriteByte") == 0) {
		one = (unsigned char)c->args[0].u.i;
	} else if (c->args[0].type == &type_bytes) {
		p = bytes_of(c->args[0])->data;
		n = bytes_of(c->args[0])->len;
		if (c->n == 3) {
			if (c->args[1].u.i < 0 || c->args[2].u.i < 0 ||
			    (uint64_t)c->args[1].u.i +
				(uint64_t)c->args[2].u.i > n)
				return member_throw(c,
				    "System.ArgumentException",
				    "Offset and length were out of bounds.");
			p += c->args[1].u.i;
			n = (size_t)c->args[2].u.i;
		}
	} else {
		return FLOW_MORE;
	}
	error = put(s, p, n);
	return error == 0 ? FLOW_MORE :
	    fileinfo_throw(c, error, s->name == NULL ? "" : s->name, false);
}

static enum flow
stream_do(struct member_call *c)
{
	struct io_stream *s = stream_of(c->self), *to;
	const char *n = c->name;
	char chunk[16384];
	ssize_t got;

	if (strcmp(n, "Close") == 0 || strcmp(n, "Dispose") == 0) {
		s->closed = true;
		if (s->fd >= 0)
			(void)close(s->fd);
		if (s->name != NULL)
			s->fd = -1;
	} else if (strcmp(n, "ToArray") == 0 || strcmp(n, "GetBuffer") == 0) {
		c->out = value_bytes(buf_text(&s->mem), s->mem.len);
	} else if (strcmp(n, "SetLength") == 0 && c->args[0].u.i >= 0) {
		size_t len = (size_t)c->args[0].u.i;

		if (s->fd >= 0)
			return ftruncate(s->fd, (off_t)len) == 0 ? FLOW_MORE :
			    fileinfo_throw(c, errno, s->name, false);
		if (len < s->mem.len)
			buf_truncate(&s->mem, len);
		else if (len <= MEMORY_MAX)
			buf_add_fill(&s->mem, '\0', len - s->mem.len);
	} else if (strcmp(n, "CopyTo") == 0 && is_stream(c->args[0])) {
		to = stream_of(c->args[0]);
		while ((got = take(s, chunk, sizeof(chunk))) > 0)
			if (put(to, chunk, (size_t)got) != 0)
				break;
	}
	return FLOW_MORE;
}

bool
stream_read_all(struct value v, struct buf *out)
{
	char chunk[16384];
	ssize_t n;

	if (!is_stream(v) || stream_of(v)->closed)
		return false;
	while ((n = take(stream_of(v), chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	return n == 0;
}

#define STREAM IO "Stream"
static const struct member_spec stream_members[] = {
	{ "bool CanRead get", stream_get, NULL },
	{ "bool CanSeek get", stream_get, NULL },
	{ "bool CanWrite get", stream_get, NULL },
	{ "long Length get", stream_get, NULL },
	{ "long Position get/set", stream_get, stream_seek },
	{ "long Seek(long offset, " IO "SeekOrigin origin)", stream_seek,
	    NULL },
	{ "int Read(byte[] buffer, int offset, int count)", stream_read, NULL },
	{ "int ReadByte()", stream_read, NULL },
	{ "void Write(byte[] buffer, int offset, int count)", stream_write,
	    NULL },
	{ "void Write(byte[] buffer)", stream_write, NULL },
	{ "void WriteByte(byte value)", stream_write, NULL },
	{ "void Flush()", stream_do, NULL },
	{ "void Close()", stream_do, NULL },
	{ "void Dispose()", stream_do, NULL },
	{ "void SetLength(long value)", stream_do, NULL },
	{ "void CopyTo(" STREAM " destination)", stream_do, NULL },
	{ NULL, NULL, NULL },
};

static const struct member_spec memory_members[] = {
	{ "new()", memory_new, NULL },
	{ "new(int capacity)", memory_new, NULL },
	{ "new(byte[] buffer)", memory_new, NULL },
	{ "new(byte[] buffer, bool writable)", memory_new, NULL },
	{ "int Capacity get", stream_get, NULL },
	{ "byte[] ToArray()", stream_do, NULL },
	{ "byte[] GetBuffer()", stream_do, NULL },
	{ NULL, NULL, NULL },
};

static const struct member_spec filestream_members[] = {
	{ "new(string path, " IO "FileMode mode)", file_stream_new, NULL },
	{ "new(string path, " IO "FileMode mode, " IO "FileAccess access)",
	    file_stream_new, NULL },
	{ "new(string path, " IO "FileMode mode, " IO "FileAccess access, " IO
	  "FileShare share)", file_stream_new, NULL },
	{ "string Name get", stream_get, NULL },
	{ NULL, NULL, NULL },
};

/* ---- readers ---- */

static struct reader *
reader_of(struct member_call *c)
{
	return (struct reader *)(void *)c->self.u.p;
}

static enum flow
reader_new(struct member_call *c)
{
	const char *text = value_chars(c->args[0]);
	struct reader *r = cell_new(c->type, sizeof(*r));
	char *path;
	enum flow flow = FLOW_MORE;

	c->out = cell_value(r);
	for (size_t i = 1; i < c->n; i++)
		(void)encoding_which(c->args[i], &r->e);
	if (c->type == &type_stringreader) {
		buf_add(&r->text, text == NULL ? "" : text,
		    value_chars_len(c->args[0]));
		r->loaded = true;
	} else if (is_stream(c->args[0])) {
		r->stream = value_ref(value_base(c->args[0]));
	} else if (text != NULL) {
		path = fileinfo_full(c->run, text);
		r->file = text_reader_open(path, r->e);
		if (r->file == NULL) {
			value_clear(&c->out);
			flow = fileinfo_throw(c, errno, path, false);
		}
		mem_free(path);
	}
	return flow;
}

static void
load(struct reader *r)
{
	struct buf raw = { 0 };
	char chunk[16384];
	ssize_t n;
	size_t mark;

	if (r->loaded)
		return;
	r->loaded = true;
	if (r->file != NULL) {
		(void)text_reader_rest(r->file, &r->text);
		return;
	}
	while ((n = take(stream_of(r->stream), chunk, sizeof(chunk))) > 0)
		buf_add(&raw, chunk, (size_t)n);
	r->e = text_detect(buf_text(&raw), raw.len, r->e, &mark);
	(void)text_decode(r->e, buf_text(&raw) + mark, raw.len - mark,
	    &r->text);
	buf_clear(&raw);
}

static enum flow
read_line(struct member_call *c, struct reader *r)
{
	const char *s;
	size_t n, left;

	if (r->file != NULL && !r->loaded) {
		if (text_reader_next(r->file, NULL, &s, &n) > 0)
			c->out = text_value(s, n);
		return FLOW_MORE;
	}
	load(r);
	left = r->text.len - r->at;
	if (left == 0)
		return FLOW_MORE;
	s = r->text.data + r->at;
	for (n = 0; n < left && s[n] != '\n' && s[n] != '\r'; n++)
		continue;
	c->out = text_value(s, n);
	if (n < left)
		n += n + 1 < left && s[n] == '\r' && s[n + 1] == '\n' ? 2 : 1;
	r->at += n;
	return FLOW_MORE;
}

static enum flow
reader_do(struct member_call *c)
{
	struct reader *r = reader_of(c);
	const char *n = c->name;
	uint32_t cp;

	if (strcmp(n, "Close") == 0 || strcmp(n, "Dispose") == 0) {
		text_reader_close(r->file);
		r->file = NULL;
		r->closed = r->loaded = true;
		buf_clear(&r->text);
		r->at = 0;
		if (is_stream(r->stream))
			stream_of(r->stream)->closed = true;
		return FLOW_MORE;
	}
	if (strcasecmp(n, "BaseStream") == 0) {
		c->out = value_ref(r->stream);
		return FLOW_MORE;
	}
	if (r->closed)
		return closed_error(c, "TextReader");
	if (strcmp(n, "ReadLine") == 0)
		return read_line(c, r);
	load(r);
	if (strcasecmp(n, "EndOfStream") == 0) {
		c->out = value_bool(r->at >= r->text.len);
	} else if (strcmp(n, "ReadToEnd") == 0) {
		c->out = text_value(buf_text(&r->text) + r->at,
		    r->text.len - r->at);
		r->at = r->text.len;
	} else if (r->at >= r->text.len) { /* Read, Peek */
		c->out = value_int(-1);
	} else {
		size_t k = utf8_decode(r->text.data + r->at,
		    r->text.len - r->at, &cp);

		if (strcmp(n, "Read") == 0)
			r->at += k;
		c->out = value_int((int32_t)cp);
	}
	return FLOW_MORE;
}

#define ENC "System.Text.Encoding encoding"
static const struct member_spec reader_members[] = {
	{ "string ReadLine()", reader_do, NULL },
	{ "string ReadToEnd()", reader_do, NULL },
	{ "int Read()", reader_do, NULL },
	{ "int Peek()", reader_do, NULL },
	{ "void Close()", reader_do, NULL },
	{ "void Dispose()", reader_do, NULL },
	{ NULL, NULL, NULL },
};

static const struct member_spec streamreader_members[] = {
	{ "new(string path)", reader_new, NULL },
	{ "new(string path, " ENC ")", reader_new, NULL },
	{ "new(" STREAM " stream)", reader_new, NULL },
	{ "new(" STREAM " stream, " ENC ")", reader_new, NULL },
	{ "bool EndOfStream get", reader_do, NULL },
	{ STREAM " BaseStream get", reader_do, NULL },
	{ NULL, NULL, NULL },
};

static const struct member_spec stringreader_members[] = {
	{ "new(string s)", reader_new, NULL },
	{ NULL, NULL, NULL },
};

/* ---- writers ---- */

static enum flow
writer_new(struct member_call *c)
{
	struct writer *w = cell_new(c->type, sizeof(*w));
	const char *text = c->n > 0 ? value_chars(c->args[0]) : NULL;
	bool append = c->n > 1 && c->args[1].type == &type_bool &&
	    c->args[1].u.b;
	char *path;
	enum flow flow = FLOW_MORE;

	c->out = cell_value(w);
	for (size_t i = 1; i < c->n; i++)
		(void)encoding_which(c->args[i], &w->e);
	if (c->n > 0 && is_stream(c->args[0])) {
		w->stream = value_ref(value_base(c->args[0]));
	} else if (text != NULL && c->type == &type_streamwriter) {
		path = fileinfo_full(c->run, text);
		w->file = text_writer_open(path, append ? TEXT_APPEND : 0,
		    w->e);
		if (w->file == NULL) {
			value_clear(&c->out);
			flow = fileinfo_throw(c, errno, path, false);
		}
		mem_free(path);
	}
	return flow;
}

static void
writer_flush(struct writer *w)
{
	struct buf raw = { 0 };

	if (w->file != NULL)
		(void)text_writer_flush(w->file);
	if (!is_stream(w->stream))
		return;
	text_encode(w->e, buf_text(&w->text), w->text.len, &raw);
	(void)put(stream_of(w->stream), buf_text(&raw), raw.len);
	buf_clear(&raw);
	buf_reset(&w->text);
}

static void
writer_add(struct writer *w, const char *s, size_t n)
{
	if (w->file != NULL)
		(void)text_writer_add(w->file, s, n);
	else
		buf_add(&w->text, s, n);
}

static enum flow
writer_write(struct member_call *c)
{
	struct writer *w = (struct writer *)(void *)c->self.u.p;
	struct value text = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (w->closed)
		return closed_error(c, "TextWriter");
	if (c->n > 1) {
		const struct value *args = c->args + 1;
		size_t n = c->n - 1;

		if (n == 1 && value_is_list(args[0])) {
			n = list_of(c->args[1])->count;
			args = list_of(c->args[1])->items;
		}
		flow = format_composite(c->run, value_chars(c->args[0]), args,
		    n, &text);
	} else if (c->n == 1 && !value_is_nothing(c->args[0])) {
		flow = value_text_culture(c->run, c->args[0], &text);
	}
	if (flow == FLOW_MORE && value_is_string(text))
		writer_add(w, value_chars(text), value_chars_len(text));
	value_unref(text);
	if (flow == FLOW_MORE && strcmp(c->name, "WriteLine") == 0)
		writer_add(w, "\n", 1);
	if (w->flush)
		writer_flush(w);
	return flow;
}

static enum flow
writer_do(struct member_call *c)
{
	struct writer *w = (struct writer *)(void *)c->self.u.p;
	const char *n = c->name;

	if (strcmp(n, "Flush") == 0) {
		writer_flush(w);
	} else if (strcmp(n, "Close") == 0 || strcmp(n, "Dispose") == 0) {
		writer_flush(w);
		(void)text_writer_close(w->file);
		w->file = NULL;
		w->closed = true;
		if (is_stream(w->stream))
			stream_of(w->stream)->closed = true;
	} else if (strcasecmp(n, "AutoFlush") == 0) {
		if (c->n == 1)
			w->flush = c->args[0].u.b;
		else
			c->out = value_bool(w->flush);
	} else if (strcasecmp(n, "NewLine") == 0) {
		c->out = value_string("\n");
	} else {
		c->out = value_ref(w->stream);
	}
	return FLOW_MORE;
}

#define WRITES(n) \
	{ "void " n "(string value)", writer_write, NULL }, \
	{ "void " n "(char value)", writer_write, NULL }, \
	{ "void " n "(System.Object value)", writer_write, NULL }, \
	{ "void " n "(string format, params System.Object[] arg)", \
	    writer_write, NULL }
static const struct member_spec writer_members[] = {
	WRITES("Write"), WRITES("WriteLine"),
	{ "void WriteLine()", writer_write, NULL },
	{ "void Flush()", writer_do, NULL },
	{ "void Close()", writer_do, NULL },
	{ "void Dispose()", writer_do, NULL },
	{ "string NewLine get", writer_do, NULL },
	{ NULL, NULL, NULL },
};

static const struct member_spec streamwriter_members[] = {
	{ "new(string path)", writer_new, NULL },
	{ "new(string path, bool append)", writer_new, NULL },
	{ "new(string path, bool append, " ENC ")", writer_new, NULL },
	{ "new(" STREAM " stream)", writer_new, NULL },
	{ "new(" STREAM " stream, " ENC ")", writer_new, NULL },
	{ "bool AutoFlush get/set", writer_do, writer_do },
	{ STREAM " BaseStream get", writer_do, NULL },
	{ NULL, NULL, NULL },
};

static const struct member_spec stringwriter_members[] = {
	{ "new()", writer_new, NULL },
	{ NULL, NULL, NULL },
};

void
stream_init(void)
{
	static const struct {
		struct type *t;
		const struct member_spec *members;
	} all[] = {
		{ &type_stream, stream_members },
		{ &type_memorystream, memory_members },
		{ &type_filestream, filestream_members },
		{ &type_textreader, reader_members },
		{ &type_streamreader, streamreader_members },
		{ &type_stringreader, stringreader_members },
		{ &type_textwriter, writer_members },
		{ &type_streamwriter, streamwriter_members },
		{ &type_stringwriter, stringwriter_members },
	};

	for (size_t i = 0; i < LEN(all); i++) {
		type_add_members(all[i].t, all[i].members);
		type_add(all[i].t);
	}
}
