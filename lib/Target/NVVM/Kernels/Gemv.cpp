//===- Gemv.cpp - A few rows of bf16 by packed E2M1 weights ---------------===//
//
// Each warp has a ring of its own in shared memory, which it fills ahead with
// chunks of weights and activations, and no other warp waits for it. Of a
// chunk, lane 4g + t takes codes 16t … 16t+15 of rows g, g+8, … The tensor
// cores sum over K in any order, so the codes meet the activations in the order
// in which nibbles come out of a word in pairs: i and i+4.
//
//===----------------------------------------------------------------------===//

#include "Gemv.h"

#include "../Builder/Async.h"
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

constexpr int kBytes = 16;              ///< of one copy
constexpr int kCodesBytes = kChunk / 2; ///< of a row of weights in a chunk
constexpr int kTokenBytes = kChunk * 2; ///< of a row of x
constexpr int kWords = 2;               ///< of a lane's codes of a row
/// Floats between the sums of neighbouring tokens: 16 rows, and no two lanes
/// of a warp in one bank.
constexpr int kPitch = 20;
/// E2M1's bits in the place of bf16's are the number times 2^-126.
constexpr int kPatternExponent = 126;
/// Blocks that fill a GPU.
constexpr int64_t kEnoughBlocks = 100;
constexpr int kMaxWarps = 8, kMaxStages = 6;

int64_t getStageBytes(const Form &form) {
  return form.getTile() * kCodesBytes + form.getTokenTiles() * 8 * kTokenBytes;
}

int64_t countStages(const Form &form, int warps) {
  return (form.sharedMemory - 1024) / (warps * getStageBytes(form));
}

} // namespace

std::string Form::findProblem() const {
  const contract::FloatFormat &scale = format.scale;
  bool isSmall = !scale.isInteger && scale.bits() <= 8 && scale.emax() < 64;
  if (format.element != contract::kE2M1)
    return "the weights' elements are not f4E2M1FN";
  if (!scale.isE8M0 && !isSmall)
    return "the weights' scales are neither f8E8M0FNU nor small floats";
  if (format.blockRows != 1 || format.blockCols % 16 != 0)
    return "the weights' blocks are not a multiple of 16 along K";
  if (cols % 8 != 0)
    return "K must be a multiple of 8";
  if (format.numBlocks(cols) * format.blockCols % 32 != 0)
    return "a row of packed weights is not a multiple of 16 bytes";
  return "";
}

int64_t Form::getRowTiles() const {
  for (int64_t tiles : {4, 2})
    if (rows < 0 || rows >= 16 * tiles * kEnoughBlocks)
      return tiles;
  return 1;
}

int Form::getWarps() const { return countStages(*this, kMaxWarps) < 2 ? 4 : 8; }
int Form::getStages() const {
  return std::min<int64_t>(countStages(*this, getWarps()), kMaxStages);
}
int64_t Form::getSharedBytes() const {
  return getWarps() * getStages() * getStageBytes(*this) + 1024;
}

namespace {

class Gemv {
public:
  Gemv(Kernel &k, const Form &form)
      : k(k), form(form), rowTiles(form.getRowTiles()),
        tokenTiles(form.getTokenTiles()), warps(form.getWarps()),
        stages(form.getStages()) {
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
    blocks = form.format.numBlocks(form.cols);
    copiesOfRow = blocks * form.format.blockCols / 2 / kBytes;
    evenRows = form.rows >= 0 && form.rows % form.getTile() == 0;
    warp = k.thread() >> 5;
    group = k.lane() >> 2;
    place = k.lane() & 3;
    firstRow = k.block() * form.getTile();
    shared = k.sharedMemory();
    ring = shared + warp * (stages * getStageBytes(form));
    // Other scales enter the weights at once with the pattern's 2^126; E8M0's
    // leave bf16's range that way, and are kept below it by 2^-2.
    scaleShift = form.format.scale.isE8M0
                     ? -2
                     : kPatternExponent - form.format.scale.emax() - 1;
  }

