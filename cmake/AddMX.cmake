# Thin wrappers, so that every CMakeLists.txt of the project reads the same.

# mx_library(NAME source... [LINK_LIBS library...])
# A compiler library on libMLIR.so, with the shared precompiled header.
function(mx_library name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  add_dependencies(${name} mx-headers)
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  if(name STREQUAL MXPrecompiledHeaders)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY MX_LIBRARIES ${name})
  if(MX_PRECOMPILED_HEADERS)
    target_precompile_headers(${name} REUSE_FROM MXPrecompiledHeaders)
  endif()
endfunction()

# mx_measure_coverage(NAME)
# Code of a library that ./dev coverage looks at, and what links it.
function(mx_measure_coverage name)
  if(MX_COVERAGE)
    target_compile_options(${name} PRIVATE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options(${name} PUBLIC -fprofile-instr-generate)
  endif()
endfunction()

# mx_executable(NAME source... [LINK_LIBS library...])
# A tool in bin/ on libMLIR.so.
function(mx_executable name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  add_dependencies(${name} mx-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  set_property(GLOBAL APPEND PROPERTY MX_TOOLS ${name})
endfunction()

# mx_tablegen_target(NAME)
# Makes what mlir_tablegen() declared a prerequisite of every library.
function(mx_tablegen_target name)
  add_public_tablegen_target(${name})
  add_dependencies(mx-headers ${name})
endfunction()
