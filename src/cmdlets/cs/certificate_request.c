/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Request-CsCertificate: a request a CA can sign; the key stays here. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/certificate_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/list.h"
#include "core/mem.h"
#include "model/walk.h"

static const char *const algorithms[] = { "RSA", "ECDH_P256", "ECDH_P384",
	"ECDH_P521", NULL };

/* Parameters that are fields of the request as they stand. */
static const struct field_row {
	const char *param, *field;
} field_rows[] = {
	{ "City", "City" },
	{ "Country", "Country" },
	{ "Organization", "Organization" },
	{ "OU", "OrganizationalUnit" },
	{ "State", "State" },
};

/* Usages of the outer side: they bear the edge's name. */
static bool
is_outer(const char *use)
{
	return strcasecmp(use, "XmppServer") == 0 ||
	    strcasecmp(use, "AccessEdgeExternal") == 0 ||
	    strcasecmp(use, "DataEdgeExternal") == 0 ||
	    strcasecmp(use, "AudioVideoAuthentication") == 0;
}

static bool
has_use(struct value types, bool (*test)(const char *use), const char *name)
{
	size_t i;

	for (i = 0; value_is_list(types) && i < list_of(types)->count; i++) {
		const char *text = value_chars(list_of(types)->items[i]);

		if (text == NULL)
			continue;
		if (test != NULL ? test(certificate_use(text))
				 : strcasecmp(certificate_use(text), name) == 0)
			return true;
	}
	return false;
}

static void
add_name(struct list *names, const char *text)
{
	struct value v = value_string(text);
	size_t i;

	for (i = 0; i < names->count; i++)
		if (strcasecmp(value_chars(names->items[i]), text) == 0) {
			value_unref(v);
			return;
		}
	list_add_take(names, v);
}

/* The first service of a role's name. Owned, or NULL. */
static char *
service_name(struct store *s, const struct noun *n, const char *property)
{
	struct store_row row = { .key = NULL };
	const char *text = NULL;
	char *name = NULL;
	size_t got = 0;
	struct fault f;

	if (store_page(s, n->class_name, 0, &row, 1, &got, &f) != 0 ||
	    got == 0)
		return NULL;
	if (value_is_dict(row.object))
		text = instance_text(dict_of(row.object), property);
	if (text != NULL)
		name = mem_strdup(text);
	store_row_clear(&row);
	return name;
}

/* sip.DOMAIN, and the bare one for the XMPP proxy (lync-xmpp.md 8). */
static void
add_sip_domains(struct call *c, struct store *s, struct list *names,
    bool bare)
{
	struct store_row *row;
	struct walk w;
	struct fault f;

	walk_begin(&w, s, noun_sip_domain.class_name, NULL, NULL);
	while (walk_next(&w, &row, &f) == 1) {
		const struct dict *d = dict_of(row->object);
		const char *domain = instance_text(d, "Name");
		char *sip;

		if (domain == NULL ||
		    (!cs_switch(c, "AllSipDomain") &&
			!instance_bool(&noun_sip_domain, d, "IsDefault")))
			continue;
		if (bare)
			add_name(names, domain);
		sip = mem_printf("sip.%s", domain);
		add_name(names, sip);
		mem_free(sip);
	}
	walk_end(&w);
}

/* -DomainName "a.test, b.test" */
static int
add_listed(struct call *c, struct list *names, struct fault *f)
{
	const char *text = cs_string(c, "DomainName");
	size_t len;
	char *one, *domain;

	while (text != NULL && *text != '\0') {
		len = strcspn(text, ", ;");
		if (len > 0) {
			one = mem_strndup(text, len);
			/* A wildcard is a name of certificates only. */
			domain = identity_domain(
			    strncmp(one, "*.", 2) == 0 ? one + 2 : one, f);
			if (domain == NULL) {
				mem_free(one);
				return fault_within(f, "-DomainName");
			}
			add_name(names, one);
			mem_free(domain);
			mem_free(one);
		}
		text += len + (text[len] != '\0' ? 1 : 0);
	}
	return 0;
}

