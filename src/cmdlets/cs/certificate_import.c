/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import-CsCertificate and Import-Certificate. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/certificate_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/mem.h"
#include "core/secret.h"

static int
read_into(struct call *c, const char *text, struct buf *b, struct fault *f)
{
	char *path = files_path(c, text);
	int rc = files_read(path, CERTIFICATE_MAX, b, f);

	if (rc == 0 && b->len == 0)
		rc = fault_set(f, FAULT_INVALID_DATA, "%s is empty", path);
	mem_free(path);
	return rc;
}

static const char *
password_text(struct value password)
{
	return value_is_secret(password) ? secret_chars(password)
					 : value_chars(password);
}

int
certificate_import(struct call *c, const char *path, const char *key_path,
    struct value password,
    enum flow (*fn)(struct call *c, struct value v, void *ctx), void *ctx,
    enum flow *flowp, struct fault *f)
{
	struct dict *arg = remote_arg();
	struct buf b = { .data = NULL };
	int rc = read_into(c, path, &b, f);

	*flowp = FLOW_MORE;
	if (rc == 0 && key_path != NULL) {
		buf_add_byte(&b, '\n');
		rc = read_into(c, key_path, &b, f);
	}
	if (rc == 0) {
		dict_set_str_take(arg, "Data", value_bytes(b.data, b.len));
		remote_set_text(arg, "Passphrase", password_text(password));
		remote_set_bool(arg, "NeedsKey", key_path != NULL);
		rc = remote_call(c, "cert-import", dict_value(arg), true, 0,
		    fn, ctx, flowp, f);
		if (rc != 0 && key_path != NULL)
			fault_within(f, "%s with the key %s", path, key_path);
		else if (rc != 0)
			fault_within(f, "%s", path);
	}
	if (b.data != NULL)
		mem_wipe(b.data, b.cap);
	buf_clear(&b);
	value_unref(dict_value(arg));
	return rc;
}

/* --- Import-CsCertificate --- */

static enum flow
emit_reference(struct call *c, struct value v, void *ctx)
{
	char **thumbprintp = ctx;
	const char *text = remote_text(v, "Thumbprint");

	if (*thumbprintp == NULL && text != NULL)
		*thumbprintp = mem_strdup(text);
	return call_emit_take(c, certificate_object(v, NULL));
}

static enum flow
import_process(struct call *c)
{
	const char *path = cs_string(c, "Path");
	char *thumbprint = NULL;
	enum flow flow;
	struct fault f;
	bool yes;

	flow = call_should(c, path, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (certificate_import(c, path, cs_string(c, "KeyPath"),
		cs_param(c, "Password"), emit_reference, &thumbprint, &flow,
		&f) != 0 &&
	    flow == FLOW_MORE)
		flow = cs_fault(c, &f, path);
	else if (flow == FLOW_MORE && thumbprint != NULL &&
	    cs_bound(c, "Type"))
		flow = certificate_assign(c, thumbprint, cs_param(c, "Type"));
	mem_free(thumbprint);
	return flow;
}

static const struct param_spec import_params[] = {
	{ "Path", "string", NULL, "Local/m CMS/m", 0, NULL, 0, 0,
	    "The certificate: PFX, PEM, DER or P7B" },
	{ "KeyPath", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The private key in PEM, where it is not in Path" },
	{ "Password", "object", NULL, NULL, 0, NULL, 0, 0,
	    "What the key is protected with" },
	{ "PrivateKeyExportable", "bool", NULL, "Local", 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "Identity", "string", NULL, "CMS/0m", 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	{ "Type", "string[]", NULL, "Local CMS/m", 0, certificate_types, 0, 0,
	    "Usages to assign it to at once" },
	CERTIFICATE_LATER,
	CERTIFICATE_REPORT,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_import_cs_certificate = {
	.name = "Import-CsCertificate",
	.module = CS_MODULE,
	.default_set = "Local",
	.flags = CS_FLAGS,
	.params = import_params,
	.synopsis = "Makes a certificate known, with its key or as the answer "
		    "to a request",
	.process = import_process,
};

/* --- Import-Certificate --- */

static enum flow
emit_certificate(struct call *c, struct value v, void *ctx)
{
	struct object *o = object_new(
	    "System.Security.Cryptography.X509Certificates.X509Certificate2");
	static const char *const copied[] = { "Thumbprint", "Subject",
		"Issuer", "NotBefore", "NotAfter", "SerialNumber" };
	struct member *m;
	size_t i;

	(void)ctx;
	for (i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
		m = object_add(o, copied[i], MEMBER_PROPERTY);
		m->value = value_ref(remote_get(v, copied[i]));
	}
	return call_emit_take(c, object_value(o));
}

static enum flow
import_ca_process(struct call *c)
{
	const char *path = cs_string(c, "FilePath");
	const char *where = cs_string(c, "CertStoreLocation");
	const char *name = where != NULL ? strrchr(where, '\\') : NULL;
	enum flow flow;
	struct fault f;
	bool yes;

	if (name == NULL && where != NULL)
		name = strrchr(where, '/');
	if (where != NULL &&
	    (strncasecmp(where, "Cert:", 5) != 0 || name == NULL ||
		(strcasecmp(name + 1, "Root") != 0 &&
		    strcasecmp(name + 1, "CA") != 0)))
		return call_faultf(c, FAULT_INVALID, "BadStoreLocation",
		    VALUE_NULL,
		    "\"%s\": authorities are kept in Cert:\\LocalMachine\\Root; "
		    "certificates with a key are imported with "
		    "Import-CsCertificate",
		    where);
	flow = call_should(c, path, NULL, &yes);
	if (flow != FLOW_MORE || !yes)
		return flow;
	if (certificate_import(c, path, NULL, VALUE_NULL, emit_certificate,
		NULL, &flow, &f) != 0 &&
	    flow == FLOW_MORE)
		return cs_fault(c, &f, path);
	return flow;
}

static const struct param_spec import_ca_params[] = {
	{ "FilePath", "string", "FullName PSPath", "*/0mvp", 0, NULL, 0, 0,
	    "The certificate of an authority" },
	{ "CertStoreLocation", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Cert:\\LocalMachine\\Root" },
	CS_END,
};

const struct cmdlet cmdlet_import_certificate = {
	.name = "Import-Certificate",
	.module = "PKI",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = import_ca_params,
	.synopsis = "Trusts a certificate authority beyond the system's",
	.process = import_ca_process,
};
