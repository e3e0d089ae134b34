//===- S8Combine.cpp - Elements of rows in bands, exactly -----------------===//
//
// Products of bands are s32 sums a power of two apart; they are added without
// rounding, and the whole is rounded once. A block takes a row at a time, a
// thread some elements, whose common cases (two bands with one or two) read all
// they need before anything waits.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "ExactSum.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

/// 31 bits of a sum, 2·4·(kMaxBands - 1) of shifts, 6 for the number of bands.
constexpr unsigned kWidth = 128;
/// So many shifts of 4 leave sums that an f64 holds.
constexpr int kMaxShort = 5;

class Combine {
public:
  Combine(Kernel &k, const Finish &f) : k(k), f(f), a(f.a), b(f.b) {}

  void emit() {
    // Rows of A in bands, with all columns.
    Int slotsOfA = count(a), slotsOfB = count(b);
    k.loop(k.block(), slotsOfA, k.blocks(), [&](Int slot) {
      Banded row = readBands(a, slot);
      Int pitch = (f.n + b.room).sext(64);
      auto load = [&](Int column, Int first, Int bandA, Int bandB) {
        Int line = place(row, bandA, slot + a.room);
        Int at = (bandB == 0).select(column, f.n + first + bandB - 1);
        return k.load(a.raw, k.i32Type(), line.sext(64) * pitch + at.sext(64));
      };
      forAll(
          f.n,
          [&](Int column) {
            return Pair{row, glance(b, column),
                        load(column, column, k.i32(0), k.i32(0)),
                        load(column, column, k.i32(1), k.i32(0))};
          },
          [&](Int column) {
            Four four{row, read(b, column), {}};
            Int second = (four.other.bands == 2).zext(32); // else the first
            for (Int bandB : {k.i32(0), second})
              for (int bandA : {0, 1})
                four.sums.push_back(
                    load(column, four.other.first, k.i32(bandA), bandB));
            return four;
          },
          [&](Int column) {
            Banded other = read(b, column);
            combine(row, other, [&](Int bandA, Int bandB) {
              return load(column, other.first, bandA, bandB);
            });
          });
    });
    // Columns of B in bands, with the other rows.
    Int rows = (slotsOfB == 0).select(k.i32(0), f.m);
    k.loop(k.block(), rows, k.blocks(), [&](Int line) {
      Banded row = read(a, line);
      Int start = line.sext(64) * (b.room * 2).sext(64);
      auto load = [&](const Banded &other, Int slot, Int bandB) {
        Int at = place(other, bandB, slot + b.room);
        return k.load(b.raw, k.i32Type(), start + at.sext(64));
      };
      forAll((row.bands == 1).select(slotsOfB, k.i32(0)),
             [&](Int slot) {
               Banded other = readBands(b, slot);
               return Pair{other, row, load(other, slot, k.i32(0)),
                           load(other, slot, k.i32(1)), /*isColumn=*/true};
             },
             /*readFour=*/nullptr,
             [&](Int slot) {
               Banded other = readBands(b, slot);
               combine(row, other, [&](Int, Int bandB) {
                 return load(other, slot, bandB);
               });
             });
    });
  }

private:
  /// A row of an operand: its first extra row and number of bands, 0 for a
  /// misfit.
  struct Banded {
    Int row, first, bands, exponent;
  };

  /// Something in bands and its partner, with the sums of its first two bands.
  struct Pair {
    Banded banded, other;
    Value first, second;
    bool isColumn = false;
  };

  /// Two things that may be in two bands, and all sums of those.
  struct Four {
    Banded banded, other;
    SmallVector<Value, 4> sums; ///< (0, 0), (1, 0), (0, 1), (1, 1)
  };

  static constexpr int kAtOnce = 4;

  /// A thread's share of [0, count), some of them at once: two bands with one,
  /// two with two if there is `readFour`, and the others by `slow`.
  void forAll(Int count, function_ref<Pair(Int)> read,
              function_ref<Four(Int)> readFour, function_ref<void(Int)> slow) {
    k.loop(k.thread(), count, k.i32(kAtOnce * kFinishThreads), [&](Int start) {
      SmallVector<Int> places;
      SmallVector<Pair, 4> pairs;
      for (int i = 0; i < kAtOnce; ++i) {
        places.push_back(start + i * kFinishThreads);
        pairs.push_back(read(places[i].smin(count - 1)));
      }
      Int others = k.i32(0); // a bit each
      for (int i = 0; i < kAtOnce; ++i) {
        const Pair &pair = pairs[i];
        Int isIn = places[i].slt(count);
        Int isShort = (pair.banded.bands == 2) & (pair.other.bands == 1);
        k.when(isIn & isShort, [&] { combineShort(pair); });
        others = others | ((isIn & ~isShort).zext(32) << i);
      }
      k.when(others != 0, [&] {
        if (readFour)
          others = combineFours(others, start, count, readFour);
        k.loop(k.i32(0), k.i32(kAtOnce), k.i32(1), [&](Int i) {
          k.when(((others >> i) & 1) != 0,
                 [&] { slow(start + i * kFinishThreads); });
        });
      });
    });
  }

