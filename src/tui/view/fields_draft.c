/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view/fields_draft.h"

#include <string.h>

enum {
	UNIT = 0x1f,		/* between name and value */
	RECORD = 0x1e,		/* between fields */
};

void
fields_write(const struct fieldset *fs, const char *const *names, struct fj_buf *out)
{
	size_t i;

	fj_buf_clear(out);
	for (i = 0; names[i] != NULL; i++)
		fj_buf_printf(out, "%s%c%s%c", names[i], UNIT, fieldset_value(fs, names[i]), RECORD);
}

void
fields_read(struct fieldset *fs, char *text)
{
	while (*text != '\0') {
		char *value = strchr(text, UNIT), *end = value != NULL ? strchr(value, RECORD) : NULL;

		if (end == NULL)
			return;
		*value++ = '\0';
		*end = '\0';
		fieldset_set(fs, text, value, NULL);
		text = end + 1;
	}
}
