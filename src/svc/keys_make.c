/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making: the internal authority, our own certificates, requests. */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/evlog.h"
#include "core/host.h"
#include "core/mem.h"
#include "core/replace.h"
#include "svc/args.h"
#include "svc/keys_internal.h"

#define CA_DAYS 3650
#define OWN_DAYS 365
#define RENEW_S (30 * 86400)
#define NAMES_MAX 512

/* Our own certificates and the roles they prove on internal links. */
static const struct own_row {
	const char *use;
	const char *roles[3];
} own_rows[] = {
	{ "Default", { "RTCSRV", NULL } },
	{ "Internal", { "RTCSRV", "RTCXMPPTGW", NULL } },
	{ "InternalEdge", { "RTCXMPPTGWPX", NULL } },
};

#define N_OWN (sizeof(own_rows) / sizeof(own_rows[0]))

struct texts {
	char *items[NAMES_MAX];
	size_t n;
};

static void
texts_add_take(struct texts *t, char *s)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcasecmp(t->items[i], s) == 0)
			break;
	if (i < t->n || t->n == NAMES_MAX)
		mem_free(s);
	else
		t->items[t->n++] = s;
}

static void
texts_clear(struct texts *t)
{
	while (t->n > 0)
		mem_free(t->items[--t->n]);
}

/* This host, its Edge, and what the configuration calls them. */
static void
own_names(const struct keys *k, const struct own_row *row, struct texts *t)
{
	char *fqdn = host_fqdn();
	size_t i;

	t->n = 0;
	texts_add_take(t, mem_printf("dns:%s", fqdn));
	texts_add_take(t, mem_printf("dns:edge.%s", fqdn));
	for (i = 0; i < k->n_names; i++)
		texts_add_take(t, mem_printf("dns:%s", k->names[i]));
	for (i = 0; row->roles[i] != NULL; i++)
		texts_add_take(
		    t, mem_printf("uri:urn:fedsh:role:%s", row->roles[i]));
	mem_free(fqdn);
}

bool
keys_is_own(const struct keys *k, const struct cert *c)
{
	return k->ca != NULL && cert_is_signed_by(c, k->ca);
}

static int
make_ca(struct keys *k, struct fault *f)
{
	struct cert_want w = { .is_ca = true, .days = CA_DAYS };
	struct cert_key *key = cert_key_new(CERT_KEY_EC_P256, f);
	char *fqdn = host_fqdn(), *path, *name;
	struct cert *ca = NULL;
	struct buf pem;
	int rc = -1;

	buf_init(&pem);
	name = mem_printf("fedsh internal authority of %.30s", fqdn);
	w.common_name = name;
	if (key != NULL)
		ca = cert_issue(&w, key, NULL, NULL, f);
	if (ca == NULL)
		goto out;
	/* The key first: an authority is there once its certificate is. */
	cert_key_write(key, &pem);
	path = mem_printf("%s/ca.key", k->dir);
	rc = replace_file(path, pem.data, pem.len, 0600, f);
	mem_free(path);
	mem_wipe(pem.data, pem.len);
	buf_reset(&pem);
	if (rc == -1)
		goto out;
	cert_write(ca, &pem);
	path = mem_printf("%s/ca.crt", k->dir);
	rc = replace_file(path, pem.data, pem.len, 0600, f);
	mem_free(path);
	if (rc == 0) {
		k->ca = cert_ref(ca);
		k->ca_key = key;
		key = NULL;
	}
out:
	buf_clear(&pem);
	mem_free(name);
	mem_free(fqdn);
	cert_unref(ca);
	cert_key_free(key);
	return rc;
}

/* Issues, stores with its key, and puts the certificate into *certp. */
static int
issue_own(struct keys *k, const struct cert_want *w,
    enum cert_key_kind kind, struct cert **certp, struct fault *f)
{
	struct cert_key *key = cert_key_new(kind, f);
	struct cert *c;
	int rc = -1;

