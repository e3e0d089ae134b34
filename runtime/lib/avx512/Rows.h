//===- Rows.h - Rows of an operand as bf16 ----------------------*- C++ -*-===//
//
// What tile products read: rows of any operand as one to three bf16 numbers per
// element, whose sum is the element times its block scale.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_ROWS_H
#define MX_RUNTIME_LIB_AVX512_ROWS_H

#include "../x86/OperandRows.h"
#include "ByteTables.h"

namespace mx::runtime::avx512 {

using x86::RowTarget;

/// Both operands of a product have their elements in the same order.
enum class KOrder : uint8_t {
  Natural,
  /// Step r of a group of four holds the elements with k mod 4 = r: what
  /// splitting words of 4-bit codes into nibbles gives.
  Nibbles,
  /// The same in whole groups; what is left of k takes no more steps than it
  /// needs.
  NibblesOfWholeGroups,
  /// Number j of a step and number 16 + j are words 2j and 2j + 1: what 16
  /// floats and 16 more give without being moved.
  Halves
};

class Rows : public x86::OperandRows {
public:
  static constexpr int64_t kStep = 32; ///< columns

  /// At most `maxLimbs` bf16 numbers per element. `defers`: of f32 in the order
  /// Halves.
  Rows(const OperandArgs &operand, int64_t k, KOrder order, int maxLimbs,
       ScratchSlot slot, bool defers = false);

  /// OperandRows::prepare(), and the tables of elements.
  void prepare(int64_t item);
  int64_t steps() const override { return stepCount; }
  int limbs() const override { return limbCount; }
  bool isWide() const override { return order == KOrder::Halves; }
  /// Ranges begin and end between groups, or with the last step.
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const RowTarget &target) const override;
  bool packTiles(int64_t firstRow, int64_t first, int64_t count, uint8_t *tiles,
                 int64_t stepBytes) const override;

private:
  void decodeFp4(int64_t row, int64_t first, int64_t count,
                 const RowTarget &target) const;
  /// The whole groups of rows of Kind::Fp4 among these steps; how many steps
  /// they are. None where rows are not together in memory.
  int64_t decodeFp4Groups(int64_t firstRow, int64_t rowCount, int64_t first,
                          int64_t count, const RowTarget &target) const;
  /// decodeFp4() for steps that are together in memory, from step `first` on.
  void decodeFp4Steps(const uint8_t *bytes, const uint8_t *scales,
                      int64_t first, int64_t count,
                      const RowTarget &target) const;
  /// decodeBytes() for steps that are together in memory.
  void decodePiece(const uint8_t *bytes, const uint8_t *scales, int64_t count,
                   uint16_t *out, const RowTarget &target) const;
  void decodeBytes(int64_t row, int64_t first, int64_t count,
                   const RowTarget &target) const;
  void decodeFloats(int64_t row, int64_t first, int64_t count,
                    const RowTarget &target) const;
  /// The same in the order Halves.
  void decodeHalves(int64_t row, int64_t first, int64_t count,
                    const RowTarget &target) const;
  template <int Limbs>
  void decodeHalvesAs(int64_t row, int64_t first, int64_t count,
                      const RowTarget &target) const;

  KOrder order;
  int64_t stepCount;
  int64_t groupSteps; ///< with the order Nibbles; the steps behind are Natural
  int limbCount;
  void prepareTables();
  /// Whether and how elements go by tables to one bf16 number each.
  bool hasProducts = false, hasTables = false;
  ByteTables tables;
  /// Of 4-bit elements whose product with a scale is one bf16 number: by entry
  /// of scaleCodes and code.
  alignas(64) uint16_t products[256][16];
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_ROWS_H
