/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_PIDF_INTERNAL_H
#define GATEWAY_MAP_PIDF_INTERNAL_H

#include "gateway/map/pidf.h"

#define PIDF_TIME_SIZE 32

const char *pidf_show_name(enum pidf_show s); /* NULL: no <show/> */
bool pidf_show_find(const char *name, enum pidf_show *sp);
/* A device without details; an old one is emptied. NULL: too many. */
struct pidf_device *pidf_add(struct pidf *p, const char *resource);
char *pidf_note_dup(const char *text);
/* For qsort over pointers: the best one first. */
int pidf_device_compare(const void *a, const void *b);

/* "2026-01-31T12:00:00Z"; 0 for what is none. */
int64_t pidf_time_read(const char *text);
const char *pidf_time_write(int64_t t, char out[PIDF_TIME_SIZE]);

#endif
