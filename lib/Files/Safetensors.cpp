//===- Safetensors.cpp - Reading the safetensors format -------------------===//

#include "mx/Files/Safetensors.h"

#include "JSONOutline.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace mx::files;

unsigned mx::files::getSafetensorsBits(StringRef dtype) {
  return StringSwitch<unsigned>(dtype)
      .Case("F4", 4)
      .Cases({"F6_E2M3", "F6_E3M2"}, 6)
      .Cases({"BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0",
              "F8_E4M3FNUZ", "F8_E5M2FNUZ"},
             8)
      .Cases({"I16", "U16", "F16", "BF16"}, 16)
      .Cases({"I32", "U32", "F32"}, 32)
      .Cases({"I64", "U64", "F64", "C64"}, 64)
      .Default(0);
}

/// The header's root, with every key there once.
static Expected<json::Object> parseRoot(StringRef text) {
  if (!text.starts_with("{"))
    return createStringError("the header does not begin with '{'");
  // { tensor: { shape: [ is as deep as a header goes.
  constexpr unsigned kMaxDepth = 3;
  JSONOutline found = outlineJSON(text);
  if (found.depth > kMaxDepth)
    return createStringError("the header nests deeper than expected");
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return createStringError("the header is no JSON: " +
                             toString(value.takeError()));
  json::Object *root = value->getAsObject();
  if (!root)
    return createStringError("the header is no JSON object");
  uint64_t keys = root->size();
  for (const auto &entry : *root)
    if (const json::Object *inner = entry.second.getAsObject())
      keys += inner->size();
  if (keys != found.keys)
    return createStringError(
        "a key occurs twice in the header, or an object is "
        "where none belongs");
  return std::move(*root);
}

namespace {
struct Entry {
  StoredTensor tensor;
  uint64_t begin = 0, end = 0;
};
} // namespace

static Error parseExtents(const json::Array *array,
                          std::vector<uint64_t> &extents) {
  if (!array)
    return createStringError("expected an array of numbers");
  for (const json::Value &value : *array) {
    std::optional<uint64_t> extent = value.getAsUINT64();
    if (!extent)
      return createStringError("expected an array of numbers from 0 up");
    extents.push_back(*extent);
  }
  return Error::success();
}

static Error parseFields(const json::Object &object, Entry &entry) {
  std::optional<StringRef> dtype = object.getString("dtype");
  if (!dtype || object.size() != 3)
    return createStringError("expected 'dtype', 'shape' and 'data_offsets'");
  entry.tensor.dtype = dtype->str();
  if (Error error = parseExtents(object.getArray("shape"), entry.tensor.shape))
    return createStringError("'shape': " + toString(std::move(error)));
  std::vector<uint64_t> offsets;
  if (Error error = parseExtents(object.getArray("data_offsets"), offsets))
    return createStringError("'data_offsets': " + toString(std::move(error)));
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    return createStringError("'data_offsets' is no range");
  entry.begin = offsets[0];
  entry.end = offsets[1];
  unsigned bits = getSafetensorsBits(entry.tensor.dtype);
  if (bits == 0)
    return createStringError("unknown dtype '" + *dtype + "'");
  std::optional<uint64_t> size = getByteSize(entry.tensor.shape, bits);
  if (!size || *size != entry.end - entry.begin)
    return createStringError(*dtype + " " + formatExtents(entry.tensor.shape) +
                             (size ? " takes " + Twine(*size) + " bytes"
                                   : Twine(" is no whole number of bytes")) +
                             ", but 'data_offsets' spans " +
                             Twine(entry.end - entry.begin));
  return Error::success();
}

static Expected<std::vector<Entry>> parseEntries(const json::Object &root) {
  std::vector<Entry> entries;
  for (const auto &[key, value] : root) {
    StringRef name = key;
    const json::Object *object = value.getAsObject();
    if (!object)
      return createStringError("'" + name + "' of the header is no object");
    if (name == "__metadata__") {
      for (const auto &pair : *object)
        if (!pair.second.getAsString())
          return createStringError("'__metadata__': the value of '" +
                                   StringRef(pair.first) + "' is no string");
      continue;
    }
    Entry entry;
    entry.tensor.name = name.str();
    if (Error error = parseFields(*object, entry))
      return createStringError("tensor '" + name +
                               "': " + toString(std::move(error)));
    entries.push_back(std::move(entry));
  }
  // Empty tensors begin where another one does.
  sort(entries, [](const Entry &a, const Entry &b) {
    return std::tie(a.begin, a.end, a.tensor.name) <
           std::tie(b.begin, b.end, b.tensor.name);
  });
  uint64_t end = 0;
  for (const Entry &entry : entries) {
    if (entry.begin != end)
      return createStringError("tensor '" + entry.tensor.name +
                               "' begins at byte " + Twine(entry.begin) +
                               ", but the one before it ends at " + Twine(end));
    end = entry.end;
  }
  return entries;
}

