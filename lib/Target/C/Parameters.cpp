//===- Parameters.cpp - The parameters of a plain C function --------------===//

#include "Parameters.h"

using namespace mlir;
using namespace mx::c;

static void addExtents(const Function &function,
                       std::vector<Parameter> &parameters) {
  for (const Extent &extent : function.extents)
    if (!extent.scalar)
      parameters.push_back({Parameter::Kind::Extent, extent.name, nullptr});
}

std::vector<Parameter> mx::c::getParameters(const Function &function) {
  std::vector<Parameter> parameters;
  for (const Slot &value : function.arguments)
    if (value.kind == Slot::Kind::Array)
      parameters.push_back({Parameter::Kind::Input, value.name, &value});
    else if (value.kind != Slot::Kind::Extent)
      parameters.push_back({Parameter::Kind::Number, value.name, &value});
  for (const Slot &value : function.results)
    if (value.kind != Slot::Kind::Extent)
      parameters.push_back({Parameter::Kind::Output, value.name, &value});
  addExtents(function, parameters);
  addPlaces(function.onDevice, parameters);
  return parameters;
}

void mx::c::addPlaces(bool onDevice, std::vector<Parameter> &parameters) {
  parameters.push_back({Parameter::Kind::Workspace, "workspace", nullptr});
  if (onDevice)
    parameters.push_back({Parameter::Kind::Stream, "stream", nullptr});
}

std::vector<Parameter> mx::c::getSizeParameters(const Function &function) {
  std::vector<Parameter> parameters;
  for (const Extent &extent : function.extents)
    if (extent.scalar)
      parameters.push_back({Parameter::Kind::Number, extent.name,
                            &function.arguments[*extent.scalar]});
  addExtents(function, parameters);
  return parameters;
}

/// Whether the shape of an array depends on symbol `number`.
static bool isInShapes(const Function &function, unsigned number) {
  auto uses = [&](const Slot &slot) {
    return llvm::any_of(slot.shape, [&](AffineExpr extent) {
      return extent.isFunctionOfSymbol(number);
    });
  };
  return llvm::any_of(function.arguments, uses) ||
         llvm::any_of(function.results, uses);
}

std::vector<Parameter> mx::c::getExtentParameters(const Function &function) {
  std::vector<Parameter> parameters = getSizeParameters(function);
  llvm::erase_if(parameters, [&](const Parameter &parameter) {
    auto extent = llvm::find_if(function.extents, [&](const Extent &each) {
      return each.name == parameter.name;
    });
    return !isInShapes(function, extent - function.extents.begin());
  });
  return parameters;
}

std::string mx::c::getCType(const Slot &value) {
  if (value.kind == Slot::Kind::Seed)
    return "uint64_t";
  Type type = value.type;
  if (type.isF32())
    return "float";
  if (type.isF64())
    return "double";
  if (type.isIndex())
    return "int64_t";
  unsigned bits = type.getIntOrFloatBitWidth();
  // Codes of floats, and truth values, are no numbers in C.
  bool isCode = isa<FloatType>(type) || value.isCode || bits == 1;
  return (isCode ? "uint" : "int") + std::to_string(bits <= 8 ? 8 : bits) +
         "_t";
}

int ErrorTable::add(ErrorKind kind, const Twine &text) {
  std::string words = text.str();
  for (const auto &[code, known] : entries)
    if (known == words)
      return code;
  int code = static_cast<int>(kind) + 16 * static_cast<int>(entries.size());
  entries.emplace_back(code, words);
  return code;
}
