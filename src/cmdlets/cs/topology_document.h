/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_TOPOLOGY_DOCUMENT_H
#define CMDLETS_CS_TOPOLOGY_DOCUMENT_H

#include "core/buf.h"
#include "store/store.h"

/*
 * The topology as XML: an element an object (SipDomain, Site, Registrar,
 * EdgeServer), an attribute a property; lists with blanks between. What
 * Get-CsTopology -AsXml prints is what Publish-CsTopology takes.
 */

/* LIMIT: bytes of a document. */
#define TOPOLOGY_DOCUMENT_MAX ((size_t)1 << 20)

int topology_document_write(struct store *s, struct buf *b, struct fault *f);
/*
 * Makes the store what the document says, in one change: a SIP domain that is
 * not in it goes, a property that is not in it is as it was made.
 */
int topology_document_apply(
    struct store *s, const char *text, size_t len, struct fault *f);

#endif
