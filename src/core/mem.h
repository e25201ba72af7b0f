/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stddef.h>

/*
 * Allocation that does not fail: running out of memory ends the process (its
 * supervisor starts it again). Sizes that come from a peer are checked
 * against a limit before they reach these functions.
 */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
void *mem_realloc(void *p, size_t size);

/* n elements of size bytes; an overflow of the product ends the process. */
void *mem_array(size_t n, size_t size);
void *mem_array_grow(void *p, size_t n, size_t size);

char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *mem_dup(const void *p, size_t n);

/* Accepts NULL. */
void mem_free(void *p);

/* Overwrites so that the compiler may not leave it out: for secrets. */
void mem_wipe(void *p, size_t size);

/* Wipes and frees a string; accepts NULL. */
void mem_free_secret(char *s);

#ifdef __clang_analyzer__
/* One file is analysed at a time: say that these never return NULL. */
#define MEM_ALWAYS __attribute__((returns_nonnull))
void *mem_alloc(size_t size) MEM_ALWAYS;
void *mem_zalloc(size_t size) MEM_ALWAYS;
void *mem_realloc(void *p, size_t size) MEM_ALWAYS;
void *mem_array(size_t n, size_t size) MEM_ALWAYS;
void *mem_array_grow(void *p, size_t n, size_t size) MEM_ALWAYS;
char *mem_strdup(const char *s) MEM_ALWAYS;
char *mem_strndup(const char *s, size_t n) MEM_ALWAYS;
char *mem_printf(const char *fmt, ...) MEM_ALWAYS;
void *mem_dup(const void *p, size_t n) MEM_ALWAYS;
#endif

#endif
