//===- QuantizeTiles.cpp - Tiles of a matrix to codes and scales ----------===//
//
// Row-wise, transposed or both, of one read.
//
//===----------------------------------------------------------------------===//

#include "Quantize.h"

#include "Encode.h"
#include "QuantizeProducer.h"
#include "QuantizeUnit.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

static int64_t countBytesOf(ArrayRef<Form> forms, int64_t stages) {
  int64_t bytes = 1024 + stages * SourceTile::countBytes(forms[0].getElement());
  for (const Form &form : forms)
    bytes += ResultTile::countBytes(form) + Tables::countBytes(form);
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
  Int results = shared, tables = results + ResultTile::countBytes(form);
  shared = tables + Tables::countBytes(form);
  return {form,
          Unit(k, form, Extents::read(k), first, producer,
               Tables(k, form, first, tables), &tile),
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
