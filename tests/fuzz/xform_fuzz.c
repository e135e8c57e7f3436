/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an ODK XForm. */
#include <stdint.h>
#include <stdlib.h>

#include "xform/xform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct xform_import im;

	xform_import_init(&im);
	(void)!xform_from_xml((const char *)data, n, "f.xml", &im, NULL);
	xform_import_release(&im);
	return 0;
}
