/* SPDX-License-Identifier: Apache-2.0 */
/* Roles and scopes: what a person of the roster may do, and where. */
#include <string.h>

#include "entry/roster.h"

static const char *const roles[ROLE_COUNT] = {
	"inspector", "reviewer", "staff", "supervisor", "admin",
};

const char *
role_name(enum role r)
{
	int i;

	for (i = 0; i < ROLE_COUNT; i++)
		if ((unsigned)r == 1u << i)
			return roles[i];
	return "";
}

unsigned
role_parse(const char *name)
{
	int i;

	for (i = 0; i < ROLE_COUNT; i++)
		if (name != NULL && strcmp(name, roles[i]) == 0)
			return 1u << i;
	return 0;
}

const char *
end_mode_name(enum end_mode m)
{
	return m == END_LOST ? "lost" : m == END_RETIRED ? "retired" : "";
}

const char *
item_kind_name(enum item_kind k)
{
	return k == ITEM_FORM ? "form" : k == ITEM_RULES ? "rules" : "data";
}

/* Digits that say something: pairs of zeros at the end are no level.  0: no code. */
static size_t
level(const char *code)
{
	size_t n;

	if (code == NULL)
		return 0;
	n = strlen(code);
	if ((n != 2 && n != 4 && n != SCOPE_TEXT) || strspn(code, "0123456789") != n)
		return 0;
	while (n > 2 && code[n - 1] == '0' && code[n - 2] == '0')
		n -= 2;
	return n;
}

bool
scope_valid(const char *scope)
{
	return level(scope) != 0;
}

bool
scope_covers(const char *scope, const char *division)
{
	size_t s = level(scope), d = level(division);

	return s != 0 && d != 0 && s <= d && memcmp(scope, division, s) == 0;
}

bool
roster_may(const struct roster_person *p, enum role role, const char *division)
{
	int i;

	if (p == NULL || p->disabled || !(p->roles & (unsigned)role))
		return false;
	for (i = 0; i < p->nscope; i++)
		if (scope_covers(p->scopes[i], division))
			return true;
	return false;
}
