/* SPDX-License-Identifier: Apache-2.0 */
/* Known answers (FIPS 180, GB/T 32905, RFC 4231, 5869, 8032; scrypt, X25519 and
 * the signature with a purpose by a second implementation), and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "crypto/seal.h"
#include "os/harden.h"

static void
unhex(const char *hex, uint8_t *out, size_t n)
{
	assert_true(hex_decode(hex, strlen(hex), out, n));
}

static void
assert_hex(const void *p, size_t n, const char *want)
{
	char text[512];

	hex_encode(p, n, text);
	assert_string_equal(text, want);
}

static void
digests(void **state)
{
	struct part parts[3] = { { "a", 1 }, { "", 0 }, { "bc", 2 } };
	struct hasher *h = hasher_new(DIGEST_SM3);
	struct hash out;

	(void)state;
	suite_hash(SUITE_1, "abc", 3, &out);
	assert_hex(out.b, 32,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	suite_hash_parts(SUITE_1, parts, 3, &out);
	assert_hex(out.b, 32,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_bytes(DIGEST_SM3, "abc", 3, &out);
	assert_hex(out.b, 32,
	    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	hasher_add(h, "ab", 2);
	hasher_peek(h, &out);
	hasher_add(h, "c", 1);
	hasher_final(h, &out);
	assert_hex(out.b, 32,
	    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	hasher_final(h, &out);		/* it started anew */
	assert_hex(out.b, 32,
	    "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
	hasher_free(&h);
}

