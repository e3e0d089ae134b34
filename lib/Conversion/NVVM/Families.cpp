//===- Families.cpp - Which kernel family takes a product -----------------===//

#include "mx/Conversion/NVVM/Families.h"

#include "../../Target/NVVM/Kernels/BF16Fold.h"
#include "../../Target/NVVM/Kernels/Dequantize.h"
#include "../../Target/NVVM/Kernels/Quantize.h"
#include "../../Target/NVVM/Kernels/Relayout.h"
#include "../../Target/NVVM/Kernels/S8Fold.h"
#include "../../Target/NVVM/Kernels/Tcgen05.h"
#include "../../Target/NVVM/Kernels/TiledProduct.h"
#include "FloatProduct.h"
#include "LowerBF16Decode.h"
#include "LowerBF16Rows.h"
#include "LowerBlockScale.h"
#include "LowerDecode.h"
#include "LowerGemv.h"
#include "LowerTcgen05.h"
#include "RowScales.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

static bool isMXFP4(ScaledType format) {
  return format && isa<Float4E2M1FNType>(format.getElement()) &&
         isa<Float8E8M0FNUType>(format.getScale()) &&
         !format.getHasTensorScale() &&
         format.getBlock() == ArrayRef{int64_t(32)};
}

ArrayRef<int64_t> mx::nvvm::getBatch(PackedMatmulOp op, bool isB) {
  Value first = isB ? op.getB()[0] : op.getA()[0];
  ScaledType format = isB ? op.getBScaledFormat() : op.getAScaledFormat();
  return cast<ShapedType>(first.getType()).getShape().drop_back(format ? 3 : 2);
}

int64_t mx::nvvm::getTokens(PackedMatmulOp op) {
  auto out = cast<ShapedType>(op.getInit().getType());
  ArrayRef<int64_t> rows = out.getShape().drop_back();
  if (!getBatch(op, /*isB=*/true).empty() ||
      llvm::any_of(rows, ShapedType::isDynamic))
    return -1;
  return ShapedType::getNumElements(rows);
}

static std::string findProblemOfGemv(PackedMatmulOp op, const Chip &chip,
                                     int64_t tokens) {
  if (op.getAccumulate() == Accumulate::Exact)
    return "sums in f32 are not exact";
  if (std::string problem = findProblemOfBF16Rows(op); !problem.empty())
    return problem;
  if (tokens < 1 || tokens > gemv::kMaxTokens)
    return "the rows of the result must be static, 1 to " +
           std::to_string(gemv::kMaxTokens) + ", and b without batch axes";
  return getGemvForm(op, chip, tokens).findProblem();
}

static std::string findMissingWgmma(const Chip &chip) {
  return chip.has(Feature::Wgmma)
             ? ""
             : "chip " + chip.name.str() + " has no wgmma; sm_90a has";
}

/// What families ask that make a batch of equal products.
static std::string findProblemOfBatch(PackedMatmulOp op) {
  ArrayRef<int64_t> a = getBatch(op, /*isB=*/false),
                    b = getBatch(op, /*isB=*/true);
  bool isEqual = a == b && llvm::none_of(a, ShapedType::isDynamic);
  if (!isEqual && !b.empty())
    return "the batch axes of the operands must be static and equal, or b must "
           "have none";
  return "";
}

/// What both fold families ask of a product, besides its formats.
static std::string findProblemOfFold(PackedMatmulOp op, const Chip &chip) {
  if (std::string problem = findMissingWgmma(chip); !problem.empty())
    return problem;
  return findProblemOfBatch(op);
}

/// Families that take codes and their scales as the units do.
static std::string findProblemOfScaled(PackedMatmulOp op) {
  if (op.getAccumulate() == Accumulate::Exact)
    return "sums in f32 are not exact";
  if (!op.getAScaledFormat() || !op.getBScaledFormat())
    return "both operands must be scaled";
  return findProblemOfBatch(op);
}

static std::string findProblemOfTcgen05(PackedMatmulOp op, const Chip &chip) {
  if (!chip.has(Feature::Tcgen05))
    return "chip " + chip.name.str() + " has no tcgen05; sm_100a has";
  if (std::string problem = findProblemOfScaled(op); !problem.empty())
    return problem;
  return tcgen05::findProblem(
      getScaledFormat(getRowFormat(op.getAScaledFormat())),
      getScaledFormat(getRowFormat(op.getBScaledFormat())));
}

