//===- Gemv.cpp - A few rows of bf16 by packed E2M1 weights ---------------===//
//
// Each warp has a ring of its own in shared memory, which it fills ahead with
// chunks of weights and activations, and no other warp waits for it. Of a
// chunk, lane 4g + t takes quarter t of rows g, g+8, … The tensor cores sum
// over K in any order, so the codes meet the activations in the order in which
// nibbles come out of a word in pairs: i and i+4.
//
//===----------------------------------------------------------------------===//

#include "Gemv.h"

#include "../Builder/Assembly.h"
#include "../Builder/Async.h"
#include "../Builder/Mma.h"
#include "../Builder/Overlap.h"
#include "../Builder/Warp.h"
#include "Convert.h"
#include "GemvPairs.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::gemv;

namespace {

constexpr int kBytes = 16; ///< of one copy
/// Floats between the sums of neighbouring tokens: 16 rows, and no two lanes
/// of a warp in one bank.
constexpr int kPitch = 20;
/// Blocks that fill a GPU.
constexpr int64_t kEnoughBlocks = 100;

/// Whether rows of x are copied some at a time, in a loop: all at once do not
/// fit the registers.
bool copiesInLoop(const Form &form) {
  return form.hasCount || form.tokens > 32;
}

/// Rows of x that are copied: whole instructions of a warp.
int64_t countTokens(const Form &form) {
  int64_t ofWarp = 32 * kBytes / (2 * form.getChunk());
  return llvm::alignTo(form.tokens, copiesInLoop(form) ? 16 : ofWarp);
}

int64_t getStageBytes(const Form &form) {
  int64_t column = form.getTile() + countTokens(form) * 4; // half bytes
  return form.getChunk() * column / 2;
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
  int64_t tiles = tokens <= 16 && rows < 0 ? 2 : 4;
  while (rows >= 0 && tiles > 1 && rows < 16 * tiles * kEnoughBlocks)
    tiles /= 2;
  return tiles;
}

static int64_t getRingBytes(const Form &form, int warps) {
  return warps * kStages * getStageBytes(form) + 1024;
}
int Form::getWarps() const {
  bool isAlone = rows >= 0 && rows <= getTile() * kMultiprocessors;
  // Few registers, too, with two scales for a lane's codes of a row.
  int64_t scales = format.blockCols % 32 == 0 ? 1 : 2;
  bool hasFewSums = getRowTiles() * getTokenTiles() * scales <= 8;
  for (int warps : {12, 8})
    if ((warps == 8 || (isAlone && hasFewSums)) &&
        getRingBytes(*this, warps) <= sharedMemory)
      return warps;
  return 4;
}
int64_t Form::getSharedBytes() const { return getRingBytes(*this, getWarps()); }
int64_t Form::getExclusiveBytes() const {
  return std::max(getSharedBytes(), sharedMemory / 2 + 1024);
}

namespace {

class Gemv {
public:
  Gemv(Kernel &k, const Form &form)
      : k(k), form(form), rowTiles(form.getRowTiles()),
        tokenTiles(form.getTokenTiles()), warps(form.getWarps()),
        pairs(k, form.format) {
    x = k.parameter(0);
    codes = k.parameter(1);
    scales = k.parameter(2);
    out = k.parameter(3);
    n = k.integer(4);
    unsigned next = 5;
    tokens = form.hasCount ? k.integer(next++) : k.i32(form.tokens);
    if (form.hasFactors)
      factors = k.parameter(next++);
    for (bool isThere : {form.hasTensorScaleX, form.format.hasTensorScale})
      if (isThere)
        tensorScales.push_back(k.parameter(next++));
    if (form.hasAcc)
      acc = k.parameter(next++);
    epilogue.emplace(k, form.epilogue, next, n, /*evenN=*/false);
    words = form.getChunk() / 32;
    codesBytes = form.getChunk() / 2;
    tokenBytes = form.getChunk() * 2;
    blocks = form.format.numBlocks(form.cols);
    copiesOfRow = blocks * form.format.blockCols / 2 / kBytes;
    evenRows = form.hasEvenRows();
    warp = k.thread() >> 5;
    group = k.lane() >> 2;
    place = k.lane() & 3;
    firstRow = k.block() * form.getTile();
    steps = countSteps();
    shared = k.sharedMemory();
    ring = shared + warp * (kStages * getStageBytes(form));
  }

