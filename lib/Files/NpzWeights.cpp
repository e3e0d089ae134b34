//===- NpzWeights.cpp - Weights of arrays ---------------------------------===//
//
// `N_codes`, `N_scale` and `N_tensor_scale` of a block-scaled tensor N, packed
// as functions after mx-pack take them; one array of any other tensor. Array
// `mxc` is a JSON text that says of what type each one is, which NumPy's types
// leave open.
//
//===----------------------------------------------------------------------===//

#include "NpzWeights.h"

#include "JSONOutline.h"

#include "mx/Files/GGUF.h"
#include "mx/Files/Safetensors.h"
#include "mx/Support/Pack.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace mx::files;

/// The dtype of a numpy type, where nothing else tells.
static std::string getDtype(const Array &array) {
  std::string bits = std::to_string(array.itemSize * 8);
  switch (array.kind) {
  case 'b':
    return "BOOL";
  case 'i':
    return "I" + bits;
  case 'f':
    return "F" + bits;
  case 'V':
    return array.itemSize == 2 ? "BF16" : "U" + bits;
  default:
    return "U" + bits;
  }
}

namespace {
/// One code a byte, packed as blocks.
class PackingSource : public ByteSource {
public:
  PackingSource(std::unique_ptr<ByteSource> codes, unsigned bits,
                unsigned bytesPerBlock)
      : codes(std::move(codes)), bits(bits), packed(bytesPerBlock) {}

  Error read(MutableArrayRef<uint8_t> bytes) override {
    for (uint8_t &byte : bytes) {
      if (next == 0)
        if (Error error = packBlock())
          return error;
      byte = packed[next];
      next = (next + 1) % packed.size();
    }
    return Error::success();
  }

private:
  Error packBlock() {
    std::vector<uint8_t> bytes(packed.size() * 8 / bits);
    if (Error error = codes->read(bytes))
      return error;
    for (uint8_t code : bytes)
      if (code >> bits != 0)
        return createStringError("code 0x" + Twine::utohexstr(code) +
                                 " has more than " + Twine(bits) + " bits");
    std::vector<uint16_t> wide(bytes.begin(), bytes.end());
    mx::contract::packCodes(bits, wide.data(), wide.size(), packed.data());
    return Error::success();
  }

  std::unique_ptr<ByteSource> codes;
  unsigned bits;
  std::vector<uint8_t> packed;
  size_t next = 0;
};

/// Makes weights of the entries of an archive.
class Gatherer {
public:
  Gatherer(std::vector<NpzEntry> list, const PackedFormat *format)
      : entries(std::move(list)), used(entries.size()), fallback(format) {
    for (auto [i, entry] : enumerate(entries))
      indices[entry.name] = i;
  }

  Expected<WeightFile> gather() {
    const NpzEntry *manifest = find(kManifest);
    Error error = manifest ? followManifest(*manifest) : guess();
    if (error)
      return std::move(error);
    return std::move(file);
  }

private:
  static Error fail(StringRef name, const Twine &why) {
    return createStringError("array '" + name + "': " + why);
  }

  const NpzEntry *find(const Twine &name) {
    auto it = indices.find(name.str());
    if (it == indices.end())
      return nullptr;
    used[it->second] = true;
    return &entries[it->second];
  }

  Expected<const NpzEntry *> findBytes(const Twine &name, uint64_t size) {
    const NpzEntry *entry = find(name);
    if (!entry)
      return createStringError("there is no array '" + name + "'");
    if (entry->fortranOrder)
      return fail(entry->name, "it is in Fortran order; save it in C order");
    if (entry->content.size != size)
      return fail(entry->name, "expected " + Twine(size) + " bytes, found " +
                                   entry->array.getTypeName() + " " +
                                   formatShape(entry->array.shape));
    return entry;
  }

  Error readNumber(const Twine &name, bool required,
                   std::optional<float> &number) {
    if (!required && indices.find(name.str()) == indices.end())
      return Error::success();
    Expected<const NpzEntry *> entry = findBytes(name, 4);
    if (!entry)
      return entry.takeError();
    if ((*entry)->array.kind != 'f')
      return fail((*entry)->name, "expected one <f4");
    Expected<std::string> bytes = readAll((*entry)->content);
    if (!bytes)
      return bytes.takeError();
    number = bit_cast<float>(support::endian::read32le(bytes->data()));
    return Error::success();
  }

