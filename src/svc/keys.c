/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key store: files, certificates in memory, uses. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/evlog.h"
#include "core/home.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/replace.h"
#include "svc/keys_internal.h"

#define FILE_MAX (1024 * 1024)

static char *
file_path(const struct keys *k, const char *name, const char *ending)
{
	return mem_printf("%s/%s%s", k->dir, name, ending);
}

static int
save(const struct keys *k, const char *name, const char *ending,
    const struct buf *b, mode_t mode, struct fault *f)
{
	char *path = file_path(k, name, ending);
	int rc = replace_file(path, buf_text(b), b->len, mode, f);

	mem_free(path);
	return rc;
}

static void
chain_free(struct keys_cert *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		cert_unref(c->chain[i]);
	mem_free(c->chain);
}

/* Certificates in memory. */

const struct keys_cert *
keys_find(const struct keys *k, const char *thumbprint)
{
	size_t i;

	for (i = 0; i < k->n_certs; i++)
		if (strcasecmp(cert_thumbprint(k->certs[i].chain[0]),
			thumbprint) == 0)
			return &k->certs[i];
	return NULL;
}

static void
remember(struct keys *k, struct cert *const *chain, size_t n)
{
	struct keys_cert *c;
	size_t i;

	keys_forget_cert(k, cert_thumbprint(chain[0]));
	k->certs = mem_array_grow(k->certs, k->n_certs + 1, sizeof(*k->certs));
	c = &k->certs[k->n_certs++];
	c->chain = mem_array(n, sizeof(struct cert *));
	c->n = n;
	for (i = 0; i < n; i++)
		c->chain[i] = cert_ref(chain[i]);
}

void
keys_forget_cert(struct keys *k, const char *thumbprint)
{
	size_t i;

	for (i = 0; i < k->n_certs; i++) {
		if (strcasecmp(cert_thumbprint(k->certs[i].chain[0]),
			thumbprint) != 0)
			continue;
		chain_free(&k->certs[i]);
		k->n_certs--;
		memmove(&k->certs[i], &k->certs[i + 1],
		    (k->n_certs - i) * sizeof(*k->certs));
		return;
	}
}

int
keys_store_chain(
    struct keys *k, struct cert *const *chain, size_t n, struct fault *f)
{
	struct buf pem;
	size_t i;
	int rc;

	if (k->n_certs >= KEYS_MAX)
		return fault_set(
		    f, FAULT_LIMIT, "there are too many certificates already");
	buf_init(&pem);
	for (i = 0; i < n; i++)
		cert_write(chain[i], &pem);
	rc = save(k, cert_thumbprint(chain[0]), ".crt", &pem, 0600, f);
	buf_clear(&pem);
	if (rc == 0)
		remember(k, chain, n);
	return rc;
}

/* Private keys stay on disk; they are read when they are handed on. */

int
keys_store_key(
    const struct keys *k, const struct cert_key *key, struct fault *f)
{
	struct buf pem;
	int rc;

	buf_init(&pem);
	cert_key_write(key, &pem);
	rc = save(k, cert_key_public_hash(key), ".key", &pem, 0600, f);
	mem_wipe(pem.data, pem.len);
	buf_clear(&pem);
	return rc;
}

bool
keys_has_key(const struct keys *k, const char *public_hash)
{
	char *path = file_path(k, public_hash, ".key");
	bool there = access(path, R_OK) == 0;

	mem_free(path);
	return there;
}

/* A hash becomes part of a file's name: nothing but its digits. */
static bool
is_hash(const char *text)
{
	return strlen(text) == 64 &&
	    strspn(text, "0123456789ABCDEFabcdef") == 64;
}

int
keys_forget_key(
    const struct keys *k, const char *public_hash, struct fault *f)
{
	size_t i;
	char *path;
	int rc;

	if (!is_hash(public_hash))
		return fault_set(f, FAULT_INVALID,
		    "\"%.80s\" is no hash of a public key", public_hash);
	for (i = 0; i < k->n_certs; i++)
		if (strcasecmp(cert_public_hash(k->certs[i].chain[0]),
			public_hash) == 0)
			return fault_set(f, FAULT_BUSY,
			    "certificate %s needs the key",
			    cert_thumbprint(k->certs[i].chain[0]));
	path = file_path(k, public_hash, ".key");
	rc = unlink(path);
	if (rc == -1)
		(void)fault_errno(f, errno, "%s", path);
	mem_free(path);
	return rc;
}

