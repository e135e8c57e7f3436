/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "base/id.h"
#include "base/utf8.h"
#include "crypto/named.h"
#include "form/fn_i.h"
#include "form/inst_i.h"

static const char set64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct val
base64(struct ev *ev, const uint8_t *p, size_t n)
{
	char *out = scratch_alloc(ev->mem, (n + 2) / 3 * 4 + 1);
	size_t i, k = 0;

	for (i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16;

		v |= i + 1 < n ? (unsigned)p[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned)p[i + 2] : 0;
		out[k++] = set64[v >> 18];
		out[k++] = set64[v >> 12 & 63];
		out[k++] = i + 1 < n ? set64[v >> 6 & 63] : '=';
		out[k++] = i + 2 < n ? set64[v & 63] : '=';
	}
	out[k] = '\0';
	return val_strn(out, k);
}

struct val
fn_digest(struct ev *ev, const struct expr *x)
{
	size_t n, len, i;
	const char *s = ev_str(ev, x->arg[0], &n), *alg = ev_str(ev, x->arg[1], NULL);
	const char *enc = x->narg > 2 ? ev_str(ev, x->arg[2], NULL) : "base64";
	uint8_t d[NAMED_DIGEST_MAX];
	char name[16] = "", *hex;

	for (i = 0; i < sizeof(name) - 1 && alg[i] != '\0'; i++)
		name[i] = (char)toupper((unsigned char)alg[i]);
	len = digest_named(name, s, n, d);
	if (len == 0)
		return alg[0] == '\0' ? val_str("") :
		    ev_fail(ev, FJ_INVAL, "expr.digest", alg);
	if (strcmp(enc, "hex") == 0) {
		hex = scratch_alloc(ev->mem, 2 * len + 1);
		hex_encode(d, len, hex);
		return val_str(hex);
	}
	if (enc[0] != '\0' && strcmp(enc, "base64") != 0)
		return ev_fail(ev, FJ_INVAL, "expr.digest", enc);
	return base64(ev, d, len);
}

/* Blanks and padding are passed over; false: another character. */
static bool
decode64(struct ev *ev, const char *s, size_t n, uint8_t **out, size_t *nout)
{
	unsigned bits = 0, count = 0;
	const char *at;
	size_t i;

	*out = scratch_alloc(ev->mem, n + 1);
	*nout = 0;
	for (i = 0; i < n; i++) {
		if (s[i] == '=' || isspace((unsigned char)s[i]))
			continue;
		at = strchr(set64, s[i]);
		if (at == NULL)
			return false;
		bits = (bits << 6 | (unsigned)(at - set64)) & 0xffffff;
		count += 6;
		if (count >= 8) {
			count -= 8;
			(*out)[(*nout)++] = (uint8_t)(bits >> count & 0xff);
		}
	}
	(*out)[*nout] = '\0';
	return true;
}

/* What is not UTF-8 without NUL is no text: empty. */
static struct val
as_text(const uint8_t *p, size_t n)
{
	const char *s = (const char *)p;

	if (utf8_valid(s, n) != n || memchr(s, '\0', n) != NULL)
		return val_str("");
	return val_strn(s, n);
}

struct val
fn_base64_decode(struct ev *ev, const struct expr *x)
{
	size_t n, k;
	const char *s = ev_str(ev, x->arg[0], &n);
	uint8_t *p;

	return decode64(ev, s, n, &p, &k) ? as_text(p, k) : val_str("");
}

/* base64 of 64 bytes of Ed25519 signature and the text it signs (QR cards). */
struct val
fn_extract_signed(struct ev *ev, const struct expr *x)
{
	size_t n, k, nkey;
	const char *s = ev_str(ev, x->arg[0], &n);
	uint8_t *p, *key;

	if (!decode64(ev, s, n, &p, &k) || k < 64)
		return val_str("");
	s = ev_str(ev, x->arg[1], &n);
	if (!decode64(ev, s, n, &key, &nkey) || nkey != 32 ||
	    !ed25519_verify(key, p, p + 64, k - 64))
		return val_str("");
	return as_text(p + 64, k - 64);
}
