//===- Kernel.cpp - A kernel under construction ---------------------------===//

#include "Kernel.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

static constexpr unsigned kGlobal = 1, kShared = 3;

static Type getParamType(OpBuilder &b, Param param) {
  MLIRContext *context = b.getContext();
  switch (param) {
  case Param::Pointer:
    return LLVM::LLVMPointerType::get(context, kGlobal);
  case Param::I32:
    return b.getI32Type();
  case Param::I64:
    return b.getI64Type();
  case Param::TensorMap:
    return LLVM::LLVMPointerType::get(context);
  }
  llvm_unreachable("all cases return");
}

std::string mx::nvvm::getKernelName(gpu::GPUModuleOp module, StringRef name) {
  return (module.getName() + "_" + name).str();
}

Kernel::Kernel(OpBuilder &b, gpu::GPUModuleOp module, StringRef name,
               ArrayRef<Param> params, int threads, int blocks)
    : b(b), loc(module.getLoc()), module(module) {
  b.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> types;
  for (Param param : params)
    types.push_back(getParamType(b, param));
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(b.getContext()), types);
  function =
      LLVM::LLVMFuncOp::create(b, loc, getKernelName(module, name), type);
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(),
                    b.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getMaxntidAttrName(),
                    b.getDenseI32ArrayAttr({threads}));
  function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                    b.getI32IntegerAttr(blocks));
  auto map = LLVM::LLVMArrayType::get(b.getI64Type(), 16);
  for (auto [i, param] : llvm::enumerate(params)) {
    if (param != Param::TensorMap)
      continue;
    function.setArgAttr(i, LLVM::LLVMDialect::getByValAttrName(),
                        TypeAttr::get(map));
    function.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(),
                        b.getI64IntegerAttr(64));
    function.setArgAttr(i, NVVM::NVVMDialect::getGridConstantAttrName(),
                        b.getUnitAttr());
  }
  b.setInsertionPointToStart(function.addEntryBlock(b));
}

void Kernel::finish() { LLVM::ReturnOp::create(b, loc, ValueRange()); }

Value Kernel::parameter(unsigned i) {
  return function.getBody().front().getArgument(i);
}

Int Kernel::i32(int64_t value) {
  return Int::constant(emitter(), b.getI32Type(), value);
}
Int Kernel::i64(int64_t value) {
  return Int::constant(emitter(), b.getI64Type(), value);
}
Value Kernel::f32(float value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}

Int Kernel::thread() {
  return Int(emitter(), NVVM::ThreadIdXOp::create(b, loc, b.getI32Type()));
}
Int Kernel::lane() { return thread() & 31; }
Int Kernel::block() {
  return Int(emitter(), NVVM::BlockIdXOp::create(b, loc, b.getI32Type()));
}
Int Kernel::blocks() {
  return Int(emitter(), NVVM::GridDimXOp::create(b, loc, b.getI32Type()));
}
Int Kernel::clusterRank() {
  return Int(emitter(),
             NVVM::BlockInClusterIdXOp::create(b, loc, b.getI32Type()));
}

void Kernel::when(Int condition, function_ref<void()> then) {
  auto op = scf::IfOp::create(b, loc, condition.get());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  then();
}

void Kernel::whenElse(Int condition, function_ref<void()> then,
                      function_ref<void()> otherwise) {
  auto op = scf::IfOp::create(b, loc, condition.get(), /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  then();
  b.setInsertionPointToStart(op.elseBlock());
  otherwise();
}

SmallVector<Value>
Kernel::choose(Int condition, TypeRange types,
               function_ref<SmallVector<Value>()> then,
               function_ref<SmallVector<Value>()> otherwise) {
  auto op = scf::IfOp::create(b, loc, types, condition.get(),
                              /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, loc, then());
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, loc, otherwise());
  return op.getResults();
}

SmallVector<Value> Kernel::choose(Int condition, ValueRange otherwise,
                                  function_ref<SmallVector<Value>()> then) {
  return choose(condition, otherwise.getTypes(), then,
                [&] { return SmallVector<Value>(otherwise); });
}

SmallVector<Value>
Kernel::loop(Int first, Int last, Int step, ValueRange carried,
             function_ref<SmallVector<Value>(Int, ValueRange)> body) {
  auto op = scf::ForOp::create(
      b, loc, first.get(), last.get(), step.get(), carried,
      [&](OpBuilder &, Location, Value i, ValueRange values) {
        OpBuilder::InsertionGuard guard(b);
        scf::YieldOp::create(b, loc, body(Int(emitter(), i), values));
      });
  return op.getResults();
}

