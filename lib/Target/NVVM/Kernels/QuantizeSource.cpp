//===- QuantizeSource.cpp - Units of rows to quantise ---------------------===//

#include "QuantizeSource.h"

#include "../../../Conversion/Reference/Elements.h"
#include "../Builder/Warp.h"
#include "Hadamard.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

Extents Extents::read(Kernel &k) {
  return {k.integer(1), k.integer(2), k.integer(3), k.integer(4)};
}

Source::Source(Kernel &k, const Form &form, const Extents &extents, Int padded,
               unsigned firstSign, const Producer &producer, SignMasks masks)
    : items(extents.items), rows(extents.rows), cols(extents.cols),
      padded(padded), seed(extents.seed), k(k), form(form),
      quantizer(form.quantizer), unit(form.getUnit()), held(form.getHeld()),
      lanes(unit / held), firstSign(firstSign), producer(producer),
      masks(masks) {
  if (quantizer.getTranspose())
    std::swap(rows, cols);
  units = form.units ? k.i32(form.units) : (padded + (unit - 1)).udiv(unit);
}

Int Source::countThreads() const {
  return (items * rows).zext(64) * units.zext(64) * lanes;
}

void Source::visit(Int index, function_ref<void(const Place &)> then) const {
  Int first = lanes > 1 ? index & ~int64_t(31) : index;
  k.when(first.ult(countThreads()), [&] { then(getPlace(index)); });
}

/// Threads past the end have the last unit once more.
Place Source::getPlace(Int index) const {
  Int part, isOwn, place = index;
  if (lanes > 1) {
    part = index.zext(32) & (lanes - 1);
    if (!form.hasWholeWarps) {
      isOwn = index.ult(countThreads());
      index = index.umin(countThreads() - lanes + part.zext(64));
    }
    place = index.udiv(lanes);
  }
  Int inner = quantizer.getTranspose() ? items * rows : units;
  Int fast = place.urem(inner.zext(64)).zext(32);
  Int slow = place.udiv(inner.zext(64)).zext(32);
  Int row = quantizer.getTranspose() ? fast : slow;
  Int first = (quantizer.getTranspose() ? slow : fast) * unit;
  if (lanes > 1)
    first = first + part * held;
  bool isInOrder = form.isWhole && !quantizer.getTranspose();
  return {row.udiv(rows), row.urem(rows),           first, Int(), part,
          isOwn,          isInOrder ? index : Int()};
}

Place Source::getPlaceOf(Int row, Int inRow) const {
  Place place{k.i32(0), row, inRow * held};
  if (lanes > 1)
    place.part = inRow & (lanes - 1);
  place.number = row.zext(64) * (form.units * lanes) + inRow.zext(64);
  return place;
}

Int Source::getFlatRow(const Place &place) const {
  return place.item * rows + place.row;
}

int64_t Source::getHalvings() const {
  return isDeferred ? llvm::Log2_64(quantizer.getHadamard().getSize()) / 2 : 0;
}

SmallVector<Value> Source::load(const Place &place) const {
  SmallVector<Value> values;
  bool isInRows = form.isWhole && !quantizer.getTranspose();
  if (isInRows && !producer && form.source.getIntOrFloatBitWidth() == 16) {
    splitWords(place, loadWords(place), values);
  } else {
    if (isInRows)
      loadVectors(place, values);
    else
      loadElements(place, values);
    widen(place, values);
  }
  transform(place, values);
  return values;
}

SmallVector<Value> Source::load(const Place &place, const SourceTile &tile,
                                Int row, Int first) const {
  SmallVector<Value> values;
  bool isColumn = quantizer.getTranspose();
  if (!isColumn && form.getElement().getIntOrFloatBitWidth() == 16) {
    splitWords(place, tile.readWords(row, first, held), values);
  } else {
    values = tile.read(row, first, held, isColumn);
    widen(place, values);
  }
  transform(place, values);
  return values;
}

SmallVector<Value> Source::load(const Place &place, ArrayRef<Int> words) const {
  SmallVector<Value> values;
  splitWords(place, words, values);
  transform(place, values);
  return values;
}

/// To f32 with their signs.
void Source::widen(const Place &place, SmallVectorImpl<Value> &values) const {
  for (Value &value : values) {
    value = widen(value);
    if (place.isIn.get())
      value = place.isIn.select(value, k.f32(0));
  }
  if (!quantizer.getHadamard())
    return;
  SmallVector<Int> signs = getMasks(place);
  if (!signs.empty())
    for (auto [i, value] : llvm::enumerate(values))
      value = floatOf(bitsOf(k.emitter(), value) + signs[i], k.f32Type());
}

/// To f32; the bits of bf16 by a product where there is a factor for it.
Value Source::widen(Value value) const {
  if (!value.getType().isBF16() || !shift16.get())
    return reference::widenToF32(k.emitter(), value);
  Value bits = LLVM::BitcastOp::create(k.builder(), k.emitter().loc,
                                       k.builder().getI16Type(), value);
  return floatOf(Int(k.emitter(), bits).zext(32) * shift16, k.f32Type());
}

