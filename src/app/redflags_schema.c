/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the canonical registers, for a mapping that is changed by hand.  Of the
 * module redflag only its table of names is used outside the helper. */
#include "app/redflags.h"
#include "redflag/schema.h"

const char *
redflags_table(size_t i)
{
	return i < SCHEMA_TABLES ? schema_tables()[i].name : NULL;
}

const char *
redflags_column(const char *table, size_t i)
{
	int t = schema_find(table);

	return t >= 0 && i < schema_tables()[t].ncolumn ? schema_tables()[t].column[i].name :
	    NULL;
}
