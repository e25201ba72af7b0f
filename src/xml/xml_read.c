/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expat with limits. The parser is stopped at every event and resumed by the
 * next call, so nobody is ever called from inside it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <expat.h>

#include "core/mem.h"
#include "xml/xml_read.h"

/* Between the parts of a name; cannot occur in XML 1.0 text. */
#define SEPARATOR '\f'

struct declared {
	char *prefix; /* "" for the default namespace */
	char *ns;
};

struct xml_reader {
	XML_Parser parser;
	struct xml_limits limits;
	bool document; /* the whole tree is one event */
	bool started;  /* past white space in front of the stream */
	bool suspended, ended, told_error;
	bool nul; /* behind pending a NUL was pushed */

	struct buf pending; /* pushed, not yet given to the parser */
	struct buf chunk;   /* given to it last */
	int64_t chunk_at;   /* where chunk starts in the parser's count */
	int64_t event_end;  /* where the last event ended */
	int64_t part_start; /* where the first-level element started */

	unsigned int depth, nodes, n_new_ns;
	struct xml *root; /* of a document; else the element being read */
	struct xml *at;
	struct buf text;

	struct declared *declared; /* on the root */
	size_t n_declared;
	char *root_prefix;

	bool have_header, have_element, have_end, whitespace;
	struct xml *header, *element;
	size_t element_size;

	enum xml_error error;
	char detail[128];
};

static const struct error_row {
	const char *condition;
	const char *text;
} error_rows[XML_ERRORS] = {
	[XML_ERROR_OK] = { "undefined-condition", "no error" },
	[XML_ERROR_NOT_WELL_FORMED] = { "not-well-formed",
	    "the XML is not well-formed" },
	[XML_ERROR_RESTRICTED] = { "restricted-xml",
	    "comments, processing instructions, DTDs and entities are refused" },
	[XML_ERROR_ENCODING] = { "unsupported-encoding",
	    "an encoding other than UTF-8 was declared" },
	[XML_ERROR_TOO_BIG] = { "policy-violation", "the element is too big" },
	[XML_ERROR_TOO_DEEP] = { "policy-violation",
	    "the elements are nested too deeply" },
	[XML_ERROR_TOO_MANY] = { "policy-violation",
	    "too many attributes or elements, or a name is too long" },
	[XML_ERROR_BAD_FORMAT] = { "bad-format",
	    "there is text between the elements of the stream" },
	[XML_ERROR_PREFIX] = { "bad-namespace-prefix",
	    "a reserved namespace prefix is misused" },
};

const char *
xml_error_condition(enum xml_error e)
{
	return error_rows[e].condition;
}

const char *
xml_error_text(enum xml_error e)
{
	return error_rows[e].text;
}

