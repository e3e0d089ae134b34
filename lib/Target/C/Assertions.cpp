//===- Assertions.cpp - cf.assert as an error code ------------------------===//
//
// Upstream lowers cf.assert to a call of abort(). Here a failing one leaves its
// function at once, with its error code in a variable of this thread that the
// plain function returns.
//
//===----------------------------------------------------------------------===//

#include "Parameters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mx::c;

/// Stands for an assertion on the way through the llvm pipeline: takes the
/// condition and the error code.
static constexpr StringLiteral kMarker(".assert");

bool mx::c::markAssertions(ModuleOp module, StringRef prefix,
                           ErrorTable &errors) {
  SmallVector<cf::AssertOp> assertions;
  module.walk([&](cf::AssertOp op) { assertions.push_back(op); });
  if (assertions.empty())
    return false;
  OpBuilder b(module.getContext());
  b.setInsertionPointToStart(module.getBody());
  auto marker = func::FuncOp::create(
      b, module.getLoc(), kMarker,
      b.getFunctionType({b.getI1Type(), b.getI32Type()}, {}));
  marker.setPrivate();
  for (cf::AssertOp op : assertions) {
    b.setInsertionPoint(op);
    int code = errors.add(ErrorKind::Assertion, prefix + ": " + op.getMsg());
    Value number =
        arith::ConstantOp::create(b, op.getLoc(), b.getI32IntegerAttr(code));
    func::CallOp::create(b, op.getLoc(), marker,
                         ValueRange{op.getArg(), number});
    op.erase();
  }
  b.setInsertionPointToStart(module.getBody());
  LLVM::GlobalOp::create(b, module.getLoc(), b.getI32Type(),
                         /*isConstant=*/false, LLVM::Linkage::Internal,
                         kAssertionCode, b.getI32IntegerAttr(0),
                         /*alignment=*/4, /*addrSpace=*/0, /*dsoLocal=*/true,
                         /*thread_local_=*/true);
  return true;
}

/// Leaves the function where the condition does not hold.
static void lower(LLVM::CallOp call) {
  Location loc = call.getLoc();
  Value condition = call.getOperand(0), code = call.getOperand(1);
  auto function = call->getParentOfType<LLVM::LLVMFuncOp>();
  Block *block = call->getBlock();
  Block *next = block->splitBlock(std::next(call->getIterator()));
  OpBuilder b(call);
  Block *failed = b.createBlock(&function.getBody(), function.getBody().end());
  auto pointer = LLVM::LLVMPointerType::get(call.getContext());
  Value room =
      LLVM::AddressOfOp::create(b, loc, pointer, mx::c::kAssertionCode);
  LLVM::StoreOp::create(b, loc, code, room);
  Type result = function.getFunctionType().getReturnType();
  if (isa<LLVM::LLVMVoidType>(result))
    LLVM::ReturnOp::create(b, loc, ValueRange{});
  else
    LLVM::ReturnOp::create(b, loc,
                           LLVM::ZeroOp::create(b, loc, result).getResult());
  b.setInsertionPointToEnd(block);
  LLVM::CondBrOp::create(b, loc, condition, next, failed);
  call.erase();
}

void mx::c::lowerAssertions(ModuleOp module) {
  auto marker = module.lookupSymbol<LLVM::LLVMFuncOp>(kMarker);
  if (!marker)
    return;
  SmallVector<LLVM::CallOp> calls;
  module.walk([&](LLVM::CallOp call) {
    if (call.getCallee() == kMarker)
      calls.push_back(call);
  });
  llvm::for_each(calls, lower);
  marker.erase();
}
