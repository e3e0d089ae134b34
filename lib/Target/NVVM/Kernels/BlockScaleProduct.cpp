//===- BlockScaleProduct.cpp - Packed operands by block-scaled mma --------===//
//
// Eight warps, two along M and four along N. Each stage of a ring in shared
// memory has 64 bytes of every row of both tiles, which are two steps of the
// instruction; threads copy codes ahead by cp.async, and scales, a stage ahead,
// from global memory to the registers where the instruction wants them.
//
//===----------------------------------------------------------------------===//

#include "BlockScaleProduct.h"

#include "../Builder/Async.h"
#include "../Builder/Warp.h"
#include "Convert.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::block_scale;

static StringRef nameElement(const contract::FloatFormat &format) {
  return format == contract::kE2M1   ? "e2m1"
         : format == contract::kE2M3 ? "e2m3"
         : format == contract::kE3M2 ? "e3m2"
         : format == contract::kE4M3 ? "e4m3"
         : format == contract::kE5M2 ? "e5m2"
                                     : "";
}

BlockScaleMma Form::getMma() const {
  BlockScaleMma mma;
  mma.a = nameElement(a.format.element);
  mma.b = nameElement(b.format.element);
  mma.isPacked = mma.a == "e2m1" && mma.b == "e2m1";
  mma.scale = a.format.scale.isE8M0 ? "ue8m0" : "ue4m3";
  mma.vector = a.format.scale.isE8M0 ? 32 : 16;
  return mma;
}

std::string Form::findProblem() const {
  for (const Operand *operand : {&a, &b}) {
    const contract::ScaledFormat &format = operand->format;
    if (nameElement(format.element).empty())
      return "elements must be f4E2M1FN, f6E2M3FN, f6E3M2FN, f8E4M3FN or "
             "f8E5M2";
    if (!format.scale.isE8M0 && !(format.scale == contract::kE4M3))
      return "scales must be f8E8M0FNU or f8E4M3FN";
    // The PTX ISA 9.2 has kind mxf4nvf4 with ue8m0 scales of 16; ptxas 13.0
    // has not.
    int64_t vector = format.scale.isE8M0 ? 32 : 16;
    if (format.blockRows != 1 || format.blockCols <= 0 ||
        format.blockCols % vector != 0)
      return "blocks must be [B], B a multiple of 32 with scales of f8E8M0FNU "
             "and of 16 with scales of f8E4M3FN";
  }
  if (!(a.format.scale == b.format.scale))
    return "both operands must have scales of one type";
  if (!getMma().isPacked && !a.format.scale.isE8M0)
    return "only f4E2M1FN x f4E2M1FN may have scales of f8E4M3FN";
  return "";
}

namespace {

/// One operand's side of the work.
class Side {
public:
  /// A thread copies the 16 bytes `thread` mod 4 of every 64th row.
  static constexpr int kRowsAtOnce = kThreads / 4;

  Side(Kernel &k, const Operand &operand, const BlockScaleMma &mma,
       int tileRows)
      : k(k), operand(operand), mma(mma), tileRows(tileRows),
        bits(operand.format.element.bits()) {}

  /// `codes` [items, rows, blocks, bytes], `scales` [items, rows, blocks]; the
  /// tile begins at row `first` of item `item` and at `place` of a stage.
  void start(Value allCodes, Value allScales, Int item, Int rowCount,
             Int blockCount, Int first, int placeInStage) {
    codes = allCodes;
    scales = allScales;
    rows = rowCount;
    blocks = blockCount;
    place = placeInStage;
    firstRow = first;
    rowBytes = blocks * operand.format.packedBytes(operand.format.blockCols);
    itemRows = item.sext(64) * rows.sext(64);
    Int row = k.thread() >> 2, chunk = k.thread() & 3;
    startByte = chunk * getChunkBytes();
    target = row * kRowBytes + swizzle(chunk, row) * 16 + place;
    for (int i = 0; i < tileRows; i += kRowsAtOnce) {
      isIn.push_back((firstRow + row + i).slt(rows));
      starts.push_back((itemRows + (firstRow + row + i).sext(64)) *
                       rowBytes.sext(64));
    }
  }

  /// Copies the codes of one step of the loop to a stage; zeros past the end.
  void fetch(Int step, Int stage) {
    Int byte = step * (4 * getChunkBytes()) + startByte;
    Type type = k.builder().getI8Type();
    int size = getCopyBytes();
    for (auto [i, start] : llvm::enumerate(starts))
      for (int piece = 0; piece < getChunkBytes(); piece += size) {
        Int at = byte + piece;
        Int condition = isIn[i] & at.slt(rowBytes);
        // Where nothing is read the address is any that is valid.
        Int offset = condition.select(start + at.sext(64), k.i64(0));
        Int to = stage + target + (int(i) * kRowsAtOnce * kRowBytes + piece);
        copyAsync(k, to, k.element(codes, type, offset), condition, size);
      }
  }

