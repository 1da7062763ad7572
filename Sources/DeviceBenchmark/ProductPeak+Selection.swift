import Kernels
import KernelsPortable

#if arch(x86_64)
  import KernelsAMX
  import KernelsAVX2
  import KernelsAVX512VNNI
  import KernelsAVXVNNI
#elseif arch(arm64)
  import KernelsNEON
  import KernelsNEONDotProd
  import KernelsNEONI8MM
#endif

extension ProductPeak {
  /// The products of `kernels`, which this CPU can run; nil where none are at hand to measure (32-bit ARM's NEON).
  public static func of(_ kernels: KernelTable) -> ProductPeak? {
    all().first { $0.name.description == kernels.name.description }
  }

  private static func all() -> [ProductPeak] {
    var peaks = [PortableKernels.productPeak()]
    #if arch(x86_64)
      peaks += [
        AMXKernels.productPeak(), AVX512VNNIKernels.productPeak(), AVXVNNIKernels.productPeak(),
        AVX2Kernels.productPeak(),
      ]
    #elseif arch(arm64)
      peaks += [NEONI8MMKernels.productPeak(), NEONDotProdKernels.productPeak(), NEONKernels.productPeak()]
    #endif
    return peaks
  }
}