/* The first error counts; no further event of this parser does. */
static void
fail(struct xml_reader *r, enum xml_error e, const char *what)
{
	if (r->error != XML_ERROR_OK)
		return;
	r->error = e;
	(void)snprintf(r->detail, sizeof(r->detail), "%s (byte %lld)", what,
	    (long long)XML_GetCurrentByteIndex(r->parser));
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static int64_t
position_after(const struct xml_reader *r)
{
	return XML_GetCurrentByteIndex(r->parser) +
	    XML_GetCurrentByteCount(r->parser);
}

static void
check_size(struct xml_reader *r)
{
	r->event_end = position_after(r);
	if (r->event_end - r->part_start > (int64_t)r->limits.max_bytes)
		fail(r, XML_ERROR_TOO_BIG, error_rows[XML_ERROR_TOO_BIG].text);
}

/* "ns SEP name SEP prefix" cut in place of a copy. */
struct name {
	char *copy;
	const char *ns, *local, *prefix;
};

static void
name_split(struct name *n, const char *text)
{
	char *sep;

	n->copy = mem_strdup(text);
	n->ns = n->prefix = "";
	n->local = n->copy;
	if ((sep = strchr(n->copy, SEPARATOR)) == NULL)
		return;
	*sep = '\0';
	n->ns = n->copy;
	n->local = sep + 1;
	if ((sep = strchr(sep + 1, SEPARATOR)) != NULL) {
		*sep = '\0';
		n->prefix = sep + 1;
	}
}

static bool
name_fits(const struct xml_reader *r, const struct name *n)
{
	size_t max = r->limits.max_name;

	return strlen(n->local) <= max && strlen(n->prefix) <= max &&
	    strlen(n->ns) <= max;
}

static void
text_flush(struct xml_reader *r)
{
	if (r->text.len == 0)
		return;
	if (r->at != NULL)
		xml_add_text_n(r->at, r->text.data, r->text.len);
	buf_reset(&r->text);
}

static void
read_attributes(struct xml_reader *r, struct xml *x, const char **atts)
{
	struct name n;
	unsigned int count = r->n_new_ns;

	for (; *atts != NULL; atts += 2) {
		if (++count > r->limits.max_attributes) {
			fail(r, XML_ERROR_TOO_MANY, "too many attributes");
			return;
		}
		name_split(&n, atts[0]);
		if (name_fits(r, &n))
			xml_set_ns(x, n.ns, n.local, atts[1]);
		else
			fail(r, XML_ERROR_TOO_MANY, "an attribute's name is too long");
		mem_free(n.copy);
	}
}

static void
on_start(void *arg, const XML_Char *name, const XML_Char **atts)
{
	struct xml_reader *r = arg;
	bool is_header = r->depth == 0 && !r->document;
	struct xml *x;
	struct name n;

	if (r->error != XML_ERROR_OK)
		return;
	if (r->depth == 1 && !r->document) {
		r->part_start = XML_GetCurrentByteIndex(r->parser);
		r->nodes = 0;
	}
	check_size(r);
	if (r->depth >= r->limits.max_depth)
		fail(r, XML_ERROR_TOO_DEEP, "too deep");
	if (++r->nodes > r->limits.max_nodes)
		fail(r, XML_ERROR_TOO_MANY, "too many elements");
	if (r->error != XML_ERROR_OK)
		return;
	text_flush(r);
	name_split(&n, name);
	x = xml_new(n.local, n.ns);
	if (!name_fits(r, &n))
		fail(r, XML_ERROR_TOO_MANY, "an element's name is too long");
	if (r->depth == 0)
		r->root_prefix = mem_strdup(n.prefix);
	mem_free(n.copy);
	read_attributes(r, x, atts);
	r->n_new_ns = 0;
	r->depth++;
	if (is_header) {
		r->header = x;
		r->have_header = r->error == XML_ERROR_OK;
		(void)XML_StopParser(r->parser, XML_TRUE);
		return;
	}
	if (r->at == NULL)
		r->root = x;
	else
		xml_add_take(r->at, x);
	r->at = x;
}

static void
on_end(void *arg, const XML_Char *name)
{
	struct xml_reader *r = arg;

	(void)name;
	if (r->error != XML_ERROR_OK)
		return;
	r->depth--;
	if (r->depth == 0 && !r->document) {
		r->have_end = true;
		(void)XML_StopParser(r->parser, XML_TRUE);
		return;
	}
	check_size(r);
	text_flush(r);
	if (r->error != XML_ERROR_OK)
		return;
	r->at = r->at->parent;
	if (r->depth != 1 || r->document)
		return;
	r->element = r->root;
	r->root = NULL;
	r->have_element = true;
	r->element_size = (size_t)(r->event_end - r->part_start);
	(void)XML_StopParser(r->parser, XML_TRUE);
}

static void
on_text(void *arg, const XML_Char *s, int len)
{
	struct xml_reader *r = arg;
	int i;

	if (r->error != XML_ERROR_OK)
		return;
	if (r->at != NULL) {
		check_size(r);
		if (r->error == XML_ERROR_OK)
			buf_add(&r->text, s, (size_t)len);
		return;
	}
	/* Between first-level elements: keepalives only. */
	r->event_end = position_after(r);
	for (i = 0; i < len; i++)
		if (strchr(" \t\r\n", s[i]) == NULL) {
			fail(r, XML_ERROR_BAD_FORMAT, "text between elements");
			return;
		}
	r->whitespace = true;
}

static void
on_namespace(void *arg, const XML_Char *prefix, const XML_Char *uri)
{
	struct xml_reader *r = arg;
	struct declared *d;

	if (r->error != XML_ERROR_OK)
		return;
	if (++r->n_new_ns > r->limits.max_attributes) {
		fail(r, XML_ERROR_TOO_MANY, "too many namespaces");
		return;
	}
	if ((prefix != NULL && strlen(prefix) > r->limits.max_name) ||
	    (uri != NULL && strlen(uri) > r->limits.max_name)) {
		fail(r, XML_ERROR_TOO_MANY, "a namespace is too long");
		return;
	}
	if (r->depth > 0)
		return;
	r->declared = mem_array_grow(
	    r->declared, r->n_declared + 1, sizeof(*r->declared));
	d = &r->declared[r->n_declared++];
	d->prefix = mem_strdup(prefix == NULL ? "" : prefix);
	d->ns = mem_strdup(uri == NULL ? "" : uri);
}

static void
on_comment(void *arg, const XML_Char *text)
{
	(void)text;
	fail(arg, XML_ERROR_RESTRICTED, "comment");
}

static void
on_pi(void *arg, const XML_Char *target, const XML_Char *data)
{
	(void)target;
	(void)data;
	fail(arg, XML_ERROR_RESTRICTED, "processing instruction");
}

static void
on_doctype(void *arg, const XML_Char *name, const XML_Char *sysid,
    const XML_Char *pubid, int has_internal)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)has_internal;
	fail(arg, XML_ERROR_RESTRICTED, "DOCTYPE");
}

