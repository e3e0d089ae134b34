//===- Workspace.cpp - Temporaries in one buffer of the caller ------------===//

#include "Workspace.h"

#include "mx/Pipelines/CallerMemory.h"
#include "mx/Pipelines/PublicFunctions.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace {

/// Bulk copies of rows of 128 bytes are slower by a fifth from addresses in
/// between.
constexpr int64_t kAlignment = 128;

/// A temporary and when it is alive, in the order of the ops of its function.
struct Temporary {
  memref::AllocOp alloc;
  memref::DeallocOp dealloc;
  unsigned begin, end;
};

/// A place in the workspace, for buffers that are never alive together.
struct Place {
  SmallVector<Temporary> users;
  int64_t bytes = 0;    ///< of the largest user; per `extents` if dynamic
  OperandRange extents; ///< dynamic extents that all users have

  bool takes(Temporary temporary, bool isStatic) const {
    return isStatic == extents.empty() &&
           llvm::equal(extents, temporary.alloc.getDynamicSizes()) &&
           llvm::none_of(users, [&](const Temporary &other) {
             return temporary.begin <= other.end &&
                    other.begin <= temporary.end;
           });
  }
};

/// Bytes of an element in memory.
int64_t getElementBytes(Type type) {
  if (isa<IndexType>(type))
    return sizeof(int64_t);
  if (auto complex = dyn_cast<ComplexType>(type))
    return 2 * getElementBytes(complex.getElementType());
  return llvm::PowerOf2Ceil(llvm::divideCeil(type.getIntOrFloatBitWidth(), 8));
}

/// Bytes of the static part of a type: of all of it, or of one step along all
/// dynamic extents.
int64_t getStaticBytes(MemRefType type) {
  int64_t bytes = getElementBytes(type.getElementType());
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent))
      bytes *= extent;
  return bytes;
}

/// The op that frees a buffer, where it does so in the block that made it.
memref::DeallocOp findDealloc(memref::AllocOp alloc) {
  memref::DeallocOp found;
  for (Operation *user : alloc->getUsers()) {
    auto dealloc = dyn_cast<memref::DeallocOp>(user);
    if (!dealloc)
      continue;
    if (found || dealloc->getBlock() != alloc->getBlock())
      return {};
    found = dealloc;
  }
  return found;
}

/// The ops that compute a value from the arguments' extents; false where data
/// or control flow takes part.
bool collectSlice(Value value, Block *entry,
                  llvm::SetVector<Operation *> &slice) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == entry;
  Operation *op = value.getDefiningOp();
  if (slice.contains(op))
    return true;
  bool known = isa<memref::DimOp>(op) ||
               isa_and_nonnull<arith::ArithDialect, affine::AffineDialect>(
                   op->getDialect());
  if (!known || op->getNumRegions() != 0 || !isPure(op))
    return false;
  for (Value operand : op->getOperands())
    if (!collectSlice(operand, entry, slice))
      return false;
  slice.insert(op);
  return true;
}

class Planner {
public:
  explicit Planner(func::FuncOp function) : function(function) {}

  void plan() {
    collect();
    for (const Temporary &temporary : temporaries)
      place(temporary);
  }

  /// Creates F.workspace_bytes.
  void createSize(SymbolTable &table) {
    OpBuilder b(function.getContext());
    auto type =
        b.getFunctionType(function.getArgumentTypes(), b.getIndexType());
    auto size = func::FuncOp::create(
        b, function.getLoc(),
        function.getSymName().str() + mx::kWorkspaceSuffix.str(), type);
    size.setPrivate();
    table.insert(size);
    Block *body = size.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping mapping;
    mapping.map(function.getArguments(), body->getArguments());
    SmallVector<Value> offsets = createOffsets(b, mapping);
    func::ReturnOp::create(b, function.getLoc(), offsets.back());
  }

