/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing, listing, and handing certificates to services. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/type.h"
#include "svc/args.h"
#include "svc/keys_internal.h"

#define CHAIN_MAX 16

/* .NET ticks, UTC. */
static struct value
date_value(int64_t seconds)
{
	int64_t ticks = (seconds + INT64_C(62135596800)) * 10000000;

	return value_datetime(ticks | INT64_C(1) << 62);
}

static void
set_text(struct object *o, const char *name, const char *text)
{
	object_set_take(o, name, value_string(text));
}

struct value
keys_cert_object(const struct keys *k, const struct cert *c)
{
	struct list *names = list_new(NULL, 4), *uses = list_new(NULL, 2);
	struct list *staged = list_new(NULL, 0), *dates = list_new(NULL, 0);
	struct object *o = object_new(NULL);
	size_t i;

	for (i = 0; i < cert_name_count(c); i++)
		list_add_take(names, value_string(cert_name_at(c, i)));
	for (i = 0; i < k->n_uses; i++)
		if (strcasecmp(k->uses[i].thumbprint, cert_thumbprint(c)) == 0)
			list_add_take(uses, value_string(k->uses[i].use));
	for (i = 0; i < k->n_staged; i++) {
		if (strcasecmp(k->staged[i].thumbprint, cert_thumbprint(c)) != 0)
			continue;
		list_add_take(staged, value_string(k->staged[i].use));
		list_add_take(dates, date_value(k->staged[i].at));
	}
	set_text(o, "Thumbprint", cert_thumbprint(c));
	set_text(o, "Subject", cert_subject(c));
	set_text(o, "Issuer", cert_issuer(c));
	set_text(o, "SerialNumber", cert_serial(c));
	object_set_take(o, "NotBefore", date_value(cert_not_before(c)));
	object_set_take(o, "NotAfter", date_value(cert_not_after(c)));
	object_set_take(o, "AlternativeNames", list_value(names));
	object_set_take(o, "Uses", list_value(uses));
	object_set_take(o, "StagedUses", list_value(staged));
	object_set_take(o, "StagedDates", list_value(dates));
	set_text(o, "KeyType", cert_key_text(c));
	set_text(o, "SignatureAlgorithm", cert_signature_text(c));
	set_text(o, "Sha256", cert_fingerprint(c));
	set_text(o, "PublicKeyHash", cert_public_hash(c));
	object_set_take(o, "HasPrivateKey",
	    value_bool(keys_has_key(k, cert_public_hash(c))));
	object_set_take(o, "IsAuthority", value_bool(cert_is_ca(c)));
	object_set_take(o, "IsInternal", value_bool(keys_is_own(k, c)));
	object_set_take(o, "AllowsServer", value_bool(cert_allows_server(c)));
	object_set_take(o, "AllowsClient", value_bool(cert_allows_client(c)));
	return object_value(o);
}

struct value
keys_list(const struct keys *k)
{
	struct list *l = list_new(NULL, k->n_certs + k->n_anchors);
	size_t i;

	for (i = 0; i < k->n_certs; i++)
		list_add_take(l, keys_cert_object(k, k->certs[i].chain[0]));
	for (i = 0; i < k->n_anchors; i++)
		list_add_take(l, keys_cert_object(k, k->anchors[i]));
	return list_value(l);
}

/* Importing. */

static bool
chain_has(struct cert *const *chain, size_t n, const struct cert *c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(cert_fingerprint(chain[i]), cert_fingerprint(c)) ==
		    0)
			return true;
	return false;
}

static struct cert *
find_issuer(const struct keys *k, const struct cert_bundle *b,
    const struct cert *c)
{
	size_t i, j;

	for (i = 0; i < b->n_certs; i++)
		if (cert_is_signed_by(c, b->certs[i]))
			return b->certs[i];
	for (i = 0; i < k->n_anchors; i++)
		if (cert_is_signed_by(c, k->anchors[i]))
			return k->anchors[i];
	for (i = 0; i < k->n_certs; i++)
		for (j = 1; j < k->certs[i].n; j++)
			if (cert_is_signed_by(c, k->certs[i].chain[j]))
				return k->certs[i].chain[j];
	return NULL;
}

