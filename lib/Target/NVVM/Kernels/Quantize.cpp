//===- Quantize.cpp - Floats to packed codes and scales -------------------===//
//
// One thread has a unit of a row in registers: a Hadamard group, or one or two
// blocks. Signs, butterflies, amax, scale and codes follow the contract; the
// scalar code is the reference target's, but for E2M1.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"

#include "../../../Conversion/Reference/Philox.h"
#include "../../../Conversion/Reference/Scales.h"
#include "E2M1.h"
#include "F8.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

std::string Form::findProblem() const {
  ScaledType format = quantizer.getFormat();
  HadamardAttr hadamard = quantizer.getHadamard();
  int64_t block = format.getBlockCols();
  if (format.getHasTensorScale())
    return "the format has a tensor scale";
  if (quantizer.getScaleRule() == ScaleRule::Quest)
    return "the scale rule is quest";
  if (format.getBlockRows() != 1 || (block != 16 && block != 32))
    return "blocks must be of 16 or 32 elements along a row";
  if (hadamard && (hadamard.getSize() < 16 || hadamard.getSize() > kMaxUnit))
    return "the Hadamard size must be 16, 32 or 64";
  contract::FloatFormat element = *getFloatFormat(format.getElement());
  if (unsigned bits = element.bits(); bits != 4 && bits != 6 && bits != 8)
    return "elements must be of 4, 6 or 8 bits";
  if (getScaleStorageType(format).isF32())
    return "scales must be of 8 bits";
  return "";
}

int64_t Form::getUnit() const {
  int64_t size =
      quantizer.getHadamard() ? quantizer.getHadamard().getSize() : 1;
  return std::max<int64_t>(size, 32);
}

namespace {

class Quantize {
public:
  Quantize(Kernel &k, const Form &form)
      : k(k), form(form), quantizer(form.quantizer),
        format(quantizer.getFormat()),
        element(*getFloatFormat(format.getElement())), unit(form.getUnit()),
        block(format.getBlockCols()) {
    rows = k.integer(4);
    cols = k.integer(5);
    padded = k.integer(6);
    seed = k.integer(7);
    units = (padded + (unit - 1)).udiv(unit);
    blocks = (padded + (block - 1)).udiv(block);
  }

  void emit() {
    Int allRows = k.integer(3) * rows;
    Int count = allRows.zext(64) * units.zext(64);
    Int thread = k.block().zext(64) * kThreads + k.thread().zext(64);
    k.when(thread.ult(count), [&] {
      // Neighbours read neighbours: units of a row, or rows of columns.
      Int inner = quantizer.getTranspose() ? allRows : units;
      Int fast = thread.urem(inner.zext(64)).zext(32);
      Int slow = thread.udiv(inner.zext(64)).zext(32);
      row = quantizer.getTranspose() ? fast : slow;
      first = (quantizer.getTranspose() ? slow : fast) * unit;
      SmallVector<Value> values = load();
      transform(values);
      for (int64_t i = 0; i < unit / block; ++i)
        quantizeBlock(i, ArrayRef<Value>(values).slice(i * block, block));
    });
  }

private:
  SmallVector<Value> load() {
    SmallVector<Value> values;
    if (form.isWhole && !quantizer.getTranspose())
      loadVectors(values);
    else
      for (int64_t i = 0; i < unit; ++i)
        values.push_back(loadElement(i));
    for (Value &value : values)
      value = reference::widenToF32(k.emitter(), value);
    return values;
  }

  /// 16 bytes at a time.
  void loadVectors(SmallVectorImpl<Value> &values) {
    OpBuilder &b = k.builder();
    Location loc = k.emitter().loc;
    int64_t bytes = form.source.getIntOrFloatBitWidth() / 8, count = 16 / bytes;
    auto type = VectorType::get({count}, form.source);
    Int start = row.sext(64) * cols.sext(64) + first.sext(64);
    for (int64_t i = 0; i < unit; i += count) {
      Value address = k.element(k.parameter(0), form.source, start + i);
      Value vector = LLVM::LoadOp::create(b, loc, type, address, 16);
      for (int64_t j = 0; j < count; ++j)
        values.push_back(
            LLVM::ExtractElementOp::create(b, loc, vector, k.i32(j).get()));
    }
  }

  Value loadElement(int64_t i) {
    Int column = first + i;
    Int place = row.sext(64) * cols.sext(64) + column.sext(64);
    if (quantizer.getTranspose()) {
      Int item = row.udiv(rows), inItem = row.urem(rows);
      place =
          (item.sext(64) * cols.sext(64) + column.sext(64)) * rows.sext(64) +
          inItem.sext(64);
    }
    if (form.isWhole)
      return k.load(k.parameter(0), form.source, place);
    // A column past the end reads the first element, and counts as 0.
    Int inside = column.slt(cols);
    Value value = k.load(k.parameter(0), form.source,
                         inside.select(place, place.like(0)));
    OpBuilder &b = k.builder();
    Value zero = arith::ConstantOp::create(b, k.emitter().loc,
                                           b.getZeroAttr(form.source));
    return inside.select(value, zero);
  }

  /// Signs, butterflies and one factor (contract 14, 23).
  void transform(SmallVectorImpl<Value> &values) {
    HadamardAttr hadamard = quantizer.getHadamard();
    if (!hadamard)
      return;
    int64_t size = hadamard.getSize();
    applySigns(values, hadamard);
    for (int64_t start = 0; start < unit; start += size)
      for (int64_t stride = 1; stride < size; stride *= 2)
        for (int64_t i = 0; i < size; ++i)
          if ((i & stride) == 0)
            addAndSubtract(values[start + i], values[start + i + stride]);
    Value factor = k.f32(static_cast<float>(1 / std::sqrt(double(size))));
    for (auto [i, value] : llvm::enumerate(values)) {
      value = k.fmul(value, factor);
      // Of a group past the end nothing must be left, not even a sign.
      if (!form.isWhole && size < unit)
        value = (first + int64_t(i)).slt(padded).select(value, k.f32(0));
    }
  }

