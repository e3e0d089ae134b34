# mxc_wheel_libmx_c: libmx_c as in the build tree, but with LLVM, MLIR and their libraries inside, for
# machines that have none of them.

add_library(mxc_wheel_libmx_c SHARED EXCLUDE_FROM_ALL
  $<TARGET_OBJECTS:mx_c_objects> ${CMAKE_CURRENT_LIST_DIR}/NoBackEnds.c)
set_target_properties(mxc_wheel_libmx_c PROPERTIES
  OUTPUT_NAME mx_c
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})

# Our archives and LLVM's by name, not as targets, which would bring libMLIR.so and libLLVM.so along.
# The linker takes what is used and no more; tests, tools and front ends of MLIR are none of it.
get_property(ours GLOBAL PROPERTY MX_LIBRARIES)
add_dependencies(mxc_wheel_libmx_c ${ours} MXSupport)
list(TRANSFORM ours REPLACE "(.+)" "$<TARGET_FILE:\\1>")
file(GLOB upstream ${LLVM_LIBRARY_DIR}/libMLIR*.a ${LLVM_LIBRARY_DIR}/libLLVM*.a)
list(FILTER upstream EXCLUDE REGEX "libMLIR(CAPI|.*Test|.*Lsp|.*Query|.*Reduce|MlirOpt|.*ableGen|.*blgen)")
target_link_libraries(mxc_wheel_libmx_c PRIVATE
  ${ours} $<TARGET_FILE:MXSupport> ${upstream} mx_runtime mx_cuda_runtime libz.a libzstd.a)
target_link_options(mxc_wheel_libmx_c PRIVATE
  -fuse-ld=lld -static-libstdc++ -static-libgcc
  -Wl,--gc-sections -Wl,--no-as-needed
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/lib/CAPI/exports.map)
