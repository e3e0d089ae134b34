//===- GGUF.cpp - Reading the GGUF format ---------------------------------===//

#include "mx/Files/GGUF.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mx::files;

// Sizes: GGML_QUANT_SIZES of the package gguf 0.19.
static constexpr GGMLType kTypes[] = {
    {0, "F32", 1, 4},         {1, "F16", 1, 2},
    {2, "Q4_0", 32, 18},      {3, "Q4_1", 32, 20},
    {6, "Q5_0", 32, 22},      {7, "Q5_1", 32, 24},
    {8, "Q8_0", 32, 34},      {9, "Q8_1", 32, 40},
    {10, "Q2_K", 256, 84},    {11, "Q3_K", 256, 110},
    {12, "Q4_K", 256, 144},   {13, "Q5_K", 256, 176},
    {14, "Q6_K", 256, 210},   {15, "Q8_K", 256, 292},
    {16, "IQ2_XXS", 256, 66}, {17, "IQ2_XS", 256, 74},
    {18, "IQ3_XXS", 256, 98}, {19, "IQ1_S", 256, 50},
    {20, "IQ4_NL", 32, 18},   {21, "IQ3_S", 256, 110},
    {22, "IQ2_S", 256, 82},   {23, "IQ4_XS", 256, 136},
    {24, "I8", 1, 1},         {25, "I16", 1, 2},
    {26, "I32", 1, 4},        {27, "I64", 1, 8},
    {28, "F64", 1, 8},        {29, "IQ1_M", 256, 56},
    {30, "BF16", 1, 2},       {34, "TQ1_0", 256, 54},
    {35, "TQ2_0", 256, 66},   {39, "MXFP4", 32, 17},
    {40, "NVFP4", 64, 36},    {41, "Q1_0", 128, 18},
};

const GGMLType *mx::files::findGGMLType(uint32_t number) {
  const auto *it = find_if(
      kTypes, [&](const GGMLType &type) { return type.number == number; });
  return it == std::end(kTypes) ? nullptr : it;
}

const GGMLType *mx::files::findGGMLType(StringRef name) {
  const auto *it =
      find_if(kTypes, [&](const GGMLType &type) { return name == type.name; });
  return it == std::end(kTypes) ? nullptr : it;
}

namespace {
/// Types of values in key-value pairs.
enum ValueType : uint32_t { kBool = 7, kString = 8, kArray = 9, kLast = 12 };
} // namespace

/// Bytes of a scalar, or the fewest of a string or an array.
static unsigned getMinSize(uint32_t type) {
  constexpr uint8_t sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};
  return sizes[type];
}

namespace {
/// Reads a header from front to back. Counts and lengths are believed only as
/// far as the file has bytes for them.
class HeaderParser {
public:
  explicit HeaderParser(StringRef file) : file(file), rest(file) {}

  Expected<GGUFHeader> parse() {
    uint64_t numTensors = 0;
    if (Error error = parseStart(numTensors))
      return std::move(error);
    StringRef pairs = rest;
    StringSet<> keys;
    for (uint64_t i = 0; i < header.numPairs; ++i)
      if (Error error = parsePair(keys))
        return createStringError("key-value pair " + Twine(i) + ": " +
                                 toString(std::move(error)));
    header.pairs = pairs.drop_back(rest.size());
    StringSet<> names;
    for (uint64_t i = 0; i < numTensors; ++i)
      if (Error error = parseTensor(names))
        return createStringError("tensor " + Twine(i) + ": " +
                                 toString(std::move(error)));
    if (Error error = parsePadding())
      return std::move(error);
    return std::move(header);
  }

private:
  static Error truncated() {
    return createStringError("the file is truncated in its header");
  }
  template <typename T> Error read(T &value) {
    if (rest.size() < sizeof(T))
      return truncated();
    value = support::endian::read<T>(rest.data(), endianness::little);
    rest = rest.drop_front(sizeof(T));
    return Error::success();
  }
  Error skip(uint64_t count, StringRef &bytes) {
    if (rest.size() < count)
      return truncated();
    bytes = rest.take_front(count);
    rest = rest.drop_front(count);
    return Error::success();
  }
  Error readString(StringRef &string) {
    uint64_t length = 0;
    if (Error error = read(length))
      return error;
    return skip(length, string);
  }

