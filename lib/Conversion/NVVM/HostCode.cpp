//===- HostCode.cpp - The host's side of kernel families ------------------===//

#include "HostCode.h"

#include "../../Target/NVVM/Builder/Kernel.h"
#include "../Reference/Philox.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

HostCode::HostCode(OpBuilder &b, Operation *op)
    : b(b), loc(op->getLoc()), op(op) {
  b.setInsertionPoint(op);
}

Value HostCode::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value HostCode::multiply(Value x, Value y) {
  return arith::MulIOp::create(b, loc, x, y);
}
Value HostCode::add(Value x, Value y) {
  return arith::AddIOp::create(b, loc, x, y);
}
Value HostCode::add(Value x, int64_t y) { return add(x, index(y)); }
Value HostCode::divide(Value x, int64_t y) {
  return arith::DivUIOp::create(b, loc, x, index(y));
}
Value HostCode::ceilDiv(Value x, int64_t y) {
  return arith::CeilDivUIOp::create(b, loc, x, index(y));
}
Value HostCode::size(Value buffer, int64_t axis) {
  return memref::DimOp::create(b, loc, buffer, axis);
}
Value HostCode::sizes(Value buffer, int64_t first, int64_t last) {
  Value product = index(1);
  for (int64_t axis = first; axis < last; ++axis)
    product = multiply(product, size(buffer, axis));
  return product;
}

bool mx::nvvm::isContiguous(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getLayout().isIdentity())
    return true;
  int64_t offset = type.getStridesAndOffset().second;
  return memref::isStaticShapeAndContiguousRowMajor(type) &&
         !ShapedType::isDynamic(offset) &&
         offset * type.getElementTypeBitWidth() % 128 == 0;
}

Value HostCode::allocateLike(Value buffer, std::optional<int64_t> cols) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> shape(type.getShape());
  if (cols)
    shape.back() = *cols;
  SmallVector<Value> dynamic;
  for (auto [axis, extent] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(extent))
      dynamic.push_back(size(buffer, int64_t(axis)));
  owned.push_back(memref::AllocOp::create(
      b, loc, MemRefType::get(shape, type.getElementType()), dynamic));
  return owned.back();
}

Value HostCode::makeContiguous(Value buffer) {
  if (isContiguous(buffer))
    return buffer;
  Value copy = allocateLike(buffer);
  memref::CopyOp::create(b, loc, buffer, copy);
  return copy;
}

Value HostCode::padColumns(Value buffer, int64_t cols) {
  auto type = cast<MemRefType>(buffer.getType());
  int64_t last = type.getRank() - 1;
  SmallVector<OpFoldResult> sizes = memref::getMixedSizes(b, loc, buffer);
  SmallVector<OpFoldResult> zeros(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(sizes.size(), b.getIndexAttr(1));
  Value padded = allocateLike(buffer, cols);
  int64_t rowBytes = cols * type.getElementTypeBitWidth() / 8;
  clear(padded, multiply(this->sizes(padded, 0, last), index(rowBytes)));
  Value inside = memref::SubViewOp::create(b, loc, padded, zeros, sizes, ones);
  memref::CopyOp::create(b, loc, buffer, inside);
  return padded;
}

Value HostCode::makeContiguousOutput(Value buffer) {
  if (isContiguous(buffer))
    return buffer;
  Value room = allocateLike(buffer);
  outputs.push_back({room, buffer});
  return room;
}

Value HostCode::allocate(Type type, Value count) {
  auto line = MemRefType::get({ShapedType::kDynamic}, type);
  owned.push_back(memref::AllocOp::create(b, loc, line, count));
  return owned.back();
}

void HostCode::freeAll() {
  for (auto [from, to] : outputs)
    memref::CopyOp::create(b, loc, from, to);
  outputs.clear();
  for (Value buffer : owned)
    memref::DeallocOp::create(b, loc, buffer);
  owned.clear();
}

static Value getAddress(HostCode &host, Value buffer) {
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(host.b, host.loc, buffer);
  auto type = cast<MemRefType>(buffer.getType());
  if (!type.getLayout().isIdentity()) {
    auto [strides, offset] = type.getStridesAndOffset();
    address = host.add(address, offset * type.getElementTypeBitWidth() / 8);
  }
  return arith::IndexCastOp::create(host.b, host.loc, host.b.getI64Type(),
                                    address);
}

void HostCode::clear(Value buffer, Value bytes) {
  Value count = arith::IndexCastOp::create(b, loc, b.getI64Type(), bytes);
  call("mx_cuda_clear", {getAddress(*this, buffer), count});
}

Value HostCode::countBlocks(int64_t perMultiprocessor, int64_t cluster) {
  Value count = call("mx_cuda_multiprocessors", {}, /*hasResult=*/true);
  count = arith::IndexCastOp::create(b, loc, b.getIndexType(), count);
  count = multiply(count, index(perMultiprocessor));
  Value clusters = arith::DivUIOp::create(b, loc, count, index(cluster));
  return multiply(clusters, index(cluster));
}

Value HostCode::address(Value buffer) {
  return LLVM::IntToPtrOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext(), /*addressSpace=*/1),
      getAddress(*this, buffer));
}

