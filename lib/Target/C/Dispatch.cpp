//===- Dispatch.cpp - Functions that choose by shape ----------------------===//

#include "Parameters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mx::c;
using llvm::createStringError;

using Choice = Dispatcher::Choice;

const Function &mx::c::getChosen(const Library &library, const Choice &choice) {
  std::string symbol =
      library.options.prefix + "_" + getIdentifier(choice.function);
  auto it = llvm::find_if(library.functions, [&](const Function &function) {
    return function.symbol == symbol;
  });
  assert(it != library.functions.end() && "a dispatcher's function is there");
  return *it;
}

/// What the dispatcher hands on: arguments and results.
static std::vector<Parameter> getCommon(const Function &function) {
  std::vector<Parameter> parameters = getParameters(function);
  llvm::erase_if(parameters,
                 [](const Parameter &parameter) { return !parameter.value; });
  return parameters;
}

static std::vector<Parameter> getExtents(const Dispatcher &dispatcher) {
  std::vector<Parameter> parameters;
  for (const std::string &extent : dispatcher.extents)
    parameters.push_back({Parameter::Kind::Extent, extent, nullptr});
  return parameters;
}

std::vector<Parameter> mx::c::getParameters(const Library &library,
                                            const Dispatcher &dispatcher) {
  std::vector<Parameter> parameters =
      getCommon(getChosen(library, dispatcher.choices.front()));
  llvm::append_range(parameters, getExtents(dispatcher));
  addPlaces(library.onDevice, parameters);
  return parameters;
}

std::vector<Parameter> mx::c::getSizeParameters(const Dispatcher &dispatcher) {
  return getExtents(dispatcher);
}

llvm::Error mx::c::checkDispatcher(const Library &library,
                                   const Dispatcher &dispatcher) {
  const Function &first = getChosen(library, dispatcher.choices.front());
  std::string symbol = library.options.prefix + "_" + dispatcher.name;
  for (const Function &function : library.functions)
    if (function.symbol == symbol ||
        function.symbol + "_workspace_bytes" == symbol)
      return createStringError("function '" + function.name +
                               "' has the name of the function that chooses "
                               "by shape, '" +
                               dispatcher.name + "'; rename it");
  for (const Choice &choice : dispatcher.choices) {
    const Function &function = getChosen(library, choice);
    bool alike = llvm::equal(getCommon(first), getCommon(function),
                             [](const Parameter &a, const Parameter &b) {
                               return a.name == b.name && a.kind == b.kind &&
                                      getCType(*a.value) == getCType(*b.value);
                             });
    if (!alike)
      return createStringError(
          "'" + dispatcher.name + "' cannot choose between '" + first.name +
          "' and '" + function.name + "', which take different arguments");
  }
  return llvm::Error::success();
}

namespace {
class DispatchBuilder {
public:
  DispatchBuilder(ModuleOp module, const Library &library,
                  const Dispatcher &dispatcher)
      : module(module), library(library), dispatcher(dispatcher),
        b(module.getContext()), loc(module.getLoc()) {}

  /// A function that calls `symbol + suffix` of the first choice that fits and
  /// returns what it does, or `otherwise`.
  void build(StringRef suffix, ArrayRef<Parameter> parameters,
             int64_t otherwise) {
    auto like = lookup(dispatcher.choices.front(), suffix);
    Type result = like.getResultTypes().front();
    b.setInsertionPointToEnd(module.getBody());
    auto function = func::FuncOp::create(
        b, loc, library.options.prefix + "_" + dispatcher.name + suffix.str(),
        b.getFunctionType(getTypes(parameters, like, suffix), {result}));
    Block *body = function.addEntryBlock();
    passed.clear();
    for (auto [parameter, argument] :
         llvm::zip(parameters, body->getArguments()))
      passed[parameter.name] = argument;
    b.setInsertionPointToStart(body);
    for (const Choice &choice : dispatcher.choices)
      tryChoice(choice, suffix);
    Value none =
        arith::ConstantOp::create(b, loc, b.getIntegerAttr(result, otherwise));
    func::ReturnOp::create(b, loc, none);
  }

private:
  func::FuncOp lookup(const Choice &choice, StringRef suffix) {
    return module.lookupSymbol<func::FuncOp>(getChosen(library, choice).symbol +
                                             suffix.str());
  }

  /// The types of parameters, which a function that is called has too, unless
  /// they are extents.
  SmallVector<Type> getTypes(ArrayRef<Parameter> parameters, func::FuncOp like,
                             StringRef suffix) {
    llvm::StringMap<Type> known;
    const Function &first = getChosen(library, dispatcher.choices.front());
    for (auto [parameter, type] :
         llvm::zip(getPassed(first, suffix), like.getArgumentTypes()))
      known[parameter.name] = type;
    SmallVector<Type> types;
    for (const Parameter &parameter : parameters)
      types.push_back(parameter.kind == Parameter::Kind::Extent
                          ? b.getI64Type()
                          : known[parameter.name]);
    return types;
  }

  static std::vector<Parameter> getPassed(const Function &function,
                                          StringRef suffix) {
    return suffix.empty() ? mx::c::getParameters(function)
                          : mx::c::getSizeParameters(function);
  }

  /// Calls this choice where the extents are its own, and goes on elsewhere.
  void tryChoice(const Choice &choice, StringRef suffix) {
    Value fits = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
    for (auto [name, extent] : llvm::zip(dispatcher.extents, choice.extents)) {
      if (ShapedType::isDynamic(extent))
        continue;
      Value own =
          arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(extent));
      Value equal = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                          passed[name], own);
      fits = arith::AndIOp::create(b, loc, fits, equal);
    }
    Region *region = b.getInsertionBlock()->getParent();
    Block *before = b.getInsertionBlock();
    Block *call = b.createBlock(region, region->end());
    SmallVector<Value> arguments;
    for (const Parameter &parameter :
         getPassed(getChosen(library, choice), suffix))
      arguments.push_back(passed[parameter.name]);
    Value code = func::CallOp::create(b, loc, lookup(choice, suffix), arguments)
                     .getResult(0);
    func::ReturnOp::create(b, loc, code);
    Block *next = b.createBlock(region, region->end());
    b.setInsertionPointToEnd(before);
    cf::CondBranchOp::create(b, loc, fits, call, next);
    b.setInsertionPointToStart(next);
  }

  ModuleOp module;
  const Library &library;
  const Dispatcher &dispatcher;
  OpBuilder b;
  Location loc;
  llvm::StringMap<Value> passed; ///< arguments by name
};
} // namespace

void mx::c::addDispatcher(ModuleOp module, const Library &library,
                          const Dispatcher &dispatcher, ErrorTable &errors) {
  DispatchBuilder builder(module, library, dispatcher);
  builder.build("_workspace_bytes", getExtents(dispatcher), -1);
  int code = errors.add(ErrorKind::NoKernel,
                        library.options.prefix + "_" + dispatcher.name +
                            ": no kernel of the library is for these extents");
  builder.build("", mx::c::getParameters(library, dispatcher), code);
}
