# Installation: libraries, headers, tools, and what lets others find them (find_package(MX),
# pkg-config). Included last, when every target exists.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(MX_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/MX)

get_property(mx_libraries GLOBAL PROPERTY MX_LIBRARIES)
get_property(mx_tools GLOBAL PROPERTY MX_TOOLS)

list(APPEND mx_libraries MXSupport)
install(TARGETS ${mx_libraries} mx_c mx_runtime mx_runtime_static mx_cuda_runtime
  mx_cuda_runtime_static EXPORT MXTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS ${mx_tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS MXPlugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h.inc" PATTERN CMakeFiles EXCLUDE)

install(EXPORT MXTargets NAMESPACE MX:: DESTINATION ${MX_CONFIG_DIR})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/MXConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/MXConfig.cmake INSTALL_DESTINATION ${MX_CONFIG_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/MXConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/MXConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/MXConfigVersion.cmake DESTINATION ${MX_CONFIG_DIR})

list(TRANSFORM mx_libraries PREPEND "-l" OUTPUT_VARIABLE mx_link_flags)
list(JOIN mx_link_flags " " MX_LINK_FLAGS)
# Relative to the .pc file, so that the installed tree can move.
file(RELATIVE_PATH MX_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
foreach(package mx mx-c mx-runtime)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/${package}.pc.in
    ${PROJECT_BINARY_DIR}/cmake/${package}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/cmake/${package}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