struct cert_key *
keys_load_key(const struct keys *k, const char *public_hash, struct fault *f)
{
	char *path = file_path(k, public_hash, ".key");
	struct cert_key *key = NULL;
	struct buf pem;

	buf_init(&pem);
	if (replace_read(path, FILE_MAX, &pem, f) == 0)
		key = cert_key_read(pem.data, pem.len, NULL, f);
	mem_wipe(pem.data, pem.len);
	buf_clear(&pem);
	mem_free(path);
	return key;
}

/* Authorities. */

static int
save_anchors(const struct keys *k, struct fault *f)
{
	struct buf pem;
	size_t i;
	int rc;

	buf_init(&pem);
	for (i = 0; i < k->n_anchors; i++)
		cert_write(k->anchors[i], &pem);
	rc = save(k, "trust", ".pem", &pem, 0600, f);
	buf_clear(&pem);
	return rc;
}

int
keys_add_anchor(struct keys *k, struct cert *c, struct fault *f)
{
	size_t i;

	for (i = 0; i < k->n_anchors; i++)
		if (strcmp(cert_fingerprint(k->anchors[i]),
			cert_fingerprint(c)) == 0)
			return 0;
	if (k->n_anchors >= KEYS_MAX)
		return fault_set(
		    f, FAULT_LIMIT, "there are too many authorities already");
	k->anchors = mem_array_grow(
	    k->anchors, k->n_anchors + 1, sizeof(struct cert *));
	k->anchors[k->n_anchors++] = cert_ref(c);
	if (save_anchors(k, f) == 0)
		return 0;
	cert_unref(k->anchors[--k->n_anchors]);
	return -1;
}

static int
remove_anchor(struct keys *k, const char *thumbprint, struct fault *f)
{
	struct cert *gone;
	size_t i;

	for (i = 0; i < k->n_anchors; i++) {
		if (strcasecmp(cert_thumbprint(k->anchors[i]), thumbprint) != 0)
			continue;
		gone = k->anchors[i];
		k->n_anchors--;
		memmove(k->anchors + i, k->anchors + i + 1,
		    (k->n_anchors - i) * sizeof(gone));
		if (save_anchors(k, f) == 0) {
			cert_unref(gone);
			return 0;
		}
		k->anchors[k->n_anchors++] = gone;
		return -1;
	}
	return fault_set(f, FAULT_NOT_FOUND,
	    "there is no certificate with the thumbprint \"%.64s\"",
	    thumbprint);
}

/* Uses. */

const char *
keys_thumbprint_of(const struct keys *k, const char *use)
{
	size_t i;

	for (i = 0; i < k->n_uses; i++)
		if (strcasecmp(k->uses[i].use, use) == 0)
			return k->uses[i].thumbprint;
	return NULL;
}

static int
save_uses(const struct keys *k, struct fault *f)
{
	struct buf b;
	size_t i;
	int rc;

	buf_init(&b);
	for (i = 0; i < k->n_uses; i++)
		buf_printf(
		    &b, "%s %s\n", k->uses[i].use, k->uses[i].thumbprint);
	rc = save(k, "uses", "", &b, 0600, f);
	buf_clear(&b);
	return rc;
}

/* "" as thumbprint takes the use away. */
static void
set_use(struct keys *k, const char *use, const char *thumbprint)
{
	struct keys_use *u = NULL;
	size_t i;

	for (i = 0; i < k->n_uses && u == NULL; i++)
		if (strcasecmp(k->uses[i].use, use) == 0)
			u = &k->uses[i];
	if (*thumbprint == '\0') {
		if (u == NULL)
			return;
		mem_free(u->use);
		i = (size_t)(u - k->uses);
		k->n_uses--;
		memmove(u, u + 1, (k->n_uses - i) * sizeof(*u));
		return;
	}
	if (u == NULL) {
		k->uses = mem_array_grow(
		    k->uses, k->n_uses + 1, sizeof(*k->uses));
		u = &k->uses[k->n_uses++];
		u->use = mem_strdup(use);
	}
	memset(u->thumbprint, 0, sizeof(u->thumbprint));
	memcpy(u->thumbprint, thumbprint,
	    strnlen(thumbprint, sizeof(u->thumbprint) - 1));
}

static int
change_use(
    struct keys *k, const char *use, const char *thumbprint, struct fault *f)
{
	const char *was = keys_thumbprint_of(k, use);
	char old[41] = "";

