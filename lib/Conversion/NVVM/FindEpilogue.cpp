//===- FindEpilogue.cpp - What a product's kernel computes as it stores ---===//

#include "FindEpilogue.h"

#include "Buffers.h"
#include "DescribeBody.h"
#include "ResultForm.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Ops of a body that a kernel repeats for each element that a thread has.
static constexpr int64_t kMaxOps = 64;

static Value getResult(linalg::GenericOp op) { return op.getDpsInits()[0]; }

static bool isConstantSize(Operation *op) {
  auto size = dyn_cast<memref::DimOp>(op);
  return size && size.getConstantIndex();
}

/// The op that alone reads what a product writes. It may write the same buffer,
/// which others read then.
static linalg::GenericOp findReader(Operation *product, Value out,
                                    Operation *zeros) {
  auto room = out.getDefiningOp<memref::AllocOp>();
  linalg::GenericOp reader;
  if (!room || room->getBlock() != product->getBlock())
    return nullptr;
  SmallVector<Operation *> others; // that read the buffer or write it
  for (OpOperand &use : room->getUses()) {
    Operation *user = use.getOwner();
    auto generic = dyn_cast<linalg::GenericOp>(user);
    bool isFirst = generic && (!reader || reader == generic) &&
                   generic->getBlock() == product->getBlock() &&
                   product->isBeforeInBlock(generic) &&
                   llvm::is_contained(generic.getDpsInputs(), out);
    if (isFirst)
      reader = generic;
    else if (user != product && user != zeros &&
             !isa<memref::DeallocOp>(user) && !isConstantSize(user))
      others.push_back(user);
  }
  bool staysThere =
      reader && reader.getNumDpsInits() == 1 && getResult(reader) == out;
  for (Operation *user : others) {
    Operation *outer = room->getBlock()->findAncestorOpInBlock(*user);
    if (!staysThere || !outer || outer->isBeforeInBlock(reader))
      return nullptr;
  }
  return reader;
}

/// Whether a map is of the axes of the result in their order, some left out.
/// Where only some axes of rows are left out, extents must be known.
static bool isPart(AffineMap map, bool isStatic) {
  unsigned next = 0, rows = 0;
  for (AffineExpr axis : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(axis);
    if (!dim && axis != getAffineConstantExpr(0, map.getContext()))
      return false;
    if (!dim)
      continue;
    if (dim.getPosition() < next)
      return false;
    next = dim.getPosition() + 1;
    rows += next < map.getNumDims();
  }
  return isStatic || rows == 0 || rows + 1 == map.getNumDims();
}

static bool isStored(Type type) {
  return type.isF32() || type.isBF16() || type.isF16();
}

static bool takesBody(linalg::GenericOp op) {
  return llvm::range_size(op.getBody()->without_terminator()) <= kMaxOps &&
         llvm::all_of(*op.getBody(), [&](Operation &inner) {
           return inner.getNumRegions() == 0 &&
                  (isMemoryEffectFree(&inner) || isa<linalg::YieldOp>(inner)) &&
                  llvm::all_of(inner.getOperands(), [&](Value operand) {
                    return operand.getParentBlock() == op.getBody() ||
                           matchPattern(operand, m_Constant());
                  });
         });
}

/// Whether kernels can compute the op for each element that they store.
static bool isElementwise(linalg::GenericOp op, Value out) {
  if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() > 0 ||
      op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)) || !takesBody(op))
    return false;
  bool isStatic = cast<MemRefType>(out.getType()).hasStaticShape();
  if (op.hasIndexSemantics() && !isStatic)
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    AffineMap map = op.getMatchingIndexingMap(&operand);
    bool isWhole = operand.get() == out || op.isDpsInit(&operand);
    if (!type || !type.getElementType().isIntOrFloat() ||
        (op.isDpsInit(&operand) && !isStored(type.getElementType())) ||
        !(isWhole ? map.isIdentity() : isPart(map, isStatic)))
      return false;
  }
  return true;
}

/// Whether what an op writes is none of what a product or the op itself reads,
/// apart from elements that the op reads where it writes.
static bool isSeparate(linalg::GenericOp op, Operation *product, Value out,
                       bool isStoredTwice) {
  Value target = getRoot(getResult(op));
  auto isTarget = [&](Value value) {
    return value != out && isa<MemRefType>(value.getType()) &&
           getRoot(value) == target;
  };
  return llvm::none_of(product->getOperands(), isTarget) &&
         llvm::none_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
           bool isInPlace = operand->get() == getResult(op) &&
                            op.getMatchingIndexingMap(operand).isIdentity();
           return isTarget(operand->get()) && (isStoredTwice || !isInPlace);
         });
}

/// The buffers that an op reads besides the one before it, or writes to none.
static SmallVector<Value> getSources(Operation *op, ArrayRef<Value> own) {
  SmallVector<Value> roots;
  for (Value operand : op->getOperands())
    if (!llvm::is_contained(own, operand) && isa<MemRefType>(operand.getType()))
      roots.push_back(getRoot(operand));
  return roots;
}

/// Whether what an op reads is still there at a later one.
static bool staysUnchanged(Operation *op, ArrayRef<Value> own,
                           Operation *last) {
  SmallVector<Value> sources = getSources(op, own);
  for (Operation *between = op->getNextNode(); between != last;
       between = between->getNextNode())
    if (!isa<memref::DeallocOp>(between) &&
        llvm::any_of(sources,
                     [&](Value root) { return mayChange(between, root); }))
      return false;
  return true;
}

