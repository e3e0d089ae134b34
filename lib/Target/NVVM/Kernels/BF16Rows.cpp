//===- BF16Rows.cpp - Few packed rows as bf16 -----------------------------===//

#include "BF16Rows.h"

#include "../Builder/Warp.h"
#include "BF16Chunks.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_rows;
using bf16_fold::Chunk;
using bf16_fold::kChunk;

namespace {

/// Chunks that a thread has on their way at a time.
constexpr int64_t kMostInFlight = 4;

class Rows {
public:
  Rows(Kernel &k, const Form &form, const bf16_fold::PackedRow &row)
      : k(k), form(form), row(row), chunks(k, form.format, row),
        count(form.getCols() / kChunk),
        inFlight(std::min((count + kThreads - 1) / kThreads, kMostInFlight)) {}

  /// Where a thread has all of its chunks at once, they are read once.
  void emit() {
    bool isOneRound = count <= inFlight * kThreads;
    SmallVector<Chunk> kept;
    if (isOneRound)
      kept = load(k.thread());
    Int exponent;
    if (form.hasFactors())
      exponent = chooseExponent(isOneRound ? findLargest(k.thread(), kept)
                                           : findLargest());
    if (isOneRound)
      return store(k.thread(), kept, exponent);
    k.loop(k.thread(), k.i32(count), k.i32(inFlight * kThreads),
           [&](Int first) { store(first, load(first), exponent); });
  }

private:
  /// Past the end the last one.
  Int getNumber(Int first, int64_t i) {
    return (first + i * kThreads).smin(count - 1);
  }

  SmallVector<Chunk> load(Int first) {
    SmallVector<Chunk> loaded;
    for (int64_t i = 0; i < inFlight; ++i)
      loaded.push_back(chunks.load(getNumber(first, i)));
    return loaded;
  }

  Int findLargest(Int first, ArrayRef<Chunk> loaded) {
    Int largest = k.i32(0);
    for (auto [i, chunk] : llvm::enumerate(loaded))
      largest =
          largest.smax(chunks.findLargest(getNumber(first, int64_t(i)), chunk));
    return largest;
  }

  /// Of all of a thread's chunks.
  Int findLargest() {
    SmallVector<Value> none = {k.i32(0).get()};
    SmallVector<Value> found =
        k.loop(k.thread(), k.i32(count), k.i32(inFlight * kThreads), none,
               [&](Int first, ValueRange state) {
                 Int largest(k.emitter(), state[0]);
                 largest = largest.smax(findLargest(first, load(first)));
                 return SmallVector<Value>{largest.get()};
               });
    return Int(k.emitter(), found[0]);
  }

  /// Of the row's factor, from the bits of each thread's largest magnitude.
  Int chooseExponent(Int largest) {
    constexpr int kWarps = kThreads / 32;
    Int shared = k.sharedMemory();
    Int ofWarp = warpMax(k, largest);
    k.when(k.lane() == 0, [&] {
      k.storeSharedWords({ofWarp}, shared + (k.thread() >> 5) * 4);
    });
    k.syncBlock();
    for (Int word : k.loadSharedWords(shared, kWarps / 2))
      largest = largest.smax(word);
    for (Int word : k.loadSharedWords(shared + kWarps * 2, kWarps / 2))
      largest = largest.smax(word);
    Int magnitude = (largest >> 23) - 127;
    Int exponent =
        magnitude.sgt(111).select(k.i32(16), (magnitude + 32).smin(0));
    k.when(k.thread() == 0, [&] {
      k.store(floatOf((exponent + 127) << 23, k.f32Type()), row.factors,
              row.number);
    });
    return exponent;
  }

  void store(Int first, ArrayRef<Chunk> loaded, Int exponent) {
    for (int64_t i = 0; i < inFlight; ++i) {
      Int number = first + i * kThreads;
      k.when(number.slt(count), [&] {
        SmallVector<Int> pairs = chunks.expand(number, loaded[i], exponent);
        Int out = chunks.getPlace(number) * (kChunk / 2);
        for (int half = 0; half < 2; ++half)
          k.storeWords(ArrayRef(pairs).slice(4 * half, 4), row.out,
                       out + 4 * half);
      });
    }
  }

  Kernel &k;
  const Form &form;
  const bf16_fold::PackedRow &row;
  bf16_fold::Chunks chunks;
  int64_t count, inFlight;
};

} // namespace

void bf16_rows::build(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::I32};
  if (form.hasFactors())
    params.push_back(Param::Pointer);
  Kernel k(b, module, "rows", params, kThreads);
  bf16_fold::PackedRow row{
      k.parameter(0), k.parameter(1),
      k.parameter(2), form.hasFactors() ? k.parameter(4) : Value(),
      k.block(),      k.i32(form.blocks),
      k.integer(3)};
  Rows(k, form, row).emit();
  k.finish();
}
