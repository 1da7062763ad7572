#if arch(x86_64)
  import CShims
  import Kernels

  enum AVX512VNNI: AVX512InstructionSet, Int8InstructionSet {
    @inline(__always) static func fetch(_ place: UnsafeRawPointer) { kqs_prefetch(place) }
    @inline(__always) static var unrolledRows: Int { 0 }
  }
#endif
