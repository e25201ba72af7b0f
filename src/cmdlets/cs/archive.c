/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's objects as an archive. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdlets/cs/archive.h"
#include "cmdlets/cs/zip.h"
#include "core/codec.h"
#include "core/list.h"
#include "core/mem.h"
#include "model/instance.h"
#include "model/topology.h"
#include "model/user.h"
#include "model/walk.h"

#define VERSION_FILE "version.txt"
#define OBJECTS_FILE "objects"
/* The number grows when an older program could not read what is written. */
#define VERSION_HEAD "fedsh %s 1\n"

/* LIMIT: bytes of one object. */
#define RECORD_MAX ((size_t)1 << 20)

static const char *const kind_names[] = {
	[ARCHIVE_CONFIGURATION] = "configuration",
	[ARCHIVE_USERS] = "users",
};

/* The n-th class of the kind; NULL: no more. */
static const char *
class_at(enum archive_kind kind, size_t n)
{
	size_t nouns = 0;

	if (kind == ARCHIVE_USERS)
		return n == 0 ? USER_CLASS : NULL;
	while (noun_table[nouns] != NULL)
		nouns++;
	if (n < nouns)
		return noun_table[n]->class_name;
	return n == nouns ? TOPOLOGY_CLASS : NULL;
}

static const struct noun *
noun_of_class(const char *class_name)
{
	size_t i;

	for (i = 0; noun_table[i] != NULL; i++)
		if (strcmp(noun_table[i]->class_name, class_name) == 0)
			return noun_table[i];
	return NULL;
}

/* The class by our own name of it, which the store may keep; or NULL. */
static const char *
find_class(enum archive_kind kind, const char *class_name)
{
	const char *one;
	size_t i;

	for (i = 0; (one = class_at(kind, i)) != NULL; i++)
		if (strcmp(one, class_name) == 0)
			return one;
	return NULL;
}

/* --- writing --- */

static int
add_record(struct buf *b, const char *class_name, const struct store_row *row,
    struct fault *f)
{
	struct dict *d = dict_new(NULL);
	size_t at = b->len, len;
	int rc;

	dict_set_str_take(d, "Class", value_string(class_name));
	dict_set_str_take(d, "Key", value_string(row->key));
	dict_set_str_take(d, "Object", value_ref(row->object));
	buf_add(b, "\0\0\0\0", 4);
	rc = codec_write(b, dict_value(d), f);
	value_unref(dict_value(d));
	if (rc != 0)
		return -1;
	len = b->len - at - 4;
	b->data[at] = (char)(len >> 24 & 0xff);
	b->data[at + 1] = (char)(len >> 16 & 0xff);
	b->data[at + 2] = (char)(len >> 8 & 0xff);
	b->data[at + 3] = (char)(len & 0xff);
	return 0;
}

static int
add_class(struct store *s, const char *class_name,
    bool (*wanted)(const struct store_row *row, void *ctx), void *ctx,
    struct buf *b, size_t *np, struct fault *f)
{
	struct store_row *row;
	struct walk w;
	int rc;

	walk_begin(&w, s, class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		if (wanted != NULL && !wanted(row, ctx))
			continue;
		if (b->len > ARCHIVE_MAX)
			rc = fault_set(f, FAULT_LIMIT,
			    "the archive would be larger than %zu MiB",
			    ARCHIVE_MAX >> 20);
		else
			rc = add_record(b, class_name, row, f);
		if (rc != 0)
			break;
		++*np;
	}
	walk_end(&w);
	return rc;
}

int
archive_write(struct store *s, enum archive_kind kind,
    bool (*wanted)(const struct store_row *row, void *ctx), void *ctx,
    struct buf *b, size_t *np, struct fault *f)
{
	struct buf objects = { .data = NULL }, head = { .data = NULL };
	const char *class_name;
	struct zip z;
	size_t i;
	int rc = 0;

