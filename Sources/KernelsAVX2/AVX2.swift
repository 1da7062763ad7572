#if arch(x86_64)
  import CShims
  import Kernels

  enum AVX2: AVX2InstructionSet {
    @inline(__always) static func fetch(_ place: UnsafeRawPointer) { kqs_prefetch(place) }
    @inline(__always) static var unrolledRows: Int { PreparedLimit.tileRows }
  }
#endif