	if (was != NULL)
		memcpy(old, was, sizeof(old));
	set_use(k, use, thumbprint);
	if (save_uses(k, f) == 0)
		return 0;
	set_use(k, use, old);
	return -1;
}

static bool
use_is_valid(const char *use)
{
	size_t i, len = strlen(use);

	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)use[i]))
			return false;
	return len > 0 && len <= 64;
}

const struct keys_cert *
keys_check_use(const struct keys *k, const char *use, const char *thumbprint,
    struct fault *f)
{
	const struct keys_cert *c = keys_find(k, thumbprint);

	if (!use_is_valid(use))
		fault_set(f, FAULT_INVALID,
		    "\"%.64s\" is no use of a certificate", use);
	else if (c == NULL)
		fault_set(f, FAULT_NOT_FOUND,
		    "there is no certificate with the thumbprint \"%.64s\": "
		    "import it first (Import-CsCertificate)", thumbprint);
	else if (!keys_has_key(k, cert_public_hash(c->chain[0])))
		fault_set(f, FAULT_INVALID_OPERATION,
		    "the private key of certificate %s is not on this machine",
		    cert_thumbprint(c->chain[0]));
	else if (!cert_allows_server(c->chain[0]))
		fault_set(f, FAULT_INVALID,
		    "certificate %s is for clients only: it needs the usage "
		    "serverAuth", cert_thumbprint(c->chain[0]));
	else
		return c;
	return NULL;
}

int
keys_assign(struct keys *k, const char *use, const char *thumbprint,
    struct fault *f)
{
	const struct keys_cert *c = keys_check_use(k, use, thumbprint, f);

	if (c == NULL)
		return -1;
	return change_use(k, use, cert_thumbprint(c->chain[0]), f);
}

int
keys_unassign(struct keys *k, const char *use, struct fault *f)
{
	if (keys_thumbprint_of(k, use) == NULL)
		return fault_set(f, FAULT_NOT_FOUND,
		    "no certificate is assigned to \"%.64s\"", use);
	return change_use(k, use, "", f);
}

int
keys_remove(struct keys *k, const char *thumbprint, struct fault *f)
{
	const struct keys_cert *c = keys_find(k, thumbprint);
	char hash[65], thumb[41], *path;
	size_t i;

	for (i = 0; i < k->n_uses; i++)
		if (strcasecmp(k->uses[i].thumbprint, thumbprint) == 0)
			return fault_set(f, FAULT_BUSY,
			    "certificate %s is assigned to %s: assign another "
			    "one first", k->uses[i].thumbprint,
			    k->uses[i].use);
	for (i = 0; i < k->n_staged; i++)
		if (strcasecmp(k->staged[i].thumbprint, thumbprint) == 0)
			return fault_set(f, FAULT_BUSY,
			    "certificate %s comes into use for %s later: "
			    "assign another one first",
			    k->staged[i].thumbprint, k->staged[i].use);
	if (c == NULL)
		return remove_anchor(k, thumbprint, f);
	memcpy(hash, cert_public_hash(c->chain[0]), sizeof(hash));
	memcpy(thumb, cert_thumbprint(c->chain[0]), sizeof(thumb));
	path = file_path(k, thumb, ".crt");
	if (unlink(path) == -1 && errno != ENOENT) {
		(void)fault_errno(f, errno, "%s", path);
		mem_free(path);
		return -1;
	}
	mem_free(path);
	keys_forget_cert(k, thumb);
	/* A renewed certificate may still use the same key. */
	(void)keys_forget_key(k, hash, NULL);
	return 0;
}

/* Opening. */

static void
load_uses(struct keys *k, struct buf *b)
{
	char *line, *save_ptr = NULL, *space;

	for (line = strtok_r(b->data, "\n", &save_ptr);
	    line != NULL && k->n_uses < KEYS_MAX;
	    line = strtok_r(NULL, "\n", &save_ptr)) {
		if ((space = strchr(line, ' ')) == NULL)
			continue;
		*space = '\0';
		if (use_is_valid(line) && strlen(space + 1) == 40)
			set_use(k, line, space + 1);
	}
}

static void
load_file(struct keys *k, const char *name)
{
	char *path = file_path(k, name, "");
	struct cert_bundle b = { 0 };
	struct fault f;

	if (cert_read_file(path, NULL, &b, &f) == 0)
		remember(k, b.certs, b.n_certs);
	else
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE, "%s", f.text);
	cert_bundle_clear(&b);
	mem_free(path);
}

