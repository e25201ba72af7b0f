/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get- Set- Remove-CsCertificate. Keys are the supervisor's (architecture 6). */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "cmdlets/cs/certificate_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/list.h"
#include "core/mem.h"
#include "model/walk.h"

/* A datetime's ticks, and the bit that says UTC (core/value.h). */
#define DATETIME_TICKS ((INT64_C(1) << 62) - 1)
#define DATETIME_UTC   (INT64_C(1) << 62)

const char *const certificate_types[] = { "AccessEdgeExternal",
	"AudioVideoAuthentication", "DataEdgeExternal", "Default", "External",
	"Internal", "iPadAPNService", "iPhoneAPNService",
	"LogRetentionService", "MPNService", "OAuthTokenIssuer",
	"PICWebService", "ProvisionService", "SMPDNSWebService",
	"TenantAdmin", "UpgradeEngineService", "WebServicesExternal",
	"WebServicesInternal", "WsFedTokenTransfer", "XMPPServer", NULL };

const char *
certificate_use(const char *type)
{
	size_t i;

	if (strcasecmp(type, "XmppServer") == 0)
		return "XmppServer";
	for (i = 0; certificate_types[i] != NULL; i++)
		if (strcasecmp(certificate_types[i], type) == 0)
			return certificate_types[i];
	return type;
}

static void
add(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

/* Names without the kind in front. */
static struct value
plain_names(struct value names)
{
	struct list *l = list_new(NULL, 4);
	const char *text, *colon;
	size_t i;

	for (i = 0; value_is_list(names) && i < list_of(names)->count; i++) {
		if ((text = value_chars(list_of(names)->items[i])) == NULL)
			continue;
		colon = strchr(text, ':');
		list_add_take(l,
		    value_string(colon != NULL ? colon + 1 : text));
	}
	return list_value(l);
}

struct value
certificate_object(struct value live, const char *use)
{
	static const char *const copied[] = { "Issuer", "NotAfter",
		"NotBefore", "SerialNumber", "Subject" };
	struct object *o = object_new(CERTIFICATE_REFERENCE);
	size_t i;

	for (i = 0; i < sizeof(copied) / sizeof(copied[0]); i++)
		add(o, copied[i], value_ref(remote_get(live, copied[i])));
	add(o, "AlternativeNames",
	    plain_names(remote_get(live, "AlternativeNames")));
	add(o, "Thumbprint", value_ref(remote_get(live, "Thumbprint")));
	add(o, "Use", use != NULL ? value_string(use) : VALUE_NULL);
	return object_value(o);
}

static bool
has_text(struct value list, const char *text)
{
	size_t i;

	for (i = 0; value_is_list(list) && i < list_of(list)->count; i++) {
		const char *one = value_chars(list_of(list)->items[i]);

		if (one != NULL &&
		    strcasecmp(certificate_use(one), certificate_use(text)) ==
			0)
			return true;
	}
	return false;
}

/* -EffectiveDate in seconds of the wall clock; 0: now. */
static int64_t
effective_at(struct call *c)
{
	struct value v = cs_param(c, "EffectiveDate");
	int64_t ticks, seconds;
	struct tm tm;
	time_t t;

	if (v.type != &type_datetime)
		return 0;
	ticks = v.u.i & DATETIME_TICKS;
	seconds = ticks / 10000000 - INT64_C(62135596800);
	if ((v.u.i & DATETIME_UTC) != 0)
		return seconds;
	/* What is typed is local time. */
	t = (time_t)seconds;
	if (gmtime_r(&t, &tm) == NULL)
		return 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm);
}

/* --- Get --- */

