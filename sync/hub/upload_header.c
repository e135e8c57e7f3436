/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/upload_header.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

enum {
	SECOND_MS = 1000,
	DAY_S = 86400,
};

/* ---- base64 (RFC 4648, padded, nothing else in it) ---- */

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* How many bytes n characters stand for; -1: they are no base64.  out may be NULL,
 * else it has room for most. */
static int
decode(const char *s, size_t n, uint8_t *out, size_t most)
{
	size_t pad = 0, i, len;
	uint32_t v = 0;

	if (n % 4 != 0)
		return -1;
	while (pad < 2 && pad < n && s[n - 1 - pad] == '=')
		pad++;
	len = n / 4 * 3 - pad;
	if (out != NULL && len > most)
		return -1;
	for (i = 0; i < n; i++) {
		int six = i < n - pad ? sextet(s[i]) : 0;
		size_t k;

		if (six < 0)
			return -1;
		v = v << 6 | (uint32_t)six;
		if (i % 4 != 3 || out == NULL)
			continue;
		for (k = 0; k < 3 && i / 4 * 3 + k < len; k++)
			out[i / 4 * 3 + k] = (uint8_t)(v >> (16 - 8 * k));
	}
	return (int)len;
}

/* ---- checksum ---- */

bool
upload_checksum_read(const char *text, enum digest *alg, struct hash *out)
{
	static const struct {
		const char *name;
		enum digest alg;
		int len;
	} known[] = {
		{ "sha1 ", DIGEST_SHA1, 20 },
		{ "sha256 ", DIGEST_SHA256, HASH_LEN },
	};
	size_t i, n;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		n = strlen(known[i].name);
		if (strncmp(text, known[i].name, n) == 0) {
			*alg = known[i].alg;
			return decode(text + n, strlen(text + n), out->b, HASH_LEN) ==
			    known[i].len;
		}
	}
	return false;
}

/* ---- metadata ---- */

/* Whether one of the pairs before `end` has this key. */
static bool
has_key(const char *text, const char *end, const char *key, size_t n)
{
	while (text < end) {
		size_t len = strcspn(text, ",");

		if (strcspn(text, " ,") == n && memcmp(text, key, n) == 0)
			return true;
		text += len + (text[len] == ',');
	}
	return false;
}

static bool
pair_good(const char *p, size_t n)
{
	size_t key = 0;

	while (key < n && p[key] > ' ' && p[key] < 127)
		key++;
	if (key == 0)
		return false;
	return key == n || (p[key] == ' ' && decode(p + key + 1, n - key - 1, NULL, 0) >= 0);
}

bool
upload_metadata_good(const char *text)
{
	const char *p = text;

	if (strlen(text) > UPLOAD_METADATA)
		return false;
	for (;;) {
		size_t n = strcspn(p, ",");

		if (!pair_good(p, n) || has_key(text, p, p, strcspn(p, " ,")))
			return false;
		if (p[n] == '\0')
			return true;
		p += n + 1;
	}
}

/* ---- dates ---- */

void
http_date(int64_t ms, char out[HTTP_DATE + 1])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t s = ms / SECOND_MS, day = s / DAY_S;
	int y, m, d;
	unsigned rest = (unsigned)(s % DAY_S);

	date_to_civil(day, &y, &m, &d);
	snprintf(out, HTTP_DATE + 1, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
	    days + 3 * date_weekday(day), (unsigned)d % 100, months + 3 * (m - 1),
	    (unsigned)y % 10000, rest / 3600 % 24, rest / 60 % 60, rest % 60);
}