  void addAndSubtract(Value &a, Value &b) {
    Value sum = k.fadd(a, b);
    b = k.fsub(a, b);
    a = sum;
  }

  void applySigns(SmallVectorImpl<Value> &values, HadamardAttr hadamard) {
    if (hadamard.getSigns() == Signs::None)
      return;
    int64_t size = hadamard.getSize();
    std::array<Int, 4> words;
    if (hadamard.getSigns() == Signs::Seed)
      words =
          reference::philox({k.i32(0), k.i32(0), k.integer(9), k.i32(1)}, seed);
    for (auto [i, value] : llvm::enumerate(values)) {
      int64_t j = int64_t(i) % size;
      Int sign = hadamard.getSigns() == Signs::Seed
                     ? (words[j / 32] << (31 - j % 32)) & 0x80000000
                     : k.i32(hadamard.getFixedSigns()[j] < 0 ? 0x80000000 : 0);
      value = floatOf(bitsOf(k.emitter(), value) ^ sign, k.f32Type());
    }
  }

  void quantizeBlock(int64_t number, ArrayRef<Value> values) {
    Emitter e = k.emitter();
    Int amax = k.i32(0);
    for (Value value : values) {
      Int bits = bitsOf(e, value) & 0x7FFFFFFF;
      amax = Int(e, arith::MaxUIOp::create(e.b, e.loc, amax.get(), bits.get()));
    }
    Value scale = reference::getBlockScale(amax, quantizer, Value());
    Int isNaN = reference::isNaNScale(e, scale, format);
    SmallVector<Int> words = pack(encode(number * block, values, scale));
    for (Int &word : words)
      word = isNaN.select(word.like(0), word);
    Int at = first.udiv(block) + number;
    Int place = row.sext(64) * blocks.sext(64) + at.sext(64);
    auto write = [&] {
      k.store(scale, k.parameter(2), place);
      // 24 bytes of a block of 6-bit codes are aligned to 8.
      size_t width = words.size() % 4 == 0 ? 4 : 2;
      for (size_t i = 0; i < words.size(); i += width)
        k.storeWords(ArrayRef(words).slice(i, width), k.parameter(1),
                     place * int64_t(words.size()) + int64_t(i));
    };
    if (form.isWhole || unit == block)
      write();
    else
      k.when(at.slt(blocks), write);
  }

  /// One code (i32) an element.
  SmallVector<Int> encode(int64_t offset, ArrayRef<Value> values, Value scale) {
    F8Encoder f8(quantizer, form.hasF8Convert);
    if (f8.takes())
      return f8.encode(k, values, scale);
    Emitter e = k.emitter();
    SmallVector<Int> codes;
    bool isNarrow = !form.source.isF32() && !quantizer.getHadamard();
    E2M1Encoder fast(k, quantizer, scale, isNarrow);
    for (auto [i, value] : llvm::enumerate(values)) {
      RandomBits random = getRandomBits(offset + int64_t(i));
      if (fast.takes()) {
        codes.push_back(fast.encode(value, random));
        continue;
      }
      reference::Round round;
      round.format = element;
      round.rounding = static_cast<contract::Rounding>(quantizer.getRounding());
      round.randomBits = quantizer.getRandomBits();
      if (random.word.get())
        round.random = random.extract().zext(64);
      codes.push_back(reference::roundSaturating(
          reference::scaleElement(e, value, scale, quantizer, Value()), round));
    }
    return codes;
  }

  /// Of the element at `offset` of the unit; one call of Philox serves its
  /// neighbours too (contract 22). Nothing but for stochastic rounding.
  RandomBits getRandomBits(int64_t offset) {
    if (quantizer.getRounding() != Rounding::Stochastic)
      return {};
    int64_t bits = quantizer.getRandomBits();
    int64_t draws = bits == 8 ? 16 : bits == 16 ? 8 : 4;
    if (offset % draws == 0)
      randomWords = reference::philox(
          {(first + offset).udiv(draws), row, k.integer(8), k.i32(0)}, seed);
    int64_t perWord = 32 / bits, index = offset % draws;
    return {randomWords[index / perWord], index % perWord, bits};
  }

  /// Codes side by side, the first in the lowest bits.
  SmallVector<Int> pack(ArrayRef<Int> codes) {
    int64_t bits = element.bits();
    SmallVector<Int> words(codes.size() * bits / 32, k.i32(0));
    for (auto [i, code] : llvm::enumerate(codes)) {
      int64_t word = i * bits / 32, shift = i * bits % 32;
      words[word] = words[word] | (code << shift);
      if (shift + bits > 32)
        words[word + 1] = words[word + 1] | (code >> (32 - shift));
    }
    return words;
  }

  Kernel &k;
  const Form &form;
  QuantizerAttr quantizer;
  ScaledType format;
  contract::FloatFormat element;
  int64_t unit, block;
  Int rows, cols, padded, seed, units, blocks, row, first;
  std::array<Int, 4> randomWords;
};

} // namespace

void quantize::build(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  Kernel k(b, module, "quantize",
           {Param::Pointer, Param::Pointer, Param::Pointer, Param::I32,
            Param::I32, Param::I32, Param::I32, Param::I64, Param::I32,
            Param::I32},
           kThreads);
  Quantize(k, form).emit();
  k.finish();
}
