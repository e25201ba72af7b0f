/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_ARGS_H
#define SVC_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/dict.h"
#include "core/value.h"

/*
 * Reading what a frame carried: v may be anything; a property of a
 * dictionary or bag that is missing or of another type is not there.
 */
struct value args_get(struct value v, const char *name); /* borrowed */
const char *args_text(struct value v, const char *name); /* NULL: not there */
int64_t args_int(struct value v, const char *name, int64_t otherwise);
bool args_bool(struct value v, const char *name, bool otherwise);
/* The list's count (0: no list) and elements, borrowed. A single value that
 * is no list counts as a list of one. */
size_t args_count(struct value v, const char *name);
struct value args_at(struct value v, const char *name, size_t i);

/* Building: { name: text } and so on; the dict stays the caller's. */
void args_set_text(struct dict *d, const char *name, const char *text);
void args_set_int(struct dict *d, const char *name, int64_t n);
void args_set_bool(struct dict *d, const char *name, bool b);
/* [a, b], owned. b is taken. */
struct value args_pair_take(const char *a, struct value b);

#endif
