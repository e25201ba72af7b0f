/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of lists and arrays share. */
#ifndef TYPES_COLLECTIONS_INTERNAL_H
#define TYPES_COLLECTIONS_INTERNAL_H

#include "types/member.h"
#include "types/types_internal.h"

extern const struct member_spec entry_members[];
extern const struct member_spec keyvalue_members[];
enum flow items_get_count(struct member_call *c);
enum flow items_get_rank(struct member_call *c);
enum flow items_get_false(struct member_call *c);
enum flow items_get_true(struct member_call *c);
enum flow items_get_self(struct member_call *c);
enum flow items_fixed_size(struct member_call *c);
size_t items_find_from(struct list *l, struct value what, size_t from, size_t
    to);
enum flow items_list_contains(struct member_call *c);
enum flow items_list_index_of(struct member_call *c);
enum flow items_list_reverse(struct member_call *c);
enum flow items_sort_items(struct run *r, struct list *l, size_t from, size_t
    n, struct value by);
enum flow items_list_sort(struct member_call *c);
enum flow items_list_clone(struct member_call *c);
enum flow items_list_copy_to(struct member_call *c);
enum flow items_get_value_at(struct member_call *c);
enum flow items_set_value_at(struct member_call *c);
enum flow items_get_length_of(struct member_call *c);
enum flow items_upper_bound(struct member_call *c);
enum flow items_lower_bound(struct member_call *c);
enum flow items_list_predicate(struct member_call *c);
enum flow items_list_foreach(struct member_call *c);
extern const struct member_spec array_members[];
extern const struct type_ops pair_ops;

#endif