static int
fill_names(struct call *c, struct store *s, struct dict *arg, struct fault *f)
{
	struct value types = cs_param(c, "Type");
	bool outer = has_use(types, is_outer, NULL);
	const char *computer = cs_string(c, "ComputerFqdn");
	struct list *names = list_new(NULL, 8);
	char *subject = outer
	    ? service_name(s, &noun_edge_server, "AccessEdgeExternalFqdn")
	    : service_name(s, &noun_registrar, "PoolFqdn");
	int rc;

	dict_set_str_take(arg, "Names", list_value(names));
	if (subject != NULL) {
		remote_set_text(arg, "CommonName", subject);
		add_name(names, subject);
	}
	mem_free(subject);
	if (computer != NULL)
		add_name(names, computer);
	if (outer || has_use(types, NULL, "Default"))
		add_sip_domains(
		    c, s, names, has_use(types, NULL, "XmppServer"));
	rc = add_listed(c, names, f);
	return rc;
}

static int
fill_key(struct call *c, struct dict *arg, struct fault *f)
{
	const char *alg = cs_string(c, "KeyAlg");
	struct value size = cs_param(c, "KeySize");
	int64_t bits = 0;

	if (!value_is_null(size))
		bits = size.u.i;
	if (bits == 1024)
		return fault_set(f, FAULT_INVALID,
		    "a key of 1024 bits is too weak for anybody today; use "
		    "-KeySize 2048 or 4096");
	if (alg != NULL && strncasecmp(alg, "ECDH_P", 6) == 0)
		bits = strtol(alg + 6, NULL, 10);
	remote_set_text(arg, "KeyAlg",
	    alg != NULL && strcasecmp(alg, "RSA") != 0 ? "ECDSA" : "RSA");
	if (bits != 0)
		dict_set_str_take(arg, "KeySize", value_int((int32_t)bits));
	return 0;
}

static int
fill_request(
    struct call *c, struct store *s, struct dict *arg, struct fault *f)
{
	struct value eku = cs_param(c, "ClientEKU");
	size_t i;

	for (i = 0; i < sizeof(field_rows) / sizeof(field_rows[0]); i++)
		remote_set_text(arg, field_rows[i].field,
		    cs_string(c, field_rows[i].param));
	/* SASL EXTERNAL makes the proxy a client, too (lync-xmpp.md 8). */
	remote_set_bool(arg, "ClientEku",
	    eku.type == &type_bool
		? eku.u.b
		: has_use(cs_param(c, "Type"), NULL, "XmppServer"));
	if (fill_key(c, arg, f) != 0)
		return -1;
	return fill_names(c, s, arg, f);
}

struct made {
	char *text, *key; /* the request, its key's hash */
};

static enum flow
take_request(struct call *c, struct value v, void *ctx)
{
	struct made *made = ctx;
	const char *text = remote_text(v, "Request");
	const char *key = remote_text(v, "PublicKeyHash");

	(void)c;
	if (text != NULL && key != NULL && made->text == NULL) {
		made->text = mem_strdup(text);
		made->key = mem_strdup(key);
	}
	return FLOW_MORE;
}

/* The key of a request that nobody will ever see. */
static void
forget_key(struct call *c, const char *key)
{
	struct dict *arg = remote_arg();
	enum flow flow;

	remote_set_text(arg, "PublicKeyHash", key);
	(void)remote_call(c, "key-remove", dict_value(arg), false, 0, NULL,
	    NULL, &flow, NULL);
	value_unref(dict_value(arg));
}

static enum flow
make_request(struct call *c, struct store *s, const char *output)
{
	struct dict *arg = remote_arg();
	struct made made = { NULL, NULL };
	char *path = files_path(c, output);
	enum flow flow = FLOW_MORE;
	struct fault f;
	int rc = fill_request(c, s, arg, &f);

	if (rc == 0)
		rc = remote_call(c, "key-request", dict_value(arg), true, 0,
		    take_request, &made, &flow, &f);
	if (rc == 0 && made.text == NULL)
		rc = fault_set(
		    &f, FAULT_PROTOCOL, "the supervisor gave no request");
	if (rc == 0 &&
	    (rc = files_write(path, made.text, strlen(made.text), 0644,
		 &f)) != 0)
		forget_key(c, made.key);
	if (rc != 0)
		flow = cs_fault(c, &f, output);
	else
		flow = call_verbose(c,
		    "The request is in %s. Give it to an authority, then "
		    "Import-CsCertificate its answer.",
		    path);
	mem_free(made.text);
	mem_free(made.key);
	mem_free(path);
	value_unref(dict_value(arg));
	return flow;
}

