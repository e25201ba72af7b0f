/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading SIP messages: start line, fields, and access to them. */
#include "config.h"

#include <string.h>

#include "core/fault.h"
#include "core/mem.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg.h"
#include "gateway/sip/msg_internal.h"

struct sip_msg *
sip_msg_ref(struct sip_msg *m)
{
	m->refs++;
	return m;
}

void
sip_msg_unref(struct sip_msg *m)
{
	if (m == NULL || --m->refs != 0)
		return;
	buf_clear(&m->arena);
	mem_free(m->fields);
	mem_free(m);
}

struct sip_msg *
sip_msg_new(void)
{
	struct sip_msg *m = mem_zalloc(sizeof(*m));

	m->refs = 1;
	return m;
}

struct sip_msg *
sip_msg_copy(const struct sip_msg *m)
{
	struct sip_msg *copy = mem_dup(m, sizeof(*m));

	copy->refs = 1;
	memset(&copy->arena, 0, sizeof(copy->arena));
	buf_add(&copy->arena, m->arena.data, m->arena.len);
	copy->cap = m->nfields;
	copy->fields = mem_array(m->nfields, sizeof(*m->fields));
	if (m->nfields != 0)
		memcpy(
		    copy->fields, m->fields, m->nfields * sizeof(*m->fields));
	return copy;
}

struct sip_field *
sip_msg_field_new(struct sip_msg *m)
{
	if (m->nfields == m->cap) {
		m->cap = m->cap == 0 ? 16 : m->cap * 2;
		m->fields =
		    mem_array_grow(m->fields, m->cap, sizeof(*m->fields));
	}
	return &m->fields[m->nfields++];
}

void
sip_msg_blame(struct sip_msg *m, int status, const char *text)
{
	if (m->defect != 0)
		return;
	m->defect = status;
	m->defect_text = text;
}

/* -- access ------------------------------------------------------------ */

static struct sip_span
msg_span(const struct sip_msg *m, uint32_t at, uint32_t n)
{
	if (m->arena.data == NULL)
		return sip_span_make("", 0);
	return sip_span_make(m->arena.data + at, n);
}

struct sip_span
sip_msg_method_text(const struct sip_msg *m)
{
	return msg_span(m, m->method_at, m->method_len);
}

struct sip_span
sip_msg_uri(const struct sip_msg *m)
{
	return msg_span(m, m->uri_at, m->uri_len);
}

struct sip_span
sip_msg_reason(const struct sip_msg *m)
{
	return msg_span(m, m->reason_at, m->reason_len);
}

struct sip_span
sip_msg_body(const struct sip_msg *m)
{
	return msg_span(m, m->body_at, m->body_len);
}

struct sip_span
sip_field_name(const struct sip_msg *m, const struct sip_field *f)
{
	return msg_span(m, f->name, f->name_len);
}

struct sip_span
sip_field_value(const struct sip_msg *m, const struct sip_field *f)
{
	return msg_span(m, f->value, f->value_len);
}

const struct sip_field *
sip_msg_field(const struct sip_msg *m, enum sip_header id)
{
	unsigned i;

	for (i = 0; i < m->nfields; i++)
		if (m->fields[i].id == id)
			return &m->fields[i];
	return NULL;
}

bool
sip_msg_has(const struct sip_msg *m, enum sip_header id)
{
	return sip_msg_field(m, id) != NULL;
}

struct sip_span
sip_msg_header(const struct sip_msg *m, enum sip_header id)
{
	const struct sip_field *f = sip_msg_field(m, id);

	return f == NULL ? sip_span_make("", 0) : sip_field_value(m, f);
}

struct sip_span
sip_msg_header_named(const struct sip_msg *m, const char *name)
{
	unsigned i;

	for (i = 0; i < m->nfields; i++)
		if (sip_span_is_nocase(sip_field_name(m, &m->fields[i]), name))
			return sip_field_value(m, &m->fields[i]);
	return sip_span_make("", 0);
}

bool
sip_list_next(struct sip_span *restp, struct sip_span *elementp)
{
	struct sip_span s = sip_span_trim(*restp);
	bool quoted = false, angle = false;
	size_t i;

	if (s.n == 0)
		return false;
	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quoted) {
			if (c == '\\' && i + 1 < s.n)
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '<') {
			angle = true;
		} else if (c == '>') {
			angle = false;
		} else if (c == ',' && !angle) {
			break;
		}
	}
	*elementp = sip_span_trim(sip_span_make(s.p, i));
	*restp = i < s.n ? sip_span_make(s.p + i + 1, s.n - i - 1)
			 : sip_span_make(s.p + i, 0);
	return true;
}

