/*===- mx_abi.h - Values shared by compiler and runtime ------------*- C
-*-===//
//
// Enumeration values and attribute records of the C ABI. Set in stone: values
// are never changed or reused; a record grows only at its end, and
MX_ABI_VERSION
// with it. Every record is a row of int64, so that compiled code passes it as a
// constant memref<*xi64>; a shorter row of an older version is read as if the
// missing fields were 0.
//
//===----------------------------------------------------------------------===*/

#ifndef MX_RUNTIME_MX_ABI_H
#define MX_RUNTIME_MX_ABI_H

#include <stdint.h>

#define MX_ABI_VERSION 2

/* Which codes of a format are not numbers. */
enum mx_float_kind {
  MX_KIND_IEEE = 0,   /* exponent all ones: Inf and NaN */
  MX_KIND_FN = 1,     /* one NaN, all bits set; no Inf */
  MX_KIND_FINITE = 2, /* every code is a number */
};

enum mx_rounding {
  MX_ROUND_NEAREST_EVEN = 0,
  MX_ROUND_NEAREST_AWAY = 1,
  MX_ROUND_TOWARD_ZERO = 2,
  MX_ROUND_STOCHASTIC = 3,
};

enum mx_scale_rule {
  MX_RULE_FLOOR = 0,
  MX_RULE_CEIL = 1,
  MX_RULE_RCEIL = 2,
  MX_RULE_EVEN = 3,
  MX_RULE_AMAX = 4,
  MX_RULE_FOUR_OVER_SIX = 5, /* two-level E2M1 with E4M3 scales */
  MX_RULE_QUEST = 6,         /* E2M1 with E8M0 scales */
  MX_RULE_MS_EDEN = 7,       /* two-level E2M1 with E4M3 scales; draws bits */
  MX_RULE_HEADROOM = 8,      /* two-level E2M1 with E4M3 scales */
};

enum mx_accumulate {
  MX_ACCUMULATE_DEFAULT = 0,
  MX_ACCUMULATE_EXACT = 1,
  MX_ACCUMULATE_FAST = 2,
};

enum mx_signs {
  MX_SIGNS_NONE = 0,
  MX_SIGNS_FIXED = 1, /* sign_words of the record */
  MX_SIGNS_SEED = 2,  /* drawn from the seed and sign_stream */
};

/* Orders of a matrix of bytes; mx_relayout of mx_runtime.h describes them. */
enum mx_scale_layout {
  MX_LAYOUT_LINEAR = 0,
  MX_LAYOUT_TILE_128X4 = 1, /* of scales */
  MX_LAYOUT_TILE_16X4 = 2,  /* of codes and scales; since version 2 */
};

/* Element type of a buffer. */
enum mx_dtype {
  MX_F32 = 0,
  MX_BF16 = 1,
  MX_F16 = 2,
  MX_I8 = 3,  /* codes, packed codes, 8-bit scales */
  MX_I16 = 4, /* codes of 9 to 16 bits */
  MX_I64 = 5, /* records, origins */
};

/* What a function returns. */
enum mx_status {
  MX_OK = 0,
  MX_ERROR_ARGUMENT = 1,    /* a shape, type or attribute is wrong */
  MX_ERROR_ISA = 2,         /* MX_RUNTIME_ISA is unknown or unsupported here */
  MX_ERROR_VERSION = 3,     /* the record is of a later version */
  MX_ERROR_UNSUPPORTED = 4, /* no kernel takes this */
};

/* An element or scale format in one int64:
 * exponent bits | mantissa bits << 8 | mx_float_kind << 16 | signed << 20 |
 * integer << 21 | e8m0 << 22. f32 scales are E8M23, kind ieee, signed. */
#define MX_FORMAT(e, m, kind, is_signed, is_integer, is_e8m0)                  \
  ((int64_t)(e) | (int64_t)(m) << 8 | (int64_t)(kind) << 16 |                  \
   (int64_t)(is_signed) << 20 | (int64_t)(is_integer) << 21 |                  \
   (int64_t)(is_e8m0) << 22)
