/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/core/action.h"

#include <stddef.h>

const struct action *
action_find(const struct action *table, const void *self, uint32_t key)
{
	const struct action *a;

	if (table == NULL)
		return NULL;
	for (a = table; a->id != NULL; a++)
		if (key_in(key, a->keys) && (a->enabled == NULL || a->enabled(self)))
			return a;
	return NULL;
}
