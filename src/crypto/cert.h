/* SPDX-License-Identifier: Apache-2.0 */
/* What a server's certificate says, for those who set one up.  Trust is not judged. */
#ifndef FJ_CRYPTO_CERT_H
#define FJ_CRYPTO_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

enum { CERT_NAMES = 512 };

struct cert_facts {
	bool key_matches;
	int64_t begins_s, ends_s;	/* from now; the first is negative once it is valid */
	char names[CERT_NAMES];		/* DNS names and addresses with blanks; "" none */
};

/* PEM; the first certificate of the chain, a key without a passphrase.
 * FJ_INVAL "crypto.cert" or "crypto.cert-key" {}. */
FJ_MUST enum fj_rc cert_look(const char *cert, size_t ncert, const char *key, size_t nkey,
    struct cert_facts *out, struct fj_err *e);

#endif
