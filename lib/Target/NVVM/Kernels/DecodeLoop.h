//===- DecodeLoop.h - Weights decoded on the way to wgmma -------*- C++ -*-===//
//
// The weights never leave their packed form: a block copies codes to shared
// memory, and each warp decodes those of its rows in registers, where
// wgmma takes its first operand. So the product is made transposed: weights are
// rows of the tensor cores' tiles, rows of x their columns.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DECODELOOP_H
#define MX_LIB_TARGET_NVVM_KERNELS_DECODELOOP_H

#include "../Builder/Barrier.h"
#include "../Builder/Wgmma.h"
#include "Epilogue.h"

namespace mx::nvvm::decode {

/// Bytes of codes of a weight in a stage: a tile of K.
constexpr int kTileBytes = 128;
/// Bytes of a row of x in a stage: a step.
constexpr int kStepBytes = 128;
constexpr int kTileN = 128; ///< weights (columns of the result) of a block
constexpr int kCodeStages = 4;
constexpr int kCluster = 2; ///< blocks that share x
constexpr int kThreads = 384;

/// What is fixed when the kernel is made.
struct Form {
  mlir::Type type; ///< of the result: f32, bf16 or f16
  float alpha = 1;
  int64_t cols = 0;      ///< K
  int64_t codeBytes = 0; ///< of a row of weights, a multiple of 16
  int codeBits = 4;      ///< of a weight: 4 or 8
  int64_t tileM = 256;   ///< rows of x in a block: 64, 128 or 256
  bool evenN = false;    ///< N is known to be even
  bool alignedN = false; ///< N is known to be a multiple of 8
  bool hasAcc = false;
  bool canSplit = false; ///< clusters may share tiles along K
  Epilogue epilogue;

  /// Columns of a tile of K.
  int getTileK() const { return 8 * kTileBytes / codeBits; }
  /// What is past K in the last one is copied as zeros.
  int64_t countTilesK() const {
    return int64_t(llvm::divideCeil(cols, getTileK()));
  }

  /// Results of 16 bits whose rows are whole 16 bytes leave as those.
  bool storesQuads() const {
    return alignedN && !hasAcc && !epilogue &&
           type.getIntOrFloatBitWidth() == 16;
  }

  int getStages() const { return tileM == 256 ? 4 : 8; } ///< of x
  int getSharedBytes() const {
    return getStages() * (int(tileM) * kStepBytes + 16) +
           kCodeStages * (kTileN * kTileBytes + 16) + 1024;
  }
};

/// Persistent blocks in clusters of two along N: one warp copies codes and x
/// into rings of stages, the cluster's blocks half of x each for both; two
/// warpgroups decode 64 rows of weights each and multiply. wgmma holds its
/// warpgroup while it takes A from registers: the two take turns, so that one
/// decodes while the other multiplies.
///
/// The kernel's first parameters are the maps of x [1, m, bytes of K] in boxes
/// of kStepBytes x tileM / kCluster, and of the codes [1, n, codeBytes] in
/// boxes of kTileBytes x kTileN, then scales [n, blocks], a byte each that
/// whoever derives knows, out [m, n], m and n (getParams()). A form that can
/// split takes splits, tiles of K of each, none of them empty, and partials
/// [splits, m, n] f32: with more than one it leaves what scaleWeight() returns
/// there, times loadFactor().
class Loop {
public:
  virtual ~Loop() = default;
  static llvm::SmallVector<Param> getParams(const Form &form);
  /// Nothing where `isChosen` (i1) is there and does not hold.
  void emit(Int isChosen = Int());

protected:
  /// A block of weights in the tile of K has `blockCols` columns.
  Loop(Kernel &k, const Form &form, WgmmaShape shape, int stepK, int blockCols);

  /// Before the loop over K of a tile: what it carries, of a thread's weights
  /// `row` and that + 8.
  virtual llvm::SmallVector<Value> begin(Int row) = 0;
  /// Before a tile of K, whose scales are given (as loadScales() gives them):
  /// what is carried on.
  virtual llvm::SmallVector<Value> enter(ValueRange carried,
                                         llvm::ArrayRef<Int> scales) = 0;
  /// Codes of a step, which start at an address for the warp's first row.
  virtual llvm::SmallVector<Int> load(Int first, int step) = 0;
  /// Those, as multiplyRegisters() takes them.
  virtual llvm::SmallVector<Int> decode(llvm::ArrayRef<Int> words,
                                        int step) = 0;
  /// After the loop.
  virtual void leave(ValueRange carried) = 0;
  /// f32 of a sum of the first or second weight, times what belongs to that.
  virtual Value scaleWeight(Value sum, int half) = 0;
  /// What belongs to a row of x, or null.
  virtual Value loadFactor(Int row) = 0;
  /// What is left to do before alpha and rounding: acc's is i after `place`.
  virtual Value addAndScale(Value sum, Int, int) { return sum; }

  /// Scales `first` to first + 3 of a row, wherever they are: 0 past the last.
  Int loadScaleBytes(Int line, Int first);

  Kernel &k;
  const Form &form;
  const int steps;      ///< in a tile of K
  const int blockCols;  ///< of K with one scale
  const int scaleWords; ///< of a row in a tile of K
  const int64_t blocks; ///< of a row of weights
  Value scales, out;
  std::optional<EpilogueCode> epilogue; ///< set by whoever derives

private:
  struct Tile {
    Int row, column;  ///< of the result
    Int first, count; ///< tiles of K
    Int split;        ///< of a form that can split: its number
  };
  /// The place in a ring of a power of two of stages.
  struct Ring {
    Int stage, parity;
  };

  Barrier at(int number, Int stage);
  Barrier fullX(Int stage) { return at(0, stage); }
  Barrier emptyX(Int stage) { return at(stages, stage); }
  Barrier fullCodes(Int stage) { return at(2 * stages, stage); }
  Barrier emptyCodes(Int stage) { return at(2 * stages + kCodeStages, stage); }
  Ring locate(Int count, int stages);
  void forEachTile(llvm::function_ref<void(Tile, Int)> body);
  void produce();
  void loadCodes(Tile tile, Int i, Int count);
  void loadX(Tile tile, Int step, Int count);
  void consume();
  void takeTurn();
  Int getNextTurn();
  llvm::SmallVector<Value> sum(Tile tile, Int before);
  Int getRow(Tile tile);
  llvm::SmallVector<Value> loadScales(Int row, Int i);
  llvm::SmallVector<Value> accumulate(Tile tile, Int i, Int number,
                                      ValueRange values);
  Int getCodes(Int stage);
  void release(Int stage);
  void releaseCodes(Int stage);
  void store(Tile tile, ValueRange sums);
  void storeResult(Tile tile, ValueRange sums, bool isPartial);
  void storeQuad(Int row, Int column,
                 llvm::ArrayRef<std::array<Value, 2>> pairs);
  void storePair(Int row, Int column, std::array<Value, 2> values);
  std::array<Value, 2> finish(std::array<Value, 2> sums, Int place);
  bool mayBeNaN() const { return shape.isFloat; }
  void storePartial(Int split, Int row, Int column,
                    std::array<Value, 2> values);

  WgmmaShape shape;
  int stages, stepBytes; ///< of x
  int64_t tiles;         ///< of K
  Value mapX, mapCodes, partials;
  Int splits, tilesOfSplit;
  Int isChosen, m, n, x, codes, barriers, rank, group;
};

} // namespace mx::nvvm::decode

#endif // MX_LIB_TARGET_NVVM_KERNELS_DECODELOOP_H
