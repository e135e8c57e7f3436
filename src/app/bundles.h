/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle as a file of this workspace.  Internal to app/. */
#ifndef FJ_APP_BUNDLES_H
#define FJ_APP_BUNDLES_H

#include "app/internal.h"
#include "bundle/bundle.h"

struct bundle_file {
	int fd;
	const char *path;
	struct journal *journal;
};

enum fj_rc bundle_file_in(void *ctx, void *p, size_t n, size_t *got, struct fj_err *e);
enum fj_rc bundle_file_open(void *ctx, const void *wrap, size_t n, struct secret **key,
    struct fj_err *e);
/* Open and read to the end with these handlers. */
FJ_MUST enum fj_rc bundle_file_read(struct app *a, const char *path,
    const struct bundle_handlers *h, struct fj_err *e);

/* As app_bundle_export, without the evidence's bytes: what a signature needs. */
FJ_MUST enum fj_rc bundle_entries_export(struct app *a, const struct id *visit,
    const char *path, const char *const *cards, size_t card_n, struct fj_err *e);

#endif
