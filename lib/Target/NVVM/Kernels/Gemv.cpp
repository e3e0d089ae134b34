//===- Gemv.cpp - A few rows of bf16 by packed E2M1 weights ---------------===//
//
// A warp takes 16 rows of weights times 128 of K at a time: lane 4g + t has
// codes 32t … 32t+31 of rows g and g+8. The tensor cores sum over K in any
// order, so the codes meet the activations in the order in which nibbles come
// out of a word in pairs: i and i+4.
//
//===----------------------------------------------------------------------===//

#include "Gemv.h"

#include "../Builder/Mma.h"
#include "../Builder/Warp.h"
#include "Convert.h"
#include "Decode.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::gemv;

namespace {

constexpr int kWarps = kThreads / 32;
constexpr int kLanesOfRow = 4;
constexpr int kWords = 4; ///< of a unit's codes
/// Floats between the sums of neighbouring tokens: 16 rows, and no two lanes
/// of a warp in one bank.
constexpr int kPitch = 20;
/// E2M1's bits in the place of bf16's are the number times 2^-126.
constexpr int kPatternExponent = 126;

} // namespace

int64_t Form::getUnits() const {
  return format.numBlocks(cols) * format.blockCols / kUnit;
}

int64_t Form::getSharedBytes() const {
  return kWarps * getTokenTiles() * 8 * kPitch * 4;
}

std::string Form::findProblem() const {
  const contract::FloatFormat &scale = format.scale;
  bool isSmallScale =
      !scale.isInteger && scale.bits() <= 8 && scale.emax() < 64;
  if (format.element != contract::kE2M1)
    return "the weights' elements are not f4E2M1FN";
  if (!scale.isE8M0 && !isSmallScale)
    return "the weights' scales are neither f8E8M0FNU nor small floats";
  if (format.blockRows != 1 || format.blockCols % 16 != 0)
    return "the weights' blocks are not a multiple of 16 along K";
  if (cols % 8 != 0)
    return "K must be static and a multiple of 8";
  if (format.numBlocks(cols) * format.blockCols % kUnit != 0 ||
      (format.blockCols % kUnit != 0 && format.blockCols != 16))
    return "a row of weights is not whole units of 32 codes";
  return "";
}

namespace {

class Gemv {
public:
  Gemv(Kernel &k, const Form &form)
      : k(k), form(form), rowTiles(form.getRowTiles()),
        tokenTiles(form.getTokenTiles()), units(form.getUnits()),
        isEven(units % kLanesOfRow == 0) {
    x = k.parameter(0);
    codes = k.parameter(1);
    scales = k.parameter(2);
    out = k.parameter(3);
    n = k.integer(4);
    unsigned next = 5;
    if (form.format.hasTensorScale)
      tensorScale = k.load(k.parameter(next++), k.f32Type(), k.i32(0));
    if (form.hasAcc)
      acc = k.parameter(next++);
    warp = k.thread() >> 5;
    group = k.lane() >> 2;
    place = k.lane() & 3;
    firstRow = k.block() * form.getTile();
    // Other scales enter the weights at once with the pattern's 2^126; E8M0's
    // leave bf16's range that way, and are kept below it by 2^-2.
    scaleShift = form.format.scale.isE8M0
                     ? -2
                     : kPatternExponent - form.format.scale.emax() - 1;
  }

  void emit() {
    Int chunks = k.i32((units + kLanesOfRow - 1) / kLanesOfRow);
    bool isAhead = form.getStages() == 2;
    SmallVector<Value> carried(4 * rowTiles * tokenTiles, k.f32(0));
    int64_t sums = carried.size();
    if (isAhead)
      llvm::append_range(carried, load(warp, chunks));
    SmallVector<Value> found = k.loop(
        warp, chunks, k.i32(kWarps), carried,
        [&](Int chunk, ValueRange values) {
          SmallVector<Value> next(values.take_front(sums));
          SmallVector<Value> loaded =
              load(isAhead ? chunk + kWarps : chunk, chunks);
          multiply(chunk,
                   isAhead ? values.drop_front(sums) : ValueRange(loaded),
                   next);
          if (isAhead)
            llvm::append_range(next, loaded);
          return next;
        });
    for (int64_t tile = 0; tile < rowTiles; ++tile)
      addUp(tile, ArrayRef(found).slice(4 * tokenTiles * tile, 4 * tokenTiles));
  }

private:
  /// Rows of weights that a lane has, and words of one of them: codes and
  /// scales.
  int64_t countRows() const { return 2 * rowTiles; }
  int64_t countScales() const { return form.format.blockCols == 16 ? 2 : 1; }

