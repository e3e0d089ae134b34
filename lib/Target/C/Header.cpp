//===- Header.cpp - The header of an object for C programs ----------------===//

#include "Parameters.h"

#include "mlir/IR/AffineExpr.h"
#include "mx/Pipelines/CallerMemory.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mx::c;
using llvm::raw_ostream;

static std::string format(AffineExpr expression, const Function &function);

/// (x + d - 1) floordiv d as ceil(x / d); nothing for other divisions.
static std::string formatCeil(AffineBinaryOpExpr division,
                              const Function &function) {
  auto sum = dyn_cast<AffineBinaryOpExpr>(division.getLHS());
  auto divisor = dyn_cast<AffineConstantExpr>(division.getRHS());
  if (!sum || sum.getKind() != AffineExprKind::Add || !divisor)
    return "";
  auto more = dyn_cast<AffineConstantExpr>(sum.getRHS());
  if (!more || more.getValue() != divisor.getValue() - 1)
    return "";
  return "ceil(" + format(sum.getLHS(), function) + " / " +
         std::to_string(divisor.getValue()) + ")";
}

static std::string formatBinary(AffineBinaryOpExpr expression,
                                const Function &function) {
  if (expression.getKind() == AffineExprKind::FloorDiv)
    if (std::string ceil = formatCeil(expression, function); !ceil.empty())
      return ceil;
  std::string left = format(expression.getLHS(), function);
  std::string right = format(expression.getRHS(), function);
  switch (expression.getKind()) {
  case AffineExprKind::Add:
    return "(" + left + " + " + right + ")";
  case AffineExprKind::Mul:
    return left + " * " + right;
  case AffineExprKind::CeilDiv:
    return "ceil(" + left + " / " + right + ")";
  case AffineExprKind::FloorDiv:
    return "floor(" + left + " / " + right + ")";
  default:
    return "(" + left + " mod " + right + ")";
  }
}

/// An extent as people write it.
static std::string format(AffineExpr expression, const Function &function) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return std::to_string(constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression))
    return function.extents[symbol.getPosition()].name;
  return formatBinary(cast<AffineBinaryOpExpr>(expression), function);
}

/// "float [4, 64]", and for a C type that is no number what it holds.
static std::string describe(const Slot &value, const Function &function) {
  std::string text = getCType(value);
  if (value.kind == Slot::Kind::Array) {
    std::vector<std::string> extents;
    for (AffineExpr extent : value.shape)
      extents.push_back(format(extent, function));
    text += " [" + llvm::join(extents, ", ") + "]";
  }
  if (!value.detail.empty())
    text += " (" + value.detail + ")";
  return text;
}

static std::string describe(const Parameter &parameter,
                            const Function &function) {
  switch (parameter.kind) {
  case Parameter::Kind::Input:
    return "in   " + describe(*parameter.value, function);
  case Parameter::Kind::Number:
    if (parameter.value->kind == Slot::Kind::Seed)
      return "in   uint64_t: seed of all random bits";
    return "in   " + describe(*parameter.value, function);
  case Parameter::Kind::Output:
    return "out  " + describe(*parameter.value, function) +
           (parameter.value->kind == Slot::Kind::Scalar ? ", one" : "");
  case Parameter::Kind::Extent:
    return "in   extent, not negative";
  case Parameter::Kind::Stream:
    return "CUstream or cudaStream_t; null: the default stream";
  case Parameter::Kind::Workspace:
    break;
  }
  return "scratch of " + function.symbol + "_workspace_bytes() bytes";
}

static std::string declare(const Parameter &parameter) {
  switch (parameter.kind) {
  case Parameter::Kind::Input:
    return "const " + getCType(*parameter.value) + " *" + parameter.name;
  case Parameter::Kind::Output:
    return getCType(*parameter.value) + " *" + parameter.name;
  case Parameter::Kind::Number:
    return getCType(*parameter.value) + " " + parameter.name;
  case Parameter::Kind::Extent:
    return "int64_t " + parameter.name;
  case Parameter::Kind::Workspace:
  case Parameter::Kind::Stream:
    break;
  }
  return "void *" + parameter.name;
}

static void printDeclaration(StringRef result, StringRef name,
                             ArrayRef<Parameter> parameters, raw_ostream &os) {
  std::vector<std::string> declared;
  for (const Parameter &parameter : parameters)
    declared.push_back(declare(parameter));
  std::string line = (result + name + "(").str();
  std::string separator = ",\n" + std::string(line.size(), ' ');
  std::string all = declared.empty() ? "void" : llvm::join(declared, ", ");
  if (!declared.empty() && line.size() + all.size() + 2 > 80)
    all = llvm::join(declared, separator);
  os << line << all << ");\n";
}

static void printFunction(const Function &function, raw_ostream &os) {
  std::vector<Parameter> parameters = getParameters(function);
  size_t width = 0;
  for (const Parameter &parameter : parameters)
    width = std::max(width, parameter.name.size());
  os << "\n/* " << function.symbol << ":\n";
  for (const Parameter &parameter : parameters)
    os << " *   " << llvm::left_justify(parameter.name, width) << "  "
       << describe(parameter, function) << "\n";
  if (function.onHeap)
    os << " * Some temporaries, of sizes that are not known in advance, are\n"
       << (function.onDevice ? " * taken from the driver's memory pool and "
                               "freed in the stream.\n"
                             : " * taken from the heap and freed before it "
                               "returns.\n");
  os << " */\n";
  printDeclaration("int ", function.symbol, parameters, os);
  printDeclaration("int64_t ", function.symbol + "_workspace_bytes",
                   getSizeParameters(function), os);
}

