/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The topology as a document and back. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/topology_document.h"
#include "core/list.h"
#include "core/mem.h"
#include "model/walk.h"
#include "types/types.h"
#include "xml/xml.h"
#include "xml/xml_read.h"

#define DOCUMENT_NS "urn:fedsh:topology:1"

/* What a topology is made of, in the document's order. */
static const struct crud *const parts[] = { &crud_sip_domain, &crud_site,
	&crud_registrar, &crud_edge_server };

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* A property the document has an attribute for. */
static bool
is_written(const struct prop_spec *p)
{
	return (p->flags & (PROP_SHOWN | PROP_KEY | PROP_INTERNAL)) == 0 &&
	    p->kind != PROP_SECRET;
}

static bool
is_list_kind(enum prop_kind kind)
{
	return kind == PROP_DOMAINS || kind == PROP_STRINGS ||
	    kind == PROP_ADDRESSES || kind == PROP_SERVERS;
}

/* --- writing --- */

/* Owned; NULL where there is nothing to write. */
static char *
attribute_text(struct value v)
{
	struct buf b = { .data = NULL };
	const char *one;
	size_t i;

	if (value_is_null(v))
		return NULL;
	if (!value_is_list(v))
		return value_text_plain(v);
	for (i = 0; i < list_of(v)->count; i++)
		if ((one = value_chars(list_of(v)->items[i])) != NULL)
			buf_printf(&b, "%s%s", b.len > 0 ? " " : "", one);
	return buf_take(&b);
}

static void
write_row(struct buf *b, const struct noun *n, const struct dict *object)
{
	const char *identity = instance_text(object, "Identity");
	const struct prop_spec *p;

	buf_printf(b, "  <%s Identity=\"", n->class_name);
	xml_escape(b, identity, strlen(identity), true);
	buf_add_byte(b, '"');
	for (p = n->props; p->name != NULL; p++) {
		struct value v;
		char *text;

		if (!is_written(p) || strcmp(p->name, "Identity") == 0)
			continue;
		v = instance_get(n, object, p->name);
		if ((text = attribute_text(v)) != NULL) {
			buf_printf(b, "\n      %s=\"", p->name);
			xml_escape(b, text, strlen(text), true);
			buf_add_byte(b, '"');
		}
		mem_free(text);
		value_unref(v);
	}
	buf_add_str(b, "/>\n");
}

int
topology_document_write(struct store *s, struct buf *b, struct fault *f)
{
	struct store_row *row;
	struct walk w;
	size_t i;
	int rc = 0;

	buf_add_str(b, "<Topology xmlns=\"" DOCUMENT_NS "\">\n");
	for (i = 0; rc == 0 && i < PARTS; i++) {
		walk_begin(&w, s, parts[i]->noun->class_name, NULL, NULL);
		while ((rc = walk_next(&w, &row, f)) == 1)
			if (value_is_dict(row->object) &&
			    instance_text(dict_of(row->object), "Identity") !=
				NULL)
				write_row(b, parts[i]->noun,
				    dict_of(row->object));
		walk_end(&w);
	}
	buf_add_str(b, "</Topology>");
	return rc;
}

/* --- reading --- */

static const struct crud *
part_of(const char *name)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		if (strcmp(parts[i]->noun->class_name, name) == 0)
			return parts[i];
	return NULL;
}

static int
set_attribute(const struct noun *n, struct dict *object,
    const struct xml_attr *a, struct fault *f)
{
	const struct prop_spec *p = noun_prop(n, a->name);
	struct value v;
	int rc;

	if (strcmp(a->name, "Identity") == 0)
		return 0;
	if (p == NULL || !is_written(p))
		return fault_set(f, FAULT_INVALID_DATA,
		    "%s has no property \"%.64s\"", n->class_name, a->name);
	if (is_list_kind(p->kind)) {
		struct list *l = list_new(NULL, 2);
		const char *at = a->value;

		for (at += strspn(at, " "); *at != '\0';
		     at += strspn(at, " ")) {
			list_add_take(l, value_string_n(at, strcspn(at, " ")));
			at += strcspn(at, " ");
		}
		v = list_value(l);
	} else {
		v = value_string(a->value);
	}
	rc = instance_set(n, object, p->name, v, f);
	value_unref(v);
	return rc;
}

static int
identity_of(const struct noun *n, const struct xml *x, struct identity *id,
    struct fault *f)
{
	const char *text = xml_get(x, "Identity");

	if (text == NULL)
		return fault_set(f, FAULT_INVALID_DATA,
		    "%s without an Identity", n->class_name);
	if (n == &noun_site && strncasecmp(text, "Site:", 5) == 0)
		text += 5;
	return identity_parse(text, n->scopes, n->role, id, f);
}

/* The object the element is about: from the store, or a new SIP domain. */
static int
find_object(struct store *s, const struct noun *n, const struct identity *id,
    struct store_row *row, enum crud_op *opp, struct fault *f)
{
	int found = store_get(s, n->class_name, id->key, row, f);

