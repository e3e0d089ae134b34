//===- Guarded.h - Operands between forbidden pages -------------*- C++ -*-===//
//
// A strided buffer whose first or last byte lies directly at a page that must
// not be touched. Bytes around and between its elements must stay as they
// are, and inputs must not change.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_FUZZ_GUARDED_H
#define MX_TEST_FUZZ_GUARDED_H

#include "../Support/Harness.h"
#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Round.h"

#include <cstring>
#include <vector>

namespace mx::fuzz {

using test::Random;

/// Memory between two pages without access, from a pool.
class Arena {
public:
  Arena();
  ~Arena();
  Arena(const Arena &) = delete;
  uint8_t *begin() const { return memory; }
  uint8_t *end() const { return memory + kBytes; }
  static constexpr int64_t kBytes = 64 << 20;

private:
  uint8_t *memory;
};

enum class Use { Input, Output };

class Guarded {
public:
  /// Random strides; `contiguous` where the ABI asks for that.
  Guarded(int dtype, std::vector<int64_t> shape, Use use, Random &random,
          bool contiguous = false);
  Guarded(const Guarded &) = delete;

  int64_t count() const;
  uint32_t bits(int64_t flat) const;
  float value(int64_t flat) const;
  void setBits(int64_t flat, uint32_t code);
  void set(int64_t flat, float value);
  const mx_tensor *pointer() const { return &tensor; }
  /// Remembers the elements; intact() then says whether they changed too.
  void freeze();
  /// Whether nothing but elements was written (inputs: nothing at all).
  bool intact() const;
  /// Undoes what the last kernel wrote.
  void clear();

  const int dtype;
  const std::vector<int64_t> sizes;

private:
  void chooseStrides(Use use, Random &random, bool contiguous);
  int64_t width() const;
  int64_t offset(int64_t flat) const;
  /// The bytes from the first to the last element, and canaries around them.
  uint8_t *first() const { return start - before; }

  Arena arena;
  std::vector<int64_t> strides;
  uint8_t *start = nullptr; ///< the lowest byte of an element
  int64_t span = 0;         ///< bytes of the elements and what lies between
  int64_t before = 0, after = 0; ///< canaries
  uint8_t *origin = nullptr;     ///< element 0
  std::vector<bool> isElement;   ///< per byte of the span; empty: all
  std::vector<uint8_t> frozen;
  mx_tensor tensor;
};

} // namespace mx::fuzz

#endif // MX_TEST_FUZZ_GUARDED_H
