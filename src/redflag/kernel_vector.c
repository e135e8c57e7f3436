/* SPDX-License-Identifier: Apache-2.0 */
#include "redflag/kernel_vector.h"

enum {
	FEW = 20000,		/* samples */
	MANY = 200000,
	MODULUS = 1000003,
};

bool
kvector_init(struct kvector *x, struct kernel *k)
{
	x->k = k;
	x->value = kernel_table(k->s, "measurement");
	x->run = kernel_table(k->s, "test_run");
	x->sample = kernel_table(k->s, "sample");
	x->param = kernel_col(&x->value, "param");
	x->v = kernel_col(&x->value, "value");
	x->decimals = kernel_col(&x->value, "decimals");
	x->nd = kernel_col(&x->value, "nd");
	x->rep = kernel_col(&x->value, "rep");
	x->run_no = kernel_col(&x->run, "run_no");
	x->sample_no = kernel_col(&x->run, "sample_no");
	x->values = kernel_index(&x->value, "run_no", NULL);
	x->runs = kernel_index(&x->run, "sample_no", NULL);
	x->digits = kernel_param(k, "extra_digits") +
	    (x->sample.rows < FEW ? 9 : x->sample.rows < MANY ? 12 : 15);
	return x->values != NULL && x->runs != NULL;
}

uint32_t
kvector_next(const struct kvector *x, const uint32_t *row, uint32_t n, uint32_t *at)
{
	uint32_t word = col_word(&x->sample_no, row[*at]);

	while (*at < n && col_word(&x->sample_no, row[*at]) == word)
		++*at;
	return word;
}

const uint32_t *
kvector_values(const struct kvector *x, uint32_t run, uint32_t *n)
{
	uint32_t word = col_word(&x->run_no, run);

	if (word == 0) {
		*n = 0;
		return NULL;
	}
	return store_index_rows(x->values, word, n);
}

int64_t
kvector_whole(double v)
{
	return kernel_round(v * 10000);
}

int64_t
kvector_square(int64_t whole)
{
	return (whole % MODULUS) * (whole % MODULUS);
}
