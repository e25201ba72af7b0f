/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"

/*
 * Live state that survives a restart (subscriptions, registrations): records
 * of bytes under a key of bytes, kept in memory and in a journal beside it.
 * One writer a journal; a second opener gets FAULT_BUSY.
 *
 * A change is written, not synced, before the call returns: it survives the
 * end of this process at once, and the end of the machine after the next
 * live_step. Read whole by live_open; a torn tail is dropped.
 */
struct live;

/* LIMIT: a record's key and value. */
#define LIVE_KEY_MAX   8192
#define LIVE_VALUE_MAX (1024 * 1024)

/* dir is a directory's descriptor or AT_FDCWD; it is only borrowed, but has
 * to stay open as long as the journal. The file is made where missing. */
int live_open(int dir, const char *name, struct live **lp, struct fault *f);
/* Syncs and closes; accepts NULL. */
void live_close(struct live *l);

/*
 * Both hold in memory in any case. -1 says that the journal could not be
 * written (FAULT_DISK_FULL ...): a later live_step writes it again.
 * Removing what is not there is fine.
 */
int live_put(struct live *l, const void *key, size_t key_len,
    const void *value, size_t len, struct fault *f);
int live_remove(
    struct live *l, const void *key, size_t key_len, struct fault *f);

/* The value or NULL; borrowed until the next change. */
const void *live_get(
    const struct live *l, const void *key, size_t key_len, size_t *lenp);

/* Walks all records in no order until fn returns false; fn changes nothing. */
void live_each(const struct live *l,
    bool (*fn)(const void *key, size_t key_len, const void *value, size_t len,
	void *arg),
    void *arg);
size_t live_count(const struct live *l);

/*
 * For a timer, once a second or so: syncs what was written, and rewrites
 * the journal without what is no longer true once that is most of it. A step
 * writes at most about 256 KiB, so it bounds the time it takes. Returns 1
 * while there is more to do at once, 0 when not, -1 when the disk refuses.
 */
int live_step(struct live *l, struct fault *f);

/* What live_open dropped from a torn tail, and the journal's size now. */
uint64_t live_dropped(const struct live *l);
uint64_t live_size(const struct live *l);

#endif
