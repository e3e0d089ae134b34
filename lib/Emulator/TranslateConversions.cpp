//===- TranslateConversions.cpp - nvvm.convert ops as cvt -----------------===//

#include "CallBuilder.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mx::emulator;

/// As PTX spells it, for `count` of them.
static std::string nameFloats(Type type, unsigned count) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  llvm::TypeSwitch<Type>(type)
      .Case([&](Float8E4M3FNType) { stream << "e4m3"; })
      .Case([&](Float8E5M2Type) { stream << "e5m2"; })
      .Case([&](Float6E2M3FNType) { stream << "e2m3"; })
      .Case([&](Float6E3M2FNType) { stream << "e3m2"; })
      .Case([&](Float4E2M1FNType) { stream << "e2m1"; })
      .Case([&](Float8E8M0FNUType) { stream << "ue8m0"; })
      .Default([&](Type type) { stream << type; });
  stream << "x" << count;
  return name;
}

static std::string nameConversion(StringRef rounding, bool clampsNegative,
                                  NVVM::SaturationMode saturation,
                                  const std::string &to, StringRef from) {
  bool saturates = saturation == NVVM::SaturationMode::SATFINITE;
  return ("cvt." + rounding + (clampsNegative ? ".relu" : "") +
          (saturates ? ".satfinite" : "") + "." + to + "." + from)
      .str();
}

/// Two f32 to two small floats.
template <typename Op>
static Form convertPair(Op op, StringRef rounding,
                        NVVM::SaturationMode saturation) {
  return {nameConversion(rounding, op.getRelu(), saturation,
                         nameFloats(op.getDstTy(), 2), "f32"),
          {op.getA(), op.getB()},
          1};
}

template <typename Op> static Form convertHalves(Op op) {
  bool hasRandom = bool(op.getRandomBits());
  NVVM::FPRoundingMode rounding = op.getRnd();
  Form form = {nameConversion(NVVM::stringifyFPRoundingMode(rounding),
                              op.getRelu(), op.getSat(),
                              nameFloats(op.getType().getElementType(), 2),
                              "f32"),
               {op.getSrcHi(), op.getSrcLo()},
               1};
  if (hasRandom)
    form.operands.push_back(op.getRandomBits());
  return form;
}

/// Four f32 and random bits to four small floats.
template <typename Op>
static Form convertStochastically(CallBuilder &calls, Op op) {
  Form form = {nameConversion("rs", op.getRelu(),
                              NVVM::SaturationMode::SATFINITE,
                              nameFloats(op.getDstTy(), 4), "f32"),
               {},
               1};
  for (int64_t i = 0; i < 4; ++i)
    form.operands.push_back(LLVM::ExtractElementOp::create(
        calls.builder(), op.getLoc(), op.getSrc(), calls.i64(i)));
  form.operands.push_back(op.getRbits());
  return form;
}

static Form convertFromSmall(Type from, Value source, bool clampsNegative,
                             StringRef to) {
  return {nameConversion("rn", clampsNegative, NVVM::SaturationMode::NONE,
                         to.str(), nameFloats(from, 2)),
          {source},
          1};
}

std::optional<Form> mx::emulator::translateConversion(CallBuilder &calls,
                                                      Operation *op) {
  constexpr auto kSaturates = NVVM::SaturationMode::SATFINITE;
  return llvm::TypeSwitch<Operation *, std::optional<Form>>(op)
      .Case<NVVM::ConvertF32x2ToF4x2Op, NVVM::ConvertF32x2ToF6x2Op>(
          [&](auto op) { return convertPair(op, "rn", kSaturates); })
      .Case([&](NVVM::ConvertF32x2ToF8x2Op op) {
        return convertPair(op, NVVM::stringifyFPRoundingMode(op.getRnd()),
                           op.getSat());
      })
      .Case([&](NVVM::ConvertF16x2ToF8x2Op op) {
        return Form{nameConversion("rn", op.getRelu(), kSaturates,
                                   nameFloats(op.getDstTy(), 2), "f16x2"),
                    {op.getA()},
                    1};
      })
      .Case([&](NVVM::ConvertBF16x2ToF8x2Op op) {
        return Form{nameConversion(NVVM::stringifyFPRoundingMode(op.getRnd()),
                                   false, op.getSat(),
                                   nameFloats(op.getDstTy(), 2), "bf16x2"),
                    {op.getA()},
                    1};
      })
      .Case<NVVM::ConvertF8x2ToF16x2Op, NVVM::ConvertF6x2ToF16x2Op,
            NVVM::ConvertF4x2ToF16x2Op>([&](auto op) {
        return convertFromSmall(op.getSrcType(), op.getSrc(), op.getRelu(),
                                "f16x2");
      })
      .Case([&](NVVM::ConvertF8x2ToBF16x2Op op) {
        return convertFromSmall(op.getSrcType(), op.getSrc(), false, "bf16x2");
      })
      .Case<NVVM::ConvertF32x2ToF16x2Op, NVVM::ConvertF32x2ToBF16x2Op>(
          [&](auto op) { return convertHalves(op); })
      .Case<NVVM::ConvertF32x4ToF8x4Op, NVVM::ConvertF32x4ToF6x4Op,
            NVVM::ConvertF32x4ToF4x4Op>(
          [&](auto op) { return convertStochastically(calls, op); })
      .Default([](Operation *) { return std::nullopt; });
}