  /// The words of scales of `row` for one step of the loop; zeros past the end.
  SmallVector<Value> loadScales(Int step, Int row) {
    int count = 2 * mma.getScales(), unit = getScaleUnit();
    Int inRange = row.slt(rows);
    Int start =
        (itemRows + inRange.select(row, k.i32(0)).sext(64)) * blocks.sext(64);
    SmallVector<Value> words;
    for (int first = 0; first < count; first += 4) {
      Int word = k.i32(0);
      for (int i = first; i < std::min(first + 4, count); i += unit)
        word = word | (loadUnit(start, step * count + i, inRange, unit)
                       << (8 * (i - first)));
      words.push_back(word.get());
    }
    return words;
  }

  /// The register fragments of two tiles of 8 rows, or of one of 16, in a step
  /// of the instruction. `row` and `chunk` are a lane's place in them.
  SmallVector<Int> load(Int stage, Int row, Int chunk) {
    Int address = stage + row * kRowBytes + swizzle(chunk, row) * 16 + place;
    SmallVector<Int> words = loadMatrices(k, address, mma.isPacked ? 8 : bits);
    if (!mma.isPacked && bits == 4)
      for (Int &word : words)
        word = word << 2; // to the middle of each byte
    return words;
  }

private:
  /// No two of the 8 rows that ldmatrix reads at a time share a bank.
  static Int swizzle(Int chunk, Int row) { return chunk ^ ((row >> 1) & 3); }

  /// Packed bytes of what takes 16 bytes of shared memory.
  int getChunkBytes() const { return mma.isPacked ? 16 : 2 * int(bits); }

  /// The largest copy that every row's start allows.
  int getCopyBytes() const {
    if (bits == 6)
      return 4;
    int chunk = getChunkBytes();
    bool isAligned = operand.format.blockCols % 32 == 0 ||
                     (operand.blocks >= 0 && operand.blocks % 2 == 0);
    return isAligned ? chunk : std::min(chunk, 8);
  }

  /// Elements of a block are so many of the instruction's vectors.
  int64_t getVectors() const { return operand.format.blockCols / mma.vector; }

  /// Scales that one load brings.
  int getScaleUnit() const {
    int unit = std::min(4, 2 * mma.getScales());
    if (getVectors() != 1 || operand.blocks < 0)
      return 1;
    while (operand.blocks % unit != 0)
      unit /= 2;
    return unit;
  }

  Int loadUnit(Int start, Int vector, Int inRange, int unit) {
    Int block = vector.udiv(getVectors());
    Int condition = inRange & block.slt(blocks);
    Int at = condition.select(start + block.sext(64), k.i64(0));
    Type type = k.builder().getIntegerType(8 * unit);
    Int loaded(k.emitter(), k.load(scales, type, at.udiv(unit)));
    return condition.select(loaded.zext(32), k.i32(0));
  }

  Kernel &k;
  const Operand &operand;
  BlockScaleMma mma;
  int tileRows, place = 0;
  unsigned bits;
  Value codes, scales;
  Int rows, blocks, firstRow, itemRows, rowBytes, startByte, target;
  SmallVector<Int> isIn, starts;
};

class Product {
public:
  Product(Kernel &k, const Form &form)
      : k(k), form(form), mma(form.getMma()),
        a(k, form.a, mma, form.getTileM()), b(k, form.b, mma, kTileN) {
    m = k.integer(5);
    n = k.integer(6);
    steps = (k.integer(7) + (form.getTileK() - 1)).udiv(form.getTileK());
    readOptional();
    int tileM = form.getTileM();
    Int tilesM = (m + (tileM - 1)).udiv(tileM),
        tilesN = (n + (kTileN - 1)).udiv(kTileN);
    Int block = k.block(), perItem = tilesM * tilesN;
    item = block.udiv(perItem);
    Int inItem = block.urem(perItem);
    Int firstRow = inItem.urem(tilesM) * tileM;
    Int firstColumn = inItem.udiv(tilesM) * kTileN;
    shared = k.sharedMemory();
    a.start(k.parameter(0), k.parameter(1), item, m, k.integer(8), firstRow, 0);
    b.start(k.parameter(2), k.parameter(3), item, n, k.integer(9), firstColumn,
            tileM * kRowBytes);
    Int warp = k.thread() >> 5;
    group = k.lane() >> 2;
    place = k.lane() & 3;
    rowInTile = (warp & 1) * (16 * form.rowTiles);
    columnInTile = (warp >> 1) * (8 * kColumnTiles);
    row = firstRow + rowInTile;
    column = firstColumn + columnInTile;
  }

