/// Scales and balance factors are chosen, not given: weights are rounded with whatever they are, so a coarse grid of
/// them costs no accuracy, and its zeros compress.
package enum StoredFactor {
  /// The nearest float of 8 significant bits, ties to even: at most 2⁻⁸ of a normal value away from it. The sign
  /// stays, and so do zeros, infinities and NaN; what is within 2⁻⁸ of the greatest float becomes infinite.
  package static func rounded(_ value: Float) -> Float {
    guard value.isFinite else { return value }
    let bits = value.bitPattern
    let tie = (bits >> 16) & 1
    return Float(bitPattern: (bits &+ 0x7FFF &+ tie) & 0xFFFF_0000)
  }
}
