/// Receives the scalars of a text one after the other.
protocol ScalarSink {
  mutating func take(_ scalar: UInt32)
}

extension UnicodeTables {
  /// Gives `body` the canonical decomposition of a scalar, without the nonspacing marks in it.
  @inline(__always)
  static func decompose(_ scalar: UInt32, _ body: (UInt32) -> Void) {
    if isHangulSyllable(scalar) { return decomposeHangul(scalar, body) }
    guard let record = lastRecord(decompositions, size: 6, atMost: scalar),
      number(decompositions, at: record, digits: 3) == scalar
    else { return body(scalar) }
    let value = number(decompositions, at: record + 3, digits: 3)
    if value < 0x30000 { return body(value) }
    let entry = Int(value - 0x30000)
    for i in 0..<Int(number(decompositionPool, at: entry, digits: 1)) {
      body(number(decompositionPool, at: entry + 1 + 3 * i, digits: 3))
    }
  }

  @inline(__always)
  static func isHangulSyllable(_ scalar: UInt32) -> Bool { scalar &- 0xAC00 < 11172 }

  /// The arithmetic decomposition of The Unicode Standard, section 3.12.
  @inline(__always)
  private static func decomposeHangul(_ scalar: UInt32, _ body: (UInt32) -> Void) {
    let index = scalar - 0xAC00
    body(0x1100 + index / 588)
    body(0x1161 + index % 588 / 28)
    if index % 28 != 0 { body(0x11A7 + index % 28) }
  }

  /// Gives `body` the lowercase of a scalar, without regard to its context.
  @inline(__always)
  static func lowercase(_ scalar: UInt32, _ body: (UInt32) -> Void) {
    if let run = lastRecord(lowercaseRuns, size: 10, atMost: scalar),
      scalar <= number(lowercaseRuns, at: run + 3, digits: 3)
    {
      let distance = scalar - number(lowercaseRuns, at: run, digits: 3)
      if distance % number(lowercaseRuns, at: run + 9, digits: 1) == 0 {
        return body(number(lowercaseRuns, at: run + 6, digits: 3) + distance)
      }
    }
    guard let record = lastRecord(lowercaseExpansions, size: 9, atMost: scalar),
      number(lowercaseExpansions, at: record, digits: 3) == scalar
    else { return body(scalar) }
    body(number(lowercaseExpansions, at: record + 3, digits: 3))
    body(number(lowercaseExpansions, at: record + 6, digits: 3))
  }
}