/* From the leaf up, without the self-signed root: what a peer is sent. */
static size_t
build_chain(const struct keys *k, const struct cert_bundle *b,
    struct cert *leaf, struct cert **chain)
{
	struct cert *up = leaf;
	size_t n = 0;

	while (up != NULL && n < CHAIN_MAX && !chain_has(chain, n, up)) {
		if (n > 0 && cert_is_self_signed(up))
			break;
		chain[n++] = up;
		up = find_issuer(k, b, up);
	}
	return n;
}

static int
import_leaf(struct keys *k, const struct cert_bundle *b, struct cert *leaf,
    struct list *taken, struct fault *f)
{
	struct cert *chain[CHAIN_MAX];
	size_t n = build_chain(k, b, leaf, chain);

	if (keys_store_chain(k, chain, n, f) == -1)
		return -1;
	list_add_take(taken, keys_cert_object(k, leaf));
	return 0;
}

static int
import_certs(struct keys *k, const struct cert_bundle *b, struct list *taken,
    struct fault *f)
{
	struct cert *c;
	size_t i;

	/* What comes with its key is meant to be used, whatever its maker
	 * said (openssl req -x509 makes authorities of everything). */
	for (i = 0; i < b->n_certs; i++) {
		c = b->certs[i];
		if ((!cert_is_ca(c) || (i == 0 && b->key != NULL)) &&
		    keys_has_key(k, cert_public_hash(c)) &&
		    import_leaf(k, b, c, taken, f) == -1)
			return -1;
	}
	if (taken->count > 0)
		return 0;
	/* No key of ours: then only authorities are of use. */
	for (i = 0; i < b->n_certs; i++) {
		if (!cert_is_ca(b->certs[i]))
			continue;
		if (keys_add_anchor(k, b->certs[i], f) == -1)
			return -1;
		list_add_take(taken, keys_cert_object(k, b->certs[i]));
	}
	if (taken->count > 0)
		return 0;
	return fault_set(f, FAULT_NOT_FOUND,
	    "no private key on this machine belongs to the certificate of "
	    "\"%.200s\": import the file with the key (.pfx), or the answer "
	    "to a request that was made here", cert_subject(b->certs[0]));
}

static int
import_bundle(struct keys *k, const struct cert_bundle *b, struct list *taken,
    struct fault *f)
{
	const char *hash;
	bool fresh;

	if (b->key == NULL)
		return import_certs(k, b, taken, f);
	if (!cert_fits_key(b->certs[0], b->key))
		return fault_set(f, FAULT_INVALID_DATA,
		    "the private key belongs to none of the certificates in "
		    "the file");
	hash = cert_key_public_hash(b->key);
	fresh = !keys_has_key(k, hash);
	if (fresh && keys_store_key(k, b->key, f) == -1)
		return -1;
	if (import_certs(k, b, taken, f) == 0)
		return 0;
	/* All or nothing: a key without its certificate helps nobody. */
	if (fresh)
		(void)keys_forget_key(k, hash, NULL);
	return -1;
}

int
keys_import(
    struct keys *k, struct value arg, struct value *vp, struct fault *f)
{
	struct value data = args_get(arg, "Data");
	const char *pass = args_text(arg, "Passphrase");
	struct cert_bundle b = { 0 };
	struct list *taken;
	int rc;

	if (data.type == &type_bytes)
		rc = cert_read(
		    bytes_of(data)->data, bytes_of(data)->len, pass, &b, f);
	else if (value_is_string(data))
		rc = cert_read(
		    value_chars(data), value_chars_len(data), pass, &b, f);
	else
		rc = fault_set(f, FAULT_INVALID, "there is no certificate");
	if (rc == -1)
		return -1;
	taken = list_new(NULL, 2);
	if (args_bool(arg, "NeedsKey", false) && b.key == NULL)
		rc = fault_set(f, FAULT_INVALID_DATA,
		    "there is no private key in it");
	else
		rc = import_bundle(k, &b, taken, f);
	cert_bundle_clear(&b);
	if (rc == 0)
		*vp = list_value(taken);
	else
		value_unref(list_value(taken));
	return rc;
}

/* Handing on. */

