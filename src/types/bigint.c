/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Numerics.BigInteger: GMP's landing (with decimal.c). */
#include "config.h"

#include <math.h>

#include "types/types_internal.h"

struct value
bigint_new(void)
{
	struct bigint *b = cell_new(&type_bigint, sizeof(*b));

	mpz_init(b->z);
	return cell_value(b);
}

void
mpz_set_ulong(mpz_t z, uint64_t u)
{
	mpz_import(z, 1, -1, sizeof(u), 0, 0, &u);
}

void
mpz_set_long(mpz_t z, int64_t i)
{
	mpz_set_ulong(z, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
	if (i < 0)
		mpz_neg(z, z);
}

bool
mpz_to_ulong(const mpz_t z, uint64_t *up)
{
	uint64_t u = 0;

	if (mpz_sgn(z) < 0 || mpz_sizeinbase(z, 2) > 64)
		return false;
	mpz_export(&u, NULL, -1, sizeof(u), 0, 0, z);
	*up = u;
	return true;
}

bool
mpz_to_long(const mpz_t z, int64_t *ip)
{
	uint64_t u = 0;

	if (mpz_sizeinbase(z, 2) > 64)
		return false;
	mpz_export(&u, NULL, -1, sizeof(u), 0, 0, z);
	if (mpz_sgn(z) < 0) {
		if (u > (uint64_t)INT64_MAX + 1)
			return false;
		*ip = (int64_t)(0 - u);
		return true;
	}
	if (u > INT64_MAX)
		return false;
	*ip = (int64_t)u;
	return true;
}

void
mpz_from_value(mpz_t z, struct value v)
{
	switch ((int)v.type->kind) {
	case TYPE_KIND_BOOL:
		mpz_set_ui(z, v.u.b);
		break;
	case TYPE_KIND_CHAR:
		mpz_set_ui(z, v.u.c);
		break;
	case TYPE_KIND_FLOAT:
		mpz_set_d(z, v.u.d);
		break;
	case TYPE_KIND_DECIMAL: {
		struct value whole =
		    decimal_round(decimal_of(v), 0, DECIMAL_TRUNCATE);

		decimal_to_mpz(decimal_of(whole), z);
		value_unref(whole);
		break;
	}
	case TYPE_KIND_BIGINT:
		mpz_set(z, bigint_of(v)->z);
		break;
	default:
		if (v.type->code == CODE_UINT64)
			mpz_set_ulong(z, (uint64_t)v.u.i);
		else
			mpz_set_long(z, v.u.i);
		break;
	}
}
