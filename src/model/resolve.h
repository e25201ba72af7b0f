/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_RESOLVE_H
#define MODEL_RESOLVE_H

#include "core/dict.h"
#include "model/noun.h"

/*
 * Which policy is in effect for whom: per-user, then that of the user's
 * site, then Global; the first one found applies whole.
 */
struct resolver;

/* Reads all policies of the noun and the pools' sites once. */
struct resolver *resolver_open(
    struct store *s, const struct noun *n, struct fault *f);
void resolver_close(struct resolver *r); /* accepts NULL */
/*
 * Borrowed until close. user: a stored user; attribute: where the granted
 * name stands. Never NULL.
 */
const struct dict *resolver_for(const struct resolver *r,
    const struct dict *user, const char *attribute);

#endif
