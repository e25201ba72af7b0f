/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_ITEM_ITEM_INTERNAL_H
#define CMDLETS_ITEM_ITEM_INTERNAL_H

#include "core/cmdlet.h"
#include "types/drives.h"
#include "types/fileinfo.h"

/*
 * Where something is: a provider's own path. For files it is absolute and
 * plain; for the flat providers a name, "" for the drive itself.
 */
struct place {
	enum provider provider;
	struct drive *drive; /* a reference, or NULL: a path with provider */
	char *path;
};

void place_init(struct place *p);
void place_clear(struct place *p);
void place_copy(struct place *to, const struct place *from);
/* A path as it was typed: drives, providers, ~, \ and . are understood.
 * *okp false: an error was reported. */
enum flow place_parse(struct call *c, const char *text, struct place *out,
    bool *okp);
enum flow place_parse_quiet(struct call *c, const char *text,
    struct place *out, bool *okp);
/* "X:/y" as people see it. Owned. */
char *place_text(const struct place *p);
/* With the provider's name in front. Owned. */
char *place_full(const struct place *p);
/* Below p: name may hold slashes. */
void place_child(const struct place *p, const char *name, struct place *out);
/* false: the top. */
bool place_parent(const struct place *p, struct place *out);
/* The last part. Borrowed. */
const char *place_leaf(const struct place *p);
bool place_exists(struct call *c, const struct place *p);
bool place_is_container(struct call *c, const struct place *p);
bool place_is_hidden(const struct place *p);

/* Path not found, as every cmdlet says it. */
enum flow place_missing(struct call *c, const struct place *p);
/* An error of errno about a path, under an id ("GetContentReader" ...). */
enum flow place_failed(struct call *c, const struct place *p, int error,
    const char *id, const char *category);

/* -Filter, -Include, -Exclude; lists or null, borrowed. */
struct name_filter {
	const char *filter;
	struct value include, exclude;
};
bool name_passes(const struct name_filter *f, const char *name);

enum {
	GLOB_LITERAL = 1 << 0,
	GLOB_HIDDEN = 1 << 1,   /* hidden names match too */
	GLOB_QUIET = 1 << 2,    /* no error where nothing is */
	GLOB_MAKE = 1 << 3,     /* what is not there is given all the same */
};
typedef enum flow place_fn(struct call *c, const struct place *p, void *arg);
/* Each place a path names. */
enum flow place_each(struct call *c, const char *text, unsigned flags,
    const struct name_filter *filter, place_fn *fn, void *arg);
/* The same for each string of -Path or -LiteralPath (param indexes). */
enum flow place_each_of(struct call *c, size_t path, size_t literal,
    unsigned flags, const struct name_filter *filter, place_fn *fn,
    void *arg);
/* Names below a container in the order of Get-ChildItem. */
enum flow place_names(struct call *c, const struct place *p,
    struct file_names *out);
bool glob_has(const char *text); /* wildcards outside of backticks */

/* The object of what is at p, with its PS properties. */
enum flow item_at(struct call *c, const struct place *p, struct value *outp);
struct value item_wrap(const struct place *p, struct value take,
    bool container);
/* The PS properties alone, for Get-ItemProperty. */
void item_add_notes(const struct place *p, struct value wrapped);
/* item_at() and emit. */
enum flow item_emit(struct call *c, const struct place *p);

/* Environment, variables, functions, aliases. */
bool flat_exists(struct call *c, const struct place *p);
enum flow flat_item(struct call *c, const struct place *p,
    struct value *outp);
enum flow flat_names(struct call *c, const struct place *p,
    struct file_names *out);
/* v null removes or clears; reports what cannot be done. */
enum flow flat_set(struct call *c, const struct place *p, struct value v,
    bool force);
enum flow flat_remove(struct call *c, const struct place *p, bool force);
enum flow flat_content(struct call *c, const struct place *p,
    struct value *outp);

/* -Encoding: a name, a code page or a System.Text.Encoding. */
enum text_encoding;
enum flow encoding_param(struct call *c, size_t param, unsigned *encodingp);

int file_tree_remove(const char *path, char **whichp);

extern const struct cmdlet cmdlet_add_content, cmdlet_clear_content,
    cmdlet_clear_item, cmdlet_clear_item_property, cmdlet_convert_path,
    cmdlet_copy_item, cmdlet_copy_item_property, cmdlet_get_child_item,
    cmdlet_get_content, cmdlet_get_file_hash, cmdlet_get_item,
    cmdlet_get_item_property, cmdlet_get_item_property_value,
    cmdlet_get_location, cmdlet_get_ps_drive, cmdlet_get_ps_provider,
    cmdlet_invoke_item, cmdlet_join_path, cmdlet_move_item,
    cmdlet_move_item_property, cmdlet_new_item, cmdlet_new_item_property,
    cmdlet_new_ps_drive, cmdlet_new_temporary_file, cmdlet_pop_location,
    cmdlet_push_location, cmdlet_remove_item, cmdlet_remove_item_property,
    cmdlet_remove_ps_drive, cmdlet_rename_item, cmdlet_rename_item_property,
    cmdlet_resolve_path, cmdlet_set_content, cmdlet_set_item,
    cmdlet_set_item_property, cmdlet_set_location, cmdlet_split_path,
    cmdlet_test_path, cmdlet_unblock_file;

#endif
