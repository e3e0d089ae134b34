//===- Amax.cpp - Largest finite magnitude, portable ----------------------===//
//
// Rows in parallel; a maximum has no order.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include <vector>

namespace mx::runtime::portable {

bool amax(const AmaxArgs &args) {
  int64_t rows = args.x.items * args.x.rows;
  std::vector<uint32_t> largest(static_cast<size_t>(rows), 0);
  parallelFor(rows, [&](int64_t row, Workspace &workspace) {
    float *values = workspace.get<float>(args.cols);
    args.x.loadRow(row, values);
    std::fill(values + args.x.cols, values + args.cols, 0.0f);
    for (int64_t g = 0; args.hadamardSize > 0 && g < args.cols;
         g += args.hadamardSize)
      contract::hadamard(values + g, args.hadamardSize, args.signs);
    uint32_t result = 0;
    for (int64_t col = 0; col < args.cols; ++col) {
      uint32_t bits = contract::bitsOf(values[col]) & 0x7FFFFFFF;
      result = bits < 0x7F800000 && bits > result ? bits : result;
    }
    largest[static_cast<size_t>(row)] = result;
  });
  uint32_t result = 0;
  for (uint32_t bits : largest)
    result = std::max(result, bits);
  *args.result = contract::floatOf(result);
  return true;
}

} // namespace mx::runtime::portable
