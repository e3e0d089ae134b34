//===- TensorMemory.h - Tensor memory of a block ----------------*- C++ -*-===//
//
// PTX ISA 9.7.16.1: 128 lanes of 512 columns of 32 bits. Beside the words
// stands, for each column of each quarter of the lanes, who wrote and read it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_TENSORMEMORY_H
#define MX_LIB_EMULATOR_TENSORMEMORY_H

#include "Shared.h"

#include <string>

namespace mx::emulator {

/// Instructions that access tensor memory.
enum class TensorOp : uint8_t { Mma, Copy, Load, Free };

/// An access, and what is ordered before it. `ordered` is what the last
/// tcgen05.fence::after_thread_sync knew, `known` what the warp knows.
struct TensorAccess {
  TensorOp op;
  Agent agent;
  uint32_t epoch;
  const Clock &ordered, &known;
  uint64_t shape = 0; ///< of Mma: accumulator and shape, which pipelines keep
};

/// Lanes from a multiple of 32 on, and columns.
struct TensorRange {
  unsigned quarter, quarters, column, columns;
};

class TensorMemory {
public:
  static constexpr unsigned kLanes = 128, kColumns = 512, kQuarters = 4;

  void reset();

  /// Whether so many columns from `column` on are free.
  bool isFree(unsigned column, unsigned columns) const;
  /// Takes free columns.
  void allocate(unsigned column, unsigned columns, const char *site);
  /// False where nothing of this size begins there.
  bool free(unsigned column, unsigned columns);
  /// Where the first allocation that is left was made, or null.
  const char *findLeak() const;
  bool isRelinquished = false;

  /// Note accesses. Empty, or what is wrong.
  std::string read(const TensorRange &range, const TensorAccess &access,
                   ReadSets &sets);
  std::string write(const TensorRange &range, const TensorAccess &access,
                    ReadSets &sets);

  uint32_t &word(unsigned lane, unsigned column) {
    return words[size_t(column) * kLanes + lane];
  }

private:
  struct Cell {
    uint64_t shape = 0;
    uint32_t writeEpoch = 0, readSet = 0;
    Agent writer = 0;
    TensorOp writtenBy = TensorOp::Copy;
    bool isWritten = false;
  };
  struct Allocation {
    unsigned column, columns;
    const char *site;
  };
  bool isAllocated(unsigned column, unsigned columns) const;
  std::string checkRange(const TensorRange &range) const;
  static std::string checkOrder(const Cell &cell, const TensorAccess &access,
                                const char *what);

  std::vector<uint32_t> words; ///< columns of lanes
  std::vector<Cell> cells;     ///< columns of quarters
  std::vector<Allocation> allocations;
};

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_TENSORMEMORY_H
