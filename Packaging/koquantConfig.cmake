# koquant::koquant, the shared library, and koquant::static, which brings along what it links with.
get_filename_component(_koquant_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET koquant::koquant)
  add_library(koquant::koquant SHARED IMPORTED)
  set_target_properties(koquant::koquant PROPERTIES
    IMPORTED_LOCATION "${_koquant_prefix}/lib/libkoquant.so.1"
    IMPORTED_SONAME libkoquant.so.1
    INTERFACE_INCLUDE_DIRECTORIES "${_koquant_prefix}/include")

  set(THREADS_PREFER_PTHREAD_FLAG ON)
  include(CMakeFindDependencyMacro)
  find_dependency(Threads)
  add_library(koquant::static STATIC IMPORTED)
  set_target_properties(koquant::static PROPERTIES
    IMPORTED_LOCATION "${_koquant_prefix}/lib/libkoquant.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_koquant_prefix}/include"
    INTERFACE_LINK_LIBRARIES "zstd;m;Threads::Threads")
endif()

unset(_koquant_prefix)
