/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels; each file says why it is there. */
#ifndef FJ_REDFLAG_KERNELS_H
#define FJ_REDFLAG_KERNELS_H

#include "redflag/kernel.h"

FJ_MUST enum fj_rc kernel_r10(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r11(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r13(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r19(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r20(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r30(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r34(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r36(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r37(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r40(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r41(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r48(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r51(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_r54(struct kernel *k, struct fj_err *e);
FJ_MUST enum fj_rc kernel_s64(struct kernel *k, struct fj_err *e);

#endif