  void emit() {
    SmallVector<Value> carried(4 * rowTiles * tokenTiles, k.f32(0));
    int64_t sums = carried.size();
    Int first = k.i32(0);
    fetch(first, /*takesCodes=*/true, /*takesTokens=*/false);
    llvm::append_range(carried, loadScales(first));
    if (form.isConstant)
      waitForEarlierKernels(k);
    fetch(first, /*takesCodes=*/false);
    commitCopies(k);
    for (Value &scale : tensorScales)
      scale = k.load(scale, k.f32Type(), k.i32(0));
    SmallVector<Value> found = k.loop(
        k.i32(0), steps, k.i32(1), carried, [&](Int step, ValueRange values) {
          SmallVector<Value> next(values.take_front(sums));
          waitForCopies(k, 0);
          syncWarp(k);
          fetch(step + 1);
          commitCopies(k);
          SmallVector<Value> ahead = loadScales(step + 1);
          multiply(step, values.drop_front(sums), next);
          llvm::append_range(next, ahead);
          return next;
        });
    // All tiles at once where x has up to 8 rows, which saves waits; else one
    // after the other, which is faster.
    int64_t atOnce = tokenTiles == 1 ? rowTiles : 1, count = 4 * tokenTiles;
    for (int64_t tile = 0; tile < rowTiles; tile += atOnce)
      addUp(tile, atOnce, ArrayRef(found).slice(count * tile, count * atOnce));
  }

private:
  /// Warps take chunks in turn.
  Int countSteps() {
    int64_t chunks = llvm::divideCeil(form.cols, form.getChunk());
    return (k.i32(chunks + warps - 1) - warp).udiv(warps);
  }
  Int getChunk(Int step) { return step * warps + warp; }

  Int getCodes(Int step) {
    return ring + (step & (kStages - 1)) * getStageBytes(form);
  }
  Int getTokens(Int step) {
    return getCodes(step) + form.getTile() * codesBytes;
  }

  /// Past the last step nothing.
  void fetch(Int step, bool takesCodes = true, bool takesTokens = true) {
    k.when(step.slt(steps), [&] {
      Int chunk = getChunk(step);
      if (takesCodes)
        fetchCodes(chunk, getCodes(step));
      if (takesTokens)
        fetchTokens(chunk, getTokens(step));
    });
  }

  void fetchCodes(Int chunk, Int target) {
    int64_t copies = codesBytes / kBytes, rows = 32 / copies;
    Int row = k.lane().udiv(copies), part = k.lane().urem(copies);
    Int copy = chunk * copies + part;
    for (int64_t first = 0; first < form.getTile(); first += rows) {
      Int isIn = copy.slt(copiesOfRow);
      Int number = (firstRow + row).sext(64) + first;
      if (!evenRows)
        isIn = isIn & number.slt(n.sext(64));
      Int offset = (number * copiesOfRow + copy.sext(64)) * kBytes;
      copyAsync(k, target + (row + first) * codesBytes + part * kBytes,
                k.element(codes, k.builder().getI8Type(), offset), isIn);
    }
  }

  void fetchTokens(Int chunk, Int target) {
    int64_t copies = tokenBytes / kBytes, rows = 32 / copies;
    Int lane = k.lane().udiv(copies), part = k.lane().urem(copies);
    Int column = chunk * form.getChunk() + part * 8;
    Int inRow = column.slt(form.cols);
    Int start = lane.sext(64) * form.cols + column.sext(64);
    auto copy = [&](Int first, bool isWhole) {
      Int row = lane + first;
      copyAsync(k, target + row * tokenBytes + swap(part, lane) * kBytes,
                k.element(x, k.builder().getI16Type(),
                          start + first.sext(64) * form.cols),
                isWhole ? inRow : inRow & row.slt(tokens));
    };
    if (!copiesInLoop(form)) {
      for (int64_t first = 0; first < countTokens(form); first += rows)
        copy(k.i32(first), first + rows <= form.tokens);
      return;
    }
    constexpr int64_t kAtOnce = 4;
    Int end = hide(k, k.i32(countTokens(form))); // nobody unrolls it
    k.loop(k.i32(0), end, k.i32(kAtOnce * rows), [&](Int first) {
      for (int64_t i = 0; i < kAtOnce; ++i)
        copy(first + i * rows, /*isWhole=*/false);
    });
  }

  /// Where 16 bytes of a row of x go, so that the lanes that read together
  /// (four quarters of two rows) are in different banks.
  Int swap(Int part, Int row) {
    if (words == 2)
      return part ^ (row & 1);
    return part ^ (part >> 3) ^ ((row & 1) << 1);
  }