  Error parseStart(uint64_t &numTensors) {
    if (!rest.consume_front("GGUF"))
      return createStringError("it is no GGUF file");
    uint32_t version = 0;
    if (Error error = read(version))
      return error;
    if (version == 0x02000000 || version == 0x03000000)
      return createStringError("the file is big-endian; expected little-endian "
                               "(gguf_convert_endian.py converts it)");
    if (version != 2 && version != 3)
      return createStringError("version " + Twine(version) +
                               " of GGUF; expected 2 or 3");
    if (Error error = read(numTensors))
      return error;
    if (Error error = read(header.numPairs))
      return error;
    // The fewest bytes of a tensor's description and of a pair.
    if (numTensors > rest.size() / 24 || header.numPairs > rest.size() / 13)
      return createStringError("the header tells of " + Twine(numTensors) +
                               " tensors and " + Twine(header.numPairs) +
                               " pairs, more than the file has room for");
    return Error::success();
  }

  Error parsePair(StringSet<> &keys) {
    StringRef key;
    uint32_t type = 0;
    if (Error error = readString(key))
      return error;
    if (!keys.insert(key).second)
      return createStringError("key '" + key + "' occurs twice");
    if (Error error = read(type))
      return error;
    StringRef before = rest;
    if (Error error = skipValue(type, /*depth=*/0))
      return createStringError("'" + key + "': " + toString(std::move(error)));
    return interpret(key, type, before.drop_back(rest.size()));
  }

  Error skipValue(uint32_t type, unsigned depth) {
    constexpr unsigned kMaxDepth = 8;
    StringRef ignored;
    if (type > kLast)
      return createStringError("unknown value type " + Twine(type));
    if (type == kString)
      return readString(ignored);
    if (type != kArray)
      return skip(getMinSize(type), ignored);
    uint32_t element = 0;
    uint64_t count = 0;
    if (Error error = read(element))
      return error;
    if (Error error = read(count))
      return error;
    if (element > kLast)
      return createStringError("unknown element type " + Twine(element));
    if (depth == kMaxDepth)
      return createStringError("arrays nest deeper than expected");
    if (count > rest.size() / getMinSize(element))
      return createStringError("an array of " + Twine(count) +
                               " elements, more than the file has room for");
    if (element != kString && element != kArray)
      return skip(count * getMinSize(element), ignored);
    for (uint64_t i = 0; i < count; ++i)
      if (Error error = skipValue(element, depth + 1))
        return error;
    return Error::success();
  }

  /// The pairs that matter here.
  Error interpret(StringRef key, uint32_t type, StringRef value) {
    if (key == "mxc.safetensors" && type == kString)
      header.origin =
          Header{FileKind::Safetensors, value.drop_front(8).str(), 0};
    if (key != "general.alignment")
      return Error::success();
    if (type != 4)
      return createStringError("'general.alignment' is no u32");
    header.alignment = support::endian::read32le(value.data());
    if (!isPowerOf2_64(header.alignment))
      return createStringError("'general.alignment' is " +
                               Twine(header.alignment) +
                               "; expected a power of two");
    return Error::success();
  }

  Error parseTensor(StringSet<> &names) {
    StringRef name;
    if (Error error = readString(name))
      return error;
    if (!names.insert(name).second)
      return createStringError("the name '" + name + "' occurs twice");
    StoredTensor tensor;
    tensor.name = name.str();
    uint64_t offset = 0;
    if (Error error = parseDescription(tensor, offset))
      return createStringError("'" + name + "': " + toString(std::move(error)));
    if (offset != end)
      return createStringError("'" + name + "': begins at byte " +
                               Twine(offset) + " of the data; expected " +
                               Twine(end));
    bool overflow = false;
    end = SaturatingAdd(end, tensor.content.size, &overflow);
    if (overflow || end > uint64_t(1) << 62)
      return createStringError("'" + name + "': is too large");
    end = alignTo(end, header.alignment);
    header.tensors.push_back(std::move(tensor));
    return Error::success();
  }

