//===- Hadamard.cpp - Randomised Hadamard transforms of rows --------------===//

#include "Hadamard.h"

#include "../Builder/Warp.h"
#include "Convert.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::hadamard;

/// Of a lane side by side, and from one of its runs to the next.
static constexpr int64_t kRun = 4, kStep = 32 * kRun;

int64_t Form::getUnit() const {
  constexpr int64_t kMuch = 4 * kStep; // reads under way of each lane
  bool isMuch = columns >= 0 && columns % kMuch == 0;
  return std::max<int64_t>(transform.getSize(), isMuch ? kMuch : kStep);
}

int64_t hadamard::countSignWords(HadamardAttr transform) {
  if (transform.getSigns() != Signs::Seed)
    return 0;
  return llvm::divideCeil(uint64_t(transform.getSize()), uint64_t(32));
}

uint32_t hadamard::getFixedSignWord(HadamardAttr transform, int64_t number) {
  uint32_t word = 0;
  ArrayRef<int32_t> signs = transform.getFixedSigns();
  for (auto [i, sign] :
       llvm::enumerate(signs.drop_front(number * 32).take_front(32)))
    word |= uint32_t(sign < 0) << i;
  return word;
}

namespace {

/// The code of one lane.
class Transformer {
public:
  Transformer(Kernel &k, const Form &form)
      : k(k), form(form), size(form.transform.getSize()),
        runs(form.getUnit() / kStep), width(std::min(size, kRun)),
        lane(k.lane()), rows(k.integer(1)), cols(k.integer(2)) {}

  void run();

private:
  void locate(Int warp);
  void load();
  void applySigns();
  Int getSignWord(int64_t number);
  void addInLane(int64_t first, int64_t last);
  void addAcrossLanes();
  void store();
  /// Calls `then` for each part of a run that is there or not as one, with the
  /// number of its first value.
  void forParts(function_ref<void(int64_t first, Int isIn, Int at)> then);

  Kernel &k;
  const Form &form;
  int64_t size, runs, width;
  Int lane, rows, cols;
  Int start, column; ///< of the lane's first value: in x (i64), in its row
  SmallVector<Value> values;
};

} // namespace

void Transformer::locate(Int warp) {
  int64_t unit = form.getUnit();
  column = lane * kRun;
  if (form.isWhole()) {
    start = warp * unit + column.zext(64);
    return;
  }
  Int units = (cols + (unit - 1)).udiv(unit).zext(64);
  column = column + warp.urem(units).zext(32) * unit;
  start = warp.udiv(units) * cols.zext(64) + column.zext(64);
}

void Transformer::forParts(
    function_ref<void(int64_t first, Int isIn, Int at)> then) {
  for (int64_t i = 0; i < runs; ++i)
    for (int64_t j = 0; j < kRun; j += width) {
      int64_t offset = i * kStep + j;
      Int isIn;
      if (!form.isWhole())
        isIn = (column + offset).slt(cols);
      then(i * kRun + j, isIn, start + offset);
    }
}

void Transformer::load() {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  auto type = VectorType::get({width}, form.source);
  forParts([&](int64_t, Int isIn, Int at) {
    if (isIn.get()) // anything will do where nothing is
      at = isIn.select(at, at.like(0));
    Value part = LLVM::LoadOp::create(
        b, loc, type, k.element(k.parameter(0), form.source, at),
        unsigned(width * form.source.getIntOrFloatBitWidth() / 8));
    for (int64_t j = 0; j < width; ++j)
      values.push_back(k.widen(
          LLVM::ExtractElementOp::create(b, loc, part, k.i32(j).get())));
  });
}

Int Transformer::getSignWord(int64_t number) {
  if (form.transform.getSigns() == Signs::Seed)
    return k.integer(unsigned(4 + number));
  return k.i32(getFixedSignWord(form.transform, number));
}

void Transformer::applySigns() {
  if (form.transform.getSigns() == Signs::None)
    return;
  // Eight lanes have 32 columns.
  int64_t words = std::clamp<int64_t>(size / 32, 1, kStep / 32);
  Int mine = lane.udiv(32 / kRun) & (words - 1);
  Int shift = (lane * kRun) & (std::min<int64_t>(size, 32) - 1);
  for (int64_t i = 0; i < runs; ++i) {
    int64_t first = i * kStep % size / 32;
    Int word = getSignWord(first);
    for (int64_t w = 1; w < words; ++w)
      word = (mine == w).select(getSignWord(first + w), word);
    word = word >> shift;
    for (int64_t j = 0; j < kRun; ++j) {
      Value &value = values[i * kRun + j];
      Int sign = (word << (31 - j % size)) & 0x80000000;
      value = floatOf(bitsOf(k.emitter(), value) ^ sign, k.f32Type());
    }
  }
}

/// Sums and differences of values whose numbers differ by strides from `first`
/// to before `last`.
void Transformer::addInLane(int64_t first, int64_t last) {
  for (int64_t stride = first; stride < last; stride *= 2)
    for (size_t i = 0; i < values.size(); ++i) {
      if (i & stride)
        continue;
      Value x = values[i], y = values[i + stride];
      values[i] = k.fadd(x, y);
      values[i + stride] = k.fsub(x, y);
    }
}

/// The lane with the later columns has the difference.
void Transformer::addAcrossLanes() {
  for (int64_t stride = kRun; stride < std::min(size, kStep); stride *= 2) {
    int64_t mask = stride / kRun;
    Value sign = ((lane & mask) == 0).select(k.f32(1), k.f32(-1));
    for (Value &value : values) {
      Int bits = bitsOf(k.emitter(), value);
      Value other = floatOf(exchangeLanes(k, bits, int(mask)), k.f32Type());
      value = k.fma(value, sign, other); // rounded once, as a sum is
    }
  }
}

void Transformer::store() {
  Value factor = k.f32(static_cast<float>(1 / std::sqrt(double(size))));
  SmallVector<Int> words;
  for (Value value : values) {
    Value scaled = finishSum(k, k.fmul(value, factor), /*alpha=*/1, k.f32Type(),
                             /*mayBeNaN=*/true);
    words.push_back(bitsOf(k.emitter(), scaled));
  }
  forParts([&](int64_t first, Int isIn, Int at) {
    auto write = [&] {
      k.storeWords(ArrayRef(words).slice(first, width), k.parameter(3), at);
    };
    if (isIn.get())
      k.when(isIn, write);
    else
      write();
  });
}

void Transformer::run() {
  Int warp = (k.block().zext(64) * kThreads + k.thread().zext(64)) >> 5;
  Int units = (cols + (form.getUnit() - 1)).udiv(form.getUnit());
  k.when(warp.ult(rows.zext(64) * units.zext(64)), [&] {
    locate(warp);
    load();
    applySigns();
    addInLane(1, std::min(size, kRun));
    addAcrossLanes();
    addInLane(kRun, size / kStep * kRun);
    store();
  });
}

void hadamard::build(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::I32, Param::I32,
                               Param::Pointer};
  params.append(size_t(countSignWords(form.transform)), Param::I32);
  Kernel k(b, module, "hadamard", params, kThreads);
  Transformer(k, form).run();
  k.finish();
}