static void
on_declaration(
    void *arg, const XML_Char *version, const XML_Char *encoding, int alone)
{
	(void)version;
	(void)alone;
	if (encoding != NULL && strcasecmp(encoding, "UTF-8") != 0)
		fail(arg, XML_ERROR_ENCODING, "encoding is not UTF-8");
}

static void
parser_open(struct xml_reader *r)
{
	r->parser = XML_ParserCreateNS("UTF-8", SEPARATOR);
	if (r->parser == NULL)
		abort(); /* out of memory, as in mem_alloc */
	XML_SetUserData(r->parser, r);
	XML_SetReturnNSTriplet(r->parser, 1);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartNamespaceDeclHandler(r->parser, on_namespace);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	XML_SetXmlDeclHandler(r->parser, on_declaration);
	if (!r->document) {
		XML_SetCommentHandler(r->parser, on_comment);
		XML_SetProcessingInstructionHandler(r->parser, on_pi);
	}
#ifdef HAVE_XML_SETREPARSEDEFERRALENABLED
	/* an element's last byte makes the event, not the next one. */
	(void)XML_SetReparseDeferralEnabled(r->parser, XML_FALSE);
#endif
}

static void
stream_clear(struct xml_reader *r)
{
	size_t i;

	XML_ParserFree(r->parser);
	r->parser = NULL;
	xml_free(r->root);
	xml_free(r->header);
	xml_free(r->element);
	r->root = r->at = r->header = r->element = NULL;
	for (i = 0; i < r->n_declared; i++) {
		mem_free(r->declared[i].prefix);
		mem_free(r->declared[i].ns);
	}
	mem_free(r->declared);
	mem_free(r->root_prefix);
	r->declared = NULL;
	r->root_prefix = NULL;
	r->n_declared = 0;
	buf_clear(&r->text);
}

static struct xml_reader *
reader_new(const struct xml_limits *limits, bool document)
{
	struct xml_reader *r = mem_zalloc(sizeof(*r));
	struct xml_limits *l = &r->limits;

	if (limits != NULL)
		*l = *limits;
	l->max_bytes = l->max_bytes == 0 ? 262144 : l->max_bytes;
	l->max_depth = l->max_depth == 0 ? 64 : l->max_depth;
	l->max_attributes = l->max_attributes == 0 ? 64 : l->max_attributes;
	l->max_name = l->max_name == 0 ? 1024 : l->max_name;
	l->max_nodes = l->max_nodes == 0 ? 8192 : l->max_nodes;
	r->document = document;
	parser_open(r);
	return r;
}

struct xml_reader *
xml_reader_new(const struct xml_limits *limits)
{
	return reader_new(limits, false);
}

void
xml_reader_free(struct xml_reader *r)
{
	if (r == NULL)
		return;
	stream_clear(r);
	buf_clear(&r->pending);
	buf_clear(&r->chunk);
	mem_free(r);
}

void
xml_reader_push(struct xml_reader *r, const void *data, size_t len)
{
	const char *nul = memchr(data, '\0', len);

	/* What comes after the end is nobody's. */
	if (r->ended || r->nul || r->error != XML_ERROR_OK)
		return;
	/* Never right in UTF-8, and expat would take it for UTF-16. */
	if (nul != NULL) {
		r->nul = true;
		len = (size_t)(nul - (const char *)data);
	}
	buf_add(&r->pending, data, len);
}

