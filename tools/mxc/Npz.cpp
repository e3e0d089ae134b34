//===- Npz.cpp - Archives of arrays ---------------------------------------===//

#include "Npz.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <zip.h>

using namespace llvm;
using namespace mxc;

static std::string describe(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

/// The bytes of one entry. They are read piece by piece, so that a size that
/// the directory makes up reserves no memory.
static Expected<std::string> readEntry(zip_t *archive, zip_uint64_t index) {
  zip_file_t *file = zip_fopen_index(archive, index, 0);
  if (!file)
    return createStringError(zip_strerror(archive));
  scope_exit close([&] { zip_fclose(file); });
  std::string bytes;
  char piece[1 << 16];
  while (true) {
    zip_int64_t count = zip_fread(file, piece, sizeof(piece));
    if (count < 0)
      return createStringError(zip_file_strerror(file));
    if (count == 0)
      return bytes;
    bytes.append(piece, count);
  }
}

static Error readEntries(zip_t *archive, StringRef path, Arrays &arrays) {
  zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char *entry = zip_get_name(archive, i, ZIP_FL_ENC_RAW);
    StringRef name = entry ? entry : "";
    std::string where = (path + ":" + name).str();
    if (!name.consume_back(".npy"))
      return createStringError("cannot read '" + where +
                               "': expected only .npy files in a .npz");
    Expected<std::string> bytes = readEntry(archive, i);
    if (!bytes)
      return createStringError("cannot read '" + where +
                               "': " + toString(bytes.takeError()));
    Expected<Array> array = parseNpy(*bytes, where);
    if (!array)
      return array.takeError();
    if (!arrays.try_emplace(name.str(), std::move(*array)).second)
      return createStringError("cannot read '" + path + "': array '" + name +
                               "' occurs twice");
  }
  return Error::success();
}

Expected<Arrays> mxc::readNpz(StringRef path) {
  int code = 0;
  zip_t *archive =
      zip_open(path.str().c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!archive)
    return createStringError("cannot read '" + path + "': " + describe(code));
  scope_exit discard([&] { zip_discard(archive); });
  Arrays arrays;
  if (Error error = readEntries(archive, path, arrays))
    return std::move(error);
  return arrays;
}

/// Header and elements, the header padded to a multiple of 64 bytes.
static std::string toNpy(const Array &array) {
  std::string dict =
      "{'descr': '" + array.getTypeName() +
      "', 'fortran_order': False, 'shape': " + formatShape(array.shape) + ", }";
  std::string bytes("\x93NUMPY\x01\x00\0\0", 10);
  size_t length = alignTo(bytes.size() + dict.size() + 1, 64) - bytes.size();
  support::endian::write16le(&bytes[8], length);
  dict.resize(length - 1, ' ');
  bytes += dict + "\n";
  bytes.append(array.data.begin(), array.data.end());
  return bytes;
}

static Error addEntry(zip_t *archive, StringRef name,
                      const std::string &bytes) {
  zip_source_t *source =
      zip_source_buffer(archive, bytes.data(), bytes.size(), /*freep=*/0);
  if (!source)
    return createStringError(zip_strerror(archive));
  zip_int64_t index = zip_file_add(archive, (name + ".npy").str().c_str(),
                                   source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return createStringError(zip_strerror(archive));
  }
  // A fixed time (the least of the zip format), so that equal arrays give equal
  // files.
  constexpr unsigned kMidnight = 0, kNewYear1980 = 1 << 5 | 1;
  zip_file_set_dostime(archive, index, kMidnight, kNewYear1980, 0);
  return Error::success();
}

Error mxc::writeNpz(OutputFile file,
                    ArrayRef<std::pair<std::string, Array>> arrays) {
  auto fail = [&](const Twine &why) {
    return createStringError("cannot write '" + file.getTemporaryPath() +
                             "': " + why);
  };
  int code = 0;
  zip_t *archive = zip_open(file.getTemporaryPath().c_str(),
                            ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!archive)
    return fail(describe(code));
  // libzip reads the bytes when it closes the archive.
  std::vector<std::string> contents;
  contents.reserve(arrays.size());
  for (const auto &[name, array] : arrays) {
    contents.push_back(toNpy(array));
    if (Error error = addEntry(archive, name, contents.back())) {
      zip_discard(archive);
      return fail(toString(std::move(error)));
    }
  }
  if (zip_close(archive)) {
    std::string why = zip_strerror(archive);
    zip_discard(archive);
    return fail(why);
  }
  return file.commit();
}