  void emit() {
    for (int step = 0; step < kStages - 1; ++step)
      fetch(k.i32(step));
    SmallVector<Value> state(4 * form.rowTiles * kColumnTiles, k.f32(0));
    size_t sums = state.size();
    llvm::append_range(state, loadScales(k.i32(0)));
    SmallVector<Value> done = k.loop(
        k.i32(0), steps, k.i32(1), state, [&](Int step, ValueRange values) {
          waitForCopies(k, kStages - 2);
          k.syncBlock(); // the stage is whole, and the one before it was read
          fetch(step + (kStages - 1));
          SmallVector<Value> ahead = loadScales(step + 1);
          SmallVector<Value> next(values.take_front(sums));
          multiply(getStage(step), values.drop_front(sums), next);
          llvm::append_range(next, ahead);
          return next;
        });
    if (quantizer)
      quantize(ArrayRef(done).take_front(sums));
    else
      store(ArrayRef(done).take_front(sums));
  }

private:
  static constexpr int kColumnTiles = 4; ///< of 8 columns, of a warp

  void readOptional() {
    unsigned next = 10;
    for (auto [operand, scale] :
         {std::pair(&form.a, &scaleA), std::pair(&form.b, &scaleB)})
      if (operand->format.hasTensorScale)
        *scale = k.load(k.parameter(next++), k.f32Type(), k.i32(0));
    if (form.hasAcc)
      acc = k.parameter(next++);
    epilogue.emplace(k, form.epilogue, next, n, form.evenN);
    next += form.epilogue.getParams().size();
    if (form.quantizer)
      quantizer.emplace(k, *form.quantizer, next, m, n);
  }

  Int getStage(Int step) {
    return shared + (step & (kStages - 1)) * form.getStageBytes();
  }

  /// A group of copies, empty past the last step.
  void fetch(Int step) {
    k.when(step.slt(steps), [&] {
      a.fetch(step, getStage(step));
      b.fetch(step, getStage(step));
    });
    commitCopies(k);
  }

  /// Words that a lane has for a row in one step of the loop.
  int countWords() const { return mma.getScales() == 4 ? 2 : 1; }

  /// Lane 4g + t has the scales of row g + 8·(t mod 2) of tiles 0 and 1, 2 and
  /// 3 … of A, the later one where t > 1, and of column g of tile t of B.
  SmallVector<Value> loadScales(Int step) {
    SmallVector<Value> zeros(countWords() * (form.rowTiles / 2 + 1),
                             k.i32(0).get());
    return k.choose(step.slt(steps), zeros, [&] {
      SmallVector<Value> words;
      for (int i = 0; i < form.rowTiles; i += 2)
        llvm::append_range(
            words, a.loadScales(step, row + place * 8 + group + 16 * i));
      llvm::append_range(words, b.loadScales(step, column + place * 8 + group));
      return words;
    });
  }

  void multiply(Int stage, ValueRange scales, MutableArrayRef<Value> sums) {
    Int lane = k.lane(), low = lane & 7;
    Int second = (lane >> 3) & 1, last = lane >> 4;
    for (int step = 0; step < 2; ++step) {
      SmallVector<Int> fragmentsB;
      for (int j = 0; j < kColumnTiles; j += 2)
        llvm::append_range(fragmentsB,
                           b.load(stage, columnInTile + low + last * 8 + 8 * j,
                                  second + 2 * step));
      for (int i = 0; i < form.rowTiles; ++i) {
        SmallVector<Int> fragmentA = a.load(
            stage, rowInTile + low + second * 8 + 16 * i, last + 2 * step);
        ScaleSelector scaleA = select(scales, i / 2, step, i % 2);
        for (int j = 0; j < kColumnTiles; ++j) {
          ScaleSelector scaleB = select(scales, form.rowTiles / 2, step, j);
          int first = 4 * (i * kColumnTiles + j);
          llvm::copy(multiplyScaled(
                         k, mma, ValueRange(sums.slice(first, 4)), fragmentA,
                         ArrayRef(fragmentsB).slice(2 * j, 2), scaleA, scaleB),
                     sums.begin() + first);
        }
      }
    }
  }

  ScaleSelector select(ValueRange scales, int row, int step, int thread) {
    int first = step * mma.getScales();
    return {Int(k.emitter(), scales[row * countWords() + first / 4]), first % 4,
            thread};
  }

  void store(ArrayRef<Value> sums) {
    Int x = column + place * 2;
    for (int i = 0; i < form.rowTiles; ++i)
      for (int half = 0; half < 2; ++half) {
        Int y = row + group + (16 * i + 8 * half), isIn = y.slt(m);
        Int line = item.sext(64) * m.sext(64) + y.sext(64);
        SmallVector<std::array<EpilogueCode::Others, 2>> others;
        for (int j = 0; j < kColumnTiles; ++j)
          others.push_back(epilogue->loadTwo(isIn, line, x + 8 * j));
        for (int j = 0; j < kColumnTiles; ++j)
          storePair(sums.slice(4 * (i * kColumnTiles + j) + 2 * half, 2), isIn,
                    line, x + 8 * j, others[j]);
      }
  }

