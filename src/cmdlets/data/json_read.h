/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_DATA_JSON_READ_H
#define CMDLETS_DATA_JSON_READ_H

#include "core/buf.h"
#include "core/cmdlet.h"
#include "core/dict.h"

/*
 * JSON as Newtonsoft's reader takes it: comments, single quotes, bare names
 * and a comma too many are no error; what is one has its words and place.
 */
enum json_dates { /* JsonDateKind */
	JSON_DATE_DEFAULT,
	JSON_DATE_LOCAL,
	JSON_DATE_UTC,
	JSON_DATE_OFFSET,
	JSON_DATE_STRING,
};

/* LIMIT: names of properties kept to be shared. */
#define JSON_NAMES 512

struct json_level {
	struct value name; /* of a property; null in arrays or before one */
	long index;        /* of an element; -1 before the first */
	bool array;
};

struct json_reader {
	struct run *run;
	const char *text;
	size_t len, at;
	bool hashtable;
	bool strict; /* RFC 8259 only */
	enum json_dates dates;
	int64_t max_depth;
	struct json_level *levels;
	size_t depth, cap;
	struct value names[JSON_NAMES];
	struct buf scratch;
	/* what is wrong; empty: nothing */
	struct buf error;
	bool clash; /* the error is about keys: its own id */
	const char *id;
};

void json_reader_init(struct json_reader *j, struct run *r);
void json_reader_clear(struct json_reader *j);
/* 0 and *outp, or -1: error says why (or the run leaves, error empty). */
int json_read(struct json_reader *j, const char *text, size_t len,
    struct value *outp);

/* Literals and strings (json_token.c). 0 or -1. */
int json_fail(struct json_reader *j, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* at a quote; the text is in scratch or in the source */
int json_string(struct json_reader *j, const char **sp, size_t *np);
int json_number(struct json_reader *j, struct value *outp);
/* A string value, or the date it looks like. */
struct value json_text_value(struct json_reader *j, const char *s, size_t n);

/* System.Management.Automation.OrderedHashtable */
struct dict *ordered_hashtable_new(void);

#endif
