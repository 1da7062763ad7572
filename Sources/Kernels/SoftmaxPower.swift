/// The powers that a softmax is made of.
///
/// A type for each case, so that a program is linked with those that it uses.
public protocol SoftmaxPower {
  /// Factor of the exponents.
  static var factor: Float { get }
  static func power<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector
}

/// e^x.
public enum PowerOfE: SoftmaxPower {
  @_alwaysEmitIntoClient @inline(__always) public static var factor: Float { 1 }
  @_alwaysEmitIntoClient @inline(__always)
  public static func power<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector { exponential(I.self, x) }
}

/// 2^(x log2 e), which takes a third fewer operations.
public enum PowerOfTwo: SoftmaxPower {
  @_alwaysEmitIntoClient @inline(__always) public static var factor: Float { 1.442695 }
  @_alwaysEmitIntoClient @inline(__always)
  public static func power<I: InstructionSet>(_: I.Type, _ x: Vector) -> Vector { exponential2(I.self, x) }
}
