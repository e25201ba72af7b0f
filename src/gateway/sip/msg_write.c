/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Building and writing SIP messages. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg_internal.h"
#include "gateway/sip/msg_write.h"

/* What a response carries over from its request. */
static const enum sip_header response_headers[] = {
	SIP_HDR_VIA,
	SIP_HDR_FROM,
	SIP_HDR_TO,
	SIP_HDR_CALL_ID,
	SIP_HDR_CSEQ,
	SIP_HDR_TIMESTAMP,
};

/*
 * Appends to the arena; returns the place. The bytes may come from the arena
 * itself (moving a value), so they are copied before it grows.
 */
static uint32_t
arena_add(struct sip_msg *m, struct sip_span s)
{
	uint32_t at;
	size_t i;
	bool inside = m->arena.data != NULL && s.p >= m->arena.data &&
		      s.p < m->arena.data + m->arena.len;
	size_t offset = inside ? (size_t)(s.p - m->arena.data) : 0;

	buf_reserve(&m->arena, s.n);
	at = (uint32_t)m->arena.len;
	buf_add(&m->arena, inside ? m->arena.data + offset : s.p, s.n);
	for (i = at; i < m->arena.len; i++)
		if (m->arena.data[i] == '\r' || m->arena.data[i] == '\n')
			m->arena.data[i] = ' ';
	return at;
}

struct sip_msg *
sip_request_new_named(struct sip_span method, struct sip_span uri)
{
	struct sip_msg *m = sip_msg_new();

	m->is_request = true;
	m->method = sip_method_find(method);
	m->method_at = arena_add(m, method);
	m->method_len = (uint32_t)method.n;
	sip_msg_set_uri(m, uri);
	return m;
}

struct sip_msg *
sip_request_new(enum sip_method method, struct sip_span uri)
{
	return sip_request_new_named(sip_span_of(sip_method_name(method)), uri);
}

struct sip_msg *
sip_request_make(enum sip_method method, struct sip_span uri, const char *from,
    const char *to, const char *call_id, uint32_t cseq)
{
	struct sip_msg *m = sip_request_new(method, uri);
	char tag[SIP_TAG_SIZE];

	sip_msg_add_str(m, SIP_HDR_MAX_FORWARDS, "70");
	sip_make_tag(tag);
	sip_msg_add_str(m, SIP_HDR_FROM, from);
	sip_msg_add_tag(m, SIP_HDR_FROM, tag);
	sip_msg_add_str(m, SIP_HDR_TO, to);
	sip_make_tag(tag);
	sip_msg_add_str(m, SIP_HDR_CALL_ID, call_id == NULL ? tag : call_id);
	sip_msg_addf(m, SIP_HDR_CSEQ, "%u %s", cseq, sip_method_name(method));
	return m;
}

struct sip_msg *
sip_response_new(const struct sip_msg *request, int status, const char *reason)
{
	struct sip_msg *m = sip_msg_new();
	size_t i;

	m->status = status;
	sip_msg_set_reason(m,
	    sip_span_of(reason == NULL ? sip_reason_phrase(status) : reason));
	for (i = 0; i < sizeof(response_headers) / sizeof(response_headers[0]);
	     i++)
		sip_msg_copy_header(m, request, response_headers[i]);
	return m;
}

void
sip_msg_set_uri(struct sip_msg *m, struct sip_span uri)
{
	m->uri_at = arena_add(m, uri);
	m->uri_len = (uint32_t)uri.n;
}

void
sip_msg_set_reason(struct sip_msg *m, struct sip_span reason)
{
	m->reason_at = arena_add(m, reason);
	m->reason_len = (uint32_t)reason.n;
}

static void
field_set_value(struct sip_msg *m, struct sip_field *f, struct sip_span value)
{
	f->value = arena_add(m, value);
	f->value_len = (uint32_t)value.n;
}

static struct sip_field *
field_add(struct sip_msg *m, enum sip_header id, struct sip_span name,
    struct sip_span value)
{
	struct sip_field *f;
	uint32_t value_at = arena_add(m, value);
	uint32_t name_at = arena_add(m, name);

	f = sip_msg_field_new(m);
	f->id = (uint16_t)id;
	f->name = name_at;
	f->name_len = (uint32_t)name.n;
	f->value = value_at;
	f->value_len = (uint32_t)value.n;
	return f;
}

void
sip_msg_add(struct sip_msg *m, enum sip_header id, struct sip_span value)
{
	(void)field_add(m, id, sip_span_of(sip_header_name(id)), value);
}

void
sip_msg_add_str(struct sip_msg *m, enum sip_header id, const char *value)
{
	sip_msg_add(m, id, sip_span_of(value));
}

void
sip_msg_addf(struct sip_msg *m, enum sip_header id, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	sip_msg_add(m, id, sip_span_make(buf_text(&b), b.len));
	buf_clear(&b);
}

void
sip_msg_add_named(struct sip_msg *m, const char *name, struct sip_span value)
{
	struct sip_span s = sip_span_of(name);

	(void)field_add(m, sip_header_find(s), s, value);
}