static int
load_certs(struct keys *k, struct fault *f)
{
	struct dirent *e;
	const char *dot;
	DIR *d = opendir(k->dir);

	if (d == NULL)
		return fault_errno(f, errno, "%s", k->dir);
	while ((e = readdir(d)) != NULL && k->n_certs < KEYS_MAX) {
		dot = strrchr(e->d_name, '.');
		if (dot != NULL && strcmp(dot, ".crt") == 0 &&
		    strcmp(e->d_name, "ca.crt") != 0)
			load_file(k, e->d_name);
	}
	(void)closedir(d);
	return 0;
}

static void
load_anchors(struct keys *k)
{
	char *path = file_path(k, "trust", ".pem");
	struct cert_bundle b = { 0 };
	struct fault f;

	if (access(path, F_OK) == 0) {
		if (cert_read_file(path, NULL, &b, &f) == 0) {
			k->anchors = b.certs; /* taken over */
			k->n_anchors = b.n_certs;
			b.certs = NULL;
			b.n_certs = 0;
		} else {
			evlog_write(EVLOG_CERTIFICATE_UNUSABLE, "%s", f.text);
		}
	}
	cert_bundle_clear(&b);
	mem_free(path);
}

/* 1: there is an authority, 0: none yet, -1: it cannot be read. */
static int
load_ca(struct keys *k, struct fault *f)
{
	char *path = file_path(k, "ca", ".crt");
	struct cert_bundle b = { 0 };
	int rc = 0;

	if (access(path, F_OK) == 0) {
		rc = cert_read_file(path, NULL, &b, f) == -1 ? -1 : 1;
		if (rc == 1)
			k->ca = cert_ref(b.certs[0]);
		cert_bundle_clear(&b);
	}
	mem_free(path);
	if (rc != 1)
		return rc;
	if ((k->ca_key = keys_load_key(k, "ca", f)) == NULL)
		return fault_within(f, "the internal authority's key");
	if (!cert_fits_key(k->ca, k->ca_key))
		return fault_set(f, FAULT_INVALID_DATA,
		    "the internal authority's key in %s cannot be used: put "
		    "the folder back from a backup or remove ca.key and ca.crt",
		    k->dir);
	return 1;
}

/* Two first starts at once would make two authorities. */
static int
lock_folder(const struct keys *k, struct fault *f)
{
	char *path = file_path(k, "lock", "");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd == -1)
		(void)fault_errno(f, errno, "%s", path);
	else
		(void)flock(fd, LOCK_EX);
	mem_free(path);
	return fd;
}

struct keys *
keys_open(struct fault *f)
{
	struct keys *k = mem_zalloc(sizeof(*k));
	struct buf b;
	int lock = -1;
	char *path;

	buf_init(&b);
	if ((k->dir = home_make(HOME_STATE, "keys", f)) == NULL ||
	    (lock = lock_folder(k, f)) == -1)
		goto fail;
	if (load_certs(k, f) == -1)
		goto fail;
	load_anchors(k);
	path = file_path(k, "uses", "");
	if (access(path, F_OK) == 0 &&
	    replace_read(path, FILE_MAX, &b, NULL) == 0)
		load_uses(k, &b);
	mem_free(path);
	keys_load_staged(k);
	if (load_ca(k, f) == -1)
		goto fail;
	if (keys_first_start(k, f) == -1)
		goto fail;
	buf_clear(&b);
	(void)close(lock);
	return k;
fail:
	buf_clear(&b);
	if (lock != -1)
		(void)close(lock);
	keys_close(k);
	return NULL;
}

void
keys_close(struct keys *k)
{
	size_t i;

	if (k == NULL)
		return;
	for (i = 0; i < k->n_certs; i++)
		chain_free(&k->certs[i]);
	for (i = 0; i < k->n_uses; i++)
		mem_free(k->uses[i].use);
	for (i = 0; i < k->n_staged; i++)
		mem_free(k->staged[i].use);
	for (i = 0; i < k->n_anchors; i++)
		cert_unref(k->anchors[i]);
	for (i = 0; i < k->n_names; i++)
		mem_free(k->names[i]);
	mem_free(k->certs);
	mem_free(k->uses);
	mem_free(k->staged);
	mem_free(k->anchors);
	mem_free(k->names);
	cert_unref(k->ca);
	cert_key_free(k->ca_key);
	mem_free(k->dir);
	mem_free(k);
}
