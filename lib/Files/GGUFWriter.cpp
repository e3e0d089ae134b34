//===- GGUFWriter.cpp - Writing the GGUF format ---------------------------===//

#include "mx/Files/GGUF.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mx::files;

namespace {
/// Appends little-endian numbers and strings.
class Writer {
public:
  explicit Writer(raw_ostream &os) : os(os), binary(os, endianness::little) {}
  template <typename T> void number(T value) { binary.write<T>(value); }
  void string(StringRef text) {
    number<uint64_t>(text.size());
    os << text;
  }

private:
  raw_ostream &os;
  support::endian::Writer binary;
};
} // namespace

static Error writeDescription(Writer &writer, const StoredTensor &tensor,
                              uint64_t offset) {
  auto fail = [&](const Twine &why) {
    return createStringError("tensor '" + tensor.name + "': " + why);
  };
  const GGMLType *type = findGGMLType(tensor.dtype);
  if (!type)
    return fail("GGUF has no type for " + tensor.dtype);
  // ggml has no scalars.
  std::vector<uint64_t> shape = tensor.shape;
  if (shape.empty())
    shape.push_back(1);
  if (shape.size() > 4)
    return fail("GGUF has at most 4 dimensions, but the shape is " +
                formatExtents(shape));
  if (shape.back() % type->blockSize != 0)
    return fail("GGUF's " + Twine(type->name) +
                " needs rows of a multiple of " + Twine(type->blockSize) +
                " elements, but the shape is " + formatExtents(shape));
  writer.string(tensor.name);
  writer.number<uint32_t>(shape.size());
  for (uint64_t extent : reverse(shape))
    writer.number<uint64_t>(extent);
  writer.number<uint32_t>(type->number);
  writer.number<uint64_t>(offset);
  return Error::success();
}

Expected<std::string> mx::files::makeGGUFHeader(ArrayRef<StoredTensor> tensors,
                                                const Header *like,
                                                const Header *origin) {
  GGUFHeader old;
  if (like && like->kind == FileKind::GGUF) {
    Expected<GGUFHeader> parsed = parseGGUFHeader(like->text);
    if (!parsed)
      return parsed.takeError();
    old = std::move(*parsed);
  }
  bool addsOrigin = origin && origin->kind == FileKind::Safetensors;
  std::string text;
  raw_string_ostream os(text);
  Writer writer(os);
  os << "GGUF";
  writer.number<uint32_t>(3);
  writer.number<uint64_t>(tensors.size());
  writer.number<uint64_t>(old.numPairs + addsOrigin);
  os << old.pairs;
  if (addsOrigin) {
    writer.string("mxc.safetensors");
    writer.number<uint32_t>(8); // a string
    writer.string(origin->text);
  }
  uint64_t offset = 0;
  StringSet<> names;
  for (const StoredTensor &tensor : tensors) {
    if (!names.insert(tensor.name).second)
      return createStringError("two tensors have the name '" + tensor.name +
                               "'");
    if (Error error = writeDescription(writer, tensor, offset))
      return std::move(error);
    offset = alignTo(offset + tensor.content.size, old.alignment);
  }
  text.resize(alignTo(text.size(), old.alignment), '\0');
  return text;
}

Error mx::files::writeGGUF(raw_ostream &os, const Header &header,
                           ArrayRef<StoredTensor> tensors) {
  Expected<GGUFHeader> parsed = parseGGUFHeader(header.text);
  if (!parsed)
    return parsed.takeError();
  os << header.text;
  for (const StoredTensor &tensor : tensors) {
    if (Error error = forEachPiece(tensor.content, [&](StringRef piece) {
          os << piece;
          return Error::success();
        }))
      return createStringError("tensor '" + tensor.name +
                               "': " + toString(std::move(error)));
    bool last = &tensor == &tensors.back();
    os.write_zeros(last ? header.tailPadding
                        : offsetToAlignment(tensor.content.size,
                                            Align(parsed->alignment)));
  }
  return Error::success();
}