  void emit() {
    for (int step = 0; step < stages - 1; ++step)
      fetch(k.i32(step), k.i32(step));
    SmallVector<Value> carried(4 * rowTiles * tokenTiles, k.f32(0));
    int64_t sums = carried.size();
    carried.push_back(k.i32(0).get());
    llvm::append_range(carried, loadScales(k.i32(0)));
    SmallVector<Value> found =
        k.loop(k.i32(0), countSteps(), k.i32(1), carried,
               [&](Int step, ValueRange values) {
                 SmallVector<Value> next(values.take_front(sums));
                 Int slot(k.emitter(), values[sums]);
                 waitForCopies(k, stages - 2);
                 syncWarp(k);
                 fetch(step + (stages - 1), before(slot));
                 SmallVector<Value> ahead = loadScales(step + 1);
                 multiply(step, slot, values.drop_front(sums + 1), next);
                 next.push_back(after(slot).get());
                 llvm::append_range(next, ahead);
                 return next;
               });
    waitForCopies(k, 0); // of zeros, into what the sums take
    for (int64_t tile = 0; tile < rowTiles; ++tile)
      addUp(tile, ArrayRef(found).slice(4 * tokenTiles * tile, 4 * tokenTiles));
  }

private:
  /// Warps take pairs of chunks in turn, whose bytes are in one sector.
  Int countSteps() {
    int64_t chunks = llvm::divideCeil(form.cols, kChunk);
    Int pairs = k.i32(llvm::divideCeil(chunks, 2) + warps - 1) - warp;
    return pairs.udiv(warps) * 2;
  }
  Int getChunk(Int step) {
    return ((step >> 1) * warps + warp) * 2 + (step & 1);
  }

  Int after(Int slot) {
    return (slot == stages - 1).select(k.i32(0), slot + 1);
  }
  Int before(Int slot) {
    return (slot == 0).select(k.i32(stages - 1), slot - 1);
  }
  Int getCodes(Int slot) { return ring + slot * getStageBytes(form); }
  Int getTokens(Int slot) {
    return getCodes(slot) + form.getTile() * kCodesBytes;
  }

  /// The copies of one chunk, as one group.
  void fetch(Int step, Int slot) {
    Int chunk = getChunk(step);
    fetchCodes(chunk, getCodes(slot));
    fetchTokens(chunk, getTokens(slot));
    commitCopies(k);
  }

  /// Two lanes a row.
  void fetchCodes(Int chunk, Int target) {
    Int row = k.lane() >> 1, half = k.lane() & 1;
    Int copy = chunk * (kCodesBytes / kBytes) + half;
    for (int64_t tile = 0; tile < rowTiles; ++tile) {
      Int isIn = copy.slt(copiesOfRow);
      Int number = (firstRow + row).sext(64) + 16 * tile;
      if (!evenRows)
        isIn = isIn & number.slt(n.sext(64));
      Int offset = (number * copiesOfRow + copy.sext(64)) * kBytes;
      copyAsync(k, target + (row + 16 * tile) * kCodesBytes + half * kBytes,
                k.element(codes, k.builder().getI8Type(), offset), isIn);
    }
  }

  /// Eight lanes a row, whose places are swapped in odd rows: see loadTokens.
  void fetchTokens(Int chunk, Int target) {
    Int row = k.lane() >> 3, part = k.lane() & 7;
    Int column = chunk * kChunk + part * 8;
    Int inRow = column.slt(form.cols);
    for (int64_t first = 0; first < 8 * tokenTiles; first += 4) {
      Int isIn = first + 4 <= form.tokens
                     ? inRow
                     : inRow & (row + first).slt(form.tokens);
      Int offset = row.sext(64) * form.cols + column.sext(64);
      copyAsync(
          k, target + (row + first) * kTokenBytes + (part ^ (row & 1)) * kBytes,
          k.element(x, k.builder().getI16Type(), offset + first * form.cols),
          isIn);
    }
  }

  /// A lane's 16 codes of a row are in one block.
  Int getBlock(Int step) {
    Int sixteen = getChunk(step) * (kChunk / 16) + place;
    return sixteen.udiv(form.format.blockCols / 16);
  }

  SmallVector<Value> loadScales(Int step) {
    Int block = getBlock(step).smin(blocks - 1).sext(64);
    SmallVector<Value> values;
    for (int64_t i = 0; i < 2 * rowTiles; ++i) {
      Int row = firstRow + group;
      row =
          evenRows ? row.sext(64) + 8 * i : (row + 8 * i).smin(n - 1).sext(64);
      values.push_back(k.loadByte(scales, row * blocks + block).get());
    }
    return values;
  }

  /// The scale, times 2^scaleShift, twice in a word; 0 past the end, where the
  /// codes are 0 too.
  Int pairScale(Int step, Value loaded) {
    const contract::FloatFormat &format = form.format.scale;
    Int code(k.emitter(), loaded);
    Value scale = format.isE8M0 ? decodeE8M0(k, code, k.i32(scaleShift))
                                : k.fmul(decodeSmall(k, code, format),
                                         k.f32(std::ldexp(1.0f, scaleShift)));
    Int bits = bitsOf(k.emitter(), scale);
    Int pair = permuteBytes(k, bits, bits, k.i32(0x3232));
    if (form.cols % (2 * kChunk) == 0)
      return pair;
    return getBlock(step).slt(blocks).select(pair, k.i32(0));
  }