	if (found < 0)
		return -1;
	*opp = CRUD_SET;
	if (found == 1 && value_is_dict(row->object)) {
		instance_reset(n, dict_of(row->object));
		return 0;
	}
	if (n != &noun_sip_domain)
		return fault_set(f, FAULT_NOT_FOUND,
		    "the topology has no %s \"%.200s\"; sites and services "
		    "are made with the first start", n->class_name, id->text);
	*opp = CRUD_NEW;
	value_set_take(&row->object, dict_value(instance_new(n, id)));
	return 0;
}

static int
apply_element(struct store *s, const struct xml *x, struct fault *f)
{
	const struct crud *k = part_of(x->name);
	struct store_row row = { .key = NULL };
	struct buf note = { .data = NULL };
	struct identity id;
	enum crud_op op;
	size_t i;
	int rc;

	if (k == NULL)
		return fault_set(f, FAULT_INVALID_DATA,
		    "there is no \"%.64s\" in a topology", x->name);
	if (identity_of(k->noun, x, &id, f) != 0)
		return -1;
	rc = find_object(s, k->noun, &id, &row, &op, f);
	for (i = 0; rc == 0 && i < x->n_attrs; i++)
		rc = set_attribute(
		    k->noun, dict_of(row.object), &x->attrs[i], f);
	if (rc == 0)
		rc = instance_check(k->noun, dict_of(row.object), &note, f);
	/* Which domain is the default, the document says as a whole. */
	if (rc == 0 && k->guard != NULL && k != &crud_sip_domain)
		rc = k->guard(s, dict_of(row.object), &id, op, f);
	if (rc == 0)
		rc = store_put(s, k->noun->class_name, id.key, row.object,
		    STORE_ANY, NULL, f);
	buf_clear(&note);
	store_row_clear(&row);
	if (rc != 0)
		(void)fault_within(f, "%s \"%.200s\"", x->name, id.text);
	return rc;
}

/* Whether the document has the domain; counts the default ones. */
static bool
names_domain(const struct xml *root, const char *key, struct fault *f)
{
	struct identity id;
	struct xml *x;

	XML_EACH(x, root)
		if (strcmp(x->name, noun_sip_domain.class_name) == 0 &&
		    identity_of(&noun_sip_domain, x, &id, f) == 0 &&
		    strcmp(id.key, key) == 0)
			return true;
	return false;
}

static int
remove_domains(struct store *s, const struct xml *root, struct fault *f)
{
	struct store_row *row;
	struct identity id;
	struct walk w;
	int rc;

	walk_begin(&w, s, noun_sip_domain.class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1) {
		if (!value_is_dict(row->object) ||
		    names_domain(root, row->key, f))
			continue;
		dict_set_str_take(
		    dict_of(row->object), "IsDefault", value_bool(false));
		if (identity_parse(row->key, SCOPE_DOMAIN, NULL, &id, f) != 0 ||
		    crud_sip_domain.guard(s, dict_of(row->object), &id,
			CRUD_REMOVE, f) != 0 ||
		    store_remove(s, noun_sip_domain.class_name, row->key,
			STORE_ANY, f) < 0) {
			rc = -1;
			break;
		}
	}
	walk_end(&w);
	return rc;
}

static int
check_defaults(const struct xml *root, struct fault *f)
{
	size_t domains = 0, defaults = 0;
	const char *text;
	struct xml *x;

	XML_EACH(x, root) {
		if (strcmp(x->name, noun_sip_domain.class_name) != 0)
			continue;
		domains++;
		text = xml_get(x, "IsDefault");
		if (text != NULL && strcasecmp(text, "True") == 0)
			defaults++;
	}
	if (domains > 0 && defaults != 1)
		return fault_set(f, FAULT_INVALID_DATA,
		    "%zu SIP domains have IsDefault=\"True\"; exactly one is "
		    "the default", defaults);
	return 0;
}

static int
apply_all(struct store *s, const struct xml *root, struct fault *f)
{
	struct xml *x;

	XML_EACH(x, root)
		if (apply_element(s, x, f) != 0)
			return -1;
	return remove_domains(s, root, f);
}

int
topology_document_apply(
    struct store *s, const char *text, size_t len, struct fault *f)
{
	static const struct xml_limits limits = {
		.max_bytes = TOPOLOGY_DOCUMENT_MAX
	};
	struct xml *root = xml_parse(text, len, &limits, f);
	int rc = -1;

	if (root == NULL)
		return fault_within(f, "not a topology document");
	if (!xml_is(root, "Topology", DOCUMENT_NS)) {
		fault_set(f, FAULT_INVALID_DATA,
		    "this is no topology document: it begins with <%.64s> and "
		    "not with <Topology xmlns=\"" DOCUMENT_NS "\">; "
		    "Get-CsTopology -AsXml prints one", root->name);
	} else if (check_defaults(root, f) == 0 && store_begin(s, f) == 0) {
		rc = apply_all(s, root, f);
		if (rc != 0)
			store_undo(s);
		else if ((rc = store_settle(s, f)) == 0)
			rc = store_commit(s, f);
	}
	xml_free(root);
	return rc;
}