void
sip_msg_prepend(struct sip_msg *m, enum sip_header id, struct sip_span value)
{
	struct sip_field f;

	sip_msg_add(m, id, value);
	f = m->fields[m->nfields - 1];
	memmove(
	    m->fields + 1, m->fields, (m->nfields - 1) * sizeof(*m->fields));
	m->fields[0] = f;
}

static void
fields_drop(struct sip_msg *m, enum sip_header id, unsigned keep)
{
	unsigned i, n = 0;

	for (i = 0; i < m->nfields; i++) {
		if (m->fields[i].id == id) {
			if (keep == 0)
				continue;
			keep--;
		}
		m->fields[n++] = m->fields[i];
	}
	m->nfields = n;
}

void
sip_msg_set(struct sip_msg *m, enum sip_header id, struct sip_span value)
{
	unsigned i;

	for (i = 0; i < m->nfields; i++) {
		if (m->fields[i].id != id)
			continue;
		field_set_value(m, &m->fields[i], value);
		fields_drop(m, id, 1);
		return;
	}
	sip_msg_add(m, id, value);
}

void
sip_msg_set_str(struct sip_msg *m, enum sip_header id, const char *value)
{
	sip_msg_set(m, id, sip_span_of(value));
}

void
sip_msg_setf(struct sip_msg *m, enum sip_header id, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	sip_msg_set(m, id, sip_span_make(buf_text(&b), b.len));
	buf_clear(&b);
}

void
sip_msg_remove(struct sip_msg *m, enum sip_header id)
{
	fields_drop(m, id, 0);
}

void
sip_msg_remove_first(struct sip_msg *m, enum sip_header id)
{
	unsigned i;

	for (i = 0; i < m->nfields; i++) {
		struct sip_field *f = &m->fields[i];
		struct sip_span rest = sip_field_value(m, f), first;

		if (f->id != id)
			continue;
		(void)sip_list_next(&rest, &first);
		rest = sip_span_trim(rest);
		if (rest.n != 0) { /* the rest of the same line stays */
			f->value = (uint32_t)(rest.p - m->arena.data);
			f->value_len = (uint32_t)rest.n;
			return;
		}
		memmove(f, f + 1, (m->nfields - i - 1) * sizeof(*f));
		m->nfields--;
		return;
	}
}

void
sip_msg_copy_header(
    struct sip_msg *to, const struct sip_msg *from, enum sip_header id)
{
	unsigned i;

	for (i = 0; i < from->nfields; i++)
		if (from->fields[i].id == id)
			sip_msg_add(
			    to, id, sip_field_value(from, &from->fields[i]));
}

void
sip_msg_add_tag(struct sip_msg *m, enum sip_header id, const char *tag)
{
	struct sip_span value = sip_msg_header(m, id);
	struct buf b = { 0 };

	if (value.n == 0 || sip_msg_tag(m, id).n != 0)
		return;
	sip_span_add(&b, value);
	buf_add_str(&b, ";tag=");
	buf_add_str(&b, tag);
	sip_msg_set(m, id, sip_span_make(b.data, b.len));
	buf_clear(&b);
}

void
sip_msg_set_body(
    struct sip_msg *m, const char *content_type, const void *p, size_t n)
{
	if (content_type != NULL)
		sip_msg_set_str(m, SIP_HDR_CONTENT_TYPE, content_type);
	m->body_at = (uint32_t)m->arena.len;
	m->body_len = (uint32_t)n;
	buf_add(&m->arena, p, n);
}

void
sip_quote(struct sip_span s, struct buf *out)
{
	size_t i;

	buf_add_byte(out, '"');
	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 0x7f)
			continue;
		if (c == '"' || c == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, s.p[i]);
	}
	buf_add_byte(out, '"');
}

void
sip_msg_write(const struct sip_msg *m, struct buf *out)
{
	unsigned i;

	buf_reserve(out, m->arena.len + m->nfields * 24 + 64);
	if (m->is_request) {
		sip_span_add(out, sip_msg_method_text(m));
		buf_add_byte(out, ' ');
		sip_span_add(out, sip_msg_uri(m));
		buf_add_str(out, " SIP/2.0\r\n");
	} else {
		buf_printf(out, "SIP/2.0 %03d ", m->status);
		sip_span_add(out, sip_msg_reason(m));
		buf_add_str(out, "\r\n");
	}
	for (i = 0; i < m->nfields; i++) {
		const struct sip_field *f = &m->fields[i];

		if (f->id == SIP_HDR_CONTENT_LENGTH)
			continue;
		if (f->id == SIP_HDR_OTHER)
			sip_span_add(out, sip_field_name(m, f));
		else
			buf_add_str(out, sip_header_name(f->id));
		buf_add(out, ": ", 2);
		sip_span_add(out, sip_field_value(m, f));
		buf_add(out, "\r\n", 2);
	}
	buf_printf(out, "Content-Length: %u\r\n\r\n", m->body_len);
	sip_span_add(out, sip_msg_body(m));
}

char *
sip_msg_text(const struct sip_msg *m)
{
	struct buf b = { 0 };

	sip_msg_write(m, &b);
	return buf_take(&b);
}