  /// A lane's codes of a row, or each half of them, are in one block.
  int64_t countScales() const {
    return form.format.blockCols % (8 * words) == 0 ? 1 : 2;
  }
  Int getBlock(Int step, int64_t half) {
    int64_t unit = 8 * words / countScales();
    Int start = getChunk(step) * (form.getChunk() / unit) +
                place * countScales() + half;
    return start.udiv(form.format.blockCols / unit);
  }

  SmallVector<Value> loadScales(Int step) {
    SmallVector<Value> values;
    // No addresses of rows are kept then.
    Int first = form.isFull() ? hide(k, firstRow) : firstRow;
    for (int64_t i = 0; i < 2 * rowTiles; ++i) {
      Int row = first + group;
      row =
          evenRows ? row.sext(64) + 8 * i : (row + 8 * i).smin(n - 1).sext(64);
      for (int64_t half = 0; half < countScales(); ++half) {
        Int block = getBlock(step, half).smin(blocks - 1).sext(64);
        values.push_back(k.loadByte(scales, row * blocks + block).get());
      }
    }
    return values;
  }

  using Words = SmallVector<SmallVector<Int>>; ///< [row][word]

  void multiply(Int step, ValueRange scales, MutableArrayRef<Value> sums) {
    Words codes;
    Int at = getCodes(step) + group * codesBytes + place * (4 * words);
    for (int64_t row = 0; row < 2 * rowTiles; ++row)
      codes.push_back(k.loadSharedWords(at + 8 * row * codesBytes, words));
    auto sum = [&](const Words &codes, bool areUsual) {
      SmallVector<Value> next(sums);
      multiply(step, codes, pairScales(step, scales, areUsual), areUsual, next);
      return next;
    };
    if (!hasUsual()) {
      llvm::copy(sum(codes, /*areUsual=*/false), sums.begin());
      return;
    }
    auto sumAny = [&] {
      // What both ways have in common would be kept for the other one.
      Words hidden = codes;
      for (SmallVector<Int> &row : hidden)
        for (Int &word : row)
          word = hide(k, word);
      return sum(hidden, /*areUsual=*/false);
    };
    SmallVector<Type> types(sums.size(), k.f32Type());
    llvm::copy(k.choose(
                   pairs.areUsual(scales), types,
                   [&] { return sum(codes, /*areUsual=*/true); }, sumAny),
               sums.begin());
  }

  /// Whether there is a short way for the usual scales, and registers for both.
  bool hasUsual() const {
    return form.format.scale.isE8M0 ? !form.isFull()
                                    : pairs.hasUsual() && tokenTiles <= 4;
  }

  void multiply(Int step, const Words &codes, ArrayRef<Int> rowScales,
                bool areUsual, MutableArrayRef<Value> sums) {
    for (int word = 0; word < words; ++word) {
      int64_t half = word * countScales() / words;
      SmallVector<Int> a; // [row tile][half of the word][4]
      for (int64_t tile = 0; tile < rowTiles; ++tile)
        for (int i = 0; i < 8; ++i) {
          int64_t row = 2 * tile + i % 2;
          a.push_back(pairs.decode(codes[row][word], i / 2,
                                   rowScales[row * countScales() + half],
                                   areUsual));
        }
      for (int64_t token = 0; token < tokenTiles; ++token) {
        SmallVector<Int> b = loadTokens(step, token, word);
        for (int64_t tile = 0; tile < rowTiles; ++tile)
          for (int i = 0; i < 2; ++i) {
            int64_t first = 4 * (tile * tokenTiles + token);
            llvm::copy(multiplyTile(k, ValueRange(sums.slice(first, 4)),
                                    ArrayRef(a).slice(8 * tile + 4 * i, 4),
                                    ArrayRef(b).slice(2 * i, 2)),
                       sums.begin() + first);
          }
      }
    }
  }

  /// [row][half of a lane's codes]: the scale twice in a word; 0 past the end,
  /// where the codes are 0 too.
  SmallVector<Int> pairScales(Int step, ValueRange loaded, bool areUsual) {
    int64_t count = countScales();
    SmallVector<Int> all(loaded.size());
    for (int64_t tile = 0; tile < rowTiles; ++tile)
      for (int64_t half = 0; half < count; ++half) {
        int64_t low = 2 * tile * count + half, high = low + count;
        Int first(k.emitter(), loaded[low]), second(k.emitter(), loaded[high]);
        std::tie(all[low], all[high]) =
            pairs.readScales(first, second, areUsual);
        if (form.cols % form.getChunk() == 0)
          continue;
        Int isIn = getBlock(step, half).slt(blocks);
        for (int64_t i : {low, high})
          all[i] = isIn.select(all[i], k.i32(0));
      }
    return all;
  }