static void
hmac_and_hkdf(void **state)
{
	struct part part[2] = { { "what do ya want ", 16 }, { "for nothing?", 12 } };
	struct hash out;
	uint8_t ikm[22], salt[13], info[10], okm[42];

	(void)state;
	suite_hmac(SUITE_1, "Jefe", 4, part, 2, &out);
	assert_hex(out.b, 32,
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(ikm, 0x0b, sizeof(ikm));
	unhex("000102030405060708090a0b0c", salt, 13);
	unhex("f0f1f2f3f4f5f6f7f8f9", info, 10);
	suite_hkdf(SUITE_1, ikm, 22, salt, 13, info, 10, okm, 42);
	assert_hex(okm, 42, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865");
	suite_hkdf(SUITE_1, ikm, 22, NULL, 0, NULL, 0, okm, 42);
	assert_hex(okm, 42, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8");
}

static void
aead_answers(void **state)
{
	uint8_t key[32] = { 0 }, nonce[12] = { 0 }, text[16] = { 0 }, out[64], back[64];
	struct aead *a = aead_new(SUITE_1, key);
	int i;

	(void)state;
	aead_seal(a, nonce, NULL, 0, text, 16, out);
	assert_hex(out, 32, "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
	aead_seal(a, nonce, NULL, 0, NULL, 0, out);
	assert_hex(out, 16, "530f8afbc74536b9a963b4f1c4cb738b");
	aead_seal(a, nonce, "aad", 3, "0123456789abcdef", 16, out);
	assert_int_equal(aead_open(a, nonce, "aad", 3, out, 32, back, NULL), FJ_OK);
	assert_memory_equal(back, "0123456789abcdef", 16);
	assert_int_equal(aead_open(a, nonce, "aaD", 3, out, 32, back, NULL), FJ_CORRUPT);
	assert_memory_equal(back, text, 16);		/* C2 */
	for (i = 0; i < 32 * 8; i++) {
		out[i / 8] ^= (uint8_t)(1 << (i % 8));
		assert_int_equal(aead_open(a, nonce, "aad", 3, out, 32, back, NULL),
		    FJ_CORRUPT);
		out[i / 8] ^= (uint8_t)(1 << (i % 8));
	}
	assert_int_equal(aead_open(a, nonce, "aad", 3, out, 31, back, NULL), FJ_CORRUPT);
	assert_int_equal(aead_open(a, nonce, "aad", 3, out, 15, back, NULL), FJ_CORRUPT);
	assert_int_equal(aead_open(a, nonce, "aad", 3, out, 32, out, NULL), FJ_OK);
	assert_memory_equal(out, "0123456789abcdef", 16);	/* in place */
	aead_free(&a);
	assert_null(a);
	assert_null(aead_new(2, key));
}

static void
passphrases(void **state)
{
	struct secret *k = secret_new(32);
	uint8_t salt[KDF_SALT];
	struct fj_err e;
	int64_t before, after;
	size_t i;

	(void)state;
	for (i = 0; i < KDF_SALT; i++)
		salt[i] = (uint8_t)i;
	assert_int_equal(suite_kdf(SUITE_1, "correct horse", 13, salt, 4, k, &e), FJ_OK);
	assert_hex(secret_peek(k), 32,
	    "43b11c1f5ef93ff91c53b244d87454faa4d1aeafc14ba51b09160f741682e72f");
	before = harden_resident_kib();
	assert_int_equal(suite_kdf(SUITE_1, "correct horse", 13, salt, KDF_COST, k, &e),
	    FJ_OK);
	after = harden_resident_kib();
	assert_hex(secret_peek(k), 32,
	    "00476295b514821bb33bd97f5e3cedcc79f4134a659e2c209c44db8b6fe6e883");
#if !defined(__SANITIZE_ADDRESS__)
	assert_true(after - before < 4096);	/* the 64 MiB were given back */
#else
	(void)before;
	(void)after;
#endif
	assert_int_equal(suite_kdf(SUITE_1, "x", 1, salt, 3, k, &e), FJ_LIMIT);
	assert_string_equal(e.code, "crypto.cost");
	assert_int_equal(suite_kdf(SUITE_1, "x", 1, salt, 21, k, &e), FJ_LIMIT);
	assert_int_equal(suite_kdf(9, "x", 1, salt, 4, k, &e), FJ_NEWER);
	assert_string_equal(e.code, "crypto.suite");
	secret_free(&k);
}

static struct identity *
known(void)
{
	uint8_t raw[64];
	struct secret *s;
	struct identity *id = NULL;

	unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", raw, 32);
	unhex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", raw + 32, 32);
	s = secret_from(raw, 64);
	assert_int_equal(identity_import(SUITE_1, s, &id, NULL), FJ_OK);
	secret_free(&s);
	return id;
}

static void
signatures(void **state)
{
	struct identity *id = known(), *again = NULL;
	const struct identity_public *pub = identity_pub(id);
	struct secret *s;
	struct hash h;
	struct fj_err e;
	uint8_t sig[SIG_LEN];
	int i;

	(void)state;
	assert_hex(pub->sign.b, 32,
	    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
	assert_hex(pub->kx.b, 32,
	    "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c");
	suite_hash(SUITE_1, "abc", 3, &h);
	assert_int_equal(identity_sign(id, PURPOSE_ENTRY, &h, sig, &e), FJ_OK);
	assert_hex(sig, 64, "2d39be37d3091bb104c7c41cf6c90b209947b81c2d69a4ce1304a98c757d6c04"
	    "1766bfbbab573fd3672a07b7cb5f963835d262794676e345a4864321d5b2b90e");
	for (i = PURPOSE_ENTRY; i <= PURPOSE_BUNDLE; i++)
		assert_int_equal(crypto_verify(SUITE_1, &pub->sign, (enum purpose)i, &h, sig,
		    &e), i == PURPOSE_ENTRY ? FJ_OK : FJ_DENIED);
	assert_string_equal(e.code, "crypto.signature");
	for (i = 0; i < 64 * 8; i += 3) {
		sig[i / 8] ^= (uint8_t)(1 << (i % 8));
		assert_int_equal(crypto_verify(SUITE_1, &pub->sign, PURPOSE_ENTRY, &h, sig,
		    &e), FJ_DENIED);
		sig[i / 8] ^= (uint8_t)(1 << (i % 8));
	}
	assert_int_equal(crypto_verify(7, &pub->sign, PURPOSE_ENTRY, &h, sig, &e), FJ_NEWER);
	s = identity_export(id);
	assert_int_equal(secret_len(s), 64);
	assert_int_equal(identity_import(SUITE_1, s, &again, &e), FJ_OK);
	assert_true(pubkey_eq(&identity_pub(again)->kx, &pub->kx));
	secret_free(&s);
	s = secret_new(63);
	identity_free(&again);
	assert_int_equal(identity_import(SUITE_1, s, &again, &e), FJ_CORRUPT);
	secret_free(&s);
	identity_free(&id);
}

/* A key of small order with R = identity, S = 0 "verifies" anything without the check. */
static void
small_orders_are_refused(void **state)
{
	static const char *const bad[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	uint8_t sig[SIG_LEN] = { 1 };
	struct pubkey k;
	struct hash h;
	struct fj_err e;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(pubkey_parse(SUITE_1, bad[i], &k, &e), FJ_OK);
		assert_int_equal(pubkey_check_sign(SUITE_1, &k, &e), FJ_DENIED);
		assert_string_equal(e.code, "crypto.key");
		for (n = 0; n < 16; n++) {
			suite_hash(SUITE_1, &n, sizeof(n), &h);
			assert_int_equal(crypto_verify(SUITE_1, &k, PURPOSE_ENTRY, &h, sig,
			    &e), FJ_DENIED);
		}
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(pubkey_parse(SUITE_1, bad[i], &k, &e), FJ_OK);
		assert_int_equal(pubkey_check_kx(SUITE_1, &k, &e), FJ_DENIED);
	}
	assert_int_equal(pubkey_parse(SUITE_1, "00", &k, &e), FJ_INVAL);
	assert_int_equal(pubkey_parse(SUITE_1, NULL, &k, &e), FJ_INVAL);
	assert_int_equal(pubkey_parse(3, bad[0], &k, &e), FJ_NEWER);
	k.n = 31;
	assert_int_equal(pubkey_check_sign(SUITE_1, &k, &e), FJ_DENIED);
}

static void
wraps(void **state)
{
	struct identity *to = NULL, *other = NULL;
	struct secret *s = NULL;
	struct fj_buf b, c;
	struct fj_err e;
	size_t i;

	(void)state;
	fj_buf_init(&b, 1000);
	fj_buf_init(&c, 50);
	assert_int_equal(identity_new(SUITE_1, &to, &e), FJ_OK);
	assert_int_equal(identity_new(SUITE_1, &other, &e), FJ_OK);
	assert_int_equal(crypto_wrap(SUITE_1, &identity_pub(to)->kx, "test", "secret!", 7, &b,
	    &e), FJ_OK);
	assert_int_equal(b.n, 32 + 12 + 7 + 16);
	assert_int_equal(identity_unwrap(to, "test", b.p, b.n, &s, &e), FJ_OK);
	assert_int_equal(secret_len(s), 7);
	assert_memory_equal(secret_peek(s), "secret!", 7);
	secret_free(&s);
	assert_int_equal(identity_unwrap(to, "tesT", b.p, b.n, &s, &e), FJ_DENIED);
	assert_int_equal(identity_unwrap(other, "test", b.p, b.n, &s, &e), FJ_DENIED);
	assert_string_equal(e.code, "crypto.unwrap");
	for (i = 0; i < b.n; i++) {
		b.p[i] ^= 1;
		assert_int_equal(identity_unwrap(to, "test", b.p, b.n, &s, &e), FJ_DENIED);
		assert_null(s);
		b.p[i] ^= 1;
	}
	for (i = 0; i < b.n; i++)
		assert_int_equal(identity_unwrap(to, "test", b.p, i, &s, &e), FJ_DENIED);
	assert_int_equal(crypto_wrap(SUITE_1, &identity_pub(to)->kx, "t", "secret!", 7, &c,
	    &e), FJ_LIMIT);
	fj_buf_release(&b);
	fj_buf_release(&c);
	identity_free(&to);
	identity_free(&other);
}

static void
names_of_keys(void **state)
{
	struct identity_public pub = { .suite = SUITE_1 };
	struct hash root;
	struct id dev;
	char code[27], text[2 * KEY_MAX + 1];

	(void)state;
	assert_int_equal(pubkey_parse(SUITE_1,
	    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", &pub.sign,
	    NULL), FJ_OK);
	assert_int_equal(pubkey_parse(SUITE_1,
	    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", &pub.kx,
	    NULL), FJ_OK);
	identity_dev(&pub, &dev);
	assert_hex(dev.b, ID_LEN, "702625d5c8ad564c268d218f685730ac");
	identity_root(SUITE_1, &pub.sign, &root);
	assert_hex(root.b, 32,
	    "a0eb7f5eec40716a47c0a700d789f2bfc9b45ff24482e751d7bc170d8602c65b");
	pubkey_format(&pub.kx, text);
	assert_int_equal(strlen(text), 64);
	crypto_random_code(code, 26);
	assert_int_equal(strlen(code), 26);
	assert_int_equal(strspn(code, "0123456789abcdefghjkmnpqrstvwxyz"), 26);
	assert_true(crypto_equal("abc", "abc", 3));
	assert_false(crypto_equal("abc", "abd", 3));
	assert_false(suite_known(0));
	assert_false(suite_known(2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests), cmocka_unit_test(hmac_and_hkdf),
		cmocka_unit_test(aead_answers), cmocka_unit_test(passphrases),
		cmocka_unit_test(signatures), cmocka_unit_test(small_orders_are_refused),
		cmocka_unit_test(wraps), cmocka_unit_test(names_of_keys),
	};

	crypto_init();
	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
