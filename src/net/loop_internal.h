/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_LOOP_INTERNAL_H
#define NET_LOOP_INTERNAL_H

struct event_base;
struct loop;

/* Something that nobody owns any more and that goes with the loop at the
 * latest: a closed connection whose output is still on its way. */
struct loop_orphan {
	struct loop_orphan *next, **prevp; /* prevp NULL: in no list */
	void (*end)(struct loop_orphan *);
};

void loop_orphan_add(struct loop *l, struct loop_orphan *o);
void loop_orphan_remove(struct loop_orphan *o);

/* For libunbound, which brings its own events. */
struct event_base *loop_base(struct loop *l);

#endif
