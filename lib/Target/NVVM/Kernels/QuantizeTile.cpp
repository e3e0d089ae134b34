//===- QuantizeTile.cpp - Tiles of the source in shared memory ------------===//

#include "QuantizeTile.h"

#include "../Builder/Async.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

//===----------------------------------------------------------------------===//
// Source
//===----------------------------------------------------------------------===//

SourceTile::SourceTile(Kernel &k, Type type, Int address)
    : k(k), type(type), first(address), address(address),
      perPiece(128 / type.getIntOrFloatBitWidth()) {}

int64_t SourceTile::countBytes(Type type) {
  return kTile * kTile * type.getIntOrFloatBitWidth() / 8;
}

Int SourceTile::getPiece(Int row, Int piece) const {
  return getPiece(address, row, piece);
}

Int SourceTile::getPiece(Int tile, Int row, Int piece) const {
  return tile + row * (kTile / perPiece * 16) + ((piece ^ (row & 7)) << 4);
}

void SourceTile::fetch(Value source, Int start, Int cols, Int isThere,
                       Int stage) {
  int64_t perRow = kTile / perPiece, rows = kTileThreads / perRow;
  Int row = k.thread().udiv(perRow), piece = k.thread().urem(perRow);
  Int target = getPiece(first + stage, row, piece), wide = cols.zext(64);
  Int from = start + row.zext(64) * wide + (piece * perPiece).zext(64);
  for (int64_t i = 0; i < kTile / rows; ++i) { // rows that are exchanged alike
    copyAsync(k, target + i * rows * perRow * 16, k.element(source, type, from),
              isThere);
    from = from + wide * rows;
  }
  commitCopies(k);
}

void SourceTile::receive(Int stage, int pending) {
  address = first + stage;
  waitForCopies(k, pending);
  k.syncBlock();
}

void SourceTile::compute(Value x, Type source, Int row, Int col, Int cols,
                         const Producer &producer) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  int64_t perRow = kTile / perPiece;
  int64_t bytes = perPiece * source.getIntOrFloatBitWidth() / 8;
  auto read = VectorType::get({perPiece}, source);
  auto made = VectorType::get({perPiece}, type);
  k.loop(k.thread(), k.i32(kTile * perRow), k.i32(kTileThreads),
         [&](Int number) {
           Int line = number.udiv(perRow), piece = number.urem(perRow);
           Int flatRow = (row + line).zext(64);
           Int at = flatRow * cols.zext(64) + (col + piece * perPiece).zext(64);
           Value elements =
               LLVM::LoadOp::create(b, loc, read, k.element(x, source, at),
                                    std::min<int64_t>(bytes, 16));
           Value results = LLVM::PoisonOp::create(b, loc, made);
           for (int64_t i = 0; i < perPiece; ++i) {
             Value index = k.i32(i).get();
             Value element =
                 LLVM::ExtractElementOp::create(b, loc, elements, index);
             results = LLVM::InsertElementOp::create(
                 b, loc, results, producer.compute(element, flatRow, at + i),
                 index);
           }
           k.storeShared(results, getPiece(line, piece));
         });
  k.syncBlock();
}

SmallVector<Value> SourceTile::read(Int line, Int first, int64_t count,
                                    bool isColumn) const {
  SmallVector<Value> values;
  if (!isColumn) {
    OpBuilder &b = k.builder();
    auto vector = VectorType::get({perPiece}, type);
    for (int64_t i = 0; i < count; i += perPiece) {
      Value piece =
          k.loadShared(vector, getPiece(line, (first + i).udiv(perPiece)));
      for (int64_t j = 0; j < perPiece; ++j)
        values.push_back(LLVM::ExtractElementOp::create(b, k.emitter().loc,
                                                        piece, k.i32(j).get()));
    }
    return values;
  }
  Int inPiece = line.urem(perPiece) * (16 / perPiece);
  values.resize(count);
  for (int64_t i = 0; i < 8; ++i) { // rows that are exchanged alike
    Int start = getPiece(first + i, line.udiv(perPiece)) + inPiece;
    for (int64_t j = 0; j < count; j += 8)
      values[i + j] = k.loadShared(type, start + j * (kTile / perPiece * 16));
  }
  return values;
}

