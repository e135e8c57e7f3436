/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of a view, loaded into a filled form (form/form.h). */
#ifndef FJ_MODEL_FILL_H
#define FJ_MODEL_FILL_H

#include "base/buf.h"
#include "base/date.h"
#include "base/rc.h"
#include "form/form.h"
#include "model/view.h"

/*
 * A filled form with what the view says about `form`; the caller frees it with
 * inst_free.  now: the clock of the newest entry while open (fill_clock), that
 * of the freeze for what it fixed.  An answer whose place the form does not
 * have is left out and counted in *strange (may be NULL).
 * A disputed answer is loaded with its first open value.
 * FJ_NOTFOUND "model.form-unknown" {id}: not a form of the visit;
 * FJ_NOTFOUND "model.form-absent" {id, digest}: its definition is not here.
 */
FJ_MUST enum fj_rc fill_form(const struct visit *v, const struct view *w,
    const char *form, struct instant now, const char *lang, struct inst **out,
    size_t *strange, struct fj_err *e);
/* The clock and offset of the newest entry of the visit. */
struct instant fill_clock(const struct visit *v);

/*
 * Digest of what is answered (FORMAT.md section 6, `dump`): over all forms,
 * with `now` as clock.  FJ_NOTFOUND as above.
 */
FJ_MUST enum fj_rc fill_digest(const struct visit *v, const struct view *w,
    struct instant now, struct hash *out, struct fj_err *e);
/* The lines that it digests. */
FJ_MUST enum fj_rc fill_lines(const struct visit *v, const struct view *w,
    struct instant now, struct fj_buf *out, struct fj_err *e);

#endif
