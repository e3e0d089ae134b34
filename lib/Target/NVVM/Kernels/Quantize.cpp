//===- Quantize.cpp - Floats to packed codes and scales -------------------===//
//
// Which thread has which unit; what it does with it is in QuantizeUnit.cpp.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"

#include "../Builder/Warp.h"
#include "Encode.h"
#include "Hadamard.h"
#include "QuantizeProducer.h"
#include "QuantizeRing.h"
#include "QuantizeUnit.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

/// Whether `extent` is a power of two of at least `least` and at most `most`.
static bool isPower(int64_t extent, int64_t least, int64_t most) {
  return extent >= least && extent <= most &&
         llvm::isPowerOf2_64(static_cast<uint64_t>(extent));
}

std::string Form::findProblem() const {
  ScaledType format = quantizer.getFormat();
  if (!isPower(format.getBlockCols(), 4, kMaxHeld) ||
      !isPower(format.getBlockRows(), 1, kWarpRows))
    return "blocks must have 4 to 128 columns and 1 to 32 rows, powers of two";
  if (getScaledFormat(format).bytesPerBlock(0) % 4 != 0)
    return "the codes of a row of a block must be whole words of 4 bytes";
  if (hasTiles() && getUnit() > kMaxHeld)
    return "the Hadamard size of blocks with several rows must be at most 128";
  if (hasTiles() && getUnit() > kMaxHeld / 2 &&
      quantizer.getRounding() == Rounding::Stochastic)
    return "blocks with several rows and stochastic rounding must have at most "
           "64 columns, and a Hadamard size of at most 64";
  return "";
}

bool Form::sumsElements() const {
  ScaleRule rule = quantizer.getScaleRule();
  return rule == ScaleRule::Quest || rule == ScaleRule::FourOverSix ||
         rule == ScaleRule::MSEden;
}

int64_t Form::getUnit() const {
  int64_t size =
      quantizer.getHadamard() ? quantizer.getHadamard().getSize() : 1;
  return std::max({size, quantizer.getFormat().getBlockCols(),
                   hasRing ? kRingHeld : int64_t(32)});
}

/// Sums of a block go along a thread.
int64_t Form::getHeld() const {
  if (isOfTile || hasTiles())
    return getUnit();
  int64_t block = sumsElements() ? quantizer.getFormat().getBlockCols() : 1;
  return std::max(block, hasRing ? kRingHeld : kSharedHeld);
}

bool Form::takesRing(int64_t columns) const {
  bool isStochastic = quantizer.getRounding() == Rounding::Stochastic;
  return (isStochastic || quantizer.getHadamard()) && !producer &&
         !quantizer.getTranspose() && !hasTiles() &&
         source.getIntOrFloatBitWidth() == 16 &&
         E2M1Encoder::takes(quantizer) && columns > 0 &&
         columns % (32 * kRingHeld) == 0;
}

int64_t Form::countThreadsOfRow() const {
  return units * (getUnit() / getHeld());
}

int64_t Form::countSignWords() const {
  HadamardAttr transform = quantizer.getHadamard();
  return transform ? hadamard::countSignWords(transform) : 0;
}

SmallVector<Param> quantize::getSourceParams() {
  return {Param::Pointer, Param::I32, Param::I32, Param::I32, Param::I64};
}

SmallVector<Param> quantize::getUnitParams(const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::I32,
                               Param::I32};
  params.append(getSignParams(form));
  if (form.hasTensorScale())
    params.append({Param::Pointer, Param::Pointer});
  return params;
}

/// The thread's number in the grid, an i64.
static Int getIndex(Kernel &k) {
  return k.block().zext(64) * kThreads + k.thread().zext(64);
}

