//===- DecodeMultiply.cpp - bf16 by packed weights on wgmma ---------------===//

#include "DecodeMultiply.h"

#include "../Builder/Mma.h"
#include "../Builder/Warp.h"
#include "Convert.h"
#include "DecodeE2M1.h"
#include "DecodeFP8.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_decode;

namespace {

/// What weights of all formats have in common.
class Multiply : public decode::Loop {
public:
  Multiply(Kernel &k, const Form &form)
      : Loop(k, form,
             {"f32.bf16.bf16", int(form.tileM), /*k=*/16, /*isFloat=*/true,
              /*canTranspose=*/true},
             /*stepK=*/64, int(form.format.blockCols)),
        scalePairs(k, form.format, k.lane() & 3) {
    unsigned next = getParams(form).size();
    if (form.hasFactors)
      factorsX = k.parameter(next++);
    for (bool isThere : {form.hasTensorScaleX, form.format.hasTensorScale})
      if (isThere)
        tensorScales.push_back(
            k.load(k.parameter(next++), k.f32Type(), k.i32(0)));
    if (form.hasAcc)
      acc = k.parameter(next++);
    epilogue.emplace(k, form.epilogue, next, k.integer(5), /*evenN=*/false);
  }

protected:
  /// The number of a weight is what is multiplied times this.
  virtual Value getFactor(int half) = 0;

  /// What scales say of NaN in both rows.
  SmallVector<Value> begin(Int) override {
    return {k.i32(0).get(), k.i32(0).get()};
  }

  SmallVector<Value> enter(ValueRange carried, ArrayRef<Int> loaded) override {
    own = pickScales(loaded);
    areLarge = scalePairs.areLarge(own);
    Int bad[] = {Int(k.emitter(), carried[0]), Int(k.emitter(), carried[1])};
    for (auto [at, word] : llvm::enumerate(own))
      bad[at % 2] = bad[at % 2] | scalePairs.findNaN(word);
    return {bad[0].get(), bad[1].get()};
  }

  /// Of each step, words of both rows with its scales lowest.
  SmallVector<Int> pickScales(ArrayRef<Int> loaded) {
    SmallVector<Int> picked;
    for (int step = 0; step < steps; ++step)
      for (int half = 0; half < 2; ++half) {
        ArrayRef<Int> words = loaded.slice(half * scaleWords, scaleWords);
        bool isHalf = scaleWords < steps; // of a word, for each step
        picked.push_back(isHalf ? words[step / 2] >> (step % 2 * 16)
                                : words[step]);
      }
    return picked;
  }

  void leave(ValueRange carried) override {
    for (int half = 0; half < 2; ++half) {
      Int isNaN = (Int(k.emitter(), carried[half]) & 0x80808080ll) != 0;
      factors[half] =
          isNaN.select(canonicalNaN(k, k.f32Type()), getFactor(half));
    }
  }
  Value scaleWeight(Value sum, int half) override {
    return k.fmul(sum, factors[half]);
  }
  Value loadFactor(Int row) override {
    return factorsX ? k.load(factorsX, k.f32Type(), row) : Value();
  }

  /// Contract 25: (r + acc) · tensor scales.
  Value addAndScale(Value sum, Int place, int i) override {
    if (acc)
      sum = k.fadd(sum, k.widen(k.load(acc, form.type, place + i)));
    for (Value scale : tensorScales)
      sum = k.fmul(sum, scale);
    return sum;
  }

  E2M1Pairs scalePairs;
  Value factorsX, acc, factors[2];
  SmallVector<Value, 2> tensorScales; ///< x's, then the weights'
  SmallVector<Int> own;               ///< scales of the tile of K
  Int areLarge;
};

class MultiplyE2M1 : public Multiply {
public:
  using Multiply::Multiply;

private:
  SmallVector<Int> load(Int first, int step) override {
    SmallVector<Int> words;
    Int line = k.lane() >> 2;
    for (int half = 0; half < 2; ++half)
      for (int piece = 0; piece < 2; ++piece) {            // of 32 columns
        Int place = (line ^ k.i32(2 * step + piece)) << 4; // swizzled
        llvm::append_range(
            words, k.loadSharedWords(
                       first + half * (8 * decode::kTileBytes) + place, 4));
      }
    return words;
  }

