/// The least and the largest of some floats and zero, lane by lane.
///
/// Found by their bits, which integers compare in one operation each, NaN included: bits of floats are in the order of the
/// values, those of negative ones in the opposite order after all others, and those of infinities and NaN are beyond the rest
/// of their sign.
public struct FloatRange {
  @usableFromInline var highs = SIMD16<Int32>.zero
  @usableFromInline var lows = SIMD16<UInt32>.zero

  @_alwaysEmitIntoClient @inline(__always)
  init() {}

  @_alwaysEmitIntoClient @inline(__always)
  mutating func add<I: InstructionSet>(_: I.Type, _ x: Vector) {
    highs = I.larger(highs, x.bits)
    lows = I.larger(lows, unsafeBitCast(x, to: SIMD16<UInt32>.self))
  }

  /// Of all lanes; infinite or NaN if one of the floats is.
  @_alwaysEmitIntoClient @inline(__always)
  func largest<I: InstructionSet>(_: I.Type) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: I.largest(highs)))
  }

  /// The least float without its sign, likewise.
  @_alwaysEmitIntoClient @inline(__always)
  func magnitudeOfLeast<I: InstructionSet>(_: I.Type) -> Float {
    // With the sign turned these are signed integers in the same order, the magnitudes of negative floats or less than 0.
    let magnitude = I.largest(unsafeBitCast(lows ^ 0x8000_0000, to: SIMD16<Int32>.self))
    return Float(bitPattern: UInt32(truncatingIfNeeded: magnitude < 0 ? 0 : magnitude))
  }
}