  /// What a lane needs of a chunk; of the last one past the end.
  SmallVector<Value> load(Int chunk, Int chunks) {
    Int wanted = chunk.smin(chunks - 1) * kLanesOfRow + place;
    Int unit = isEven ? wanted : wanted.smin(units - 1);
    SmallVector<Value> values;
    for (int64_t i = 0; i < countRows(); ++i) {
      Int row = getRow(i);
      Int first = row * units + unit.sext(64);
      for (Int word : k.loadWords(codes, first * kWords, kWords))
        values.push_back(word.get());
      for (int64_t j = 0; j < countScales(); ++j)
        values.push_back(k.loadByte(scales, locateScale(row, unit, j)).get());
    }
    return values;
  }

  /// Line `group` of a group of 8 rows. 64 bits, so that what is constant of
  /// an address goes into the instruction.
  Int getRow(int64_t eight) {
    Int row = firstRow + group;
    if (form.evenRows)
      return row.sext(64) + 8 * eight;
    return (row + 8 * eight).smin(n - 1).sext(64);
  }
  Int getToken(int64_t eight) {
    if (8 * (eight + 1) <= form.tokens)
      return group.sext(64) + 8 * eight;
    return (group + 8 * eight).smin(form.tokens - 1).sext(64);
  }

  Int locateScale(Int row, Int unit, int64_t j) {
    int64_t blocks = form.format.numBlocks(form.cols);
    int64_t unitsOfBlock = std::max<int64_t>(form.format.blockCols / kUnit, 1);
    Int block = (unit.udiv(unitsOfBlock)) * countScales() + j;
    return row * blocks + block.sext(64);
  }

  /// A scale times 2^scaleShift, as f32: its upper half is the bf16.
  Int decodeScale(Int code) {
    const contract::FloatFormat &format = form.format.scale;
    Value scale = format.isE8M0 ? decodeE8M0(k, code, k.i32(scaleShift))
                                : k.fmul(decodeSmall(k, code, format),
                                         k.f32(std::ldexp(1.0f, scaleShift)));
    return bitsOf(k.emitter(), scale);
  }

  /// Codes i and i + 4 of a word, times the scale.
  Int decodePair(Int word, int i, Int scale) {
    Int placed = word << (12 - 4 * i);
    Int pair = (placed & 0x80008000ll) | ((placed >> 6) & 0x01C001C0);
    if (form.format.scale.isE8M0)
      pair = multiplyBF16Pair(k, pair, k.i32(0x7E807E80)); // 2^126
    return multiplyBF16Pair(k, pair, scale);
  }

  void multiply(Int chunk, ValueRange loaded, MutableArrayRef<Value> sums) {
    Int unit = chunk * kLanesOfRow + place;
    Int isIn = unit.slt(units);
    int64_t wordsOfRow = kWords + countScales();
    auto get = [&](int64_t row, int64_t i) {
      return Int(k.emitter(), loaded[row * wordsOfRow + i]);
    };
    // Of rows g and g+8, in the halves of a word.
    SmallVector<Int> scales;
    for (int64_t tile = 0; tile < rowTiles; ++tile)
      for (int64_t j = 0; j < countScales(); ++j) {
        Int both = permuteBytes(k, decodeScale(get(2 * tile, kWords + j)),
                                decodeScale(get(2 * tile + 1, kWords + j)),
                                k.i32(0x7632));
        scales.push_back(isEven ? both : isIn.select(both, k.i32(0)));
      }
    for (int word = 0; word < kWords; ++word) {
      SmallVector<Int> a; // [row tile][half of the word][4]
      for (int64_t tile = 0; tile < rowTiles; ++tile)
        for (int half = 0; half < 2; ++half)
          for (int i = 0; i < 4; ++i) {
            int64_t row = 2 * tile + i % 2;
            int64_t block = countScales() == 2 ? word / 2 : 0;
            Int both = scales[tile * countScales() + block];
            Int scale =
                permuteBytes(k, both, both, k.i32(i % 2 ? 0x3232 : 0x1010));
            a.push_back(decodePair(get(row, word), 2 * half + i / 2, scale));
          }
      for (int64_t token = 0; token < tokenTiles; ++token) {
        SmallVector<Int> b = loadTokens(token, unit * kUnit + 8 * word);
        for (int64_t tile = 0; tile < rowTiles; ++tile)
          for (int half = 0; half < 2; ++half) {
            int64_t at = 4 * (tile * tokenTiles + token);
            SmallVector<Value> next =
                multiplyTile(k, ValueRange(sums.slice(at, 4)),
                             ArrayRef(a).slice(8 * tile + 4 * half, 4),
                             ArrayRef(b).slice(2 * half, 2));
            llvm::copy(next, sums.begin() + at);
          }
      }
    }
  }