/// The header of the file of another kind that this one was made from.
static Expected<std::optional<Header>> parseOrigin(const json::Object &root) {
  const json::Object *metadata = root.getObject("__metadata__");
  std::optional<StringRef> text =
      metadata ? metadata->getString("mxc.gguf") : std::nullopt;
  if (!text)
    return std::nullopt;
  Header header{FileKind::GGUF, {}, 0};
  std::vector<char> bytes;
  if (Error error = decodeBase64(*text, bytes))
    return createStringError("'mxc.gguf' of the metadata: " +
                             toString(std::move(error)));
  header.text.assign(bytes.begin(), bytes.end());
  if (StringRef tail = metadata->getString("mxc.gguf_tail").value_or("0");
      tail.getAsInteger(10, header.tailPadding))
    return createStringError("'mxc.gguf_tail' of the metadata is no number");
  return header;
}

Expected<std::vector<StoredTensor>>
mx::files::parseSafetensorsHeader(StringRef text) {
  Expected<json::Object> root = parseRoot(text);
  if (!root)
    return root.takeError();
  Expected<std::vector<Entry>> entries = parseEntries(*root);
  if (!entries)
    return entries.takeError();
  std::vector<StoredTensor> tensors;
  for (Entry &entry : *entries)
    tensors.push_back(std::move(entry.tensor));
  return tensors;
}

Expected<TensorFile> mx::files::parseSafetensors(StringRef file) {
  if (file.size() < 8)
    return createStringError("the file is truncated in its header");
  uint64_t length = support::endian::read64le(file.data());
  if (length > kMaxSafetensorsHeader)
    return createStringError("a header of " + Twine(length) +
                             " bytes; expected at most " +
                             Twine(kMaxSafetensorsHeader));
  StringRef rest = file.drop_front(8);
  if (length > rest.size())
    return createStringError("the file is truncated in its header: expected " +
                             Twine(length) + " bytes, found " +
                             Twine(rest.size()));
  TensorFile result;
  result.header = {FileKind::Safetensors, rest.take_front(length).str(), 0};
  StringRef data = rest.drop_front(length);
  Expected<json::Object> root = parseRoot(result.header.text);
  if (!root)
    return root.takeError();
  Expected<std::vector<Entry>> entries = parseEntries(*root);
  if (!entries)
    return entries.takeError();
  uint64_t end = entries->empty() ? 0 : entries->back().end;
  if (end != data.size())
    return createStringError("expected " + Twine(end) +
                             " bytes of tensors, found " + Twine(data.size()));
  for (Entry &entry : *entries) {
    entry.tensor.content = fromMemory(data.slice(entry.begin, entry.end));
    result.tensors.push_back(std::move(entry.tensor));
  }
  Expected<std::optional<Header>> origin = parseOrigin(*root);
  if (!origin)
    return origin.takeError();
  result.origin = std::move(*origin);
  return result;
}

Expected<std::string>
mx::files::makeSafetensorsHeader(ArrayRef<StoredTensor> tensors,
                                 const Header *like, const Header *origin) {
  json::Object root;
  json::Object metadata;
  if (like && like->kind == FileKind::Safetensors) {
    Expected<json::Object> old = parseRoot(like->text);
    if (!old)
      return old.takeError();
    if (const json::Object *found = old->getObject("__metadata__"))
      metadata = *found;
  }
  if (origin && origin->kind == FileKind::GGUF) {
    metadata["mxc.gguf"] = encodeBase64(origin->text);
    metadata["mxc.gguf_tail"] = std::to_string(origin->tailPadding);
  }
  if (!metadata.empty())
    root["__metadata__"] = std::move(metadata);
  uint64_t begin = 0;
  for (const StoredTensor &tensor : tensors) {
    if (!json::isUTF8(tensor.name) || tensor.name == "__metadata__")
      return createStringError("tensor '" + tensor.name +
                               "': safetensors cannot hold this name");
    uint64_t end = begin + tensor.content.size;
    json::Object entry{{"dtype", tensor.dtype},
                       {"shape", json::Array(tensor.shape)},
                       {"data_offsets", json::Array{begin, end}}};
    begin = end;
    if (!root.try_emplace(tensor.name, std::move(entry)).second)
      return createStringError("two tensors have the name '" + tensor.name +
                               "'");
  }
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(root));
  // Tensors begin at a multiple of 8, as safetensors' own writer has it.
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > kMaxSafetensorsHeader)
    return createStringError("the header takes " + Twine(text.size()) +
                             " bytes; safetensors allows " +
                             Twine(kMaxSafetensorsHeader));
  return text;
}

Error mx::files::writeSafetensors(raw_ostream &os, StringRef header,
                                  ArrayRef<StoredTensor> tensors) {
  char length[8];
  support::endian::write64le(length, header.size());
  os.write(length, sizeof(length));
  os << header;
  for (const StoredTensor &tensor : tensors)
    if (Error error = forEachPiece(tensor.content, [&](StringRef piece) {
          os << piece;
          return Error::success();
        }))
      return createStringError("tensor '" + tensor.name +
                               "': " + toString(std::move(error)));
  return Error::success();
}