/// "m any, n = 4096, k = 4096"
static std::string describe(const Dispatcher &dispatcher,
                            const Dispatcher::Choice &choice) {
  std::vector<std::string> words;
  for (auto [name, extent] : llvm::zip(dispatcher.extents, choice.extents))
    words.push_back(ShapedType::isDynamic(extent)
                        ? name + " any"
                        : name + " = " + std::to_string(extent));
  return llvm::join(words, ", ");
}

static void printDispatcher(const Library &library,
                            const Dispatcher &dispatcher, raw_ostream &os) {
  std::string symbol = library.options.prefix + "_" + dispatcher.name;
  os << "\n/* " << symbol
     << ":\n * calls the first of these that is for the extents, and returns "
        "an error of\n * kind NO_KERNEL where none is (_workspace_bytes: "
        "-1):\n";
  for (const Dispatcher::Choice &choice : dispatcher.choices)
    os << " *   " << getChosen(library, choice).symbol << "\n *       "
       << describe(dispatcher, choice) << "\n";
  os << " */\n";
  printDeclaration("int ", symbol, getParameters(library, dispatcher), os);
  printDeclaration("int64_t ", symbol + "_workspace_bytes",
                   getSizeParameters(dispatcher), os);
}

/// What the object needs beside it.
static void printNeeds(const Library &library, raw_ostream &os) {
  if (library.onDevice)
    os << " * The object needs libmx_cuda_runtime, libc and libm; an archive "
          "or shared\n * library that mxc made has the first in it unless it "
          "was told not to. The\n * NVIDIA driver is opened by the first "
          "call.\n";
  else if (library.usesRuntime)
    os << " * The object needs libmx_runtime, libomp, libc and libm; an "
          "archive "
          "or shared\n * library that mxc made has the first in it unless it "
          "was told not to.\n";
  else
    os << " * The object needs libc and libm.\n";
}

/// Where arrays are, and what a call has done when it returns.
static void printDevice(raw_ostream &os) {
  os << " * Arrays and workspaces are in the memory of the driver's first "
        "GPU,\n"
        " * numbers in that of the host. A call queues its work on `stream` "
        "and\n"
        " * returns; where it reads data to go on (a loop that ends by it, a "
        "result\n"
        " * that is a number), it waits for that. The first call of a "
        "function\n"
        " * loads its kernels and uploads constants, which cannot be captured "
        "into\n"
        " * a CUDA graph; later ones can.\n *\n";
}

static void printIntroduction(const Library &library, StringRef origin,
                              raw_ostream &os) {
  const LibraryOptions &options = library.options;
  if (library.onDevice)
    printDevice(os);
  std::string aligned =
      library.onDevice ? "to " + std::to_string(mx::kDeviceAlignment) + " bytes"
                       : "as their C type";
  os << " * Arrays are dense and row-major, in memory of the caller, aligned\n"
        " * "
     << aligned
     << "; results must not overlap anything else. A\n"
        " * function returns 0, or an error code that "
     << options.prefix
     << "_error_text()\n"
        " * explains; code % 16 is one of the constants below. It then has\n"
        " * written nothing that can be relied on. Functions keep no state: "
        "any\n"
        " * number of threads may call them at once, each with a workspace of "
        "its\n"
        " * own. A workspace may have any alignment, and be null where it "
        "needs "
        "0\n"
        " * bytes; _workspace_bytes() returns -1 where an extent is "
        "negative.\n";
  printNeeds(library, os);
  if (options.threads)
    os << " * A call uses " << options.threads << " threads.\n";
}

void mx::c::printHeader(const Library &library, StringRef name,
                        StringRef origin, raw_ostream &os) {
  std::string prefix = StringRef(library.options.prefix).upper();
  std::string guard = StringRef(getIdentifier(name)).upper();
  if (guard.empty() || llvm::isDigit(guard.front()))
    guard = "MX_" + guard;
  // Names of files must not end the comment.
  std::string origins = origin.str();
  for (size_t i; (i = origins.find("*/")) != std::string::npos;)
    origins.replace(i, 2, "* /");
  os << "/* " << name << ": " << origins << "\n *\n";
  printIntroduction(library, origin, os);
  os << " */\n\n#ifndef " << guard << "\n#define " << guard
     << "\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" "
        "{\n#endif\n\n";
  os << "enum {\n  " << prefix << "_OK = 0,\n  " << prefix
     << "_NULL_POINTER = 1,\n  " << prefix << "_BAD_EXTENT = 2,\n  " << prefix
     << "_ASSERTION = 3,\n  " << prefix << "_RUNTIME = 4";
  if (!library.options.dispatchers.empty())
    os << ",\n  " << prefix << "_NO_KERNEL = 5";
  if (library.onDevice)
    os << ",\n  " << prefix << "_BAD_ALIGNMENT = 6";
  os << "\n};\n\n";
  os << "/* What an error code means. The text of a runtime error is that of "
        "this\n * thread's last one. */\nconst char *"
     << library.options.prefix << "_error_text(int code);\n";
  for (const Function &function : library.functions)
    printFunction(function, os);
  for (const Dispatcher &dispatcher : library.options.dispatchers)
    printDispatcher(library, dispatcher, os);
  os << "\n#ifdef __cplusplus\n} /* extern \"C\" */\n#endif\n\n#endif /* "
     << guard << " */\n";
}