void Kernel::loop(Int first, Int last, Int step, function_ref<void(Int)> body) {
  loop(first, last, step, {}, [&](Int i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

Value Kernel::element(Value pointer, Type type, Int offset) {
  return LLVM::GEPOp::create(b, loc, pointer.getType(), type, pointer,
                             LLVM::GEPArg(offset.get()));
}
Value Kernel::load(Value pointer, Type type, Int offset) {
  return LLVM::LoadOp::create(b, loc, type, element(pointer, type, offset));
}
void Kernel::store(Value value, Value pointer, Int offset) {
  LLVM::StoreOp::create(b, loc, value,
                        element(pointer, value.getType(), offset));
}
Int Kernel::loadByte(Value pointer, Int offset) {
  return Int(emitter(), load(pointer, b.getI8Type(), offset)).zext(32);
}
Int Kernel::atomicAdd(Value pointer, Int value) {
  return Int(emitter(), LLVM::AtomicRMWOp::create(
                            b, loc, LLVM::AtomicBinOp::add, pointer,
                            value.get(), LLVM::AtomicOrdering::monotonic));
}
void Kernel::atomicMax(Value pointer, Int value) {
  LLVM::AtomicRMWOp::create(b, loc, LLVM::AtomicBinOp::umax, pointer,
                            value.get(), LLVM::AtomicOrdering::monotonic);
}

Value Kernel::allocateLocal(Type type, int64_t count) {
  return LLVM::AllocaOp::create(b, loc,
                                LLVM::LLVMPointerType::get(b.getContext()),
                                type, i64(count).get());
}

SmallVector<Int> Kernel::loadAligned(Value address, int count,
                                     bool isVolatile) {
  auto type = VectorType::get({count}, b.getI32Type());
  Value vector =
      LLVM::LoadOp::create(b, loc, type, address, 4 * count, isVolatile);
  SmallVector<Int> words;
  for (int i = 0; i < count; ++i)
    words.push_back(Int(emitter(), LLVM::ExtractElementOp::create(
                                       b, loc, vector, i32(i).get())));
  return words;
}

SmallVector<Int> Kernel::loadWords(Value pointer, Int wordOffset, int count) {
  return loadAligned(element(pointer, b.getI32Type(), wordOffset), count);
}

/// A vector of words.
static Value concatenate(Kernel &k, ArrayRef<Int> words) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  auto type = VectorType::get({int64_t(words.size())}, words[0].getType());
  Value vector = LLVM::PoisonOp::create(b, loc, type);
  for (auto [i, word] : llvm::enumerate(words))
    vector = LLVM::InsertElementOp::create(b, loc, vector, word.get(),
                                           k.i32(i).get());
  return vector;
}

void Kernel::storeWords(ArrayRef<Int> words, Value pointer, Int wordOffset) {
  Value vector = concatenate(*this, words);
  Value address = element(pointer, words[0].getType(), wordOffset);
  LLVM::StoreOp::create(b, loc, vector, address,
                        words[0].getWidth() / 8 * words.size());
}

Value Kernel::fmul(Value x, Value y) {
  return arith::MulFOp::create(b, loc, x, y);
}
Value Kernel::fadd(Value x, Value y) {
  return arith::AddFOp::create(b, loc, x, y);
}
Value Kernel::fsub(Value x, Value y) {
  return arith::SubFOp::create(b, loc, x, y);
}
Value Kernel::fma(Value x, Value y, Value z) {
  return math::FmaOp::create(b, loc, x, y, z);
}
Int Kernel::less(Value x, Value y) {
  return Int(emitter(),
             arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, y));
}
Value Kernel::toFloat(Int x) {
  return arith::SIToFPOp::create(b, loc, b.getF32Type(), x.get());
}
Value Kernel::widen(Value x) {
  if (x.getType().isF32())
    return x;
  return arith::ExtFOp::create(b, loc, b.getF32Type(), x);
}
Value Kernel::powerOfTwo(Int exponent) {
  return floatOf((exponent + 127) << 23, b.getF32Type());
}

Int Kernel::sharedMemory() {
  static constexpr StringLiteral name("shared_memory");
  auto global = module.lookupSymbol<LLVM::GlobalOp>(name);
  if (!global) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), 0);
    global = LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/false,
                                    LLVM::Linkage::External, name, Attribute(),
                                    /*alignment=*/16, kShared);
  }
  Value address = LLVM::AddressOfOp::create(b, loc, global);
  Int start(emitter(),
            LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), address));
  return (start + 1023) & ~1023;
}

static Value getSharedPointer(OpBuilder &b, Location loc, Int address) {
  auto type = LLVM::LLVMPointerType::get(b.getContext(), kShared);
  return LLVM::IntToPtrOp::create(b, loc, type, address.get());
}
Value Kernel::loadShared(Type type, Int address) {
  return LLVM::LoadOp::create(b, loc, type, getSharedPointer(b, loc, address));
}
void Kernel::storeShared(Value value, Int address) {
  LLVM::StoreOp::create(b, loc, value, getSharedPointer(b, loc, address));
}
SmallVector<Int> Kernel::loadSharedWords(Int address, int count) {
  return loadAligned(getSharedPointer(b, loc, address), count);
}

void Kernel::storeSharedWords(ArrayRef<Int> words, Int address) {
  LLVM::StoreOp::create(b, loc, concatenate(*this, words),
                        getSharedPointer(b, loc, address), 4 * words.size());
}

SmallVector<Int> Kernel::reloadSharedWords(Int address, int count) {
  return loadAligned(getSharedPointer(b, loc, address), count,
                     /*isVolatile=*/true);
}

void Kernel::syncBlock() { NVVM::Barrier0Op::create(b, loc); }
