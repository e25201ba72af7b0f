/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_INSTANCE_H
#define MODEL_INSTANCE_H

#include "core/object.h"
#include "model/noun.h"

/* One object of a noun: a dictionary in the store, an object outside. */

/* All properties at their initial values. */
struct dict *instance_new(const struct noun *n, const struct identity *id);
/* Back to what instance_new gives; the identity stays. */
void instance_reset(const struct noun *n, struct dict *object);

/*
 * One property from what an administrator gave: converted, validated, a list
 * modifier (@{Add=..;Remove=..;Replace=..}) applied. The fault names it.
 */
int instance_set(const struct noun *n, struct dict *object, const char *name,
    struct value v, struct fault *f);
int instance_check(const struct noun *n, const struct dict *object,
    struct buf *warning, struct fault *f);

/* What Get- emits: defaults filled in, secrets masked. Owned. */
struct value instance_show(const struct noun *n, const struct dict *object,
    int64_t version);
/*
 * Applies an object Get- or New- -InMemory gave (and somebody may have
 * changed) to one from the store; *versionp is the version it was read at,
 * STORE_ANY where it says none.
 */
int instance_take_over(const struct noun *n, struct dict *object,
    const struct object *shown, int64_t *versionp, struct fault *f);
/* Whether v is an object of this noun. */
bool instance_is_a(const struct noun *n, struct value v);

/* A property with its default filled in. Owned. */
struct value instance_get(
    const struct noun *n, const struct dict *object, const char *name);
bool instance_bool(
    const struct noun *n, const struct dict *object, const char *name);
/* Borrowed until the dictionary changes; NULL where null. */
const char *instance_text(const struct dict *object, const char *name);

/* The hidden member an emitted object keeps its version in. */
#define INSTANCE_VERSION "StoreVersion"

#endif
