extension EmbeddingSession {
  /// The vectors of many texts, in batches of at most `capacity` tokens.
  ///
  /// - Parameters:
  ///   - vectors: `hiddenSize` floats per text, in order.
  ///   - text: the UTF-8 of text `index`, valid until the next call. Bytes that are not UTF-8 are read as U+FFFD.
  /// - Throws: `invalidBatch` when `vectors` is too small; nothing is written then.
  public mutating func embed(
    count: Int, into vectors: UnsafeMutableBufferPointer<Float>,
    text: (_ index: Int) -> UnsafeBufferPointer<UInt8>
  ) throws(EmbeddingError) {
    let width = model.configuration.hiddenSize
    guard count >= 0, vectors.count / width >= count else {
      throw .invalidBatch("the output has less than hiddenSize floats per text")
    }
    var batch = PackedBatch()
    var encoding = Encoding()
    var first = 0
    for index in 0..<count {
      model.tokenizer.encode(text(index), maximumTokens: model.configuration.maximumTokens, into: &encoding)
      if batch.tokens.count + encoding.ids.count > capacity {
        try embed(batch, into: .init(rebasing: vectors[first * width..<index * width]))
        batch.removeAll()
        first = index
      }
      batch.append(encoding.ids)
    }
    try embed(batch, into: .init(rebasing: vectors[first * width..<count * width]))
  }
}