static std::string findProblemOfBlockScale(PackedMatmulOp op,
                                           const Chip &chip) {
  if (!chip.has(Feature::BlockScaleMma))
    return "chip " + chip.name.str() + " has no mma with block scales; " +
           listChips(Feature::BlockScaleMma) + " have";
  if (std::string problem = findProblemOfScaled(op); !problem.empty())
    return problem;
  return getBlockScaleForm(op).findProblem();
}

static std::string findProblemOfS8(PackedMatmulOp op, const Chip &chip) {
  if (std::string problem = findProblemOfFold(op, chip); !problem.empty())
    return problem;
  if (!isMXFP4(getRowFormat(op.getAScaledFormat())) ||
      !isMXFP4(getRowFormat(op.getBScaledFormat())))
    return "both operands must be mxfp4";
  if (op.getAcc())
    return "there is an acc operand";
  return "";
}

static std::string findProblemOfDecode(PackedMatmulOp op, const Chip &chip) {
  if (std::string problem = findMissingWgmma(chip); !problem.empty())
    return problem;
  if (op.getAccumulate() == Accumulate::Exact)
    return "sums in f32 are not exact";
  if (std::string problem = findProblemOfBF16Rows(op); !problem.empty())
    return problem;
  if (!getBatch(op, /*isB=*/true).empty())
    return "b must have no batch axes";
  bf16_decode::Form form = getBF16DecodeForm(op, /*tileM=*/256);
  // Others of these go by bf16_fold.
  if (!op.getAScaledFormat() && form.codeBits == 4 &&
      form.cols % form.getTileK() != 0)
    return "K must be a multiple of " + std::to_string(form.getTileK());
  return form.findProblem();
}

static std::string findProblemOfBF16(PackedMatmulOp op, const Chip &chip) {
  if (std::string problem = findProblemOfFold(op, chip); !problem.empty())
    return problem;
  if (op.getAccumulate() == Accumulate::Exact)
    return "sums in f32 are not exact";
  for (auto [name, format] :
       {std::pair("a", getRowFormat(op.getAScaledFormat())),
        std::pair("b", getRowFormat(op.getBScaledFormat()))})
    if (format)
      if (std::string problem = bf16_fold::findProblem(getScaledFormat(format));
          !problem.empty())
        return std::string(name) + ": " + problem;
  return "";
}

/// Whether units take the scales of both operands: of few rows, too.
static bool areScalesTaken(PackedMatmulOp op, const Chip &chip) {
  return findProblemOfTcgen05(op, chip).empty() ||
         findProblemOfBlockScale(op, chip).empty();
}

bool mx::nvvm::mayHaveFewRows(PackedMatmulOp op, const Chip &chip) {
  return getTokens(op) < 0 && getBatch(op, /*isB=*/true).empty() &&
         !areScalesTaken(op, chip) &&
         findProblemOfGemv(op, chip, gemv::kMaxTokens).empty();
}

bool mx::nvvm::mayDecodeFewRows(PackedMatmulOp op, const Chip &chip) {
  return getTokens(op) < 0 && findProblemOfS8(op, chip).empty() &&
         findProblemOfDecode(op, chip).empty();
}

static std::string describeDynamicRows(int64_t most) {
  return "the rows of the result are dynamic; up to " + std::to_string(most) +
         " of them go this way when it runs";
}

static Verdict judgeGemv(PackedMatmulOp op, const Chip &chip) {
  int64_t tokens = getTokens(op);
  Verdict verdict{"gemv", nullptr, findProblemOfGemv(op, chip, tokens)};
  if (mayHaveFewRows(op, chip))
    verdict.problem = describeDynamicRows(gemv::kMaxTokens);
  if (!verdict.problem.empty())
    return verdict;
  gemv::Form form = getGemvForm(op, chip, tokens);
  verdict.schedule = ScheduleAttr::get(
      op.getContext(), verdict.family,
      {form.tokens, form.getTile(), form.getChunk()}, gemv::kStages,
      /*cluster=*/1);
  return verdict;
}

/// Extents of a result; -1 where they are dynamic.
struct Extents {
  int64_t items = -1, m = -1, n = -1;
};

