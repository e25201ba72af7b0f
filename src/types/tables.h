/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_TABLES_H
#define TYPES_TABLES_H

#include "types/types_internal.h"

/* Each file of types hands its tables over. */
void bits_init(void);
void builder_init(void);
void collections_init(void);
void credential_init(void);
void dates_init(void);
void dictionaries_init(void);
void environment_init(void);
void exceptions_init(void);
void ipaddress_init(void);
void mailaddress_init(void);
void math_init(void);
void numbers_init(void);
void objects_init(void);
void strings_init(void);
void system_init(void);
void uri_init(void);
void webutility_init(void);

/* DictionaryEntry or KeyValuePair of each entry, an Object[]. Owned. */
struct value dict_pairs(struct value v);
enum flow sort_keys(struct run *r, struct list *l);

/* FNV of plain bytes, for the hash of a type. */
uint32_t hash_bytes(const void *p, size_t n);

#endif