	if (key == NULL)
		return -1;
	c = cert_issue(w, key, k->ca, k->ca_key, f);
	if (c != NULL && keys_store_key(k, key, f) == 0)
		rc = keys_store_chain(k, &c, 1, f);
	cert_key_free(key);
	if (rc == 0)
		*certp = c;
	else
		cert_unref(c);
	return rc;
}

static int
make_own(struct keys *k, const struct own_row *row, struct fault *f)
{
	struct cert_want w = { .server_auth = true, .client_auth = true,
		.days = OWN_DAYS };
	const char *was = keys_thumbprint_of(k, row->use);
	char old[41] = "";
	struct cert *c = NULL;
	struct texts names;
	int rc;

	if (was != NULL)
		memcpy(old, was, sizeof(old));
	own_names(k, row, &names);
	w.names = (const char *const *)names.items;
	w.n_names = names.n;
	w.common_name = row->use;
	rc = issue_own(k, &w, CERT_KEY_EC_P256, &c, f);
	if (rc == 0)
		rc = keys_assign(k, row->use, cert_thumbprint(c), f);
	cert_unref(c);
	texts_clear(&names);
	if (rc == 0 && *old != '\0')
		(void)keys_remove(k, old, NULL);
	return rc;
}

int
keys_first_start(struct keys *k, struct fault *f)
{
	const char *thumb;
	size_t i;

	if (k->ca == NULL && make_ca(k, f) == -1)
		return fault_within(f, "making the internal authority");
	for (i = 0; i < N_OWN; i++) {
		thumb = keys_thumbprint_of(k, own_rows[i].use);
		if (thumb != NULL && keys_find(k, thumb) != NULL)
			continue;
		if (make_own(k, &own_rows[i], f) == -1)
			return fault_within(f, "making the certificate %s",
			    own_rows[i].use);
	}
	return 0;
}

/* Whether c already says everything it should. */
static bool
own_is_complete(
    const struct keys *k, const struct own_row *row, const struct cert *c)
{
	struct texts names;
	size_t i, j;
	bool found = true;

	own_names(k, row, &names);
	for (i = 0; i < names.n && found; i++) {
		found = false;
		for (j = 0; j < cert_name_count(c) && !found; j++)
			found = strcasecmp(cert_name_at(c, j),
				    names.items[i]) == 0;
	}
	texts_clear(&names);
	return found;
}

/* Of our own making and still in use; what an admin assigned is not. */
static const struct cert *
own_cert(const struct keys *k, const struct own_row *row)
{
	const char *thumb = keys_thumbprint_of(k, row->use);
	const struct keys_cert *c =
	    thumb == NULL ? NULL : keys_find(k, thumb);

	return c != NULL && keys_is_own(k, c->chain[0]) &&
		strcmp(cert_common_name(c->chain[0]), row->use) == 0
	    ? c->chain[0]
	    : NULL;
}

int
keys_set_names(
    struct keys *k, const char *const *names, size_t n, struct fault *f)
{
	const struct cert *c;
	size_t i;
	int changed = 0;

	for (i = 0; i < k->n_names; i++)
		mem_free(k->names[i]);
	mem_free(k->names);
	k->n_names = n < NAMES_MAX / 2 ? n : NAMES_MAX / 2;
	k->names = mem_array(k->n_names + 1, sizeof(char *));
	for (i = 0; i < k->n_names; i++)
		k->names[i] = mem_strdup(names[i]);
	for (i = 0; i < N_OWN; i++) {
		c = own_cert(k, &own_rows[i]);
		if (c == NULL || own_is_complete(k, &own_rows[i], c))
			continue;
		if (make_own(k, &own_rows[i], f) == -1)
			return -1;
		changed = 1;
	}
	return changed;
}