/// Each thread has the same columns of several rows.
static void quantizeInRing(Kernel &k, const Form &form, Unit &unit,
                           Int shared) {
  const Source &source = unit.getSource();
  int64_t perRow = form.countThreadsOfRow(), held = form.getHeld();
  Int index = getIndex(k), inRow = index.urem(perRow).zext(32);
  Int step = (k.blocks().zext(64) * kThreads).udiv(perRow).zext(32);
  Int last = source.items * source.rows, first = index.udiv(perRow).zext(32);
  first = first.slt(step).select(first, last);
  unit.fillOwnColumns(inRow * held);
  RowRing ring(k, shared);
  auto fetch = [&](Int row, Int stage) {
    Int thread = row.zext(64) * perRow + (inRow - k.lane()).zext(64);
    ring.fetch(k.parameter(0), thread * (held * 2), row.slt(last), stage);
  };
  Int start = ring.first();
  fetch(first, start);
  k.loop(first, last, step, start.get(), [&](Int row, ValueRange carried) {
    Int stage(k.emitter(), carried[0]), other = ring.next(stage);
    ring.release();
    fetch(row + step, other);
    unit.quantizeWords(source.getPlaceOf(row, inRow), ring.read(stage));
    return SmallVector<Value>{other.get()};
  });
}

static void quantizeRows(Kernel &k, Unit &unit) {
  unit.getSource().visit(getIndex(k),
                         [&](const Place &place) { unit.quantize(place); });
}

/// A warp has kWarpRows rows of one unit.
static void quantizeTiles(Kernel &k, const Form &form, Unit &unit) {
  const Source &source = unit.getSource();
  Int groups = (source.rows + (kWarpRows - 1)).udiv(kWarpRows).zext(64);
  Int units = source.units.zext(64), warp = getIndex(k) >> 5;
  k.when(warp.ult(source.items.zext(64) * groups * units), [&] {
    Int group = warp.udiv(units);
    Int row = group.urem(groups).zext(32) * kWarpRows + k.lane();
    Int first = warp.urem(units).zext(32) * form.getUnit();
    Int isIn = form.hasWholeWarps ? Int() : row.slt(source.rows);
    unit.quantize({group.udiv(groups).zext(32), row, first, isIn});
  });
}

void quantize::build(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = getSourceParams();
  size_t first = params.size();
  params.append(getUnitParams(form));
  unsigned last = params.size();
  params.append(getProducerParams(form));
  Kernel k(b, module, "quantize", params, kThreads,
           form.hasRing ? kRingAtOnce : 1);
  Producer producer(k, form, last);
  Int shared = form.hasRing ? k.sharedMemory() : Int();
  Tables tables;
  if (form.hasRing)
    tables = Tables(k, form, unsigned(first), shared + RowRing::countBytes());
  Unit unit(k, form, Extents::read(k), unsigned(first), producer, tables);
  if (form.hasTiles())
    quantizeTiles(k, form, unit);
  else if (form.hasRing)
    quantizeInRing(k, form, unit, shared);
  else
    quantizeRows(k, unit);
  k.finish();
}

int64_t quantize::countBytes(const Form &form) {
  return form.hasRing ? 1024 + RowRing::countBytes() + Tables::countBytes(form)
                      : 0;
}

void quantize::buildAmax(OpBuilder &b, gpu::GPUModuleOp module,
                         const Form &form) {
  SmallVector<Param> params = getSourceParams();
  params.push_back(Param::I32);
  params.append(getSignParams(form));
  params.push_back(Param::Pointer);
  unsigned last = params.size();
  params.append(getProducerParams(form));
  Kernel k(b, module, "amax", params, kThreads);
  Source source(k, form, Extents::read(k), k.integer(5), /*firstSign=*/6,
                Producer(k, form, last), SignMasks());
  Int step = k.blocks().zext(64) * kThreads;
  Value start = k.i32(0).get();
  // Warps that share units go round as one.
  bool isShared = form.getUnit() > form.getHeld();
  Int lane = isShared ? k.lane().zext(64) : k.i64(0);
  SmallVector<Value> found =
      k.loop(getIndex(k) - lane, source.countThreads(), step, start,
             [&](Int warp, ValueRange state) {
               Int largest(k.emitter(), state[0]);
               for (Value value : source.load(source.getPlace(warp + lane))) {
                 Int bits = bitsOf(k.emitter(), value) & 0x7FFFFFFF;
                 Int isFinite = bits.ult(0x7F800000);
                 largest = largest.smax(isFinite.select(bits, k.i32(0)));
               }
               return SmallVector<Value>{largest.get()};
             });
  Int largest = warpMax(k, Int(k.emitter(), found[0]));
  k.when(k.lane() == 0, [&] { k.atomicMax(k.parameter(last - 1), largest); });
  k.finish();
}
