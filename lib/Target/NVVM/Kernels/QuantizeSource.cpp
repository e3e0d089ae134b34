//===- QuantizeSource.cpp - Units of rows to quantise ---------------------===//

#include "QuantizeSource.h"

#include "../../../Conversion/Reference/Elements.h"
#include "../../../Conversion/Reference/Philox.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

Extents Extents::read(Kernel &k) {
  return {k.integer(1), k.integer(2), k.integer(3), k.integer(4)};
}

Source::Source(Kernel &k, const Form &form, const Extents &extents, Int padded,
               Int signStream, const Producer &producer)
    : items(extents.items), rows(extents.rows), cols(extents.cols),
      padded(padded), seed(extents.seed), k(k), form(form),
      quantizer(form.quantizer), unit(form.getUnit()), signStream(signStream),
      producer(producer) {
  if (quantizer.getTranspose())
    std::swap(rows, cols);
  units = (padded + (unit - 1)).udiv(unit);
}

Int Source::countUnits() const {
  return (items * rows).zext(64) * units.zext(64);
}

Place Source::getPlace(Int index) const {
  Int inner = quantizer.getTranspose() ? items * rows : units;
  Int fast = index.urem(inner.zext(64)).zext(32);
  Int slow = index.udiv(inner.zext(64)).zext(32);
  Int row = quantizer.getTranspose() ? fast : slow;
  Int first = (quantizer.getTranspose() ? slow : fast) * unit;
  return {row.udiv(rows), row.urem(rows), first, Int()};
}

Int Source::getFlatRow(const Place &place) const {
  return place.item * rows + place.row;
}

SmallVector<Value> Source::load(const Place &place) const {
  SmallVector<Value> values;
  if (form.isWhole && !quantizer.getTranspose())
    loadVectors(place, values);
  else
    loadElements(place, values);
  widen(place, values);
  transform(place, values);
  return values;
}

SmallVector<Value> Source::load(const Place &place, const SourceTile &tile,
                                Int row, Int first) const {
  SmallVector<Value> values =
      tile.read(row, first, unit, quantizer.getTranspose());
  widen(place, values);
  transform(place, values);
  return values;
}

void Source::widen(const Place &place, SmallVectorImpl<Value> &values) const {
  for (Value &value : values) {
    value = reference::widenToF32(k.emitter(), value);
    if (place.isIn.get())
      value = place.isIn.select(value, k.f32(0));
  }
}

/// 16 bytes at a time.
void Source::loadVectors(const Place &place, SmallVectorImpl<Value> &to) const {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  int64_t bytes = form.source.getIntOrFloatBitWidth() / 8, count = 16 / bytes;
  auto type = VectorType::get({count}, form.source);
  Int row = getFlatRow(place).sext(64);
  if (place.isIn.get())
    row = place.isIn.select(row, row.like(0));
  Int start = row * cols.sext(64) + place.first.sext(64);
  for (int64_t i = 0; i < unit; i += count) {
    Value address = k.element(k.parameter(0), form.source, start + i);
    Value vector = LLVM::LoadOp::create(b, loc, type, address, 16);
    for (int64_t j = 0; j < count; ++j)
      to.push_back(producer.compute(
          LLVM::ExtractElementOp::create(b, loc, vector, k.i32(j).get()), row,
          start + (i + j)));
  }
}

void Source::loadElements(const Place &place,
                          SmallVectorImpl<Value> &to) const {
  OpBuilder &b = k.builder();
  bool isTransposed = quantizer.getTranspose();
  Int start = getFlatRow(place).sext(64) * cols.sext(64) + place.first.sext(64);
  if (isTransposed)
    start = (place.item.sext(64) * cols.sext(64) + place.first.sext(64)) *
                rows.sext(64) +
            place.row.sext(64);
  Int step = isTransposed ? rows.sext(64) : k.i64(1);
  Value zero = arith::ConstantOp::create(b, k.emitter().loc,
                                         b.getZeroAttr(form.getElement()));
  Int row = isTransposed
                ? place.item.sext(64) * cols.sext(64) + place.first.sext(64)
                : getFlatRow(place).sext(64);
  for (int64_t i = 0; i < unit; ++i) {
    // What is not there reads the first element, and counts as 0.
    Int inside = place.isIn, at = start + step * i;
    if (!form.isWhole) {
      Int isBefore = (place.first + i).slt(cols);
      inside = inside.get() ? inside & isBefore : isBefore;
    }
    Int atRow = isTransposed ? row + i : row;
    if (inside.get()) {
      at = inside.select(at, at.like(0));
      atRow = inside.select(atRow, atRow.like(0));
    }
    Value value =
        producer.compute(k.load(k.parameter(0), form.source, at), atRow, at);
    to.push_back(inside.get() ? inside.select(value, zero) : value);
  }
}

static void addAndSubtract(Kernel &k, Value &a, Value &b) {
  Value sum = k.fadd(a, b);
  b = k.fsub(a, b);
  a = sum;
}

void Source::transform(const Place &place,
                       SmallVectorImpl<Value> &values) const {
  HadamardAttr hadamard = quantizer.getHadamard();
  if (!hadamard)
    return;
  int64_t size = hadamard.getSize();
  applySigns(values, hadamard);
  for (int64_t start = 0; start < unit; start += size)
    for (int64_t stride = 1; stride < size; stride *= 2)
      for (int64_t i = 0; i < size; ++i)
        if ((i & stride) == 0)
          addAndSubtract(k, values[start + i], values[start + i + stride]);
  Value factor = k.f32(static_cast<float>(1 / std::sqrt(double(size))));
  for (auto [i, value] : llvm::enumerate(values)) {
    value = k.fmul(value, factor);
    // Of a group past the end nothing must be left, not even a sign.
    if (!form.isWhole && size < unit)
      value = (place.first + int64_t(i)).slt(padded).select(value, k.f32(0));
  }
}

void Source::applySigns(SmallVectorImpl<Value> &values,
                        HadamardAttr hadamard) const {
  if (hadamard.getSigns() == Signs::None)
    return;
  int64_t size = hadamard.getSize();
  std::array<Int, 4> words;
  if (hadamard.getSigns() == Signs::Seed)
    words = reference::philox({k.i32(0), k.i32(0), signStream, k.i32(1)}, seed);
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t j = int64_t(i) % size;
    Int sign = hadamard.getSigns() == Signs::Seed
                   ? (words[j / 32] << (31 - j % 32)) & 0x80000000
                   : k.i32(hadamard.getFixedSigns()[j] < 0 ? 0x80000000 : 0);
    value = floatOf(bitsOf(k.emitter(), value) ^ sign, k.f32Type());
  }
}
