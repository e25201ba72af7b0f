/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef XML_XML_READ_H
#define XML_XML_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "xml/xml.h"

/* Limits hold while parsing, not after. Zero: the default. */
struct xml_limits {
	size_t max_bytes; /* a header or first-level element: 262 144 */
	unsigned int max_depth;      /* 64, the root counts */
	unsigned int max_attributes; /* 64 an element */
	size_t max_name;             /* 1024 bytes: names, prefixes */
	unsigned int max_nodes;      /* 8192 elements in one of them */
};

enum xml_error {
	XML_ERROR_OK,
	XML_ERROR_NOT_WELL_FORMED,
	XML_ERROR_RESTRICTED, /* comment, PI, DOCTYPE, entity */
	XML_ERROR_ENCODING,   /* declared other than UTF-8 */
	XML_ERROR_TOO_BIG,    /* max_bytes (K-04) */
	XML_ERROR_TOO_DEEP,
	XML_ERROR_TOO_MANY,   /* attributes, nodes, long names */
	XML_ERROR_BAD_FORMAT, /* text between first-level elements */
	XML_ERROR_PREFIX,     /* xml/xmlns prefixes misused */
	XML_ERRORS
};

/* The stream error of RFC 6120 §4.9.3 for it: "restricted-xml" ... */
const char *xml_error_condition(enum xml_error e);
const char *xml_error_text(enum xml_error e); /* for people and logs */

enum xml_event_kind {
	XML_EVENT_NONE,    /* push more */
	XML_EVENT_HEADER,  /* the root's start tag */
	XML_EVENT_ELEMENT, /* a whole first-level element */
	XML_EVENT_END,     /* the root's end tag; nothing comes after */
	XML_EVENT_ERROR,   /* nothing comes after, until a reset */
};

struct xml_event {
	enum xml_event_kind kind;
	/* HEADER: the root without children; ELEMENT: the element. The
	 * caller's own: xml_free it (or xml_event_clear). */
	struct xml *x;
	/* HEADER: the default namespace declared on the root, "" if none,
	 * and its own prefix. Borrowed until the next call. */
	const char *content_ns;
	const char *prefix;
	size_t size;      /* ELEMENT: bytes on the wire, < to > */
	bool whitespace;  /* NONE: white space was read (keepalive, K-05) */
	enum xml_error error;
	char detail[128]; /* ERROR: what and where, for the log */
};

/*
 * Reads a stream: push bytes, then take events until there is none. Any
 * way of cutting the bytes gives the same events. The parser is
 * never inside a callback, so the caller may reset or free it at any point
 * between two calls:
 *
 *	xml_reader_push(r, in->data, in->len);
 *	while (xml_reader_next(r, &ev) > 0)
 *		handle(&ev);
 */
struct xml_reader;

struct xml_reader *xml_reader_new(const struct xml_limits *limits);
void xml_reader_free(struct xml_reader *r);

void xml_reader_push(struct xml_reader *r, const void *data, size_t len);

/* Returns 1 and fills *ev, or 0 with ev->kind XML_EVENT_NONE. */
int xml_reader_next(struct xml_reader *r, struct xml_event *ev);
void xml_event_clear(struct xml_event *ev);

/*
 * A new parser for a new stream header. keep: bytes pushed and not yet read
 * belong to the new stream (after SASL, S-09); else they are thrown away
 * (after STARTTLS, T-04).
 */
void xml_reader_reset(struct xml_reader *r, bool keep);
/* From the next first-level element on (larger once authenticated, K-01). */
void xml_reader_set_max_bytes(struct xml_reader *r, size_t max);
/* Bytes of the element being read, for accounting. */
size_t xml_reader_pending(const struct xml_reader *r);
/* Whether prefix was declared on the root for this namespace (S-12). */
bool xml_reader_declares(
    const struct xml_reader *r, const char *prefix, const char *ns);

/*
 * A whole document (PIDF, iscomposing ...) with the same limits. DTDs and
 * entities are refused; comments and processing instructions are skipped.
 * NULL and a fault (INVALID_DATA, LIMIT) when it is none.
 */
struct xml *xml_parse(const char *data, size_t len,
    const struct xml_limits *limits, struct fault *f);

#endif
