//===- Signature.cpp - Functions as C sees them ---------------------------===//

#include "mx/Target/C/Signature.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Pipelines/PublicFunctions.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace mlir;
using namespace mx::c;
using llvm::createStringError;
using mx::ArgumentExtent;

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

std::string mx::c::getIdentifier(StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  return result;
}

//===----------------------------------------------------------------------===//
// Extents of arguments
//===----------------------------------------------------------------------===//

void SignatureReader::readExtents(ModuleOp module) {
  for (func::FuncOp function : mx::getPublicFunctions(module))
    equal[function.getSymName()] = findEqualExtents(function);
}

namespace {
/// Makes the shapes of one function's arguments.
class Shapes {
public:
  Shapes(Function &function, func::FuncOp op,
         ArrayRef<SmallVector<ArgumentExtent>> equal)
      : function(function), op(op), context(op.getContext()), equal(equal) {
    auto order = op->getAttrOfType<ArrayAttr>(mx::MXDialect::kAxesAttrName);
    if (order)
      for (auto axis : order.getAsRange<StringAttr>())
        if (isDynamic(axis))
          (void)getNamed(axis);
  }

  /// The shape of tensor argument `number` of the stage quantized.
  SmallVector<AffineExpr> get(RankedTensorType type, int64_t number,
                              StringRef name) {
    SmallVector<AffineExpr> shape;
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      shape.push_back(get(Axis(number, axis), type.getDimSize(axis), name));
    return shape;
  }

private:
  /// Argument and axis.
  using Axis = std::pair<int64_t, int64_t>;

  /// The extents equal to one, itself included.
  SmallVector<Axis> getEqual(Axis extent) const {
    for (ArrayRef<ArgumentExtent> set : equal) {
      auto axes = llvm::map_to_vector(set, [](ArgumentExtent each) {
        return Axis(each.argument, each.axis);
      });
      if (llvm::is_contained(axes, extent))
        return axes;
    }
    return {extent};
  }

  AffineExpr get(Axis extent, int64_t size, StringRef name) {
    if (!ShapedType::isDynamic(size))
      return getAffineConstantExpr(size, context);
    if (StringAttr axis = getAxis(extent))
      return getNamed(axis.getValue());
    SmallVector<Axis> same = getEqual(extent);
    Axis leader = *llvm::min_element(same);
    if (leader.first < 0) // a number
      return getAffineConstantExpr(leader.second, context);
    auto [it, isNew] =
        symbols.try_emplace(leader, unsigned(function.extents.size()));
    if (isNew)
      function.extents.push_back(
          {(name + "_d" + Twine(extent.second)).str(), std::nullopt});
    return getAffineSymbolExpr(it->second, context);
  }

  /// The name that mx.axes gives an axis, or null.
  StringAttr getAxis(Axis extent) {
    auto axes = op.getArgAttrOfType<ArrayAttr>(extent.first,
                                               mx::MXDialect::kAxesAttrName);
    if (!axes || extent.second >= int64_t(axes.size()))
      return {};
    return cast<StringAttr>(axes[extent.second]);
  }

  /// Whether an argument has a dynamic extent along an axis of this name.
  bool isDynamic(StringAttr axis) {
    for (auto [number, type] : llvm::enumerate(op.getArgumentTypes()))
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        for (int64_t i = 0; i < tensor.getRank(); ++i)
          if (tensor.isDynamicDim(i) && getAxis({number, i}) == axis)
            return true;
    return false;
  }

  AffineExpr getNamed(StringRef axis) {
    auto [it, isNew] =
        named.try_emplace(axis, unsigned(function.extents.size()));
    if (isNew)
      function.extents.push_back({axis.str(), std::nullopt});
    return getAffineSymbolExpr(it->second, context);
  }

  Function &function;
  func::FuncOp op;
  MLIRContext *context;
  ArrayRef<SmallVector<ArgumentExtent>> equal;
  DenseMap<Axis, unsigned> symbols;
  llvm::StringMap<unsigned> named; ///< symbols of mx.axes
};
} // namespace

//===----------------------------------------------------------------------===//
// Scaled tensors
//===----------------------------------------------------------------------===//

static AffineExpr getNumBlocks(AffineExpr extent, int64_t block) {
  if (block == mx::ScaledType::kFull)
    return getAffineConstantExpr(1, extent.getContext());
  return extent.ceilDiv(block);
}

