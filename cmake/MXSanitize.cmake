# MX_SANITIZE=asan|ubsan|tsan: lib/Support, the runtime and their tests with a sanitizer, and nothing
# that needs LLVM's libraries, so that it builds in a minute. `./dev sanitize` runs them.
# MX_SANITIZE=fuzzer: lib/Files and its fuzzer, with ASan and UBSan, on LLVM's support library as it is
# packaged. `./dev fuzz` runs it.

set(sanitize_flags_asan -fsanitize=address)
# Compiled code calls the entry points with pointers to memref descriptors of types of its own, and so
# do the tests that stand for it: no check of function types.
set(sanitize_flags_ubsan -fsanitize=undefined,float-cast-overflow -fno-sanitize=function
  -fno-sanitize-recover=all)
set(sanitize_flags_tsan -fsanitize=thread)
set(sanitize_flags_fuzzer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
if(NOT DEFINED sanitize_flags_${MX_SANITIZE})
  message(FATAL_ERROR "MX_SANITIZE=${MX_SANITIZE} is unknown; expected asan, ubsan, tsan or fuzzer")
endif()

add_compile_options(${sanitize_flags_${MX_SANITIZE}} -O1 -g1 -fno-omit-frame-pointer)
add_link_options(${sanitize_flags_${MX_SANITIZE}} -fuse-ld=lld)
include_directories(${PROJECT_SOURCE_DIR}/include)

add_subdirectory(lib/Support)
if(MX_SANITIZE STREQUAL "fuzzer")
  find_package(LLVM 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/llvm)
  include_directories(SYSTEM ${LLVM_INCLUDE_DIRS})
  add_subdirectory(lib/Files)
  add_subdirectory(test/Fuzz/Files)
  return()
endif()
add_subdirectory(runtime)
add_subdirectory(test/Runtime)
add_subdirectory(test/Fuzz)
