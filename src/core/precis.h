/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_PRECIS_H
#define CORE_PRECIS_H

/*
 * Names beyond ASCII as network protocols compare them. Each takes UTF-8 and
 * gives the caller's own string, or NULL where the rules refuse the text.
 */

/* RFC 8265 UsernameCaseMapped: width, case, NFC, IdentifierClass, bidi. */
char *precis_username(const char *text);

/* RFC 8265 OpaqueString: odd spaces to U+0020, NFC, FreeformClass. */
char *precis_opaque(const char *text);

/* UTS #46 without transitional mappings, bidi and joiners checked. */
char *precis_to_a_labels(const char *domain);
char *precis_to_u_labels(const char *domain);

#endif