Epilogue mx::nvvm::findEpilogue(Operation *product, Value out,
                                bool isStoredTwice, Operation *zeros) {
  linalg::GenericOp reader = findReader(product, out, zeros);
  if (!reader || reader->hasAttr(MXDialect::kScheduleAttrName) ||
      !isElementwise(reader, out) ||
      !isSeparate(reader, product, out, isStoredTwice) ||
      !staysUnchanged(product, out, reader))
    return {};
  return {reader, out};
}

/// What a product's kernels store where they do not quantise it.
static Value getStored(Operation *product, const Epilogue &epilogue) {
  return epilogue ? getResult(epilogue.op)
                  : cast<PackedMatmulOp>(product).getInit();
}

PackedQuantizeOp mx::nvvm::findQuantization(Operation *product,
                                            const Epilogue &epilogue,
                                            const Chip &chip) {
  Value stored = getStored(product, epilogue);
  Operation *writer = epilogue ? epilogue.op : product;
  auto room = stored.getDefiningOp<memref::AllocOp>();
  PackedQuantizeOp reader;
  if (!room || room->getBlock() != product->getBlock())
    return nullptr;
  for (Operation *user : room->getUsers()) {
    auto quantize = dyn_cast<PackedQuantizeOp>(user);
    if (quantize && !reader && quantize->getBlock() == product->getBlock() &&
        writer->isBeforeInBlock(quantize) && quantize.getInput() == stored)
      reader = quantize;
    else if (user != writer && user != product &&
             !isa<memref::DeallocOp>(user) && !isConstantSize(user))
      return nullptr;
  }
  if (!reader || !getResultForm(reader, chip))
    return nullptr;
  SmallVector<Value> own = {epilogue.product, stored};
  bool isSeparate = llvm::none_of(reader.getInits(), [&](Value init) {
    auto isSame = [&](Value root) { return root == getRoot(init); };
    return llvm::any_of(getSources(product, own), isSame) ||
           llvm::any_of(getSources(writer, own), isSame);
  });
  bool isThere = staysUnchanged(product, own, reader) &&
                 staysUnchanged(writer, own, reader);
  return isSeparate && isThere ? reader : nullptr;
}

void mx::nvvm::startAt(HostCode &host, Operation *last, Operation *product,
                       const Epilogue &epilogue) {
  SmallVector<Value> own = {epilogue.product};
  SmallVector<Value> sources = getSources(product, own);
  if (epilogue)
    llvm::append_range(sources, getSources(epilogue.op, own));
  SmallVector<Operation *> early;
  for (Operation *between = product->getNextNode(); between != last;
       between = between->getNextNode())
    if (auto dealloc = dyn_cast<memref::DeallocOp>(between))
      if (llvm::is_contained(sources, getRoot(dealloc.getMemref())))
        early.push_back(dealloc);
  for (Operation *dealloc : llvm::reverse(early))
    dealloc->moveAfter(last);
  host.b.setInsertionPoint(last);
}

/// Sizes of a buffer become what it was allocated with.
static void replaceSizes(memref::AllocOp room) {
  OpBuilder b(room);
  for (Operation *user : llvm::make_early_inc_range(room->getUsers())) {
    auto size = dyn_cast<memref::DimOp>(user);
    if (!size)
      continue;
    unsigned axis = unsigned(*size.getConstantIndex());
    MemRefType type = room.getType();
    size.replaceAllUsesWith(
        type.isDynamicDim(axis)
            ? room.getDynamicSizes()[type.getDynamicDimIndex(axis)]
            : arith::ConstantIndexOp::create(b, room.getLoc(),
                                             type.getDimSize(axis)));
    size.erase();
  }
}

/// Erases a buffer that nothing writes any more.
static void eraseRoom(Value buffer) {
  replaceSizes(buffer.getDefiningOp<memref::AllocOp>());
  eraseUnused(buffer);
}

void mx::nvvm::removeOps(Operation *product, const Epilogue &epilogue,
                         PackedQuantizeOp quantize) {
  llvm::SmallSetVector<Value, 2> rooms;
  if (epilogue && getResult(epilogue.op) != epilogue.product)
    rooms.insert(epilogue.product);
  if (quantize)
    rooms.insert(quantize.getInput());
  product->erase();
  if (linalg::GenericOp op = epilogue.op)
    op.erase();
  if (quantize)
    quantize.erase();
  llvm::for_each(rooms, eraseRoom);
}

void mx::nvvm::appendOperands(SmallVectorImpl<Value> &operands, HostCode &host,
                              const Epilogue &epilogue) {
  for (Value other : epilogue.getOthers())
    operands.push_back(host.address(host.makeContiguous(other)));
}

std::string mx::nvvm::nameEpilogue(const Epilogue &epilogue) {
  if (!epilogue)
    return "";
  std::string text;
  llvm::raw_string_ostream os(text);
  describeBody(os, epilogue.op);
  linalg::GenericOp op = epilogue.op;
  for (Value input : op.getDpsInputs())
    os << (input == epilogue.product) << input.getType();
  return "_epilogue_" +
         llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}
