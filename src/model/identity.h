/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_IDENTITY_H
#define MODEL_IDENTITY_H

#include <stdbool.h>

#include "core/fault.h"

/* What an Identity can be; a noun allows some of them. */
enum scope {
	SCOPE_GLOBAL = 1 << 0,  /* Global */
	SCOPE_SITE = 1 << 1,    /* Site:Redmond */
	SCOPE_TAG = 1 << 2,     /* FedPic or Tag:FedPic: per user */
	SCOPE_SERVICE = 1 << 3, /* Service:Registrar:pool.contoso.test */
	SCOPE_NAME = 1 << 4,    /* a flat list's plain key */
	SCOPE_DOMAIN = 1 << 5,  /* the same, a domain */
	SCOPE_ROLE = 1 << 6,    /* EdgeServer:edge.contoso.test */
};

/* LIMIT: bytes of an identity. */
#define IDENTITY_MAX 512

/*
 * text: as printed ("Tag:FedPic"); key: the same folded ("tag:fedpic"), what
 * the store keeps it under; name: behind the prefix, within text.
 */
struct identity {
	enum scope scope;
	char text[IDENTITY_MAX];
	char key[IDENTITY_MAX];
	const char *name;
};

/* allowed: scopes. role: what stands before SCOPE_ROLE's colon, or NULL. */
int identity_parse(const char *text, unsigned allowed, const char *role,
    struct identity *id, struct fault *f);

/*
 * -Filter: a wildcard on what is printed; one without a colon is matched
 * against the part behind the prefix too.
 */
bool identity_matches(const char *pattern, const char *text);
/* * ? [a-z] without case, the whole text. */
bool identity_wildcard(const char *pattern, const char *text);

/* ASCII letters folded, in place; returns text. */
char *identity_fold(char *text);

/*
 * A domain in its one form: U-labels, lower case, no trailing dot. The
 * caller's own, or NULL: the fault says what is wrong with it.
 */
char *identity_domain(const char *text, struct fault *f);

#endif
