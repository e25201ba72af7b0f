/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of System.String share. */
#ifndef TYPES_STRINGS_INTERNAL_H
#define TYPES_STRINGS_INTERNAL_H

#include "types/member.h"
#include "types/types_internal.h"

/* StringComparison among the arguments: ignore case? ordinal? */
struct how {
	bool fold;
	bool ordinal;
};

struct string *str_self(struct member_call *c);
struct value str_take_text(char *text, size_t n);
struct value str_text_arg(struct value v);
struct how str_comparison(struct member_call *c, size_t from, bool ordinal);
enum flow str_compare(struct member_call *c);
enum flow str_compare_ordinal(struct member_call *c);
enum flow str_compare_to(struct member_call *c);
enum flow str_equals(struct member_call *c);
enum flow str_contains(struct member_call *c);
enum flow str_starts_with(struct member_call *c);
enum flow str_ends_with(struct member_call *c);
enum flow str_bad_start(struct member_call *c);
enum flow str_index_of(struct member_call *c);
enum flow str_last_index_of(struct member_call *c);
bool str_is_one_of(uint16_t unit, struct list *set);
enum flow str_index_of_any(struct member_call *c);
enum flow str_substring(struct member_call *c);
enum flow str_remove_part(struct member_call *c);
enum flow str_insert(struct member_call *c);
enum flow str_trim(struct member_call *c);
enum flow str_pad(struct member_call *c);
enum flow str_replace(struct member_call *c);
enum flow str_split(struct member_call *c);
enum flow str_to_upper(struct member_call *c);
enum flow str_to_lower(struct member_call *c);
enum flow str_to_char_array(struct member_call *c);
enum flow str_concat(struct member_call *c);
enum flow str_join(struct member_call *c);
enum flow str_format(struct member_call *c);
enum flow str_is_null_or(struct member_call *c);
enum flow str_normalize(struct member_call *c);
enum flow str_is_normalized(struct member_call *c);
enum flow str_line_endings(struct member_call *c);
enum flow str_enumerate(struct member_call *c);
extern const struct member_spec char_members[];

#endif
