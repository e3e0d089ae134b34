//===- KernelList.cpp - List files ----------------------------------------===//

#include "mx/Generate/KernelSpec.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/StringSaver.h"

using namespace mlir;
using namespace mx;

/// Whether an option of this name takes a value, as far as there is one.
static bool takesValue(StringRef name) {
  const auto *option = llvm::find_if(
      getKernelOptions(), [&](const auto &o) { return o.name == name; });
  return option != getKernelOptions().end() && !option->value.empty();
}

/// The words of a line up to its comment.
static SmallVector<StringRef> split(StringRef line, llvm::StringSaver &saver) {
  SmallVector<const char *> tokens;
  llvm::cl::TokenizeGNUCommandLine(line, saver, tokens);
  SmallVector<StringRef> words;
  for (StringRef token : tokens) {
    if (token.starts_with("#"))
      break;
    words.push_back(token);
  }
  return words;
}

/// `--name=value`, `--name value` and `--flag`, as on the command line.
static llvm::Expected<SmallVector<KernelWord>>
parseOptions(ArrayRef<StringRef> words) {
  SmallVector<KernelWord> options;
  while (!words.empty()) {
    StringRef word = words.front();
    words = words.drop_front();
    StringRef rest = word;
    if (!rest.consume_front("--"))
      return llvm::createStringError("expected an option, --name=value, but "
                                     "found '" +
                                     word + "'");
    auto [name, value] = rest.split('=');
    if (!rest.contains('=') && takesValue(name) && !words.empty() &&
        !words.front().starts_with("--")) {
      value = words.front();
      words = words.drop_front();
    }
    options.push_back({name.str(), value.str()});
  }
  return options;
}

static llvm::Expected<KernelSpec> parseLine(ArrayRef<StringRef> words,
                                            Location loc) {
  llvm::Expected<SmallVector<KernelWord>> options =
      parseOptions(words.drop_front());
  if (!options)
    return options.takeError();
  return parseKernel(words.front(), *options, loc);
}

namespace {
/// The kernels read so far.
class KernelList {
public:
  LogicalResult add(KernelSpec spec) {
    auto [same, isNew] = signatures.try_emplace(spec.signature, kernels.size());
    if (!isNew)
      return report(spec, kernels[same->second],
                    "this kernel, '" + spec.signature +
                        "', is in the list already");
    auto [namesake, isFree] = names.try_emplace(spec.name, kernels.size());
    if (!isFree)
      return report(spec, kernels[namesake->second],
                    "the name '" + spec.name + "' is taken already");
    kernels.push_back(std::move(spec));
    return success();
  }

  std::vector<KernelSpec> take() { return std::move(kernels); }

private:
  static LogicalResult report(const KernelSpec &spec, const KernelSpec &first,
                              const Twine &what) {
    auto place = cast<FileLineColLoc>(first.loc);
    emitError(spec.loc) << what << ", at line " << place.getLine();
    return failure();
  }

  std::vector<KernelSpec> kernels;
  llvm::StringMap<size_t> signatures, names;
};
} // namespace

FailureOr<std::vector<KernelSpec>>
mx::parseKernelList(StringRef text, StringRef fileName, MLIRContext &context) {
  KernelList list;
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  unsigned number = 0;
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    line = line.rtrim("\r");
    ++number;
    SmallVector<StringRef> words = split(line, saver);
    if (words.empty())
      continue;
    unsigned column = line.find_first_not_of(" \t") + 1;
    Location loc = FileLineColLoc::get(&context, fileName, number, column);
    llvm::Expected<KernelSpec> spec = parseLine(words, loc);
    if (!spec)
      return emitError(loc, llvm::toString(spec.takeError())), failure();
    if (failed(list.add(std::move(*spec))))
      return failure();
  }
  std::vector<KernelSpec> kernels = list.take();
  if (kernels.empty())
    return emitError(FileLineColLoc::get(&context, fileName, 1, 1),
                     "the list has no kernel; expected lines such as 'gemm "
                     "--a=mxfp4 --b=bf16 --m=dynamic --n=4096 --k=4096'"),
           failure();
  return kernels;
}
