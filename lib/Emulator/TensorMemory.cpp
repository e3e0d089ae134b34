//===- TensorMemory.cpp - Tensor memory of a block ------------------------===//

#include "TensorMemory.h"

#include "llvm/ADT/STLExtras.h"

using namespace mx::emulator;

void TensorMemory::reset() {
  words.clear();
  cells.clear();
  allocations.clear();
  isRelinquished = false;
}

bool TensorMemory::isAllocated(unsigned column, unsigned columns) const {
  return llvm::any_of(allocations, [&](const Allocation &one) {
    return column >= one.column && column + columns <= one.column + one.columns;
  });
}

bool TensorMemory::isFree(unsigned column, unsigned columns) const {
  return llvm::none_of(allocations, [&](const Allocation &one) {
    return column < one.column + one.columns && one.column < column + columns;
  });
}

void TensorMemory::allocate(unsigned column, unsigned columns,
                            const char *site) {
  if (words.empty()) {
    // Signalling NaN as f32, and no plausible number.
    words.assign(size_t(kColumns) * kLanes, 0x7FA5A5A5);
    cells.assign(size_t(kColumns) * kQuarters, Cell());
  }
  allocations.push_back({column, columns, site});
}

bool TensorMemory::free(unsigned column, unsigned columns) {
  auto found = llvm::find_if(allocations, [&](const Allocation &one) {
    return one.column == column && one.columns == columns;
  });
  if (found == allocations.end())
    return false;
  allocations.erase(found);
  std::fill_n(cells.begin() + column * kQuarters, columns * kQuarters, Cell());
  return true;
}

const char *TensorMemory::findLeak() const {
  return allocations.empty() ? nullptr : allocations[0].site;
}

std::string TensorMemory::checkRange(const TensorRange &range) const {
  std::string where = "columns " + std::to_string(range.column) + " to " +
                      std::to_string(range.column + range.columns - 1);
  if (range.quarter + range.quarters > kQuarters)
    return "accesses lanes beyond 127";
  if (!isAllocated(range.column, range.columns))
    return "accesses " + where + " of tensor memory, which are not allocated";
  return "";
}

std::string TensorMemory::checkOrder(const Cell &cell,
                                     const TensorAccess &access,
                                     const char *what) {
  if (!cell.isWritten || access.ordered.get(cell.writer) >= cell.writeEpoch)
    return "";
  // 9.7.16.6.2, pipelined instructions: the same accumulator and shape, or a
  // copy before.
  if (access.op == TensorOp::Mma && cell.writer == access.agent &&
      (cell.writtenBy == TensorOp::Copy || cell.shape == access.shape))
    return "";
  std::string by =
      cell.writtenBy == TensorOp::Mma ? "tcgen05.mma" : "tcgen05.cp";
  std::string text = what + (" what " + by) + " writes";
  if (access.known.get(cell.writer) >= cell.writeEpoch)
    return text + "; expected tcgen05.fence::after_thread_sync after the wait "
                  "for it";
  return text + " without having waited for it";
}

std::string TensorMemory::read(const TensorRange &range,
                               const TensorAccess &access, ReadSets &sets) {
  if (std::string problem = checkRange(range); !problem.empty())
    return problem;
  for (unsigned column = range.column; column < range.column + range.columns;
       ++column)
    for (unsigned q = range.quarter; q < range.quarter + range.quarters; ++q) {
      Cell &cell = cells[column * kQuarters + q];
      if (!cell.isWritten)
        return "reads tensor memory that was never written (column " +
               std::to_string(column) + ", lanes " + std::to_string(32 * q) +
               " to " + std::to_string(32 * q + 31) + ")";
      if (std::string problem = checkOrder(cell, access, "reads");
          !problem.empty())
        return problem;
      cell.readSet = sets.add(cell.readSet, access.agent, access.epoch);
    }
  return "";
}

std::string TensorMemory::write(const TensorRange &range,
                                const TensorAccess &access, ReadSets &sets) {
  if (std::string problem = checkRange(range); !problem.empty())
    return problem;
  Clock readers = access.ordered;
  if (access.op == TensorOp::Mma) // after its own
    readers.raise(access.agent, ~0u);
  for (unsigned column = range.column; column < range.column + range.columns;
       ++column)
    for (unsigned q = range.quarter; q < range.quarter + range.quarters; ++q) {
      Cell &cell = cells[column * kQuarters + q];
      if (std::string problem = checkOrder(cell, access, "writes over");
          !problem.empty())
        return problem;
      if (sets.findUnknown(cell.readSet, readers))
        return "writes tensor memory that may still be read: no wait and "
               "tcgen05.fence::after_thread_sync order the read before";
      cell = {access.shape,      access.epoch, 0, access.agent, access.op,
              /*isWritten=*/true};
    }
  return "";
}