  Error parseDescription(StoredTensor &tensor, uint64_t &offset) {
    uint32_t rank = 0, number = 0;
    if (Error error = read(rank))
      return error;
    if (rank > 4)
      return createStringError("has " + Twine(rank) +
                               " dimensions; expected at most 4");
    tensor.shape.resize(rank);
    // ggml's first dimension is the fastest.
    for (uint64_t &extent : reverse(tensor.shape))
      if (Error error = read(extent))
        return error;
    if (Error error = read(number))
      return error;
    const GGMLType *type = findGGMLType(number);
    if (!type)
      return createStringError("has the unknown type " + Twine(number));
    tensor.dtype = type->name;
    std::vector<uint64_t> blocks = tensor.shape;
    uint64_t fastest = blocks.empty() ? 1 : blocks.back();
    if (fastest % type->blockSize != 0)
      return createStringError(
          "has rows of " + Twine(fastest) + " elements, no multiple of the " +
          Twine(type->blockSize) + " of a block of " + type->name);
    if (!blocks.empty())
      blocks.back() /= type->blockSize;
    std::optional<uint64_t> size = getByteSize(blocks, type->typeSize * 8);
    if (!size)
      return createStringError("is too large: " + formatExtents(tensor.shape));
    tensor.content.size = *size;
    return read(offset);
  }

  /// Zeros up to the first tensor.
  Error parsePadding() {
    uint64_t position = file.size() - rest.size();
    uint64_t padding = offsetToAlignment(position, Align(header.alignment));
    // Without tensors, nothing needs to follow.
    if (header.tensors.empty() && rest.empty())
      padding = 0;
    StringRef zeros;
    if (Error error = skip(padding, zeros))
      return error;
    if (zeros.find_first_not_of('\0') != StringRef::npos)
      return createStringError("the padding after the header is not zero");
    header.size = position + padding;
    return Error::success();
  }

  StringRef file, rest;
  GGUFHeader header;
  uint64_t end = 0; ///< where the next tensor begins
};
} // namespace

Expected<GGUFHeader> mx::files::parseGGUFHeader(StringRef file) {
  return HeaderParser(file).parse();
}

Expected<TensorFile> mx::files::parseGGUF(StringRef file) {
  Expected<GGUFHeader> header = parseGGUFHeader(file);
  if (!header)
    return header.takeError();
  TensorFile result;
  result.header = {FileKind::GGUF, file.take_front(header->size).str(), 0};
  result.origin = std::move(header->origin);
  StringRef data = file.drop_front(header->size);
  for (StoredTensor &tensor : header->tensors) {
    uint64_t size = tensor.content.size;
    if (size > data.size())
      return createStringError("tensor '" + tensor.name + "': expected " +
                               Twine(size) + " bytes, found " +
                               Twine(data.size()));
    tensor.content = fromMemory(data.take_front(size));
    data = data.drop_front(size);
    uint64_t padding = offsetToAlignment(size, Align(header->alignment));
    bool last = &tensor == &header->tensors.back();
    // Some writers end with the last tensor.
    padding = last && data.empty() ? 0 : padding;
    if (padding > data.size() ||
        data.take_front(padding).find_first_not_of('\0') != StringRef::npos)
      return createStringError("the padding after tensor '" + tensor.name +
                               "' is cut short or not zero");
    data = data.drop_front(padding);
    if (last)
      result.header.tailPadding = padding;
  }
  if (!data.empty())
    return createStringError(Twine(data.size()) +
                             " bytes follow the last tensor");
  result.tensors = std::move(header->tensors);
  return result;
}