  SmallVector<Int> decode(ArrayRef<Int> words, int step) override {
    ArrayRef<Int> scaleOf = ArrayRef(own).slice(2 * step, 2);
    SmallVector<Int> codes(16), factors(16);
    for (int half = 0; half < 2; ++half) {
      Int scale;
      for (int i = 0; i < 8; ++i) { // of 8 columns
        if (8 * i % blockCols == 0)
          scale =
              scalePairs.readScale(scaleOf[half], 8 * i / blockCols, areLarge);
        factors[2 * i + half] = scale;
      }
      for (int piece = 0; piece < 2; ++piece)
        for (auto [i, pair] : llvm::enumerate(
                 scalePairs.decode(words.slice(8 * half + 4 * piece, 4))))
          codes[8 * piece + 2 * int(i) + half] = pair;
    }
    return scalePairs.multiply(codes, factors, areLarge);
  }

  Value getFactor(int) override { return k.f32(scalePairs.getFactor()); }
};

/// Rows of weights whose largest scale is below 2^-16 are brought there, and
/// 2^-16 is taken of those with 2^113 and more, so that bf16 holds what is not
/// far below their largest number.
class MultiplyFP8 : public Multiply {
public:
  MultiplyFP8(Kernel &k, const Form &form)
      : Multiply(k, form), codes(k, form.format.element, k.lane() & 3) {}

private:
  SmallVector<Value> begin(Int row) override {
    Int last = k.integer(5) - 1;
    Int lines[] = {row.smin(last), (row + 8).smin(last)};
    SmallVector<Int> largest = findLargest(lines);
    for (int half = 0; half < 2; ++half) {
      Int lowered = largest[half].sgt(239).select(k.i32(16), k.i32(0));
      raised[half] = (k.i32(111) - largest[half]).smax(0);
      lacked[half] = k.i32(codes.getExponent()) - lowered;
      weightFactors[half] = k.powerOfTwo(lowered - raised[half]);
    }
    return Multiply::begin(row);
  }

  /// The largest scale of both rows, which four lanes read.
  SmallVector<Int> findLargest(ArrayRef<Int> lines) {
    constexpr int kAtOnce = 4;
    int width = blocks % 16 == 0 ? 4 : 1;
    Int count = k.i32(int64_t(llvm::divideCeil(blocks, 4 * width)));
    SmallVector<Value> none(lines.size(), k.i32(0).get());
    SmallVector<Value> found =
        k.loop(k.lane() & 3, count, k.i32(4 * kAtOnce), none,
               [&](Int first, ValueRange state) {
                 SmallVector<Value> next(state);
                 for (auto [value, line] : llvm::zip(next, lines))
                   for (int i = 0; i < kAtOnce; ++i) {
                     Int place = (first + 4 * i).smin(count - 1);
                     for (Int word : loadSomeScales(line, place, width))
                       value = largerBytes(Int(k.emitter(), value), word).get();
                   }
                 return next;
               });
    return llvm::map_to_vector(found, [&](Value value) {
      Int pair(k.emitter(), value);
      for (int mask : {1, 2})
        pair = maxHalves(k, pair, exchangeLanes(k, pair, mask));
      return (pair & 0xFFFF).smax(pair >> 16);
    });
  }

  /// Words `place` · width and the next of a row.
  SmallVector<Int> loadSomeScales(Int line, Int place, int width) {
    if (blocks % 4 != 0)
      return {loadScaleBytes(line.sext(64), place * 4)};
    Int start = line.sext(64) * (blocks / 4) + (place * width).sext(64);
    return k.loadWords(scales, start, width);
  }

