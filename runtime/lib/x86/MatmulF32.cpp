//===- MatmulF32.cpp - Products of any operands in f32 --------------------===//
//
// Which way a product takes.
//
//===----------------------------------------------------------------------===//

#include "MatmulF32.h"

#include "FloatRows.h"

namespace mx::runtime::x86 {

bool multiplyF32(const MatmulArgs &args, const Multiplier &multiplier,
                 const S8Engine &engine, double mostExtraWork) {
  if (args.k == 0 || args.out.tensor.elements() == 0)
    return false;
  if (multiplyS8(args, engine, mostExtraWork))
    return true;
  if (hasInfinity(args.a) || hasInfinity(args.b))
    return false;
  FloatRows a(args.a, args.k, ScratchSlot::RowsA);
  FloatRows b(args.b, args.k, ScratchSlot::RowsB);
  for (int64_t item = 0; item < args.out.items; ++item) {
    a.prepare(args.itemOf(args.a, item));
    b.prepare(args.itemOf(args.b, item));
    auto finisher = engine.finisher(args, item, a.exponents(), b.exponents());
    multiplyTiles(
        a, b, multiplier, [&](const uint8_t *sums, int64_t m, int64_t n) {
          finisher->store(reinterpret_cast<const float *>(sums), m, n);
        });
  }
  return true;
}

} // namespace mx::runtime::x86