struct sip_values
sip_values_of(const struct sip_msg *m, enum sip_header id)
{
	struct sip_values it = { m, id, 0, { NULL, 0 } };

	return it;
}

bool
sip_values_next(struct sip_values *it, struct sip_span *valuep)
{
	const struct sip_msg *m = it->m;

	for (;;) {
		if (sip_list_next(&it->rest, valuep))
			return true;
		while (
		    it->field < m->nfields && m->fields[it->field].id != it->id)
			it->field++;
		if (it->field >= m->nfields)
			return false;
		it->rest = sip_field_value(m, &m->fields[it->field++]);
		if (sip_header_kind(it->id) != SIP_HEADER_LIST) {
			*valuep = it->rest;
			it->rest.n = 0;
			return true;
		}
	}
}

unsigned
sip_msg_count(const struct sip_msg *m, enum sip_header id)
{
	struct sip_values it = sip_values_of(m, id);
	struct sip_span value;
	unsigned n = 0;

	while (sip_values_next(&it, &value))
		n++;
	return n;
}

bool
sip_msg_lists(const struct sip_msg *m, enum sip_header id, const char *token)
{
	struct sip_values it = sip_values_of(m, id);
	struct sip_span value;

	while (sip_values_next(&it, &value))
		if (sip_span_is_nocase(value, token))
			return true;
	return false;
}

/* -- reading ----------------------------------------------------------- */

/* A line of the head without its CRLF; *nextp is where the next starts. */
static size_t
line_end(const char *p, size_t at, size_t end, size_t *nextp)
{
	const char *nl = memchr(p + at, '\n', end - at);

	if (nl == NULL) {
		*nextp = end;
		return end;
	}
	*nextp = (size_t)(nl - p) + 1;
	if (nl > p + at && nl[-1] == '\r')
		return (size_t)(nl - p) - 1;
	return (size_t)(nl - p);
}

static int
status_line_read(struct sip_msg *m, size_t end, struct fault *f)
{
	struct sip_span line = sip_span_make(m->arena.data, end);
	uint64_t status;

	if (line.n < 12 || line.p[7] != ' ' ||
	    (line.n > 11 && line.p[11] != ' ') ||
	    sip_span_uint(sip_span_make(line.p + 8, 3), 699, &status) != 0 ||
	    status < 100)
		return fault_set(f, FAULT_INVALID, "bad status line");
	if (!sip_span_is_nocase(sip_span_make(line.p, 7), "SIP/2.0"))
		return fault_set(f, FAULT_INVALID, "version is not SIP/2.0");
	m->status = (int)status;
	m->reason_at = 12;
	m->reason_len = (uint32_t)(end - 12);
	return 0;
}

/* Method SP URI SP version; wrong blanks are a defect, not a reason to drop. */
static int
request_line_read(struct sip_msg *m, size_t end, struct fault *f)
{
	const char *p = m->arena.data;
	const char *sp = memchr(p, ' ', end);
	size_t from, to, version;

	if (sp == NULL || sp == p ||
	    !sip_is_token(sip_span_make(p, (size_t)(sp - p))))
		return fault_set(f, FAULT_INVALID, "bad request line");
	m->is_request = true;
	m->method_len = (uint32_t)(sp - p);
	m->method = sip_method_find(sip_msg_method_text(m));
	from = m->method_len + 1;
	to = end;
	while (to > from && (p[to - 1] == ' ' || p[to - 1] == '\t'))
		to--;
	version = to;
	while (version > from && p[version - 1] != ' ')
		version--;
	if (version <= from || to - version < 7 ||
	    !sip_span_is_nocase(sip_span_make(p + version, 4), "SIP/"))
		return fault_set(f, FAULT_INVALID, "bad request line");
	m->uri_at = (uint32_t)from;
	m->uri_len = (uint32_t)(version - 1 - from);
	if (!sip_span_is_nocase(
		sip_span_make(p + version, to - version), "SIP/2.0"))
		sip_msg_blame(m, 505, "version is not SIP/2.0");
	else if (to != end || m->uri_len == 0 ||
		 memchr(p + from, ' ', m->uri_len) != NULL ||
		 memchr(p + from, '\t', m->uri_len) != NULL)
		sip_msg_blame(m, 400, "blanks in the request line");
	return 0;
}