/// Bytes of the codes of one block; of `k` codes where a block is a row.
static AffineExpr getBlockBytes(mx::ScaledType format, AffineExpr k) {
  mx::contract::ScaledFormat layout = mx::getScaledFormat(format);
  if (format.getBlockCols() != mx::ScaledType::kFull)
    return getAffineConstantExpr(layout.bytesPerBlock(0), k.getContext());
  unsigned bits = layout.element.bits();
  if (bits == 4 || bits == 6)
    return (k * bits).ceilDiv(8);
  return k * (bits <= 8 ? 1 : 2);
}

/// The parts that mx-pack makes of a scaled tensor; Formats.h has the shapes.
/// `shape` is empty for a result, whose extents are found later.
static void addParts(std::vector<mx::c::Slot> &values, StringRef name,
                     RankedTensorType type, ArrayRef<AffineExpr> shape) {
  using Kind = mx::c::Slot::Kind;
  auto format = cast<mx::ScaledType>(type.getElementType());
  unsigned axis = type.getRank() - (format.isColumnWise() ? 2 : 1);
  bool isDynamic = type.isDynamicDim(axis);
  SmallVector<AffineExpr> stored(shape), codes, scale;
  if (format.isColumnWise()) {
    if (!stored.empty())
      std::swap(stored.back(), stored[stored.size() - 2]);
    format = format.getTransposed();
  }
  if (!stored.empty()) {
    codes = scale = stored;
    codes.back() = scale.back() =
        getNumBlocks(stored.back(), format.getBlockCols());
    codes.push_back(getBlockBytes(format, stored.back()));
    if (scale.size() > 1) {
      AffineExpr &rows = scale[scale.size() - 2];
      rows = getNumBlocks(rows, format.getBlockRows());
    }
  }
  std::string of = " of " + name.str() + ": " + print(type);
  values.push_back({Kind::Array,
                    (name + "_codes").str(),
                    "packed codes" + of,
                    {},
                    codes,
                    /*isCode=*/true});
  values.push_back({Kind::Array,
                    (name + "_scale").str(),
                    "scales" + of,
                    {},
                    scale,
                    /*isCode=*/true});
  if (format.getHasTensorScale())
    values.push_back({Kind::Array,
                      (name + "_tensor_scale").str(),
                      "the tensor scale" + of,
                      {},
                      {}});
  if (isDynamic)
    values.push_back(
        {Kind::Extent,
         (name + "_extent").str(),
         "",
         {},
         stored.empty() ? stored : SmallVector<AffineExpr>{stored.back()}});
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Words that C, C++ or this interface keep for themselves.
static constexpr StringLiteral kReserved(
    " alignas alignof and and_eq asm auto bitand bitor bool break case catch "
    "char class compl concept const const_cast consteval constexpr constinit "
    "continue co_await co_return co_yield decltype default delete do double "
    "dynamic_cast else enum explicit export extern false float for friend goto "
    "if inline int long mutable namespace new noexcept not not_eq nullptr "
    "operator or or_eq private protected public register reinterpret_cast "
    "requires restrict return short signed sizeof static static_assert "
    "static_cast struct switch template this thread_local throw true try "
    "typedef typeid typename typeof union unsigned using virtual void volatile "
    "wchar_t while xor xor_eq seed workspace ");

/// The name of an argument: `mx.name`, where C takes it and no other has it.
static std::string getArgumentName(func::FuncOp function, unsigned i,
                                   unsigned number,
                                   std::set<std::string> &taken) {
  auto given =
      function.getArgAttrOfType<StringAttr>(i, mx::MXDialect::kNameAttrName);
  std::string name = "arg" + std::to_string(number);
  if (given && !given.empty() && !llvm::isDigit(given.getValue().front()))
    name = getIdentifier(given);
  if (kReserved.contains(" " + name + " "))
    name += "_";
  while (!taken.insert(name).second)
    name += "_";
  return name;
}

static llvm::Error checkType(const Twine &what, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : type;
  bool known = isa<FloatType, mx::ScaledType, mx::MiniFloatType>(element) ||
               element.isIndex() ||
               (isa<IntegerType>(element) &&
                llvm::is_contained({1u, 8u, 16u, 32u, 64u},
                                   element.getIntOrFloatBitWidth()));
  // A scalar of fewer than 16 bits has no calling convention to speak of.
  auto builtin = dyn_cast<FloatType>(element);
  if (builtin &&
      (builtin.getWidth() > 64 || (!tensor && builtin.getWidth() < 16)))
    known = false;
  if (known && (tensor || !isa<mx::MiniFloatType, mx::ScaledType>(element)))
    return llvm::Error::success();
  return createStringError(
      what + " has type " + print(type) +
      ", which a plain C function cannot take; expected a ranked tensor or a "
      "scalar of bf16, f16, f32, f64, index or i1, i8, i16, i32, i64");
}

/// What an element or scalar is, where its C type does not tell.
static std::string getDetail(Type type) {
  if (type.isInteger(1))
    return "0 or 1";
  bool tells =
      type.isF32() || type.isF64() || isa<IntegerType, IndexType>(type);
  return tells ? "" : print(type);
}

static mx::c::Slot makeArray(StringRef name, Type element,
                             SmallVector<AffineExpr> shape) {
  return {mx::c::Slot::Kind::Array, name.str(),
          getDetail(element),       {},
          std::move(shape),         !isa<IntegerType>(element)};
}

static llvm::Error readArguments(func::FuncOp op, Function &function,
                                 Shapes &shapes) {
  using Kind = mx::c::Slot::Kind;
  std::set<std::string> taken;
  unsigned number = 0;
  for (auto [i, type] : llvm::enumerate(op.getArgumentTypes())) {
    if (op.getArgAttr(i, mx::MXDialect::kSeedAttrName)) {
      function.arguments.push_back({Kind::Seed, "seed", "", type, {}});
      continue;
    }
    std::string name = getArgumentName(op, i, number++, taken);
    if (llvm::Error error = checkType(
            "argument '" + name + "' of '" + op.getSymName() + "'", type))
      return error;
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor) {
      if (type.isIndex())
        function.extents.push_back({name, function.arguments.size()});
      function.arguments.push_back(
          {Kind::Scalar, name, getDetail(type), type, {}});
      continue;
    }
    SmallVector<AffineExpr> shape = shapes.get(tensor, i, name);
    size_t first = function.arguments.size();
    if (isa<mx::ScaledType>(tensor.getElementType()))
      addParts(function.arguments, name, tensor, shape);
    else
      function.arguments.push_back(
          makeArray(name, tensor.getElementType(), std::move(shape)));
    if (op.getArgAttr(i, mx::MXDialect::kConstantAttrName))
      for (mx::c::Slot &part :
           MutableArrayRef(function.arguments).drop_front(first))
        part.detail += part.detail.empty() ? "constant" : ", constant";
  }
  return llvm::Error::success();
}