  /// Codes i and i + 4 of a word, times the scale.
  Int decodePair(Int word, int i, Int scale) {
    Int placed = word << (12 - 4 * i);
    Int pair = (placed & 0x80008000ll) | ((placed >> 6) & 0x01C001C0);
    if (form.format.scale.isE8M0)
      pair = multiplyBF16Pair(k, pair, k.i32(0x7E807E80)); // 2^126
    return multiplyBF16Pair(k, pair, scale);
  }

  void multiply(Int step, Int slot, ValueRange loaded,
                MutableArrayRef<Value> sums) {
    SmallVector<SmallVector<Int>> words;
    SmallVector<Int> rowScales;
    Int at = getCodes(slot) + group * kCodesBytes + place * (4 * kWords);
    for (int64_t row = 0; row < 2 * rowTiles; ++row) {
      words.push_back(k.loadSharedWords(at + 8 * row * kCodesBytes, kWords));
      rowScales.push_back(pairScale(step, loaded[row]));
    }
    for (int word = 0; word < kWords; ++word) {
      SmallVector<Int> a; // [row tile][half of the word][4]
      for (int64_t tile = 0; tile < rowTiles; ++tile)
        for (int half = 0; half < 2; ++half)
          for (int i = 0; i < 4; ++i) {
            int64_t row = 2 * tile + i % 2;
            a.push_back(
                decodePair(words[row][word], 2 * half + i / 2, rowScales[row]));
          }
      for (int64_t token = 0; token < tokenTiles; ++token) {
        SmallVector<Int> b = loadTokens(slot, token, word);
        for (int64_t tile = 0; tile < rowTiles; ++tile)
          for (int half = 0; half < 2; ++half) {
            int64_t first = 4 * (tile * tokenTiles + token);
            llvm::copy(multiplyTile(k, ValueRange(sums.slice(first, 4)),
                                    ArrayRef(a).slice(8 * tile + 4 * half, 4),
                                    ArrayRef(b).slice(2 * half, 2)),
                       sums.begin() + first);
          }
      }
    }
  }

  /// The activations of a word of codes, in pairs i and i + 4. Of a row of 128
  /// bytes the lanes of one g read every other 16; those of two g every one.
  SmallVector<Int> loadTokens(Int slot, int64_t tile, int word) {
    Int part = (place * 2 + word) ^ (group & 1);
    Int address = getTokens(slot) + (group + 8 * tile) * kTokenBytes;
    SmallVector<Int> words = k.loadSharedWords(address + part * kBytes, 4);
    SmallVector<Int> pairs;
    for (int i = 0; i < 4; ++i)
      pairs.push_back(permuteBytes(k, words[i / 2], words[2 + i / 2],
                                   k.i32(i % 2 ? 0x7632 : 0x5410)));
    return pairs;
  }

  /// One row tile: the sums of all warps in order, then the result.
  void addUp(int64_t tile, ArrayRef<Value> sums) {
    int64_t floatsOfWarp = tokenTiles * 8 * kPitch;
    auto address = [&](Int warp, Int token, Int row) {
      return shared + (warp * floatsOfWarp + token * kPitch + row) * 4;
    };
    k.syncBlock();
    for (int64_t i = 0; i < tokenTiles * 4; ++i) {
      Int token = place * 2 + (i / 4 * 8 + i % 2);
      Int row = group + (i / 2 % 2 * 8);
      k.storeShared(sums[i], address(warp, token, row));
    }
    k.syncBlock();
    k.loop(k.thread(), k.i32(form.tokens * 16), k.i32(32 * warps), [&](Int i) {
      Int token = i >> 4, row = i & 15;
      Value sum = k.f32(0);
      for (int w = 0; w < warps; ++w)
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
  int64_t rowTiles, tokenTiles;
  int warps, stages, scaleShift;
  int64_t blocks, copiesOfRow; ///< of a row of weights
  bool evenRows;               ///< no tile has rows past the end
  Value x, codes, scales, out, tensorScale, acc;
  Int n, warp, group, place, firstRow, shared, ring;
};

} // namespace

void gemv::buildGemv(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::Pointer, Param::I32};
  params.append(form.format.hasTensorScale + form.hasAcc, Param::Pointer);
  Kernel k(b, module, "gemv", params, form.getThreads());
  Gemv(k, form).emit();
  k.finish();
}
