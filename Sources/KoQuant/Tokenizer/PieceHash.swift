/// The hash of a piece, computed scalar by scalar so that all prefixes of a word cost one pass.
struct PieceHash {
  private var state: UInt64

  /// A piece at the start of a word or, `continuing`, after another piece.
  @inline(__always)
  init(seed: UInt32, continuing: Bool) {
    state = UInt64(seed) | (continuing ? 1 << 32 : 0)
  }

  @inline(__always)
  mutating func add(_ scalar: UInt32) {
    // The multiply-rotate of FxHash; the constant is 2^64 divided by the golden ratio, odd.
    state = ((state << 5 | state >> 59) ^ UInt64(scalar)) &* 0x9E37_79B9_7F4A_7C15
  }

  /// First slot to look at in a table of `mask + 1` slots.
  @inline(__always)
  func slot(mask: Int) -> Int { Int(truncatingIfNeeded: state >> 36) & mask }

  /// Seven bits, independent of `slot`, that a slot keeps beside the id.
  @inline(__always)
  var tag: UInt32 { UInt32(truncatingIfNeeded: state >> 29) & 0x7F }
}
