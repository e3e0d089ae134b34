//===- Tcgen05Prepare.cpp - Operands as tcgen05.mma takes them ------------===//

#include "Tcgen05.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::tcgen05;

/// What decides the kind: bits of an element and of its scale, and the block.
static bool isMX(const contract::ScaledFormat &format) {
  return format.scale.isE8M0 && format.blockCols == 32 && format.blockRows == 1;
}
static bool isMXF4NVF4(const contract::ScaledFormat &format) {
  bool isFitting = format.scale.isE8M0 || format.scale == contract::kE4M3;
  return format.element == contract::kE2M1 && isFitting &&
         format.blockCols == 16 && format.blockRows == 1;
}

TensorKind Form::getKind() const {
  if (isMXF4NVF4(a))
    return TensorKind::MXF4NVF4;
  bool isE2M1 = a.element == contract::kE2M1 && b.element == contract::kE2M1;
  return isE2M1 ? TensorKind::MXF4 : TensorKind::MXF8F6F4;
}

int Form::getWords(const contract::ScaledFormat &format) const {
  return getKind() == TensorKind::MXF8F6F4
             ? static_cast<int>(format.element.bits()) / 2
             : 4;
}

void Form::choose(int newGroup, int newColumns, int newCluster) {
  group = newGroup;
  columns = newColumns;
  cluster = newCluster;
  stages = getMostStages();
}

int Form::getMostStages() const {
  Form form = *this;
  form.stages = kMaxStages;
  while (form.getSharedBytes() > kMaxSharedBytes)
    --form.stages;
  return form.stages;
}

std::string Form::findScheduleProblem() const {
  bool isSingle =
      group == 1 && columns == 128 && (cluster == 1 || cluster == 2);
  bool isPair =
      group == 2 && (columns == 128 || columns == 256) && cluster == 2;
  if (!isSingle && !isPair)
    return "expected tile = [128, 128, 128] and cluster = 1 or 2, or for "
           "groups "
           "of two blocks tile = [256, 128, 128] or [256, 256, 128] and "
           "cluster "
           "= 2";
  if (stages < 2 || stages > getMostStages())
    return "expected 2 to " + std::to_string(getMostStages()) + " stages";
  return "";
}

std::string tcgen05::findProblem(const contract::ScaledFormat &a,
                                 const contract::ScaledFormat &b) {
  if (isMXF4NVF4(a) && isMXF4NVF4(b) && a.scale == b.scale)
    return "";
  for (const contract::ScaledFormat &format : {a, b})
    if (!isMX(format) || encodeType(TensorKind::MXF8F6F4, format.element) < 0)
      return "both operands must have E8M0 scales of blocks of 32 with E2M1, "
             "E2M3, E3M2, E4M3 or E5M2 elements, or both E2M1 elements with "
             "E4M3 or E8M0 scales of blocks of 16";
  return "";
}

void tcgen05::buildPad(OpBuilder &b, gpu::GPUModuleOp module, StringRef name,
                       int words) {
  Kernel k(b, module, ("pad_" + name).str(),
           {Param::Pointer, Param::Pointer, Param::I32, Param::I32, Param::I32},
           kPadThreads);
  Int rowWords = k.integer(2), outRowWords = k.integer(3), count = k.integer(4);
  Int place = k.block() * kPadThreads + k.thread();
  k.when(place.ult(count), [&] {
    Int row = place.udiv(outRowWords), column = place.urem(outRowWords);
    Int from = (column >> 2) * words + (column & 3);
    Int isIn = (column & 3).slt(words) & from.slt(rowWords);
    Int source = row.zext(64) * rowWords.zext(64) + from.zext(64);
    Value word = k.choose(isIn, k.i32(0).get(), [&]() -> SmallVector<Value> {
      return {k.load(k.parameter(0), k.i32Type(), source)};
    })[0];
    k.store(word, k.parameter(1), place.zext(64));
  });
  k.finish();
}
