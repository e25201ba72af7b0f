/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZIP archives of stored files (PKWARE's APPNOTE 6.3, 4.3). */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "cmdlets/cs/zip.h"

#define LOCAL_SIGN     0x04034b50u
#define DIRECTORY_SIGN 0x02014b50u
#define END_SIGN       0x06054b50u
#define LOCAL_SIZE     30u
#define DIRECTORY_SIZE 46u
#define END_SIZE       22u

/* LIMIT: entries of an archive that is read. */
#define ENTRIES_MAX 64u

static uint32_t
crc_of(const unsigned char *p, size_t n)
{
	static uint32_t table[256];
	uint32_t c = 0xffffffffu;
	uint32_t i, k;

	for (i = 0; table[255] == 0 && i < 256; i++) {
		table[i] = i;
		for (k = 0; k < 8; k++)
			table[i] = (table[i] & 1) != 0
			    ? 0xedb88320u ^ (table[i] >> 1)
			    : table[i] >> 1;
	}
	while (n-- > 0)
		c = table[(c ^ *p++) & 0xff] ^ (c >> 8);
	return c ^ 0xffffffffu;
}

static void
put16(struct buf *b, unsigned v)
{
	buf_add_byte(b, (char)(v & 0xff));
	buf_add_byte(b, (char)(v >> 8 & 0xff));
}

static void
put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

static uint32_t
get16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
get32(const unsigned char *p)
{
	return get16(p) | get16(p + 2) << 16;
}

void
zip_begin(struct zip *z)
{
	buf_init(&z->out);
	buf_init(&z->directory);
	z->entries = 0;
}

/* What both headers say of an entry, from "version needed" on. */
static void
put_entry(struct buf *b, uint32_t crc, size_t len, size_t name_len)
{
	put16(b, 20);     /* version 2.0 */
	put16(b, 0x0800); /* names are UTF-8 */
	put16(b, 0);      /* stored */
	put16(b, 0);      /* time, date: 1 January 1980, so that the same */
	put16(b, 0x0021); /* content is the same archive */
	put32(b, crc);
	put32(b, (uint32_t)len);
	put32(b, (uint32_t)len);
	put16(b, (unsigned)name_len);
	put16(b, 0);
}

void
zip_add(struct zip *z, const char *name, const void *data, size_t len)
{
	uint32_t at = (uint32_t)z->out.len, crc = crc_of(data, len);

	put32(&z->out, LOCAL_SIGN);
	put_entry(&z->out, crc, len, strlen(name));
	buf_add_str(&z->out, name);
	buf_add(&z->out, data, len);

	put32(&z->directory, DIRECTORY_SIGN);
	put16(&z->directory, 20);
	put_entry(&z->directory, crc, len, strlen(name));
	put16(&z->directory, 0); /* comment, disk, attributes */
	put16(&z->directory, 0);
	put16(&z->directory, 0);
	put32(&z->directory, 0);
	put32(&z->directory, at);
	buf_add_str(&z->directory, name);
	z->entries++;
}

void
zip_end(struct zip *z, struct buf *b)
{
	uint32_t at = (uint32_t)z->out.len;

	buf_add(b, z->out.data, z->out.len);
	buf_add(b, z->directory.data, z->directory.len);
	put32(b, END_SIGN);
	put16(b, 0);
	put16(b, 0);
	put16(b, z->entries);
	put16(b, z->entries);
	put32(b, (uint32_t)z->directory.len);
	put32(b, at);
	put16(b, 0);
	buf_clear(&z->out);
	buf_clear(&z->directory);
}

static int
damaged(struct fault *f, const char *what)
{
	return fault_set(f, FAULT_INVALID_DATA,
	    "the archive is damaged: %s; export it again", what);
}

/* d: the entry's place in the directory; all within data. */
static int
take_entry(const unsigned char *data, size_t len, const unsigned char *d,
    const unsigned char **p, size_t *np, struct fault *f)
{
	size_t at = get32(d + 42), size = get32(d + 20), head;

	if (get16(d + 10) != 0)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the archive was packed again with compression; use the "
		    "file as it was exported");
	if (at > len || len - at < LOCAL_SIZE ||
	    get32(data + at) != LOCAL_SIGN)
		return damaged(f, "an entry is not where it should be");
	head = LOCAL_SIZE + get16(data + at + 26) + get16(data + at + 28);
	if (len - at < head || len - at - head < size)
		return damaged(f, "it ends too early");
	if (crc_of(data + at + head, size) != get32(d + 16))
		return damaged(f, "a check sum is wrong");
	*p = data + at + head;
	*np = size;
	return 0;
}

int
zip_find(const void *archive, size_t len, const char *name,
    const unsigned char **p, size_t *np, struct fault *f)
{
	const unsigned char *data = archive;
	size_t at, step, name_len = strlen(name);
	uint32_t n;

	if (len < END_SIZE || get32(data + len - END_SIZE) != END_SIGN)
		return fault_set(f, FAULT_INVALID_DATA,
		    "this is no archive that Export-CsConfiguration or "
		    "Export-CsUserData wrote, or it ends too early");
	at = get32(data + len - END_SIZE + 16);
	n = get16(data + len - END_SIZE + 10);
	if (n > ENTRIES_MAX)
		return damaged(f, "it holds too many files");
	for (; n > 0; n--, at += step) {
		if (at > len || len - at < DIRECTORY_SIZE ||
		    get32(data + at) != DIRECTORY_SIGN)
			return damaged(f, "its directory makes no sense");
		step = DIRECTORY_SIZE + get16(data + at + 28) +
		    get16(data + at + 30) + get16(data + at + 32);
		if (len - at < step)
			return damaged(f, "its directory ends too early");
		if (get16(data + at + 28) == name_len &&
		    memcmp(data + at + DIRECTORY_SIZE, name, name_len) == 0)
			return take_entry(data, len, data + at, p, np, f);
	}
	return fault_set(f, FAULT_INVALID_DATA,
	    "the archive holds no \"%s\": it is not one of ours", name);
}