  /// The activations of a word of codes, in pairs i and i + 4. Rows that were
  /// not copied give results that nobody takes.
  SmallVector<Int> loadTokens(Int step, int64_t tile, int word) {
    Int row = group + 8 * tile;
    if (8 * (tile + 1) > countTokens(form))
      row = row.smin(countTokens(form) - 1);
    Int address = getTokens(step) + row * tokenBytes +
                  swap(place * words + word, row) * kBytes;
    SmallVector<Int> loaded = k.loadSharedWords(address, 4);
    SmallVector<Int> pairs;
    for (int i = 0; i < 4; ++i)
      pairs.push_back(permuteBytes(k, loaded[i / 2], loaded[2 + i / 2],
                                   k.i32(i % 2 ? 0x7632 : 0x5410)));
    return pairs;
  }

  /// Of a warp's sums of a row tile, in shared memory.
  int64_t getTileBytes() const { return tokenTiles * 8 * kPitch * 4; }

  /// Some row tiles: the sums of all warps in order, then the result.
  void addUp(int64_t first, int64_t count, ArrayRef<Value> sums) {
    auto address = [&](Int warp, Int tile, Int token, Int row) {
      return shared + (warp * count + tile) * getTileBytes() +
             (token * kPitch + row) * 4;
    };
    k.syncBlock();
    for (auto [i, sum] : llvm::enumerate(sums)) {
      Int tile = k.i32(int64_t(i) / (4 * tokenTiles));
      Int token = place * 2 + (int64_t(i) / 4 % tokenTiles * 8 + i % 2);
      Int row = group + (i / 2 % 2 * 8);
      k.storeShared(sum, address(warp, tile, token, row));
    }
    k.syncBlock();
    Int all = tokens * (16 * count);
    k.loop(k.thread(), all, k.i32(32 * warps), [&](Int i) {
      Int token = i.udiv(16 * count), ofToken = i.urem(16 * count);
      Int tile = ofToken >> 4, row = ofToken & 15;
      Value sum = k.f32(0);
      for (int w = 0; w < warps; ++w)
        sum = k.fadd(sum, k.loadShared(k.f32Type(),
                                       address(k.i32(w), tile, token, row)));
      store(sum, token, firstRow + 16 * first + ofToken);
    });
  }

  /// Contract 25: ((r + acc) · tensor scales) · alpha.
  void store(Value sum, Int token, Int column) {
    k.when(column.slt(n), [&] {
      Value factor = k.f32(pairs.getFactor());
      if (factors) // at once: a step between would leave f32's range
        factor = k.fmul(factor, k.load(factors, k.f32Type(), token));
      Value value = k.fmul(sum, factor);
      Int at = token.sext(64) * n.sext(64) + column.sext(64);
      if (acc)
        value = k.fadd(value, k.widen(k.load(acc, form.type, at)));
      for (Value scale : tensorScales)
        value = k.fmul(value, scale);
      value = finishSum(k, value, form.alpha, form.type, /*mayBeNaN=*/true);
      k.store(epilogue->compute(value, token.sext(64), column), out, at);
    });
  }

  Kernel &k;
  const Form &form;
  int64_t rowTiles, tokenTiles;
  int warps;
  GemvPairs pairs;
  int words;                      ///< of a lane's codes of a row
  int64_t codesBytes, tokenBytes; ///< of a row in a chunk
  int64_t blocks, copiesOfRow;    ///< of a row of weights
  bool evenRows;
  Value x, codes, scales, out, factors, acc;
  /// x's, then the weights': where they are, then what they are.
  SmallVector<Value, 2> tensorScales;
  std::optional<EpilogueCode> epilogue;
  Int n, tokens, warp, group, place, firstRow, steps, shared, ring;
};

} // namespace

void gemv::buildGemv(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::Pointer, Param::I32};
  params.append(form.hasCount, Param::I32);
  params.append(form.hasFactors + form.hasTensorScaleX +
                    form.format.hasTensorScale + form.hasAcc,
                Param::Pointer);
  params.append(form.epilogue.getParams());
  Kernel k(b, module, "gemv", params, form.getThreads());
  Gemv(k, form).emit();
  k.finish();
}
