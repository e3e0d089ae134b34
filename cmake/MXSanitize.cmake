# MX_SANITIZE=asan|ubsan|tsan: lib/Support, the runtime and their tests with a sanitizer, and nothing
# that needs LLVM's libraries, so that it builds in a minute. `./dev sanitize` runs them.

set(sanitize_flags_asan -fsanitize=address)
# Compiled code calls the entry points with pointers to memref descriptors of types of its own, and so
# do the tests that stand for it: no check of function types.
set(sanitize_flags_ubsan -fsanitize=undefined,float-cast-overflow -fno-sanitize=function
  -fno-sanitize-recover=all)
set(sanitize_flags_tsan -fsanitize=thread)
if(NOT DEFINED sanitize_flags_${MX_SANITIZE})
  message(FATAL_ERROR "MX_SANITIZE=${MX_SANITIZE} is unknown; expected asan, ubsan or tsan")
endif()

add_compile_options(${sanitize_flags_${MX_SANITIZE}} -O1 -g1 -fno-omit-frame-pointer)
add_link_options(${sanitize_flags_${MX_SANITIZE}} -fuse-ld=lld)
include_directories(${PROJECT_SOURCE_DIR}/include)

add_subdirectory(lib/Support)
add_subdirectory(runtime)
add_subdirectory(test/Runtime)
add_subdirectory(test/Fuzz)
