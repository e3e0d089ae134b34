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
         E2M1Encoder::takes(quantizer) && columns % (32 * kRingHeld) == 0;
}

int64_t Form::countThreadsOfRow() const {
  return units * (getUnit() / getHeld());
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
  Int shared = countBytes(form) ? k.sharedMemory() : k.i32(0);
  Int signs = shared + (form.hasRing ? RowRing::countBytes() : 0);
  Int columns = signs + SignMasks::countBytes(form);
  Int factors = columns + ColumnTable::countBytes(form);
  Unit unit(k, form, Extents::read(k), unsigned(first), producer,
            /*tile=*/nullptr, SignMasks(k, form, unsigned(first) + 4, signs),
            ColumnTable(k, form, columns), ShiftFactors(k, form, factors));
  if (form.hasTiles())
    quantizeTiles(k, form, unit);
  else if (form.hasRing)
    quantizeInRing(k, form, unit, shared);
  else
    quantizeRows(k, unit);
  k.finish();
}

int64_t quantize::countBytes(const Form &form) {
  int64_t bytes = SignMasks::countBytes(form) + ColumnTable::countBytes(form) +
                  ShiftFactors::countBytes(form) +
                  (form.hasRing ? RowRing::countBytes() : 0);
  return bytes ? 1024 + bytes : 0;
}

static int64_t countBytesOf(ArrayRef<Form> forms, int64_t stages) {
  int64_t bytes = 1024 + stages * SourceTile::countBytes(forms[0].getElement());
  for (const Form &form : forms)
    bytes += ResultTile::countBytes(form) + SignMasks::countBytes(form) +
             ColumnTable::countBytes(form) + ShiftFactors::countBytes(form);
  return bytes;
}

/// Whether two blocks fit on a multiprocessor: each reserves 1 KiB, of which
/// one comes on top of what a block may have.
static bool fitTwice(int64_t bytes, int64_t sharedMemory) {
  return 2 * bytes + 1024 <= sharedMemory;
}

/// Tiles of the source that a block has at a time: the next comes while it
/// quantises one, unless the memory is wanted for a second block.
static int64_t countStages(ArrayRef<Form> forms, int64_t sharedMemory) {
  return !forms[0].producer &&
                 fitTwice(countBytesOf(forms, /*stages=*/2), sharedMemory)
             ? 2
             : 1;
}

int64_t quantize::countTileBytes(ArrayRef<Form> forms, int64_t sharedMemory) {
  return countBytesOf(forms, countStages(forms, sharedMemory));
}

/// Units of 128, and rounding by integers of 64 bits, take more registers than
/// half of them.
int quantize::countTilesAtOnce(ArrayRef<Form> forms, int64_t sharedMemory) {
  bool areFew = llvm::all_of(forms, [](const Form &form) {
    return form.getUnit() <= quantize::kMaxHeld / 2 &&
           ElementEncoder::takes(form.quantizer);
  });
  int64_t bytes = countTileBytes(forms, sharedMemory);
  return areFew && fitTwice(bytes, sharedMemory) ? 2 : 1;
}

/// Of the tile of the operand from (row, col) of `item` on. Neighbouring
/// threads have rows below each other.
static void quantizeTile(Kernel &k, const Form &form, Unit &unit, Int item,
                         Int row, Int col, Int shared) {
  ResultTile results(k, form, shared);
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

namespace {

/// The tiles of all items, the blocks of the grid one after the other.
class Tiles {
public:
  explicit Tiles(Kernel &k)
      : k(k), rows(k.integer(2)), cols(k.integer(3)), down(rows.udiv(kTile)),
        across(cols.udiv(kTile)), count(k.integer(1) * down * across) {}

  struct Position {
    Int item, row, col;

    /// From one round to the next, with a stage.
    SmallVector<Value> carry(Int stage) const {
      return {item.get(), row.get(), col.get(), stage.get()};
    }
    static std::pair<Position, Int> of(Kernel &k, ValueRange carried) {
      auto get = [&](int i) { return Int(k.emitter(), carried[i]); };
      return {{get(0), get(1), get(2)}, get(3)};
    }
  };
  Position get(Int number) const {
    Int inItem = number.urem(down * across);
    return {number.udiv(down * across), inItem.udiv(across) * kTile,
            inItem.urem(across) * kTile};
  }
  /// Of the tile's first element in the source, an i64.
  Int getStart(const Position &at) const {
    return (at.item * rows + at.row).zext(64) * cols.zext(64) + at.col.zext(64);
  }

  Kernel &k;
  Int rows, cols, down, across, count;
};

/// What quantize_tiles makes of one form.
struct TileResult {
  const Form &form;
  Unit unit;
  Int shared;

  Tiles::Position turn(Tiles::Position at) const {
    if (form.quantizer.getTranspose())
      std::swap(at.row, at.col);
    return at;
  }
};

} // namespace

/// Of the form whose parameters start at `first`, in shared memory from
/// `shared` on, which it moves.
static TileResult prepareResult(Kernel &k, const Form &form, unsigned first,
                                const Producer &producer,
                                const SourceTile &tile, Int &shared) {
  Int results = shared, masks = results + ResultTile::countBytes(form);
  Int columns = masks + SignMasks::countBytes(form);
  Int factors = columns + ColumnTable::countBytes(form);
  shared = factors + ShiftFactors::countBytes(form);
  return {form,
          Unit(k, form, Extents::read(k), first, producer, &tile,
               SignMasks(k, form, first + 4, masks),
               ColumnTable(k, form, columns), ShiftFactors(k, form, factors)),
          results};
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
           countTilesAtOnce(forms, sharedMemory));
  Tiles tiles(k);
  Int shared = k.sharedMemory();
  SourceTile tile(k, forms[0].getElement(), shared);
  Producer producer(k, forms[0], last);
  int64_t stages = countStages(forms, sharedMemory);
  int64_t stageBytes = SourceTile::countBytes(forms[0].getElement());
  Int results = shared + stages * stageBytes;
  SmallVector<std::unique_ptr<TileResult>> all;
  for (auto [form, param] : llvm::zip(forms, first))
    all.push_back(std::make_unique<TileResult>(
        prepareResult(k, form, param, producer, tile, results)));
  auto fetch = [&](Int number, const Tiles::Position &at, Int stage) {
    tile.fetch(k.parameter(0), tiles.getStart(at), tiles.cols,
               number.slt(tiles.count), stage);
  };
  Tiles::Position start = tiles.get(k.block());
  if (stages > 1)
    fetch(k.block(), start, k.i32(0));
  k.loop(k.block(), tiles.count, k.blocks(), start.carry(k.i32(0)),
         [&](Int number, ValueRange carried) {
           auto [at, stage] = Tiles::Position::of(k, carried);
           Int next = stage, nextNumber = number + k.blocks();
           Tiles::Position nextAt = tiles.get(nextNumber);
           for (auto &result : all)
             result->unit.fillColumnsOfTile(result->turn(at).col);
           if (stages > 1) {
             next = k.i32(stageBytes) - stage;
             fetch(nextNumber, nextAt, next);
             tile.receive(stage, /*pending=*/1);
           } else if (producer) {
             tile.compute(k.parameter(0), forms[0].source,
                          at.item * tiles.rows + at.row, at.col, tiles.cols,
                          producer);
           } else {
             fetch(number, at, stage);
             tile.receive(stage, /*pending=*/0);
           }
           for (auto &result : all) {
             Tiles::Position to = result->turn(at);
             quantizeTile(k, result->form, result->unit, to.item, to.row,
                          to.col, result->shared);
           }
           return nextAt.carry(next);
         });
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
