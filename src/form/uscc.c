/* SPDX-License-Identifier: Apache-2.0 */
/* GB 32100-2015: 17 characters of 31, weighted by powers of 3 modulo 31. */
#include <string.h>

#include "form/form.h"

enum {
	USCC_LEN = 18,
};

bool
form_uscc_ok(const char *s, size_t n)
{
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	int i, sum = 0, weight = 1;
	const char *at;

	if (n != USCC_LEN)
		return false;
	for (i = 0; i < USCC_LEN - 1; i++) {
		at = s[i] != '\0' ? strchr(set, s[i]) : NULL;
		if (at == NULL)
			return false;
		sum += weight * (int)(at - set);
		weight = weight * 3 % 31;
	}
	return s[USCC_LEN - 1] == set[(31 - sum % 31) % 31];
}