static enum flow
request_process(struct call *c)
{
	const char *output = cs_string(c, "Output");
	struct store *s = cs_store(c);
	enum flow flow;
	bool yes;

	if (s == NULL)
		return FLOW_LEAVE;
	if (cs_bound(c, "CA") || cs_switch(c, "List") ||
	    cs_switch(c, "Retrieve") || cs_switch(c, "Clear"))
		return call_faultf(c, FAULT_NOT_SUPPORTED,
		    "OnlineAuthorityNotSupported", VALUE_NULL,
		    "no authority can be asked online: write the request with "
		    "-New -Type USAGES -Output FILE, have it signed, and "
		    "Import-CsCertificate the answer");
	if (output == NULL || *output == '\0')
		return call_faultf(c, FAULT_INVALID, "OutputMissing",
		    VALUE_NULL,
		    "say where the request is to be written: -Output FILE");
	flow = call_should(c, output, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	return make_request(c, s, output);
}

#define NEW_TEXT(name, help)                                                   \
	{ name, "string", NULL, "ByNew", 0, NULL, 0, 0, help }
#define KEPT "Kept for the original's sake"

static const struct param_spec request_params[] = {
	{ "New", "switch", NULL, "ByNew/m", 0, NULL, 0, 0,
	    "A new request" },
	{ "Type", "string[]", NULL, "ByNew/m", 0, certificate_types, 0, 0,
	    "What the certificate will be for" },
	NEW_TEXT("Output", "The file the request is written to"),
	NEW_TEXT("DomainName", "Further names, separated by commas"),
	{ "AllSipDomain", "switch", NULL, "ByNew", 0, NULL, 0, 0,
	    "Names of all SIP domains, not of the default one only" },
	{ "KeyAlg", "string", NULL, "ByNew", 0, algorithms, 0, 0,
	    "The key's kind; RSA if not said" },
	{ "KeySize", "int", NULL, "ByNew", 0, NULL, 0, 0,
	    "Bits of an RSA key: 2048 or 4096" },
	{ "ClientEKU", "bool", NULL, "ByNew", 0, NULL, 0, 0,
	    "Whether it is for clients, too; true for XmppServer if not "
	    "said" },
	NEW_TEXT("ComputerFqdn", "This computer's name, added to the names"),
	NEW_TEXT("City", "The subject's city"),
	NEW_TEXT("Country", "The subject's country, two letters"),
	NEW_TEXT("Organization", "The subject's organization"),
	NEW_TEXT("OU", "The subject's unit"),
	NEW_TEXT("State", "The subject's state"),
	NEW_TEXT("FriendlyName", KEPT),
	NEW_TEXT("CA", "Not available: no authority is asked online"),
	NEW_TEXT("CaAccount", KEPT),
	NEW_TEXT("CaPassword", KEPT),
	NEW_TEXT("Template", KEPT),
	NEW_TEXT("GlobalCatalog", KEPT),
	NEW_TEXT("GlobalSettingsDomainController", KEPT),
	{ "PrivateKeyExportable", "bool", NULL, "ByNew", 0, NULL, 0, 0,
	    KEPT },
	{ "List", "switch", NULL, "ByList/m", 0, NULL, 0, 0,
	    "Not available" },
	{ "Retrieve", "switch", NULL, "ByRetrieve/m", 0, NULL, 0, 0,
	    "Not available" },
	{ "Clear", "switch", NULL, "ByClear/m", 0, NULL, 0, 0,
	    "Not available" },
	{ "RequestId", "int", NULL, "ByList ByRetrieve ByClear", 0, NULL, 0,
	    0, "Not available" },
	CERTIFICATE_REPORT,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_request_cs_certificate = {
	.name = "Request-CsCertificate",
	.module = CS_MODULE,
	.default_set = "ByNew",
	.flags = CS_FLAGS,
	.params = request_params,
	.synopsis = "Writes a certificate request; its key stays with the "
		    "supervisor",
	.process = request_process,
};
