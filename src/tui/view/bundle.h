/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: visits carried on a USB stick, sealed to their receivers. */
#ifndef FJ_TUI_VIEW_BUNDLE_H
#define FJ_TUI_VIEW_BUNDLE_H

#include "tui/view/session.h"

void bundle_export_open(struct session *s);
void bundle_import_ask(struct session *s);

#endif
