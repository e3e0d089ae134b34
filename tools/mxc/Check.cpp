//===- Check.cpp - mxc check ----------------------------------------------===//
//
// Names the rule that made codes and scales of a tensor, or says where each
// rule first differs.
//
//===----------------------------------------------------------------------===//

#include "CheckInput.h"
#include "CheckReport.h"
#include "Commands.h"
#include "Formats.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Result;

cl::SubCommand &mxc::getCheckCommand() {
  static cl::SubCommand command("check",
                                "name the rule that made codes and scales");
  return command;
}
static cl::opt<std::string>
    source("source", cl::value_desc("name|file.npy"),
           cl::desc("the tensor before quantisation (default: x, …)"),
           cl::sub(getCheckCommand()));
static cl::opt<std::string> codesName("codes", cl::value_desc("name"),
                                      cl::desc("array of the codes"),
                                      cl::sub(getCheckCommand()));
static cl::opt<std::string> scaleName("scale", cl::value_desc("name"),
                                      cl::desc("array of the block scales"),
                                      cl::sub(getCheckCommand()));
static cl::opt<std::string> tensorScaleName("tensor-scale",
                                            cl::value_desc("name"),
                                            cl::desc("array of the second "
                                                     "level's scale"),
                                            cl::sub(getCheckCommand()));
static cl::opt<std::string>
    formatName("format", cl::value_desc("name|type"),
               cl::desc("a named form or a type (default: inferred)"),
               cl::sub(getCheckCommand()));
static cl::opt<std::string> block("block", cl::value_desc("[R,]C"),
                                  cl::desc("elements that share a scale "
                                           "(default: inferred)"),
                                  cl::sub(getCheckCommand()));
static cl::opt<std::string> scaleLayout("scale-layout", cl::init("linear"),
                                        cl::value_desc("linear|128x4"),
                                        cl::desc("order of the scales"),
                                        cl::sub(getCheckCommand()));
static cl::opt<bool> asJson("json", cl::desc("print JSON"),
                            cl::sub(getCheckCommand()));

static Error parseBlock(std::vector<int64_t> &extents) {
  SmallVector<StringRef> parts;
  StringRef(block).split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t extent = 0;
    if (part.trim().getAsInteger(10, extent) || extent < 1)
      extents.assign(3, 0); // wrong
    else
      extents.push_back(extent);
  }
  if (extents.size() <= 2 && (block.empty() || !extents.empty()))
    return Error::success();
  return createStringError("--block must be one or two positive extents, as "
                           "in 32 or 16,16, but is '" +
                           block + "'");
}

static Expected<DumpOptions> getDumpOptions() {
  DumpOptions options{source,
                      codesName,
                      scaleName,
                      tensorScaleName,
                      {},
                      {},
                      scaleLayout == "128x4"};
  if (Error error =
          checkChoice("scale layout", scaleLayout, {"linear", "128x4"}))
    return std::move(error);
  if (Error error = parseBlock(options.block))
    return std::move(error);
  if (formatName.empty())
    return options;
  mlir::MLIRContext context;
  context.loadDialect<mx::MXDialect>();
  Expected<mx::ScaledType> type = parseFormat(formatName, context);
  if (!type)
    return type.takeError();
  options.format = mx::getScaledFormat(*type);
  return options;
}

Error mxc::checkMain(bool &follows) {
  Expected<DumpOptions> options = getDumpOptions();
  if (!options)
    return options.takeError();
  Expected<Arrays> arrays = readArrays(inputFile);
  if (!arrays)
    return arrays.takeError();
  if (StringRef(options->source).ends_with(".npy")) {
    Expected<Array> array = readNpy(options->source);
    if (!array)
      return array.takeError();
    options->source = "x";
    (*arrays)[options->source] = std::move(*array);
  }
  Expected<NamedDump> named = readDump(*arrays, *options);
  if (!named)
    return createStringError("'" + inputFile +
                             "': " + toString(named.takeError()));
  Result result = mx::check::check(named->dump);
  follows = result.fits.front().differences() == 0;
  if (asJson)
    printJson(*named, result);
  else
    printText(*named, result);
  return Error::success();
}
