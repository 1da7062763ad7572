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
      if name.equals("amx") || name.equals("avx512vnni") { return AVX512VNNIKernels.floatTable() }
      if name.equals("avxvnni") || name.equals("avx2") { return AVX2Kernels.floatTable() }
    #elseif arch(arm64)
      if name.equals("neoni8mm") { return NEONI8MMKernels.floatTable() }
      if name.equals("neondot") { return NEONDotProdKernels.floatTable() }
      if name.equals("neon") { return NEONKernels.floatTable() }
    #elseif arch(arm)
      if name.equals("neon") { return VFPv4Kernels.floatTable() }
    #endif
    return PortableKernels.floatTable()
  }
}
