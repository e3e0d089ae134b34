//===- Runner.cpp - Run one function of a program -------------------------===//

#include "Runner.h"

#include "Call.h"
#include "Elements.h"
#include "ScaledValues.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Emulator/Emulator.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mxc;

static constexpr StringLiteral kSeedAttribute("mx.seed");

Runner::Runner(std::unique_ptr<mx::Program> program, StringRef entry)
    : program(std::move(program)), entry(entry) {}
Runner::~Runner() = default;

/// Fails for types that no array can carry.
static llvm::Error checkType(Type type, const Twine &what) {
  if (isScaled(type))
    return llvm::Error::success();
  bool shaped = isa<RankedTensorType>(type);
  if ((shaped || type.isIntOrIndexOrFloat()) &&
      getElementSize(getElementTypeOf(type)) != 0)
    return llvm::Error::success();
  return llvm::createStringError(
      what + " has type " + formatType(type) +
      ", which no array can carry; expected a ranked tensor or a scalar of "
      "f4 to f64, bf16, index or i1, i8, i16, i32, i64");
}

static llvm::Expected<func::FuncOp> findEntry(ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (function && function.isPublic() && !function.isExternal())
    return function;
  SmallVector<StringRef> candidates;
  for (auto other : module.getOps<func::FuncOp>())
    if (other.isPublic() && !other.isExternal())
      candidates.push_back(other.getSymName());
  std::string why =
      function ? "function '" + name.str() + "' is private or has no body"
               : "there is no function '" + name.str() + "'";
  std::string remedy = candidates.empty() ? "the module has no public function"
                                          : "choose with --entry: " +
                                                llvm::join(candidates, ", ");
  return llvm::createStringError(why + "; " + remedy);
}

llvm::Error Runner::readSignature() {
  llvm::Expected<func::FuncOp> function =
      findEntry(program->getModule(), entry);
  if (!function)
    return function.takeError();
  unsigned number = 0;
  for (auto [i, type] : llvm::enumerate(function->getArgumentTypes())) {
    Port port;
    port.type = type;
    port.isSeed = static_cast<bool>(function->getArgAttr(i, kSeedAttribute));
    port.name = port.isSeed ? "seed" : "arg" + std::to_string(number++);
    if (llvm::Error error = checkType(type, port.name))
      return error;
    if (port.isSeed && !type.isInteger(64))
      return llvm::createStringError("the seed has type " + formatType(type) +
                                     "; expected i64");
    arguments.push_back(std::move(port));
  }
  for (auto [i, type] : llvm::enumerate(function->getResultTypes())) {
    Port port;
    port.type = type;
    port.name = "out" + std::to_string(i);
    if (llvm::Error error = checkType(type, port.name))
      return error;
    results.push_back(std::move(port));
  }
  if (auto list = (*function)->getAttrOfType<ArrayAttr>(
          mx::MXDialect::kStatisticsAttrName)) {
    for (Attribute label : list)
      labels.push_back(cast<StringAttr>(label).str());
    results[results.size() - 2].name = "statistics";
    results[results.size() - 1].name = "amax_exponents";
  }
  return llvm::Error::success();
}

/// Deals the types after mx-pack out to the values they are parts of.
static llvm::Error dealParts(std::vector<Port> &ports, TypeRange types) {
  for (Port &port : ports) {
    unsigned count = 1;
    if (auto tensor = dyn_cast<RankedTensorType>(port.type);
        tensor && isScaled(tensor))
      count = getNumParts(tensor);
    if (types.size() < count)
      return llvm::createStringError("the packed signature lacks a part of " +
                                     port.name);
    llvm::append_range(port.parts, types.take_front(count));
    types = types.drop_front(count);
  }
  if (!types.empty())
    return llvm::createStringError(
        "the packed signature has more values than expected");
  return llvm::Error::success();
}

