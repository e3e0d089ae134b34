//===- QuantizeRing.cpp - Rows of a warp in shared memory -----------------===//

#include "QuantizeRing.h"

#include "../Builder/Async.h"
#include "../Builder/Warp.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

static constexpr int64_t kLanes = 32, kStages = 2;
static constexpr int64_t kPieces = RowRing::kLaneBytes / 16;
static constexpr int64_t kStageBytes = kLanes * RowRing::kLaneBytes;

int64_t RowRing::countBytes() {
  return kThreads / kLanes * kStages * kStageBytes;
}

/// Piece p of lane l is the p ^ (l & 7)th of its own.
RowRing::RowRing(Kernel &k, Int shared) : k(k), lane(k.lane()) {
  Int warp = shared + (k.thread() >> 5) * (kStages * kStageBytes);
  own = warp + lane * kLaneBytes + ((lane & (kPieces - 1)) << 4);
  Int owner = lane.udiv(kPieces), piece = lane & (kPieces - 1);
  target = warp + owner * kLaneBytes + ((piece ^ owner) << 4);
}

Int RowRing::first() const { return k.i32(0); }

Int RowRing::next(Int stage) const { return k.i32(kStageBytes) - stage; }

/// An instruction copies the pieces of four lanes.
void RowRing::fetch(Value source, Int start, Int isThere, Int stage) {
  Int at = start + lane.zext(64) * 16, to = target + stage;
  for (int64_t i = 0; i < kPieces; ++i)
    copyAsync(k, (i % 2 ? to ^ k.i32(4 << 4) : to) + i * kLaneBytes * 4,
              k.element(source, k.builder().getI8Type(), at + i * kLanes * 16),
              isThere);
  commitCopies(k);
}

SmallVector<Int> RowRing::read(Int stage) {
  waitForCopies(k, 1);
  syncWarp(k);
  Int from = own + stage;
  SmallVector<Int> words;
  for (int64_t i = 0; i < kPieces; ++i)
    words.append(k.loadSharedWords(from ^ k.i32(i << 4), /*count=*/4));
  return words;
}

void RowRing::release() { syncWarp(k); }
