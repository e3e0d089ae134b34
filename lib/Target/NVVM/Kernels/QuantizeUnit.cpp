//===- QuantizeUnit.cpp - A unit of a row to codes and scales -------------===//
//
// Amax, scale and codes follow the contract; the scalar code is the reference
// target's, but for elements that 32 bits or an instruction round. The rows of
// a tile are in neighbouring lanes, as are the parts of a block that has more
// columns than a thread; sums of a tile's elements go from lane to lane.
//
//===----------------------------------------------------------------------===//

#include "QuantizeUnit.h"

#include "../../../Conversion/Reference/Philox.h"
#include "../Builder/Warp.h"
#include "ByteEncoder.h"
#include "Decode.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Support/Philox.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

namespace mx::nvvm::quantize {

/// A block of a unit, with the rows of other lanes.
class RegisterBlock final : public reference::BlockElements {
public:
  RegisterBlock(Unit &unit, int64_t number) : unit(unit), number(number) {}

  SmallVector<Value> sum(Emitter e, unsigned count, Terms terms) const final {
    SmallVector<SmallVector<Value>> all;
    for (int64_t i = 0; i < unit.block; ++i) {
      int64_t offset = number * unit.block + i;
      all.push_back(terms(e, {unit.values[offset], {}, offset}));
    }
    SmallVector<Value> start(count, unit.k.f32(0));
    if (unit.blockRows == 1)
      return addTerms(start, all);
    return sumRows(start, all);
  }

  Value getSize(Emitter) const final {
    Kernel &k = unit.k;
    Int first = unit.place.first + number * unit.block;
    Int cols = (unit.source.padded - first).smin(unit.block);
    Int above = unit.place.row & ~(unit.blockRows - 1);
    Int rows = (unit.source.rows - above).smin(unit.blockRows);
    return k.toFloat(unit.blockRows == 1 ? cols : cols * rows);
  }

  Value round(Emitter, Value scaled, const Element &element) const final {
    Int code = unit.encodeScaled(scaled, element.number);
    return decodeSmall(unit.k, code, unit.element);
  }

private:
  SmallVector<Value> addTerms(ValueRange start,
                              ArrayRef<SmallVector<Value>> all) const {
    SmallVector<Value> sums(start);
    for (const SmallVector<Value> &terms : all)
      for (auto [sum, term] : llvm::zip(sums, terms))
        sum = unit.k.fadd(sum, term);
    return sums;
  }

  /// In step i lane i of the tile goes on where the lane before it ended.
  SmallVector<Value> sumRows(ValueRange start,
                             ArrayRef<SmallVector<Value>> all) const {
    Kernel &k = unit.k;
    Int first = k.lane() & ~(unit.blockRows - 1);
    SmallVector<Value> sums =
        k.loop(k.i32(0), k.i32(unit.blockRows), k.i32(1), start,
               [&](Int i, ValueRange sums) {
                 return addTerms(share(sums, (first + i - 1).smax(0)), all);
               });
    return share(sums, first + (unit.blockRows - 1));
  }

  SmallVector<Value> share(ValueRange values, Int lane) const {
    Kernel &k = unit.k;
    return llvm::map_to_vector(values, [&](Value value) {
      return floatOf(readLane(k, bitsOf(k.emitter(), value), lane),
                     k.f32Type());
    });
  }

  Unit &unit;
  int64_t number;
};

} // namespace mx::nvvm::quantize

int64_t Tables::countBytes(const Form &form) {
  return SignMasks::countBytes(form) + ColumnTable::countBytes(form) +
         ShiftFactors::countBytes(form);
}

Tables::Tables(Kernel &k, const Form &form, unsigned firstParam, Int address)
    : masks(k, form, firstParam + 4, address),
      columns(k, form, address + SignMasks::countBytes(form)),
      factors(k, form,
              address + (SignMasks::countBytes(form) +
                         ColumnTable::countBytes(form))) {}

