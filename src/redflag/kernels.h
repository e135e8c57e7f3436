/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels; each file says why it is there. */
#ifndef FJ_REDFLAG_KERNELS_H
#define FJ_REDFLAG_KERNELS_H

#include "redflag/kernel.h"

#endif
