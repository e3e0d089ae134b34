//===- S8Packed.cpp - Signed bytes by packed MXFP4 on wgmma ---------------===//

#include "Choice.h"
#include "Convert.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

class MultiplyPacked : public decode::Loop {
public:
  MultiplyPacked(Kernel &k, const decode::Form &form)
      : Loop(k, form, {"s32.s8.s8", int(form.tileM)}, /*stepK=*/128,
             /*blockCols=*/32) {
    unsigned next = getParams(form).size();
    factorsA = k.parameter(next++);
    factorsB = k.parameter(next++);
    epilogue.emplace(k, form.epilogue, next, k.integer(5),
                     /*evenN=*/false);
  }

private:
  SmallVector<Value> begin(Int row) override {
    Int last = k.integer(5) - 1;
    for (int half = 0; half < 2; ++half) {
      weightFactors[half] =
          k.load(factorsB, k.f32Type(), (row + 8 * half).smin(last));
    }
    return {};
  }

  SmallVector<Value> enter(ValueRange, ArrayRef<Int> loaded) override {
    own.assign(loaded.begin(), loaded.end());
    return {};
  }

  /// Of each half and block, the word of a lane's eight columns.
  SmallVector<Int> load(Int first, int step) override {
    SmallVector<Int> words;
    Int line = k.lane() >> 2, place = (k.lane() & 3) << 2;
    for (int half = 0; half < 2; ++half)
      for (int block = 0; block < kBlocks; ++block) {
        Int swizzled = (line ^ k.i32(kBlocks * step + block)) << 4;
        llvm::append_range(
            words,
            k.loadSharedWords(
                first + half * (8 * decode::kTileBytes) + swizzled + place, 1));
      }
    return words;
  }

  SmallVector<Int> decode(ArrayRef<Int> words, int step) override {
    SmallVector<Int> bytes(4 * kBlocks);
    for (int half = 0; half < 2; ++half) {
      Int factors = own[half * scaleWords + step];
      for (int block = 0; block < kBlocks; ++block) {
        ByteTable table(
            k, permuteBytes(k, factors, k.i32(0), k.i32(0x4440 + block)));
        SmallVector<Int, 2> pair = table.decode(words[kBlocks * half + block]);
        for (int i = 0; i < 2; ++i)
          bytes[4 * block + 2 * i + half] = pair[i];
      }
    }
    return bytes;
  }

  void leave(ValueRange) override {}
  Value scaleWeight(Value sum, int half) override {
    return k.fmul(k.toFloat(Int(k.emitter(), sum)), weightFactors[half]);
  }
  Value loadFactor(Int row) override {
    return k.load(factorsA, k.f32Type(), row);
  }

  static constexpr int kBlocks = 4; ///< in a step
  Value factorsA, factorsB, weightFactors[2];
  SmallVector<Int> own; ///< factors of the blocks of a tile of K
};

} // namespace

void s8_fold::buildMultiplyPacked(OpBuilder &b, gpu::GPUModuleOp module,
                                  const decode::Form &form) {
  SmallVector<Param> params = decode::Loop::getParams(form);
  params.append(2, Param::Pointer);
  params.append(form.epilogue.getParams());
  params.push_back(Param::Pointer);
  Kernel k(b, module, "multiply_packed", params, decode::kThreads);
  MultiplyPacked(k, form).emit(
      isChosen(k, k.parameter(params.size() - 1), Choice::Packed));
  k.finish();
}
