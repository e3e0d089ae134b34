//===- Product.h - One product to time --------------------------*- C++ -*-===//
//
// Random operands of named formats, the call of mx_matmul, and its check
// against the contract.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_PRODUCT_H
#define MX_RUNTIME_BENCH_PRODUCT_H

#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Matmul.h"

#include <string>
#include <vector>

namespace mx::bench {

struct NamedFormat {
  const char *name;
  contract::ScaledFormat format; ///< scaled ones
  int dtype;                     ///< of plain ones, -1
  int64_t layout = MX_LAYOUT_LINEAR;
  bool isScaled() const { return dtype < 0; }
};
/// Whether `name` is f32:FORMAT, made of f32 in every call.
bool isFromF32(const std::string &name);
/// Of f32:FORMAT, that of FORMAT.
const NamedFormat &formatOf(const std::string &name);
std::vector<std::string> formatNames();

/// The word of mx_abi.h for a format.
int64_t formatWord(const contract::FloatFormat &format);

struct Problem {
  int64_t m, n, k;
  std::string a, b; ///< names of formats; a may be f32:FORMAT
  int64_t accumulate = MX_ACCUMULATE_DEFAULT;
  int64_t spread = 3; ///< steps that the block scales of a row span
  int64_t copies = 1; ///< of b, used in turn

  double flops() const { return 2.0 * double(m) * double(n) * double(k); }
};

/// A random operand [rows, k].
class ProductOperand {
public:
  ProductOperand(const NamedFormat &type, int64_t rows, int64_t k,
                 int64_t spread, int64_t copies, uint64_t seed);
  ProductOperand(const ProductOperand &) = delete;
  mx_operand use(int64_t copy);
  /// Replaces the numbers by those of f32 `values` [rows, k], cast or quantised
  /// with the `floor` rule to nearest even. Elements as they are packed only.
  void assign(std::vector<float> &values);
  /// What row() reads becomes what use() does.
  void keepForCheck();
  std::vector<contract::ExactNumber> row(int64_t row) const;
  contract::ExponentRange range() const;
  /// Codes and scales, or floats, of one copy.
  int64_t bytes() const {
    return static_cast<int64_t>(codes[0].size() + scales.size());
  }
  /// The factor of the second level, 1 without one.
  double secondLevel() const {
    return type.isScaled() && type.format.hasTensorScale ? tensorScale : 1;
  }
  const NamedFormat &type;

private:
  void prepack();

  int64_t k;
  std::vector<uint8_t> linearCodes, linearScales; ///< as row() reads them
  std::vector<std::vector<uint8_t>> codes;        ///< one per copy
  std::vector<uint8_t> scales;
  float tensorScale = 0.5f;
  int64_t codeSizes[3], scaleSizes[3], blocks = 0, blockBytes = 0, one = 1;
  mx_tensor codeTensor{}, scaleTensor{}, tensorTensor{};
};

class Product {
public:
  explicit Product(const Problem &problem);
  /// Runs with copy `copy` of b; a failing call ends the process.
  void run(int64_t copy = 0);
  /// Results of run() against the contract, on a sample: the largest error as
  /// a fraction of its bound; 0 means the same bits, above 1 a wrong result.
  double check(int samples = 64);
  /// Bytes that a call reads and writes once.
  int64_t bytes() const {
    return (values.empty() ? a.bytes() : 4 * m() * problem.k) + b.bytes() +
           4 * m() * n();
  }
  int64_t weightBytes() const { return b.bytes(); }
  int64_t m() const { return problem.m; }
  int64_t n() const { return problem.n; }
  const Problem problem;

private:
  double errorOf(int64_t row, int64_t col) const;
  ProductOperand a, b;
  std::vector<float> values; ///< f32 that every call makes `a` of
  std::vector<float> buffer;
  float *out;
  int64_t outSizes[2];
  mx_tensor result{};
  mx_matmul_spec spec{};
};

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_PRODUCT_H