/* One unfolded line "name: value" at [at, end). */
static void
field_read(struct sip_msg *m, size_t at, size_t end)
{
	const char *p = m->arena.data;
	const char *colon = memchr(p + at, ':', end - at);
	struct sip_span name, value;
	struct sip_field *field;

	if (colon == NULL) {
		sip_msg_blame(m, 400, "a header line without a colon");
		return;
	}
	name = sip_span_trim(sip_span_make(p + at, (size_t)(colon - p) - at));
	value = sip_span_trim(
	    sip_span_make(colon + 1, end - (size_t)(colon - p) - 1));
	if (!sip_is_token(name) || name.p != p + at) {
		sip_msg_blame(m, 400, "bad header name");
		return;
	}
	if (m->nfields == SIP_FIELDS_MAX) {
		sip_msg_blame(m, 400, "too many header fields");
		return;
	}
	field = sip_msg_field_new(m);
	field->id = (uint16_t)sip_header_find(name);
	field->name = (uint32_t)(name.p - p);
	field->name_len = (uint32_t)name.n;
	field->value = (uint32_t)(value.p - p);
	field->value_len = (uint32_t)value.n;
}

/* Reads fields from at on; returns where the body starts (0: no empty line). */
static size_t
fields_read(struct sip_msg *m, size_t at)
{
	char *p = m->arena.data;
	size_t len = m->arena.len;

	while (at < len) {
		size_t next, end = line_end(p, at, len, &next);

		if (end == at)
			return next;
		/* Folding: a line that starts with a blank goes on (P-01). */
		while (next < len && (p[next] == ' ' || p[next] == '\t')) {
			size_t more, stop = line_end(p, next, len, &more);

			memset(p + end, ' ', next - end);
			end = stop;
			next = more;
		}
		if (memchr(p + at, '\r', end - at) != NULL || end + 2 > len ||
		    p[end] != '\r')
			sip_msg_blame(m, 400, "line ends that are not CRLF");
		field_read(m, at, end);
		at = next;
	}
	return 0;
}

/* Sets the body; what Content-Length says must be there (T-02). */
static void
body_read(struct sip_msg *m, size_t body, enum sip_carrier carrier)
{
	size_t have = m->arena.len - body;
	uint64_t want = have;
	unsigned i, n = 0;

	for (i = 0; i < m->nfields; i++) {
		uint64_t length;

		if (m->fields[i].id != SIP_HDR_CONTENT_LENGTH)
			continue;
		if (sip_span_uint(sip_field_value(m, &m->fields[i]), UINT32_MAX,
			&length) != 0 ||
		    (n++ > 0 && length != want)) {
			sip_msg_blame(m, 400, "bad Content-Length");
			length = 0;
		}
		want = length;
	}
	if (n == 0 && carrier == SIP_STREAM)
		sip_msg_blame(m, 400, "Content-Length is missing");
	if (want > have) {
		sip_msg_blame(m, 400, "Content-Length is beyond the end");
		want = have;
	}
	if (want > SIP_BODY_MAX) {
		sip_msg_blame(m, 413, "body too large");
		want = 0;
	}
	m->body_at = (uint32_t)body;
	m->body_len = (uint32_t)want;
}

static int
msg_read(struct sip_msg *m, enum sip_carrier carrier, struct fault *f)
{
	size_t next, body;
	size_t end = line_end(m->arena.data, 0, m->arena.len, &next);
	size_t limit = carrier == SIP_DATAGRAM ? SIP_HEAD_MAX_DATAGRAM
					       : SIP_HEAD_MAX_STREAM;

	if (end >= 4 && memcmp(m->arena.data, "SIP/", 4) == 0) {
		if (status_line_read(m, end, f) != 0)
			return -1;
	} else if (request_line_read(m, end, f) != 0) {
		return -1;
	}
	if ((body = fields_read(m, next)) == 0) {
		sip_msg_blame(m, 400, "the head does not end");
		body = m->arena.len;
	}
	if (body > limit)
		sip_msg_blame(m, 413, "head too large");
	body_read(m, body, carrier);
	sip_msg_check(m);
	if (!m->is_request && m->defect != 0)
		return fault_set(f, FAULT_INVALID, "%s", m->defect_text);
	return 0;
}

struct sip_msg *
sip_msg_read(
    const void *p, size_t len, enum sip_carrier carrier, struct fault *f)
{
	const char *text = p;
	struct sip_msg *m;

	while (len >= 2 && text[0] == '\r' && text[1] == '\n') {
		text += 2;
		len -= 2;
	}
	if (len == 0 || len > SIP_HEAD_MAX_STREAM + SIP_BODY_MAX) {
		(void)fault_set(f, FAULT_INVALID, "no SIP message");
		return NULL;
	}
	m = sip_msg_new();
	buf_add(&m->arena, text, len);
	if (msg_read(m, carrier, f) != 0) {
		sip_msg_unref(m);
		return NULL;
	}
	return m;
}
