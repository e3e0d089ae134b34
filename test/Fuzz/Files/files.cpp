//===- files.cpp - Fuzzing of the readers of files ------------------------===//
//
// The first byte of an input chooses the reader, the rest is a file. Whatever
// it holds, a reader answers with an error or with tensors whose bytes can all
// be read, and what is read can be written and read again. libFuzzer runs it
// (`./dev fuzz`).
//
//===----------------------------------------------------------------------===//

#include "NpzWeights.h"
#include "mx/Files/GGUF.h"
#include "mx/Files/Safetensors.h"

#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace llvm;
using namespace mx::files;

static void require(bool holds, const char *what) {
  if (holds)
    return;
  errs() << "files-fuzz: " << what << "\n";
  abort();
}

/// The bytes of a content, or nothing where an archive is damaged.
static std::optional<std::string> tryRead(const Content &content) {
  // What is compressed may be larger than the memory of a fuzzer.
  if (content.size > 1 << 24)
    return std::nullopt;
  Expected<std::string> bytes = readAll(content);
  if (!bytes) {
    consumeError(bytes.takeError());
    return std::nullopt;
  }
  require(bytes->size() == content.size, "a content has another size");
  return std::move(*bytes);
}

static std::string readOrDie(const Content &content) {
  std::optional<std::string> bytes = tryRead(content);
  require(bytes || content.size > 1 << 24, "a mapped tensor cannot be read");
  return bytes.value_or("");
}

/// A file that was made of tensors is read as them.
static void checkWritten(const WeightFile &file, FileKind kind) {
  auto tensors = scatterWeights(file.weights, kind, std::nullopt);
  if (!tensors)
    return consumeError(tensors.takeError());
  bool isGGUF = kind == FileKind::GGUF;
  Expected<std::string> header =
      isGGUF ? makeGGUFHeader(*tensors, nullptr, nullptr)
             : makeSafetensorsHeader(*tensors, nullptr, nullptr);
  if (!header)
    return consumeError(header.takeError());
  std::string text;
  raw_string_ostream os(text);
  Error error = isGGUF ? writeGGUF(os, {kind, *header, 0}, *tensors)
                       : writeSafetensors(os, *header, *tensors);
  // Entries of an archive may be damaged.
  if (error)
    return consumeError(std::move(error));
  Expected<TensorFile> again =
      isGGUF ? parseGGUF(text) : parseSafetensors(text);
  if (!again) {
    errs() << toString(again.takeError()) << "\n";
    require(false, "a written file cannot be read");
    return;
  }
  require(again->tensors.size() == tensors->size(), "tensors are lost");
}

/// The header of the file that this one came from may be anything.
static void checkOrigin(const WeightFile &file) {
  const Header &header = *file.header;
  auto restored = restoreTensors(header, file.weights);
  if (!restored || !*restored)
    return consumeError(restored.takeError());
  std::string text;
  raw_string_ostream os(text);
  bool isGGUF = header.kind == FileKind::GGUF;
  Error error = isGGUF ? writeGGUF(os, header, **restored)
                       : writeSafetensors(os, header.text, **restored);
  require(!error, "a restored file cannot be written");
  Expected<TensorFile> again =
      isGGUF ? parseGGUF(text) : parseSafetensors(text);
  require(bool(again), "a restored file cannot be read");
}

static void checkTensors(Expected<TensorFile> file, StringRef bytes) {
  if (!file)
    return consumeError(file.takeError());
  FileKind kind = file->header.kind;
  for (const StoredTensor &tensor : file->tensors)
    readOrDie(tensor.content);
  // The file of the same header and tensors is the same file.
  if (!file->origin) {
    Expected<WeightFile> weights = gatherWeights(*file);
    require(bool(weights), "tensors cannot be gathered");
    auto restored = restoreTensors(*weights->header, weights->weights);
    require(restored && *restored, "a file cannot be restored");
    std::string text;
    raw_string_ostream os(text);
    Error error = kind == FileKind::GGUF
                      ? writeGGUF(os, *weights->header, **restored)
                      : writeSafetensors(os, weights->header->text, **restored);
    require(!error, "a file cannot be written again");
    require(text == bytes, "a file is not written as it was read");
  }
  Expected<WeightFile> weights = gatherWeights(std::move(*file));
  require(bool(weights), "tensors cannot be gathered");
  if (weights->header->kind != kind)
    checkOrigin(*weights);
  checkWritten(*weights, FileKind::Safetensors);
  checkWritten(*weights, FileKind::GGUF);
}

static void checkArchive(StringRef bytes, const PackedFormat *format) {
  auto entries = parseNpz(bytes, "fuzz.npz");
  if (!entries)
    return consumeError(entries.takeError());
  for (const NpzEntry &entry : *entries)
    if (tryRead(entry.content) && entry.content.size < 1 << 20)
      consumeError(readEntry(entry).takeError());
  Expected<WeightFile> weights = gatherEntries(std::move(*entries), format);
  if (!weights)
    return consumeError(weights.takeError());
  uint64_t size = 0;
  for (const Weight &weight : weights->weights)
    size += weight.packed ? weight.packed->codes.size : weight.content.size;
  if (size > 1 << 20)
    return;
  checkWritten(*weights, FileKind::Safetensors);
  checkWritten(*weights, FileKind::GGUF);
  if (weights->header)
    consumeError(
        restoreTensors(*weights->header, weights->weights).takeError());
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  StringRef bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
  switch (data[0] % 4) {
  case 0:
    checkTensors(parseSafetensors(bytes), bytes);
    break;
  case 1:
    checkTensors(parseGGUF(bytes), bytes);
    break;
  case 2:
    consumeError(parseNpy(bytes, "fuzz.npy").takeError());
    break;
  default:
    checkArchive(bytes,
                 &getPackedFormats()[data[0] / 4 % getPackedFormats().size()]);
  }
  return 0;
}
