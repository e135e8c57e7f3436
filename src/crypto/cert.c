/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/cert.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Never ask at a terminal. */
static int
no_passphrase(char *buf, int size, int rwflag, void *u)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)u;
	return 0;
}

static int64_t
from_now(const ASN1_TIME *t)
{
	int days = 0, seconds = 0;

	if (ASN1_TIME_diff(&days, &seconds, NULL, t) != 1)
		return 0;
	return days * INT64_C(86400) + seconds;
}

static void
add_name(struct cert_facts *out, const void *p, size_t n)
{
	size_t at = strlen(out->names);

	if (n == 0 || at + n + 2 > sizeof(out->names) || memchr(p, '\0', n) != NULL)
		return;
	if (at > 0)
		out->names[at++] = ' ';
	memcpy(out->names + at, p, n);
	out->names[at + n] = '\0';
}

static void
take_name(struct cert_facts *out, const GENERAL_NAME *g)
{
	const ASN1_OCTET_STRING *s;
	const unsigned char *b;
	char text[48];

	if (g->type == GEN_DNS) {
		s = g->d.dNSName;
		add_name(out, ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
	} else if (g->type == GEN_IPADD) {
		s = g->d.iPAddress;
		b = ASN1_STRING_get0_data(s);
		if (ASN1_STRING_length(s) == 4)
			snprintf(text, sizeof(text), "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
		else
			snprintf(text, sizeof(text), "IPv6");
		add_name(out, text, strlen(text));
	}
}

static void
take_names(struct cert_facts *out, const X509 *x)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	int i;

	for (i = 0; i < sk_GENERAL_NAME_num(all); i++)
		take_name(out, sk_GENERAL_NAME_value(all, i));
	GENERAL_NAMES_free(all);
}

enum fj_rc
cert_look(const char *cert, size_t ncert, const char *key, size_t nkey,
    struct cert_facts *out, struct fj_err *e)
{
	BIO *bc = BIO_new_mem_buf(cert, (int)ncert), *bk = BIO_new_mem_buf(key, (int)nkey);
	X509 *x = bc != NULL ? PEM_read_bio_X509(bc, NULL, no_passphrase, NULL) : NULL;
	EVP_PKEY *k = bk != NULL ? PEM_read_bio_PrivateKey(bk, NULL, no_passphrase, NULL) : NULL;
	enum fj_rc rc = FJ_OK;

	memset(out, 0, sizeof(*out));
	if (x == NULL)
		rc = fj_fail(e, FJ_INVAL, "crypto.cert", "");
	else if (k == NULL)
		rc = fj_fail(e, FJ_INVAL, "crypto.cert-key", "");
	if (rc == FJ_OK) {
		out->key_matches = X509_check_private_key(x, k) == 1;
		out->begins_s = from_now(X509_get0_notBefore(x));
		out->ends_s = from_now(X509_get0_notAfter(x));
		take_names(out, x);
	}
	ERR_clear_error();
	EVP_PKEY_free(k);
	X509_free(x);
	BIO_free(bk);
	BIO_free(bc);
	return rc;
}
