//===- Npy.cpp - One array of NumPy's .npy format -------------------------===//
//
// Magic, version, header length, a Python dict with three keys, the elements.
// Everything is checked: a file that numpy would misread or that is cut short
// is an error that says where.
//
//===----------------------------------------------------------------------===//

#include "mx/Files/Npz.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace mx::files;

static constexpr StringLiteral kMagic("\x93NUMPY");

int64_t Array::getNumElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

std::string Array::getTypeName() const {
  return (Twine(itemSize == 1 || kind == 'V' ? "|" : "<") + Twine(kind) +
          Twine(itemSize))
      .str();
}

std::string mx::files::formatShape(ArrayRef<int64_t> shape) {
  std::string text =
      "(" +
      join(map_range(shape,
                     [](int64_t extent) { return std::to_string(extent); }),
           ", ");
  return text + (shape.size() == 1 ? ",)" : ")");
}

namespace {
/// A cursor over the header's dict.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : text(text) {}

  Error parse(Array &array, bool &fortran) {
    if (!consume("{"))
      return fail("no dict");
    while (!consume("}")) {
      StringRef key;
      if (!parseString(key) || !consume(":"))
        return fail("no key in the dict");
      if (Error error = parseValue(key, array, fortran))
        return error;
      if (!consume(",") && text.ltrim().take_front() != "}")
        return fail("no comma between keys");
    }
    if (!text.trim().empty())
      return fail("something follows the dict");
    if (!hasType || !hasOrder || !hasShape)
      return fail("'descr', 'fortran_order' or 'shape' is missing");
    return Error::success();
  }

private:
  static Error fail(const Twine &why) {
    return createStringError("the header is malformed: " + why);
  }
  bool consume(StringRef token) {
    text = text.ltrim();
    return text.consume_front(token);
  }
  bool parseString(StringRef &result) {
    text = text.ltrim();
    if (text.empty() || (text[0] != '\'' && text[0] != '"'))
      return false;
    size_t end = text.find(text[0], 1);
    if (end == StringRef::npos)
      return false;
    result = text.slice(1, end);
    text = text.drop_front(end + 1);
    return true;
  }

  Error parseValue(StringRef key, Array &array, bool &fortran) {
    if (key == "descr")
      return parseType(array);
    if (key == "shape")
      return parseShape(array);
    if (key != "fortran_order")
      return fail("unknown key '" + key + "'");
    hasOrder = true;
    fortran = consume("True");
    if (!fortran && !consume("False"))
      return fail("'fortran_order' is neither True nor False");
    return Error::success();
  }

  Error parseType(Array &array) {
    StringRef type;
    if (!parseString(type))
      return createStringError("structured element types are not supported");
    hasType = true;
    StringRef rest = type;
    bool big = rest.consume_front(">");
    if (!big && !rest.consume_front("<") && !rest.consume_front("|"))
      rest.consume_front("=");
    unsigned size = 0;
    if (rest.empty() || !StringRef("fiubV").contains(rest[0]) ||
        rest.drop_front().getAsInteger(10, size) || size == 0 || size > 8)
      return createStringError("element type '" + type + "' is not supported");
    if (big && size > 1)
      return createStringError("element type '" + type +
                               "' is big-endian; save it as '<" + rest + "'");
    array.kind = rest[0];
    array.itemSize = size;
    return Error::success();
  }

  Error parseShape(Array &array) {
    hasShape = true;
    if (!consume("("))
      return fail("'shape' is no tuple");
    int64_t count = 1;
    while (!consume(")")) {
      int64_t extent;
      text = text.ltrim();
      if (text.consumeInteger(10, extent) || extent < 0)
        return fail("an extent of 'shape' is no number");
      if (MulOverflow(count, extent, count) ||
          count > std::numeric_limits<int64_t>::max() / 8)
        return fail("'shape' is too large");
      array.shape.push_back(extent);
      if (!consume(",") && text.ltrim().take_front() != ")")
        return fail("'shape' is no tuple");
    }
    return Error::success();
  }