Unit::Unit(Kernel &k, const Form &form, const Extents &extents,
           unsigned firstParam, const Producer &producer, const Tables &tables,
           const SourceTile *tile)
    : k(k), form(form), quantizer(form.quantizer),
      format(quantizer.getFormat()),
      element(*getFloatFormat(format.getElement())),
      scaleFormat(*getFloatFormat(format.getScale())), firstParam(firstParam),
      source(k, form, extents, k.integer(firstParam + 2), firstParam + 4,
             producer, tables.masks),
      tile(tile), tables(tables), held(form.getHeld()),
      block(format.getBlockCols()), blockRows(format.getBlockRows()),
      ownCols(std::min(block, held)), stream(k.integer(firstParam + 3)) {
  blocks = (source.padded + (block - 1)).udiv(block);
  if (defersFactor())
    source.deferFactor();
  if (!form.hasTensorScale())
    return;
  unsigned last = firstParam + 4 + unsigned(getSignParams(form).size());
  Value amax = k.load(k.parameter(last), k.f32Type(), k.i32(0));
  reference::TensorScale scale =
      reference::getTensorScale(k.emitter(), amax, quantizer);
  encodeTensor = scale.encode;
  decodeTensor = scale.decode;
  k.when((k.block() | k.thread()) == 0,
         [&] { k.store(decodeTensor, k.parameter(last + 1), k.i32(0)); });
}

/// Whether a scale takes the transform's factor along: a power of two, where
/// nothing of sums of 16 bits gets lost, and E2M1 in words.
bool Unit::defersFactor() {
  HadamardAttr hadamard = quantizer.getHadamard();
  return hadamard && llvm::Log2_64(hadamard.getSize()) % 2 == 0 &&
         !form.getElement().isF32() && scaleFormat.isE8M0 &&
         !form.sumsElements() && ownCols % 8 == 0 &&
         E2M1Encoder(k, quantizer, /*isNarrow=*/false, form.hasNarrowConvert)
             .takes();
}

void Unit::start(const Place &at) {
  place = at;
  row = source.getFlatRow(place);
  if (tables.columns)
    randomRow = reference::startPhiloxRow(row, stream, source.seed);
  if (tables.factors) {
    auto [shift16, shift] = tables.factors.read();
    source.setFactor(shift16);
    shift6 = shift;
  }
}

void Unit::quantize(const Place &at) {
  start(at);
  values = source.load(place);
  quantizeValues();
  write();
}

void Unit::quantizeWords(const Place &at, ArrayRef<Int> given) {
  start(at);
  values = source.load(place, given);
  quantizeValues();
  write();
}

void Unit::quantize(const Place &at, ValueRange elements) {
  start(at);
  values.assign(elements.begin(), elements.end());
  quantizeValues();
  write();
}

void Unit::quantize(const Place &at, Int tileRow, Int tileFirst,
                    ResultTile &results) {
  start(at);
  values = source.load(place, *tile, tileRow, tileFirst);
  inTile = tileFirst;
  quantizeValues();
  results.putCodes(tileRow, tileFirst, words);
  results.putScales(tileRow, tileFirst, scales);
}

void Unit::store(ResultTile &results, Int item, Int firstRow, Int first) {
  Int flat = (item * source.rows + firstRow).zext(64);
  results.store(k.parameter(firstParam), k.parameter(firstParam + 1), flat,
                getScaleRow(item, firstRow).zext(64),
                first.udiv(block).zext(64), blocks);
}

void Unit::quantizeValues() {
  scales.clear();
  words.clear();
  randomWords.assign(held, {});
  for (int64_t i = 0; i < held / ownCols; ++i)
    quantizeBlock(i);
}

void Unit::quantizeBlock(int64_t number) {
  RegisterBlock elements(*this, number);
  ArrayRef<Value> own = ArrayRef(values).slice(number * ownCols, ownCols);
  Value scale = chooseScale(elements, findAmax(own));
  Int isNaN = reference::isNaNScale(k.emitter(), scale, format);
  for (Int word : encodeWords(number, own, scale))
    words.push_back(isNaN.select(word.like(0), word));
  bool isCorrected = quantizer.getScaleRule() == ScaleRule::MSEden;
  scales.push_back(isCorrected ? correctScale(elements, number, scale) : scale);
}

