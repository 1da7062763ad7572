import Kernels
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512VNNI
  #if canImport(KernelsAVXVNNI)
    import KernelsAVXVNNI
  #endif
#elseif arch(arm64)
  import KernelsNEON
  import KernelsNEONDotProd
  #if canImport(KernelsNEONI8MM)
    import KernelsNEONI8MM
  #endif
#endif

extension ProductPeak {
  /// The products of `kernels`, which this CPU can run; nil where none are at hand to measure (32-bit ARM's NEON).
  public static func of(_ kernels: KernelTable) -> ProductPeak? {
    all().first { $0.name.description == kernels.name.description }
  }

  private static func all() -> [ProductPeak] {
    var peaks = [PortableKernels.productPeak()]
    #if arch(x86_64)
      peaks += [AVX512VNNIKernels.productPeak(), AVX2Kernels.productPeak()]
      #if canImport(KernelsAVXVNNI)
        peaks.append(AVXVNNIKernels.productPeak())
      #endif
    #elseif arch(arm64)
      peaks += [NEONDotProdKernels.productPeak(), NEONKernels.productPeak()]
      #if canImport(KernelsNEONI8MM)
        peaks.append(NEONI8MMKernels.productPeak())
      #endif
    #endif
    return peaks
  }
}