/// As FoldShape has them: where b has no batch axes, all rows of a are one
/// item.
static Extents getExtents(PackedMatmulOp op) {
  ArrayRef<int64_t> rows = cast<ShapedType>(op.getInit().getType()).getShape();
  Extents out;
  out.n = ShapedType::isDynamic(rows.back()) ? -1 : rows.back();
  rows = rows.drop_back();
  ArrayRef<int64_t> items;
  if (!getBatch(op, /*isB=*/true).empty()) {
    items = rows.drop_back();
    rows = rows.take_back();
  }
  auto count = [](ArrayRef<int64_t> shape) {
    return llvm::any_of(shape, ShapedType::isDynamic)
               ? -1
               : ShapedType::getNumElements(shape);
  };
  out.items = count(items);
  out.m = count(rows);
  return out;
}

/// One block for results of one tile of rows: a second one had nothing to do.
/// Groups of two where there is a tile of theirs for all multiprocessors of a
/// B200, of as many columns as make the waves of tiles take fewer clocks.
static void chooseTiles(tcgen05::Form &form, const Extents &out) {
  constexpr int64_t kPairs = 148 / 2;
  bool isSmall = out.m >= 0 && out.m <= tcgen05::kTileM;
  form.choose(/*newGroup=*/1, /*newColumns=*/128,
              isSmall ? 1 : tcgen05::kCluster);
  if (isSmall || out.m < 0 || out.n < 0 || out.items < 0)
    return;
  int64_t best = 0;
  for (int columns : {128, 256}) {
    tcgen05::Form pair = form;
    pair.choose(/*newGroup=*/2, columns, tcgen05::kCluster);
    int64_t tiles = out.items * llvm::divideCeil(out.m, 2 * tcgen05::kTileM) *
                    llvm::divideCeil(out.n, columns);
    int64_t clocks = llvm::divideCeil(tiles, kPairs) * pair.getStageClocks();
    if (tiles < kPairs || (best != 0 && clocks >= best))
      continue;
    best = clocks;
    form = pair;
  }
}

static Verdict judgeTcgen05(PackedMatmulOp op, const Chip &chip) {
  Verdict verdict{"tcgen05", nullptr, findProblemOfTcgen05(op, chip)};
  if (!verdict.problem.empty())
    return verdict;
  tcgen05::Form form = getTensorForm(op);
  chooseTiles(form, getExtents(op));
  verdict.schedule = ScheduleAttr::get(
      op.getContext(), verdict.family,
      {tcgen05::kTileM * form.group, form.columns, tcgen05::kTileBytes},
      form.stages, form.cluster);
  return verdict;
}

static Verdict judgeBlockScale(PackedMatmulOp op, const Chip &chip) {
  Verdict verdict{"mma_block_scale", nullptr,
                  findProblemOfBlockScale(op, chip)};
  if (!verdict.problem.empty())
    return verdict;
  block_scale::Form form = getBlockScaleForm(op);
  verdict.schedule =
      ScheduleAttr::get(op.getContext(), verdict.family,
                        {form.getTileM(), block_scale::kTileN, form.getTileK()},
                        block_scale::kStages, /*cluster=*/1);
  return verdict;
}

static Verdict judgeFold(MLIRContext *context, StringRef family,
                         std::string problem, int64_t columns = fold::kTileN) {
  Verdict verdict{family, nullptr, std::move(problem)};
  if (verdict.problem.empty())
    verdict.schedule = ScheduleAttr::get(
        context, verdict.family, {fold::kTileM, columns, fold::kTileBytes},
        fold::kStages, fold::kCluster);
  return verdict;
}

/// An expansion of weights pays with many rows, where decoding has a scale for
/// each 16 columns to multiply, or 8 bits: as measured (docs/nvvm.md).
static bool isExpansionFaster(PackedMatmulOp op) {
  constexpr int64_t kMostRows = 4096;
  ScaledType format = op.getBScaledFormat();
  return format && getTokens(op) > kMostRows &&
         (format.getBlockCols() == 16 ||
          format.getElement().getIntOrFloatBitWidth() == 8);
}

/// Decoding for wgmma pays with many of gemv's rows where weights are many: as
/// measured (docs/nvvm.md).
static bool isDecodeFaster(PackedMatmulOp op) {
  constexpr int64_t kManyRows = 49;
  return getTokens(op) >= kManyRows &&
         op.getBScaledFormat().getBlockCols() == 32 && hasManyWeights(op);
}