/* Those that come into use later say when. */
static enum flow
emit_staged(struct call *c, struct value v, struct value types)
{
	struct value uses = remote_get(v, "StagedUses");
	struct value dates = remote_get(v, "StagedDates");
	enum flow flow = FLOW_MORE;
	struct value shown;
	const char *use;
	size_t i;

	for (i = 0; value_is_list(uses) && value_is_list(dates) &&
	     i < list_of(uses)->count && i < list_of(dates)->count &&
	     flow == FLOW_MORE; i++) {
		use = value_chars(list_of(uses)->items[i]);
		if (use == NULL ||
		    (!value_is_null(types) && !has_text(types, use)))
			continue;
		shown = certificate_object(v, use);
		add(object_of(shown), "EffectiveDate",
		    value_ref(list_of(dates)->items[i]));
		flow = call_emit_take(c, shown);
	}
	return flow;
}

static enum flow
emit_uses(struct call *c, struct value v, void *ctx)
{
	struct value types = cs_param(c, "Type");
	struct value uses = remote_get(v, "Uses");
	enum flow flow = FLOW_MORE;
	size_t i;

	(void)ctx;
	for (i = 0; value_is_list(uses) && i < list_of(uses)->count &&
	     flow == FLOW_MORE; i++) {
		const char *use = value_chars(list_of(uses)->items[i]);

		if (use != NULL &&
		    (value_is_null(types) || has_text(types, use)))
			flow = call_emit_take(c, certificate_object(v, use));
	}
	return flow == FLOW_MORE ? emit_staged(c, v, types) : flow;
}

static enum flow
get_process(struct call *c)
{
	enum flow flow;
	struct fault f;

	if (remote_call(c, "cert-list", VALUE_NULL, true, 0, emit_uses, NULL,
		&flow, &f) != 0 &&
	    flow == FLOW_MORE)
		return cs_fault(c, &f, NULL);
	return flow;
}

static const struct param_spec get_params[] = {
	{ "Identity", "string", NULL, "*/0", 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "Type", "string[]", NULL, NULL, 0, certificate_types, 0, 0,
	    "Only these usages" },
	CERTIFICATE_NETPORT,
	CERTIFICATE_REPORT,
	CS_END,
};

static const char *const output[] = { CERTIFICATE_REFERENCE, NULL };

const struct cmdlet cmdlet_get_cs_certificate = {
	.name = "Get-CsCertificate",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows the certificates in use, one line a usage",
	.process = get_process,
};

/* --- Set --- */

struct fit {
	const char *thumbprint;
	struct value live;
};

static enum flow
find_live(struct call *c, struct value v, void *ctx)
{
	struct fit *fit = ctx;
	const char *text = remote_text(v, "Thumbprint");

	(void)c;
	if (text != NULL && strcasecmp(text, fit->thumbprint) == 0)
		value_set(&fit->live, v);
	return FLOW_MORE;
}

/* Partners ask for the bare domain of each SIP domain (lync-xmpp.md 8). */
static enum flow
warn_names(struct call *c, struct value live)
{
	struct store *s = cs_store(c);
	struct value names;
	enum flow flow = FLOW_MORE;
	struct store_row *row;
	struct walk w;
	struct fault f;

	if (s == NULL)
		return FLOW_LEAVE;
	names = plain_names(remote_get(live, "AlternativeNames"));
	walk_begin(&w, s, noun_sip_domain.class_name, NULL, NULL);
	while (flow == FLOW_MORE && walk_next(&w, &row, &f) == 1) {
		const char *domain = value_is_dict(row->object)
		    ? instance_text(dict_of(row->object), "Name")
		    : NULL;

		if (domain != NULL && !has_text(names, domain))
			flow = call_warn(c,
			    "The certificate does not name the SIP domain "
			    "\"%s\": XMPP partners will refuse it. Request one "
			    "with -AllSipDomain or -DomainName %s.",
			    domain, domain);
	}
	walk_end(&w);
	value_unref(names);
	if (flow == FLOW_MORE &&
	    remote_get(live, "AllowsClient").type != NULL &&
	    !remote_get(live, "AllowsClient").u.b)
		flow = call_warn(c,
		    "The certificate is for servers only: partners that ask "
		    "for a client certificate will not accept it. Request one "
		    "with -ClientEKU $true.");
	return flow;
}

