//===- LibraryFile.cpp - Archives and shared libraries --------------------===//

#include "LibraryFile.h"

#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;

/// The folder of the runtimes: lib/ beside the folder of this program.
static std::string getLibraryFolder() {
  std::string program = sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&getLibraryFolder));
  SmallString<128> path =
      sys::path::parent_path(sys::path::parent_path(program));
  sys::path::append(path, "lib");
  return path.str().str();
}

static Expected<std::string> findRuntime(Runtime runtime) {
  SmallString<128> path(getLibraryFolder());
  std::string file = ("lib" + runtime.name).str();
  file += runtime.isPart ? ".a" : ".so";
  sys::path::append(path, file);
  if (!sys::fs::exists(path))
    return createStringError("cannot find " + file + " beside this program: '" +
                             path + "'");
  return path.str().str();
}

//===----------------------------------------------------------------------===//
// Archives
//===----------------------------------------------------------------------===//

/// Adds the members of a runtime's archive; `buffer` keeps their bytes.
static Error addRuntime(Runtime runtime, std::vector<NewArchiveMember> &members,
                        std::unique_ptr<MemoryBuffer> &buffer) {
  Expected<std::string> path = findRuntime(runtime);
  if (!path)
    return path.takeError();
  ErrorOr<std::unique_ptr<MemoryBuffer>> read = MemoryBuffer::getFile(*path);
  if (!read)
    return createStringError("cannot read '" + *path +
                             "': " + read.getError().message());
  buffer = std::move(*read);
  auto archive = object::Archive::create(buffer->getMemBufferRef());
  if (!archive)
    return archive.takeError();
  Error error = Error::success();
  for (const object::Archive::Child &child : (*archive)->children(error)) {
    Expected<MemoryBufferRef> bytes = child.getMemoryBufferRef();
    if (!bytes)
      return joinErrors(std::move(error), bytes.takeError());
    members.emplace_back(*bytes);
  }
  return error;
}

Expected<SmallString<0>> mxc::makeArchive(StringRef object, StringRef stem,
                                          Runtime runtime) {
  std::string name = (stem + ".o").str();
  std::vector<NewArchiveMember> members;
  members.emplace_back(MemoryBufferRef(object, name));
  std::unique_ptr<MemoryBuffer> buffer;
  if (!runtime.name.empty() && runtime.isPart)
    if (Error error = addRuntime(runtime, members, buffer))
      return std::move(error);
  auto archive = writeArchiveToBuffer(members, SymtabWritingMode::NormalSymtab,
                                      object::Archive::K_GNU,
                                      /*Deterministic=*/true, /*Thin=*/false);
  if (!archive)
    return archive.takeError();
  return SmallString<0>((*archive)->getBuffer());
}

//===----------------------------------------------------------------------===//
// Shared libraries
//===----------------------------------------------------------------------===//

namespace {
/// A file that goes with this object.
struct TemporaryFile {
  explicit TemporaryFile(StringRef suffix) {
    code = sys::fs::createTemporaryFile("mxc", suffix, path);
  }
  ~TemporaryFile() {
    if (!code)
      sys::fs::remove(path);
  }
  std::error_code code;
  SmallString<128> path;
};
} // namespace

static Expected<std::string> findLinker() {
  for (StringRef name : {"cc", "clang", "gcc", "clang-22"})
    if (ErrorOr<std::string> path = sys::findProgramByName(name))
      return *path;
  return createStringError("a shared library needs a C compiler to link it, "
                           "but PATH has none of cc, clang, gcc and clang-22");
}

static Expected<SmallString<0>> readFile(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> read =
      MemoryBuffer::getFile(path, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false);
  if (!read)
    return createStringError("cannot read '" + path +
                             "': " + read.getError().message());
  return SmallString<0>((*read)->getBuffer());
}

/// Runs the linker; its messages are the error's.
static Error link(ArrayRef<StringRef> command) {
  TemporaryFile messages("txt");
  std::optional<StringRef> redirects[] = {
      std::nullopt, StringRef(messages.path), StringRef(messages.path)};
  std::string why;
  int status = sys::ExecuteAndWait(command.front(), command, std::nullopt,
                                   redirects, 0, 0, &why);
  if (status == 0)
    return Error::success();
  Expected<SmallString<0>> text = readFile(messages.path);
  if (!text)
    return text.takeError();
  return createStringError("'" + command.front() + "' cannot link: " + why +
                           StringRef(*text).rtrim());
}

Expected<SmallString<0>>
mxc::makeSharedLibrary(StringRef object, StringRef name, Runtime runtime) {
  Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  std::string library;
  if (!runtime.name.empty()) {
    Expected<std::string> path = findRuntime(runtime);
    if (!path)
      return path.takeError();
    library = *path;
  }
  TemporaryFile input("o"), output("so");
  if (input.code || output.code)
    return createStringError("cannot make a temporary file: " +
                             (input.code ? input.code : output.code).message());
  std::error_code code;
  raw_fd_ostream os(input.path, code);
  os << object;
  os.close();
  if (code || os.has_error())
    return createStringError("cannot write '" + input.path + "'");
  std::string soname = ("-Wl,-soname," + name).str();
  // A program that needs the runtime's own functions links it itself.
  SmallVector<StringRef> command = {*linker,
                                    "-shared",
                                    input.path,
                                    "-o",
                                    output.path,
                                    soname,
                                    "-Wl,--exclude-libs,ALL",
                                    "-Wl,-z,defs",
                                    "-Wl,--as-needed",
                                    "-L" MX_LLVM_LIBRARY_FOLDER,
                                    "-lomp",
                                    "-lm"};
  if (!library.empty())
    command.insert(command.begin() + 3, library);
  if (Error error = link(command))
    return std::move(error);
  return readFile(output.path);
}
