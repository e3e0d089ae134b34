//===- Arrays.cpp - Arrays of any kind of file ----------------------------===//

#include "mx/Files/Arrays.h"

#include "mx/Files/Safetensors.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace mx::files;

/// The numpy type of a dtype of safetensors.
static std::pair<char, unsigned> getArrayType(StringRef dtype) {
  unsigned bytes = std::max(1u, getSafetensorsBits(dtype) / 8);
  char kind = StringSwitch<char>(dtype)
                  .Case("BOOL", 'b')
                  .Cases({"F16", "F32", "F64"}, 'f')
                  .Cases({"I8", "I16", "I32", "I64"}, 'i')
                  .StartsWith("U", 'u')
                  .Case("F4", 'u')
                  .StartsWith("F6", 'u')
                  .Default('V');
  return {kind, bytes};
}

static Expected<NpzEntry> makeEntry(const StoredTensor &tensor,
                                    std::shared_ptr<MemoryBuffer> buffer) {
  NpzEntry entry;
  entry.name = tensor.name;
  std::tie(entry.array.kind, entry.array.itemSize) = getArrayType(tensor.dtype);
  uint64_t size = tensor.content.size;
  std::vector<uint64_t> shape = tensor.shape;
  // Codes of less than a byte have no shape of bytes.
  if (getByteSize(shape, entry.array.itemSize * 8) != size)
    shape = {size};
  if (any_of(shape, [](uint64_t extent) { return extent >> 63 != 0; }))
    return createStringError("tensor '" + tensor.name + "' is too large");
  entry.array.shape.assign(shape.begin(), shape.end());
  entry.content = {size,
                   [open = tensor.content.open, buffer] { return open(); }};
  return entry;
}

static Expected<std::vector<NpzEntry>>
openSafetensors(std::shared_ptr<MemoryBuffer> buffer) {
  Expected<TensorFile> file = parseSafetensors(buffer->getBuffer());
  if (!file)
    return file.takeError();
  std::vector<NpzEntry> entries;
  for (const StoredTensor &tensor : file->tensors) {
    Expected<NpzEntry> entry = makeEntry(tensor, buffer);
    if (!entry)
      return entry.takeError();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

static Expected<std::vector<NpzEntry>>
openNpy(std::shared_ptr<MemoryBuffer> buffer, StringRef path) {
  Expected<NpyHeader> header = parseNpyHeader(buffer->getBuffer());
  if (!header)
    return header.takeError();
  StringRef elements = buffer->getBuffer().drop_front(header->size);
  if (Error error = checkNpySize(header->array, elements.size()))
    return std::move(error);
  NpzEntry entry;
  entry.name = sys::path::stem(path).str();
  entry.array = std::move(header->array);
  entry.fortranOrder = header->fortranOrder;
  Content content = fromMemory(elements);
  entry.content = {content.size,
                   [open = content.open, buffer] { return open(); }};
  return std::vector<NpzEntry>{std::move(entry)};
}

Expected<std::vector<NpzEntry>> mx::files::openArrays(StringRef path) {
  auto opened = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!opened)
    return createStringError("cannot read '" + path +
                             "': " + opened.getError().message());
  std::shared_ptr<MemoryBuffer> buffer = std::move(*opened);
  StringRef bytes = buffer->getBuffer();
  // A file that is empty or too short is no archive, as its reader says.
  if (bytes.starts_with("PK") || sys::path::extension(path) == ".npz")
    return openNpz(path);
  auto entries = bytes.starts_with("\x93NUMPY") ? openNpy(buffer, path)
                                                : openSafetensors(buffer);
  if (entries)
    return entries;
  return createStringError("cannot read '" + path +
                           "': " + toString(entries.takeError()));
}

Expected<Arrays> mx::files::readArrays(StringRef path) {
  Expected<std::vector<NpzEntry>> entries = openArrays(path);
  if (!entries)
    return entries.takeError();
  Arrays arrays;
  for (const NpzEntry &entry : *entries) {
    Expected<Array> array = readEntry(entry);
    if (!array)
      return createStringError("cannot read '" + path + ":" + entry.name +
                               "': " + toString(array.takeError()));
    arrays[entry.name] = std::move(*array);
  }
  return arrays;
}