  Error addPacked(Weight weight, const PackedFormat &format,
                  const Twine &codesName, StringRef prefix);
  Error addPlain(Weight weight);
  Error followManifest(const NpzEntry &manifest);
  Error followTensor(const json::Object &tensor);
  Error readHeader(const json::Object &root);
  Error guess();

  std::vector<NpzEntry> entries;
  std::vector<bool> used;
  const PackedFormat *fallback;
  StringMap<size_t> indices;
  WeightFile file;
};
} // namespace

Error Gatherer::addPacked(Weight weight, const PackedFormat &format,
                          const Twine &codesName, StringRef prefix) {
  if (weight.shape.empty() || weight.shape.back() % format.block != 0)
    return createStringError("tensor '" + weight.name + "': the shape " +
                             formatExtents(weight.shape) +
                             " is no whole number of blocks of " +
                             Twine(format.block));
  std::optional<uint64_t> count = getByteSize(weight.shape, 8);
  if (!count)
    return createStringError("tensor '" + weight.name + "' is too large");
  Packed packed;
  packed.format = &format;
  uint64_t size = *count / format.block * format.bytesPerBlock();
  const NpzEntry *first = find(codesName);
  bool isUnpacked = first && first->content.size == *count && *count != size;
  Expected<const NpzEntry *> codes =
      findBytes(codesName, isUnpacked ? *count : size);
  if (!codes)
    return codes.takeError();
  packed.codes = (*codes)->content;
  if (isUnpacked)
    packed.codes = {size,
                    [content = packed.codes, bits = format.element.bits(),
                     bytes = format.bytesPerBlock()]()
                        -> Expected<std::unique_ptr<ByteSource>> {
                      auto source = content.open();
                      if (!source)
                        return source.takeError();
                      return std::make_unique<PackingSource>(std::move(*source),
                                                             bits, bytes);
                    }};
  Expected<const NpzEntry *> scales =
      findBytes(prefix + "scale", *count / format.block);
  if (!scales)
    return scales.takeError();
  packed.scales = (*scales)->content;
  if (Error error = readNumber(prefix + "tensor_scale", format.hasTensorScale,
                               packed.tensorScale))
    return error;
  if (Error error = readNumber(prefix + "tensor_divisor", /*required=*/false,
                               packed.tensorDivisor))
    return error;
  // An edited scale is what counts.
  if (packed.tensorDivisor &&
      1.0f / *packed.tensorDivisor != *packed.tensorScale)
    packed.tensorDivisor.reset();
  weight.packed = std::move(packed);
  file.weights.push_back(std::move(weight));
  return Error::success();
}

Error Gatherer::addPlain(Weight weight) {
  const NpzEntry *entry = find(weight.name);
  if (!entry)
    return createStringError("there is no array '" + weight.name + "'");
  if (entry->fortranOrder)
    return fail(entry->name, "it is in Fortran order; save it in C order");
  std::optional<uint64_t> size;
  if (unsigned bits = getSafetensorsBits(weight.dtype)) {
    size = getByteSize(weight.shape, bits);
  } else if (const GGMLType *type = findGGMLType(weight.dtype)) {
    std::vector<uint64_t> blocks = weight.shape;
    if (!blocks.empty() && blocks.back() % type->blockSize == 0) {
      blocks.back() /= type->blockSize;
      size = getByteSize(blocks, type->typeSize * 8);
    }
  }
  if (!size || *size != entry->content.size)
    return fail(entry->name, "its bytes are not those of " + weight.dtype +
                                 " " + formatExtents(weight.shape));
  weight.content = entry->content;
  file.weights.push_back(std::move(weight));
  return Error::success();
}

Error Gatherer::followTensor(const json::Object &tensor) {
  std::optional<StringRef> name = tensor.getString("name");
  const json::Array *shape = tensor.getArray("shape");
  if (!name || !shape)
    return createStringError("a tensor lacks 'name' or 'shape'");
  Weight weight;
  weight.name = name->str();
  for (const json::Value &extent : *shape) {
    std::optional<uint64_t> number = extent.getAsUINT64();
    if (!number)
      return createStringError("the shape of '" + *name +
                               "' is no list of numbers");
    weight.shape.push_back(*number);
  }
  if (std::optional<StringRef> format = tensor.getString("format")) {
    const PackedFormat *found = findPackedFormat(*format);
    if (!found)
      return createStringError("the format '" + *format + "' of '" + *name +
                               "' is unknown");
    std::string prefix = weight.name + "_";
    return addPacked(std::move(weight), *found, prefix + "codes", prefix);
  }
  std::optional<StringRef> dtype = tensor.getString("dtype");
  if (!dtype)
    return createStringError("'" + *name + "' lacks 'format' or 'dtype'");
  weight.dtype = dtype->str();
  return addPlain(std::move(weight));
}

