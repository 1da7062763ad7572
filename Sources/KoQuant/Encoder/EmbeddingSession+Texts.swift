extension EmbeddingSession {
  /// The vectors of many texts, in batches of at most `capacity` tokens.
  ///
  /// - Parameters:
  ///   - count: texts.
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

extension EmbeddingSession {
  /// The vector of one text, `hiddenSize` floats.
  public mutating func embed(_ text: String) throws(EmbeddingError) -> [Float] {
    try embed([text])
  }

  /// The vectors of many texts, one after the other: `texts.count` x `hiddenSize` floats.
  public mutating func embed(_ texts: [String]) throws(EmbeddingError) -> [Float] {
    var vectors = [Float](repeating: 0, count: texts.count * model.configuration.hiddenSize)
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      ends.append(bytes.count)
    }
    try vectors.withUnsafeMutableBufferPointer { vectors throws(EmbeddingError) in
      try bytes.withUnsafeBufferPointer { bytes throws(EmbeddingError) in
        try embed(count: ends.count, into: vectors) { index in
          UnsafeBufferPointer(rebasing: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
        }
      }
    }
    return vectors
  }
}