static int
add_identity(const struct keys *k, struct list *l, const char *use,
    const char *thumbprint, struct fault *f)
{
	const struct keys_cert *c = keys_find(k, thumbprint);
	struct cert_key *key;
	struct dict *d;
	struct buf pem;
	size_t i;

	if (c == NULL)
		return fault_set(f, FAULT_NOT_FOUND,
		    "the certificate %s assigned to %s is gone", thumbprint,
		    use);
	if ((key = keys_load_key(k, cert_public_hash(c->chain[0]), f)) == NULL)
		return fault_within(f, "certificate %s", use);
	d = dict_new(NULL);
	args_set_text(d, "Use", use);
	buf_init(&pem);
	for (i = 0; i < c->n; i++)
		cert_write(c->chain[i], &pem);
	args_set_text(d, "Chain", buf_text(&pem));
	buf_reset(&pem);
	cert_key_write(key, &pem);
	args_set_text(d, "Key", buf_text(&pem));
	mem_wipe(pem.data, pem.len);
	buf_clear(&pem);
	cert_key_free(key);
	list_add_take(l, dict_value(d));
	return 0;
}

/* Everyone is handed what it needs; the proxy no key of the inside. */
static const char *
use_for(const char *service, const char *use)
{
	bool proxy = strcasecmp(service, "RTCXMPPTGWPX") == 0;

	if (strcasecmp(service, "REPLICA") == 0)
		return NULL;
	if (strcasecmp(use, "InternalEdge") == 0)
		return proxy ? "Internal" : NULL;
	if (strcasecmp(use, "Internal") == 0 || strcasecmp(use, "Default") == 0)
		return proxy ? NULL : use;
	if (strcasecmp(use, "XmppServer") == 0)
		return proxy ? use : NULL;
	return use;
}

static void
add_pem(struct buf *b, struct cert *const *certs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		cert_write(certs[i], b);
}

/* Our authority, and the roots of what was assigned in its place. */
static void
internal_trust(const struct keys *k, struct buf *b)
{
	static const char *const uses[] = { "Default", "Internal",
		"InternalEdge" };
	const struct keys_cert *c;
	const char *thumb;
	size_t i, j;

	cert_write(k->ca, b);
	for (i = 0; i < 3; i++) {
		thumb = keys_thumbprint_of(k, uses[i]);
		c = thumb == NULL ? NULL : keys_find(k, thumb);
		if (c == NULL || keys_is_own(k, c->chain[0]))
			continue;
		for (j = 0; j < k->n_anchors; j++)
			if (cert_is_signed_by(
				c->chain[c->n - 1], k->anchors[j]))
				cert_write(k->anchors[j], b);
	}
}

struct value
keys_bundle_value(const struct keys *k, const char *service, struct fault *f)
{
	struct list *l = list_new(NULL, k->n_uses);
	struct dict *d = dict_new(NULL);
	struct buf pem;
	const char *use;
	size_t i;

	for (i = 0; i < k->n_uses; i++) {
		use = use_for(service, k->uses[i].use);
		/* One that cannot be used does not keep the others back. */
		if (use != NULL && add_identity(k, l, use,
			k->uses[i].thumbprint, f) == -1)
			log_warn("keys", "certificate left out reason=\"%s\"",
			    f->text);
	}
	dict_set_str_take(d, "Certificates", list_value(l));
	buf_init(&pem);
	add_pem(&pem, k->anchors, k->n_anchors);
	args_set_text(d, "Trust", buf_text(&pem));
	buf_reset(&pem);
	internal_trust(k, &pem);
	args_set_text(d, "InternalTrust", buf_text(&pem));
	buf_clear(&pem);
	return dict_value(d);
}

int
keys_bundle(const struct keys *k, const char *service, struct fault *f)
{
	struct fault ignored;
	struct value v = keys_bundle_value(k, service, &ignored);
	struct buf b;
	int fd = -1;

	buf_init(&b);
	if (codec_write(&b, v, f) == -1)
		goto out;
	fd = memfd_create("certificates", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd == -1) {
		(void)fault_errno(f, errno, "memory file");
		goto out;
	}
	if (write(fd, b.data, b.len) != (ssize_t)b.len ||
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) ==
		-1) {
		(void)fault_errno(f, errno, "memory file");
		(void)close(fd);
		fd = -1;
	}
out:
	mem_wipe(b.data, b.len);
	buf_clear(&b);
	value_unref(v);
	return fd;
}