  StringRef text;
  bool hasType = false, hasOrder = false, hasShape = false;
};
} // namespace

/// Column-major elements into row-major order.
static std::vector<uint8_t> fromFortranOrder(const Array &array,
                                             StringRef data) {
  std::vector<uint8_t> result(data.size());
  std::vector<int64_t> index(array.shape.size(), 0);
  int64_t count = array.getNumElements();
  for (int64_t i = 0; i < count; ++i) {
    int64_t row = 0;
    for (size_t axis = 0; axis < index.size(); ++axis)
      row = row * array.shape[axis] + index[axis];
    std::copy_n(data.begin() + i * array.itemSize, array.itemSize,
                result.begin() + row * array.itemSize);
    for (size_t axis = 0; axis < index.size(); ++axis) {
      if (++index[axis] < array.shape[axis])
        break;
      index[axis] = 0;
    }
  }
  return result;
}

/// Splits the bytes of a file into the header's text and the elements.
static Error splitHeader(StringRef &bytes, StringRef &header) {
  if (!bytes.consume_front(kMagic))
    return createStringError("it is no .npy file");
  if (bytes.size() < 4)
    return createStringError("the file is truncated in its header");
  unsigned major = static_cast<uint8_t>(bytes[0]);
  if (major < 1 || major > 3)
    return createStringError("version " + Twine(major) +
                             " of the .npy format is unknown");
  bytes = bytes.drop_front(2);
  size_t width = major == 1 ? 2 : 4;
  if (bytes.size() < width)
    return createStringError("the file is truncated in its header");
  size_t length = width == 2 ? support::endian::read16le(bytes.data())
                             : support::endian::read32le(bytes.data());
  bytes = bytes.drop_front(width);
  if (length > kMaxNpyHeader - 12)
    return createStringError("a header of " + Twine(length) +
                             " bytes is longer than expected");
  if (bytes.size() < length)
    return createStringError("the file is truncated in its header");
  header = bytes.take_front(length);
  bytes = bytes.drop_front(length);
  return Error::success();
}

Expected<NpyHeader> mx::files::parseNpyHeader(StringRef bytes) {
  StringRef text, rest = bytes;
  if (Error error = splitHeader(rest, text))
    return std::move(error);
  NpyHeader header;
  if (Error error = HeaderParser(text).parse(header.array, header.fortranOrder))
    return std::move(error);
  header.size = bytes.size() - rest.size();
  return header;
}

Error mx::files::checkNpySize(const Array &array, uint64_t size) {
  uint64_t expected = array.getNumElements() * array.itemSize;
  if (size == expected)
    return Error::success();
  return createStringError("expected " + Twine(expected) +
                           " bytes of elements for shape " +
                           formatShape(array.shape) + ", found " + Twine(size));
}

void mx::files::setElements(const NpyHeader &header, StringRef bytes,
                            Array &array) {
  array = header.array;
  if (header.fortranOrder && array.shape.size() > 1)
    array.data = fromFortranOrder(array, bytes);
  else
    array.data.assign(bytes.begin(), bytes.end());
}

static Expected<Array> parse(StringRef bytes) {
  Expected<NpyHeader> header = parseNpyHeader(bytes);
  if (!header)
    return header.takeError();
  bytes = bytes.drop_front(header->size);
  if (Error error = checkNpySize(header->array, bytes.size()))
    return std::move(error);
  Array array;
  setElements(*header, bytes, array);
  return array;
}

Expected<Array> mx::files::parseNpy(StringRef bytes, StringRef name) {
  Expected<Array> array = parse(bytes);
  if (!array)
    return createStringError("cannot read '" + name +
                             "': " + toString(array.takeError()));
  return array;
}

Expected<Array> mx::files::readNpy(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  return parseNpy((*buffer)->getBuffer(), path);
}
