/* SPDX-License-Identifier: Apache-2.0 */
/* The secure heap, random bytes, and keys from passphrases. */
#include "crypto/suite.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/xalloc.h"
#include "os/harden.h"

enum {
	HEAP = 128 * 1024,	/* a few dozen keys; RLIMIT_MEMLOCK is 8 MiB for users */
	HEAP_LEAST = 32,
};

struct secret {
	uint8_t *p;
	size_t n;
};

void
crypto_init(void)
{
	/* 2 = could not be locked in memory: used all the same, doctor names swap. */
	if (!CRYPTO_secure_malloc_initialized())
		(void)CRYPTO_secure_malloc_init(HEAP, HEAP_LEAST);
}

struct secret *
secret_new(size_t n)
{
	struct secret *s = xmalloc(sizeof(*s));

	crypto_init();
	s->n = n;
	s->p = OPENSSL_secure_zalloc(n > 0 ? n : 1);
	FJ_BUG_IF(s->p == NULL);
	return s;
}

struct secret *
secret_from(const void *p, size_t n)
{
	struct secret *s = secret_new(n);

	if (n > 0)
		memcpy(s->p, p, n);
	return s;
}

struct secret *
secret_random(size_t n)
{
	struct secret *s = secret_new(n);

	FJ_BUG_IF(n > 1024 || RAND_priv_bytes(s->p, (int)n) != 1);
	return s;
}

void
secret_free(struct secret **s)
{
	if (*s == NULL)
		return;
	OPENSSL_secure_clear_free((*s)->p, (*s)->n > 0 ? (*s)->n : 1);
	free(*s);
	*s = NULL;
}

uint8_t *
secret_bytes(struct secret *s)
{
	return s->p;
}

const uint8_t *
secret_peek(const struct secret *s)
{
	return s->p;
}

size_t
secret_len(const struct secret *s)
{
	return s->n;
}

void
crypto_random(void *p, size_t n)
{
	uint8_t *at = p;

	while (n > 0) {
		size_t step = n < 65536 ? n : 65536;

		FJ_BUG_IF(RAND_bytes(at, (int)step) != 1);
		at += step;
		n -= step;
	}
}

void
id_random(struct id *out)
{
	crypto_random(out->b, ID_LEN);
}

void
crypto_random_code(char *out, size_t n)
{
	uint8_t raw[5];
	char text[9];
	size_t done = 0;

	while (done < n) {
		size_t step = n - done < 8 ? n - done : 8;

		crypto_random(raw, sizeof(raw));
		crockford_encode(raw, sizeof(raw), text);
		memcpy(out + done, text, step);
		done += step;
	}
	out[n] = '\0';
	fj_wipe(raw, sizeof(raw));
	fj_wipe(text, sizeof(text));
}

enum fj_rc
suite_kdf(uint8_t suite, const void *pass, size_t npass, const uint8_t salt[KDF_SALT],
    int cost, struct secret *out, struct fj_err *e)
{
	const struct suite *s = suite_row(suite);
	bool ok;

	if (s == NULL)
		return suite_check(suite, e);
	if (cost < KDF_COST_MIN || cost > KDF_COST_MAX)
		return fj_fail(e, FJ_LIMIT, "crypto.cost", "ddd", cost, KDF_COST_MIN,
		    KDF_COST_MAX);
	ok = s->kdf(pass, npass, salt, cost, out->p, out->n);
	harden_trim();
	if (!ok) {
		fj_wipe(out->p, out->n);
		return fj_fail(e, FJ_NOMEM, "crypto.kdf", "d", (1 << cost) / 1024);
	}
	return FJ_OK;
}
