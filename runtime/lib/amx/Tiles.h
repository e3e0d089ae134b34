//===- Tiles.h - Blocks of AMX tiles ----------------------------*- C++ -*-===//
//
// A block of the result is 32 rows of B by 32 rows of A: four accumulator
// tiles. B's side is a panel of tile rows (16 rows × 64 bytes of k), decoded
// where it is used; A's side is packed once, in the pairwise (VNNI) order. Both
// are cut along k into slices that let a panel stay in the first-level cache
// while A streams from the second; sums of a block wait in memory in between.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AMX_TILES_H
#define MX_RUNTIME_LIB_AMX_TILES_H

#include <cstdint>

namespace mx::runtime::amx {

inline constexpr int64_t kBlock = 32; ///< rows of either side of a block
inline constexpr int64_t kTileBytes = 1024;
inline constexpr int64_t kStepBytes = 2048; ///< two tiles: 32 rows, 64 bytes
inline constexpr int64_t kBlockSums = 1024; ///< 4-byte sums of a block

/// One slice: sums[block] (+)= panel · activations[block].
struct SliceProduct {
  const uint8_t *panel = nullptr;       ///< [limb][step][2 tiles]
  const uint8_t *activations = nullptr; ///< [limb][block][step][2 tiles]
  void *sums = nullptr;                 ///< [block][4][16][16]
  int64_t steps = 0;
  int64_t blocks = 0;     ///< of this product
  int64_t limbStride = 0; ///< bytes between limbs of `activations`
  int limbsA = 1, limbsB = 1;
  bool first = true; ///< sums start at zero
  /// Lines to bring to the second-level cache meanwhile: `lines` of 64 bytes
  /// from each of `rows` places `rowBytes` apart. Null: none.
  const uint8_t *prefetch = nullptr;
  int64_t rowBytes = 0, rows = 0, lines = 0;
};

/// Tiles of this thread hold 16 rows of 64 bytes for as long as the object
/// lives.
class TileScope {
public:
  TileScope();
  ~TileScope();
  TileScope(const TileScope &) = delete;
  TileScope &operator=(const TileScope &) = delete;
};

/// bf16 pairs into f32. Limb products (i, j) with i + j < 3 are summed.
void multiplyBF16(const SliceProduct &product);
/// Bytes into s32, one limb.
void multiplyS8(const SliceProduct &product);

} // namespace mx::runtime::amx

#endif // MX_RUNTIME_LIB_AMX_TILES_H
