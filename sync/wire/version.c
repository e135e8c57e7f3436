/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/version.h"

#include <string.h>

static const char *const features[FEATURES] = {
	"zstd-1", "implicit-creation", "proofs", "tus-extensions", "work",
};

/* A number at *p, which then stands behind it and its comma; -1: none. */
static int
next_number(const char **p)
{
	int v = 0, digits = 0;

	while (**p >= '0' && **p <= '9' && digits < 6) {
		v = 10 * v + (**p - '0');
		(*p)++;
		digits++;
	}
	if (digits == 0 || (**p != ',' && **p != '\0'))
		return -1;
	if (**p == ',')
		(*p)++;
	return v;
}

enum version_side
version_judge(const char *supported, int *best)
{
	enum version_side side = VERSION_HUB_OLD;
	const char *p = supported;
	int v;

	*best = -1;
	while (*p != '\0' && (v = next_number(&p)) >= 0) {
		if (v == WIRE_PROTOCOL)
			*best = v;
		if (v > WIRE_PROTOCOL && side == VERSION_HUB_OLD)
			side = VERSION_CLIENT_OLD;
	}
	return *best >= 0 ? VERSION_COMMON : side;
}

bool
version_foreign(const char *path)
{
	size_t digits;

	if (strncmp(path, "/v", 2) != 0)
		return false;
	digits = strspn(path + 2, "0123456789");
	if (digits == 0 || digits > 6 || path[2 + digits] != '/')
		return false;
	return digits != sizeof(WIRE_SUPPORTED) - 1 ||
	    memcmp(path + 2, WIRE_SUPPORTED, digits) != 0;
}

const char *
feature_name(size_t i)
{
	return i < FEATURES ? features[i] : NULL;
}

unsigned
feature_find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < FEATURES; i++)
		if (strlen(features[i]) == n && memcmp(features[i], name, n) == 0)
			return 1u << i;
	return 0;
}
