//===- Convert.cpp - mxc convert ------------------------------------------===//
//
// Weights between .npz, safetensors and GGUF: codes and scales keep their bits.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Npz.h"

#include "mx/Files/Weights.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;
using namespace mx::files;

cl::SubCommand &mxc::getConvertCommand() {
  static cl::SubCommand command("convert", "weights from one kind of file to "
                                           "another");
  return command;
}
static cl::opt<std::string>
    convertedFile("o", cl::value_desc("file"),
                  cl::desc("output file: .npz, .safetensors or .gguf"),
                  cl::sub(getConvertCommand()));
static cl::list<std::string>
    selected("tensor", cl::value_desc("[new=]glob"),
             cl::desc("only tensors of these names; a new name for one tensor"),
             cl::sub(getConvertCommand()));
static cl::opt<std::string>
    layoutName("layout", cl::value_desc("layout"),
               cl::desc("of safetensors: gpt-oss, compressed-tensors, modelopt "
                        "(default: as it was, or what rounds no number)"),
               cl::sub(getConvertCommand()));
static cl::opt<std::string>
    formatName("format", cl::value_desc("format"),
               cl::desc("of codes in a .npz that does not say it"),
               cl::sub(getConvertCommand()));
static cl::opt<bool> lists("list", cl::desc("print the tensors of the input"),
                           cl::sub(getConvertCommand()));

static Expected<FileKind> getOutputKind() {
  StringRef extension = sys::path::extension(convertedFile);
  auto kind = StringSwitch<std::optional<FileKind>>(extension)
                  .Case(".npz", FileKind::Npz)
                  .Case(".safetensors", FileKind::Safetensors)
                  .Case(".gguf", FileKind::GGUF)
                  .Default(std::nullopt);
  if (kind)
    return *kind;
  return createStringError("-o " + convertedFile +
                           ": expected a name that ends in .npz, .safetensors "
                           "or .gguf");
}

static Expected<std::optional<Layout>> getLayout(FileKind kind) {
  if (layoutName.empty())
    return std::nullopt;
  if (Error error = checkChoice("layout", layoutName,
                                {"gpt-oss", "compressed-tensors", "modelopt"}))
    return std::move(error);
  if (kind != FileKind::Safetensors)
    return createStringError("--layout is of safetensors files, but the output "
                             "is a ." +
                             mx::files::getName(kind));
  return StringSwitch<Layout>(layoutName)
      .Case("gpt-oss", Layout::GptOss)
      .Case("modelopt", Layout::ModelOpt)
      .Default(Layout::CompressedTensors);
}

static Expected<const PackedFormat *> getFormat() {
  if (formatName.empty())
    return nullptr;
  SmallVector<StringRef> names;
  for (const PackedFormat &format : getPackedFormats())
    names.push_back(format.name);
  if (Error error = checkChoice("format", formatName, names))
    return std::move(error);
  return findPackedFormat(formatName);
}

/// Keeps the weights that --tensor names, in the order of the file.
static Error select(std::vector<Weight> &weights) {
  if (selected.empty())
    return Error::success();
  std::vector<Weight> kept;
  std::vector<bool> taken(weights.size());
  for (StringRef text : selected) {
    auto [left, right] = text.split('=');
    StringRef rename = right.empty() ? "" : left,
              glob = right.empty() ? left : right;
    Expected<GlobPattern> pattern = GlobPattern::create(glob);
    if (!pattern)
      return createStringError("--tensor=" + text + ": " +
                               toString(pattern.takeError()));
    unsigned count = 0;
    for (auto [i, weight] : enumerate(weights)) {
      // Names of files may look like patterns.
      if (glob != weight.name && !pattern->match(weight.name))
        continue;
      ++count;
      if (taken[i] && rename.empty())
        continue;
      taken[i] = true;
      kept.push_back(weight);
      if (!rename.empty())
        kept.back().name = rename.str();
    }
    if (count == 0)
      return createStringError("--tensor=" + text +
                               " names no tensor; --list prints them");
    if (count > 1 && !rename.empty())
      return createStringError("--tensor=" + text + " names " + Twine(count) +
                               " tensors; expected one for a new name");
  }
  weights = std::move(kept);
  return Error::success();
}

