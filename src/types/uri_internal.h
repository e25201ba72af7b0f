/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of System.Uri share. */
#ifndef TYPES_URI_INTERNAL_H
#define TYPES_URI_INTERNAL_H

#include "types/types_internal.h"

/* Parts are escaped, canonical; NULL fields of a relative one are empty. */
struct uri {
	struct cell cell;
	char *original;
	bool absolute;
	bool authority; /* had "//" */
	char *scheme;
	char *user;
	char *host;
	int port; /* -1: none that is known */
	char *path;
	char *query;	/* with its ? */
	char *fragment; /* with its # */
};

struct uri *uri_of(struct value v);
int uri_scheme_port(const char *scheme, bool *webp);
bool uri_is_unreserved(unsigned char c);
void uri_escape_byte(struct buf *out, unsigned char c);
bool uri_is_escape(const char *s);
char *uri_escape_part(const char *s, size_t n);
void uri_undo_escapes(const char *s, const char *keep, struct buf *out);
struct value uri_clean_text(struct buf *b);
size_t uri_scheme_length(const char *s);
char *uri_lower_copy(const char *s, size_t n);
const char *uri_read(const char *s, int64_t kind, struct value *outp);
void uri_add_authority(const struct uri *u, bool user, struct buf *b);
void uri_add_uri(const struct uri *u, struct buf *b);
bool uri_same(const struct uri *a, const struct uri *b);
extern const struct type_ops uri_ops;

#endif
