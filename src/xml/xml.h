/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef XML_XML_H
#define XML_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

#define XML_NS_XML "http://www.w3.org/XML/1998/namespace"

/*
 * An element or a run of text. A child belongs to its parent; freeing the
 * root frees all. Strings are UTF-8 and only hold characters XML allows.
 */
struct xml_attr {
	char *ns; /* "" as nearly always: no namespace. XML_NS_XML for xml:lang */
	char *name;
	char *value;
};

struct xml {
	char *name; /* NULL: this is text */
	char *ns;   /* "" when none */
	char *text; /* of a text node; of an element: see xml_text */
	struct xml_attr *attrs;
	size_t n_attrs;
	struct xml *parent; /* NULL at the root */
	struct xml *first, *last; /* children in document order, text too */
	struct xml *next;
};

/* ns NULL: none. Names are ours or came through a parser: not checked. */
struct xml *xml_new(const char *name, const char *ns);
void xml_free(struct xml *x); /* also takes it out of its parent; NULL too */
struct xml *xml_copy(const struct xml *x); /* deep; has no parent */

/* ns NULL: the parent's. Returns the child. */
struct xml *xml_add(struct xml *parent, const char *name, const char *ns);
/* With text in it; text NULL: none. */
struct xml *xml_add_with_text(struct xml *parent, const char *name,
    const char *ns, const char *text);
void xml_add_take(struct xml *parent, struct xml *child);
void xml_add_text(struct xml *x, const char *text);
void xml_add_text_n(struct xml *x, const char *text, size_t len);
/* Out of its parent; the caller's own from now on. */
void xml_detach(struct xml *x);
/* Changes the namespace of x and of what is below it in the same one (a
 * stanza between jabber:server and jabber:client, X-09). */
void xml_rename_ns(struct xml *x, const char *from, const char *to);

/* Elements only; name or ns NULL: any. NULL when there is none. */
struct xml *xml_child(const struct xml *x, const char *name, const char *ns);
struct xml *xml_next(const struct xml *x, const char *name, const char *ns);
bool xml_is(const struct xml *x, const char *name, const char *ns);
size_t xml_child_count(const struct xml *x); /* elements */

#define XML_EACH(child, x)                                                     \
	for ((child) = xml_child((x), NULL, NULL); (child) != NULL;            \
	    (child) = xml_next((child), NULL, NULL))

/* The text directly in x, joined; "" when none. Lives until x changes. */
const char *xml_text(const struct xml *x);
/* Of the first such child; NULL when there is no such child. */
const char *xml_child_text(
    const struct xml *x, const char *name, const char *ns);

/* Attributes; NULL when not there. Setting NULL removes. */
const char *xml_get(const struct xml *x, const char *name);
const char *xml_get_ns(const struct xml *x, const char *ns, const char *name);
void xml_set(struct xml *x, const char *name, const char *value);
void xml_set_ns(
    struct xml *x, const char *ns, const char *name, const char *value);
const char *xml_lang(const struct xml *x); /* own or inherited; NULL */

struct xml_prefix {
	const char *ns;
	const char *prefix;
};

/*
 * What is in force where the text will stand: an element in default_ns is
 * written without xmlns, one in a namespace of prefixes with that prefix (a
 * stream header declared them), any other with xmlns of its own.
 */
struct xml_context {
	const char *default_ns; /* NULL: none */
	const struct xml_prefix *prefixes; /* ends with ns NULL; or NULL */
};

/* Adds x as text to b. ctx NULL: nothing in force. */
void xml_write(
    const struct xml *x, const struct xml_context *ctx, struct buf *b);
/* The same as a string of the caller's own. */
char *xml_write_text(const struct xml *x, const struct xml_context *ctx);
/* How many bytes xml_write adds (K-03). */
size_t xml_size(const struct xml *x, const struct xml_context *ctx);

/* Escaped for text and for attributes in either quotes. */
void xml_escape(struct buf *b, const char *s, size_t len, bool in_attribute);

/* Whether s is UTF-8 holding only characters that XML 1.0 allows. */
bool xml_text_is_valid(const char *s, size_t len);
/* The same text with what XML does not allow replaced by U+FFFD. */
void xml_text_clean(struct buf *b, const char *s, size_t len);

#endif