  /// Eight activations from a column on, in pairs i and i + 4; zeros past K.
  SmallVector<Int> loadTokens(int64_t tile, Int column) {
    bool isWhole = form.cols % (kUnit * kLanesOfRow) == 0;
    Int from = isWhole ? column : column.smin(form.cols - 8);
    SmallVector<Int> words = k.loadWords(
        x, getToken(tile) * (form.cols / 2) + (from >> 1).sext(64), 4);
    Int isIn = column.slt(form.cols);
    SmallVector<Int> pairs;
    for (int i = 0; i < 4; ++i) {
      Int selector = k.i32(i % 2 ? 0x7632 : 0x5410);
      Int pair = permuteBytes(k, words[i / 2], words[2 + i / 2], selector);
      pairs.push_back(isWhole ? pair : isIn.select(pair, k.i32(0)));
    }
    return pairs;
  }

  /// One row tile: the sums of all warps in order, then the result.
  void addUp(int64_t tile, ArrayRef<Value> sums) {
    Int start = k.sharedMemory();
    int64_t floatsOfWarp = tokenTiles * 8 * kPitch;
    auto address = [&](Int warp, Int token, Int row) {
      return start + (warp * floatsOfWarp + token * kPitch + row) * 4;
    };
    if (tile > 0)
      k.syncBlock();
    for (int64_t i = 0; i < tokenTiles * 4; ++i) {
      Int token = place * 2 + (i / 4 * 8 + i % 2);
      Int row = group + (i / 2 % 2 * 8);
      k.storeShared(sums[i], address(warp, token, row));
    }
    k.syncBlock();
    k.loop(k.thread(), k.i32(form.tokens * 16), k.i32(kThreads), [&](Int i) {
      Int token = i >> 4, row = i & 15;
      Value sum = k.loadShared(k.f32Type(), address(k.i32(0), token, row));
      for (int w = 1; w < kWarps; ++w)
        sum = k.fadd(sum,
                     k.loadShared(k.f32Type(), address(k.i32(w), token, row)));
      store(sum, token, firstRow + 16 * tile + row);
    });
  }

  /// Contract 25: ((r + acc) · tensor scale) · alpha.
  void store(Value sum, Int token, Int column) {
    k.when(column.slt(n), [&] {
      int exponent =
          form.format.scale.isE8M0 ? 2 : kPatternExponent - scaleShift;
      Value value = k.fmul(sum, k.f32(std::ldexp(1.0f, exponent)));
      Int at = token.sext(64) * n.sext(64) + column.sext(64);
      if (acc)
        value = k.fadd(value, k.widen(k.load(acc, form.type, at)));
      if (tensorScale)
        value = k.fmul(value, tensorScale);
      k.store(finishSum(k, value, form.alpha, form.type, /*mayBeNaN=*/true),
              out, at);
    });
  }

  Kernel &k;
  const Form &form;
  int64_t rowTiles, tokenTiles, units;
  bool isEven; ///< no chunk is short
  int scaleShift;
  Value x, codes, scales, out, tensorScale, acc;
  Int n, warp, group, place, firstRow;
};

} // namespace

void gemv::buildGemv(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::Pointer, Param::I32};
  params.append(form.format.hasTensorScale + form.hasAcc, Param::Pointer);
  Kernel k(b, module, "gemv", params, kThreads, form.getResidentBlocks());
  Gemv(k, form).emit();
  k.finish();
}
