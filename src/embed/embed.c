/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/embed.h"

#include <string.h>

extern const struct embed_file embed_files[];
extern const size_t embed_n;

const struct embed_file *
embed_find(const char *name)
{
	size_t i;

	for (i = 0; i < embed_n; i++)
		if (strcmp(embed_files[i].name, name) == 0)
			return &embed_files[i];
	return NULL;
}

size_t
embed_count(void)
{
	return embed_n;
}

const struct embed_file *
embed_at(size_t i)
{
	return &embed_files[i];
}