  /// Replaces the temporaries by views of a new last argument.
  void rewrite() {
    OpBuilder b(function.getContext());
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    Block *entry = &function.getBody().front();
    b.setInsertionPointToStart(entry);
    // The sizes are made anew at the start, before any control flow.
    IRMapping mapping;
    SmallVector<Value> offsets = createOffsets(b, mapping);
    (void)function.insertArgument(function.getNumArguments(), bytes, {},
                                  function.getLoc());
    Value workspace = entry->getArguments().back();
    for (auto [place, offset] : llvm::zip(places, offsets))
      for (Temporary &temporary : place.users) {
        memref::AllocOp alloc = temporary.alloc;
        OpBuilder at(alloc);
        auto view =
            memref::ViewOp::create(at, alloc.getLoc(), alloc.getType(),
                                   workspace, offset, alloc.getDynamicSizes());
        temporary.dealloc.erase();
        alloc.replaceAllUsesWith(view.getResult());
        alloc.erase();
      }
    if (onHeap)
      function->setAttr(mx::kHeapAttrName, b.getUnitAttr());
  }

private:
  /// Finds what can be planned.
  void collect() {
    DenseMap<Operation *, unsigned> numbers;
    function.walk<WalkOrder::PreOrder>(
        [&](Operation *op) { numbers[op] = numbers.size(); });
    function.walk<WalkOrder::PreOrder>([&](memref::AllocOp alloc) {
      memref::DeallocOp dealloc = findDealloc(alloc);
      llvm::SetVector<Operation *> needed(slice);
      bool known =
          dealloc && alloc.getSymbolOperands().empty() &&
          alloc.getType().getLayout().isIdentity() &&
          llvm::all_of(alloc.getDynamicSizes(), [&](Value extent) {
            return collectSlice(extent, &function.getBody().front(), needed);
          });
      onHeap |= !known;
      if (!known)
        return;
      slice = std::move(needed);
      temporaries.push_back({alloc, dealloc, numbers[alloc], numbers[dealloc]});
    });
    // Larger ones first, so that smaller ones find room with them.
    llvm::sort(temporaries, [](Temporary a, Temporary b) {
      return std::make_pair(-getStaticBytes(a.alloc.getType()), a.begin) <
             std::make_pair(-getStaticBytes(b.alloc.getType()), b.begin);
    });
  }

  void place(const Temporary &temporary) {
    memref::AllocOp alloc = temporary.alloc;
    bool isStatic = alloc.getType().hasStaticShape();
    auto *it = llvm::find_if(places, [&](const Place &place) {
      return place.takes(temporary, isStatic);
    });
    if (it == places.end()) {
      places.push_back({{}, 0, alloc.getDynamicSizes()});
      it = std::prev(places.end());
    }
    it->users.push_back(temporary);
    it->bytes = std::max(it->bytes, getStaticBytes(alloc.getType()));
  }

  /// The offset of each place, and the end of the last.
  SmallVector<Value> createOffsets(OpBuilder &b, IRMapping &mapping) {
    Location loc = function.getLoc();
    for (Operation *op : slice)
      b.clone(*op, mapping);
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    SmallVector<Value> offsets = {constant(0)};
    for (const Place &place : places) {
      Value bytes = constant(llvm::alignTo(place.bytes, kAlignment));
      if (!place.extents.empty()) {
        bytes = constant(place.bytes);
        for (Value extent : place.extents)
          bytes = arith::MulIOp::create(b, loc, bytes,
                                        mapping.lookupOrDefault(extent));
        bytes = arith::AddIOp::create(b, loc, bytes, constant(kAlignment - 1));
        bytes = arith::AndIOp::create(b, loc, bytes, constant(-kAlignment));
      }
      offsets.push_back(arith::AddIOp::create(b, loc, offsets.back(), bytes));
    }
    return offsets;
  }

  func::FuncOp function;
  bool onHeap = false;
  SmallVector<Temporary> temporaries;
  llvm::SetVector<Operation *> slice; ///< makes the dynamic extents
  SmallVector<Place> places;
};

struct PlanWorkspace : PassWrapper<PlanWorkspace, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlanWorkspace)

  StringRef getArgument() const override { return "mx-plan-workspace"; }
  StringRef getDescription() const override {
    return "temporaries of public functions in one buffer of the caller";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    SymbolTable table(getOperation());
    for (func::FuncOp function : mx::getPublicFunctions(getOperation())) {
      Planner planner(function);
      planner.plan();
      planner.createSize(table);
      planner.rewrite();
    }
  }
};

} // namespace

std::unique_ptr<Pass> mx::createPlanWorkspacePass() {
  return std::make_unique<PlanWorkspace>();
}
