/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates that come into use later (Set-CsCertificate -EffectiveDate):
 * "Use THUMBPRINT SECONDS" a line of the file staged.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/replace.h"
#include "svc/keys_internal.h"

#define FILE_MAX (256 * 1024)

static char *
path_of(const struct keys *k)
{
	return mem_printf("%s/staged", k->dir);
}

static int
save(const struct keys *k, struct fault *f)
{
	char *path = path_of(k);
	struct buf b;
	size_t i;
	int rc;

	buf_init(&b);
	for (i = 0; i < k->n_staged; i++)
		buf_printf(&b, "%s %s %" PRId64 "\n", k->staged[i].use,
		    k->staged[i].thumbprint, k->staged[i].at);
	rc = replace_file(path, buf_text(&b), b.len, 0600, f);
	buf_clear(&b);
	mem_free(path);
	return rc;
}

static void
drop(struct keys *k, size_t i)
{
	mem_free(k->staged[i].use);
	k->n_staged--;
	memmove(&k->staged[i], &k->staged[i + 1],
	    (k->n_staged - i) * sizeof(*k->staged));
}

static void
add(struct keys *k, const char *use, const char *thumbprint, int64_t at)
{
	struct keys_staged *s;
	size_t i;

	for (i = 0; i < k->n_staged; i++)
		if (strcasecmp(k->staged[i].use, use) == 0)
			drop(k, i--);
	k->staged =
	    mem_array_grow(k->staged, k->n_staged + 1, sizeof(*k->staged));
	s = &k->staged[k->n_staged++];
	memset(s, 0, sizeof(*s));
	s->use = mem_strdup(use);
	s->at = at;
	memcpy(s->thumbprint, thumbprint,
	    strnlen(thumbprint, sizeof(s->thumbprint) - 1));
}

int
keys_stage(struct keys *k, const char *use, const char *thumbprint, int64_t at,
    struct fault *f)
{
	const struct keys_cert *c = keys_check_use(k, use, thumbprint, f);

	if (c == NULL)
		return -1;
	if (at < cert_not_before(c->chain[0]) ||
	    at > cert_not_after(c->chain[0]))
		return fault_set(f, FAULT_INVALID,
		    "certificate %s is not valid then",
		    cert_thumbprint(c->chain[0]));
	if (k->n_staged >= KEYS_MAX)
		return fault_set(f, FAULT_LIMIT,
		    "too many certificates wait for their date");
	add(k, use, cert_thumbprint(c->chain[0]), at);
	return save(k, f);
}

void
keys_unstage(struct keys *k, const char *use)
{
	size_t i, n = k->n_staged;

	for (i = 0; i < k->n_staged; i++)
		if (strcasecmp(k->staged[i].use, use) == 0)
			drop(k, i--);
	if (n != k->n_staged)
		(void)save(k, NULL);
}

int64_t
keys_staged_next(const struct keys *k)
{
	int64_t next = -1;
	size_t i;

	for (i = 0; i < k->n_staged; i++)
		if (next < 0 || k->staged[i].at < next)
			next = k->staged[i].at;
	return next;
}

int
keys_apply_staged(struct keys *k, int64_t now, struct fault *f)
{
	size_t i;
	int changed = 0, rc = 0;

	for (i = 0; i < k->n_staged;) {
		if (k->staged[i].at > now) {
			i++;
			continue;
		}
		if (keys_assign(k, k->staged[i].use, k->staged[i].thumbprint,
			f) == 0)
			changed++;
		else
			rc = -1;
		drop(k, i);
	}
	if ((changed > 0 || rc != 0) && save(k, rc == 0 ? f : NULL) != 0)
		rc = -1;
	return rc == 0 || changed > 0 ? changed : -1;
}

void
keys_load_staged(struct keys *k)
{
	char *path = path_of(k), *line, *save_ptr = NULL, *thumb, *at;
	struct buf b;

	buf_init(&b);
	/* None is the rule: the file comes with the first one. */
	if (replace_read(path, FILE_MAX, &b, NULL) == 0 && b.len > 0)
		for (line = strtok_r(b.data, "\n", &save_ptr);
		     line != NULL && k->n_staged < KEYS_MAX;
		     line = strtok_r(NULL, "\n", &save_ptr)) {
			thumb = strchr(line, ' ');
			at = thumb != NULL ? strchr(thumb + 1, ' ') : NULL;
			if (at == NULL || at - thumb != 41)
				continue;
			*thumb = *at = '\0';
			add(k, line, thumb + 1, strtoll(at + 1, NULL, 10));
		}
	buf_clear(&b);
	mem_free(path);
}
