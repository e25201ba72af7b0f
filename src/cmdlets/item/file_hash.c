/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-FileHash, Unblock-File. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/mem.h"
#include "core/object.h"
#include "net/hash.h"
#include "types/types.h"

enum {
	H_PATH,
	H_LITERAL_PATH,
	H_INPUT_STREAM,
	H_ALGORITHM,
};

static const char *const hash_params_algorithm[] = { "SHA1", "SHA256", "SHA384", "SHA512", "MD5", NULL };

static const struct param_spec hash_params[] = {
	{ "Path", "string[]", NULL,
	    "Path/0mvp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/0mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "InputStream", "System.IO.Stream", NULL,
	    "StreamParameterSet/0m", 0, NULL, 0, 0,
	    "inputstream" },
	{ "Algorithm", "string", NULL,
	    "*/1", 0, hash_params_algorithm, 0, 0,
	    "algorithm" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static const struct {
	const char *name;
	enum hash_kind kind;
} algorithms[] = {
	{ "SHA256", HASH_SHA256 },
	{ "SHA1", HASH_SHA1 },
	{ "SHA384", HASH_SHA384 },
	{ "SHA512", HASH_SHA512 },
	{ "MD5", HASH_MD5 },
};

static enum flow
give(struct call *c, const void *data, size_t len, const char *path)
{
	const char *name = call_string(c, H_ALGORITHM);
	struct object *o = object_new("Microsoft.Powershell.Utility.FileHash");
	char text[HASH_HEX_SIZE];
	size_t which = 0;

	for (size_t i = 0; name != NULL &&
	     i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (strcasecmp(algorithms[i].name, name) == 0)
			which = i;
	(void)hash_hex(algorithms[which].kind, data, len, text);
	for (char *s = text; *s != '\0'; s++)
		*s = (char)toupper((unsigned char)*s);
	object_set_take(o, "Algorithm",
	    value_string(algorithms[which].name));
	object_set_take(o, "Hash", value_string(text));
	object_set_take(o, "Path", path == NULL ? VALUE_NULL :
						  value_string(path));
	return call_emit_take(c, object_value(o));
}

/* Mapped, so that a large file is not held. */
static enum flow
hash_one(struct call *c, const struct place *p, void *arg)
{
	struct stat st;
	void *map = NULL;
	int fd, error;
	enum flow flow;

	(void)arg;
	if (p->provider != PROVIDER_FILESYSTEM || place_is_container(c, p))
		return FLOW_MORE;
	fd = open(p->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0) {
		error = errno;
		if (fd >= 0)
			(void)close(fd);
		return place_failed(c, p, error, "FileReadError", "ReadError");
	}
	if (st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
		    fd, 0);
	error = errno;
	(void)close(fd);
	if (map == MAP_FAILED)
		return place_failed(c, p, error, "FileReadError", "ReadError");
	flow = give(c, map == NULL ? "" : map, (size_t)st.st_size, p->path);
	if (map != NULL)
		(void)munmap(map, (size_t)st.st_size);
	return flow;
}

static enum flow
hash_process(struct call *c)
{
	struct buf b = { 0 };
	enum flow flow;

	if (!call_bound(c, H_INPUT_STREAM))
		return place_each_of(c, H_PATH, H_LITERAL_PATH, 0, NULL,
		    hash_one, NULL);
	if (!stream_read_all(call_param(c, H_INPUT_STREAM), &b)) {
		buf_clear(&b);
		return call_faultf(c, FAULT_INVALID, "InvalidStream",
		    VALUE_NULL, "Cannot access a closed Stream.");
	}
	flow = give(c, buf_text(&b), b.len, NULL);
	buf_clear(&b);
	return flow;
}

const struct cmdlet cmdlet_get_file_hash = {
	.name = "Get-FileHash",
	.class_name = "Microsoft.PowerShell.Commands.GetFileHashCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "Path",
	.params = hash_params,
	.synopsis = "Gives a digest of a file",
	.process = hash_process,
};

enum {
	U_PATH,
	U_LITERAL_PATH,
};

static const struct param_spec unblock_params[] = {
	{ "Path", "string[]", NULL,
	    "ByPath/0m", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "ByLiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* Linux marks no downloads: what is there is unblocked. */
static enum flow
unblock_one(struct call *c, const struct place *p, void *arg)
{
	(void)c;
	(void)p;
	(void)arg;
	return FLOW_MORE;
}

static enum flow
unblock_process(struct call *c)
{
	return place_each_of(c, U_PATH, U_LITERAL_PATH, 0, NULL, unblock_one,
	    NULL);
}

const struct cmdlet cmdlet_unblock_file = {
	.name = "Unblock-File",
	.class_name = "Microsoft.PowerShell.Commands.UnblockFileCommand",
	.module = "Microsoft.PowerShell.Utility",
	.default_set = "ByPath",
	.flags = CMDLET_SHOULD_PROCESS,
	.params = unblock_params,
	.synopsis = "Takes the mark of a download off a file",
	.process = unblock_process,
};
