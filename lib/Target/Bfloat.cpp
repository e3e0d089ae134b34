//===- Bfloat.cpp - Conversions to bf16 in host code ----------------------===//

#include "Bfloat.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

static bool isBfloat(const Value *value) {
  return value->getType()->getScalarType()->isBFloatTy();
}

static bool usesBfloat(Module &module) {
  return any_of(module, [](Function &function) {
    return any_of(instructions(function), [](Instruction &instruction) {
      return isBfloat(&instruction) || any_of(instruction.operands(), isBfloat);
    });
  });
}

namespace {
class Conversions {
public:
  explicit Conversions(Module &module)
      : module(module), b(module.getContext()) {}

  void add(StringRef name, Type *from) {
    if (module.getFunction(name))
      return;
    auto *type = FunctionType::get(b.getBFloatTy(), {from}, /*isVarArg=*/false);
    auto *function =
        Function::Create(type, GlobalValue::InternalLinkage, name, module);
    b.SetInsertPoint(BasicBlock::Create(module.getContext(), "", function));
    b.CreateRet(convert(function->getArg(0)));
    // Code generation makes the calls, when nothing refers to it yet.
    appendToCompilerUsed(module, {function});
  }

  /// Puts the integer operations of a conversion in its place.
  void expand(FPTruncInst *conversion) {
    b.SetInsertPoint(conversion);
    conversion->replaceAllUsesWith(convert(conversion->getOperand(0)));
    conversion->eraseFromParent();
  }

private:
  /// A f32 or f64 as bf16.
  Value *convert(Value *value) {
    Value *bits = value->getType()->isFloatTy()
                      ? b.CreateBitCast(value, b.getInt32Ty())
                      : roundToOdd(value);
    return b.CreateBitCast(round(bits), b.getBFloatTy());
  }

  /// The bits of an f32 to those of the nearest bf16, ties to even; NaNs become
  /// quiet.
  Value *round(Value *bits) {
    Value *magnitude = b.CreateAnd(bits, b.getInt32(0x7fffffff));
    Value *isNaN = b.CreateICmpUGT(magnitude, b.getInt32(0x7f800000));
    Value *quiet = b.CreateOr(bits, b.getInt32(0x400000));
    Value *odd = b.CreateAnd(b.CreateLShr(bits, 16), b.getInt32(1));
    Value *half = b.CreateAdd(odd, b.getInt32(0x7fff));
    Value *rounded = b.CreateSelect(isNaN, quiet, b.CreateAdd(bits, half));
    return b.CreateTrunc(b.CreateLShr(rounded, 16), b.getInt16Ty());
  }

  /// The bits of an f64 rounded to an f32 that is odd where it is not exact, so
  /// that a second rounding sees which side it was on.
  Value *roundToOdd(Value *value) {
    Value *narrow = b.CreateFPTrunc(value, b.getFloatTy());
    Value *wide = b.CreateFPExt(narrow, value->getType());
    Value *bits = b.CreateBitCast(narrow, b.getInt32Ty());
    Value *isInexact = b.CreateFCmpONE(wide, value);
    Value *isEven =
        b.CreateICmpEQ(b.CreateAnd(bits, b.getInt32(1)), b.getInt32(0));
    // Towards zero it went where the magnitude fell; the bits are a magnitude.
    Value *fell = b.CreateFCmpOLT(wide, value);
    Value *isPositive =
        b.CreateFCmpOGT(value, ConstantFP::get(value->getType(), 0.0));
    Value *shrank = b.CreateICmpEQ(fell, isPositive);
    Value *odd = b.CreateSelect(shrank, b.CreateOr(bits, b.getInt32(1)),
                                b.CreateSub(bits, b.getInt32(1)));
    return b.CreateSelect(b.CreateAnd(isInexact, isEven), odd, bits);
  }

  Module &module;
  IRBuilder<> b;
};
} // namespace

void mx::expandBfloatConversions(Module &module) {
  SmallVector<FPTruncInst *> found;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *conversion = dyn_cast<FPTruncInst>(&instruction))
        if (conversion->getType()->isBFloatTy())
          found.push_back(conversion);
  Conversions conversions(module);
  for (FPTruncInst *conversion : found)
    conversions.expand(conversion);
}

StringRef mx::getBfloatFeatures(const Triple &triple) {
  return triple.isX86() ? "-avx512bf16,-avxneconvert" : "";
}

void mx::addBfloatConversions(Module &module) {
  if (!usesBfloat(module))
    return;
  Conversions conversions(module);
  conversions.add("__truncsfbf2", Type::getFloatTy(module.getContext()));
  conversions.add("__truncdfbf2", Type::getDoubleTy(module.getContext()));
}