static int
assign_one(struct call *c, const char *use, const char *thumbprint,
    struct fault *f)
{
	struct dict *arg = remote_arg();
	enum flow flow;
	int rc;

	remote_set_text(arg, "Use", use);
	remote_set_text(arg, "Thumbprint", thumbprint);
	if (effective_at(c) > 0)
		dict_set_str_take(arg, "At", value_long(effective_at(c)));
	rc = remote_call(c, "cert-assign", dict_value(arg), true, 0, NULL,
	    NULL, &flow, f);
	value_unref(dict_value(arg));
	return rc;
}

enum flow
certificate_assign(
    struct call *c, const char *thumbprint, struct value types)
{
	struct fit fit = { thumbprint, VALUE_NULL };
	enum flow flow;
	struct fault f;
	size_t i, n = value_is_list(types) ? list_of(types)->count
	    : value_is_null(types)	   ? 0
					   : 1;

	if (cs_switch(c, "Roll") && !cs_bound(c, "EffectiveDate"))
		return call_faultf(c, FAULT_INVALID, "EffectiveDateMissing",
		    VALUE_NULL, "-Roll needs -EffectiveDate");
	if (n == 0)
		return call_faultf(c, FAULT_INVALID, "TypeMissing", VALUE_NULL,
		    "say what the certificate is for: -Type XmppServer, "
		    "Default or Internal");
	if (remote_call(c, "cert-list", VALUE_NULL, true, 0, find_live, &fit,
		&flow, &f) != 0)
		return cs_fault(c, &f, thumbprint);
	if (value_is_null(fit.live))
		return call_faultf(c, FAULT_NOT_FOUND, "CertificateNotFound",
		    VALUE_NULL,
		    "no certificate with the thumbprint \"%s\" is known; "
		    "import it with Import-CsCertificate first",
		    thumbprint);
	for (i = 0; i < n && flow == FLOW_MORE; i++) {
		const char *type = value_chars(
		    value_is_list(types) ? list_of(types)->items[i] : types);
		bool yes;

		if (type == NULL)
			continue;
		flow = call_should(c, certificate_use(type), NULL, &yes);
		if (flow != FLOW_MORE || !yes)
			continue;
		if (strcmp(certificate_use(type), "XmppServer") == 0)
			flow = warn_names(c, fit.live);
		if (flow == FLOW_MORE &&
		    assign_one(c, certificate_use(type), thumbprint, &f) != 0)
			flow = cs_fault(c, &f, type);
	}
	value_unref(fit.live);
	return flow;
}

static enum flow
take_thumbprint(struct call *c, struct value v, void *ctx)
{
	char **slot = ctx;
	const char *text = remote_text(v, "Thumbprint");

	(void)c;
	if (text != NULL && *slot == NULL)
		*slot = mem_strdup(text);
	return FLOW_MORE;
}

/* From -Thumbprint, -Reference or -Path. Owned; NULL where *flowp tells. */
static char *
wanted_thumbprint(struct call *c, enum flow *flowp)
{
	struct value reference = cs_param(c, "Reference");
	const char *text = cs_string(c, "Thumbprint"), *s;
	char *plain, *to;
	struct fault f;

	*flowp = FLOW_MORE;
	if (text == NULL && !value_is_null(reference))
		text = value_is_string(reference)
		    ? value_chars(reference)
		    : remote_text(reference, "Thumbprint");
	if (text == NULL && cs_string(c, "Path") != NULL) {
		plain = NULL;
		if (certificate_import(c, cs_string(c, "Path"), NULL,
			cs_param(c, "Password"), take_thumbprint, &plain,
			flowp, &f) != 0)
			*flowp = cs_fault(c, &f, cs_string(c, "Path"));
		return plain;
	}
	if (text == NULL) {
		*flowp = call_faultf(c, FAULT_INVALID, "CertificateMissing",
		    VALUE_NULL,
		    "say which certificate: -Thumbprint, -Path, or pipe in "
		    "what Import-CsCertificate gave");
		return NULL;
	}
	/* Windows' dialogs put blanks between the digits. */
	plain = to = mem_strdup(text);
	for (s = text; *s != '\0'; s++)
		if (*s != ' ' && *s != ':')
			*to++ = *s;
	*to = '\0';
	return plain;
}

