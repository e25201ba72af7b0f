/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What dictionaries, sets and queues share. */
#ifndef TYPES_DICTIONARIES_INTERNAL_H
#define TYPES_DICTIONARIES_INTERNAL_H

#include "types/member.h"
#include "types/types_internal.h"

enum flow dicts_dict_count(struct member_call *c);
enum flow dicts_keys_of(struct run *r, struct value v, struct list **listp);
enum flow dicts_dict_clear_all(struct member_call *c);
enum flow dicts_self(struct member_call *c);
bool dicts_is_comparer_ignoring_case(struct value v);
enum flow dicts_to_array(struct member_call *c);
extern const struct member_spec set_members[];
extern const struct member_spec queue_members[];
extern const struct member_spec stack_members[];
extern const struct member_spec generic_queue_members[];
extern const struct member_spec generic_stack_members[];
extern const struct type_ops set_ops;
extern const struct type_ops queue_ops;

#endif
