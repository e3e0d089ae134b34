//===- Spec.h - Attribute records to contract types -------------*- C++ -*-===//
//
// Checks the int64 records of mx_abi.h and turns them into the types of
// lib/Support.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_SPEC_H
#define MX_RUNTIME_LIB_SPEC_H

#include "Fpu.h"
#include "KernelTable.h"

namespace mx::runtime {

int checkVersion(int64_t version);

/// A record of any version up to this one's; fields that it lacks are 0.
mx_matmul_spec readRecord(const mx_matmul_spec &spec);

/// MX_FORMAT to FloatFormat; `name` is for the error text.
int readFormat(const char *name, int64_t packed, contract::FloatFormat &result);

/// element, scale, block and has_tensor_scale.
int readScaledFormat(int64_t element, int64_t scale, int64_t blockRows,
                     int64_t blockCols, int64_t hasTensorScale,
                     contract::ScaledFormat &result);

/// rounding, random_bits, seed and stream.
int readRounding(const mx_quantize_spec &spec, uint64_t seed,
                 contract::QuantizeSpec &result);

/// Signs of a Hadamard group; checks the size.
int readSigns(const mx_quantize_spec &spec, uint64_t seed,
              contract::SignBits &result);

/// Position within the whole tensor for `operand`, K-innermost, of the sizes
/// batch…, rows, cols; checks that the counters hold it if rounding draws bits.
int readOrigin(const mx_origin *origin, const int64_t *sizes, int rank,
               contract::QuantizeSpec &result);

/// Fills items … blocks of a scaled tensor with the given logical extents and
/// checks the shapes of its codes and scales.
int readScaledTensor(const char *name, const contract::ScaledFormat &format,
                     const mx_tensor *codes, const mx_tensor *scale,
                     int64_t rows, int64_t cols, ScaledTensor &result);

/// The same for codes [batch…, ceil(rows/16), bytes/4, 64] and scales
/// [batch…, ceil(rows/16), ceil(blocks/4), 64] in MX_LAYOUT_TILE_16X4.
int readTiledTensor(const char *name, const contract::ScaledFormat &format,
                    const mx_tensor *codes, const mx_tensor *scale,
                    int64_t rows, int64_t cols, ScaledTensor &result);

/// Reads a tensor that must hold one f32.
int readScalar(const char *name, const mx_tensor *source, float *&result);

/// Returns from the enclosing function if `call` fails.
#define MX_TRY(call)                                                           \
  do {                                                                         \
    if (int status = (call))                                                   \
      return status;                                                           \
  } while (false)

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_SPEC_H
