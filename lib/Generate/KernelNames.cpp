//===- KernelNames.cpp - What generated functions are called --------------===//
//
// A name is made of all that differs from the defaults, in a fixed order, so
// that equal kernels have equal names and others do not.
//
//===----------------------------------------------------------------------===//

#include "mx/Generate/KernelSpec.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;

/// Letters, digits and single underscores.
static std::string toWord(StringRef text) {
  std::string word;
  for (char c : text) {
    if (llvm::isAlnum(c))
      word += c;
    else if (!word.empty() && word.back() != '_')
      word += '_';
  }
  while (!word.empty() && word.back() == '_')
    word.pop_back();
  return word;
}

/// mxfp4, bf16, scaled_float_3_4_f32_full for !mx.scaled<!mx.float<3, 4>, …>.
static std::string toWord(Type type) {
  if (auto scaled = dyn_cast<ScaledType>(type);
      scaled && !scaled.getName().empty())
    return scaled.getName().str();
  std::string text;
  llvm::raw_string_ostream(text) << type;
  std::string word = toWord(text);
  for (size_t at; (at = word.find("mx_")) != std::string::npos;)
    word.erase(at, 3);
  return word;
}

/// 0.75 as 0p75, -2 as m2.
static std::string toWord(FloatAttr number) {
  std::string word;
  llvm::raw_string_ostream(word)
      << llvm::format("%.9g", number.getValueAsDouble());
  llvm::replace(word, '.', 'p');
  llvm::replace(word, '-', 'm');
  llvm::erase(word, '+');
  return word;
}

static void addExtent(std::string &name, StringRef axis, int64_t extent) {
  name += ("_" + axis).str();
  name += ShapedType::isDynamic(extent) ? "_dynamic" : std::to_string(extent);
}

static std::string getGemmSuffix(const KernelSpec &spec) {
  std::string suffix;
  if (!spec.to.isF32())
    suffix += "_to_" + toWord(spec.to);
  if (spec.transposeA)
    suffix += "_ta";
  if (spec.transposeB)
    suffix += "_tb";
  if (spec.accumulate != Accumulate::Default)
    suffix += ("_" + stringifyAccumulate(spec.accumulate)).str();
  if (spec.acc)
    suffix += "_acc";
  if (spec.alpha.getValueAsDouble() != 1)
    suffix += "_alpha" + toWord(spec.alpha);
  return suffix;
}

static std::string getHadamardSuffix(const KernelSpec &spec) {
  if (!spec.hadamard)
    return {};
  std::string suffix = "_hadamard" + std::to_string(spec.hadamard.getSize());
  if (spec.hadamard.getSigns() == Signs::Seed)
    suffix += "_signs" + std::to_string(spec.signStream);
  if (spec.hadamard.getSigns() == Signs::Fixed) {
    std::string signs;
    for (int32_t sign : spec.hadamard.getFixedSigns())
      signs += sign < 0 ? '-' : '+';
    suffix += "_signs_x" + llvm::utohexstr(llvm::xxh3_64bits(signs), true);
  }
  return suffix;
}

static std::string getQuantizeSuffix(const KernelSpec &spec) {
  std::string suffix;
  if (spec.scaleRule &&
      spec.scaleRule.getValue() !=
          OperandRecipeAttr::getDefaultScaleRule(cast<ScaledType>(spec.to)))
    suffix += ("_" + stringifyScaleRule(spec.scaleRule.getValue())).str();
  if (spec.rounding != Rounding::NearestEven)
    suffix += ("_" + stringifyRounding(spec.rounding)).str();
  if (spec.drawsBits()) {
    if (spec.randomBits != 16)
      suffix += "_bits" + std::to_string(spec.randomBits);
    suffix += "_stream" + std::to_string(spec.stream);
  }
  if (spec.prescale.getValueAsDouble() != 1)
    suffix += "_prescale" + toWord(spec.prescale);
  if (spec.scaleMinNormal)
    suffix += "_min_normal";
  if (spec.amax)
    suffix += "_amax";
  if (spec.transposed != Transposed::No)
    suffix += spec.transposed == Transposed::Only ? "_transposed"
                                                  : "_also_transposed";
  return suffix;
}

void mx::nameKernel(KernelSpec &spec) {
  std::string types = spec.kind == KernelKind::Gemm
                          ? toWord(spec.a) + "_" + toWord(spec.b)
                          : toWord(spec.from) + "_" + toWord(spec.to);
  std::string prefix =
      (getKernelKindNames()[unsigned(spec.kind)] + "_" + types).str();
  std::string suffix = getHadamardSuffix(spec);
  if (spec.kind == KernelKind::Gemm)
    suffix += getGemmSuffix(spec);
  if (spec.kind == KernelKind::Quantize)
    suffix += getQuantizeSuffix(spec);
  spec.family = prefix + (spec.batch ? "_batched" : "") + suffix;
  spec.signature = prefix;
  for (auto [axis, extent] : spec.getExtents())
    addExtent(spec.signature, axis, extent);
  spec.signature += suffix;
  if (spec.name.empty())
    spec.name = spec.signature;
}
