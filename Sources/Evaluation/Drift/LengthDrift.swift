/// The drift of the texts of some length.
public struct LengthDrift: Sendable, Equatable {
  /// Special tokens included.
  public var tokens: ClosedRange<Int>
  public var cosine: Distribution

  public var texts: Int { cosine.count }

  /// Texts by length, the shortest first: up to 8 tokens, then each range twice as long as the last. Ranges without
  /// a text are left out.
  ///
  /// - Parameters:
  ///   - cosines: one per text.
  ///   - tokens: of each text, as many.
  public static func ranges(_ cosines: [Double], tokens: [Int]) -> [LengthDrift] {
    var result: [LengthDrift] = []
    var range = 1...8
    let longest = min(tokens.max() ?? 0, Int.max / 4)
    while range.lowerBound <= longest {
      let values = zip(cosines, tokens).filter { range.contains($0.1) }.map(\.0)
      if let cosine = Distribution(values) { result.append(LengthDrift(tokens: range, cosine: cosine)) }
      range = range.upperBound + 1...2 * range.upperBound
    }
    return result
  }
}