SmallVector<Int> SourceTile::readWords(Int line, Int first,
                                       int64_t count) const {
  SmallVector<Int> words;
  for (int64_t i = 0; i < count; i += perPiece)
    words.append(
        k.loadSharedWords(getPiece(line, (first + i).udiv(perPiece)), 4));
  return words;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

ResultTile::ResultTile(Kernel &k, const Form &form, Int address)
    : k(k), format(form.quantizer.getFormat()), unit(form.getUnit()),
      address(address), rowBytes(getScaledFormat(format).packedBytes(kTile)),
      unitBytes(countScaleBytes(form)),
      unitPitch(std::max<int64_t>(unitBytes, 4)) {}

/// Of a unit.
int64_t ResultTile::countScaleBytes(const Form &form) {
  ScaledType format = form.quantizer.getFormat();
  return form.getUnit() / format.getBlockCols() *
         getScaleStorageType(format).getIntOrFloatBitWidth() / 8;
}

int64_t ResultTile::countBytes(const Form &form) {
  int64_t scales = std::max<int64_t>(countScaleBytes(form), 4);
  return kTile *
         (getScaledFormat(form.quantizer.getFormat()).packedBytes(kTile) +
          kTile / form.getUnit() * scales);
}

Int ResultTile::getPiece(Int row, Int piece) const {
  int64_t perRow = rowBytes / 16;
  Int exchanged = piece;
  if (llvm::isPowerOf2_64(uint64_t(perRow))) {
    int64_t rows = std::max<int64_t>(8 / perRow, 1);
    exchanged = piece ^ (row.udiv(rows) & (std::min<int64_t>(perRow, 8) - 1));
  }
  return address + row * rowBytes + (exchanged << 4);
}

/// Words as a vector.
static Value gather(Kernel &k, ArrayRef<Int> words) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  auto type = VectorType::get({int64_t(words.size())}, k.i32Type());
  Value vector = LLVM::PoisonOp::create(b, loc, type);
  for (auto [i, word] : llvm::enumerate(words))
    vector = LLVM::InsertElementOp::create(b, loc, vector, word.get(),
                                           k.i32(int64_t(i)).get());
  return vector;
}

void ResultTile::putCodes(Int row, Int first, ArrayRef<Int> words) {
  // 32 elements of 6 bits end in the middle of a piece.
  int64_t bytesPer32 = rowBytes / (kTile / 32);
  size_t width = bytesPer32 % 16 == 0 ? 4 : 2;
  Int byte = first.udiv(32) * bytesPer32;
  for (size_t i = 0; i < words.size(); i += width) {
    Int at = byte + int64_t(4 * i);
    k.storeShared(gather(k, words.slice(i, width)),
                  getPiece(row, at >> 4) + (at & 15));
  }
}

/// Where the scales of a unit are: no two warps share a word.
Int ResultTile::getScales(Int blockRow, Int number) const {
  return address + kTile * rowBytes + (number * kTile + blockRow) * unitPitch;
}

void ResultTile::putScales(Int row, Int first, ValueRange scales) {
  int64_t bytes = getScaleStorageType(format).getIntOrFloatBitWidth() / 8;
  int64_t blockRows = format.getBlockRows();
  Int start = getScales(row.udiv(blockRows), first.udiv(unit));
  auto store = [&] {
    for (auto [i, scale] : llvm::enumerate(scales))
      k.storeShared(scale, start + int64_t(i) * bytes);
  };
  if (blockRows == 1)
    store();
  else
    k.when((row & (blockRows - 1)) == 0, store);
}

void ResultTile::store(Value codes, Value scales, Int row, Int scaleRow,
                       Int first, Int blocks) {
  int64_t perRow = rowBytes / 16;
  int64_t blockWords = getScaledFormat(format).bytesPerBlock(0) / 4;
  for (int64_t i = 0; i < kTile * perRow; i += kTileThreads) {
    Int number = k.thread() + i;
    Int mine = number.udiv(perRow), piece = number.urem(perRow);
    SmallVector<Int> words = k.loadSharedWords(getPiece(mine, piece), 4);
    Int place = ((row + mine.zext(64)) * blocks.zext(64) + first) * blockWords +
                (piece * 4).zext(64);
    k.storeWords(words, codes, place);
  }
  Int rowCount = k.i32(kTile / format.getBlockRows());
  k.when(k.thread().slt(rowCount),
         [&] { storeScales(scales, scaleRow, first, blocks); });
}

/// A thread has a row of blocks, and writes up to 8 bytes of it at a time.
void ResultTile::storeScales(Value scales, Int scaleRow, Int first,
                             Int blocks) {
  int64_t bytes = getScaleStorageType(format).getIntOrFloatBitWidth() / 8;
  int64_t units = kTile / unit, width = std::min<int64_t>(unitBytes, 8);
  int64_t together = std::min(units, 8 / width);
  Type type = k.builder().getIntegerType(unsigned(8 * width));
  auto wide = unsigned(8 * width * together);
  Int to = ((scaleRow + k.thread().zext(64)) * blocks.zext(64) + first) * bytes;
  for (int64_t i = 0; i < units; i += together)
    for (int64_t j = 0; j < unitBytes; j += width) {
      Int word =
          Int::constant(k.emitter(), k.builder().getIntegerType(wide), 0);
      for (int64_t u = 0; u < together; ++u) {
        Int from = getScales(k.thread(), k.i32(i + u)) + j;
        Int part(k.emitter(), k.loadShared(type, from));
        word = word | (part.zext(wide) << (8 * width * u));
      }
      k.store(word.get(), scales,
              (to + (i * unitBytes + j)).udiv(width * together));
    }
}