int
keys_renew(struct keys *k, int64_t now, struct fault *f)
{
	const struct cert *c;
	int renewed = 0;
	size_t i;

	for (i = 0; i < N_OWN; i++) {
		c = own_cert(k, &own_rows[i]);
		if (c == NULL || cert_not_after(c) - now > RENEW_S)
			continue;
		if (make_own(k, &own_rows[i], f) == -1)
			return -1;
		renewed++;
		evlog_write(EVLOG_CERTIFICATE_RENEWED,
		    "certificate %s was renewed", own_rows[i].use);
	}
	return renewed;
}

/* Requests. */

static int
key_kind(struct value arg, enum cert_key_kind *kindp, struct fault *f)
{
	const char *alg = args_text(arg, "KeyAlg");
	int64_t size = args_int(arg, "KeySize", 0);
	bool rsa = alg == NULL || strncasecmp(alg, "RSA", 3) == 0;

	if (size == 0)
		size = rsa ? 2048 : 256;
	if (rsa && size == 2048)
		*kindp = CERT_KEY_RSA_2048;
	else if (rsa && size == 4096)
		*kindp = CERT_KEY_RSA_4096;
	else if (!rsa && size == 256)
		*kindp = CERT_KEY_EC_P256;
	else if (!rsa && size == 384)
		*kindp = CERT_KEY_EC_P384;
	else if (!rsa && size == 521)
		*kindp = CERT_KEY_EC_P521;
	else
		return fault_set(f, FAULT_INVALID,
		    "a %s key of %lld bits cannot be made: RSA has 2048 or "
		    "4096, ECDSA 256, 384 or 521", rsa ? "RSA" : "ECDSA",
		    (long long)size);
	return 0;
}

/* Borrowed from arg; names is room for them. */
static int
want_from(struct value arg, struct cert_want *w, const char **names,
    struct fault *f)
{
	size_t i, n = args_count(arg, "Names");

	memset(w, 0, sizeof(*w));
	w->common_name = args_text(arg, "CommonName");
	w->organization = args_text(arg, "Organization");
	w->unit = args_text(arg, "OrganizationalUnit");
	w->city = args_text(arg, "City");
	w->state = args_text(arg, "State");
	w->country = args_text(arg, "Country");
	w->server_auth = true;
	w->client_auth = args_bool(arg, "ClientEku", false);
	w->days = (int)args_int(arg, "Days", 0);
	if (n > NAMES_MAX)
		return fault_set(f, FAULT_LIMIT,
		    "a certificate with %zu names is too large", n);
	for (i = 0; i < n; i++) {
		names[i] = value_chars(args_at(arg, "Names", i));
		if (names[i] == NULL)
			return fault_set(
			    f, FAULT_INVALID, "a certificate's name is no text");
	}
	w->names = names;
	w->n_names = n;
	return 0;
}

int
keys_request(
    struct keys *k, struct value arg, struct value *vp, struct fault *f)
{
	const char *names[NAMES_MAX];
	enum cert_key_kind kind = CERT_KEY_RSA_2048;
	struct cert_key *key;
	struct cert *c = NULL;
	struct cert_want w;
	struct dict *d;
	struct buf pem;
	int rc;

	if (key_kind(arg, &kind, f) == -1 || want_from(arg, &w, names, f) == -1)
		return -1;
	if (args_bool(arg, "Internal", false)) {
		if (issue_own(k, &w, kind, &c, f) == -1)
			return -1;
		*vp = keys_cert_object(k, c);
		cert_unref(c);
		return 0;
	}
	if ((key = cert_key_new(kind, f)) == NULL)
		return -1;
	buf_init(&pem);
	rc = cert_request(&w, key, &pem, f);
	if (rc == 0)
		rc = keys_store_key(k, key, f);
	if (rc == 0) {
		d = dict_new(NULL);
		args_set_text(d, "Request", buf_text(&pem));
		args_set_text(d, "PublicKeyHash", cert_key_public_hash(key));
		*vp = dict_value(d);
	}
	buf_clear(&pem);
	cert_key_free(key);
	return rc;
}