/// The bits of the block's largest magnitude.
Int Unit::findAmax(ArrayRef<Value> values) {
  Emitter e = k.emitter();
  Value largest = k.f32(0);
  for (Value value : values) // NaN stays
    largest = largerMagnitude(k, largest, value);
  if (int64_t halvings = source.getHalvings())
    largest = k.fmul(largest, k.f32(std::ldexp(1.0f, -int(halvings))));
  Int amax = bitsOf(e, largest);
  int64_t lanes = blockRows * (block / ownCols);
  for (int64_t mask = 1; mask < lanes; mask *= 2)
    amax = amax.smax(exchangeLanes(k, amax, int(mask)));
  return amax;
}

Value Unit::chooseScale(const reference::BlockElements &block, Int amax) {
  Emitter e = k.emitter();
  switch (quantizer.getScaleRule()) {
  case ScaleRule::Quest:
    return reference::getQuestScale(e, block, amax);
  case ScaleRule::FourOverSix:
    return reference::getFourOverSixScale(e, block, amax, quantizer,
                                          encodeTensor, decodeTensor);
  default:
    return reference::getBlockScale(amax, quantizer, encodeTensor);
  }
}

/// What ms_eden stores; bits are keyed by the block's number in its row.
Value Unit::correctScale(const reference::BlockElements &elements,
                         int64_t number, Value scale) {
  Int index = place.first.udiv(block) + number;
  int64_t bits = quantizer.getRandomBits(), perWord = 32 / bits;
  int64_t draws = countDraws(bits);
  std::array<Int, 4> random = reference::philox(
      {index.udiv(draws), row, stream, k.i32(contract::kScalePurpose)},
      source.seed);
  Int inCall = index.urem(draws), inWord = inCall.udiv(perWord);
  Int word = random[3];
  for (int i = 2; i >= 0; --i)
    word = (inWord == i).select(random[i], word);
  word = bits == 24 ? word >> 8
                    : (word >> (inCall.urem(perWord) * bits)) &
                          ((int64_t(1) << bits) - 1);
  return reference::getEdenScale(k.emitter(), elements, scale, quantizer,
                                 decodeTensor, word.zext(64));
}

SmallVector<Int> Unit::encodeWords(int64_t number, ArrayRef<Value> values,
                                   Value scale) {
  bool isNarrow = scaleFormat.isE8M0 && form.getElement().isBF16() &&
                  !quantizer.getHadamard();
  E2M1Encoder eights(k, quantizer, isNarrow, form.hasNarrowConvert);
  eights.setShift(shift6);
  if (eights.takes() && ownCols % 8 == 0)
    return encodeEights(number, values, scale, eights);
  if (int64_t count = getRoundSize(); count < ownCols)
    return encodeInRounds(number, values, scale, count);
  return pack(encode(number, values, scale));
}

SmallVector<Int> Unit::encodeEights(int64_t number, ArrayRef<Value> values,
                                    Value scale, E2M1Encoder &encoder) {
  SmallVector<Value> scaled(values);
  Value factor;
  if (scaleFormat.isE8M0) {
    factor = encoder.getFactor(scale, source.getHalvings(), scaled);
  } else {
    Value inverse =
        reference::getInverse(k.emitter(), scale, scaleFormat, decodeTensor);
    for (Value &value : scaled)
      value = k.fmul(value, inverse);
    factor = encoder.getFactor();
  }
  SmallVector<Int> words;
  for (int64_t i = 0; i < ownCols; i += 8) {
    SmallVector<RandomBits> random;
    for (int64_t j = i; j < i + 8; ++j)
      random.push_back(getRandomBits(number * ownCols + j));
    words.push_back(
        encoder.encode(ArrayRef(scaled).slice(i, 8), factor, random));
  }
  return words;
}

