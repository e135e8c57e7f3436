/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A form of ours as an ODK XForm, which ODK's own engine loads.
 *
 * O1  what ODK has is written in ODK's words, with the same behaviour where that
 *     can be said in XPath (regex() anchored, sum() without blanks).
 * O2  what ODK lacks is kept, so that import gives it back, and named in a warning
 *     when the form would behave otherwise in ODK.
 *
 * Kept in attributes of XFORM_OWN_NS:
 *	own="{…}"	a JSON object on a <bind>, on an <item> of a choice list or on the
 *			<model>: each member replaces the one of that name of the question,
 *			the choice or the form; null takes it away.  A question's bind always
 *			has one when its type is ours.
 *	helper="count"	on a <bind>: a node that only carries the count of the repeat whose
 *			jr:count names it; its calculate is the repeat_count of that repeat,
 *			and it is no question.
 */
#ifndef FJ_XFORM_EXPORT_H
#define FJ_XFORM_EXPORT_H

#include "base/buf.h"
#include "base/json.h"
#include "base/rc.h"
#include "form/form.h"

#define XFORM_OWN_NS "urn:feijian:form:1"

/* line, column: of the definition.  f: code "export.*" with the item's name first. */
typedef void (*xform_warn)(void *ctx, int line, int column, const struct fj_err *f);

/*
 * f was loaded from the definition whose tree is root.  FJ_LIMIT "export.large"
 * when out is full; warn may be NULL.
 */
FJ_MUST enum fj_rc xform_export(const struct form *f, const struct json *root,
    xform_warn warn, void *ctx, struct fj_buf *out, struct fj_err *e);

#endif
