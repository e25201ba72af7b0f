/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_TABLES_H
#define TYPES_TABLES_H

#include "types/types_internal.h"

/* Each file of types hands its tables over. */
void builder_init(void);
void collections_init(void);
void credential_init(void);
void dates_init(void);
void dictionaries_init(void);
void environment_init(void);
void exceptions_init(void);
void objects_init(void);
void math_init(void);
void numbers_init(void);
void strings_init(void);
void system_init(void);

/* DictionaryEntry or KeyValuePair of each entry, an Object[]. Owned. */
struct value dict_pairs(struct value v);
enum flow sort_keys(struct run *r, struct list *l);

#endif