/// Elements of a block that are encoded at a time: not all where each is
/// rounded at random with integers of 64 bits, for want of registers. Whole
/// words of codes, and whole calls of Philox.
int64_t Unit::getRoundSize() const {
  if (ElementEncoder(k, quantizer, /*isNarrow=*/false).takes() ||
      quantizer.getRounding() != Rounding::Stochastic)
    return ownCols;
  int64_t count = getScaledFormat(format).packedBytes(8) % 4 == 0 ? 8 : 16;
  return std::max(count, countDraws(quantizer.getRandomBits()));
}

/// A loop, whose rounds have `count` elements: each takes the first values that
/// are carried, and leaves them and its words behind the others.
SmallVector<Int> Unit::encodeInRounds(int64_t number, ArrayRef<Value> values,
                                      Value scale, int64_t count) {
  SmallVector<Value> carried(values);
  size_t words = getScaledFormat(format).packedBytes(ownCols) / 4;
  carried.append(words, k.i32(0).get());
  Int first = place.first, firstInTile = inTile;
  auto unitWords = std::exchange(randomWords, {});
  carried = k.loop(k.i32(0), k.i32(ownCols), k.i32(count), carried,
                   [&](Int i, ValueRange in) {
                     place.first = first + i;
                     if (firstInTile.get())
                       inTile = firstInTile + i;
                     randomWords.assign(held, {});
                     SmallVector<Value> now(in.take_front(count));
                     SmallVector<Value> next(in.slice(count, ownCols - count));
                     next.append(now);
                     llvm::append_range(next, in.drop_front(ownCols));
                     for (Int word : pack(encode(number, now, scale)))
                       next.push_back(word.get());
                     next.erase(next.begin() + ownCols, next.end() - words);
                     return next;
                   });
  place.first = first;
  inTile = firstInTile;
  randomWords = std::move(unitWords);
  return llvm::map_to_vector(
      ArrayRef(carried).drop_front(ownCols),
      [&](Value word) { return Int(k.emitter(), word); });
}

/// One code (i32) an element.
SmallVector<Int> Unit::encode(int64_t number, ArrayRef<Value> values,
                              Value scale) {
  ByteEncoder bytes(quantizer, form.hasF8Convert, form.hasNarrowConvert);
  if (bytes.takes())
    return bytes.encode(k, values, scale);
  Emitter e = k.emitter();
  // Where a product with a power of two would not be exact, the number that
  // is rounded is made of integers.
  bool isExact = ElementEncoder(k, quantizer, /*isNarrow=*/false).takes();
  Value inverse;
  if (!scaleFormat.isE8M0)
    inverse = reference::getInverse(e, scale, scaleFormat, decodeTensor);
  else if (isExact)
    inverse = invertScale(k, Int(e, scale).zext(32));
  SmallVector<Int> codes;
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t offset = number * ownCols + int64_t(i);
    codes.push_back(inverse ? encodeScaled(k.fmul(value, inverse), offset)
                            : reference::roundSaturating(
                                  reference::scaleElement(
                                      e, value, scale, quantizer, decodeTensor),
                                  getRound(offset)));
  }
  return codes;
}

Int Unit::encodeScaled(Value scaled, int64_t offset) {
  bool isNarrow = scaleFormat.isE8M0 && !form.getElement().isF32() &&
                  !quantizer.getHadamard();
  ElementEncoder fast(k, quantizer, isNarrow);
  if (fast.takes())
    return fast.encode(scaled, getRandomBits(offset));
  return reference::roundSaturating(
      reference::decomposeF32(k.emitter(), scaled), getRound(offset));
}

reference::Round Unit::getRound(int64_t offset) {
  reference::Round round;
  round.format = element;
  round.rounding = static_cast<contract::Rounding>(quantizer.getRounding());
  round.randomBits = quantizer.getRandomBits();
  if (RandomBits random = getRandomBits(offset); random.word.get())
    round.random = random.extract().zext(64);
  return round;
}