/// The same of words with two elements, whose signs change together.
void Source::splitWords(const Place &place, ArrayRef<Int> words,
                        SmallVectorImpl<Value> &to) const {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  HadamardAttr hadamard = quantizer.getHadamard();
  SmallVector<Int> signs, own;
  if (masks)
    own = getMasks(place);
  else if (hadamard)
    signs = getSigns(place);
  auto pair = VectorType::get({2}, form.getElement());
  for (auto [i, all] : llvm::enumerate(words)) {
    Int word = all;
    if (!signs.empty()) {
      int64_t column = int64_t(2 * i) % hadamard.getSize();
      Int sign = signs[column / 32] << (15 - column % 32 / 2);
      word = word ^ (sign & 0x80008000);
    }
    if (place.isIn.get())
      word = place.isIn.select(word, k.i32(0));
    if (form.getElement().isBF16()) {
      Int low = shift16.get() ? word * shift16 : word << 16;
      Int high = word & 0xFFFF0000;
      if (masks) { // an instruction multiplies, or shifts, and adds
        low = low + own[2 * i];
        high = high ^ own[2 * i + 1];
      }
      to.push_back(floatOf(low, k.f32Type()));
      to.push_back(floatOf(high, k.f32Type()));
      continue;
    }
    Value both = LLVM::BitcastOp::create(b, loc, pair, word.get());
    for (int j = 0; j < 2; ++j) {
      Value value = reference::widenToF32(
          k.emitter(),
          LLVM::ExtractElementOp::create(b, loc, both, k.i32(j).get()));
      if (masks)
        value =
            floatOf(bitsOf(k.emitter(), value) ^ own[2 * i + j], k.f32Type());
      to.push_back(value);
    }
  }
}

/// Where a thread's elements start in memory, of rows.
Int Source::getRowStart(const Place &place) const {
  if (place.number.get())
    return place.number * held;
  Int row = getFlatRow(place).sext(64);
  if (place.isIn.get())
    row = place.isIn.select(row, row.like(0));
  return row * cols.sext(64) + place.first.sext(64);
}

SmallVector<Int> Source::loadWords(const Place &place) const {
  SmallVector<Int> words;
  Int start = getRowStart(place).udiv(2);
  for (int64_t i = 0; i < held / 2; i += 4)
    words.append(k.loadWords(k.parameter(0), start + i, 4));
  return words;
}

/// 16 bytes at a time.
void Source::loadVectors(const Place &place, SmallVectorImpl<Value> &to) const {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  int64_t bytes = form.source.getIntOrFloatBitWidth() / 8, count = 16 / bytes;
  auto type = VectorType::get({count}, form.source);
  Int row = getFlatRow(place).sext(64), start = getRowStart(place);
  if (place.isIn.get())
    row = place.isIn.select(row, row.like(0));
  for (int64_t i = 0; i < held; i += count) {
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
  for (int64_t i = 0; i < held; ++i) {
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
  int64_t size = hadamard.getSize(), inThread = std::min(size, held);
  for (int64_t start = 0; start < held; start += inThread)
    for (int64_t stride = 1; stride < inThread; stride *= 2)
      for (int64_t i = 0; i < inThread; ++i)
        if ((i & stride) == 0)
          addAndSubtract(k, values[start + i], values[start + i + stride]);
  exchange(place, values);
  Value factor = k.f32(static_cast<float>(1 / std::sqrt(double(size))));
  for (auto [i, value] : llvm::enumerate(values)) {
    if (!isDeferred)
      value = k.fmul(value, factor);
    // Of a group past the end nothing must be left, not even a sign.
    if (!form.isWhole && size < unit)
      value = (place.first + int64_t(i)).slt(padded).select(value, k.f32(0));
  }
}

/// That share a transform's group.
int64_t Source::countGroupLanes() const {
  return std::max<int64_t>(quantizer.getHadamard().getSize() / held, 1);
}

/// The strides from a thread's elements on: the lane with the later ones has
/// the difference.
void Source::exchange(const Place &place,
                      SmallVectorImpl<Value> &values) const {
  for (int64_t mask = 1; mask < countGroupLanes(); mask *= 2) {
    Value sign = ((place.part & mask) == 0).select(k.f32(1), k.f32(-1));
    for (Value &value : values) {
      Int bits = bitsOf(k.emitter(), value);
      Value other = floatOf(exchangeLanes(k, bits, int(mask)), k.f32Type());
      value = k.fma(value, sign, other); // rounded once, as a sum is
    }
  }
}

/// For each of a thread's elements the sign bit of its sign; none where all are
/// positive.
SmallVector<Int> Source::getMasks(const Place &place) const {
  SmallVector<Int> all, own, words;
  if (masks)
    own = masks.read(place.part);
  else if (words = getSigns(place); words.empty())
    return {};
  int64_t size = quantizer.getHadamard().getSize();
  for (int64_t i = 0; i < held; ++i) {
    int64_t column = i % size, bit = column % 32;
    int64_t shift = 31 - (bit / 2 + (bit % 2 ? 16 : 0));
    all.push_back(masks ? own[column]
                        : (words[column / 32] << shift) & 0x80000000);
  }
  return all;
}

/// Sorted words of the signs of a thread's elements, or of one of its groups;
/// none where all are positive.
SmallVector<Int> Source::getSigns(const Place &place) const {
  HadamardAttr hadamard = quantizer.getHadamard();
  SmallVector<Int> words;
  if (hadamard.getSigns() == Signs::None)
    return words;
  int64_t lanes = countGroupLanes();
  int64_t perLane = std::min<int64_t>(hadamard.getSize(), held);
  int64_t count = llvm::divideCeil(uint64_t(perLane), uint64_t(32));
  for (int64_t i = 0; i < count; ++i) {
    Int word = getSignWord(i);
    for (int64_t part = 1; part < lanes; ++part)
      word = ((place.part & (lanes - 1)) == part)
                 .select(getSignWord(part * count + i), word);
    words.push_back(word);
  }
  return words;
}

Int Source::getSignWord(int64_t number) const {
  HadamardAttr transform = quantizer.getHadamard();
  if (transform.getSigns() == Signs::Seed)
    return k.integer(firstSign + unsigned(number));
  return sortSigns(k.i32(hadamard::getFixedSignWord(transform, number)));
}