  /// Where a warp has the f32 of its row and column: pieces of 16 bytes lie
  /// exchanged, so that neighbouring rows meet different banks.
  Int getPlace(Int row, Int column) {
    constexpr int kWarpColumns = 8 * kColumnTiles;
    static_assert(kWarpColumns == quantize::kResultUnit);
    Int warp = (k.thread() >> 5) * (16 * form.rowTiles) + row;
    Int piece = (column >> 2) ^ (row & 7);
    return shared + warp * (4 * kWarpColumns) + (piece << 4) +
           ((column & 3) << 2);
  }

  /// A lane takes whole rows from shared memory, whose stages are free by then.
  void quantize(ArrayRef<Value> sums) {
    k.syncBlock();
    for (int i = 0; i < 2 * form.rowTiles; ++i)
      for (int j = 0; j < kColumnTiles; ++j)
        bringPair(sums.slice(4 * (i / 2 * kColumnTiles + j) + 2 * (i % 2), 2),
                  group + 8 * i, place * 2 + 8 * j);
    syncWarp(k);
    for (int first = 0; first < 16 * form.rowTiles; first += 32) {
      Int y = k.lane() + first;
      SmallVector<Value> values;
      for (int64_t i = 0; i < quantize::kResultUnit; i += 4)
        for (Int word : k.loadSharedWords(getPlace(y, k.i32(i)), 4))
          values.push_back(floatOf(word, k.f32Type()));
      quantizer->store(item, row + y, column, [&](Int, int64_t i) {
        return std::array<Value, 2>{values[i], values[i + 1]};
      });
    }
  }

  /// 0 where there is nothing.
  void bringPair(ArrayRef<Value> pair, Int y, Int x) {
    Int line = item.sext(64) * m.sext(64) + (row + y).sext(64);
    SmallVector<Value> zeros(2, k.f32(0));
    Int isIn = (row + y).slt(m) & (column + x).slt(n);
    SmallVector<Value> both = k.choose(isIn, zeros, [&] {
      SmallVector<Value> values;
      for (int i = 0; i < 2; ++i) {
        Int at = (column + (x + i)).smin(n - 1);
        Value sum = finish(pair[i], line * n.sext(64) + at.sext(64));
        values.push_back(k.widen(epilogue->compute(sum, line, at)));
      }
      return values;
    });
    for (int i = 0; i < 2; ++i)
      k.storeShared(both[i], getPlace(y, x + i));
  }

  void storePair(ArrayRef<Value> pair, Int isIn, Int line, Int x,
                 ArrayRef<EpilogueCode::Others> others) {
    Int at = line * n.sext(64) + x.sext(64);
    auto compute = [&](int i) {
      return epilogue->compute(finish(pair[i], at + i), others[i], line, x + i);
    };
    if (form.evenN)
      return k.when(isIn & x.slt(n), [&] {
        storeTwo(k, compute(0), compute(1), k.parameter(4), at);
      });
    for (int i = 0; i < 2; ++i)
      k.when(isIn & (x + i).slt(n),
             [&] { k.store(compute(i), k.parameter(4), at + i); });
  }

  /// Contract 25: ((r + acc) · tensor scales) · alpha.
  Value finish(Value sum, Int at) {
    if (acc)
      sum = k.fadd(sum, k.widen(k.load(acc, form.type, at)));
    for (Value scale : {scaleA, scaleB})
      if (scale)
        sum = k.fmul(sum, scale);
    return finishSum(k, sum, form.alpha, form.type, /*mayBeNaN=*/true);
  }

  Kernel &k;
  const Form &form;
  BlockScaleMma mma;
  Side a, b;
  Int m, n, steps, item, shared, group, place;
  Int rowInTile, columnInTile, row, column; ///< first of the warp
  Value scaleA, scaleB, acc;
  std::optional<EpilogueCode> epilogue;
  std::optional<quantize::QuantizedResult> quantizer;
};

} // namespace

void block_scale::buildProduct(OpBuilder &b, gpu::GPUModuleOp module,
                               const Form &form) {
  SmallVector<Param> params(5, Param::Pointer);
  params.append(5, Param::I32);
  params.append(form.a.format.hasTensorScale + form.b.format.hasTensorScale +
                    form.hasAcc,
                Param::Pointer);
  params.append(form.epilogue.getParams());
  if (form.quantizer)
    params.append(quantize::getResultParams());
  Kernel k(b, module, "product", params, kThreads);
  Product(k, form).emit();
  k.finish();
}
