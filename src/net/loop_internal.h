/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_LOOP_INTERNAL_H
#define NET_LOOP_INTERNAL_H

struct event_base;
struct loop;

/* For libunbound, which brings its own events. */
struct event_base *loop_base(struct loop *l);

#endif