	*np = 0;
	for (i = 0; rc == 0 && (class_name = class_at(kind, i)) != NULL; i++)
		rc = add_class(s, class_name, wanted, ctx, &objects, np, f);
	if (rc == 0) {
		buf_printf(&head, VERSION_HEAD "program %s\nobjects %zu\n",
		    kind_names[kind], PACKAGE_VERSION, *np);
		zip_begin(&z);
		zip_add(&z, VERSION_FILE, head.data, head.len);
		zip_add(&z, OBJECTS_FILE, buf_text(&objects), objects.len);
		zip_end(&z, b);
	}
	if (objects.data != NULL)
		mem_wipe(objects.data, objects.len);
	buf_clear(&objects);
	buf_clear(&head);
	return rc;
}

/* --- reading --- */

static int
check_version(const unsigned char *p, size_t n, enum archive_kind kind,
    size_t *countp, struct fault *f)
{
	char text[256], wanted[64];
	const char *count;
	int len;

	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	memcpy(text, p, n);
	text[n] = '\0';
	len = snprintf(wanted, sizeof(wanted), VERSION_HEAD, kind_names[kind]);
	count = strstr(text, "\nobjects ");
	if (strncmp(text, wanted, (size_t)len) == 0 && count != NULL) {
		*countp = strtoul(count + 9, NULL, 10);
		return 0;
	}
	if (strncmp(text, "fedsh ", 6) != 0)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the archive is not one of ours");
	text[strcspn(text, "\n")] = '\0';
	return fault_set(f, FAULT_INVALID_DATA,
	    "the archive holds \"%s\" and not \"fedsh %s 1\": %s", text,
	    kind_names[kind],
	    strncmp(text + 6, kind_names[kind], 5) == 0
		? "a newer program wrote it"
		: "configuration is for Import-CsConfiguration, users are for "
		  "Import-CsUserData");
}

/* Values are what the noun's rows say: nothing else reaches the store. */
static int
check_object(const struct noun *n, const struct dict *object, struct fault *f)
{
	struct identity any = { .text = "x", .key = "x", .name = "x" };
	struct dict *probe;
	const struct prop_spec *p;
	struct value v;
	int rc = 0;

	if (instance_text(object, "Identity") == NULL)
		return fault_set(f, FAULT_INVALID_DATA,
		    "an object has no Identity");
	probe = instance_new(n, &any);
	for (p = n->props; rc == 0 && p->name != NULL; p++) {
		v = dict_peek(object, p->name);
		if (!value_is_null(v) &&
		    (p->flags & (PROP_SHOWN | PROP_KEY | PROP_INTERNAL)) == 0)
			rc = instance_set(n, probe, p->name, v, f);
	}
	value_unref(dict_value(probe));
	return rc;
}

struct reader {
	const unsigned char *p;
	size_t left;
};

/* 1 a record (*recordp owned), 0 the end, -1. */
static int
next_record(struct reader *r, enum archive_kind kind, struct value *recordp,
    struct fault *f)
{
	static const struct codec_limits limits = { RECORD_MAX, 65536 };
	const char *class_name, *key;
	const struct noun *n;
	struct value object;
	size_t len;

	*recordp = VALUE_NULL;
	if (r->left == 0)
		return 0;
	len = r->left < 4 ? 0
			  : (size_t)r->p[0] << 24 | (size_t)r->p[1] << 16 |
		(size_t)r->p[2] << 8 | (size_t)r->p[3];
	if (len == 0 || len > RECORD_MAX || len > r->left - 4)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the archive's objects end in the middle of one");
	if (codec_read(r->p + 4, len, &limits, recordp, f) != 0)
		return -1;
	r->p += 4 + len;
	r->left -= 4 + len;
	class_name = value_is_dict(*recordp)
	    ? instance_text(dict_of(*recordp), "Class")
	    : NULL;
	key = class_name != NULL ? instance_text(dict_of(*recordp), "Key")
				 : NULL;
	object = class_name != NULL ? dict_peek(dict_of(*recordp), "Object")
				    : VALUE_NULL;
	if (key == NULL || key[0] == '\0' || strlen(key) >= IDENTITY_MAX ||
	    !value_is_dict(object) || find_class(kind, class_name) == NULL)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the archive holds something that is no object of the "
		    "%s", kind_names[kind]);
	n = noun_of_class(class_name);
	if (n != NULL && check_object(n, dict_of(object), f) != 0) {
		(void)fault_within(f, "%s \"%.100s\"", n->name, key);
		return -1;
	}
	return 1;
}

