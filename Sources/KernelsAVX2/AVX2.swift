#if arch(x86_64)
  import Kernels

  enum AVX2: AVX2InstructionSet {
    /// Six rows as 16-bit integers fill the scratch space.
    @inline(__always) static var maximumDepth: Int { 1024 }
  }
#endif
