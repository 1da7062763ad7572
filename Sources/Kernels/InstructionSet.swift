/// What differs between instruction sets below the operations, as the compiler sees it.
///
/// Operations are generic over it and inlined into one target per instruction set, so that the target's flags
/// apply; the type in the signature keeps the specialisations of different targets apart at link time.
public protocol InstructionSet {
  /// a * b + c, rounded once, in every lane.
  static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float>
}
