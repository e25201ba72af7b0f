/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The object of what a path names, with the properties all of them have. */
#include "config.h"

#include <sys/stat.h>

#include "cmdlets/item/item_internal.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/textfile.h"
#include "types/encoding.h"
#include "types/types.h"

void
item_add_notes(const struct place *p, struct value v)
{
	struct object *o = value_instance_members(v, true);
	struct place parent;
	char *text;

	if (o == NULL)
		return;
	text = place_full(p);
	object_set_take(o, "PSPath", value_string_take(text));
	if (place_parent(p, &parent)) {
		text = place_full(&parent);
		place_clear(&parent);
	} else {
		text = mem_strdup("");
	}
	object_set_take(o, "PSParentPath", value_string_take(text));
	object_set_take(o, "PSChildName", value_string(place_leaf(p)));
	if (p->drive != NULL)
		object_set_take(o, "PSDrive", drive_value(p->drive));
	object_set_take(o, "PSProvider", provider_value(p->provider));
}

struct value
item_wrap(const struct place *p, struct value take, bool container)
{
	struct value v = value_wrap(take);
	struct object *o;

	value_unref(take);
	item_add_notes(p, v);
	o = value_instance_members(v, true);
	if (o != NULL)
		object_set_take(o, "PSIsContainer", value_bool(container));
	return v;
}

enum flow
item_at(struct call *c, const struct place *p, struct value *outp)
{
	struct value v = VALUE_NULL;
	struct stat st;
	bool folder = false;
	enum flow flow = FLOW_MORE;

	*outp = VALUE_NULL;
	if (p->provider == PROVIDER_FILESYSTEM) {
		folder = stat(p->path, &st) == 0 && S_ISDIR(st.st_mode);
		v = fileinfo_new(p->path, folder, NULL);
	} else if (p->path[0] == '\0' && p->drive != NULL) {
		folder = true;
		v = drive_value(p->drive);
	} else {
		flow = flat_item(c, p, &v);
	}
	if (flow == FLOW_MORE && !value_is_nothing(v))
		*outp = item_wrap(p, v, folder);
	return flow;
}

enum flow
item_emit(struct call *c, const struct place *p)
{
	struct value v = VALUE_NULL;
	enum flow flow = item_at(c, p, &v);

	if (flow != FLOW_MORE || value_is_nothing(v))
		return flow;
	return call_emit_take(c, v);
}

enum flow
encoding_param(struct call *c, size_t param, unsigned *encodingp)
{
	struct value v = value_base(call_param(c, param));
	enum text_encoding e = TEXT_UTF8;
	char *text, *message;
	struct error_spec spec = {
		.exception =
		    "System.Management.Automation.ParameterBindingException",
		.id = "ParameterArgumentTransformationError",
		.category = "InvalidData" };
	enum flow flow;

	*encodingp = TEXT_UTF8;
	if (value_is_nothing(v))
		return FLOW_MORE;
	if (encoding_which(v, &e)) {
		*encodingp = e;
		return FLOW_MORE;
	}
	text = value_text_plain(v);
	if (text_encoding_find(text, &e)) {
		*encodingp = e;
		mem_free(text);
		return FLOW_MORE;
	}
	message = mem_printf("Cannot process argument transformation on "
			     "parameter 'Encoding'. '%s' is not a supported "
			     "encoding name. For information on defining a "
			     "custom encoding, see the documentation for the "
			     "Encoding.RegisterProvider method. (Parameter "
			     "'name')", text);
	spec.message = message;
	flow = call_throw(c, &spec);
	mem_free(message);
	mem_free(text);
	return flow;
}
