/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_CODEC_H
#define CORE_CODEC_H

#include "core/buf.h"
#include "core/fault.h"
#include "core/value.h"

/*
 * Values to bytes and back: control socket, snapshots, store, live state.
 * Carries null, bool, integers (every size arrives as Int32 or Int64), double,
 * char, string, bytes, datetime, timespan, lists (as Object[]), dictionaries
 * (ordered or not, case sense kept) and property bags with their type names.
 */

/* LIMIT: nesting of what is written or read. */
#define CODEC_DEPTH_MAX 64

struct codec_limits {
	size_t bytes;    /* of the whole input */
	size_t elements; /* values in all, so that a small input stays small */
};

/* 16 MiB, a million values. */
extern const struct codec_limits codec_limits_default;

/* Appends v. Fails on other types, cycles (by depth); b is then as before. */
int codec_write(struct buf *b, struct value v, struct fault *f);

/* Reads exactly one value from n bytes; *vp is owned. limits NULL: default. */
int codec_read(const void *p, size_t n, const struct codec_limits *limits,
    struct value *vp, struct fault *f);

#endif