/// Of the element at `offset` of the unit; one call of Philox serves its
/// neighbours too (contract 22). Nothing but for stochastic rounding.
RandomBits Unit::getRandomBits(int64_t offset) {
  if (quantizer.getRounding() != Rounding::Stochastic)
    return {};
  int64_t bits = quantizer.getRandomBits(), perWord = 32 / bits;
  int64_t draws = countDraws(bits), index = offset % draws;
  std::array<Int, 4> &call = randomWords[offset / draws];
  if (!call[0].get() && tables.columns)
    call = reference::finishPhilox(tables.columns.read(inTile, offset / draws),
                                   randomRow, source.seed);
  else if (!call[0].get())
    call = reference::philox(
        {(place.first + (offset - index)).udiv(draws), row, stream, k.i32(0)},
        source.seed);
  return {call[index / perWord], index % perWord, bits};
}

/// Codes side by side, the first in the lowest bits (contract 12).
SmallVector<Int> Unit::pack(ArrayRef<Int> codes) {
  auto bits = int64_t(getScaledFormat(format).packedBytes(8));
  SmallVector<Int> words(codes.size() * bits / 32, k.i32(0));
  for (auto [i, code] : llvm::enumerate(codes)) {
    int64_t word = i * bits / 32, shift = i * bits % 32;
    words[word] = words[word] | (code << shift);
    if (shift + bits > 32)
      words[word + 1] = words[word + 1] | (code >> (32 - shift));
  }
  return words;
}

void Unit::write() {
  auto writeAll = [&] {
    if (!form.isWhole && form.getUnit() != block) {
      for (int64_t i = 0; i < held / ownCols; ++i)
        k.when((place.first.udiv(block) + i).slt(blocks),
               [&] { writeBlock(i); });
      return;
    }
    writeScales(place.first.udiv(block), scales);
    writeWords(words, place.first);
  };
  Int condition = place.isIn.get() ? place.isIn : place.isOwn;
  if (condition.get())
    k.when(condition, writeAll);
  else
    writeAll();
}

void Unit::writeBlock(int64_t number) {
  int64_t count = words.size() / scales.size();
  writeScales(place.first.udiv(block) + number, scales[number]);
  writeWords(ArrayRef(words).slice(number * count, count),
             place.first + number * ownCols);
}

/// Side by side from `column` of the row on, as many at a time as they are
/// aligned for.
void Unit::writeWords(ArrayRef<Int> words, Int column) {
  auto countWords = [&](int64_t columns) {
    return columns * int64_t(getScaledFormat(format).packedBytes(8)) / 32;
  };
  size_t width = words.size() % 4 == 0 ? 4 : words.size() % 2 == 0 ? 2 : 1;
  Int start = row.sext(64) * blocks.sext(64) * countWords(block) +
              column.udiv(ownCols).sext(64) * countWords(ownCols);
  if (place.number.get())
    start = place.number * countWords(held);
  for (size_t i = 0; i < words.size(); i += width)
    k.storeWords(words.slice(i, width), k.parameter(firstParam),
                 start + int64_t(i));
}

/// Of all items, where the scale of a row of one is.
Int Unit::getScaleRow(Int item, Int inItem) const {
  return item * (source.rows + (blockRows - 1)).udiv(blockRows) +
         inItem.udiv(blockRows);
}

/// The scale of a block that lanes share is the first one's to write.
void Unit::writeScales(Int at, ArrayRef<Value> values) {
  Int scaleRow = blockRows == 1 ? row : getScaleRow(place.item, place.row);
  Int start = scaleRow.sext(64) * blocks.sext(64) + at.sext(64);
  if (place.number.get())
    start = (place.number * held).udiv(block);
  auto store = [&] {
    SmallVector<Int> bytes;
    for (auto [i, value] : llvm::enumerate(values))
      if (value.getType().isF32())
        k.store(value, k.parameter(firstParam + 1), start + int64_t(i));
      else
        bytes.push_back(Int(k.emitter(), value));
    if (bytes.size() == 1)
      k.store(bytes[0].get(), k.parameter(firstParam + 1), start);
    else if (!bytes.empty())
      k.storeWords(bytes, k.parameter(firstParam + 1), start);
  };
  if (blockRows > 1)
    k.when((place.row & (blockRows - 1)) == 0, store);
  else if (ownCols < block)
    k.when((place.first & (block - 1)) == 0, store);
  else
    store();
}