static llvm::Error readResults(func::FuncOp op, Function &function) {
  using Kind = mx::c::Slot::Kind;
  for (auto [i, type] : llvm::enumerate(op.getResultTypes())) {
    std::string name = "out" + std::to_string(i);
    if (llvm::Error error = checkType(
            "result " + Twine(i) + " of '" + op.getSymName() + "'", type))
      return error;
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      function.results.push_back(
          {Kind::Scalar, name, getDetail(type), type, {}});
    else if (isa<mx::ScaledType>(tensor.getElementType()))
      addParts(function.results, name, tensor, {});
    else
      function.results.push_back(makeArray(name, tensor.getElementType(), {}));
  }
  return llvm::Error::success();
}

llvm::Error SignatureReader::readValues(ModuleOp module) {
  std::set<std::string> symbols;
  for (func::FuncOp op : mx::getPublicFunctions(module)) {
    Function function;
    function.name = op.getSymName();
    function.symbol = prefix + "_" + getIdentifier(op.getSymName());
    // The names of what stands beside the functions are taken too.
    if (!symbols.insert(function.symbol).second ||
        !symbols.insert(function.symbol + "_workspace_bytes").second ||
        function.symbol == prefix + "_error_text")
      return createStringError("function '" + function.name + "' would be " +
                               function.symbol +
                               " in C, which another symbol is already; rename "
                               "it");
    Shapes shapes(function, op, equal[op.getSymName()]);
    if (llvm::Error error = readArguments(op, function, shapes))
      return error;
    if (llvm::Error error = readResults(op, function))
      return error;
    functions.push_back(std::move(function));
  }
  if (functions.empty())
    return createStringError("the module has no public function");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Parts and extents of results
//===----------------------------------------------------------------------===//

/// The extent or scalar of an argument, over the function's symbols.
static AffineExpr getArgumentExpr(const Function &function, unsigned number,
                                  std::optional<int64_t> axis) {
  const mx::c::Slot &value = function.arguments[number];
  if (axis)
    return value.shape[*axis];
  if (value.kind == mx::c::Slot::Kind::Extent)
    return value.shape.front();
  for (auto [i, extent] : llvm::enumerate(function.extents))
    if (extent.scalar == number)
      return getAffineSymbolExpr(i, value.type.getContext());
  return {};
}

/// An extent of a value, over the function's symbols; null where it does not
/// follow from the arguments.
static AffineExpr getExtent(mlir::Value value, int64_t axis, Block *entry,
                            const Function &function) {
  AffineMap map;
  ValueDimList operands;
  auto isArgument = [&](mlir::Value v, std::optional<int64_t>,
                        ValueBoundsConstraintSet &) {
    auto argument = dyn_cast<BlockArgument>(v);
    return argument && argument.getOwner() == entry;
  };
  if (failed(ValueBoundsConstraintSet::computeBound(
          map, operands, presburger::BoundType::EQ,
          ValueBoundsConstraintSet::Variable(value, axis), isArgument)))
    return {};
  SmallVector<AffineExpr> inputs;
  for (auto [operand, dim] : operands) {
    auto argument = dyn_cast<BlockArgument>(operand);
    if (!argument || argument.getOwner() != entry)
      return {};
    inputs.push_back(getArgumentExpr(function, argument.getArgNumber(), dim));
    if (!inputs.back())
      return {};
  }
  ArrayRef<AffineExpr> all(inputs);
  return simplifyAffineExpr(
      map.getResult(0).replaceDimsAndSymbols(all.take_front(map.getNumDims()),
                                             all.drop_front(map.getNumDims())),
      0, function.extents.size());
}

/// The extent that mx.axes says a result has along an axis, or null.
static AffineExpr getNamedExtent(func::FuncOp op, unsigned result, int64_t axis,
                                 const Function &function) {
  auto axes =
      op.getResultAttrOfType<ArrayAttr>(result, mx::MXDialect::kAxesAttrName);
  if (!axes || axis >= int64_t(axes.size()))
    return {};
  for (auto [i, extent] : llvm::enumerate(function.extents))
    if (!extent.scalar && extent.name == cast<StringAttr>(axes[axis]))
      return getAffineSymbolExpr(i, op.getContext());
  return {};
}

static llvm::Error readParts(func::FuncOp op, Function &function) {
  if (op.getNumArguments() != function.arguments.size() ||
      op.getNumResults() != function.results.size())
    return createStringError("the packed signature of '" + function.name +
                             "' has other values than expected");
  auto setType = [](mx::c::Slot &value, Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    value.type = tensor ? tensor.getElementType() : type;
  };
  for (auto [value, type] :
       llvm::zip(function.arguments, op.getArgumentTypes()))
    setType(value, type);
  Block *entry = &op.getBody().front();
  auto returned = cast<func::ReturnOp>(op.getBody().back().getTerminator());
  for (auto [number, value, operand] :
       llvm::enumerate(function.results, returned.getOperands())) {
    setType(value, operand.getType());
    auto tensor = dyn_cast<RankedTensorType>(operand.getType());
    for (int64_t axis = 0; tensor && axis < tensor.getRank(); ++axis) {
      AffineExpr extent =
          tensor.isDynamicDim(axis)
              ? getExtent(operand, axis, entry, function)
              : getAffineConstantExpr(tensor.getDimSize(axis), op.getContext());
      if (!extent)
        extent = getNamedExtent(op, number, axis, function);
      if (!extent)
        return createStringError(
            "axis " + Twine(axis) + " of '" + value.name + "' of '" +
            function.name +
            "' has an extent that does not follow from the arguments' extents; "
            "a plain C function needs to know it before it runs");
      value.shape.push_back(extent);
    }
  }
  return llvm::Error::success();
}

llvm::Error SignatureReader::readParts(ModuleOp module) {
  for (Function &function : functions) {
    auto op = module.lookupSymbol<func::FuncOp>(function.name);
    if (!op)
      return createStringError("function '" + function.name + "' was removed");
    if (llvm::Error error = ::readParts(op, function))
      return error;
  }
  return llvm::Error::success();
}