static Verdict judgeDecode(PackedMatmulOp op, const Chip &chip) {
  Verdict verdict{"bf16_decode", nullptr, findProblemOfDecode(op, chip)};
  if (mayDecodeFewRows(op, chip))
    verdict.problem = describeDynamicRows(countRowsBesideS8(op));
  if (verdict.problem.empty()) {
    int64_t rows = chooseBF16DecodeRows(op);
    bf16_decode::Form form = getBF16DecodeForm(op, rows);
    verdict.schedule =
        ScheduleAttr::get(op.getContext(), verdict.family,
                          {rows, decode::kTileN, decode::kStepBytes},
                          form.getStages(), decode::kCluster);
  }
  return verdict;
}

/// Moves a family before another one that precedes it.
static void prefer(MutableArrayRef<Verdict> all, StringRef family,
                   StringRef other) {
  auto find = [&](StringRef name) {
    return llvm::find_if(all,
                         [&](const Verdict &v) { return v.family == name; });
  };
  std::rotate(find(other), find(family), std::next(find(family)));
}

SmallVector<Verdict> mx::nvvm::judge(PackedMatmulOp op, const Chip &chip) {
  MLIRContext *context = op.getContext();
  Verdict gemv = judgeGemv(op, chip), decode = judgeDecode(op, chip),
          s8 = judgeFold(context, "s8_fold", findProblemOfS8(op, chip));
  SmallVector<Verdict> all = {
      gemv,
      judgeTcgen05(op, chip),
      judgeBlockScale(op, chip),
      s8,
      decode,
      judgeFold(context, "bf16_fold", findProblemOfBF16(op, chip))};
  if (isExpansionFaster(op))
    prefer(all, "bf16_fold", "bf16_decode");
  bool isBesideS8 =
      mayDecodeFewRows(op, chip) || (decode.schedule && s8.schedule &&
                                     getTokens(op) <= countRowsBesideS8(op));
  if (isBesideS8)
    prefer(all, "bf16_decode", "s8_fold");
  if (gemv.schedule && decode.schedule && isDecodeFaster(op))
    prefer(all, "bf16_decode", "gemv");
  if (op.getAScaledFormat())
    for (StringRef units : {"tcgen05", "mma_block_scale"})
      prefer(all, units, "gemv");
  return all;
}

/// Tensor copies take operands as they are where their last axis is whole 16
/// bytes.
static std::string findProblemOfFold(const FloatProduct &product,
                                     const Chip &chip) {
  if (std::string problem = findMissingWgmma(chip); !problem.empty())
    return problem;
  Type a = getElementTypeOrSelf(product.a.value.getType());
  Type b = getElementTypeOrSelf(product.b.value.getType());
  if (a != b || a.isF32())
    return "both operands must be bf16, or both f16";
  for (const FloatProduct::Operand *operand : {&product.a, &product.b}) {
    int64_t k = FloatProduct::getExtent(operand->value,
                                        product.getContractedAxes(*operand));
    int64_t last = operand->isTransposed
                       ? FloatProduct::getExtent(operand->value,
                                                 product.getRowAxes(*operand))
                       : k;
    if (ShapedType::isDynamic(k) || k == 0 || ShapedType::isDynamic(last) ||
        last % 8 != 0)
      return "K must be static, and the last extents of both operands static "
             "multiples of 8";
  }
  return "";
}

static Extents getExtents(const FloatProduct &product) {
  auto out = cast<ShapedType>(product.out.getType());
  if (!out.hasStaticShape())
    return {};
  int64_t lastM = product.numBatch + product.numM;
  auto count = [&](int64_t first, int64_t last) {
    return FloatProduct::getExtent(product.out, {first, last});
  };
  return {count(0, product.numBatch), count(product.numBatch, lastM),
          count(lastM, out.getRank())};
}

/// Tiles of 64 where a result is small, so that more of the GPU has one.
static int64_t chooseTile(const Extents &out) {
  constexpr int64_t kManyElements = int64_t(1) << 21;
  bool isSmall = out.n >= 0 && (std::min(out.m, out.n) < 128 ||
                                out.items * out.m * out.n < kManyElements);
  return isSmall ? 64 : 128;
}