  /// Those of the given places (a bit each) that are two bands with two.
  /// Returns the others.
  Int combineFours(Int which, Int start, Int count,
                   function_ref<Four(Int)> readFour) {
    SmallVector<Four, kAtOnce> fours;
    for (int i = 0; i < kAtOnce; ++i)
      fours.push_back(readFour((start + i * kFinishThreads).smin(count - 1)));
    Int others = k.i32(0);
    for (int i = 0; i < kAtOnce; ++i) {
      const Four &four = fours[i];
      Int isOne = ((which >> i) & 1) != 0;
      Int isFour = (four.banded.bands == 2) & (four.other.bands == 2);
      k.when(isOne & isFour, [&] { combineFour(four); });
      others = others | ((isOne & ~isFour).zext(32) << i);
    }
    return others;
  }

  void combineFour(const Four &four) {
    auto get = [&](int i) { return Int(k.emitter(), four.sums[i]).sext(64); };
    Int sum = (get(0) << 8) + ((get(1) + get(2)) << 4) + get(3);
    Int exponent = four.banded.exponent + four.other.exponent - 8;
    store(four.banded, four.other, roundShortSum(k, sum, exponent));
  }

  void combineShort(const Pair &pair) {
    Int first(k.emitter(), pair.first), second(k.emitter(), pair.second);
    Int sum = (first.sext(64) << 4) + second.sext(64);
    Int exponent = pair.banded.exponent + pair.other.exponent - 4;
    const Banded &row = pair.isColumn ? pair.other : pair.banded;
    const Banded &column = pair.isColumn ? pair.banded : pair.other;
    store(row, column, roundShortSum(k, sum, exponent));
  }

  /// A row, of which only whether it is in bands is known: 1 if it is not, 0
  /// otherwise.
  Banded glance(const FinishOperand &o, Int row) {
    Int slot(k.emitter(), k.load(o.slots, k.i32Type(), row));
    return {row, k.i32(0), (slot == kNoSlot).zext(32), exponentOf(o, row)};
  }

  Int count(const FinishOperand &o) {
    return Int(k.emitter(), k.load(o.counts, k.i32Type(), k.i32(kSlots)));
  }

  Int exponentOf(const FinishOperand &o, Int row) {
    Value factor = k.load(o.factors, k.f32Type(), row);
    return (bitsOf(k.emitter(), factor) >> 23) - 127;
  }

  Banded readBands(const FinishOperand &o, Int slot) {
    SmallVector<Int> words = k.loadWords(o.bands, slot * 4, 4);
    return {words[0], words[1], words[2], exponentOf(o, words[0])};
  }

  Banded read(const FinishOperand &o, Int row) {
    Int slot(k.emitter(), k.load(o.slots, k.i32Type(), row));
    Int bands = (slot == kMisfit).select(k.i32(0), k.i32(1));
    SmallVector<Value> none = {k.i32(0).get(), bands.get()};
    SmallVector<Value> found = k.choose(slot.sgt(-1), none, [&] {
      SmallVector<Int> words = k.loadWords(o.bands, slot * 4, 4);
      return SmallVector<Value>{words[1].get(), words[2].get()};
    });
    return {row, Int(k.emitter(), found[0]), Int(k.emitter(), found[1]),
            exponentOf(o, row)};
  }

  /// Where a band stands in raw: the first one at `slot`.
  Int place(const Banded &row, Int band, Int slot) {
    return (band == 0).select(slot, row.first + band - 1);
  }

  using Load = function_ref<Value(Int, Int)>;

  void combine(const Banded &row, const Banded &column, Load load) {
    Int last = row.bands + column.bands - 2;
    Int exponent = row.exponent + column.exponent - (last << 2);
    Int isThere = (row.bands != 0) & (column.bands != 0);
    k.when(isThere & last.slt(kMaxShort + 1), [&] {
      Int sum = add(row, column, last, 64, load);
      store(row, column, roundShortSum(k, sum, exponent));
    });
    k.when(isThere & last.sgt(kMaxShort), [&] {
      Int sum = add(row, column, last, kWidth, load);
      store(row, column, roundSum(k, sum, exponent));
    });
  }

  Int add(const Banded &row, const Banded &column, Int last, unsigned width,
          Load load) {
    Type type = k.builder().getIntegerType(width);
    SmallVector<Value> start = {Int::constant(k.emitter(), type, 0).get()};
    SmallVector<Value> sum = k.loop(
        k.i32(0), row.bands, k.i32(1), start, [&](Int bandA, ValueRange outer) {
          return k.loop(k.i32(0), column.bands, k.i32(1), outer,
                        [&](Int bandB, ValueRange inner) {
                          Int product(k.emitter(), load(bandA, bandB));
                          Int shift = (last - bandA - bandB) << 2;
                          Int term = product.sext(width) << shift.zext(width);
                          return SmallVector<Value>{
                              (Int(k.emitter(), inner[0]) + term).get()};
                        });
        });
    return Int(k.emitter(), sum[0]);
  }

  void store(const Banded &row, const Banded &column, Value sum) {
    f.store(k, finishSum(k, sum, f.form.alpha, f.form.type), row.row.sext(64),
            column.row);
  }

  Kernel &k;
  const Finish &f;
  const FinishOperand &a, &b;
};

} // namespace

void s8_fold::emitCombine(Kernel &k, const Finish &finish) {
  Combine(k, finish).emit();
}