void
xml_reader_reset(struct xml_reader *r, bool keep)
{
	bool nul = keep && r->nul;
	struct buf rest;
	int64_t used;

	buf_init(&rest);
	if (keep) {
		used = r->event_end - r->chunk_at;
		if (used < 0)
			used = 0;
		if ((size_t)used < r->chunk.len)
			buf_add(&rest, r->chunk.data + used,
			    r->chunk.len - (size_t)used);
		buf_add(&rest, buf_text(&r->pending), r->pending.len);
	}
	stream_clear(r);
	buf_clear(&r->pending);
	buf_clear(&r->chunk);
	r->pending = rest;
	r->chunk_at = r->event_end = r->part_start = 0;
	r->started = r->suspended = r->ended = r->told_error = false;
	r->have_header = r->have_element = r->have_end = false;
	r->whitespace = false;
	r->nul = nul;
	r->depth = r->nodes = r->n_new_ns = 0;
	r->error = XML_ERROR_OK;
	parser_open(r);
}

void
xml_reader_set_max_bytes(struct xml_reader *r, size_t max)
{
	r->limits.max_bytes = max;
}

size_t
xml_reader_pending(const struct xml_reader *r)
{
	int64_t from = r->depth > 1 ? r->part_start : r->event_end;

	return (size_t)(r->chunk_at + (int64_t)r->chunk.len - from) +
	    r->pending.len;
}

bool
xml_reader_declares(
    const struct xml_reader *r, const char *prefix, const char *ns)
{
	size_t i;

	for (i = 0; i < r->n_declared; i++)
		if (strcmp(r->declared[i].prefix, prefix) == 0 &&
		    strcmp(r->declared[i].ns, ns) == 0)
			return true;
	return false;
}

static enum xml_error
error_from_expat(enum XML_Error code)
{
	switch ((int)code) {
	case XML_ERROR_UNDEFINED_ENTITY:
	case XML_ERROR_RECURSIVE_ENTITY_REF:
	case XML_ERROR_ASYNC_ENTITY:
	case XML_ERROR_BINARY_ENTITY_REF:
	case XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF:
	case XML_ERROR_EXTERNAL_ENTITY_HANDLING:
	case XML_ERROR_ENTITY_DECLARED_IN_PE:
	case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
		return XML_ERROR_RESTRICTED;
	case XML_ERROR_UNKNOWN_ENCODING:
	case XML_ERROR_INCORRECT_ENCODING:
		return XML_ERROR_ENCODING;
	case XML_ERROR_RESERVED_PREFIX_XML:
	case XML_ERROR_RESERVED_PREFIX_XMLNS:
	case XML_ERROR_RESERVED_NAMESPACE_URI:
		return XML_ERROR_PREFIX;
	default:
		return XML_ERROR_NOT_WELL_FORMED;
	}
}

static void
parser_failed(struct xml_reader *r)
{
	enum XML_Error code = XML_GetErrorCode(r->parser);
	int64_t at = XML_GetCurrentByteIndex(r->parser);
	int64_t from = r->depth > 1 || r->document ? r->part_start
						   : r->event_end;

	if (r->error != XML_ERROR_OK)
		return;
	/* Where the limit lay before the mistake, the limit comes first:
	 * so it is when the bytes come one by one. */
	if (at - from > (int64_t)r->limits.max_bytes)
		r->error = XML_ERROR_TOO_BIG;
	else
		r->error = error_from_expat(code);
	(void)snprintf(r->detail, sizeof(r->detail), "%s (byte %lld)",
	    XML_ErrorString(code), (long long)at);
}

/* A part that has no end yet must not grow beyond the limit either. */
static void
check_unfinished(struct xml_reader *r)
{
	int64_t fed = r->chunk_at + (int64_t)r->chunk.len;
	int64_t from = r->depth > 1 ? r->part_start : r->event_end;

	if (r->error == XML_ERROR_OK &&
	    fed - from > (int64_t)r->limits.max_bytes) {
		r->error = XML_ERROR_TOO_BIG;
		(void)snprintf(r->detail, sizeof(r->detail),
		    "%lld bytes without an end", (long long)(fed - from));
	}
}

