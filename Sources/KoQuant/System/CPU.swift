import CShims

/// The CPU that this process runs on.
public struct CPU: Sendable {
  /// Sets of instructions that the CPU has and the operating system has switched on, each as wide as the
  /// kernel target that is compiled for it.
  public struct Features: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// AVX2 and FMA.
    public static var avx2: Features { Features(rawValue: UInt32(KQS_CPU_AVX2)) }
    /// All of x86-64-v4, and AVX512-VNNI.
    public static var avx512VNNI: Features { Features(rawValue: UInt32(KQS_CPU_AVX512_VNNI)) }
    /// AMX with int8 products, for a process that asks the operating system for its registers.
    public static var amxInt8: Features { Features(rawValue: UInt32(KQS_CPU_AMX_INT8)) }
    /// AVX2, FMA and VNNI on 256 bits without AVX-512.
    public static var avxVNNI: Features { Features(rawValue: UInt32(KQS_CPU_AVX_VNNI)) }
    /// Advanced SIMD; on 32-bit ARM together with VFPv4.
    public static var neon: Features { Features(rawValue: UInt32(KQS_CPU_NEON)) }
    /// sdot and udot.
    public static var neonDotProduct: Features { Features(rawValue: UInt32(KQS_CPU_NEON_DOTPROD)) }
    /// smmla and usdot.
    public static var neonInt8MatrixMultiply: Features { Features(rawValue: UInt32(KQS_CPU_NEON_I8MM)) }
  }

  public var features: Features

  /// Asks the CPU and the operating system; cheap, but keep the answer.
  public static func detect() -> CPU { CPU(features: Features(rawValue: kqs_cpu_features())) }

  public init(features: Features) { self.features = features }

  /// The maker's name of the CPU or board; empty when it is not told.
  public static func name() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      kqs_cpu_name(base, buffer.count)
      return String(cString: base)
    }
  }
}
