//===- KernelSpec.cpp - Kernels as options describe them ------------------===//

#include "mx/Generate/KernelSpec.h"

#include "OptionReader.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mx;

bool mx::isCIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool KernelSpec::drawsBits() const {
  if (kind != KernelKind::Quantize)
    return false;
  ScaleRule rule =
      scaleRule ? scaleRule.getValue()
                : OperandRecipeAttr::getDefaultScaleRule(cast<ScaledType>(to));
  return mx::drawsBits(rule, rounding);
}

bool KernelSpec::takesSeed() const {
  bool drawsSigns = hadamard && hadamard.getSigns() == Signs::Seed;
  return drawsSigns || drawsBits();
}

SmallVector<std::pair<StringRef, int64_t>> KernelSpec::getExtents() const {
  SmallVector<std::pair<StringRef, int64_t>> extents;
  if (batch)
    extents.push_back({"batch", *batch});
  extents.push_back({"m", m});
  if (kind == KernelKind::Gemm)
    extents.push_back({"n", n});
  extents.push_back({"k", k});
  return extents;
}

/// The blocks of an operand lie along the contraction: its last axis, or where
/// it is stored transposed the last but one.
static void checkBlocks(OptionReader &reader, StringRef operand,
                        bool transposed, Type type) {
  auto scaled = dyn_cast<ScaledType>(type);
  if (!scaled)
    return;
  if (transposed)
    scaled = scaled.getTransposed();
  if (scaled.isColumnWise())
    reader.fail("--" + operand + ": the blocks of '" + reader.get(operand) +
                "' do not lie along the contraction, which is the " +
                (transposed ? "last but one axis; it takes blocks [B, 1] or "
                              "[R, C]"
                            : "last axis; it takes blocks [B] or [R, C]"));
}

static void readGemm(OptionReader &reader, KernelSpec &spec) {
  spec.a = reader.getOperand("a");
  spec.b = reader.getOperand("b");
  spec.to = reader.getFloat("result");
  spec.n = reader.getExtent("n");
  spec.transposeA = reader.has("transpose-a");
  spec.transposeB = reader.has("transpose-b");
  spec.acc = reader.has("acc");
  spec.alpha = reader.getFactor("alpha");
  spec.accumulate = static_cast<Accumulate>(
      reader.getChoice("accumulate", {"default", "exact", "fast"}));
  if (!isa<ScaledType>(spec.a) && !isa<ScaledType>(spec.b))
    reader.fail("gemm needs a block-scaled operand, but --a=" +
                reader.get("a") + " and --b=" + reader.get("b") +
                " are two floats, which a BLAS multiplies");
  checkBlocks(reader, "a", spec.transposeA, spec.a);
  checkBlocks(reader, "b", spec.transposeB, spec.b);
  if (spec.acc && reader.has("alpha"))
    reader.fail("--acc and --alpha exclude each other: the factor would have "
                "to come before the sum");
}

static void readQuantize(OptionReader &reader, KernelSpec &spec) {
  spec.from = reader.getFloat("from");
  ScaledType format = reader.getFormat("to");
  spec.to = format;
  SmallVector<StringRef> rules, roundings;
  for (unsigned i = 0; i <= getMaxEnumValForScaleRule(); ++i)
    rules.push_back(stringifyScaleRule(static_cast<ScaleRule>(i)));
  for (unsigned i = 0; i <= getMaxEnumValForRounding(); ++i)
    roundings.push_back(stringifyRounding(static_cast<Rounding>(i)));
  if (reader.has("scale-rule"))
    spec.scaleRule = ScaleRuleAttr::get(
        format.getContext(),
        static_cast<ScaleRule>(reader.getChoice("scale-rule", rules)));
  spec.rounding =
      static_cast<Rounding>(reader.getChoice("rounding", roundings));
  for (StringRef name : {"random-bits", "stream"})
    if (reader.has(name) && !spec.drawsBits())
      reader.fail("--" + name +
                  " needs random bits: --rounding=stochastic, or "
                  "--scale-rule=ms_eden");
  spec.randomBits = reader.getNumber("random-bits", 16, 24);
  spec.stream = reader.getNumber("stream", 0, UINT32_MAX);
  spec.prescale = reader.getFactor("prescale");
  spec.scaleMinNormal = reader.has("scale-min-normal");
  spec.amax = reader.has("amax");
  spec.transposed = static_cast<Transposed>(
      reader.getChoice("transposed", {"no", "only", "also"}));
}

static void readKind(OptionReader &reader, KernelSpec &spec) {
  switch (spec.kind) {
  case KernelKind::Gemm:
    return readGemm(reader, spec);
  case KernelKind::Quantize:
    return readQuantize(reader, spec);
  case KernelKind::Dequantize:
    spec.from = reader.getFormat("from");
    spec.to = reader.getFloat("to");
    return;
  case KernelKind::Hadamard:
    spec.from = reader.getFloat("from");
    spec.to = reader.getFloat("to");
    if (!reader.has("hadamard"))
      reader.fail("hadamard needs --hadamard, a power of two from 2 to 1024");
    return;
  }
}

llvm::Expected<KernelSpec>
mx::parseKernel(StringRef kind, ArrayRef<KernelWord> words, Location loc) {
  const auto *it = llvm::find(getKernelKindNames(), kind);
  if (it == getKernelKindNames().end())
    return llvm::createStringError("unknown kernel '" + kind + "'; expected " +
                                   llvm::join(getKernelKindNames(), ", "));
  loc.getContext()->loadDialect<MXDialect>();
  OptionReader reader(kind, words, *loc.getContext());
  KernelSpec spec(loc);
  spec.kind = static_cast<KernelKind>(it - getKernelKindNames().begin());
  readKind(reader, spec);
  spec.hadamard = reader.getHadamard();
  spec.signStream = reader.getNumber("sign-stream", 0, UINT32_MAX);
  if (reader.has("batch"))
    spec.batch = reader.getExtent("batch");
  spec.m = reader.getExtent("m");
  spec.k = reader.getExtent("k");
  bool grouped = spec.kind == KernelKind::Hadamard && spec.hadamard;
  if (grouped && !ShapedType::isDynamic(spec.k) &&
      spec.k % spec.hadamard.getSize() != 0)
    reader.fail("--k must be a multiple of --hadamard=" +
                reader.get("hadamard") + ", but is " + reader.get("k"));
  spec.name = reader.get("name").str();
  if (reader.has("name") && !isCIdentifier(spec.name))
    reader.fail("--name must be an identifier of C, but is '" + spec.name +
                "'");
  if (llvm::Error error = reader.takeError())
    return std::move(error);
  nameKernel(spec);
  return spec;
}
