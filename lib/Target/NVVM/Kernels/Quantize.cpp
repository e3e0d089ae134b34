//===- Quantize.cpp - Floats to packed codes and scales -------------------===//
//
// Which thread has which unit; what it does with it is in QuantizeUnit.cpp.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"

#include "../Builder/Warp.h"
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
  HadamardAttr hadamard = quantizer.getHadamard();
  if (!isPower(format.getBlockCols(), 4, kMaxUnit) ||
      !isPower(format.getBlockRows(), 1, kWarpRows))
    return "blocks must have 4 to 128 columns and 1 to 32 rows, powers of two";
  if (getScaledFormat(format).bytesPerBlock(0) % 4 != 0)
    return "the codes of a row of a block must be whole words of 4 bytes";
  if (hadamard && hadamard.getSize() > kMaxUnit)
    return "the Hadamard size must be at most 128";
  return "";
}

int64_t Form::getUnit() const {
  int64_t size =
      quantizer.getHadamard() ? quantizer.getHadamard().getSize() : 1;
  return std::max({size, quantizer.getFormat().getBlockCols(), int64_t(32)});
}

static SmallVector<Param> getSourceParams() {
  return {Param::Pointer, Param::I32, Param::I32, Param::I32, Param::I64};
}

static SmallVector<Param> getUnitParams(const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::I32,
                               Param::I32, Param::I32};
  if (form.hasTensorScale())
    params.append({Param::Pointer, Param::Pointer});
  return params;
}

/// The thread's number in the grid, an i64.
static Int getIndex(Kernel &k) {
  return k.block().zext(64) * kThreads + k.thread().zext(64);
}

static void quantizeRows(Kernel &k, Unit &unit) {
  const Source &source = unit.getSource();
  Int index = getIndex(k);
  k.when(index.ult(source.countUnits()),
         [&] { unit.quantize(source.getPlace(index)); });
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
    Int isIn = form.hasWholeRows ? Int() : row.slt(source.rows);
    unit.quantize({group.udiv(groups).zext(32), row, first, isIn});
  });
}

void quantize::build(OpBuilder &b, gpu::GPUModuleOp module, const Form &form) {
  SmallVector<Param> params = getSourceParams();
  size_t first = params.size();
  params.append(getUnitParams(form));
  Kernel k(b, module, "quantize", params, kThreads);
  Unit unit(k, form, unsigned(first));
  if (form.hasTiles())
    quantizeTiles(k, form, unit);
  else
    quantizeRows(k, unit);
  k.finish();
}

int64_t quantize::getTileRows(const Form &, const Form &columns) {
  return std::max(kTileRows, columns.getUnit());
}

/// Of a tile of the operand from (row, first) on: rows below each other in
/// neighbouring threads.
static void quantizeTile(Kernel &k, const Form &form, Unit &unit, Int item,
                         Int row, Int first, int64_t rows, int64_t cols) {
  const Source &source = unit.getSource();
  int64_t count = rows * cols / form.getUnit();
  auto body = [&](Int i) {
    Int mine = row + i.urem(rows);
    Int column = first + i.udiv(rows) * form.getUnit();
    Int isRow = mine.slt(source.rows), isColumn = column.slt(source.padded);
    // The lanes of a warp stay together where they share tiles.
    bool isShared = form.hasTiles() && !form.hasWholeRows;
    k.when(isShared ? isColumn : isRow & isColumn, [&] {
      unit.quantize({item, mine, column, isShared ? isRow : Int()});
    });
  };
  if (count == kThreads)
    body(k.thread());
  else
    k.loop(k.thread(), k.i32(count), k.i32(kThreads), body);
}

void quantize::buildBoth(OpBuilder &b, gpu::GPUModuleOp module,
                         const Form &rows, const Form &columns) {
  SmallVector<Param> params = getSourceParams();
  size_t first = params.size();
  params.append(getUnitParams(rows));
  size_t second = params.size();
  params.append(getUnitParams(columns));
  Kernel k(b, module, "quantize_both", params, kThreads);
  Unit rowUnit(k, rows, unsigned(first)), colUnit(k, columns, unsigned(second));
  const Source &source = rowUnit.getSource();
  int64_t tileRows = getTileRows(rows, columns);
  Int down = (source.rows + (tileRows - 1)).udiv(tileRows);
  Int across = (source.cols + (kTileCols - 1)).udiv(kTileCols);
  Int tile = k.block().urem(down * across);
  Int item = k.block().udiv(down * across);
  Int row = tile.udiv(across) * tileRows, col = tile.urem(across) * kTileCols;
  quantizeTile(k, rows, rowUnit, item, row, col, tileRows, kTileCols);
  quantizeTile(k, columns, colUnit, item, col, row, kTileCols, tileRows);
  k.finish();
}

void quantize::buildAmax(OpBuilder &b, gpu::GPUModuleOp module,
                         const Form &form) {
  SmallVector<Param> params = getSourceParams();
  params.append({Param::I32, Param::I32, Param::Pointer});
  Kernel k(b, module, "amax", params, kThreads);
  Source source(k, form, k.integer(5), k.integer(6));
  Int step = k.blocks().zext(64) * kThreads;
  Value start = k.i32(0).get();
  SmallVector<Value> found =
      k.loop(getIndex(k), source.countUnits(), step, start,
             [&](Int index, ValueRange state) {
               Int largest(k.emitter(), state[0]);
               for (Value value : source.load(source.getPlace(index))) {
                 Int bits = bitsOf(k.emitter(), value) & 0x7FFFFFFF;
                 Int isFinite = bits.ult(0x7F800000);
                 largest = largest.smax(isFinite.select(bits, k.i32(0)));
               }
               return SmallVector<Value>{largest.get()};
             });
  Int largest = warpMax(k, Int(k.emitter(), found[0]));
  k.when(k.lane() == 0, [&] { k.atomicMax(k.parameter(7), largest); });
  k.finish();
}