Value HostCode::toI32(Value index) {
  return arith::IndexCastOp::create(b, loc, b.getI32Type(), index);
}

SmallVector<Int> HostCode::drawSigns(Value seed, int64_t stream,
                                     int64_t count) {
  SmallVector<Int> words;
  Emitter e{b, loc};
  auto constant = [&](int64_t value) {
    return Int::constant(e, b.getI32Type(), int32_t(value));
  };
  for (int64_t call = 0; int64_t(words.size()) < count; ++call)
    for (Int word :
         reference::philox({constant(call), constant(0), constant(stream),
                            /*purpose=*/constant(1)},
                           Int(e, seed)))
      words.push_back(word);
  words.truncate(size_t(count));
  return words;
}

Value HostCode::mapBytes(Value data, ArrayRef<Value> sizes,
                         ArrayRef<int64_t> box, bool isSwizzled) {
  Value room;
  {
    OpBuilder::InsertionGuard guard(b);
    auto function = op->getParentOfType<func::FuncOp>();
    b.setInsertionPointToStart(&function.getBody().front());
    room = memref::AllocaOp::create(
        b, loc, MemRefType::get({16}, b.getI64Type()), b.getI64IntegerAttr(64));
  }
  Value place = getAddress(*this, room);
  SmallVector<Value> operands = {place, getAddress(*this, data)};
  auto i64 = [&](Value value) {
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
  };
  for (Value size : sizes)
    operands.push_back(i64(size));
  for (int64_t size : box)
    operands.push_back(i64(index(size)));
  call(isSwizzled ? "mx_cuda_map_bytes" : "mx_cuda_map_lines", operands);
  Value pointer = LLVM::IntToPtrOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext()), place);
  return LLVM::LoadOp::create(
      b, loc, LLVM::LLVMArrayType::get(b.getI64Type(), 16), pointer);
}

Value HostCode::call(StringRef name, ValueRange operands, bool hasResult) {
  auto module = op->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    SmallVector<Type> results;
    if (hasResult)
      results.push_back(b.getI64Type());
    auto type = b.getFunctionType(operands.getTypes(), results);
    func::FuncOp::create(b, loc, name, type).setPrivate();
  }
  SmallVector<Type> results;
  if (hasResult)
    results.push_back(b.getI64Type());
  auto made = func::CallOp::create(b, loc, name, results, operands);
  return hasResult ? made.getResult(0) : Value();
}

gpu::GPUModuleOp
HostCode::getKernels(StringRef name,
                     function_ref<void(OpBuilder &, gpu::GPUModuleOp)> build) {
  auto module = op->getParentOfType<ModuleOp>();
  if (auto found = module.lookupSymbol<gpu::GPUModuleOp>(name))
    return found;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto made = gpu::GPUModuleOp::create(b, loc, name);
  build(b, made);
  return made;
}

void HostCode::launch(gpu::GPUModuleOp module, StringRef kernel, Value grid,
                      int64_t threads, ValueRange operands, int64_t sharedBytes,
                      int64_t cluster) {
  Value shared = arith::ConstantOp::create(
      b, loc, b.getI32IntegerAttr(static_cast<int32_t>(sharedBytes)));
  launch(module, kernel, grid, threads, operands, shared, cluster);
}

void HostCode::launch(gpu::GPUModuleOp module, StringRef kernel, Value grid,
                      int64_t threads, ValueRange operands, Value shared,
                      int64_t cluster) {
  op->getParentOfType<ModuleOp>()->setAttr(
      gpu::GPUDialect::getContainerModuleAttrName(), b.getUnitAttr());
  auto symbol = SymbolRefAttr::get(
      module.getNameAttr(),
      {FlatSymbolRefAttr::get(b.getContext(), getKernelName(module, kernel))});
  Value one = index(1);
  gpu::KernelDim3 gridSize{grid, one, one}, blockSize{index(threads), one, one};
  std::optional<gpu::KernelDim3> clusterSize;
  if (cluster > 1)
    clusterSize = gpu::KernelDim3{index(cluster), one, one};
  gpu::LaunchFuncOp::create(b, loc, symbol, gridSize, blockSize, shared,
                            operands, /*asyncTokenType=*/Type(),
                            /*asyncDependencies=*/ValueRange(), clusterSize);
}

bool mx::nvvm::isLastMultipleOf(Type type, int64_t of) {
  int64_t last = cast<ShapedType>(type).getShape().back();
  return !ShapedType::isDynamic(last) && last % of == 0;
}

std::string mx::nvvm::nameFormat(ScaledType format) {
  std::string text;
  llvm::raw_string_ostream(text) << format;
  StringRef name = StringRef(text).drop_front(StringRef("!mx.").size());
  if (llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return name.str();
  return llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

std::string mx::nvvm::nameAlpha(float alpha) {
  if (alpha == 1)
    return "";
  return "_alpha_" + llvm::utohexstr(llvm::bit_cast<uint32_t>(alpha), true);
}

void mx::nvvm::eraseUnused(Value buffer) {
  for (Operation *user : llvm::make_early_inc_range(buffer.getUsers()))
    cast<memref::DeallocOp>(user)->erase();
  buffer.getDefiningOp()->erase();
}