static enum flow
set_process(struct call *c)
{
	enum flow flow;
	char *thumbprint;

	thumbprint = wanted_thumbprint(c, &flow);
	if (thumbprint == NULL)
		return flow;
	flow = certificate_assign(c, thumbprint, cs_param(c, "Type"));
	mem_free(thumbprint);
	return flow;
}

static const struct param_spec set_params[] = {
	{ "Reference", "object", NULL, "CertificateReference/v", 0, NULL, 0,
	    0, "What Import- or Get-CsCertificate gave" },
	{ "Thumbprint", "string", NULL, "Thumbprint/m", 0, NULL, 0, 0,
	    "The certificate's thumbprint" },
	{ "Path", "string", NULL, "Path/m", 0, NULL, 0, 0,
	    "A certificate with its key (PFX)" },
	{ "Password", "object", NULL, "Path", 0, NULL, 0, 0,
	    "What the file is protected with" },
	{ "Type", "string[]", NULL, NULL, 0, certificate_types, 0, 0,
	    "What the certificate is for" },
	CS_KEPT("Identity", "string"),
	CERTIFICATE_LATER,
	CERTIFICATE_NETPORT,
	CERTIFICATE_REPORT,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_set_cs_certificate = {
	.name = "Set-CsCertificate",
	.module = CS_MODULE,
	.default_set = "CertificateReference",
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Assigns a certificate to usages",
	.process = set_process,
};

/* --- Remove --- */

static enum flow
unassign(struct call *c, const char *use)
{
	struct dict *arg;
	enum flow flow;
	struct fault f;
	bool yes;
	int rc;

	flow = call_should(c, use, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (!cs_switch(c, "Force")) {
		char *query = mem_printf(
		    "The certificate for %s is in use. Take it away?", use);

		flow = call_should_continue(c, query, "Confirm", &yes);
		mem_free(query);
		if (flow != FLOW_MORE || !yes)
			return flow;
	}
	arg = remote_arg();
	remote_set_text(arg, "Use", use);
	rc = remote_call(c, "cert-unassign", dict_value(arg), true, 0, NULL,
	    NULL, &flow, &f);
	value_unref(dict_value(arg));
	return rc == 0 ? flow : cs_fault(c, &f, use);
}

static enum flow
remove_process(struct call *c)
{
	struct value types = cs_param(c, "Type");
	enum flow flow = FLOW_MORE;
	size_t i;

	if (cs_switch(c, "Previous"))
		return call_faultf(c, FAULT_NOT_FOUND,
		    "NoPreviousCertificate", VALUE_NULL,
		    "no former certificates are kept");
	if (!value_is_list(types) || list_of(types)->count == 0)
		return call_faultf(c, FAULT_INVALID, "TypeMissing", VALUE_NULL,
		    "say which usage loses its certificate: -Type XmppServer");
	for (i = 0; i < list_of(types)->count && flow == FLOW_MORE; i++) {
		const char *type = value_chars(list_of(types)->items[i]);

		if (type != NULL)
			flow = unassign(c, certificate_use(type));
	}
	return flow;
}

static const struct param_spec remove_params[] = {
	{ "Identity", "string", NULL, "*/0", 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "Type", "string[]", NULL, NULL, 0, certificate_types, 0, 0,
	    "The usages that lose their certificate" },
	CS_KEPT("Previous", "switch"),
	CERTIFICATE_NETPORT,
	CERTIFICATE_REPORT,
	{ "Force", "switch", NULL, NULL, 0, NULL, 0, 0, "Does not ask" },
	CS_END,
};

const struct cmdlet cmdlet_remove_cs_certificate = {
	.name = "Remove-CsCertificate",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = remove_params,
	.synopsis = "Takes the certificate from a usage; the file stays",
	.process = remove_process,
};
