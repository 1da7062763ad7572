import Kernels
import KernelsPortable

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512VNNI
#elseif arch(arm64)
  import KernelsNEON
  import KernelsNEONDotProd
#endif

extension ProductPeak {
  /// The products of `kernels`, which this CPU can run; nil where none are at hand to measure (32-bit ARM's NEON).
  public static func of(_ kernels: KernelTable) -> ProductPeak? {
    all().first { $0.name.description == kernels.name.description }
  }

  private static func all() -> [ProductPeak] {
    #if arch(x86_64)
      [AVX512VNNIKernels.productPeak(), AVX2Kernels.productPeak(), PortableKernels.productPeak()]
    #elseif arch(arm64)
      [NEONDotProdKernels.productPeak(), NEONKernels.productPeak(), PortableKernels.productPeak()]
    #else
      [PortableKernels.productPeak()]
    #endif
  }
}