  /// In halves, the larger ones of what is there and of bytes 0 and 2, 1 and 3.
  Int largerBytes(Int pair, Int word) {
    pair = maxHalves(k, pair, word & 0x00FF00FF);
    return maxHalves(k, pair, (word >> 8) & 0x00FF00FF);
  }

  SmallVector<Value> enter(ValueRange carried, ArrayRef<Int> loaded) override {
    SmallVector<Value> kept = Multiply::enter(carried, loaded);
    // What pairs lack comes with scales where those leave room.
    for (int half = 0; half < 2; ++half)
      more[half] =
          placeExponent(raised[half] + areLarge.select(k.i32(0), lacked[half]));
    return kept;
  }

  SmallVector<Int> load(Int first, int step) override {
    SmallVector<Int> words;
    Int line = k.lane() >> 2, place = (k.lane() & 2) << 1;
    for (int half = 0; half < 2; ++half)
      for (int i = 0; i < 8; ++i) { // of 8 columns
        Int swizzled = (line ^ k.i32(4 * step + i / 2)) << 4;
        llvm::append_range(
            words, k.loadSharedWords(first + half * (8 * decode::kTileBytes) +
                                         swizzled + place + i % 2 * 8,
                                     1));
      }
    return words;
  }

  SmallVector<Int> decode(ArrayRef<Int> words, int step) override {
    SmallVector<Int> pairs(16), factors(16);
    for (int half = 0; half < 2; ++half)
      for (int i = 0; i < 8; ++i) {
        int at = 2 * i + half;
        pairs[at] = codes.decode(words[8 * half + i]);
        factors[at] = 8 * i % blockCols == 0
                          ? scalePairs.placeScale(own[2 * step + half],
                                                  8 * i / blockCols, more[half])
                          : factors[at - 2];
      }
    pairs = codes.restoreSpecials(pairs);
    std::array<Int, 2> powers;
    for (int half = 0; half < 2; ++half)
      powers[half] = placeExponent(lacked[half] + 127);
    return multiplyScales(k, pairs, factors, areLarge, powers);
  }

  /// bf16's exponent in both halves of a word.
  static Int placeExponent(Int exponent) {
    return exponent * (128 * 0x00010001);
  }

  Value getFactor(int half) override { return weightFactors[half]; }

  FP8Pairs codes;
  Int raised[2]; ///< powers of two that a row has too many
  Int lacked[2]; ///< and pairs have too few
  Int more[2];   ///< what comes with scales
  Value weightFactors[2];
};

} // namespace

std::string Form::findProblem() const {
  bool isFP8 = FP8Pairs::takes(format);
  if (!isFP8 && !E2M1Pairs::takes(format))
    return "the weights are neither f4E2M1FN with f8E8M0FNU or f8E4M3FN scales "
           "nor f8E4M3FN or f8E5M2 with f8E8M0FNU scales";
  if (format.blockRows != 1 ||
      ((format.blockCols != 16 || isFP8) && format.blockCols != 32))
    return "the weights' blocks are neither 16 nor 32 along K";
  if (cols % 8 != 0 || cols == 0)
    return "K must be a multiple of 8";
  // Scales of 16 columns, byte by byte, do not fit the registers.
  if (format.blockCols == 16 && cols % getTileK() != 0)
    return "K must be a multiple of " + std::to_string(getTileK());
  if (codeBytes % 16 != 0)
    return "a row of packed weights is not a multiple of 16 bytes";
  return "";
}

void bf16_decode::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                                const Form &form) {
  SmallVector<Param> params = decode::Loop::getParams(form);
  params.append(form.hasFactors + form.hasTensorScaleX +
                    form.format.hasTensorScale + form.hasAcc,
                Param::Pointer);
  params.append(form.epilogue.getParams());
  Kernel k(b, module, "multiply", params, decode::kThreads);
  if (FP8Pairs::takes(form.format))
    MultiplyFP8(k, form).emit();
  else
    MultiplyE2M1(k, form).emit();
  k.finish();
}