llvm::Error Runner::readParts() {
  auto function = program->getModule().lookupSymbol<func::FuncOp>(entry);
  if (!function)
    return llvm::createStringError("function '" + entry + "' was removed");
  if (llvm::Error error = dealParts(arguments, function.getArgumentTypes()))
    return error;
  return dealParts(results, function.getResultTypes());
}

llvm::Expected<std::unique_ptr<Runner>>
Runner::create(std::unique_ptr<mx::Program> program, StringRef entry) {
  std::unique_ptr<Runner> runner(new Runner(std::move(program), entry));
  // Before any work, for a wrong --entry.
  if (auto function = findEntry(runner->program->getModule(), entry); !function)
    return function.takeError();
  if (llvm::Error error = runner->program->lowerTo(mx::Stage::Quantized))
    return std::move(error);
  if (llvm::Error error = runner->readSignature())
    return std::move(error);
  if (llvm::Error error = runner->program->lowerTo(mx::Stage::Packed))
    return std::move(error);
  if (llvm::Error error = runner->readParts())
    return std::move(error);
  return runner;
}

/// An `argN…` array that belongs to no argument is a mistake worth telling.
static llvm::Error checkNoMore(ArrayRef<Port> arguments, const Arrays &arrays) {
  for (const auto &[name, array] : arrays) {
    StringRef rest = name;
    if (!rest.consume_front("arg"))
      continue;
    StringRef digits = rest.take_while(llvm::isDigit);
    std::string owner = ("arg" + digits).str();
    bool known = llvm::any_of(arguments, [&](const Port &port) {
      if (port.name != owner)
        return false;
      StringRef suffix = rest.drop_front(digits.size());
      return isScaled(port.type) ? suffix == "_codes" || suffix == "_scale" ||
                                       suffix == "_tensor_scale"
                                 : suffix.empty();
    });
    if (!known)
      return llvm::createStringError("array '" + name +
                                     "' of the inputs is no argument");
  }
  return llvm::Error::success();
}

llvm::Error Runner::setInputs(const Arrays &arrays, uint64_t seed) {
  if (llvm::Error error = checkNoMore(arguments, arrays))
    return error;
  for (const Port &port : arguments)
    if (llvm::Error error = readPort(port, arrays, seed, inputs))
      return error;
  return checkExtents(arrays);
}

/// Dynamic extents that the function takes to be equal.
llvm::Error Runner::checkExtents(const Arrays &arrays) const {
  std::vector<std::string> names;
  SmallVector<SmallVector<int64_t>> shapes;
  for (const Port &port : arguments) {
    names.push_back(port.name + (isScaled(port.type) ? "_codes" : ""));
    shapes.emplace_back();
    if (auto it = arrays.find(names.back()); it != arrays.end())
      shapes.back().assign(it->second.shape.begin(), it->second.shape.end());
  }
  for (const mx::FunctionSignature &function : program->getSignatures())
    if (function.name == entry)
      return mx::checkEqualExtents(function, shapes, names);
  return llvm::Error::success();
}

llvm::Expected<NamedArrays> Runner::run() {
  if (llvm::Error error = program->lowerTo(mx::Stage::LLVM))
    return std::move(error);
  ArrayRef<mx::JIT::Symbol> symbols;
  if (program->getOptions().emulate)
    symbols = mx::emulator::getEntryPoints();
  auto jit = mx::JIT::create(program->getModule(), symbols);
  if (!jit)
    return jit.takeError();
  std::vector<Buffer> outputs;
  for (const Port &port : results)
    for (Type type : port.parts)
      outputs.push_back({type, {}});
  if (llvm::Error error = call(**jit, entry, inputs, outputs))
    return std::move(error);
  NamedArrays arrays;
  ArrayRef<Buffer> rest(outputs);
  for (const Port &port : results) {
    writePort(port, rest.take_front(port.parts.size()), arrays);
    rest = rest.drop_front(port.parts.size());
  }
  return arrays;
}
