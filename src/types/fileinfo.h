/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_FILEINFO_H
#define TYPES_FILEINFO_H

#include "core/type.h"

/* System.IO.FileInfo, DirectoryInfo and FileSystemInfo. */
extern struct type type_filesysteminfo, type_fileinfo, type_directoryinfo;

/* path is absolute, or text is what ToString gives where it is not NULL. */
struct value fileinfo_new(const char *path, bool directory, const char *text);
/* FileInfo or DirectoryInfo of what is there; null where nothing is. */
struct value fileinfo_of(const char *path);
/* The full path; NULL where v (without its wrapper) is neither. Borrowed. */
const char *fileinfo_path(struct value v);
/* FileAttributes as .NET sees them on Unix; -1 where there is nothing. */
int64_t fileinfo_attributes(const char *path);
/* "drwxr-xr-x" of a path; "" where there is nothing. */
void fileinfo_unix_mode(const char *path, char out[11]);

/*
 * Absolute, without . and .., relative to the run's location. Owned.
 */
char *fileinfo_full(struct run *r, const char *path);
/* The same for a path typed in the shell: ~, \ and drives of folders. */
char *fileinfo_from_shell(struct run *r, const char *path);

/* Names in a folder: folders then files where sorted, both by name. */
struct file_names {
	char **v;
	size_t n;
	size_t folders; /* the first so many are folders */
};
/* 0 or errno. A link to a folder counts as a folder. */
int file_names_read(const char *path, struct file_names *out);
void file_names_clear(struct file_names *n);

/* Ticks of a DateTime as seconds and nanoseconds, and back. */
struct timespec;
void ticks_to_timespec(struct value date, struct timespec *ts);
struct value timespec_to_date(const struct timespec *ts, bool utc);

struct member_call;
/* The exception .NET throws for errno. */
enum flow fileinfo_throw(struct member_call *c, int error, const char *path,
    bool directory);

/* What a Stream has left; false: v is none, is closed or failed. */
struct buf;
bool stream_read_all(struct value v, struct buf *out);

void fileinfo_init(void);
void path_init(void);
void file_init(void);
void stream_init(void);

#endif
