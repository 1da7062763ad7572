import KoQuant

/// A batch of texts of equal length.
public struct BenchmarkPoint: Sendable, Hashable {
  public var texts: Int
  /// Tokens of each text, special tokens included.
  public var tokens: Int

  public init(texts: Int, tokens: Int) {
    self.texts = texts
    self.tokens = tokens
  }

  /// Multiply-adds of the matrix products of a pass: linear layers and both attention products.
  public func multiplyAdds(_ configuration: ModelConfiguration) -> Double {
    let hidden = Double(configuration.hiddenSize)
    let linear = 4 * hidden * hidden + 2 * hidden * Double(configuration.intermediateSize)
    let attention = 2 * Double(tokens) * hidden
    return Double(texts) * Double(tokens) * Double(configuration.layers) * (linear + attention)
  }

  /// Texts of tokens from all over the vocabulary.
  func batch(_ configuration: ModelConfiguration) -> PackedBatch {
    var batch = PackedBatch()
    var state: UInt32 = 1
    for _ in 0..<texts {
      batch.append(
        (0..<tokens).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return (state >> 4) % UInt32(configuration.vocabularySize)
        })
    }
    return batch
  }
}
