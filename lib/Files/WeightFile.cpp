//===- WeightFile.cpp - Files of weights of any kind ----------------------===//

#include "NpzWeights.h"
#include "mx/Files/GGUF.h"
#include "mx/Files/Safetensors.h"
#include "mx/Files/Weights.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace mx::files;

Expected<WeightFile> mx::files::openWeights(StringRef path,
                                            const PackedFormat *format) {
  auto fail = [&](const Twine &why) {
    return createStringError("cannot read '" + path + "': " + why);
  };
  // Large files are mapped, not read.
  auto opened = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!opened)
    return fail(opened.getError().message());
  std::shared_ptr<MemoryBuffer> buffer = std::move(*opened);
  StringRef bytes = buffer->getBuffer();
  auto gather = [&]() -> Expected<WeightFile> {
    if (bytes.starts_with("PK")) {
      auto entries = openNpz(path);
      if (!entries)
        return entries.takeError();
      return gatherEntries(std::move(*entries), format);
    }
    Expected<TensorFile> file =
        bytes.starts_with("GGUF") ? parseGGUF(bytes) : parseSafetensors(bytes);
    if (!file)
      return file.takeError();
    return gatherWeights(std::move(*file));
  };
  Expected<WeightFile> file = gather();
  if (!file) {
    std::string why = toString(file.takeError());
    // Errors of archives name the file already.
    return StringRef(why).starts_with("cannot read") ? createStringError(why)
                                                     : fail(why);
  }
  file->buffer = std::move(buffer);
  return file;
}

namespace {
struct Output {
  Header header;
  std::vector<StoredTensor> tensors;
};
} // namespace

/// The tensors and the header of a file of `kind`.
static Expected<Output> arrange(FileKind kind, const WeightFile &file,
                                std::optional<Layout> layout) {
  const Header *old = file.header ? &*file.header : nullptr;
  if (old && old->kind == kind && !layout) {
    auto restored = restoreTensors(*old, file.weights);
    if (!restored)
      return restored.takeError();
    if (*restored)
      return Output{*old, std::move(**restored)};
  }
  bool isGGUF = kind == FileKind::GGUF;
  auto tensors = scatterWeights(file.weights, kind, layout);
  if (!tensors)
    return tensors.takeError();
  // Wide types first, as the package safetensors writes them, so that every
  // tensor is aligned.
  if (!isGGUF)
    sort(*tensors, [](const StoredTensor &a, const StoredTensor &b) {
      unsigned aBits = getSafetensorsBits(a.dtype);
      unsigned bBits = getSafetensorsBits(b.dtype);
      return aBits != bBits ? aBits > bBits : a.name < b.name;
    });
  const Header *origin = old && old->kind != kind ? old : nullptr;
  Expected<std::string> text =
      isGGUF ? makeGGUFHeader(*tensors, old, origin)
             : makeSafetensorsHeader(*tensors, old, origin);
  if (!text)
    return text.takeError();
  return Output{{kind, std::move(*text), 0}, std::move(*tensors)};
}

Error mx::files::writeWeights(StringRef path, FileKind kind,
                              const WeightFile &file,
                              std::optional<Layout> layout) {
  Expected<OutputFile> output = OutputFile::create(path);
  if (!output)
    return output.takeError();
  if (kind == FileKind::Npz) {
    auto entries = scatterEntries(file);
    if (!entries)
      return entries.takeError();
    return writeNpz(std::move(*output), *entries);
  }
  Expected<Output> arranged = arrange(kind, file, layout);
  if (!arranged)
    return arranged.takeError();
  if (Error error = output->write([&](raw_ostream &os) {
        return kind == FileKind::GGUF
                   ? writeGGUF(os, arranged->header, arranged->tensors)
                   : writeSafetensors(os, arranged->header.text,
                                      arranged->tensors);
      }))
    return error;
  return output->commit();
}
