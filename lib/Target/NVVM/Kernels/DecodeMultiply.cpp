//===- DecodeMultiply.cpp - bf16 by packed E2M1 weights on wgmma ----------===//

#include "DecodeMultiply.h"

#include "Convert.h"
#include "DecodeE2M1.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_decode;

namespace {

class Multiply : public decode::Loop {
public:
  Multiply(Kernel &k, const Form &form)
      : Loop(k, form,
             {"f32.bf16.bf16", int(form.tileM), /*k=*/16, /*isFloat=*/true,
              /*canTranspose=*/true},
             /*stepK=*/64, int(form.format.blockCols)),
        pairs(k, form.format, k.lane() & 3) {
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

private:
  /// What scales say of NaN in both rows.
  SmallVector<Value> begin(Int) override {
    return {k.i32(0).get(), k.i32(0).get()};
  }

  SmallVector<Value> enter(ValueRange carried, ArrayRef<Int> loaded) override {
    own = pickScales(loaded);
    areLarge = pairs.areLarge(own);
    Int bad[] = {Int(k.emitter(), carried[0]), Int(k.emitter(), carried[1])};
    for (auto [at, word] : llvm::enumerate(own))
      bad[at % 2] = bad[at % 2] | pairs.findNaN(word);
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
          scale = pairs.readScale(scaleOf[half], 8 * i / blockCols, areLarge);
        factors[2 * i + half] = scale;
      }
      for (int piece = 0; piece < 2; ++piece)
        for (auto [i, pair] : llvm::enumerate(
                 pairs.decode(words.slice(8 * half + 4 * piece, 4))))
          codes[8 * piece + 2 * int(i) + half] = pair;
    }
    return pairs.multiply(codes, factors, areLarge);
  }

  void leave(ValueRange carried) override {
    for (int half = 0; half < 2; ++half) {
      Int isNaN = (Int(k.emitter(), carried[half]) & 0x80808080ll) != 0;
      factors[half] =
          isNaN.select(canonicalNaN(k, k.f32Type()), k.f32(pairs.getFactor()));
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

  E2M1Pairs pairs;
  Value factorsX, acc, factors[2];
  SmallVector<Value, 2> tensorScales; ///< x's, then the weights'
  SmallVector<Int> own;               ///< scales of the tile of K
  Int areLarge;
};

} // namespace

std::string Form::findProblem() const {
  if (!E2M1Pairs::takes(format))
    return "the weights are not f4E2M1FN with f8E8M0FNU or f8E4M3FN scales";
  if (format.blockRows != 1 ||
      (format.blockCols != 16 && format.blockCols != 32))
    return "the weights' blocks are neither 16 nor 32 along K";
  if (cols % decode::kTileK != 0 || cols == 0)
    return "K must be a multiple of " + std::to_string(decode::kTileK);
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
  Multiply(k, form).emit();
  k.finish();
}
