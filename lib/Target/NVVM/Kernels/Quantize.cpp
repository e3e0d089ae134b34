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
  return std::max({size, quantizer.getFormat().getBlockCols(), int64_t(32)});
}

/// Sums of a block go along a thread.
int64_t Form::getHeld() const {
  if (isOfTile || hasTiles())
    return getUnit();
  int64_t block = sumsElements() ? quantizer.getFormat().getBlockCols() : 1;
  return std::max(block, kSharedHeld);
}

int64_t Form::countSignWords() const {
  HadamardAttr transform = quantizer.getHadamard();
  return transform ? hadamard::countSignWords(transform) : 0;
}

static SmallVector<Param> getSourceParams() {
  return {Param::Pointer, Param::I32, Param::I32, Param::I32, Param::I64};
}

static SmallVector<Param> getUnitParams(const Form &form) {
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
  Kernel k(b, module, "quantize", params, kThreads);
  Producer producer(k, form, last);
  Unit unit(k, form, Extents::read(k), unsigned(first), producer);
  if (form.hasTiles())
    quantizeTiles(k, form, unit);
  else
    quantizeRows(k, unit);
  k.finish();
}

int64_t quantize::countTileBytes(ArrayRef<Form> forms) {
  int64_t bytes = 1024 + SourceTile::countBytes(forms[0].getElement());
  for (const Form &form : forms)
    bytes += ResultTile::countBytes(form);
  return bytes;
}

/// Of the tile of x from (row, col) of `item` on. Neighbouring threads have
/// rows of the operand below each other.
static void quantizeTile(Kernel &k, const Form &form, Unit &unit, Int item,
                         Int row, Int col, Int shared) {
  ResultTile results(k, form, shared);
  if (form.quantizer.getTranspose())
    std::swap(row, col);
  constexpr int64_t kAtOnce = kTileThreads / kTile;
  Int inTile = k.thread() & (kTile - 1);
  Int first = k.thread().udiv(kTile) * form.getUnit();
  auto body = [&](Int column) {
    Place place{item, row + inTile, col + column};
    unit.quantize(place, inTile, column, results);
  };
  // A loop would hold what is alike in all of its rounds in registers.
  if (int64_t step = kAtOnce * form.getUnit(); step < kTile)
    k.loop(first, k.i32(kTile), k.i32(step), body);
  else
    k.when(first.slt(kTile), [&] { body(first); });
  k.syncBlock();
  unit.store(results, item, row, col);
}

/// Whether a multiprocessor is to have two blocks of quantize_tiles: each
/// reserves 1 KiB, of which one comes on top of what a block may have. Units of
/// 128, and rounding by integers of 64 bits, take more registers than half.
static bool canBeTwo(ArrayRef<Form> forms, int64_t sharedMemory) {
  return 2 * quantize::countTileBytes(forms) + 1024 <= sharedMemory &&
         llvm::all_of(forms, [](const Form &form) {
           return form.getUnit() <= quantize::kMaxHeld / 2 &&
                  ElementEncoder::takes(form.quantizer);
         });
}

void quantize::buildTiles(OpBuilder &b, gpu::GPUModuleOp module,
                          ArrayRef<Form> forms, int64_t sharedMemory) {
  SmallVector<Param> params = getSourceParams();
  SmallVector<unsigned> first;
  for (const Form &form : forms) {
    first.push_back(unsigned(params.size()));
    params.append(getUnitParams(form));
  }
  unsigned last = params.size();
  params.append(getProducerParams(forms[0]));
  Kernel k(b, module, "quantize_tiles", params, kTileThreads,
           canBeTwo(forms, sharedMemory) ? 2 : 1);
  Int rows = k.integer(2), cols = k.integer(3), shared = k.sharedMemory();
  Int down = rows.udiv(kTile), across = cols.udiv(kTile);
  Int number = k.block().urem(down * across);
  Int item = k.block().udiv(down * across);
  Int row = number.udiv(across) * kTile, col = number.urem(across) * kTile;
  SourceTile tile(k, forms[0].getElement(), shared);
  Producer producer(k, forms[0], last);
  if (producer)
    tile.compute(k.parameter(0), forms[0].source, item * rows + row, col, cols,
                 producer);
  else
    tile.load(k.parameter(0),
              (item * rows + row).zext(64) * cols.zext(64) + col.zext(64),
              cols);
  Int results = shared + SourceTile::countBytes(forms[0].getElement());
  for (auto [i, form] : llvm::enumerate(forms)) {
    Unit unit(k, form, Extents::read(k), first[i], producer, &tile);
    quantizeTile(k, form, unit, item, row, col, results);
    results = results + ResultTile::countBytes(form);
  }
  k.finish();
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
                Producer(k, form, last));
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
