/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_TOPOLOGY_H
#define MODEL_TOPOLOGY_H

#include "core/dict.h"
#include "store/store.h"

/*
 * What a fresh topology has (architecture.md 6): Global policies and
 * settings, Site1, the front-end pool, the Edge pool, routes. Does nothing in
 * a store that has one. fqdn NULL: this machine's name.
 */
int topology_make(struct store *s, const char *fqdn, struct fault *f);

/* The digest realm. Owned, or NULL. */
char *topology_realm(struct store *s, struct fault *f);

/* Class and key of what belongs to the deployment as a whole. */
#define TOPOLOGY_CLASS "Deployment"
#define TOPOLOGY_KEY   "global"

#endif