#define MX_FORMAT_E2M1 MX_FORMAT(2, 1, MX_KIND_FINITE, 1, 0, 0)
#define MX_FORMAT_E2M3 MX_FORMAT(2, 3, MX_KIND_FINITE, 1, 0, 0)
#define MX_FORMAT_E3M2 MX_FORMAT(3, 2, MX_KIND_FINITE, 1, 0, 0)
#define MX_FORMAT_E4M3 MX_FORMAT(4, 3, MX_KIND_FN, 1, 0, 0)
#define MX_FORMAT_E5M2 MX_FORMAT(5, 2, MX_KIND_IEEE, 1, 0, 0)
#define MX_FORMAT_F16 MX_FORMAT(5, 10, MX_KIND_IEEE, 1, 0, 0)
#define MX_FORMAT_BF16 MX_FORMAT(8, 7, MX_KIND_IEEE, 1, 0, 0)
#define MX_FORMAT_F32 MX_FORMAT(8, 23, MX_KIND_IEEE, 1, 0, 0)
#define MX_FORMAT_UE5M3 MX_FORMAT(5, 3, MX_KIND_FN, 0, 0, 0)
#define MX_FORMAT_E8M0 MX_FORMAT(8, 0, MX_KIND_FN, 0, 0, 1)
#define MX_FORMAT_INT8 MX_FORMAT(0, 7, MX_KIND_FINITE, 1, 1, 0)

/* A block extent that covers the whole axis. */
#define MX_BLOCK_FULL (-1)

/* Attributes of quantize, dequantize, hadamard and cast. Fields that an
 * operation does not name in mx_runtime.h are ignored by it. */
typedef struct mx_quantize_spec {
  int64_t version;    /* MX_ABI_VERSION */
  int64_t element;    /* MX_FORMAT of the elements; of the result for cast */
  int64_t scale;      /* MX_FORMAT of the block scales */
  int64_t block_rows; /* extent along the last but one axis, or MX_BLOCK_FULL */
  int64_t block_cols; /* extent along the last axis, or MX_BLOCK_FULL */
  int64_t has_tensor_scale; /* 1: a second level, f32 */
  int64_t scale_rule;       /* mx_scale_rule */
  int64_t rounding;         /* mx_rounding */
  int64_t random_bits;      /* 8, 16 or 24; 0 is 16 */
  int64_t prescale;         /* bits of an f32 in the low word; 0 is 1.0 */
  int64_t stream;           /* of the rounding bits, below 2^32 */
  int64_t scale_min_normal; /* 1: FP scales are at least their min normal */
  int64_t transpose; /* 1: quantise x with its last two axes swapped; rows, k,
                        blocks, codes and scales are those of the transposed */
  int64_t pad_cols;  /* append zeros along k up to this length; 0: none */
  int64_t pad_multiple;   /* append zeros along k up to the next multiple; 0 and
                             1: none. After pad_cols */
  int64_t hadamard_size;  /* 0: none; else a power of two in [2, 1024] */
  int64_t signs;          /* mx_signs */
  int64_t sign_stream;    /* of seeded signs, below 2^32 */
  int64_t sign_words[16]; /* fixed signs: element j of a group is bit j mod 64
                             of word j / 64; 1 is -1 */
} mx_quantize_spec;

/* Attributes of matmul. A side with element 0 is a plain float operand. */
typedef struct mx_matmul_spec {
  int64_t version;
  int64_t a_element; /* MX_FORMAT, or 0: plain float */
  int64_t a_scale;
  int64_t a_block_rows, a_block_cols;
  int64_t a_has_tensor_scale;
  int64_t b_element;
  int64_t b_scale;
  int64_t b_block_rows, b_block_cols;
  int64_t b_has_tensor_scale;
  int64_t k;          /* logical length of the contraction; 0: what both hold */
  int64_t alpha;      /* bits of an f32 in the low word; no default */
  int64_t accumulate; /* mx_accumulate */
  /* Since version 2: linear, or MX_LAYOUT_TILE_16X4 of codes and scales, as
   * mx_prepack writes them. */
  int64_t a_layout, b_layout;
} mx_matmul_spec;

/* Attributes of relayout. */
typedef struct mx_relayout_spec {
  int64_t version;
  int64_t from, to; /* mx_scale_layout; one of them is linear, or both */
  int64_t padding;  /* byte that fills places without a scale */
} mx_relayout_spec;

#endif /* MX_RUNTIME_MX_ABI_H */