/* White space in front of a header is a late keepalive. */
static void
skip_leading_space(struct xml_reader *r)
{
	size_t n = strspn(buf_text(&r->pending), " \t\r\n");

	buf_consume(&r->pending, n);
	r->whitespace = r->whitespace || n > 0;
	r->started = r->pending.len > 0;
}

/* Lets the parser work until an event or until it wants more. */
static bool
drive(struct xml_reader *r)
{
	enum XML_Status status;
	struct buf swap;

	if (r->suspended) {
		status = XML_ResumeParser(r->parser);
	} else {
		if (!r->started)
			skip_leading_space(r);
		if (r->pending.len == 0) {
			if (r->nul && r->error == XML_ERROR_OK)
				fail(r, XML_ERROR_NOT_WELL_FORMED, "NUL byte");
			return r->nul;
		}
		r->chunk_at += (int64_t)r->chunk.len;
		swap = r->chunk;
		r->chunk = r->pending;
		r->pending = swap;
		buf_reset(&r->pending);
		status = XML_Parse(
		    r->parser, r->chunk.data, (int)r->chunk.len, XML_FALSE);
	}
	r->suspended = status == XML_STATUS_SUSPENDED;
	if (status == XML_STATUS_ERROR)
		parser_failed(r);
	else if (status == XML_STATUS_OK)
		check_unfinished(r);
	return true;
}

static int
give_event(struct xml_reader *r, struct xml_event *ev)
{
	size_t i;

	if (r->have_header) {
		r->have_header = false;
		ev->kind = XML_EVENT_HEADER;
		ev->x = r->header;
		r->header = NULL;
		ev->content_ns = "";
		for (i = 0; i < r->n_declared; i++)
			if (*r->declared[i].prefix == '\0')
				ev->content_ns = r->declared[i].ns;
		ev->prefix = r->root_prefix;
		return 1;
	}
	if (r->have_element) {
		r->have_element = false;
		ev->kind = XML_EVENT_ELEMENT;
		ev->x = r->element;
		ev->size = r->element_size;
		r->element = NULL;
		return 1;
	}
	if (r->have_end) {
		r->have_end = false;
		r->ended = true;
		ev->kind = XML_EVENT_END;
		return 1;
	}
	return 0;
}

int
xml_reader_next(struct xml_reader *r, struct xml_event *ev)
{
	memset(ev, 0, sizeof(*ev));
	for (;;) {
		if (give_event(r, ev) == 1)
			return 1;
		if (r->error != XML_ERROR_OK) {
			if (r->told_error)
				return 0;
			r->told_error = true;
			ev->kind = XML_EVENT_ERROR;
			ev->error = r->error;
			memcpy(ev->detail, r->detail, sizeof(ev->detail));
			return 1;
		}
		if (r->ended || !drive(r))
			break;
	}
	ev->whitespace = r->whitespace;
	r->whitespace = false;
	return 0;
}

void
xml_event_clear(struct xml_event *ev)
{
	xml_free(ev->x);
	ev->x = NULL;
}

struct xml *
xml_parse(const char *data, size_t len, const struct xml_limits *limits,
    struct fault *f)
{
	struct xml_reader *r = reader_new(limits, true);
	struct xml *root = NULL;

	if (len > r->limits.max_bytes) {
		(void)fault_set(f, FAULT_LIMIT,
		    "the document has %zu bytes, %zu are allowed", len,
		    r->limits.max_bytes);
		xml_reader_free(r);
		return NULL;
	}
	if (memchr(data, '\0', len) != NULL)
		fail(r, XML_ERROR_NOT_WELL_FORMED, "NUL byte");
	else if (XML_Parse(r->parser, data, (int)len, XML_TRUE) !=
	    XML_STATUS_OK)
		parser_failed(r);
	if (r->error != XML_ERROR_OK) {
		(void)fault_set(f,
		    r->error == XML_ERROR_TOO_BIG ||
			    r->error == XML_ERROR_TOO_DEEP ||
			    r->error == XML_ERROR_TOO_MANY
			? FAULT_LIMIT
			: FAULT_INVALID_DATA,
		    "%s: %s", xml_error_text(r->error), r->detail);
	} else {
		root = r->root;
		r->root = NULL;
	}
	xml_reader_free(r);
	return root;
}