namespace {
/// Counts scales that ggml and other readers understand differently.
class CountingSource : public ByteSource {
public:
  CountingSource(std::unique_ptr<ByteSource> source, uint8_t least,
                 uint64_t &count)
      : source(std::move(source)), least(least), count(count) {}
  Error read(MutableArrayRef<uint8_t> bytes) override {
    if (Error error = source->read(bytes))
      return error;
    count += count_if(bytes, [&](uint8_t byte) { return byte >= least; });
    return Error::success();
  }

private:
  std::unique_ptr<ByteSource> source;
  uint8_t least;
  uint64_t &count;
};

/// Watches the scales of weights that go into GGUF or come from it.
class ScaleWatch {
public:
  void watch(std::vector<Weight> &weights) {
    counts.resize(weights.size());
    for (auto [i, weight] : enumerate(weights))
      if (weight.packed)
        watch(weight.packed->scales, isE8M0(weight) ? 0xFF : 0x7F, counts[i]);
  }

  void report(ArrayRef<Weight> weights) const {
    for (auto [weight, count] : zip(weights, counts))
      if (count != 0)
        errs() << "mxc: warning: tensor '" << weight.name << "': " << count
               << (isE8M0(weight)
                       ? " scales are 0xFF, which is NaN, and 2^128 in GGUF\n"
                       : " scales are NaN or negative, which GGUF reads as 0 "
                         "or positive\n");
  }

private:
  static bool isE8M0(const Weight &weight) {
    return weight.packed->format->scale == mx::contract::kE8M0;
  }
  static void watch(Content &content, uint8_t least, uint64_t &count) {
    content.open = [open = content.open, least,
                    &count]() -> Expected<std::unique_ptr<ByteSource>> {
      auto source = open();
      if (!source)
        return source.takeError();
      count = 0;
      return std::make_unique<CountingSource>(std::move(*source), least, count);
    };
  }

  std::vector<uint64_t> counts;
};
} // namespace

static void printList(const WeightFile &file) {
  for (const Weight &weight : file.weights) {
    outs() << weight.name << ": "
           << (weight.packed ? StringRef(weight.packed->format->name)
                             : StringRef(weight.dtype))
           << " " << formatExtents(weight.shape);
    if (weight.packed) {
      outs() << ", " << weight.packed->codes.size + weight.packed->scales.size
             << " bytes, " << mx::files::getName(weight.packed->layout);
      if (weight.packed->tensorScale)
        outs() << ", tensor scale "
               << format("%.9g", double(*weight.packed->tensorScale));
    } else {
      outs() << ", " << weight.content.size << " bytes";
    }
    outs() << "\n";
  }
}

Error mxc::convertMain() {
  if (convertedFile.empty() && !lists)
    return createStringError("expected -o FILE or --list");
  Expected<const PackedFormat *> format = getFormat();
  if (!format)
    return format.takeError();
  Expected<WeightFile> file = openWeights(inputFile, *format);
  if (!file)
    return file.takeError();
  if (Error error = select(file->weights))
    return error;
  if (lists)
    printList(*file);
  if (convertedFile.empty())
    return Error::success();
  Expected<FileKind> kind = getOutputKind();
  if (!kind)
    return kind.takeError();
  Expected<std::optional<Layout>> layout = getLayout(*kind);
  if (!layout)
    return layout.takeError();
  ScaleWatch watch;
  if ((file->kind == FileKind::GGUF) != (*kind == FileKind::GGUF))
    watch.watch(file->weights);
  if (Error error = writeWeights(convertedFile, *kind, *file, *layout))
    return error;
  watch.report(file->weights);
  return Error::success();
}
