/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the parts of a request that the hub reads by itself: path, version,
 * numbers and heads of the query, header lines of tus and of the coding. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/pull.h"
#include "hub/routes.h"
#include "hub/upload_header.h"
#include "wire/version.h"
#include "wire/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
path(const char *text)
{
	static const enum verb verbs[] = { VERB_GET, VERB_HEAD, VERB_POST, VERB_PATCH, VERB_DELETE,
		VERB_OPTIONS, VERB_OTHER };
	char allowed[64];
	struct ask a;
	size_t i;
	bool found = false, named = false;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		memset(&a, 0, sizeof(a));
		if (route_find(verbs[i], text, &a, allowed) != NULL)
			found = true;
		else if (allowed[0] != '\0')
			named = true;
		if (strlen(allowed) >= sizeof(allowed))
			abort();
	}
	/* A path that a method is named for has it, and is of no other version. */
	if ((named && !found) || (found && version_foreign(text)))
		abort();
}

static void
query(const char *text, size_t n)
{
	struct have *have = NULL;
	uint64_t number;
	char again[24];
	size_t k = 0;
	int best;

	if (have_read(text, n, &have, &k, NULL) == FJ_OK) {
		if (k > WIRE_HEADS)
			abort();
		free(have);
	}
	if (pull_number(text, &number)) {
		snprintf(again, sizeof(again), "%llu", (unsigned long long)number);
		/* But for zeros in front it is the number that was written. */
		if (strcmp(again, text + strspn(text, "0")) != 0 && number != 0)
			abort();
	}
	(void)version_judge(text, &best);
}

static void
tus(const char *text)
{
	enum digest alg;
	struct hash sum;

	(void)upload_checksum_read(text, &alg, &sum);
	if (upload_metadata_good(text) && strlen(text) > UPLOAD_METADATA)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text;
	int64_t ms;
	char date[HTTP_DATE + 1];

	if (n < 1 || memchr(data + 1, '\0', n - 1) != NULL)
		return 0;
	text = malloc(n);
	if (text == NULL)
		return 0;
	memcpy(text, data + 1, n - 1);
	text[n - 1] = '\0';
	switch (data[0] % 4) {
	case 0:
		path(text);
		break;
	case 1:
		query(text, n - 1);
		break;
	case 2:
		tus(text);
		break;
	default:
		ms = strtoll(text, NULL, 10);
		if (ms > -60000000000000 && ms < 250000000000000) {
			http_date(ms, date);
			if (strlen(date) != HTTP_DATE)
				abort();
		}
	}
	free(text);
	return 0;
}
