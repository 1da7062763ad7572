import Kernels
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512VNNI
#elseif arch(arm64)
  import KernelsNEON
  import KernelsNEONDotProd
  import KernelsNEONI8MM
#elseif arch(arm)
  import KernelsVFPv4
#endif

extension KernelTable {
  /// The fp32 kernels of the same instruction set.
  public var floats: FloatKernelTable {
    #if arch(x86_64)
      if isNamed("amx") || isNamed("avx512vnni") { return AVX512VNNIKernels.floatTable() }
      if isNamed("avxvnni") || isNamed("avx2") { return AVX2Kernels.floatTable() }
    #elseif arch(arm64)
      if isNamed("neoni8mm") { return NEONI8MMKernels.floatTable() }
      if isNamed("neondot") { return NEONDotProdKernels.floatTable() }
      if isNamed("neon") { return NEONKernels.floatTable() }
    #elseif arch(arm)
      if isNamed("neon") { return VFPv4Kernels.floatTable() }
    #endif
    return PortableKernels.floatTable()
  }

  private func isNamed(_ other: StaticString) -> Bool {
    name.withUTF8Buffer { name in other.withUTF8Buffer { $0.elementsEqual(name) } }
  }
}
