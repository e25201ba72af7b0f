/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_MAP_PIDF_H
#define GATEWAY_MAP_PIDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/fault.h"
#include "xml/xml.h"

/*
 * Presence documents (RFC 3863, 4479, 4480) and presence stanzas: what is
 * known of one user's devices, read from and written to both [9.5].
 */

#define PIDF_TYPE "application/pidf+xml"
/* LIMIT: devices of one user (G-09), a document (E-14), a status text. */
#define PIDF_DEVICES_MAX 32
#define PIDF_BYTES_MAX	 65536
#define PIDF_NOTE_MAX	 1024

/* In the order of "most available" [9.5]. */
enum pidf_show {
	PIDF_CHAT,
	PIDF_ONLINE,
	PIDF_DND,
	PIDF_AWAY,
	PIDF_XA,
};

struct pidf_device {
	char *resource; /* never empty */
	enum pidf_show show;
	int priority;	/* -128 .. 127 */
	char *note, *lang; /* NULL: none */
	int64_t idle_since; /* seconds since 1970; 0: not idle */
	int64_t at;	    /* when it was told, for ordering */
};

/* Devices that are available. None: the user is not. Zeroed is empty. */
struct pidf {
	struct pidf_device *devices;
	size_t n;
	char *note; /* of a closed document: "last seen" texts; NULL: none */
};

void pidf_clear(struct pidf *p);
void pidf_copy(struct pidf *to, const struct pidf *from);
struct pidf_device *pidf_find(const struct pidf *p, const char *resource);
/* The most available one first; NULL where there is none. */
const struct pidf_device *pidf_best(const struct pidf *p);
bool pidf_same_device(
    const struct pidf_device *a, const struct pidf_device *b);

/*
 * A presence stanza of a full JID changes the devices; resource NULL (a bare
 * JID's unavailable) takes all away. Returns whether anything changed.
 */
bool pidf_take_stanza(struct pidf *p, const struct xml *presence,
    const char *resource, int64_t wall);

/* The stanza that tells one device; from is bare, the resource is added. */
struct xml *pidf_stanza(
    const struct pidf_device *d, const char *from, const char *to, bool notes);

/*
 * One document for all devices, the best one's tuple first [P1]. entity is
 * a whole URI, im the contact's; notes false leaves status texts out.
 */
void pidf_write(const struct pidf *p, const char *entity, const char *im,
    bool notes, struct buf *out);

/* fallback names the device of a document whose tuple ids tell none [B6]. */
int pidf_read(const char *data, size_t len, const char *fallback,
    int64_t wall, struct pidf *p, struct fault *f);

/* "ID-" and the resource as an NCName, and back (NULL: not one of ours). */
void pidf_tuple_id(const char *resource, struct buf *out);
char *pidf_tuple_resource(const char *id);

#endif