/// Half the columns where a result has no more, or too few tiles for a GPU.
static int64_t chooseColumns(const Extents &out) {
  if (out.n < 0)
    return fold::kTileN;
  int64_t rows = fold::kTileM * fold::kCluster;
  int64_t tiles = out.items * llvm::divideCeil(out.m, rows) *
                  llvm::divideCeil(out.n, fold::kTileN);
  return out.n <= fold::kTileN / 2 || tiles < fold::kClusters ? fold::kTileN / 2
                                                              : fold::kTileN;
}

SmallVector<Verdict> mx::nvvm::judge(linalg::LinalgOp op, const Chip &chip) {
  std::optional<FloatProduct> product = getFloatProduct(op);
  if (!product)
    return {};
  Extents out = getExtents(*product);
  int64_t tile = chooseTile(out);
  Verdict tiled{"tiled", nullptr, ""};
  tiled.schedule = ScheduleAttr::get(op.getContext(), tiled.family,
                                     {tile, tile, tiled::kDepth}, /*stages=*/2,
                                     /*cluster=*/1);
  return {judgeFold(op.getContext(), "bf16_fold",
                    findProblemOfFold(*product, chip), chooseColumns(out)),
          tiled};
}

static std::string findProblemOfQuantize(PackedQuantizeOp op,
                                         int64_t &largestUnit) {
  if (!op.getOrigin().empty())
    return "the op has an origin";
  for (QuantizerAttr quantizer : op.getQuantizerAttrs()) {
    auto type = cast<ShapedType>(op.getInput().getType());
    quantize::Form form{quantizer, type.getElementType()};
    if (std::string problem = form.findProblem(); !problem.empty())
      return problem;
    if (quantizer.getTranspose() && type.getRank() < 2)
      return "a vector has no transpose";
    largestUnit = std::max(largestUnit, form.getUnit());
  }
  return "";
}

SmallVector<Verdict> mx::nvvm::judge(PackedQuantizeOp op, const Chip &) {
  int64_t unit = 0;
  Verdict verdict{"quantize", nullptr, findProblemOfQuantize(op, unit)};
  if (verdict.problem.empty())
    verdict.schedule =
        ScheduleAttr::get(op.getContext(), verdict.family,
                          {quantize::kThreads, unit}, /*stages=*/1,
                          /*cluster=*/1);
  return {verdict};
}

SmallVector<Verdict> mx::nvvm::judge(PackedRelayoutOp op, const Chip &) {
  Verdict verdict{"relayout", nullptr, ""};
  if (op.getFrom() != ScaleLayout::Linear ||
      op.getTo() != ScaleLayout::Tile128x4)
    verdict.problem = "it must go from linear to tile_128x4";
  else
    verdict.schedule =
        ScheduleAttr::get(op.getContext(), verdict.family,
                          {relayout::kTileRows, relayout::kTileBlocks},
                          /*stages=*/1, /*cluster=*/1);
  return {verdict};
}

SmallVector<Verdict> mx::nvvm::judge(HadamardOp op, const Chip &) {
  int64_t unit = std::max<int64_t>(op.getTransform().getSize(), 32);
  return {{"hadamard",
           ScheduleAttr::get(op.getContext(), "hadamard",
                             {quantize::kThreads, unit}, /*stages=*/1,
                             /*cluster=*/1),
           ""}};
}

SmallVector<Verdict> mx::nvvm::judge(PackedDequantizeOp op, const Chip &) {
  Type result = getElementTypeOrSelf(op.getInit().getType());
  dequantize::Form form{op.getScaledFormat(), result};
  Verdict verdict{"dequantize", nullptr, form.findProblem()};
  if (op.getTranspose())
    verdict.problem = "the result is the transpose of what was packed";
  if (verdict.problem.empty())
    verdict.schedule = ScheduleAttr::get(
        op.getContext(), verdict.family,
        {dequantize::kThreads * dequantize::kPieces, form.getPiece()},
        /*stages=*/1, /*cluster=*/1);
  return {verdict};
}

std::string mx::nvvm::findProblemOfSchedule(Operation *op,
                                            ScheduleAttr schedule) {
  auto matmul = dyn_cast<PackedMatmulOp>(op);
  if (!matmul || schedule.getFamily() != "tcgen05")
    return "";
  tcgen05::Form form = getTensorForm(matmul);
  return applySchedule(form, schedule);
}