static int
remove_class(struct store *s, const char *class_name, struct fault *f)
{
	struct store_row rows[64];
	size_t n, i;
	int rc = 0;

	for (;;) {
		if (store_page(s, class_name, 0, rows,
			sizeof(rows) / sizeof(rows[0]), &n, f) != 0)
			return -1;
		if (n == 0)
			return 0;
		for (i = 0; i < n; i++) {
			if (rc >= 0)
				rc = store_remove(s, class_name, rows[i].key,
				    STORE_ANY, f);
			store_row_clear(&rows[i]);
		}
		if (rc < 0)
			return -1;
	}
}

/* Inside one change. */
static int
put_all(struct store *s, enum archive_kind kind, struct reader r, bool replace,
    struct fault *f)
{
	const char *class_name;
	struct value record;
	size_t i;
	int rc = 0;

	for (i = 0; replace && (class_name = class_at(kind, i)) != NULL; i++)
		if (remove_class(s, class_name, f) != 0)
			return -1;
	while (rc == 0 && (rc = next_record(&r, kind, &record, f)) == 1) {
		const struct dict *d = dict_of(record);

		rc = store_put(s, find_class(kind, instance_text(d, "Class")),
		    instance_text(d, "Key"), dict_peek(d, "Object"), STORE_ANY,
		    NULL, f);
		value_unref(record);
	}
	return rc;
}

/* Our archives are written one way only: a changed byte anywhere shows. */
static int
check_bytes(const void *data, size_t len, const unsigned char *head,
    size_t n_head, const struct reader *objects, struct fault *f)
{
	struct buf again = { .data = NULL };
	struct zip z;
	bool same;

	zip_begin(&z);
	zip_add(&z, VERSION_FILE, head, n_head);
	zip_add(&z, OBJECTS_FILE, objects->p, objects->left);
	zip_end(&z, &again);
	same = again.len == len && memcmp(again.data, data, len) == 0;
	mem_wipe(again.data, again.len);
	buf_clear(&again);
	return same ? 0
		    : fault_set(f, FAULT_INVALID_DATA,
			  "the archive was changed since it was written; use "
			  "the file as it was exported");
}

int
archive_apply(struct store *s, enum archive_kind kind, const void *data,
    size_t len, bool replace, size_t *np, struct fault *f)
{
	struct reader r = { NULL, 0 }, look;
	const unsigned char *p;
	struct value record;
	size_t n, wanted = 0;
	bool whole = kind == ARCHIVE_USERS;
	int rc;

	*np = 0;
	if (zip_find(data, len, VERSION_FILE, &p, &n, f) != 0 ||
	    check_version(p, n, kind, &wanted, f) != 0 ||
	    zip_find(data, len, OBJECTS_FILE, &r.p, &r.left, f) != 0 ||
	    check_bytes(data, len, p, n, &r, f) != 0)
		return -1;
	look = r;
	while ((rc = next_record(&look, kind, &record, f)) == 1) {
		whole = whole ||
		    strcmp(instance_text(dict_of(record), "Class"),
			TOPOLOGY_CLASS) == 0;
		value_unref(record);
		++*np;
	}
	value_unref(record);
	if (rc != 0)
		return -1;
	if (*np != wanted)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the archive should hold %zu objects and holds %zu",
		    wanted, *np);
	if (!whole)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the archive holds no topology");
	if (store_begin(s, f) != 0)
		return -1;
	if (put_all(s, kind, r, replace, f) != 0) {
		store_undo(s);
		return -1;
	}
	if (store_settle(s, f) != 0)
		return -1;
	return store_commit(s, f);
}