Error Gatherer::readHeader(const json::Object &root) {
  std::optional<StringRef> kind = root.getString("header");
  if (!kind)
    return Error::success();
  Header header;
  if (*kind != "gguf" && *kind != "safetensors")
    return createStringError("the header is of kind '" + *kind + "'");
  header.kind = *kind == "gguf" ? FileKind::GGUF : FileKind::Safetensors;
  header.tailPadding = root.getInteger("tail_padding").value_or(0);
  // Padding is smaller than an alignment, which has 32 bits.
  if (header.tailPadding >> 32)
    return createStringError("'tail_padding' is out of range");
  const NpzEntry *entry = find(kHeader);
  if (!entry)
    return createStringError("there is no array '" + kHeader + "'");
  Expected<std::string> text = readAll(entry->content);
  if (!text)
    return text.takeError();
  header.text = std::move(*text);
  file.header = std::move(header);
  return Error::success();
}

Error Gatherer::followManifest(const NpzEntry &manifest) {
  Expected<std::string> text = readAll(manifest.content);
  if (!text)
    return text.takeError();
  // As deep as the texts that mxc writes.
  constexpr unsigned kMaxDepth = 4;
  if (outlineJSON(*text).depth > kMaxDepth)
    return fail(manifest.name, "it nests deeper than expected");
  Expected<json::Value> value = json::parse(*text);
  if (!value)
    return fail(manifest.name, "it is no JSON: " + toString(value.takeError()));
  const json::Object *root = value->getAsObject();
  const json::Array *tensors = root ? root->getArray("tensors") : nullptr;
  if (!tensors)
    return fail(manifest.name, "it has no list 'tensors'");
  for (const json::Value &tensor : *tensors) {
    const json::Object *object = tensor.getAsObject();
    Error error = object ? followTensor(*object)
                         : createStringError("a tensor is no object");
    if (error)
      return fail(manifest.name, toString(std::move(error)));
  }
  if (Error error = readHeader(*root))
    return fail(manifest.name, toString(std::move(error)));
  for (auto [entry, isUsed] : zip(entries, used))
    if (!isUsed)
      return fail(entry.name, "array 'mxc' does not say what it is");
  return Error::success();
}

/// Archives of other writers: pairs NAME_codes, NAME_scale, or codes, scale.
Error Gatherer::guess() {
  for (const NpzEntry &entry : entries) {
    StringRef prefix = entry.name;
    if (!prefix.consume_back("codes") ||
        indices.find((prefix + "scale").str()) == indices.end())
      continue;
    if (!fallback)
      return fail(entry.name, "nothing tells the format of these codes; "
                              "--format=mxfp4 or another does");
    Weight weight;
    weight.name = prefix.empty() ? "weight" : prefix.drop_back().str();
    const Array &scale = entries[indices[(prefix + "scale").str()]].array;
    weight.shape.assign(scale.shape.begin(), scale.shape.end());
    if (!weight.shape.empty())
      weight.shape.back() *= fallback->block;
    std::string name = prefix.str();
    if (Error error = addPacked(std::move(weight), *fallback, entry.name, name))
      return error;
    // What `mxc quantize` writes beside them.
    find(name + "dequantized");
  }
  for (auto [i, entry] : enumerate(entries)) {
    if (used[i])
      continue;
    Weight weight;
    weight.name = entry.name;
    weight.shape.assign(entry.array.shape.begin(), entry.array.shape.end());
    weight.dtype = getDtype(entry.array);
    if (Error error = addPlain(std::move(weight)))
      return error;
  }
  return Error::success();
}

Expected<WeightFile> mx::files::gatherEntries(std::vector<NpzEntry> entries,
                                              const PackedFormat *format) {
  return Gatherer(std::move(entries), format).gather();
}
